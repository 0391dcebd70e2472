"""CSV: UTF-8 or Windows-1252, commas, rows of bounded length. Every error names the row."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TextIO

from pqip.exchange.limits import Limits
from pqip.exchange.reading.tables import ONE_COLUMN, FileRefused

PIECE = 1 << 20
WINDOWS = "The file is not UTF-8; it was read as Windows-1252."
SEPARATOR, LONGEST_SEPARATOR = re.compile(r'"?sep=(.)"?[ ,;\t]*\r?\n?\Z', re.IGNORECASE), 400
#: Accented letters, quotation marks and dashes as UTF-8 encodes them. In Windows-1252 they would be Â, Ã, Ä, Å, á or â
#: followed by a symbol, which is in no word; other such pairs can be, such as the end of CAFÉ’S.
OF_UTF_8 = re.compile(
    rb"[\xc2-\xc5][\x80-\xbf]|\xe1[\xb8-\xbb][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]"
)
BOTH = (
    "Row {one} is UTF-8 and row {other} is not, so words with accents would be spoilt: "
    "export the file again as CSV UTF-8, or write those words anew and save it so."
)
SAVE_AGAIN = "Save the file as CSV UTF-8 again."


def rows(path: Path, allowed: Limits) -> tuple[Iterator[tuple[int, list[str]]], str]:
    """Return rows with their numbers, and a remark on the encoding. Raises FileRefused."""
    encoding = _encoding(path)
    return _rows(path, encoding, allowed), WINDOWS if encoding == "cp1252" else ""


def _rows(path: Path, encoding: str, allowed: Limits) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(allowed.line)
    with path.open("r", encoding=encoding, newline="") as file:
        lines = _Lines(file, allowed.line)
        _skip_separator(file)
        reader = csv.reader(lines, strict=True)
        number = 0
        while True:
            number += 1
            lines.held = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _TooLong:
                raise FileRefused(
                    f"Row {number} is longer than {allowed.line:,} characters. Look for a quotation mark that is not closed."
                ) from None
            except (csv.Error, UnicodeError) as error:
                raise FileRefused(
                    f"Row {number} cannot be read as CSV: {error}. {SAVE_AGAIN}"
                ) from error
            yield number, cells


def _skip_separator(file: TextIO) -> None:
    """Skip a first line such as `sep=,`, which spreadsheets do not show. Raises FileRefused for another separator."""
    found = SEPARATOR.match(file.readline(LONGEST_SEPARATOR))
    if found is None:
        file.seek(0)
    elif found[1] != ",":
        raise FileRefused(
            f'The first line says that "{_named(found[1])}" separates the columns. {ONE_COLUMN["csv"]}'
        )


def _named(mark: str) -> str:
    return "tab" if mark == "\t" else mark


class _TooLong(Exception):
    pass


class _Lines:
    """The lines of a file.

    Raises _TooLong where the lines of one row exceed `longest` characters; the reader resets the count.
    """

    def __init__(self, file: TextIO, longest: int) -> None:
        self.file, self.longest, self.held = file, longest, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.file.readline(self.longest + 1)
        if not line:
            raise StopIteration
        self.held += len(line)
        if self.held > self.longest:
            raise _TooLong
        return line


def _encoding(path: Path) -> str:
    """Return UTF-8 where the whole file is valid or begins with its mark, otherwise Windows-1252.

    Raises FileRefused for a mixture of both, and for a file that is not text.
    """
    possible = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")}
    line = 1
    with path.open("rb") as file:
        if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            del possible["cp1252"]
        file.seek(0)
        while piece := file.read(PIECE):
            if (at := piece.find(b"\x00")) >= 0:
                raise FileRefused(f"Row {line + piece.count(10, 0, at)} is not text. {SAVE_AGAIN}")
            line += piece.count(10)
            possible = {
                name: decoder for name, decoder in possible.items() if _takes(decoder, piece)
            }
    possible = {
        name: decoder for name, decoder in possible.items() if _takes(decoder, b"", final=True)
    }
    if not possible:
        raise FileRefused(
            "The file is neither UTF-8 nor Windows-1252 throughout. Save it as CSV UTF-8."
        )
    if "utf-8" in possible:
        return "utf-8-sig"
    _refuse_both(path)
    return "cp1252"


def _refuse_both(path: Path) -> None:
    """Raise FileRefused where a file that is not all UTF-8 contains some of it, which Windows-1252 would garble."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as held:
        found = OF_UTF_8.search(held)
        if found is not None:
            every = held[:]
            raise FileRefused(
                BOTH.format(
                    one=_line(every, found.start()), other=_line(every, _first_other(every))
                )
            )


def _first_other(every: bytes) -> int:
    """Return the index of the first byte that is not UTF-8."""
    try:
        every.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(every)


def _line(every: bytes, at: int) -> int:
    return every.count(10, 0, at) + 1


def _takes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True
