"""Inspects the parts of DOCX, XLSX, ODT and ODS that say what else a file contains, runs or loads from elsewhere.

The parser gives names with their namespace, so that prefixes, quotes, entities and comments are treated as XML defines.
Sources: ECMA-376 Part 2 §9 (relationships), Part 1 §17.16 (fields); OpenDocument 1.3 Part 3.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from .archives import BROKEN, look_at_beginnings
from .refused import (
    DAMAGED,
    DEFINITIONS,
    HOLDS_FILES,
    LINKS,
    MACROS,
    NOT_ONE,
    PASSWORD,
    PROGRAMS,
    TEMPLATE,
    Suspect,
)

PIECE, LONGEST = 1 << 18, 1 << 20
Start = Callable[[str, dict[str, str]], None]
#: Parts of which all XML is inspected where the file is kept as it is; for spreadsheets only those that say how the file is
#: put together.
STRUCTURE = re.compile(r"\[content_types\]\.xml|.*\.rels|meta\.xml|meta-inf/manifest\.xml")
#: What a relationship leads to, by the last word of its type, in lower case.
RELATIONS = {
    **dict.fromkeys(("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"), MACROS),
    **dict.fromkeys(
        ("oleobject", "package", "control", "activexcontrolbinary", "afchunk", "subdocument"),
        HOLDS_FILES,
    ),
    **dict.fromkeys(("externallink", "connections", "attachedtoolbars"), LINKS),
}
OUTSIDE = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]+:|//|\\\\)")
#: Content types of Office parts, in lower case.
TYPES = {
    "macroenabled": MACROS,
    "vbaproject": MACROS,
    "macrosheet": MACROS,
    "oleobject": HOLDS_FILES,
    "activex": HOLDS_FILES,
    "externallink": LINKS,
}
#: Fields that load from other programs and files; QUOTE with numbers spells out hidden text. INCLUDEPICTURE with a path on
#: a disk is allowed: programs write it beside a pasted picture, and nothing is loaded.
FIELDS, FIELD_NAME = (
    re.compile(
        r'"?(DDE|DDEAUTO|LINK|INCLUDETEXT|INCLUDE|DATABASE|RD)\b|QUOTE\s+\d'
        r'|(INCLUDEPICTURE|IMPORT)\s+"?\s*(\\\\|//|[A-Z][A-Z0-9+.-]+:[/\\]{2})',
        re.IGNORECASE,
    ),
    200,
)
FIELD_SCRIPT = re.compile(r'HYPERLINK\s+"?\s*(macro|javascript|vbscript|script):', re.IGNORECASE)
#: Elements of OpenDocument that run something or load from another program.
RUNS = {
    "script": MACROS,
    "event-listener": MACROS,
    "applet": HOLDS_FILES,
    "plugin": HOLDS_FILES,
    "floating-frame": LINKS,
    "dde-connection": PROGRAMS,
    "dde-connection-decl": PROGRAMS,
    "dde-source": PROGRAMS,
    "dde-link": PROGRAMS,
}
HREF = "http://www.w3.org/1999/xlink href"
ELSEWHERE = re.compile(
    r"\s*([A-Za-z][A-Za-z0-9+.-]*:|//|\\\\|/)|(.*/)?\s*(\.|%2e){2}/", re.IGNORECASE
)
#: A template on the author's own disk: Word writes its path into every file made from one.
OWN_TEMPLATE = re.compile(r"file:///[A-Za-z]:[/\\](?![/\\])")
SCRIPT_ADDRESS = re.compile(
    r"\s*(vnd\.sun\.star\.|macro:|javascript:|vbscript:|script:)", re.IGNORECASE
)
MAIN = {
    "docx": ("[Content_Types].xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("[Content_Types].xml", "sheet.main+xml"),
    "odt": ("mimetype", "application/vnd.oasis.opendocument.text"),
    "ods": ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
}


def look_at_parts(archive: zipfile.ZipFile, kind: str, *, whole: bool) -> None:
    """Raise Suspect for content that a file embeds, runs or loads from elsewhere. `whole` inspects all of its XML."""
    names = archive.namelist()
    if whole:
        _check_kind(archive, names, kind)
    look_at_beginnings(archive)
    look = _office if kind in ("docx", "xlsx") else _opendocument
    types = _Types()
    for name in sorted(
        names, key=lambda name: not STRUCTURE.fullmatch(name.lower())
    ):  # here the file says that it has a password
        lowered = name.lower()
        if lowered == "[content_types].xml":
            read_part(archive, name, types.start)
        elif STRUCTURE.fullmatch(lowered) or (
            whole and (lowered.endswith(".xml") or types.xml(lowered))
        ):
            start, text = look(lowered)
            read_part(archive, name, start, text)


def _check_kind(archive: zipfile.ZipFile, names: list[str], kind: str) -> None:
    part, declared = MAIN[kind]
    if part not in names:
        raise Suspect(NOT_ONE)
    with archive.open(part) as file:
        written = file.read(LONGEST).decode("utf-8", "replace")
    if declared not in written if kind in ("docx", "xlsx") else declared != written.strip():
        raise Suspect(MACROS if "macroEnabled" in written else NOT_ONE)


def read_part(
    archive: zipfile.ZipFile, name: str, start: Start, text: Callable[[str], None] | None = None
) -> None:
    """Parse a part. Raises Suspect for invalid XML, XML with definitions (DTD), and a tag that is too long."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = start, _refuse
    if text is not None:
        parser.CharacterDataHandler = text
    given = 0
    try:
        with archive.open(name) as part:
            while piece := part.read(PIECE):
                given += len(piece)
                parser.Parse(piece, False)
                if given - parser.CurrentByteIndex > LONGEST:
                    raise Suspect(DAMAGED)
        parser.Parse(b"", True)
    except (*BROKEN, LookupError, OverflowError, expat.ExpatError) as error:
        raise Suspect(DAMAGED) from error


