"""Whether a sampling plan is agreed with the external quality assurer (rule C3 66), and what counts as a different
plan.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

#: The states of a plan in relation to the external quality assurer.
NOT_YET, AGREED, COMMENTED, AGAIN = "not_yet", "agreed", "commented", "again"
#: A sample as planned: the evidence, its stage, who samples it, and by when. Its findings do not change the plan.
Planned = tuple[int, str, int, dt.date]


@dataclass(frozen=True)
class Plan:
    """A region's plan: its fingerprint, and how many samples it has."""

    fingerprint: str
    samples: int


def plan_of(rows: Iterable[Planned]) -> Plan:
    """Return the plan made of these samples, whatever their order."""
    lines = sorted(
        f"{evidence}|{stage}|{assurer}|{due.isoformat()}" for evidence, stage, assurer, due in rows
    )
    return Plan(hashlib.sha256("\n".join(lines).encode()).hexdigest(), len(lines))


def state_of(plan: Plan, last_statement: tuple[str, bool] | None) -> str:
    """Return the plan's state.

    `last_statement` holds its fingerprint of the plan and whether it agreed; None without one.
    """
    if last_statement is None:
        return NOT_YET
    fingerprint, is_agreed = last_statement
    if fingerprint != plan.fingerprint:
        return AGAIN
    return AGREED if is_agreed else COMMENTED
