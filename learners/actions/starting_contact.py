"""Contacts with a starter: record one, and undo one recorded in error."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Contact, Enrolment
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void


def keep_in_touch(*, by: Any, enrolment: Enrolment, on: dt.date, means: str, about: str) -> Contact:
    """Record a contact with the learner on a day. The same contact again is recorded once.

    Raises RuleBroken for a day to come.
    """
    if on > today():
        raise RuleBroken("This cannot have happened on a day to come.", "on")
    with acting_as(by=by):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        content = {"enrolment": held, "effective_on": on, "means": means, "about": about.strip()}
        return Contact.objects.live().filter(**content).first() or Contact.objects.create(**content)


def undo_contact(*, by: Any, contact: Contact, reason: str) -> None:
    """Undo a contact recorded in error. Raises Conflict if somebody has undone it already."""
    void([contact], by=by, reason=reason)
