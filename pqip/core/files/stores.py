"""What the folders of files hold, and which app owns each. Apps register theirs (`stores.py`) when the project starts.

register(Store("evidence", "Files of evidence", referenced=of_rows, missing_files=without_files))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True)
class MissingFile:
    """A row whose file is missing or has the wrong size: what it is, since when it was kept, and what to do."""

    what: str
    kept_at: dt.datetime
    instead: str


@dataclass(frozen=True)
class Store:
    """One folder in the files folder.

    `referenced` returns those of the given paths that a row refers to. It is called after the paths were listed, so that a
    file whose row has been committed meanwhile is included. `missing_files` yields the rows whose file is missing.
    """

    folder: str
    title: str
    referenced: Callable[[list[str]], set[str]]
    missing_files: Callable[[], Iterable[MissingFile]]

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.folder


_stores: dict[str, Store] = {}


def register(store: Store) -> None:
    """Register a store. Raises ValueError where two have the same folder."""
    if _stores.get(store.folder, store) != store:
        raise ValueError(f"Two stores have the folder {store.folder}.")
    _stores[store.folder] = store


def stores() -> list[Store]:
    """Return every store, by folder."""
    return [_stores[folder] for folder in sorted(_stores)]


def missing_files() -> Iterator[MissingFile]:
    """Yield every row whose file is missing."""
    for store in stores():
        yield from store.missing_files()


def uuids(names: Iterable[str]) -> list[UUID]:
    """Return those of the names that are UUIDs."""
    found = []
    for name in names:
        with suppress(ValueError):
            found += [UUID(name)]
    return found


def exists_with_size(path: Path, size: int) -> bool:
    """Return whether a file exists with this many bytes."""
    try:
        return path.stat().st_size == size
    except (FileNotFoundError, NotADirectoryError):
        return False
