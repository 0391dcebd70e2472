"""Deletes files that no row refers to: left by a killed process, a full disk or a failed report.

Nothing is deleted that somebody may be writing just now. A file is old when it was last written a safe time before the
oldest open transaction began (or before now, where none is open): a process that writes a file and then its row has a
younger file.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import connection

from pqip.core.clock import now
from pqip.core.files.stores import Store, stores

log = logging.getLogger("pqip.files")
#: Longer than any process takes from the first byte of a file to the row that names it.
SAFE_AGE = dt.timedelta(days=1)
TOGETHER = 1_000
OLDEST = """
SELECT coalesce(min(xact_start), clock_timestamp()) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class TidyResult:
    """The number of files deleted, and their bytes."""

    files: int
    bytes: int


def tidy(age: dt.timedelta = SAFE_AGE) -> TidyResult:
    """Delete, in every store, the files older than `age` that no row refers to, and empty folders. Safe to repeat."""
    before = min(now(), _oldest_open()) - age
    files = size = 0
    for store in stores():
        emptied: set[Path] = set()
        for path in _left_over(store, before):
            removed = _remove(path, before)
            if removed is not None:
                files, size = files + 1, size + removed
                emptied.add(path.parent)
        _drop_empty(store.path, emptied, before)
    if files:
        log.warning(
            "files that belonged to nobody were taken away",
            extra={"event": "files_tidied", "detail": f"{files} files"},
        )
    return TidyResult(files, size)


def left_over(age: dt.timedelta = SAFE_AGE) -> Iterator[Path]:
    """Yield the files that `tidy` would delete."""
    before = min(now(), _oldest_open()) - age
    for store in stores():
        yield from _left_over(store, before)


def _left_over(store: Store, before: dt.datetime) -> Iterator[Path]:
    """Yield the old files of a store that no row refers to.

    The files are listed first and asked about afterwards, so that a row written in between counts.
    """
    old = _old(store.path, before)
    while names := {os.path.relpath(path, store.path): path for path in islice(old, TOGETHER)}:
        kept = store.referenced(list(names))
        yield from (path for name, path in names.items() if name not in kept)


def _oldest_open() -> dt.datetime:
    """Return when the oldest open transaction of this database began."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        return cursor.fetchone()[0]


def _old(folder: Path, before: dt.datetime) -> Iterator[Path]:
    """Yield the files in a folder last written before an instant. A link counts as a file and is not followed."""
    limit = before.timestamp()
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if _written(path) < limit:
                yield path


def _written(path: Path) -> float:
    """Return when a file was last written; a missing file is never old."""
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _remove(path: Path, before: dt.datetime) -> int | None:
    """Delete a file unless it was written again meanwhile. Returns its bytes, or None where it was left."""
    if _written(path) >= before.timestamp():
        return None
    try:
        size = path.lstat().st_size
        path.unlink()
    except FileNotFoundError:
        return None
    return size


def _drop_empty(folder: Path, emptied: set[Path], before: dt.datetime) -> None:
    """Delete empty folders within a folder: old ones, and those just emptied. A folder that is filled meanwhile stays."""
    limit = before.timestamp()
    for place, _folders, _names in os.walk(folder, topdown=False):
        path = Path(place)
        if path != folder and (path in emptied or _written(path) < limit):
            with suppress(OSError):
                path.rmdir()
