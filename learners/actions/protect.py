"""Protected days for study and the vocational diploma: planned in a pattern, kept or lost.

A day that the learner themself recorded as lost is theirs alone to change.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.holding import hold
from learners.models import Enrolment, LostReason, ProtectedDay, Segment
from learners.models.enrolments import Status
from learners.practice_facts import theirs_alone
from learners.rules.practice import check_day, pattern
from pqip.core.acting import act, actor_name
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold, void
from workforce.models import BankHoliday, Person

THEIRS = "The learner recorded this day as lost. Only they can change it."


def plan_days(
    *, by: Any, enrolment: Enrolment, first: dt.date, weeks: int, weekdays: dict[str, int]
) -> list[ProtectedDay]:
    """Plan so many weeks; bank holidays, breaks and days planned already are left out. Returns what was planned."""
    with act(by=by):
        hold(people=[enrolment.person_id], enrolments=[enrolment.pk])
        held = Enrolment.objects.get(pk=enrolment.pk)
        if held.status not in {Status.DUE_TO_START, Status.ACTIVE, Status.DEFERRED}:
            raise RuleBroken("Days are planned for those on the programme, or about to start.")
        last = first + dt.timedelta(weeks=max(weeks, 0) + 1)
        days = pattern(first, weeks, weekdays, _days_off(held, first, last).__contains__)
        known = set(ProtectedDay.objects.live().filter(
            person=held.person_id, effective_on__range=(first, last)).values_list("effective_on", "kind"))
        fresh = [ProtectedDay(person_id=held.person_id, effective_on=on, kind=kind)
                 for on, kind in days if (on, kind) not in known]
        return ProtectedDay.objects.bulk_create(fresh)


def record_day(
    *, by: Any, person: Person, on: dt.date, kind: str, taken: bool | None, reason_lost: str = ""
) -> ProtectedDay:
    """What came of a day, planned or not: taken, lost with its reason, or not known. The same again changes nothing."""
    check_day(on, taken, reason_lost, today())
    if reason_lost and not LostReason.objects.filter(code=reason_lost).exists():
        raise RuleBroken("This reason is not in the list.", "reason_lost")
    with act(by=by):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        held = ProtectedDay.objects.live().filter(person=person, effective_on=on, kind=kind).first()
        if held is None:
            return ProtectedDay.objects.create(
                person=person, effective_on=on, kind=kind, taken=taken, reason_lost=reason_lost
            )
        if (held.taken, held.reason_lost) == (taken, reason_lost):
            return held
        check_theirs(held, by)
        return supersede(held, by=by, reason="What came of the day", taken=taken, reason_lost=reason_lost)


def undo_day(*, by: Any, day: ProtectedDay, reason: str) -> None:
    """The day was recorded in error. Raises Conflict where it was changed meanwhile."""
    with act(by=by, reason=reason):
        held = take_hold(day, "This day has been changed by somebody else.")
        check_theirs(held, by)
        void([held], by=by, reason=reason)


def check_theirs(day: ProtectedDay, by: Any) -> None:
    """Raises RuleBroken where the learner recorded the day as lost and somebody else would change it."""
    if day.recorded_by != actor_name(by) and theirs_alone([day]):
        raise RuleBroken(THEIRS)


def _days_off(enrolment: Enrolment, first: dt.date, last: dt.date) -> set[dt.date]:
    """Bank holidays, and the days of breaks: to the expected return where a break still lasts."""
    found = set(BankHoliday.objects.filter(date__range=(first, last)).values_list("date", flat=True))
    for part in Segment.objects.filter(enrolment=enrolment, status=Status.DEFERRED, from_on__lte=last):
        until = part.to_on or part.expected_return or last + dt.timedelta(days=1)
        days = range(max((part.from_on - first).days, 0), min((until - first).days, (last - first).days + 1))
        found |= {first + dt.timedelta(days=day) for day in days}
    return found
