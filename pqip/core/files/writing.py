"""Writing files atomically: under a temporary name, synced, then renamed. An interruption leaves no incomplete file under
the final name.

A process that is killed leaves the temporary file behind; `actions/tidy.py` deletes it.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pqip.core.errors import NoRoom

#: The prefix of temporary file names.
MAKING = ".making-"
NO_ROOM = "The service has no room left for files, so nothing was kept. Tell whoever looks after it, and try again once there is room."  # noqa: E501
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def room(field: str | None = None) -> Iterator[None]:
    """Raise NoRoom in words where the disk turns out to be full within."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise NoRoom(NO_ROOM, field) from error


@contextmanager
def making(folder: Path, field: str | None = None) -> Iterator[BufferedRandom]:
    """Open a temporary file, to be written and then `put`; without `put` it is deleted. The folder is created where needed.

    Raises NoRoom for `field` where the disk is full.
    """
    path = folder / f"{MAKING}{uuid4().hex}"
    with room(field):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(path, "x+b", opener=_private) as stream:
                yield stream
        finally:
            path.unlink(missing_ok=True)


def put(stream: BinaryIO, path: Path) -> None:
    """Rename a finished temporary file to its path; from then on it survives a power cut."""
    stream.flush()
    os.fsync(stream.fileno())
    os.replace(stream.name, path)
    _sync(path.parent)


def write_file(pieces: Iterable[bytes], path: Path, field: str) -> str:
    """Write a file from pieces and return its SHA-256. Raises NoRoom for `field` where there is no room."""
    digest = hashlib.sha256()
    with making(path.parent, field) as stream:
        for piece in pieces:
            digest.update(piece)
            stream.write(piece)
        put(stream, path)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
