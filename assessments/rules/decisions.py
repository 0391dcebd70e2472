"""What a decision on evidence may state, and when (rules C2 32, C3 51, 64)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from pqip.core.errors import RuleBroken


def check_assessor(*, assessor: int, candidate: int) -> None:
    """Raise RuleBroken where somebody would decide their own evidence. People are given by key."""
    if assessor == candidate:
        raise RuleBroken("Nobody decides their own evidence.")


def check_order(*, decided_on: dt.date, latest_on: dt.date | None) -> None:
    """Raise RuleBroken for a decision on screen that is dated before the latest on the same evidence."""
    if latest_on is not None and decided_on < latest_on:
        raise RuleBroken("A decision cannot be dated before the one it follows.", "decided_on")


def check_judged(*, met: Collection[int], judged: Collection[str], asked: Collection[str]) -> None:
    """Raise RuleBroken where a criterion is found met and the assessor does not confirm everything asked about the
    evidence.
    """
    if not set(judged) <= set(asked):
        raise RuleBroken("Select only what is asked of evidence.", "judged")
    if met and set(judged) != set(asked):
        raise RuleBroken(
            "To find a criterion competent, confirm that the evidence is valid, authentic, current, sufficient and reliable. "
            "Where it is not, the criterion is not yet competent.",
            "judged",
        )


def check_feedback(*, not_met: Collection[int], feedback: str) -> None:
    """Raise RuleBroken where a criterion is not yet met and there is no feedback."""
    if not_met and not feedback.strip():
        raise RuleBroken("Say what is still needed for the criteria not yet met.", "feedback")


def check_again(*, met: Collection[int], not_met: Collection[int], held: Collection[int]) -> None:
    """Raise RuleBroken where a decision on resubmitted evidence names a criterion already met by the evidence it
    follows (`held`).
    """
    if set(held) & {*met, *not_met}:
        raise RuleBroken(
            "Some of these criteria were found competent on the evidence before this. Decide only those handed in again.",
            "criteria_met",
        )


def check_decision(
    *,
    met: Collection[int],
    not_met: Collection[int],
    offered: Collection[int],
    decided_on: dt.date,
    submitted_on: dt.date,
    today: dt.date,
) -> None:
    """Raise RuleBroken for a decision that names no criterion, gives one criterion both outcomes, or has an impossible
    date.

    `offered` holds the criteria that may be named. A criterion that a first decision leaves out is not yet met; one
    that a later decision leaves out stays as it was.
    """
    if set(met) & set(not_met):
        raise RuleBroken("A criterion is either met or not yet met, never both.", "criteria_met")
    if not (met or not_met):
        raise RuleBroken("Decide at least one criterion.", "criteria_met")
    if not {*met, *not_met} <= set(offered):
        raise RuleBroken(
            "A decision names only criteria of the candidate’s own version of the qualification.",
            "criteria_met",
        )
    check_dates(decided_on=decided_on, submitted_on=submitted_on, today=today)


def check_dates(*, decided_on: dt.date, submitted_on: dt.date, today: dt.date) -> None:
    """Raise RuleBroken for a decision dated in the future or before the evidence was submitted."""
    if decided_on > today:
        raise RuleBroken("The date of the decision must be today or in the past.", "decided_on")
    if decided_on < submitted_on:
        raise RuleBroken("Evidence cannot be decided before it was submitted.", "decided_on")
