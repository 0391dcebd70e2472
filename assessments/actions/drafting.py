"""Keep what an assessor has filled in of a decision and not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.models import DecisionDraft, Evidence
from pqip.core.acting import act
from pqip.core.clock import now
from workforce.models import Person


def keep_draft(*, evidence: Evidence, assessor: Person, answers: Mapping[str, Any], by: Any) -> DecisionDraft:
    """Keep the answers as they stand, in place of those kept before. It counts for nothing and nobody else sees it."""
    with act(by=by):
        draft, _made = DecisionDraft.objects.update_or_create(
            evidence=evidence, assessor=assessor, defaults={"answers": dict(answers), "saved_at": now()}
        )
    return draft


def forget_draft(*, evidence: Evidence, assessor: Person, by: Any) -> None:
    """Begin again: forget what was kept."""
    with act(by=by):
        DecisionDraft.objects.filter(evidence=evidence, assessor=assessor).delete()
