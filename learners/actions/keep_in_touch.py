"""Keep in touch with a starter: note that somebody did, and undo what was noted in error."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Contact, Enrolment
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void


def keep_in_touch(*, by: Any, enrolment: Enrolment, on: dt.date, means: str, about: str) -> Contact:
    """Somebody was in touch with the learner that day; the same again is the same. Raises RuleBroken for a day to come."""
    if on > today():
        raise RuleBroken("This cannot have happened on a day to come.", "on")
    with act(by=by):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        said = {"enrolment": held, "effective_on": on, "means": means, "about": about.strip()}
        return Contact.objects.live().filter(**said).first() or Contact.objects.create(**said)


def undo_contact(*, by: Any, contact: Contact, reason: str) -> None:
    """Void what was noted in error. Raises Conflict where somebody has already."""
    void([contact], by=by, reason=reason)
