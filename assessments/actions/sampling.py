"""Plan samples of decisions, record what was found, and undo either."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from assessments.models import Decision, Sample
from assessments.models.holding import hold
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede, void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.core.refusals import translate_db_errors
from workforce.models import Person

PLANNED_ALREADY = "Somebody else has just planned some of these samples. Nothing was saved; look at what is planned now."
FOLLOWS = "The decision was corrected or made anew; its sample follows"
UNDONE = "This decision was undone. Take the sample out, or wait: it follows to the next decision on the same evidence."
#: The fields of a sample beside its decision and its quality assurer.
CONTENT = (
    "stage",
    "due_on",
    "sampled_on",
    "verdict",
    "criteria",
    "found",
    "action",
    "action_due_on",
    "action_done_on",
)
CHANGED = "This sample has been recorded or taken out since you opened it. Nothing was saved; look at what stands now."


def plan_samples(
    *, decisions: Collection[tuple[int, str]], quality_assurer: Person, due_on: dt.date, by: Any
) -> list[Sample]:
    """Plan to sample these decisions (key and stage) by a day, and return the samples.

    Raises RuleBroken for a day in the past, or a decision in which the quality assurer had a part; Conflict where a
    sample of one is planned already.
    """
    if due_on < today():
        raise RuleBroken("The day they are due must be today or in the future.", "due_on")
    if not decisions:
        raise RuleBroken("Nothing is missing that you could sample.")
    keys = [key for key, _stage in decisions]
    with translate_db_errors(PLANNED_ALREADY), acting_as(by=by):
        candidates = Decision.objects.filter(pk__in=keys).values_list(
            "evidence__registration", flat=True
        )
        hold(registrations=set(candidates), assessors=[quality_assurer.pk])
        return Sample.objects.bulk_create(
            Sample(
                decision_id=key,
                stage=stage,
                quality_assurer=quality_assurer,
                due_on=due_on,
                effective_on=today(),
            )
            for key, stage in decisions
        )


def record_sample(
    *,
    sample: Sample,
    verdict: str,
    criteria: Collection[int],
    found: str,
    by: Any,
    action: str = "",
    action_due_on: dt.date | None = None,
    on: dt.date | None = None,
) -> Sample:
    """Record what was found when a decision was sampled, on a day (default: today), and return the sample.

    It is recorded in the name of the quality assurer who was to sample it. Raises RuleBroken for criteria that the
    decision does not name, too few words to justify the verdict (rule C3 66), an action without its due date, a
    decision that was undone, or a quality assurer without authority; Conflict where it was recorded meanwhile.
    """
    on = on or today()
    refuse_case_identifiers("found", found)
    refuse_case_identifiers("action", action)
    _check(sample.decision, verdict, criteria, found, action, action_due_on, on)
    with translate_db_errors(CHANGED), acting_as(by=by):
        _hold(sample)
        held = lock_live(sample, CHANGED, sampled_on=None)
        if Decision.objects.filter(pk=held.decision_id, voided_at__isnull=False).exists():
            raise RuleBroken(UNDONE)
        return supersede(
            held,
            by=by,
            reason="Sampled",
            sampled_on=on,
            verdict=verdict,
            criteria=sorted(set(criteria)),
            found=found,
            action=action,
            action_due_on=action_due_on,
        )


def samplers_of(evidence: Collection[int]) -> set[int]:
    """Return the quality assurers (keys) whose samples of decisions on this evidence (keys) may move to another
    decision.

    Their standing must be locked before the candidates are.
    """
    return set(
        Sample.objects.live()
        .filter(decision__evidence__in=evidence)
        .values_list("quality_assurer", flat=True)
    )


def carry_samples(*, decisions: Collection[int], by: Any) -> None:
    """Move samples of decisions that were undone or corrected to these decisions (keys), which replace them on the
    evidence.

    A planned sample moves to the correction of its own decision, or else to the next decision on the same evidence. A
    recorded sample moves only to a correction that says the same of every criterion looked at; otherwise it stays, and
    its action can still be finished. A plan that would have somebody sample their own decision is undone.
    """
    made = Decision.objects.live().filter(pk__in=decisions)
    left = Sample.objects.live().filter(
        decision__voided_at__isnull=False, decision__evidence__in=made.values("evidence")
    )
    rows = list(
        left.select_related("decision__evidence__registration").order_by("sampled_on", "-pk")
    )
    if not rows:
        return
    sampled = Sample.objects.live().filter(decision__in=decisions).values("decision")
    there = made.filter(evidence__in={row.decision.evidence_id for row in rows}).exclude(
        pk__in=sampled
    )
    free = list(there.order_by("effective_on", "number", "pk"))
    gone, moved = [], []
    for sample, decision in _following(rows, free):
        gone.append(sample)
        if sample.quality_assurer_id not in (
            decision.assessor_id,
            sample.decision.evidence.registration.person_id,
        ):
            moved.append(_copied(sample, decision))
    with acting_as(by=by, reason=FOLLOWS):
        void(gone, by=by, reason=FOLLOWS)
        Sample.objects.bulk_create(moved)


def finish_action(*, sample: Sample, by: Any, on: dt.date | None = None) -> Sample:
    """Record that the sample's action was done, on a day (default: today), and return the sample.

    This is allowed where the decision has been undone since. Raises Conflict where it is recorded already.
    """
    on = on or today()
    if on > today() or (sample.sampled_on and on < sample.sampled_on):
        raise RuleBroken(
            "The day it was done must be after the sample, and not in the future.", "on"
        )
    with acting_as(by=by):
        _hold(sample)
        held = lock_live(
            sample,
            "This is recorded as done already.",
            action_done_on=None,
            action_due_on__isnull=False,
        )
        return supersede(held, by=by, reason="Done", action_done_on=on)


def undo_sample(*, sample: Sample, reason: str, by: Any) -> None:
    """Undo a planned sample; or undo what was recorded, which leaves the sample planned again."""
    if not reason.strip():
        raise RuleBroken("Say why it is undone.", "reason")
    with acting_as(by=by, reason=reason):
        _hold(sample)
        held = lock_live(sample, CHANGED)
        if held.sampled_on is None:
            void([held], by=by, reason=reason)
        else:
            supersede(
                held,
                by=by,
                reason=reason,
                sampled_on=None,
                verdict="",
                criteria=[],
                found="",
                action="",
                action_due_on=None,
                action_done_on=None,
            )


def _hold(sample: Sample) -> None:
    """Lock the candidate, as deciding and countersigning do, and the standing of the quality assurer."""
    hold(
        registrations=[sample.decision.evidence.registration_id],
        assessors=[sample.quality_assurer_id],
    )


def _following(
    rows: Collection[Sample], free: Collection[Decision]
) -> Iterator[tuple[Sample, Decision]]:
    """Yield each sample that moves, with the decision it moves to. A decision gets one sample at most."""
    corrections = {_key(one): one for one in free}
    used: set[int] = set()
    for sample in rows:
        own = sample.decision
        corrects = corrections.get(_key(own))
        if sample.sampled_on is None:
            wanted = (
                [corrects]
                if corrects
                else [one for one in free if one.evidence_id == own.evidence_id]
            )
        else:
            wanted = (
                [corrects]
                if corrects
                and _results(corrects, sample.criteria) == _results(own, sample.criteria)
                else []
            )
        found = next((one for one in wanted if one.pk not in used), None)
        if found is not None:
            used.add(found.pk)
            yield sample, found


def _key(decision: Decision) -> tuple[Any, ...]:
    return decision.evidence_id, decision.assessor_id, decision.effective_on, decision.number


def _results(decision: Decision, criteria: Collection[int]) -> tuple[set[int], set[int]]:
    """Return which of these criteria the decision found met, and which not yet met."""
    return set(criteria) & set(decision.criteria_met), set(criteria) & set(
        decision.criteria_not_met
    )


def _copied(sample: Sample, decision: Decision) -> Sample:
    return Sample(
        decision=decision,
        effective_on=sample.effective_on,
        quality_assurer_id=sample.quality_assurer_id,
        **{name: getattr(sample, name) for name in CONTENT},
    )


def _check(
    decision: Decision,
    verdict: str,
    criteria: Collection[int],
    found: str,
    action: str,
    due_on: dt.date | None,
    on: dt.date,
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
        raise RuleBroken(
            "Give what is to be done and the day it is due by, or neither.", "action_due_on"
        )
