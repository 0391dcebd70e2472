"""Plan samples of decisions, record what was found, and take either back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import Decision, Sample
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold, void
from pqip.core.naming import refuse_case_identifiers
from workforce.models import Person

PLANNED_ALREADY = "Somebody else has just planned some of these samples. Nothing was saved; look at what is planned now."
CHANGED = "This sample has been recorded or taken out since you opened it. Nothing was saved; look at what stands now."


def plan_samples(
    *, decisions: Collection[tuple[int, str]], quality_assurer: Person, due_on: dt.date, by: Any
) -> list[Sample]:
    """Plan to sample these decisions (key and stage) by a day.

    Raises RuleBroken for a day gone by, or a decision the quality assurer had a part in; Conflict where one is planned
    already.
    """
    if due_on < today():
        raise RuleBroken("The day they are due must be today or in the future.", "due_on")
    if not decisions:
        raise RuleBroken("Nothing is missing that you could sample.")
    keys = [key for key, _stage in decisions]
    with refusals(PLANNED_ALREADY), act(by=by):
        candidates = Decision.objects.filter(pk__in=keys).values_list("evidence__registration", flat=True)
        hold(registrations=set(candidates), assessors=[quality_assurer.pk])
        return Sample.objects.bulk_create(
            Sample(decision_id=key, stage=stage, quality_assurer=quality_assurer, due_on=due_on, effective_on=today())
            for key, stage in decisions
        )


def record_sample(
    *, sample: Sample, verdict: str, criteria: Collection[int], found: str, by: Any, action: str = "",
    action_due_on: dt.date | None = None, on: dt.date | None = None,
) -> Sample:
    """Record what was found of a decision, on a day (today where not said), in the name of who was to sample it.

    Raises RuleBroken for criteria the decision does not name, without words enough to justify the verdict (rule C3 66), for
    something to do without its day, or by somebody without authority; Conflict where it was recorded meanwhile.
    """
    on = on or today()
    refuse_case_identifiers("found", found)
    refuse_case_identifiers("action", action)
    _check(sample.decision, verdict, criteria, found, action, action_due_on, on)
    with refusals(CHANGED), act(by=by):
        _hold(sample)
        held = take_hold(sample, CHANGED, sampled_on=None)
        return supersede(
            held, by=by, reason="Sampled", sampled_on=on, verdict=verdict, criteria=sorted(set(criteria)), found=found,
            action=action, action_due_on=action_due_on,
        )


def finish_action(*, sample: Sample, by: Any, on: dt.date | None = None) -> Sample:
    """What was to be done has been, on a day (today where not said). Raises Conflict where that is recorded already."""
    on = on or today()
    if on > today() or (sample.sampled_on and on < sample.sampled_on):
        raise RuleBroken("The day it was done must be after the sample, and not in the future.", "on")
    with act(by=by):
        _hold(sample)
        held = take_hold(sample, "This is recorded as done already.", action_done_on=None, action_due_on__isnull=False)
        return supersede(held, by=by, reason="Done", action_done_on=on)


def undo_sample(*, sample: Sample, reason: str, by: Any) -> None:
    """Take a planned sample out, or take back what was recorded: it is planned again then."""
    if not reason.strip():
        raise RuleBroken("Say why it is undone.", "reason")
    with act(by=by, reason=reason):
        _hold(sample)
        held = take_hold(sample, CHANGED)
        if held.sampled_on is None:
            void([held], by=by, reason=reason)
        else:
            supersede(held, by=by, reason=reason, sampled_on=None, verdict="", criteria=[], found="", action="",
                      action_due_on=None, action_done_on=None)


def _hold(sample: Sample) -> None:
    """Hold the candidate, as whoever decides or countersigns does, and the standing of who samples."""
    hold(registrations=[sample.decision.evidence.registration_id], assessors=[sample.quality_assurer_id])


def _check(
    decision: Decision, verdict: str, criteria: Collection[int], found: str, action: str, due_on: dt.date | None, on: dt.date
) -> None:
    if on > today() or on < decision.effective_on:
        raise RuleBroken("The day sampled must be after the decision, and not in the future.", "on")
    if verdict not in Sample.Verdict.values:
        raise RuleBroken("Select what you found.", "verdict")
    if not criteria or not set(criteria) <= {*decision.criteria_met, *decision.criteria_not_met}:
        raise RuleBroken("Select the criteria you looked at.", "criteria")
    if not found.strip():
        raise RuleBroken("Say what you found, in enough detail to justify it.", "found")
    if verdict != Sample.Verdict.SUPPORTED and not action.strip():
        raise RuleBroken("Say what the assessor is to do.", "action")
    if bool(action.strip()) != bool(due_on):
        raise RuleBroken("Give what is to be done and the day it is due by, or neither.", "action_due_on")
