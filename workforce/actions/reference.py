"""Reference data changed by an administrator, without a release."""

from __future__ import annotations

from typing import Any

from django.db import models

from pqip.core.acting import act
from pqip.core.ledger import supersede
from pqip.core.reference import Kind
from pqip.govuk.formats import lower_first


def add_row(*, by: Any, kind: Kind, row: models.Model) -> models.Model:
    """Record a new row, already checked by its form; a dated one holds from its date."""
    with act(by=by, reason=f"Added to {lower_first(kind.title)}"):
        row.save(force_insert=True)
        kind.after_change()
    return row


def change_row(*, by: Any, kind: Kind, row: models.Model, reason: str) -> models.Model:
    """Record what a row now says, already checked by its form. Of a dated fact the old row is voided and kept."""
    with act(by=by, reason=reason):
        if kind.is_dated:
            row = supersede(row, by=by, reason=reason)  # type: ignore[type-var]
        else:
            row.save(update_fields=kind.fields)
        kind.after_change()
    return row
