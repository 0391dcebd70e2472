"""Ledgers: insert-only rows of dated facts with two times.

`effective_on` says when the fact was true, `recorded_at` when the system learned of it. A row is never changed or deleted;
it is voided once, and the right fact is recorded beside it, at the same instant. Nothing is recorded before what it belongs
to: a model to which facts belong names, in `first_recorded_in`, the ledger (and its relation) whose first row says when it
was recorded. The database enforces all of this (`pqip/core/sql/2_ledgers.sql`); this module expresses it in Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.columns import column_of
from pqip.core.errors import Conflict

VOID_FIELDS = ("voided_at", "voided_by", "void_reason")


def known(known_at: dt.datetime | None, prefix: str = "") -> models.Q:
    """Return the condition for rows recorded by `known_at` and not voided by then; for what is known now where it is None."""
    if known_at is None:
        return models.Q(**{f"{prefix}voided_at": None})
    recorded = models.Q(**{f"{prefix}recorded_at__lte": known_at})
    return recorded & (
        models.Q(**{f"{prefix}voided_at": None}) | models.Q(**{f"{prefix}voided_at__gt": known_at})
    )


class LedgerQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Return the rows that are not voided: what is known now."""
        return self.filter(voided_at=None)

    def known_at(self, known_at: dt.datetime | None) -> Self:
        """Return the rows known at that instant, or now where it is None."""
        return self.filter(known(known_at))

    def as_at(self, as_at: dt.date) -> Self:
        """Return the facts that are true on or before that date."""
        return self.filter(effective_on__lte=as_at)

    def changed_after(self, known_at: dt.datetime) -> Self:
        """Return the rows recorded or voided after that instant, by which what was known then differs from now."""
        return self.filter(models.Q(recorded_at__gt=known_at) | models.Q(voided_at__gt=known_at))


class LedgerModel(models.Model):
    """A dated fact. The database sets the times, who recorded it and who voided it."""

    is_ledger = True

    effective_on = models.DateField("true from")
    recorded_at = models.DateTimeField(null=True, editable=False)
    recorded_by = models.CharField(max_length=100, editable=False, default="")
    loaded_at = models.DateTimeField(null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    voided_by = models.CharField(max_length=100, editable=False, default="", blank=True)
    void_reason = models.CharField(max_length=500, editable=False, default="", blank=True)

    objects: ClassVar = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def known_from(self) -> dt.datetime:
        """Return when the system learned of the fact. Raises ValueError for a row that is not saved."""
        if self.recorded_at is None:
            raise ValueError(f"{self!r} is not recorded.")
        return self.recorded_at

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


class KnownLedger(LedgerModel):
    """What the rows of another table said, as it was known; the database writes it with every write to that table, bulk
    included.

    That table holds what is known now, and is what actions and files write; `core_keep_known` records changes here, and
    `check_ledger` compares the two. `known_of` names the table, its key's column, and the relation here; every other column
    has the same name in both. `erasable` columns hold personal values, which the retention role may erase.
    """

    audited = False
    known_of: tuple[str, str, str]
    erasable: tuple[str, ...] = ()

    class Meta:
        abstract = True


LEDGER_COLUMNS = frozenset({"id", *(field.name for field in LedgerModel._meta.fields)})


def kept_columns(model: type[KnownLedger]) -> list[str]:
    """Return the columns of a `KnownLedger` that hold content, in order."""
    relation = model.known_of[2]
    fields = model._meta.concrete_fields
    return [
        column_of(field)
        for field in fields
        if field.name not in LEDGER_COLUMNS and field.name != relation
    ]


Row = TypeVar("Row", bound=LedgerModel)


def void(rows: Iterable[Row], *, by: Any, reason: str) -> None:
    """Void these rows of one ledger. Raises Conflict where somebody has voided one of them already."""
    rows = list(rows)
    if not rows:
        return
    with acting_as(by=by, reason=reason):
        keys = [row.pk for row in rows]
        model = type(rows[0])
        live = model._base_manager.filter(pk__in=keys, voided_at=None)
        if len(
            live.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
        ) != len(keys):
            raise Conflict("This has already been undone or corrected by somebody else.")
        model._base_manager.filter(pk__in=keys).update(voided_at=now(), void_reason=reason)


def lock_live(row: Row, refusal: str, **still_open: Any) -> Row:
    """Return the row as it is now, locked until the transaction ends.

    Raises Conflict, with `refusal`, where it was voided or no longer satisfies `still_open`.
    """
    open_ = type(row)._base_manager.filter(pk=row.pk, voided_at=None, **still_open)
    locked = open_.select_for_update(no_key=True, of=("self",)).first()
    if locked is None:
        raise Conflict(refusal)
    return locked


def supersede(row: Row, *, by: Any, reason: str, **changes: Any) -> Row:
    """Correct a fact: void the row and record a copy with `changes`. Returns the new row."""
    with acting_as(by=by, reason=reason):
        void([row], by=by, reason=reason)
        fresh = _copy(row, changes)
        fresh.save(force_insert=True)
    return fresh


def supersede_all(rows: Iterable[Row], *, by: Any, reason: str, **changes: Any) -> list[Row]:
    """Correct many rows of one ledger in the same way, in a fixed number of queries. Returns the new rows."""
    rows = list(rows)
    if not rows:
        return []
    with acting_as(by=by, reason=reason):
        void(rows, by=by, reason=reason)
        return type(rows[0])._base_manager.bulk_create(_copy(row, changes) for row in rows)


def _copy(row: Row, changes: dict[str, Any]) -> Row:
    fresh = type(row)(**content(row))
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


def content(row: LedgerModel) -> dict[str, Any]:
    """Return what a row states, without its key, its public identifier and the ledger's own columns."""
    skip = {"recorded_at", "recorded_by", "loaded_at", "public_id", *VOID_FIELDS}
    fields = (
        field
        for field in row._meta.concrete_fields
        if not field.primary_key and not field.generated
    )
    return {
        field.attname: getattr(row, field.attname) for field in fields if field.name not in skip
    }


def live(condition: models.Q | None = None) -> models.Q:
    """Return the condition for a constraint on live rows only."""
    return (
        models.Q(voided_at=None) & condition if condition is not None else models.Q(voided_at=None)
    )
