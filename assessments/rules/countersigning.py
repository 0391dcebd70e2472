"""Who may countersign a decision, and when (rule C3 52)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Protocol

from pqip.core.errors import RuleBroken


class Authority(Protocol):
    """An assessor's award and authority, as `AssessorRecord` states them."""

    def is_qualified(self, on: dt.date) -> bool: ...

    def may_countersign(self, qualification: str, on: dt.date) -> bool: ...


def check_countersigner(
    authority: Authority | None,
    *,
    countersigner: int,
    assessor: int,
    candidate: int,
    qualification: str,
    decided_on: dt.date,
    on: dt.date,
    today: dt.date,
) -> None:
    """Raise RuleBroken unless this countersigner may countersign that decision on the day `on`.

    People are given by key.
    """
    if countersigner == assessor:
        raise RuleBroken("Nobody countersigns a decision of their own.", "countersigner")
    if countersigner == candidate:
        raise RuleBroken("Nobody countersigns a decision on their own evidence.", "countersigner")
    if on > today:
        raise RuleBroken("The date countersigned must be today or in the past.", "countersigned_on")
    if on < decided_on:
        raise RuleBroken(
            "A decision cannot be countersigned before the day it was made.", "countersigned_on"
        )
    if authority is None or not authority.is_qualified(on):
        raise RuleBroken(
            "The countersigner was not a qualified assessor on that day.", "countersigner"
        )
    if not authority.may_countersign(qualification, on):
        raise RuleBroken(
            f"The countersigner had no authority to countersign {qualification} on that day.",
            "countersigner",
        )


def check_outcome(
    outcome: str, feedback: str, disagreed: Collection[int] = (), met: Collection[int] = ()
) -> None:
    """Raise RuleBroken for a return or disagreement without reasons, and for a disagreement that names no criterion
    found met.
    """
    if outcome == "returned" and not feedback.strip():
        raise RuleBroken("Say what the assessor should do differently.", "feedback")
    if outcome == "disagreed" and not feedback.strip():
        raise RuleBroken("Say why these criteria are not yet competent.", "feedback")
    if outcome == "disagreed" and (not disagreed or not set(disagreed) <= set(met)):
        raise RuleBroken("Select the criteria found competent that you disagree with.", "disagreed")
    if outcome != "disagreed" and disagreed:
        raise RuleBroken(
            "You have selected criteria you disagree with. Clear them, or choose to disagree.",
            "disagreed",
        )
