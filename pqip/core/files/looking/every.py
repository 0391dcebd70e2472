"""Chooses the inspection for each kind of file."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from .archives import BROKEN
from .parts import look_at_parts
from .pdf import look_at_pdf
from .pictures import look_at_picture
from .refused import DAMAGED, Suspect


def look(file: BinaryIO, kind: str, most_pixels: int) -> None:
    """Inspect a document (`docx`, `odt`, `pdf`) or a picture (`png`, `jpg`). Raises Suspect."""
    if kind == "pdf":
        look_at_pdf(file)
    elif kind in ("png", "jpg"):
        look_at_picture(file, kind, most_pixels)
    else:
        try:
            archive = zipfile.ZipFile(file)
        except BROKEN as error:
            raise Suspect(DAMAGED) from error
        with archive:
            look_at_parts(archive, kind, whole=True)
