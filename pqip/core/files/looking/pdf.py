"""Inspects a PDF for anything that it runs, opens, sends or contains beside its pages.

Readers differ in which objects of a file they use, so no table of objects is trusted: every object anywhere in the file is
inspected, including those in comments, texts, streams and compressed object streams. Names are decoded before they are
compared: `/J#53` is `/JS`. A stream compressed in a way that no program writes is refused.

Source: ISO 32000-2 §7.2 to §7.5 (objects, streams, object streams), §12.6 (actions), §7.11.4 (embedded files).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO, TypeGuard
from zipfile import is_zipfile

from .refused import (
    ACTIONS,
    DAMAGED,
    HOLDS_FILES,
    LINKS,
    NOT_ONE,
    PASSWORD,
    TOO_LARGE,
    TWO_KINDS,
    UNUSUAL,
    Suspect,
)

BEGIN, LAST, AFTER_END = b"%PDF-", b"%%EOF", 2048
#: The most bytes that may be inflated in total, and how often the file may be searched.
MOST_INFLATED, PASSAGES, DEEP = 64 << 20, 4, 100
SPACE = rb"\x00\t\n\x0c\r "
REGULAR = rb"[^" + SPACE + rb"()<>\[\]{}/%]"
TOKEN = re.compile(
    rb"(?P<gap>[" + SPACE + rb"]+|%[^\r\n]*)|(?P<name>/" + REGULAR + rb"*)|(?P<open><<|\[|\{)|(?P<close>>>|\]|\})"
    rb"|(?P<hex><[^<>]*>)|(?P<text>\()|(?P<word>" + REGULAR + rb"+)|(?P<stray>[<>)])"
)  # fmt: skip
IN_TEXT = re.compile(rb"[()]|\\.", re.DOTALL)
#: Where an object may begin, with its number where that is written directly before it.
OBJECT = re.compile(
    rb"(?:(?<![0-9])([0-9]{1,10})["
    + SPACE
    + rb"]+[0-9]{1,10}["
    + SPACE
    + rb"]+)?(?<![A-Za-z])(?:obj|trailer)(?![A-Za-z])"
)
HASHED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?:[" + SPACE + rb"]+|%[^\r\n]*)*+stream[ \t]*(?:\r\n|\n|\r)?")
#: Keywords that end what comes before them.
ENDS = {b"endobj", b"stream", b"endstream", b"obj", b"xref", b"trailer", b"startxref"}
#: Names in a stream's dictionary which say that its content is in another file.
BESIDE = {b"F", b"FFilter", b"FDecodeParms"}
#: Names that are refused wherever they occur.
REFUSED = {
    b"Encrypt": PASSWORD,
    **dict.fromkeys((b"JS", b"JavaScript", b"AA", b"Launch", b"SubmitForm", b"ImportData", b"GoToR", b"GoToE", b"Rendition",
                     b"XFA", b"RichMedia", b"RichMediaExecute", b"Movie", b"OnInstantiate"), ACTIONS),
    **dict.fromkeys((b"EmbeddedFile", b"EmbeddedFiles", b"EF", b"FileAttachment"), HOLDS_FILES),
}  # fmt: skip


class Name(bytes):
    """A name, without its slash and with its escapes decoded."""


class Reference(int):
    """A reference: the number of another object."""


class Dictionary(dict[bytes, Any]):
    """A dictionary. `names` holds all names anywhere in it; `is_plain` says whether each key occurs once and in its place.

    Where it is not plain, readers differ in what they take it to say.
    """

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
    """The inspection of one file.

    `opens` holds objects that say what is done when the file is opened; `objects` the candidates for each object number.
    """

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

    def lot_of(self, dictionary: Dictionary, end: int) -> int:
        """Return where the stream of a dictionary begins, or 0 where it has none.

        A stream's content must be in the file itself.
        """
        stream = STREAM.match(self.data, end)
        if stream and dictionary.names & BESIDE:
            raise Suspect(LINKS)
        if b"First" not in dictionary.names or not (stream or b"N" in dictionary.names):
            return 0
        if stream is None or not dictionary.is_plain:
            raise Suspect(UNUSUAL)
        return stream.end()

    def keep(self, number: int, value: Any) -> None:
        """Keep an object that may be the action at opening: a list, or a dictionary without a stream."""
        if number >= 0 and isinstance(value, list | Dictionary | Name):
            self.objects.setdefault(number, []).append(value)

    def at_lot(self, dictionary: Dictionary, start: int) -> None:
        """Inspect the objects of a compressed object stream, each from its stated offset."""
        count, first, packed = (
            dictionary.get(b"N"),
            dictionary.get(b"First"),
            dictionary.get(b"Filter"),
        )
        packed = packed[0] if isinstance(packed, list) and len(packed) == 1 else packed
        plain = dictionary.get(b"DecodeParms") in (None, b"null", [b"null"])
        if (
            packed not in (b"FlateDecode", b"Fl")
            or not plain
            or not _is_number(count)
            or not _is_number(first)
        ):
            raise Suspect(UNUSUAL)
        held = self.inflate(start)
        places = held[: int(first)].split()
        if not all(map(_is_number, places)):
            raise Suspect(UNUSUAL)
        for number, place in zip(places[::2], places[1::2], strict=False):
            value, _end = self.read(held, int(first) + int(place))
            self.keep(int(number), value)

    def inflate(self, start: int) -> bytes:
        """Return the inflated stream.

        The keyword that ends a stream may occur within it, so it counts only where the data is complete.
        """
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
        """Return the object that begins at `at`, and where it ends. One that is never closed is read as far as it goes."""
        open_: list[tuple[bytes, list[Any]]] = []
        for kind, token, start, end in self.tokens(data, at):
            if kind == "open":
                open_.append((token, []))
                if len(open_) > DEEP:
                    raise Suspect(UNUSUAL)
                continue
            if kind == "word" and token in ENDS:
                return self.closed(open_), start
            if kind == "close":
                if not open_:
                    continue
                item = self.whole(*open_.pop())
            else:
                item = _item(kind, token)
            if not open_:
                self.check(item)
                return item, end
            inner = open_[-1][1]
            if token == b"R" and kind == "word" and len(inner) > 1 and _is_number(inner[-2]):
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
        """Return a list or dictionary, after inspecting its action at opening."""
        if mark != b"<<":
            return inner
        keys = inner[::2]
        made = Dictionary(
            (key, value)
            for key, value in zip(keys, inner[1::2], strict=False)
            if isinstance(key, Name)
        )
        made.names = frozenset(item for item in inner if isinstance(item, Name))
        made.is_plain = len(inner) == 2 * len(made)
        if any(
            key in (b"F", b"UF") and isinstance(key, Name) and _is_text(value)
            for key, value in pairwise(inner)
        ):
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
        """Return where a text in parentheses ends; it may contain others."""
        deep = 1
        for found in IN_TEXT.finditer(data, at):
            deep += {b"(": 1, b")": -1}.get(found[0], 0)
            if not deep:
                return found.end()
        return len(data)


def _item(kind: str, token: bytes) -> Any:
    if kind == "name":
        meant = HASHED.sub(lambda found: bytes([int(found[1], 16)]), token[1:])
        return Name(meant.partition(b"\x00")[0])  # some readers end the name here
    return token


def _is_text(value: Any) -> bool:
    return isinstance(value, bytes) and not isinstance(value, Name) and value[:1] in (b"", b"<")


def _is_number(value: Any) -> TypeGuard[bytes]:
    return (
        isinstance(value, bytes)
        and not isinstance(value, Name)
        and value.isdigit()
        and len(value) < 11
    )


def _only_shows(value: Any) -> bool:
    """Return whether the action at opening only shows a page of the file itself, as programs write."""
    if isinstance(value, Dictionary):
        return value.get(b"S") == b"GoTo" and b"Next" not in value
    return isinstance(value, list) and all(
        not isinstance(each, Dictionary | list) for each in value
    )
