"""Changes of reference data by an administrator, without a release."""

from __future__ import annotations

from typing import Any

from django.db import models

from pqip.core.acting import MEANWHILE, acting_as
from pqip.core.formats import lower_first
from pqip.core.ledger import supersede
from pqip.core.reference import Kind
from pqip.core.refusals import translate_db_errors


def add_row(*, by: Any, kind: Kind, row: models.Model) -> models.Model:
    """Record a new row that its form has checked. A dated row holds from its date.

    Raises RuleBroken for what a guard refuses, such as a unit of a version on which candidates are
    registered.
    """
    added = f"Added to {lower_first(kind.title)}"
    with translate_db_errors(MEANWHILE), acting_as(by=by, reason=added):
        row.save(force_insert=True)
        kind.after_change()
    return row


def change_row(*, by: Any, kind: Kind, row: models.Model, reason: str) -> models.Model:
    """Record what a row says now, as checked by its form; return the row, or for a dated fact the new one that takes its
    place.

    The old row of a dated fact is voided and kept. Raises RuleBroken for what a guard refuses, and Conflict for a
    duplicate.
    """
    with translate_db_errors(MEANWHILE), acting_as(by=by, reason=reason):
        if kind.is_dated:
            row = supersede(row, by=by, reason=reason)  # type: ignore[type-var]
        else:
            row.save(update_fields=kind.fields)
        kind.after_change()
    return row
