"""Writing files whole: under another name, synced, then put in place. Whatever stops it half way leaves nothing that has a name.

A process that is killed between leaves the other name behind; `actions/tidy.py` takes it away.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pqip.core.errors import NoRoom

#: How the names of files begin that are not in place yet.
MAKING = ".making-"
NO_ROOM = (
    "The service has no room left for files, so nothing was kept. Tell whoever looks after it, and try again once there is room."
)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def room(field: str | None = None) -> Iterator[None]:
    """A disk that is full, here or in what is called, is said in words. Raises NoRoom."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise NoRoom(NO_ROOM, field) from error


@contextmanager
def making(folder: Path, field: str | None = None) -> Iterator[BinaryIO]:
    """A file of no name yet, to be written and `put`; where it is not, nothing is left of it. The folder is made where need be.

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
    """Give a file that is made its name; it survives a power cut from then on."""
    stream.flush()
    os.fsync(stream.fileno())
    os.replace(stream.name, path)
    _sync(path.parent)


def keep_whole(pieces: Iterable[bytes], path: Path, field: str) -> str:
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
