"""Add to, correct and undo entries in an assessor's own record of professional development."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from assessments.models import CpdEntry
from assessments.models.holding import hold
from assessments.rules.assessors_route import MOST_HOURS
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers
from workforce.models import Person

CHANGED = "This entry has been corrected or undone since you opened it."


def record_cpd(
    *, person: Person, on: dt.date, what: str, hours: Decimal, by: Any, learned: str = ""
) -> CpdEntry:
    """Add an entry to one's own record and return it. The same entry on the same day is recorded only once."""
    stated = {"effective_on": on, "what": what.strip(), "hours": hours, "learned": learned.strip()}
    _check(person, stated, by)
    with acting_as(by=by):
        hold(people=[person.pk])
        same = CpdEntry.objects.live().filter(person=person, **stated).first()
        return same or CpdEntry.objects.create(person=person, **stated)


def correct_cpd(*, entry: CpdEntry, reason: str, by: Any, **changes: Any) -> CpdEntry:
    """Correct an entry of one's own, with a reason. Raises Conflict where it was corrected or undone meanwhile."""
    if not reason.strip():
        raise RuleBroken("Say why the entry is corrected.", "reason")
    with acting_as(by=by, reason=reason):
        held = lock_live(entry, CHANGED)
        stated = {
            name: getattr(held, name) for name in ("effective_on", "what", "hours", "learned")
        } | changes
        _check(held.person, stated, by)
        return supersede(held, by=by, reason=reason, **stated)


def undo_cpd(*, entry: CpdEntry, reason: str, by: Any) -> None:
    """Undo an entry of one's own that was recorded in error."""
    if not reason.strip():
        raise RuleBroken("Say why the entry is undone.", "reason")
    with acting_as(by=by, reason=reason):
        held = lock_live(entry, CHANGED)
        _own(held.person, by)
        void([held], by=by, reason=reason)


def _check(person: Person, stated: dict[str, Any], by: Any) -> None:
    _own(person, by)
    for field in ("what", "learned"):
        refuse_case_identifiers(field, stated[field])
    if not stated["what"]:
        raise RuleBroken("Say what you did.", "what")
    if stated["effective_on"] > today():
        raise RuleBroken("The day must be today or in the past.", "on")
    if not 0 < stated["hours"] <= MOST_HOURS:
        raise RuleBroken(f"Enter hours above 0, up to {MOST_HOURS}.", "hours")


def _own(person: Person, by: Any) -> None:
    """Raise NotAllowed where a user writes to somebody else's record. A background job, which is no person, passes."""
    if getattr(by, "person_id", person.pk) != person.pk:
        raise NotAllowed("A record of professional development is kept by the assessor themself.")
