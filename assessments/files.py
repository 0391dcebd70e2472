"""Files that belong to evidence: what they may be, told by their content, and where they are kept.

Kept under a name of ours in `evidence/` of the files folder, which no web server shows; read only through a page that
checks who asks.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pqip.core.errors import RuleBroken
from pqip.core.scanning import refuse_infected

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
#: Parts and unpacked bytes of a document, which is a ZIP inside.
MOST_PARTS, MOST_UNPACKED = 5_000, 200 * MIB
FIELD = "file"


@dataclass(frozen=True)
class Kind:
    """A kind of file: how its name may end, what it is served as, and how its content is told."""

    endings: tuple[str, ...]
    served_as: str
    is_it: Callable[[BinaryIO], bool]


def _begins(with_: bytes) -> Callable[[BinaryIO], bool]:
    def look(file: BinaryIO) -> bool:
        file.seek(0)
        return file.read(len(with_)) == with_

    return look


def _holds(part: str) -> Callable[[BinaryIO], bool]:
    """Whether it is a ZIP with that part, without macros and without a password, of no absurd size."""

    def look(file: BinaryIO) -> bool:
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as packed:
                parts = packed.infolist()
        except (zipfile.BadZipFile, ValueError, OSError):
            return False
        names = {one.filename for one in parts}
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise RuleBroken("The selected file holds macros. Save it without them and try again.", FIELD)
        if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
            raise RuleBroken("The selected file unpacks to more than this service takes.", FIELD)
        return part in names and not any(one.flag_bits & 1 for one in parts)

    return look


KINDS: dict[str, Kind] = {
    "pdf": Kind((".pdf",), "application/pdf", _begins(b"%PDF-")),
    "docx": Kind((".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                 _holds("word/document.xml")),
    "odt": Kind((".odt",), "application/vnd.oasis.opendocument.text", _holds("content.xml")),
    "png": Kind((".png",), "image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind((".jpg", ".jpeg"), "image/jpeg", _begins(b"\xff\xd8\xff")),
}
TAKES = "PDF, Word (DOCX), OpenDocument (ODT), PNG or JPEG"


@dataclass(frozen=True)
class Kept:
    """What is known of a file that was kept: the name of ours, its own, its kind, its size in bytes, its SHA-256."""

    public_id: UUID
    name: str
    kind: str
    size: int
    sha256: str

    def terms(self) -> dict[str, Any]:
        return vars(self)


def keep(upload: UploadedFile) -> Kept:
    """Keep an uploaded file, written whole before it has its name.

    Raises RuleBroken (field `file`) for one that is empty, too large, of another kind than its name says or than may be
    brought, or that a virus scanner refuses or cannot check.
    """
    kind = _kind_of(upload)
    refuse_infected(upload.file, FIELD)
    public_id, digest = uuid4(), hashlib.sha256()
    beside = path_of(public_id).with_suffix(".part")
    beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(beside, "xb", opener=_private) as file:
        for piece in upload.chunks():
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path_of(public_id))
    return Kept(public_id, PurePath(upload.name or "file").name[-150:], kind, upload.size or 0, digest.hexdigest())


def forget(public_id: UUID) -> None:
    """Delete a kept file; nothing happens where it is gone already."""
    path_of(public_id).unlink(missing_ok=True)


def path_of(public_id: UUID) -> Path:
    """Where a file is kept."""
    return Path(settings.MEDIA_ROOT) / "evidence" / str(public_id)


def _kind_of(upload: UploadedFile) -> str:
    """Its kind, told by its content and agreed by its name."""
    if not upload.size:
        raise RuleBroken("The selected file is empty.", FIELD)
    if upload.size > MOST_BYTES:
        raise RuleBroken(f"The selected file must be smaller than {MOST_BYTES // MIB} MB.", FIELD)
    ending = PurePath(upload.name or "").suffix.lower()
    named = next((name for name, kind in KINDS.items() if ending in kind.endings), None)
    if named is None:
        raise RuleBroken(f"The selected file must be a {TAKES} file.", FIELD)
    if not KINDS[named].is_it(upload.file):
        raise RuleBroken(f"The content of the selected file is not that of a {ending} file, or it needs a password.", FIELD)
    upload.file.seek(0)
    return named


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
