"""What is refused when somebody is enrolled, when a pathway is decided, and when somebody starts."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from learners.rules.entry.advice import Advice, Verdict
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_range

WHY = {
    Verdict.NOT_ELIGIBLE: "A rule of their route is not met, so no pathway is advised.",
    Verdict.CASE_BY_CASE: "A former PSO is considered case by case, so no pathway is advised.",
    Verdict.NOT_RECORDED: "Not enough is recorded to advise a pathway.",
}

#: What a page says where no event states the first terms.
NO_FIRST_TERMS = (
    "Nothing states this learner's first terms: where they start, on which pathway and when. "
    "They were never recorded, or were voided."
)
Known = TypeVar("Known")


def stated(entry: Known | None) -> Known:
    """Return what is known of an entry. Raises RuleBroken where nothing gives the day they applied or were to start."""
    if entry is None:
        raise RuleBroken(NO_FIRST_TERMS)
    return entry


def check_open(pathway: Any, on: dt.date) -> None:
    """Raise RuleBroken if the pathway takes no starters on that day."""
    early = pathway.opens_on is not None and on < pathway.opens_on
    late = pathway.closes_on is not None and on > pathway.closes_on
    if early or late:
        raise RuleBroken(
            f"{pathway} takes starters {date_range(pathway.opens_on, pathway.closes_on)} only.",
            "pathway",
        )


def check_due(pathway: Any, due: str, reason: str) -> None:
    """Raise RuleBroken if the pathway differs from the one the entry facts lead to and no reason is
    given.
    """
    if pathway.code != due and not reason.strip():
        raise RuleBroken(
            f"Level 5 and the modules held lead to {due}. Choose it, or give the reason for another.",
            "reason",
        )


def check_decision(pathway: Any, advice: Advice, reason: str) -> None:
    """Raise RuleBroken if a decision differs from the advice, or there is no advice, and no reason
    is given.
    """
    if pathway.code == advice.pathway or reason.strip():
        return
    advice_words = WHY.get(advice.verdict, f"The rules lead to {advice.pathway}.")
    raise RuleBroken(f"{advice_words} Give the reason for your choice.", "reason")
