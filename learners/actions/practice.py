"""Placements, co-working, and kinds of case allowed before their training is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import CaseType, CaseTypeOverride, CoWork, Enrolment, Placement
from learners.models.enrolments import GOING
from learners.rules.practice import (
    check_co_work,
    check_end_of_co_work,
    check_last,
    check_officer,
    check_override,
    check_placement,
)
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.spans import not_over
from workforce.models import Person, Spell

GONE = "Somebody else has changed this. Look at what stands now."


def plan_placement(
    *, by: Any, enrolment: Enrolment, setting: str, first: dt.date, last: dt.date
) -> Placement:
    """Plan time in another setting from the first to the last day.

    Raises RuleBroken if a placement there begins on that day already.
    """
    check_last(first, last, "last")
    with acting_as(by=by):
        held = _hold(enrolment)
        if (
            Placement.objects.live()
            .filter(enrolment=held, setting=setting, effective_on=first)
            .exists()
        ):
            raise RuleBroken("This placement is planned already.", "first")
        return Placement.objects.create(
            enrolment=held, setting=setting, effective_on=first, planned_to=last
        )


def record_placement(
    *,
    by: Any,
    placement: Placement,
    began_on: dt.date,
    ended_on: dt.date | None = None,
    quality: str = "",
    feedback: str = "",
) -> Placement:
    """Record what really happened, beside the plan.

    Raises RuleBroken for days to come, and for dates in the wrong order.
    """
    check_placement(began_on, ended_on, quality, today())
    refuse_case_identifiers("feedback", feedback)
    with acting_as(by=by):
        held = lock_live(placement, GONE)
        return supersede(
            held,
            by=by,
            reason="What came of it",
            began_on=began_on,
            ended_on=ended_on,
            quality=quality,
            feedback=feedback.strip(),
        )


def co_work(
    *,
    by: Any,
    enrolment: Enrolment,
    officer: Person,
    on: dt.date,
    tasks: str,
    review_on: dt.date | None = None,
) -> CoWork:
    """Record tasks that the learner does from a day on a case of the named officer (rule C2 41).

    The officer stays responsible for the case.
    """
    check_officer(_grade(officer, on), is_learner=officer.pk == enrolment.person_id)
    check_co_work(on, tasks, review_on)
    refuse_case_identifiers("tasks", tasks)
    with acting_as(by=by):
        held = _hold(enrolment)
        content = {"responsible_officer": officer, "tasks": tasks.strip(), "effective_on": on}
        before = CoWork.objects.live().filter(enrolment=held, ended_on=None, **content).first()
        return before or CoWork.objects.create(enrolment=held, review_on=review_on, **content)


def end_co_work(*, by: Any, work: CoWork, on: dt.date) -> CoWork:
    """End co-working with `on` as its last day."""
    check_end_of_co_work(work.effective_on, on)
    with acting_as(by=by):
        return supersede(lock_live(work, GONE), by=by, reason="Ended", ended_on=on)


def allow_case_type(
    *, by: Any, enrolment: Enrolment, case_type: CaseType, on: dt.date, until: dt.date, reason: str
) -> CaseTypeOverride:
    """Allow a kind of case from `on` to `until` before its training is done, for a reason (rule C2
    37).
    """
    check_override(on, until, reason)
    refuse_case_identifiers("reason", reason)
    with acting_as(by=by):
        held = _hold(enrolment)
        there = CaseTypeOverride.objects.live().filter(
            enrolment=held, case_type=case_type, effective_on__lte=until
        )
        if there.filter(not_over(on)).exists():
            raise RuleBroken("It is allowed in that time already.", "on")
        return CaseTypeOverride.objects.create(
            enrolment=held,
            case_type=case_type,
            effective_on=on,
            ended_on=until,
            reason=reason.strip(),
        )


def undo_practice(*, by: Any, fact: Placement | CoWork | CaseTypeOverride, reason: str) -> None:
    """Undo a placement, co-working or an override recorded in error."""
    void([fact], by=by, reason=reason)


def _hold(enrolment: Enrolment) -> Enrolment:
    """Lock the enrolment and return it. Raises RuleBroken for somebody who has left or completed."""
    held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
    if held.status not in GOING:
        raise RuleBroken("They are not on the programme.")
    return held


def _grade(officer: Person, on: dt.date) -> str | None:
    """Return the grade that somebody holds on a day, or None."""
    spells = Spell.objects.live().in_force(on).filter(person=officer)
    return spells.values_list("grade__code", flat=True).order_by("-effective_on").first()
