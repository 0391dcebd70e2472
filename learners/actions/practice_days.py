"""Protected days for study and the vocational diploma: plan them in a pattern, and record their
outcome.

Only the learner may change a day that they recorded as lost themselves.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.facts.practice import recorded_as_lost_by_learner
from learners.models import Enrolment, LostReason, ProtectedDay, Segment
from learners.models.enrolments import GOING, Status
from learners.models.holding import hold
from learners.rules.practice import check_day, check_theirs, pattern
from pqip.core.acting import acting_as, actor_name
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede, void
from workforce.models import BankHoliday, Person


def plan_days(
    *, by: Any, enrolment: Enrolment, first: dt.date, weeks: int, weekdays: dict[str, int]
) -> list[ProtectedDay]:
    """Plan days for that many weeks and return them.

    Bank holidays, breaks and days that are planned already are left out.
    """
    with acting_as(by=by):
        hold(people=[enrolment.person_id], enrolments=[enrolment.pk])
        held = Enrolment.objects.get(pk=enrolment.pk)
        if held.status not in GOING:
            raise RuleBroken("Days are planned for those on the programme, or about to start.")
        last = first + dt.timedelta(weeks=max(weeks, 0) + 1)
        days = pattern(first, weeks, weekdays, _days_off(held, first, last).__contains__)
        known = set(
            ProtectedDay.objects.live()
            .filter(person=held.person_id, effective_on__range=(first, last))
            .values_list("effective_on", "kind")
        )
        fresh = [
            ProtectedDay(person_id=held.person_id, effective_on=on, kind=kind)
            for on, kind in days
            if (on, kind) not in known
        ]
        return ProtectedDay.objects.bulk_create(fresh)


def record_day(
    *, by: Any, person: Person, on: dt.date, kind: str, taken: bool | None, reason_lost: str = ""
) -> ProtectedDay:
    """Record the outcome of a day, planned or not: taken, lost with its reason, or not known.

    The same outcome again changes nothing.
    """
    check_day(on, taken, reason_lost, today())
    if reason_lost and not LostReason.objects.filter(code=reason_lost).exists():
        raise RuleBroken("This reason is not in the list.", "reason_lost")
    with acting_as(by=by):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        held = ProtectedDay.objects.live().filter(person=person, effective_on=on, kind=kind).first()
        if held is None:
            return ProtectedDay.objects.create(
                person=person, effective_on=on, kind=kind, taken=taken, reason_lost=reason_lost
            )
        if (held.taken, held.reason_lost) == (taken, reason_lost):
            return held
        _check_may_change(held, by)
        return supersede(
            held, by=by, reason="What came of the day", taken=taken, reason_lost=reason_lost
        )


def undo_day(*, by: Any, day: ProtectedDay, reason: str) -> None:
    """Undo a day recorded in error. Raises Conflict if it was changed in the meantime."""
    with acting_as(by=by, reason=reason):
        held = lock_live(day, "This day has been changed by somebody else.")
        _check_may_change(held, by)
        void([held], by=by, reason=reason)


def _check_may_change(day: ProtectedDay, by: Any) -> None:
    """Raise RuleBroken if the learner recorded the day as lost and somebody else would change it."""
    is_theirs = day.recorded_by != actor_name(by) and bool(recorded_as_lost_by_learner([day]))
    check_theirs(is_theirs=is_theirs)


def _days_off(enrolment: Enrolment, first: dt.date, last: dt.date) -> set[dt.date]:
    """Return bank holidays and the days of breaks, up to the expected return if a break has no end
    yet.
    """
    found = set(
        BankHoliday.objects.filter(date__range=(first, last)).values_list("date", flat=True)
    )
    for part in Segment.objects.filter(
        enrolment=enrolment, status=Status.DEFERRED, from_on__lte=last
    ):
        until = part.to_on or part.expected_return or last + dt.timedelta(days=1)
        days = range(
            max((part.from_on - first).days, 0), min((until - first).days, (last - first).days + 1)
        )
        found |= {first + dt.timedelta(days=day) for day in days}
    return found
