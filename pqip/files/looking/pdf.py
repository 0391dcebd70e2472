"""PDF: whether it would run, open, send or hold anything beside its pages.

Readers differ in which objects of a file they take, so none of them is believed: every object is looked at that stands anywhere
in the file, in comments, texts and streams too, however the file's own table of objects is written, and every one in its
compressed lots. Names are looked for, not understood: `/J#53` is `/JS`. A lot packed in a way that no program writes is refused.

Source: ISO 32000-2 §7.2 to §7.5 (objects, streams, object streams), §12.6 (actions), §7.11.4 (embedded files).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO
from zipfile import is_zipfile

from .refused import ACTIONS, DAMAGED, HOLDS_FILES, LINKS, NOT_ONE, PASSWORD, TOO_LARGE, TWO_KINDS, UNUSUAL, Suspect

BEGIN, LAST, AFTER_END = b"%PDF-", b"%%EOF", 2048
#: What may be inflated of all its lots, and how often the file may be gone through.
MOST_INFLATED, PASSAGES, DEEP = 64 << 20, 4, 100
SPACE = rb"\x00\t\n\x0c\r "
REGULAR = rb"[^" + SPACE + rb"()<>\[\]{}/%]"
TOKEN = re.compile(
    rb"(?P<gap>[" + SPACE + rb"]+|%[^\r\n]*)|(?P<name>/" + REGULAR + rb"*)|(?P<open><<|\[|\{)|(?P<close>>>|\]|\})"
    rb"|(?P<hex><[^<>]*>)|(?P<text>\()|(?P<word>" + REGULAR + rb"+)|(?P<stray>[<>)])"
)  # fmt: skip
IN_TEXT = re.compile(rb"[()]|\\.", re.DOTALL)
#: Where an object may begin, with its number where that stands plainly before it.
OBJECT = re.compile(
    rb"(?:(?<![0-9])([0-9]{1,10})[" + SPACE + rb"]+[0-9]{1,10}[" + SPACE + rb"]+)?(?<![A-Za-z])(?:obj|trailer)(?![A-Za-z])"
)
HASHED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?:[" + SPACE + rb"]+|%[^\r\n]*)*+stream[ \t]*(?:\r\n|\n|\r)?")
#: Words that end what stands before them.
ENDS = {b"endobj", b"stream", b"endstream", b"obj", b"xref", b"trailer", b"startxref"}
#: Names by which a stream says that another file holds it.
BESIDE = {b"F", b"FFilter", b"FDecodeParms"}
#: Names that are refused wherever they stand.
REFUSED = {
    b"Encrypt": PASSWORD,
    **dict.fromkeys((b"JS", b"JavaScript", b"AA", b"Launch", b"SubmitForm", b"ImportData", b"GoToR", b"GoToE", b"Rendition",
                     b"XFA", b"RichMedia", b"RichMediaExecute", b"Movie", b"OnInstantiate"), ACTIONS),
    **dict.fromkeys((b"EmbeddedFile", b"EmbeddedFiles", b"EF", b"FileAttachment"), HOLDS_FILES),
}  # fmt: skip


class Name(bytes):
    """A name, without its slash and with its signs as they are meant."""


class Reference(int):
    """The number of the object that stands elsewhere."""


class Dictionary(dict[bytes, Any]):
    """By name, what stands beside it. `names` are those anywhere in it, `is_plain` whether each stands once and in its place:
    where not, readers differ in what they take it to say."""

    names: frozenset[bytes] = frozenset()
    is_plain = True


def look_at_pdf(file: BinaryIO) -> None:
    """Raise Suspect for a file that is no PDF, is also something else, or does more than show its pages."""
    file.seek(0)
    data = file.read()
    if not data.startswith(BEGIN):
        raise Suspect(NOT_ONE)
    if is_zipfile(file) or b"Rar!\x1a\x07" in data or b"7z\xbc\xaf\x27\x1c" in data:
        raise Suspect(TWO_KINDS)
    end = data.rfind(LAST)
    if end < 0:
        raise Suspect(DAMAGED)
    if len(data) - end > AFTER_END:
        raise Suspect(TWO_KINDS)
    _Look(data).at_everything()


class _Look:
    """One file. `opens` are objects that say what is done when it is opened, `objects` what those of a number may be."""

    def __init__(self, data: bytes) -> None:
        self.data, self.inflated = data, 0
        self.left = PASSAGES * len(data)
        self.opens: set[int] = set()
        self.objects: dict[int, list[Any]] = {}

    def at_everything(self) -> None:
        found, lots = 0, []
        for mark in OBJECT.finditer(self.data):
            value, end = self.read(self.data, mark.end())
            found += isinstance(value, Dictionary)
            self.keep(int(mark[1]) if mark[1] else -1, value)
            if isinstance(value, Dictionary) and (start := self.lot_of(value, end)):
                lots.append((value, start))
        if not found:
            raise Suspect(DAMAGED)
        for value, start in lots:
            self.at_lot(value, start)
        for number in self.opens:
            if not all(_only_shows(value) for value in self.objects.get(number, [None])):
                raise Suspect(ACTIONS)

    def lot_of(self, said: Dictionary, end: int) -> int:
        """Where the compressed lot of a dictionary begins; 0 where it has none. What a stream holds stands in the file itself."""
        stream = STREAM.match(self.data, end)
        if stream and said.names & BESIDE:
            raise Suspect(LINKS)
        if b"First" not in said.names or not (stream or b"N" in said.names):
            return 0
        if stream is None or not said.is_plain:
            raise Suspect(UNUSUAL)
        return stream.end()

    def keep(self, number: int, value: Any) -> None:
        """Objects that may be what is done at the opening: lists and dictionaries without streams."""
        if number >= 0 and isinstance(value, list | Dictionary | Name):
            self.objects.setdefault(number, []).append(value)

    def at_lot(self, said: Dictionary, start: int) -> None:
        """The objects of a compressed lot, each from where its place is given."""
        count, first, packed = said.get(b"N"), said.get(b"First"), said.get(b"Filter")
        packed = packed[0] if isinstance(packed, list) and len(packed) == 1 else packed
        plain = said.get(b"DecodeParms") in (None, b"null", [b"null"])
        if packed not in (b"FlateDecode", b"Fl") or not plain or not _is_number(count) or not _is_number(first):
            raise Suspect(UNUSUAL)
        held = self.inflate(start)
        places = held[: int(first)].split()
        if not all(map(_is_number, places)):
            raise Suspect(UNUSUAL)
        for number, place in zip(places[::2], places[1::2], strict=False):
            value, _end = self.read(held, int(first) + int(place))
            self.keep(int(number), value)

    def inflate(self, start: int) -> bytes:
        """What is packed there. The word that ends a stream may stand within: it counts once nothing more is to come."""
        unpacker, held = zlib.decompressobj(), bytearray()
        while not unpacker.eof and start < len(self.data):
            end = self.data.find(b"endstream", start + 1)
            end = len(self.data) if end < 0 else end
            try:
                held += unpacker.decompress(self.data[start:end], MOST_INFLATED - self.inflated + 1)
            except zlib.error as error:
                raise Suspect(DAMAGED) from error
            if self.inflated + len(held) > MOST_INFLATED:
                raise Suspect(TOO_LARGE)
            start = end
        if not unpacker.eof:
            raise Suspect(DAMAGED)
        self.inflated += len(held)
        self.left += PASSAGES * len(held)
        return bytes(held)

    def read(self, data: bytes, at: int) -> tuple[Any, int]:
        """The object that begins there, and where it ends. What is never closed is read as far as it goes."""
        open_: list[tuple[bytes, list[Any]]] = []
        for kind, said, start, end in self.tokens(data, at):
            if kind == "open":
                open_.append((said, []))
                if len(open_) > DEEP:
                    raise Suspect(UNUSUAL)
                continue
            if kind == "word" and said in ENDS:
                return self.closed(open_), start
            if kind == "close":
                if not open_:
                    continue
                item = self.whole(*open_.pop())
            else:
                item = _item(kind, said)
            if not open_:
                self.check(item)
                return item, end
            inner = open_[-1][1]
            if said == b"R" and kind == "word" and len(inner) > 1 and _is_number(inner[-2]):
                inner[-2:] = [Reference(inner[-2])]
            else:
                self.check(item)
                inner.append(item)
        return self.closed(open_), len(data)

    def closed(self, open_: list[tuple[bytes, list[Any]]]) -> Any:
        item = None
        while open_:
            item = self.whole(*open_.pop())
            if open_:
                open_[-1][1].append(item)
        return item

    def whole(self, mark: bytes, inner: list[Any]) -> Any:
        """A list, or a dictionary, whose action at the opening is looked at."""
        if mark != b"<<":
            return inner
        keys = inner[::2]
        made = Dictionary((key, value) for key, value in zip(keys, inner[1::2], strict=False) if isinstance(key, Name))
        made.names = frozenset(item for item in inner if isinstance(item, Name))
        made.is_plain = len(inner) == 2 * len(made)
        if any(key in (b"F", b"UF") and isinstance(key, Name) and _is_text(value) for key, value in pairwise(inner)):
            raise Suspect(LINKS)
        for key, value in pairwise(inner):
            if key == b"OpenAction" and isinstance(key, Name):
                if isinstance(value, Reference):
                    self.opens.add(int(value))
                elif not _only_shows(value):
                    raise Suspect(ACTIONS)
        return made

    def check(self, item: Any) -> None:
        if isinstance(item, Name) and item in REFUSED:
            raise Suspect(REFUSED[item])

    def tokens(self, data: bytes, at: int) -> Iterator[tuple[str, bytes, int, int]]:
        while at < len(data):
            found = TOKEN.match(data, at)
            assert found is not None  # noqa: S101  (every byte begins one of them)
            kind, end = found.lastgroup or "", found.end()
            if kind == "text":
                end = self.end_of_text(data, end)
            self.left -= end - at
            if self.left < 0:
                raise Suspect(UNUSUAL)
            if kind != "gap":
                yield kind, b"" if kind == "text" else found[0], at, end
            at = end

    def end_of_text(self, data: bytes, at: int) -> int:
        """Where a text in parentheses ends, which may hold others."""
        deep = 1
        for found in IN_TEXT.finditer(data, at):
            deep += {b"(": 1, b")": -1}.get(found[0], 0)
            if not deep:
                return found.end()
        return len(data)


def _item(kind: str, said: bytes) -> Any:
    if kind == "name":
        meant = HASHED.sub(lambda found: bytes([int(found[1], 16)]), said[1:])
        return Name(meant.partition(b"\x00")[0])  # where some readers end it
    return said


def _is_text(said: Any) -> bool:
    return isinstance(said, bytes) and not isinstance(said, Name) and said[:1] in (b"", b"<")


def _is_number(said: Any) -> bool:
    return isinstance(said, bytes) and not isinstance(said, Name) and said.isdigit() and len(said) < 11


def _only_shows(value: Any) -> bool:
    """A place in the file itself, which programs write to open it at its first page."""
    if isinstance(value, Dictionary):
        return value.get(b"S") == b"GoTo" and b"Next" not in value
    return isinstance(value, list) and all(not isinstance(each, Dictionary | list) for each in value)
