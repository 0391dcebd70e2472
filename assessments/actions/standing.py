"""What the final decisions on a piece of evidence leave its criteria at."""

from __future__ import annotations

from assessments.models import Countersignature, CountersignStamp, Decision
from assessments.rules import achievement
from assessments.rules.history import Decided, decided


def standing_of(evidence: int) -> tuple[list[int], list[int]]:
    """Keys of the criteria that the final decisions on a piece of evidence (its key) leave met, and not yet met."""
    return achievement.standing(decisions_of(evidence))


def decisions_of(evidence: int) -> list[Decided]:
    """The live decisions on a piece of evidence with what became of each, in order."""
    rows = list(Decision.objects.live().filter(evidence=evidence).order_by("effective_on", "number", "pk"))
    needed = dict(CountersignStamp.objects.live().filter(decision__in=rows).values_list("decision", "is_needed"))
    given = {one.decision_id: one for one in Countersignature.objects.live().filter(decision__in=rows)}
    return [_decided(row, needed.get(row.pk, True), given.get(row.pk)) for row in rows]


def _decided(row: Decision, is_needed: bool, given: Countersignature | None) -> Decided:
    outcome, on, against = (given.outcome, given.effective_on, given.disagreed) if given else (None, None, None)
    return decided(
        row.pk, row.effective_on, row.number, row.criteria_met, row.criteria_not_met, is_needed, outcome, on, disagreed=against
    )
