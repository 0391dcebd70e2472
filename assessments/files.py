"""Files that belong to evidence, and where they are kept. What they may be stands in `pqip/files/documents.py`.

Kept under a name of ours in `evidence/` of the files folder, which no web server shows; read only through a page that
checks who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pqip.files.documents import accept
from pqip.files.writing import keep_whole

FIELD = "file"


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
    brought, that does more than be read (`pqip/files/documents.py`), that a virus scanner refuses or cannot check, and where
    there is no room for it.
    """
    kind = accept(upload, FIELD)
    public_id = uuid4()
    sha256 = keep_whole(upload.chunks(), path_of(public_id), FIELD)
    return Kept(public_id, PurePath(upload.name or "file").name[-150:], kind, upload.size or 0, sha256)


def forget(public_id: UUID) -> None:
    """Delete a kept file; nothing happens where it is gone already."""
    path_of(public_id).unlink(missing_ok=True)


def path_of(public_id: UUID) -> Path:
    """Where a file is kept."""
    return Path(settings.MEDIA_ROOT) / "evidence" / str(public_id)
