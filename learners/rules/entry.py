"""Which pathway a starter is due, and whether it is open to them (FACTS C1 2 to 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from pqip.core.errors import RuleBroken
from pqip.govuk.formats import date_range

KNOWLEDGE_MODULES = ("CJS", "UCCB", "PPP", "REHAB")
MODULES_FOR_SHORT = 3
#: Whoever holds exactly three modules completes the fourth in this many months (FACTS C1 3).
FOURTH_MODULE_MONTHS = 6


def due_pathway(*, entry_route: str, level5_held: bool, modules_held: Collection[str]) -> str:
    """The code of the pathway that the entry facts lead to."""
    if not level5_held:
        return "PQIP27"
    covered = len(set(modules_held) & set(KNOWLEDGE_MODULES))
    return "PQIP15" if covered >= MODULES_FOR_SHORT or entry_route == "pso_progression" else "PQIP21"


def check_open(pathway: Any, on: dt.date) -> None:
    """Raise RuleBroken where the pathway takes no starters on that day."""
    early = pathway.opens_on is not None and on < pathway.opens_on
    late = pathway.closes_on is not None and on > pathway.closes_on
    if early or late:
        raise RuleBroken(f"{pathway} takes starters {date_range(pathway.opens_on, pathway.closes_on)} only.", "pathway")


def check_due(pathway: Any, due: str, reason: str) -> None:
    """Another pathway than the entry facts lead to needs a reason."""
    if pathway.code != due and not reason.strip():
        raise RuleBroken(
            f"Level 5 and the modules held lead to {due}. Choose it, or give the reason for another.", "reason"
        )
