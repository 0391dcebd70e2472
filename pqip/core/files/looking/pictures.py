"""Inspects PNG and JPEG: the number of pixels, and whether the file contains anything else. Nothing is decompressed.

Sources: PNG third edition §5 (chunks); ITU-T T.81 Annex B (markers). Phones append data to a JPEG, so that is allowed
unless it could be read as a file of another kind.
"""

from __future__ import annotations

import struct
from typing import BinaryIO
from zipfile import is_zipfile

from .refused import DAMAGED, NOT_ONE, PIXELS, TWO_KINDS, Suspect

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
#: JPEG markers of frames, which hold height and width; and markers without a length.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xD8)}
OTHERS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"<script", b"<?php", b"<html")
#: A PDF may begin this many bytes into a file.
PDF_WITHIN = 1024


def look_at_picture(file: BinaryIO, kind: str, most_pixels: int) -> None:
    """Raise Suspect for a picture that is invalid, is also another kind of file, or has more than `most_pixels` pixels."""
    file.seek(0)
    data = file.read()
    width, height = (_png if kind == "png" else _jpeg)(data)
    if not width or not height:
        raise Suspect(DAMAGED)
    if width * height > most_pixels:
        raise Suspect(PIXELS)
    lowered = data.lower()
    if (
        is_zipfile(file)
        or b"%PDF-" in data[:PDF_WITHIN]
        or any(mark.lower() in lowered for mark in OTHERS)
    ):
        raise Suspect(TWO_KINDS)


def _png(data: bytes) -> tuple[int, int]:
    """Return width and height. Raises unless the chunks reach from the first byte to the last."""
    if not data.startswith(PNG):
        raise Suspect(NOT_ONE)
    at, size = len(PNG), None
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if size is None:
            if kind != b"IHDR" or length != 13 or at + 16 > len(data):
                raise Suspect(DAMAGED)
            size = struct.unpack_from(">II", data, at + 8)
        at += 12 + length
        if kind == b"IEND":
            if at != len(data):
                raise Suspect(TWO_KINDS if at < len(data) else DAMAGED)
            return size
    raise Suspect(DAMAGED)


def _jpeg(data: bytes) -> tuple[int, int]:
    """Return width and height of the largest frame before the image data."""
    if not data.startswith(JPEG):
        raise Suspect(NOT_ONE)
    at, width, height = 2, 0, 0
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Suspect(DAMAGED)
        mark = data[at + 1]
        if mark == 0xFF or mark in ALONE:
            at += 1 if mark == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if mark in FRAMES and at + 9 <= len(data):
            tall, wide = struct.unpack_from(">HH", data, at + 5)
            width, height = max(width, wide), max(height, tall)
        if mark in (0xDA, 0xD9) or length < 2:
            break
        at += 2 + length
    if b"\xff\xd9" not in data[at:]:
        raise Suspect(DAMAGED)
    return width, height
