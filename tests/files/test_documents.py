"""Documents and pictures: what people write is taken; what runs, hides, takes from elsewhere or is two things is refused."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pqip.core.errors import RuleBroken
from pqip.core.files.looking import refused
from pqip.core.files.looking.every import look
from pqip.core.files.looking.refused import Suspect
from pqip.files import documents
from tests.documents import docx, field, jpeg, lot, odt, packed, pdf, png, related, relation, stored

GOTO = "<</S/GoTo/D[3 0 R/Fit]>>"
JS = "<</S/JavaScript/JS(app.alert\\(1\\))>>"

GOOD = {
    "plain.pdf": pdf(), "lots.pdf": pdf(lot("<</Type/Outlines/Count 0>>", "[1 2]")),
    "opens.pdf": pdf(root="/OpenAction[3 0 R/XYZ null null 0]"),
    "goes.pdf": pdf(GOTO, root="/OpenAction 10 0 R"), "goes-packed.pdf": pdf(lot(GOTO), root="/OpenAction 20 0 R"),
    "forms.pdf": pdf(root="/AcroForm<</Fields[]>>"), "links.pdf": pdf("<</S/URI/URI(https://example.org/JS)>>"),
    "noted.pdf": pdf("<</Type/Annot/Subtype/Link/F 4/Rect[0 0 1 1]>>", "<</Type/Outlines/First 9 0 R/Last 9 0 R/Count 1>>"),
    "about.pdf": pdf("<</Title(About /JS and /Launch \\() /Subject(a (nested /AA) one)>>"),
    "plain.docx": docx(), "field.docx": docx(field(' HYPERLINK "https://example.org/LINK/DDE" ')),
    "own-template.docx": docx(settings=relation("attachedTemplate", "Normal.dotm", inside=True)),
    "made-from-a-template.docx": docx(
        settings=relation("attachedTemplate", "file:///C:\\Users\\a\\Templates\\Pre-sentence%20report.dotx")),
    "pasted-picture.docx": docx(field(' INCLUDEPICTURE "/var/folders/a/b.png" \\* MERGEFORMATINET ')),
    "click-here.docx": docx(field(' MACROBUTTON NoMacro [Click here] ')),
    "plain.odt": odt(), "own-template.odt": odt(meta='<meta:template xlink:href="file:///C:/Templates/a.ott"/>'),
    "a.png": png(4000, 3000), "a.jpg": jpeg(4000, 3000), "telephone.jpeg": jpeg(after=jpeg() + b"\0" * 300),
}  # fmt: skip


def linked() -> bytes:
    """A zip with a symbolic link in it."""

    def stamp(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("word/media/a.txt")
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")

    return packed(parts_of(docx()), stamp=stamp)


def parts_of(whole: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def protected(whole: bytes) -> bytes:
    """Every entry marked as encrypted, in the directory and before its bytes."""
    made = bytearray(whole)
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = made.find(mark)
        while at >= 0:
            made[at + place] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def overlapping(whole: bytes) -> bytes:
    """The last entry's directory line leads to the first entry's bytes as well."""
    made, at = bytearray(whole), whole.rfind(b"PK\x01\x02")
    struct.pack_into("<I", made, at + 42, 0)
    return bytes(made)


def bomb(whole: bytes, name: str, size: int) -> bytes:
    return packed(parts_of(whole) | {name: bytes(size)})


def instead(number: int, name: str, content: bytes | str) -> bytes:
    return packed(parts_of((docx(), odt())[number]) | {name: content})


def of_another_ending(body: str) -> bytes:
    """A document whose words stand in a part that is XML by its kind, and not by its name."""
    made = parts_of(docx(body))
    made["word/document.dat"] = made.pop("word/document.xml")
    return packed({name: part.replace(b"/document.xml\"", b"/document.dat\"") if isinstance(part, bytes) else part
                   for name, part in made.items()})  # fmt: skip


OLE, PROGRAM = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    b"MZ" + bytes(62) + b"PE\0\0" + bytes(300),
)
DTD = '<!DOCTYPE a [<!ENTITY b "bbbb">]>'

PDFS = {
    "a script": (pdf(JS), refused.ACTIONS),
    "a script at the opening": (pdf(root=f"/OpenAction{JS}"), refused.ACTIONS),
    "a script named in signs": (pdf("<</S/J#61vaScript/J#53(x)>>"), refused.ACTIONS),
    "a script in a lot": (pdf(lot("[1]", JS)), refused.ACTIONS),
    "a script hidden behind an open text in a lot": (pdf(lot("(never closed", JS)), refused.ACTIONS),
    "a script in a lot of no type": (pdf(lot(JS).replace(b"/Type/ObjStm", b"")), refused.ACTIONS),
    "a script after the word that ends a stream": (
        pdf(lot("1", "2", packed=stored(b"20 0 21 14 " + b"(endstream)   " + JS.encode()), first=11)), refused.ACTIONS),
    "a script in a text": (pdf(f"(9 0 obj {JS} endobj)"), refused.ACTIONS),
    "a script in a comment": (pdf(f"1 % 9 0 obj {JS} endobj\n"), refused.ACTIONS),
    "a script in a stream": (pdf(f"<</Length 9>> stream\n9 0 obj {JS} endobj\nendstream"), refused.ACTIONS),
    "an object with a comment in its number": (pdf(f"1 endobj 9 0 %x\nobj {JS}"), refused.ACTIONS),
    "a page that acts": (pdf("<</Type/Page/AA<</O<</S/Named/N/Print>>>>>>"), refused.ACTIONS),
    "an address at the opening": (pdf(root="/OpenAction<</S/URI/URI(http://a)>>"), refused.ACTIONS),
    "an address at the opening elsewhere": (pdf("<</S/URI/URI(http://a)>>", root="/OpenAction 10 0 R"), refused.ACTIONS),
    "one more after the opening": (pdf(root="/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next 9 0 R>>"), refused.ACTIONS),
    "an opening that is nowhere": (pdf(root="/OpenAction 77 0 R"), refused.ACTIONS),
    "a program started": (pdf("<</S/Launch/F(a.exe)>>"), refused.ACTIONS),
    "a form sent": (pdf("<</S/SubmitForm/F(http://a)>>"), refused.ACTIONS),
    "data brought in": (pdf("<</S/ImportData/F(a.fdf)>>"), refused.ACTIONS),
    "another file opened": (pdf("<</S/GoToR/F(a.pdf)>>"), refused.ACTIONS),
    "a file within opened": (pdf("<</S/GoToE/T<<>>>>"), refused.ACTIONS),
    "a form of another kind": (pdf(root="/AcroForm<</XFA 9 0 R>>"), refused.ACTIONS),
    "a film": (pdf("<</Subtype/RichMedia>>"), refused.ACTIONS),
    "a file within": (pdf(root="/Names<</EmbeddedFiles<</Names[]>>>>"), refused.HOLDS_FILES),
    "a file within, of no type": (pdf("<</EF<</F 9 0 R>>>>"), refused.HOLDS_FILES),
    "a file pinned to a page": (pdf("<</Subtype/FileAttachment>>"), refused.HOLDS_FILES),
    "a password": (pdf(trailer="/Encrypt 9 0 R"), refused.PASSWORD),
    "a lot packed otherwise": (pdf(lot("1", filters="[/ASCIIHexDecode/FlateDecode]")), refused.UNUSUAL),
    "a lot whose numbers stand elsewhere": (pdf(lot("1").replace(b"/N 1/", b"/N 9 0 R/")), refused.UNUSUAL),
    "a lot that is damaged": (pdf(lot("1", packed=b"no")), refused.DAMAGED),
    "a lot without end": (pdf(lot("1", packed=zlib.compress(b"20 0 1" + bytes(65 << 20)))), refused.TOO_LARGE),
    "a lot with something before its names": (pdf(lot(JS).replace(b"<</Type", b"<<1/Type")), refused.UNUSUAL),
    "a lot that says twice how it is packed": (
        pdf(lot(JS).replace(b"/Filter", b"/Filter/ASCIIHexDecode/Filter")), refused.UNUSUAL),
    "a lot with something before its stream": (pdf(lot(JS).replace(b">> stream", b">> 1 stream")), refused.UNUSUAL),
    "a script whose name is cut short": (pdf("<</S/JavaScript#00a/JS#00a(x)>>"), refused.ACTIONS),
    "a script of a thing in space": (pdf("<</Type/3D/OnInstantiate 9 0 R>>"), refused.ACTIONS),
    "a stream held elsewhere": (pdf("<</Length 0/F 9 0 R/FFilter/FlateDecode>> stream\n\nendstream"), refused.LINKS),
    "a page of another file": (pdf("<</Ref<</F(\\\\\\\\a\\\\b.pdf)/Page 0>>>>"), refused.LINKS),
    "a thread of another file": (pdf("<</S/Thread/F<61>/D 0>>"), refused.LINKS),
    "a file on the web": (pdf("<</FS/URL/F(http://a)>>"), refused.LINKS),
    "deep": (pdf("[" * 5_000), refused.UNUSUAL),
    "texts that are never closed": (b"%PDF-1.4\n" + b" obj(" * 400_000 + b"\n%%EOF", refused.UNUSUAL),
    "no object": (b"%PDF-1.7 nothing at all\n%%EOF", refused.DAMAGED),
    "no end": (pdf().replace(b"%%EOF", b""), refused.DAMAGED),
    "also a zip": (pdf(after=packed({"a.txt": "x"})), refused.TWO_KINDS),
    "also a page": (pdf(after=b"<html>" + b" " * 4000), refused.TWO_KINDS),
    "also an archive": (pdf(b"(Rar!\x1a\x07\0)"), refused.TWO_KINDS),
}  # fmt: skip

WORD = {
    "macros": (instead(0, "word/vbaProject.bin", b"x"), refused.MACROS),
    "macros by another name": (docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), refused.MACROS),
    "macros by their relation": (docx(relations=relation("vbaProject", "a.bin", inside=True)), refused.MACROS),
    "a template elsewhere": (docx(settings=relation("attachedTemplate", "http://a/b.dotm")), refused.TEMPLATE),
    "a template on a share": (docx(settings=relation("attachedTemplate", "file:///\\\\a\\b.dotm")), refused.TEMPLATE),
    "a template of another computer": (docx(settings=relation("attachedTemplate", "file://a/b.dotm")), refused.TEMPLATE),
    "a template elsewhere, said to be within": (
        docx(settings=relation("attachedTemplate", "\\\\a\\b.dotm", inside=True)), refused.TEMPLATE),
    "a picture elsewhere, in small letters": (
        docx(relations=relation("image", "http://a/b.png").replace("External", "external")), refused.LINKS),
    "a picture elsewhere, said to be within": (docx(relations=relation("image", "http://a/b.png", inside=True)), refused.LINKS),
    "an object by its relation in other letters": (
        docx(relations=relation("OLEObject/", "a.bin", inside=True)), refused.HOLDS_FILES),
    "relations in another name's letters": (
        docx(parts={"word/_rels/a.xml.%72els": related(relation("image", "http://a/b"))}), refused.NAMES),
    "the same name with the other stroke": (docx(parts={"word\\document.xml": "<a/>"}), refused.NAMES),
    "DDE in a part of another ending": (of_another_ending(field("DDE a b")), refused.PROGRAMS),
    "DDE in quotes": (docx(field('"DDEAUTO" a b')), refused.PROGRAMS),
    "a database": (docx(field('DATABASE \\d "c:" \\c "DSN=a"')), refused.PROGRAMS),
    "a text elsewhere by its old name": (docx(field('INCLUDE "http://a/b"')), refused.PROGRAMS),
    "a picture elsewhere by a field": (docx(field(' INCLUDEPICTURE "http://a/b.png" \\d')), refused.PROGRAMS),
    "a picture on a share by a field": (docx(field('INCLUDEPICTURE \\\\\\\\a\\\\b.png')), refused.PROGRAMS),
    "a script by a field": (docx(field('HYPERLINK "javascript:a()"')), refused.MACROS),
    "an object elsewhere": (docx(relations=relation("oleObject", "http://a/b")), refused.HOLDS_FILES),
    "a frame elsewhere": (docx(relations=relation("frame", "http://a/b")), refused.LINKS),
    "a picture elsewhere": (docx(relations=relation("image", "http://a/b.png")), refused.LINKS),
    "a link that is a script": (docx(relations=relation("hyperlink", "javascript:alert(1)")), refused.MACROS),
    "a page within": (docx(relations=relation("aFChunk", "a.html", inside=True)), refused.HOLDS_FILES),
    "a workbook within": (instead(0, "word/embeddings/a.xlsx", b"x"), refused.HOLDS_FILES),
    "an object within": (instead(0, "word/embeddings/oleObject1.bin", b"x"), refused.HOLDS_FILES),
    "a control": (instead(0, "word/activeX/activeX1.xml", "<a/>"), refused.HOLDS_FILES),
    "an object by another name": (instead(0, "word/media/image1.png", OLE), refused.HOLDS_FILES),
    "a program by another name": (instead(0, "word/media/image1.png", PROGRAM), refused.HOLDS_FILES),
    "a program": (instead(0, "a.exe", b"x"), refused.HOLDS_FILES),
    "a zip by another name": (instead(0, "word/media/image1.png", packed({"a": "b"})), refused.HOLDS_FILES),
    "DDE": (docx(field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"')), refused.PROGRAMS),
    "DDE in pieces": (docx(field(" D", "D", "E c:\\\\a ")), refused.PROGRAMS),
    "DDE in one field": (docx('<w:p><w:fldSimple w:instr=" dde a b"/></w:p>'), refused.PROGRAMS),
    "DDE spelt in numbers": (docx(field("QUOTE 68 68 69")), refused.PROGRAMS),
    "a link to a file": (docx(field("LINK Excel.Sheet.12 a.xlsx")), refused.PROGRAMS),
    "definitions": (instead(0, "word/document.xml", f"{DTD}<a>&b;</a>"), refused.DEFINITIONS),
    "no XML": (instead(0, "word/document.xml", "<a"), refused.DAMAGED),
    "a path": (instead(0, "../../a.xml", "<a/>"), refused.NAMES),
    "a path of another system": (instead(0, "..\\..\\a.xml", "<a/>"), refused.NAMES),
    "a drive": (instead(0, "C:a.xml", "<a/>"), refused.NAMES),
    "two names alike": (instead(0, "WORD/document.xml", "<a/>"), refused.NAMES),
    "a symbolic link": (linked(), refused.NAMES),
    "too many parts": (packed({f"a/{number}": "" for number in range(5_001)}), refused.TOO_MANY),
    "a bomb": (bomb(docx(), "word/a.xml", 201 << 20), refused.TOO_LARGE),
    "a smaller bomb": (bomb(docx(), "word/a.xml", 30 << 20), refused.RATIO),
    "entries that overlap": (overlapping(docx()), refused.DAMAGED),
    "a password": (protected(docx()), refused.PASSWORD),
    "something before": (b"MZ" + docx(), ""),
    "something between": (b"PK\x03\x04" + docx(), refused.TWO_KINDS),
    "something after": (docx() + b"%PDF-1.7", refused.TWO_KINDS),
    "a remark": (packed(parts_of(docx()), stamp=lambda archive: setattr(archive, "comment", b"%PDF-1.7")), refused.TWO_KINDS),
    "a workbook": (docx(main="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), refused.NOT_ONE),
    "cut off": (docx()[:-40], refused.DAMAGED),
}  # fmt: skip

OPEN = {
    "Basic": (instead(1, "Basic/Standard/a.xml", "<a/>"), refused.MACROS),
    "scripts": (instead(1, "Scripts/python/a.py", "x"), refused.MACROS),
    "an event": (odt("<script:event-listener/>"), refused.MACROS),
    "a script": (odt("<office:script/>"), refused.MACROS),
    "a link that is a script": (odt('<text:a xlink:href="vnd.sun.star.script:a"/>'), refused.MACROS),
    "DDE": (odt("<text:dde-connection/>"), refused.PROGRAMS),
    "a picture elsewhere behind a space": (odt('<draw:image xlink:href=" http://a/b.png"/>'), refused.LINKS),
    "a picture out of the file": (odt('<draw:image xlink:href="Pictures/../../../b.png"/>'), refused.LINKS),
    "a picture out of the file in other letters": (odt('<draw:image xlink:href="%2E%2e/b.png"/>'), refused.LINKS),
    "a picture elsewhere": (odt('<draw:image xlink:href="http://a/b.png"/>'), refused.LINKS),
    "a picture outside": (odt('<draw:image xlink:href="../a.png"/>'), refused.LINKS),
    "a section elsewhere": (odt('<text:section-source xlink:href="file:///a.odt"/>'), refused.LINKS),
    "a frame": (odt("<draw:floating-frame/>"), refused.LINKS),
    "a plugin": (odt("<draw:plugin/>"), refused.HOLDS_FILES),
    "an object": (instead(1, "Object 1", OLE), refused.HOLDS_FILES),
    "a template elsewhere": (odt(meta='<meta:template xlink:href="https://a/b.ott"/>'), refused.TEMPLATE),
    "a template on another machine": (odt(meta='<meta:template xlink:href="file://a/b.ott"/>'), refused.TEMPLATE),
    "a password": (
        packed(parts_of(odt(manifest="<manifest:encryption-data/>")) | {"content.xml": b"\x13\x37 no XML"}), refused.PASSWORD),
    "a sheet": (instead(1, "mimetype", "application/vnd.oasis.opendocument.spreadsheet"), refused.NOT_ONE),
}  # fmt: skip

PICTURES = {
    "a PNG of a million by a million": (png(1_000_000, 1_000_000), refused.PIXELS),
    "a PNG that says nothing": (png(0, 9), refused.DAMAGED),
    "a PNG with a zip behind it": (png(after=packed({"a": "b"})), refused.TWO_KINDS),
    "a PNG with a page behind it": (png(after=b"<html>"), refused.TWO_KINDS),
    "a PNG cut off": (png()[:-6], refused.DAMAGED),
    "a JPEG of 65,000 by 65,000": (jpeg(65_000, 65_000), refused.PIXELS),
    "a JPEG with a zip behind it": (jpeg(after=packed({"a": "b"})), refused.TWO_KINDS),
    "a JPEG that is a PDF": (jpeg(comment=b"%PDF-1.7 1 0 obj"), refused.TWO_KINDS),
    "a JPEG that is a page": (jpeg(comment=b"<SCRIPT>alert(1)</script>"), refused.TWO_KINDS),
    "a JPEG cut off": (jpeg()[:-2], refused.DAMAGED),
}  # fmt: skip

HOSTILE = {
    f"{ending} {name}": (f"a.{ending}", *case)
    for ending, cases in (("pdf", PDFS), ("docx", WORD), ("odt", OPEN)) for name, case in cases.items()
} | {name: (f"a.{'png' if 'PNG' in name else 'jpg'}", *case) for name, case in PICTURES.items()}  # fmt: skip


#: One of each kind is looked into by a child process, as all are in service; the others by this one, which is quicker.
BY_A_CHILD = {"plain.pdf", "plain.docx", "plain.odt", "a.png", "a.jpg", "pdf a script", "docx macros by another name",
              "odt a script", "a PNG cut off", "a JPEG cut off"}  # fmt: skip


@pytest.fixture(autouse=True)
def demonstration(settings) -> None:
    settings.PQIP_DEMO, settings.PQIP_SCANNER = True, ""


@pytest.fixture
def looking(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not BY_A_CHILD & set(request.node.callspec.params.values()):
        monkeypatch.setattr(documents, "_from_child", here)


def here(file: BinaryIO, kind: str) -> str:
    try:
        look(file, kind, documents.MOST_PIXELS)
    except Suspect as suspect:
        return suspect.code
    return "fine"


@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize("name", GOOD)
def test_what_people_write_is_taken(name: str) -> None:
    upload = SimpleUploadedFile(name, GOOD[name])
    assert documents.accept(upload, "file") in documents.KINDS
    assert upload.read() == GOOD[name]


@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_hostile_is_refused_in_words(case: str) -> None:
    name, content, code = HOSTILE[case]
    began = time.monotonic()
    with pytest.raises(RuleBroken) as broken:
        documents.accept(SimpleUploadedFile(name, content), "file")
    words = documents.WORDS.get(code, documents.OTHERWISE).format(ending=Path(name).suffix)
    assert (broken.value.message, broken.value.field) == (words, "file")
    assert time.monotonic() - began < 5


def test_every_fault_has_words() -> None:
    assert set(documents.WORDS) == set(refused.EVERY)


@pytest.mark.parametrize("limits", [{"CHILD_MEMORY": 1 << 20}, {"CHILD_WALL": 0.01}])
def test_whoever_looks_may_die_or_take_too_long_and_that_is_words(
    limits: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(documents, name, value)
    with pytest.raises(RuleBroken) as broken:
        documents.accept(
            SimpleUploadedFile("a.pdf", pdf(b"<<>> stream\n" + bytes(9 << 20) + b"\nendstream")),
            "file",
        )
    assert broken.value.message == documents.COULD_NOT
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_so_many_are_looked_into_at_once_and_others_are_told_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "WAIT_SECONDS", 0.01)
    held = [documents.slots.acquire(timeout=1) for _ in range(documents.AT_ONCE)]
    try:
        with pytest.raises(RuleBroken) as broken:
            documents.accept(SimpleUploadedFile("a.pdf", pdf()), "file")
    finally:
        documents.slots.release(len(held))
    assert (broken.value.message, broken.value.field) == (documents.BUSY, "file")
    assert documents.accept(SimpleUploadedFile("a.pdf", pdf()), "file") == "pdf"


def test_the_child_stands_alone() -> None:
    folder = Path(refused.__file__).parent
    for part in folder.glob("*.py"):
        assert "pqip." not in "".join(
            line for line in part.read_text().splitlines() if line.startswith(("import", "from"))
        )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "child.py")], capture_output=True, check=False
    )
    assert ran.returncode != 0
