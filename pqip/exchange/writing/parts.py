"""What both workbook formats share: a zip whose bytes depend only on its content, and text as XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol
from xml.sax.saxutils import escape as _escape

from pqip.exchange.escaping import escape

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LONGEST_CELL = 32_767
CHUNK = 1 << 16


class Part(Protocol):
    def write(self, data: bytes, /) -> object: ...


def text(value: str) -> str:
    """Return text as the content of an element: formulas escaped, XML escaped, and without characters that XML forbids."""
    return xml(escape(value)[:LONGEST_CELL])


def xml(value: str) -> str:
    """Return text escaped for XML."""
    return _escape(FORBIDDEN.sub("", value), {'"': "&quot;"})


class Archive:
    """A zip with fixed dates whose parts are written one after another; large ones are streamed."""

    def __init__(self, stream: BinaryIO) -> None:
        self.zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=5)

    def add(self, name: str, content: str, *, stored: bool = False) -> None:
        info = self._info(name)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        self.zip.writestr(info, content)

    @contextmanager
    def part(self, name: str) -> Iterator[Lines]:
        with self.zip.open(self._info(name), "w", force_zip64=True) as file:
            lines = Lines(file)
            yield lines
            lines.flush()

    def close(self) -> None:
        self.zip.close()

    @staticmethod
    def _info(name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        return info


class Lines:
    """Collects text and writes it in larger pieces."""

    def __init__(self, file: Part) -> None:
        self.file, self.length = file, 0
        self.held: list[str] = []

    def add(self, line: str) -> None:
        self.held.append(line)
        self.length += len(line)
        if self.length > CHUNK:
            self.flush()

    def flush(self) -> None:
        self.file.write("".join(self.held).encode())
        self.held, self.length = [], 0
