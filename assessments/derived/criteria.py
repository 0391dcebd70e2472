"""The state in which the final decisions on a piece of evidence leave its criteria."""

from __future__ import annotations

from assessments.facts.worked_out import pieces_of
from assessments.models import Evidence
from assessments.rules import units
from assessments.rules.evidence import Decided


def criteria_after(evidence: int) -> tuple[list[int], list[int]]:
    """Return the keys of the criteria that final decisions on this evidence (its key) leave met, and those left not
    yet met.
    """
    return units.criteria_left(decisions_of(evidence))


def decisions_of(evidence: int) -> list[Decided]:
    """Return the live decisions on a piece of evidence with their outcomes, in order; none where the evidence was
    undone.
    """
    registration = Evidence.objects.values_list("registration_id", flat=True).get(pk=evidence)
    return next(
        (one.decisions for one in pieces_of([registration])[registration] if one.key == evidence),
        [],
    )
