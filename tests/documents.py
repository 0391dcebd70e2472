"""Documents and pictures for tests, good ones as programs write them and hostile ones, made in memory."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS_OF_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = " ".join(
    f'xmlns:{name}="{OFFICE}{name}:1.0"'
    for name in ("office", "text", "draw", "script", "meta", "manifest")
)
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def pdf(*objects: str | bytes, root: str = "", trailer: str = "", after: bytes = b"") -> bytes:
    """A PDF of one page, with more objects (numbered from 10), more in its catalogue, and more in its trailer."""
    said = [
        f"1 0 obj <</Type/Catalog/Pages 2 0 R{root}>> endobj", "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj",
        "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>> endobj",
        "4 0 obj <</Length 44>> stream\nBT /F1 9 Tf (what was written (JS and AA)) Tj ET\nendstream endobj",
        *(f"{number} 0 obj {one} endobj" if isinstance(one, str) else b"%d 0 obj " % number + one + b" endobj"
          for number, one in enumerate(objects, 10)),
    ]  # fmt: skip
    body = b"\n".join(one.encode() if isinstance(one, str) else one for one in said)
    return (
        b"%PDF-1.7\n"
        + body
        + f"\ntrailer <</Root 1 0 R/Size 99{trailer}>>\nstartxref\n9\n%%EOF\n".encode()
        + after
    )


def lot(
    *objects: str,
    filters: str = "/FlateDecode",
    first: int | None = None,
    packed: bytes | None = None,
) -> bytes:
    """A compressed lot of objects, numbered from 20."""
    places, at = [], 0
    for number, one in enumerate(objects, 20):
        places.append(f"{number} {at}")
        at += len(one) + 1
    head = " ".join(places) + " "
    content = zlib.compress((head + " ".join(objects)).encode()) if packed is None else packed
    first = len(head) if first is None else first
    said = f"<</Type/ObjStm/N {len(objects)}/First {first}/Length {len(content)}/Filter {filters}>> stream\r\n"
    return said.encode() + content + b"\nendstream"


def stored(content: bytes) -> bytes:
    """Packed without being made smaller, so that it can be read as it stands."""
    return zlib.compress(content, 0)


def packed(parts: dict[str, bytes | str], *, stamp: Any = None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if stamp is not None:
            stamp(archive)
    return held.getvalue()


def docx(body: str = "<w:p><w:r><w:t>What was done</w:t></w:r></w:p>", *, main: str = MAIN, relations: str = "",
         settings: str = "", parts: dict[str, bytes | str] | None = None) -> bytes:  # fmt: skip
    """A Word document, with relations of the document and of its settings, and more parts."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="a/xml"/><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    return packed({
        "[Content_Types].xml": types, "_rels/.rels": related(relation("officeDocument", "word/document.xml", inside=True)),
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": related(relation("hyperlink", "https://example.org/a"), relations),
        "word/settings.xml": f'<w:settings xmlns:w="{W}"/>', "word/_rels/settings.xml.rels": related(settings),
        **(parts or {}),
    })  # fmt: skip


def relation(kind: str, target: str, *, inside: bool = False) -> str:
    mode = "" if inside else ' TargetMode="External"'
    return f'<Relationship Id="r{len(target)}" Type="{KINDS_OF_RELATION}{kind}" Target="{target}"{mode}/>'


def related(*relations: str) -> str:
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{"".join(relations)}</Relationships>'


def field(*pieces: str) -> str:
    """A field whose instruction stands in pieces."""
    runs = "".join(
        f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces
    )
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def odt(body: str = "<text:p>What was done</text:p>", *, meta: str = "", manifest: str = "",
        parts: dict[str, bytes | str] | None = None) -> bytes:  # fmt: skip
    """A text document of OpenDocument."""
    return packed({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f'<?xml version="1.0"?><office:document-content {SPACES} {XLINK}><office:scripts/>'
        f"<office:body><office:text>{body}"
        '<text:a xlink:href="https://example.org/a">a</text:a><draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>'
        "</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {SPACES} {XLINK}>{meta}</office:document-meta>",
        "META-INF/manifest.xml": f"<manifest:manifest {SPACES}>{manifest}</manifest:manifest>",
        "Pictures/1.png": png(), **(parts or {}),
    })  # fmt: skip


def png(width: int = 1, height: int = 1, after: bytes = b"") -> bytes:
    """A grey picture; one of very many points says so without holding them."""
    rows = zlib.compress(b"\0\0" * min(height, 9))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", rows),
        (b"IEND", b""),
    )
    made = b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
    return b"\x89PNG\r\n\x1a\n" + made + after


def jpeg(width: int = 8, height: int = 8, *, comment: bytes = b"", after: bytes = b"") -> bytes:
    """As much of a JPEG as says what it is: frame, picture, end."""
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0, 0, 63, 0) + b"\x00\x12\x34"
    return b"\xff\xd8" + said + frame + scan + b"\xff\xd9" + after
