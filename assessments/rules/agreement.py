"""Whether a sampling plan is agreed with the external quality assurer (rule C3 66), and what counts as another plan."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

#: What an external quality assurer and the plan have come to.
NOT_YET, AGREED, COMMENTED, AGAIN = "not_yet", "agreed", "commented", "again"
#: A sample as it is planned: the evidence, its stage, who samples it, and by when. What is found of it changes no plan.
Planned = tuple[int, str, int, dt.date]


@dataclass(frozen=True)
class Plan:
    """What a region's plan holds: its fingerprint, and how many samples."""

    fingerprint: str
    samples: int


def plan_of(rows: Iterable[Planned]) -> Plan:
    """The plan that these samples make, in whatever order they come."""
    lines = sorted(f"{evidence}|{stage}|{assurer}|{due.isoformat()}" for evidence, stage, assurer, due in rows)
    return Plan(hashlib.sha256("\n".join(lines).encode()).hexdigest(), len(lines))


def state_of(plan: Plan, said: tuple[str, bool] | None) -> str:
    """Where they are: `said` is the fingerprint that was spoken of last, and whether it was agreed."""
    if said is None:
        return NOT_YET
    fingerprint, is_agreed = said
    if fingerprint != plan.fingerprint:
        return AGAIN
    return AGREED if is_agreed else COMMENTED
