"""Puts the database's refusals of an imported file into words."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import DatabaseError
from django.db.models import BaseConstraint

#: The SQLSTATEs of rows that conflict with each other: the same thing twice, or two at the same time.
ONCE_ONLY = {"23505", "23P01"}
MEANWHILE = "something on record by now cannot stand beside these rows."
AGAIN = "Look at what was recorded a moment ago, and check the file again."
#: The SQLSTATE of a row recorded before what it corrects or belongs to.
TOO_EARLY = {"PQ005", "PQ006"}


def message_for(error: DatabaseError) -> str:
    """Return the rule in the database's words, without the values that its detail quotes.

    Each row has been compared with what is recorded. A conflict with another row that is found all the same was recorded a
    moment ago, or is out of the importer's sight.
    """
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "sqlstate", None) in ONCE_ONLY:
        return " ".join(filter(None, [MEANWHILE, _worded(diagnosis.constraint_name), AGAIN]))
    words = getattr(diagnosis, "message_primary", None) or type(error).__name__
    if getattr(diagnosis, "sqlstate", None) in TOO_EARLY:
        return f"the stated time of recording is too early for some of these rows. {words.rstrip('.')}."
    return f"the records' own rules refuse it: {words.rstrip('.')}."


def _worded(constraint: str) -> str:
    """Return a model's own message for a constraint; "" where it has none."""
    every = (one for model in apps.get_models() for one in model._meta.constraints)
    message = next((one.violation_error_message for one in every if one.name == constraint), None)
    return "" if message in (None, BaseConstraint.default_violation_error_message) else str(message)