def _refuse(*_: object) -> None:
    raise Suspect(DEFINITIONS)


def _office(name: str) -> tuple[Start, Callable[[str], None] | None]:
    if name.endswith(".rels"):
        return _relation, None
    fields = _Fields()
    return fields.start, fields.text


class _Types:
    """The content types that the file declares for its parts, whatever their names."""

    def __init__(self) -> None:
        self.parts: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        content_type = attributes.get("ContentType", "").lower()
        for part, code in TYPES.items():
            if part in content_type:
                raise Suspect(code)
        if content_type.endswith(("+xml", "/xml")) and "svg" not in content_type:
            self.parts.add(
                attributes.get("PartName", "").lower().lstrip("/")
                or f".{attributes.get('Extension', '').lower()}"
            )

    def xml(self, name: str) -> bool:
        """Return whether a part is read as XML, by its declared type or its ending."""
        return name.replace("\\", "/") in self.parts or f".{name.rpartition('.')[2]}" in self.parts


def _relation(name: str, attributes: dict[str, str]) -> None:
    """Refuse a relationship that loads something.

    A hyperlink may lead anywhere except to a script, since only a person follows it.
    """
    kind = attributes.get("Type", "").lower().rstrip("/").rpartition("/")[2]
    target = attributes.get("Target", "")
    outside = (
        attributes.get("TargetMode", "").lower() == "external" or OUTSIDE.match(target) is not None
    )
    if kind == "hyperlink":
        if SCRIPT_ADDRESS.match(target):
            raise Suspect(MACROS)
    elif kind == "attachedtemplate":
        if outside and not OWN_TEMPLATE.match(target):
            raise Suspect(TEMPLATE)
    elif kind in RELATIONS:
        raise Suspect(RELATIONS[kind])
    elif outside:
        raise Suspect(LINKS)


class _Fields:
    """The instructions of fields. Programs write one instruction in several pieces, and one field within another."""

    def __init__(self) -> None:
        self.within, self.instructions = False, [""]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self.within = local == "instrText"
        if local == "fldSimple":
            _check_field(_attribute(attributes, "instr"))
        elif local == "fldChar" and _attribute(attributes, "fldCharType") == "begin":
            self.instructions.append("")
        elif (
            local == "fldChar"
            and _attribute(attributes, "fldCharType") == "end"
            and len(self.instructions) > 1
        ):
            self.instructions.pop()

    def text(self, text: str) -> None:
        if self.within and len(self.instructions[-1]) < FIELD_NAME:
            self.instructions[-1] += text
            _check_field(self.instructions[-1])


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(" ")[2] == name), "")


def _check_field(instruction: str) -> None:
    begins = instruction[: 2 * FIELD_NAME].lstrip()
    if FIELDS.match(begins):
        raise Suspect(PROGRAMS)
    if FIELD_SCRIPT.match(begins):
        raise Suspect(MACROS)


def _opendocument(name: str) -> tuple[Start, Callable[[str], None] | None]:
    return _element, None


def _element(name: str, attributes: dict[str, str]) -> None:
    local = name.rpartition(" ")[2]
    if local == "encryption-data":
        raise Suspect(PASSWORD)
    if local in RUNS:
        raise Suspect(RUNS[local])
    target = attributes.get(HREF, "")
    if not target or local == "a":
        if SCRIPT_ADDRESS.match(target):
            raise Suspect(MACROS)
    elif local == "template":
        if re.match(r"(?!file:///)[A-Za-z+.-]+://|//|\\\\", target):
            raise Suspect(TEMPLATE)
    elif ELSEWHERE.match(target):
        raise Suspect(LINKS)
