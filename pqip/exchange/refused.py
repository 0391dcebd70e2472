"""What the database refuses of a file, in words."""

from __future__ import annotations

from django.apps import apps
from django.db import DatabaseError
from django.db.models import BaseConstraint

#: SQLSTATE of rows that may not stand beside each other: the same thing twice, or at the same time.
ONCE_ONLY = {"23505", "23P01"}
MEANWHILE = "something on record by now cannot stand beside these rows."
AGAIN = "Look at what was recorded a moment ago, and check the file again."
#: SQLSTATE of what would have been recorded before what it corrects or belongs to.
TOO_EARLY = {"PQ005", "PQ006"}


def said_of(error: DatabaseError) -> str:
    """The rule as the database words it, without the values it quotes in its detail.

    Each row was compared with what stood; so what it meets all the same in a rule that rows keep among themselves was
    recorded a moment ago, or cannot be seen from here.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "sqlstate", None) in ONCE_ONLY:
        return " ".join(filter(None, [MEANWHILE, _worded(diagnosis.constraint_name), AGAIN]))
    words = getattr(diagnosis, "message_primary", None) or type(error).__name__
    if getattr(diagnosis, "sqlstate", None) in TOO_EARLY:
        return f"the stated time of recording is too early for some of these rows. {words.rstrip('.')}."
    return f"the records' own rules refuse it: {words.rstrip('.')}."


def _worded(constraint: str) -> str:
    """What a model says of a constraint of its own, if anything."""
    every = (one for model in apps.get_models() for one in model._meta.constraints)
    said = next((one.violation_error_message for one in every if one.name == constraint), None)
    return "" if said in (None, BaseConstraint.default_violation_error_message) else str(said)
