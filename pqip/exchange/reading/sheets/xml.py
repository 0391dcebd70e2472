"""Parses a part of a workbook piece by piece.

Names include their namespace, separated by a space, so that prefixes, quotes, comments and entities are treated as XML
defines. Document types are refused before they can define anything. A tag longer than `LONGEST` is refused too: the parser
scans an unfinished tag again with each piece, so the time would grow with the square of its length.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import Any, Protocol
from xml.parsers import expat

from .refused import DAMAGED, UNSAFE, Refused

PIECE, LONGEST = 1 << 18, 1 << 20
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    LookupError,
    ValueError,
    OverflowError,
    expat.ExpatError,
)


class Reader(Protocol):
    """Receives what the parser finds. `ready` is called once at the start, `between` after each piece."""

    def ready(self, parser: Any) -> None: ...

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def between(self) -> None: ...


class Quiet:
    """A reader that looks only at the beginnings of elements."""

    def ready(self, parser: Any) -> None:
        """Do nothing: the parser is not needed."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Do nothing at the end of an element."""

    def between(self) -> None:
        """Do nothing: there is nothing to limit."""


def read(archive: zipfile.ZipFile, name: str, reader: Reader) -> None:
    """Parse a part with a reader. Raises Refused for invalid XML, or XML that cannot be trusted."""
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
