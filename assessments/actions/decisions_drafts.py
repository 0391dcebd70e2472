"""Keep and delete an assessor's draft of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.models import DecisionDraft, Evidence
from pqip.core.acting import acting_as
from pqip.core.clock import now
from workforce.models import Person


def keep_draft(
    *, evidence: Evidence, assessor: Person, answers: Mapping[str, Any], by: Any
) -> DecisionDraft:
    """Keep these answers as the assessor's draft, replacing the one before, and return it.

    A draft counts for nothing, and nobody else sees it.
    """
    with acting_as(by=by):
        draft, _made = DecisionDraft.objects.update_or_create(
            evidence=evidence,
            assessor=assessor,
            defaults={"answers": dict(answers), "saved_at": now()},
        )
    return draft


def forget_draft(*, evidence: Evidence, assessor: Person, by: Any) -> None:
    """Delete the assessor's draft of a decision on this evidence."""
    with acting_as(by=by):
        DecisionDraft.objects.filter(evidence=evidence, assessor=assessor).delete()
