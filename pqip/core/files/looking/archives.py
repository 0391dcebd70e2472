"""Inspects a zip: its directory before anything is unpacked, and the first bytes of its parts.

Sources: APPNOTE 6.3.10 §4.3 (the directory and its end); Fifield, *A better zip bomb* (2019), for entries that overlap.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from .refused import (
    DAMAGED,
    HOLDS_FILES,
    LINKS,
    MACROS,
    NAMES,
    PASSWORD,
    RATIO,
    TOO_LARGE,
    TOO_MANY,
    TWO_KINDS,
    Suspect,
)

PIECE = 1 << 20
ENTRY, FIRST, END, END_SIZE = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", 22
#: Flags: encrypted entry, strong encryption, encrypted name. An archive smaller than this is never called a bomb.
ENCRYPTED, SMALL = 0x1 | 0x40 | 0x2000, PIECE
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
)
DRIVE = re.compile(r"[A-Za-z]:")
#: Letters, digits and punctuation written as character references, which only serves to hide them.
SPELT = re.compile(r"%(2[de]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])")
#: Endings of parts that are files themselves, and folders that contain such parts.
FILES = (
    ".zip", ".gz", ".7z", ".rar", ".jar", ".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".docm", ".dotm", ".doc", ".pptx", ".ppt",
    ".ods", ".odt", ".pdf", ".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".hta", ".lnk",
)  # fmt: skip
FOLDERS = re.compile(r"(xl|word|ppt)/(embeddings|activex)/")
LINKED = "xl/externallinks/"
MACRO_PARTS = re.compile(r"(.*/)?vbaproject[^/]*\.bin|(basic|scripts)/.+")
#: The first bytes of archives, programs, OLE objects and PDFs.
BEGINNINGS = (
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"%PDF-",
)
GZIP, PACKED_DRAWINGS = b"\x1f\x8b\x08", (".emz", ".wmz")


@dataclass(frozen=True)
class ArchiveLimits:
    """Limits: the bytes unpacked in total, the ratio of unpacked to packed size, and the number of parts."""

    unpacked: int
    ratio: int
    entries: int


def look_at_directory(file: BinaryIO, most: ArchiveLimits) -> list[zipfile.ZipInfo]:
    """Return the entries of a zip. Raises Suspect for what its directory says, before anything is unpacked."""
    size = file.seek(0, 2)
    if _count(file) > most.entries:
        raise Suspect(TOO_MANY)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            comment, starts_at = archive.comment, archive.start_dir
        _check_no_gaps(file, size, entries, comment, starts_at)
    except BROKEN as error:
        raise Suspect(DAMAGED) from error
    _check_sizes(entries, size, most)
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Suspect(PASSWORD)
    _check_names([entry.orig_filename for entry in entries])
    if any(_is_special(entry) for entry in entries):
        raise Suspect(NAMES)
    return entries


def _count(file: BinaryIO) -> int:
    """Return an upper bound for the number of entries, by counting their signature: listing millions would fill the memory."""
    count, held = 0, b""
    file.seek(0)
    while piece := file.read(PIECE):
        count += (held + piece).count(ENTRY)
        held = piece[1 - len(ENTRY) :]
    return count


def _check_no_gaps(
    file: BinaryIO, size: int, entries: list[zipfile.ZipInfo], comment: bytes, starts_at: int
) -> None:
    """Raise Suspect unless the zip's parts fill the file without gaps or overlaps: nothing before, beside, between or after
    them.
    """
    file.seek(0)
    first = file.read(len(FIRST))
    file.seek(max(size - END_SIZE, 0))
    last = file.read()
    if not entries and last.startswith(END):
        return
    if (
        first != FIRST
        or comment
        or not last.startswith(END)
        or min(entry.header_offset for entry in entries) != 0
    ):
        raise Suspect(TWO_KINDS)
    placed = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [entry.header_offset for entry in placed[1:]] + [starts_at]
    if any(
        entry.header_offset + 30 + entry.compress_size > end
        for entry, end in zip(placed, ends, strict=True)
    ):
        raise Suspect(DAMAGED)


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int, most: ArchiveLimits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > most.unpacked:
        raise Suspect(TOO_LARGE)
    if unpacked > SMALL and unpacked > packed * most.ratio:
        raise Suspect(RATIO)


def _check_names(names: list[str]) -> None:
    lowered = [name.lower().replace("\\", "/") for name in names]
    for name in lowered:
        if (
            name.startswith("/")
            or ".." in name.split("/")
            or DRIVE.match(name)
            or "\x00" in name
            or SPELT.search(name)
        ):
            raise Suspect(NAMES)
    if len(set(lowered)) < len(names):
        raise Suspect(NAMES)
    if any(MACRO_PARTS.fullmatch(name) for name in lowered):
        raise Suspect(MACROS)
    if any(name.startswith(LINKED) for name in lowered):
        raise Suspect(LINKS)
    if any(name.endswith(FILES) or FOLDERS.match(name) for name in lowered):
        raise Suspect(HOLDS_FILES)


def _is_special(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry is a link, a device or the like."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind not in (0, stat.S_IFREG, stat.S_IFDIR)


def look_at_beginnings(archive: zipfile.ZipFile) -> None:
    """Raise Suspect where a part is an archive, a program, an OLE object or a PDF, whatever its name."""
    try:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                start = part.read(1024)
            is_program = start.startswith(b"MZ") and b"PE\x00\x00" in start
            is_packed = start.startswith(GZIP) and not entry.filename.lower().endswith(
                PACKED_DRAWINGS
            )
            if start.startswith(BEGINNINGS) or is_program or is_packed:
                raise Suspect(HOLDS_FILES)
    except BROKEN as error:
        raise Suspect(DAMAGED) from error
