"""Reference data: what ships with the project, and which kinds of it an administrator may change without a release.

Each app declares its kinds in its `reference` package, with the rows that ship (CSV files beside it). From the same
declaration `load_reference` loads them into the database, and the administrator's pages list and change them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from pqip.core.guards import is_ledger

Rows = Callable[[], Iterable[Mapping[str, str]]]


@dataclass(frozen=True)
class Kind:
    """A kind of reference data.

    `key` names the fields that identify a row; `fields` those that an administrator sees and changes; `source` says where
    the shipped rows come from. A row refers to another by that one's key, its parts joined by `/`.
    """

    slug: str
    title: str
    one: str
    model_label: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    rows: Rows
    source: str
    #: Called within the transaction that changed rows, to update what is derived from them.
    after_change: Callable[[], None] = lambda: None

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.model_label)

    @property
    def is_dated(self) -> bool:
        """Return True for dated facts: a change is a new row from a day on, and a correction voids the row it corrects."""
        return is_ledger(self.model)

    def current(self) -> models.QuerySet:
        """Return the rows that hold now; of dated facts those not voided."""
        rows = self.model._base_manager.all()
        return rows.filter(voided_at=None) if self.is_dated else rows


kinds: dict[str, Kind] = {}


def register(*declared: Kind) -> None:
    """Register kinds, in the order in which they are loaded: a row may refer only to kinds registered before its own."""
    for kind in declared:
        kinds[kind.slug] = kind


def file(path: Path) -> Rows:
    """Return the rows of a CSV file that ships with an app."""
    return partial(_read, path)


def key_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Return the fields that identify a row of a model: for a model that is no kind, such as an intake, its code.

    Raises LookupError for a model that has neither.
    """
    for kind in kinds.values():
        if kind.model is model:
            return kind.key
    if any(field.name == "code" and field.unique for field in model._meta.concrete_fields):
        return ("code",)
    raise LookupError(f"{model._meta.label} is no kind of reference data.")


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
