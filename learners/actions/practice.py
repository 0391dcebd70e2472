"""Placements, co-worked work, and kinds of case allowed before their training is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import CaseType, CaseTypeOverride, CoWork, Enrolment, Placement
from learners.models.enrolments import Status
from learners.rules.practice import check_officer
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold, void
from pqip.core.naming import refuse_case_identifiers
from pqip.govuk.formats import date_gov
from workforce.models import Person, Spell

GONE = "Somebody else has changed this. Look at what stands now."


def plan_placement(*, by: Any, enrolment: Enrolment, setting: str, first: dt.date, last: dt.date) -> Placement:
    """Time in another setting from the first to the last day. Raises RuleBroken where one begins there on that day already."""
    if last < first:
        raise RuleBroken("The last day cannot be before the first.", "last")
    with act(by=by):
        held = _hold(enrolment)
        if Placement.objects.live().filter(enrolment=held, setting=setting, effective_on=first).exists():
            raise RuleBroken("This placement is planned already.", "first")
        return Placement.objects.create(enrolment=held, setting=setting, effective_on=first, planned_to=last)


def record_placement(
    *, by: Any, placement: Placement, began_on: dt.date, ended_on: dt.date | None = None, quality: str = "", feedback: str = ""
) -> Placement:
    """What really happened, beside the plan. Raises RuleBroken for days to come, or the wrong way round."""
    if began_on > today() or (ended_on is not None and ended_on > today()):
        raise RuleBroken("A day cannot be to come.", "began_on" if began_on > today() else "ended_on")
    if ended_on is not None and ended_on < began_on:
        raise RuleBroken("The last day cannot be before the first.", "ended_on")
    if quality and ended_on is None:
        raise RuleBroken("Say how it was once it has ended.", "quality")
    refuse_case_identifiers("feedback", feedback)
    with act(by=by):
        held = take_hold(placement, GONE)
        return supersede(held, by=by, reason="What came of it", began_on=began_on, ended_on=ended_on, quality=quality,
                         feedback=feedback.strip())


def co_work(
    *, by: Any, enrolment: Enrolment, officer: Person, on: dt.date, tasks: str, review_on: dt.date | None = None
) -> CoWork:
    """The learner does these tasks from a day on, for whose case the named officer stays responsible (rule C2 41)."""
    check_officer(_grade(officer, on), is_learner=officer.pk == enrolment.person_id)
    if not tasks.strip():
        raise RuleBroken("Say which tasks were agreed.", "tasks")
    refuse_case_identifiers("tasks", tasks)
    if review_on is not None and review_on < on:
        raise RuleBroken("The review cannot be before it begins.", "review_on")
    with act(by=by):
        held = _hold(enrolment)
        said = {"responsible_officer": officer, "tasks": tasks.strip(), "effective_on": on}
        before = CoWork.objects.live().filter(enrolment=held, ended_on=None, **said).first()
        return before or CoWork.objects.create(enrolment=held, review_on=review_on, **said)


def end_co_work(*, by: Any, work: CoWork, on: dt.date) -> CoWork:
    """Its last day is `on`."""
    if on < work.effective_on:
        raise RuleBroken(f"It began on {date_gov(work.effective_on)}; its last day cannot be before.", "on")
    with act(by=by):
        return supersede(take_hold(work, GONE), by=by, reason="Ended", ended_on=on)


def allow_case_type(
    *, by: Any, enrolment: Enrolment, case_type: CaseType, on: dt.date, until: dt.date, reason: str
) -> CaseTypeOverride:
    """A kind of case is allowed from `on` to `until` before its training is done, for a reason (rule C2 37)."""
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    if until < on:
        raise RuleBroken("The last day cannot be before the first.", "until")
    refuse_case_identifiers("reason", reason)
    with act(by=by):
        held = _hold(enrolment)
        there = CaseTypeOverride.objects.live().filter(enrolment=held, case_type=case_type, effective_on__lte=until)
        if there.exclude(ended_on__lt=on).exists():
            raise RuleBroken("It is allowed in that time already.", "on")
        return CaseTypeOverride.objects.create(
            enrolment=held, case_type=case_type, effective_on=on, ended_on=until, reason=reason.strip()
        )


def undo_practice(*, by: Any, fact: Placement | CoWork | CaseTypeOverride, reason: str) -> None:
    """It was recorded in error."""
    void([fact], by=by, reason=reason)


def _hold(enrolment: Enrolment) -> Enrolment:
    """The enrolment, held. Raises RuleBroken for somebody who has left or completed."""
    held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
    if held.status not in {Status.DUE_TO_START, Status.ACTIVE, Status.DEFERRED}:
        raise RuleBroken("They are not on the programme.")
    return held


def _grade(officer: Person, on: dt.date) -> str | None:
    """The grade somebody holds on a day."""
    spells = Spell.objects.live().filter(person=officer, effective_on__lte=on).exclude(ended_on__lt=on)
    return spells.values_list("grade__code", flat=True).order_by("-effective_on").first()
