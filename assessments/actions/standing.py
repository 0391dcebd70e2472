"""What the final decisions on a piece of evidence leave its criteria at."""

from __future__ import annotations

from assessments.actions.derive import pieces_of
from assessments.models import Evidence
from assessments.rules import achievement
from assessments.rules.history import Decided


def standing_of(evidence: int) -> tuple[list[int], list[int]]:
    """Keys of the criteria that the final decisions on a piece of evidence (its key) leave met, and not yet met."""
    return achievement.standing(decisions_of(evidence))


def decisions_of(evidence: int) -> list[Decided]:
    """The live decisions on a piece of evidence with what became of each, in order; none of evidence that was undone."""
    registration = Evidence.objects.values_list("registration_id", flat=True).get(pk=evidence)
    return next((one.decisions for one in pieces_of([registration])[registration] if one.key == evidence), [])
