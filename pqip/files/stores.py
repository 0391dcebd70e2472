"""What the folders of files hold, and whose it is: each app says of its own (`stores.py`), found when the project starts.

    register(Store("evidence", "Files of evidence", belongs=of_rows, gone=without_files))
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
class Gone:
    """A row whose file is not there, or of another size than was kept: what it is, since when it was kept, what to do."""

    what: str
    kept_at: dt.datetime
    instead: str


@dataclass(frozen=True)
class Store:
    """One folder of the files folder.

    `belongs` tells of paths beneath it which rows keep: asked after the paths were seen, so that a file whose row was committed
    meanwhile is one of them. `gone` finds rows whose file is not there.
    """

    folder: str
    title: str
    belongs: Callable[[list[str]], set[str]]
    gone: Callable[[], Iterable[Gone]]

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.folder


_stores: dict[str, Store] = {}


def register(store: Store) -> None:
    """Add a store. Raises ValueError where two have one folder."""
    if _stores.get(store.folder, store) != store:
        raise ValueError(f"Two stores have the folder {store.folder}.")
    _stores[store.folder] = store


def stores() -> list[Store]:
    """Every store, by folder."""
    return [_stores[folder] for folder in sorted(_stores)]


def gone() -> Iterator[Gone]:
    """Every row whose file is not there."""
    for store in stores():
        yield from store.gone()


def uuids(names: Iterable[str]) -> list[UUID]:
    """The names that are identifiers; others are nobody's."""
    found = []
    for name in names:
        with suppress(ValueError):
            found += [UUID(name)]
    return found


def is_there(path: Path, size: int) -> bool:
    """Whether a file is there, with as many bytes as were kept."""
    try:
        return path.stat().st_size == size
    except (FileNotFoundError, NotADirectoryError):
        return False
