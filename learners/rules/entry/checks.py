"""What enrolling, deciding and starting refuse."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.rules.entry.advice import Advice, Verdict
from pqip.core.errors import RuleBroken
from pqip.govuk.formats import date_range

WHY = {
    Verdict.NOT_ELIGIBLE: "A rule of their route is not met, so no pathway is advised.",
    Verdict.CASE_BY_CASE: "A former PSO is considered case by case, so no pathway is advised.",
    Verdict.NOT_RECORDED: "Not enough is recorded to advise a pathway.",
}


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


def check_decision(pathway: Any, advice: Advice, reason: str) -> None:
    """A decision other than the advice, or without advice, needs a reason."""
    if pathway.code == advice.pathway or reason.strip():
        return
    said = WHY.get(advice.verdict, f"The rules lead to {advice.pathway}.")
    raise RuleBroken(f"{said} Give the reason for your choice.", "reason")
