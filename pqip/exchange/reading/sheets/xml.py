"""A part of a workbook, given to a parser piece by piece.

Names come with their namespace, a space between, so that prefixes, quotes, comments and entities are as XML has them.
Document types are refused before they can define anything. A tag longer than `LONGEST` is refused too: the parser looks
at an unfinished one again with each piece, and without an end the time would grow with the square of its length.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import Any, Protocol
from xml.parsers import expat

from .refused import DAMAGED, UNSAFE, Refused

PIECE, LONGEST = 1 << 18, 1 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, LookupError, ValueError, OverflowError, expat.ExpatError)


class Reader(Protocol):
    """Takes what the parser finds. `ready` is called once before, `between` after each piece."""

    def ready(self, parser: Any) -> None: ...

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def between(self) -> None: ...


class Quiet:
    """A reader that looks at elements as they begin, and no more."""

    def ready(self, parser: Any) -> None:
        """Nothing to keep of the parser."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Nothing happens at an end."""

    def between(self) -> None:
        """Nothing to bound."""


def read(archive: zipfile.ZipFile, name: str, reader: Reader) -> None:
    """Give a part to a reader. Raises Refused for what is no XML, or not to be trusted."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.StartDoctypeDeclHandler = _refuse
    reader.ready(parser)
    given = 0
    try:
        with archive.open(name) as part:
            while piece := part.read(PIECE):
                given += len(piece)
                parser.Parse(piece, False)
                if given - parser.CurrentByteIndex > LONGEST:
                    raise Refused(DAMAGED)
                reader.between()
        parser.Parse(b"", True)
    except BROKEN:
        raise Refused(DAMAGED) from None


def _refuse(*_: object) -> None:
    raise Refused(UNSAFE)
