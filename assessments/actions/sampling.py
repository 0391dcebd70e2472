"""Plan samples of decisions, record what was found, and take either back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
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
FOLLOWS = "The decision was corrected or made anew; its sample follows"
UNDONE = "This decision was undone. Take the sample out, or wait: it follows to the next decision on the same evidence."
#: What a sample says beside whose it is and of which decision.
CONTENT = ("stage", "due_on", "sampled_on", "verdict", "criteria", "found", "action", "action_due_on", "action_done_on")
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
    something to do without its day, of a decision that was undone, or by somebody without authority; Conflict where it was
    recorded meanwhile.
    """
    on = on or today()
    refuse_case_identifiers("found", found)
    refuse_case_identifiers("action", action)
    _check(sample.decision, verdict, criteria, found, action, action_due_on, on)
    with refusals(CHANGED), act(by=by):
        _hold(sample)
        held = take_hold(sample, CHANGED, sampled_on=None)
        if Decision.objects.filter(pk=held.decision_id, voided_at__isnull=False).exists():
            raise RuleBroken(UNDONE)
        return supersede(
            held, by=by, reason="Sampled", sampled_on=on, verdict=verdict, criteria=sorted(set(criteria)), found=found,
            action=action, action_due_on=action_due_on,
        )


def samplers_of(evidence: Collection[int]) -> set[int]:
    """Whose samples (of decisions on these pieces, by key) may follow: their standing is held before the candidates."""
    return set(Sample.objects.live().filter(decision__evidence__in=evidence).values_list("quality_assurer", flat=True))


def carry_samples(*, decisions: Collection[int], by: Any) -> None:
    """Let samples of decisions that were undone or corrected follow to these (keys), which take their place on the evidence.

    A sample that is planned follows to the decision that corrects its own, else to the next on the same evidence. One that
    was recorded follows only to a correction that says the same of every criterion looked at; otherwise it stays with
    what was sampled, and what is to be done about it can still be finished. Nobody is left to sample their own: a plan that
    would come to that is taken out.
    """
    made = Decision.objects.live().filter(pk__in=decisions)
    left = Sample.objects.live().filter(decision__voided_at__isnull=False, decision__evidence__in=made.values("evidence"))
    rows = list(left.select_related("decision__evidence__registration").order_by("sampled_on", "-pk"))
    if not rows:
        return
    sampled = Sample.objects.live().filter(decision__in=decisions).values("decision")
    there = made.filter(evidence__in={row.decision.evidence_id for row in rows}).exclude(pk__in=sampled)
    free = list(there.order_by("effective_on", "number", "pk"))
    gone, moved = [], []
    for sample, decision in _following(rows, free):
        gone.append(sample)
        if sample.quality_assurer_id not in (decision.assessor_id, sample.decision.evidence.registration.person_id):
            moved.append(_copied(sample, decision))
    with act(by=by, reason=FOLLOWS):
        void(gone, by=by, reason=FOLLOWS)
        Sample.objects.bulk_create(moved)


def finish_action(*, sample: Sample, by: Any, on: dt.date | None = None) -> Sample:
    """What was to be done has been, on a day (today where not said). Raises Conflict where that is recorded already.

    Also where the decision was undone since: what was found of it stands.
    """
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


def _following(rows: Collection[Sample], free: Collection[Decision]) -> Iterator[tuple[Sample, Decision]]:
    """Each sample that follows, with the decision it follows to; one to each."""
    corrections = {_key(one): one for one in free}
    taken: set[int] = set()
    for sample in rows:
        own = sample.decision
        corrects = corrections.get(_key(own))
        if sample.sampled_on is None:
            wanted = [corrects] if corrects else [one for one in free if one.evidence_id == own.evidence_id]
        else:
            wanted = [corrects] if corrects and _says(corrects, sample.criteria) == _says(own, sample.criteria) else []
        found = next((one for one in wanted if one.pk not in taken), None)
        if found is not None:
            taken.add(found.pk)
            yield sample, found


def _key(decision: Decision) -> tuple[Any, ...]:
    return decision.evidence_id, decision.assessor_id, decision.effective_on, decision.number


def _says(decision: Decision, criteria: Collection[int]) -> tuple[set[int], set[int]]:
    """Which of these criteria it found met, and which not yet."""
    return set(criteria) & set(decision.criteria_met), set(criteria) & set(decision.criteria_not_met)


def _copied(sample: Sample, decision: Decision) -> Sample:
    return Sample(
        decision=decision, effective_on=sample.effective_on, quality_assurer_id=sample.quality_assurer_id,
        **{name: getattr(sample, name) for name in CONTENT},
    )


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
