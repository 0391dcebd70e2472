"""Store, read and delete the files of evidence. Which files are allowed is decided in `pqip/files/documents.py`.

A file is stored under a generated name in `evidence/` of the files folder, which no web server exposes. It is read
only through a page that checks permission.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pqip.core.files.writing import write_file
from pqip.files.documents import accept

FIELD = "file"


@dataclass(frozen=True)
class StoredFile:
    """What is known of a stored file: its generated name, original name, type, size in bytes and SHA-256."""

    public_id: UUID
    name: str
    kind: str
    size: int
    sha256: str

    def terms(self) -> dict[str, Any]:
        return vars(self)


def keep(upload: UploadedFile) -> StoredFile:
    """Store an uploaded file, complete before it gets its name, and return what is known of it.

    Raises RuleBroken (field `file`) for a file that is empty, too large, of another type than its name says, of a type
    that is not allowed, that has active content (`pqip/files/documents.py`), that a virus scanner refuses or cannot
    check, and where there is no room for it.
    """
    kind = accept(upload, FIELD)
    public_id = uuid4()
    sha256 = write_file(upload.chunks(), path_of(public_id), FIELD)
    return StoredFile(
        public_id, PurePath(upload.name or "file").name[-150:], kind, upload.size or 0, sha256
    )


def forget(public_id: UUID) -> None:
    """Delete a stored file; nothing happens where it does not exist."""
    path_of(public_id).unlink(missing_ok=True)


def path_of(public_id: UUID) -> Path:
    """Return the path of a stored file."""
    return Path(settings.MEDIA_ROOT) / "evidence" / str(public_id)
