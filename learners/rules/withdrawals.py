"""Withdrawals: which dates and reasons belong together, and which need approval (rules F11, C4 78)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from pqip.core.errors import RuleBroken

SERVICE, LEARNER, BOTH = "service", "learner", "both"
DRIVER, PROGRAMME, ANSWER = "driver", "programme", "answer"
#: Answers that stand in place of a reason. One may be all that is known, but is never a reason
#: beside another.
NO_REASON = frozenset({"not_asked", "prefer_not_to_say"})
#: For whoever ended it, the lists that the reasons come from. Retirement is among the drivers of
#: attrition.
FITTING: dict[str, frozenset[str]] = {
    SERVICE: frozenset({PROGRAMME}),
    LEARNER: frozenset({DRIVER, PROGRAMME, ANSWER}),
    BOTH: frozenset({DRIVER, PROGRAMME, ANSWER}),
}
#: How long after it took effect the coding of a resignation is listed for checking (assumed; not
#: from the service).
CHECKED_WITHIN = dt.timedelta(days=365)


def needs_approval(ended_by: str) -> bool:
    """Return True if somebody else must approve it, which is so only if the Service ends it."""
    return ended_by == SERVICE


def check_checker(*, is_coder: bool) -> None:
    """Raise RuleBroken where somebody would check a coding of their own (rule F11)."""
    if is_coder:
        raise RuleBroken("You coded this withdrawal. Somebody else must check it.")


def check_dates(told_on: dt.date | None, last_activity_on: dt.date | None, on: dt.date) -> None:
    """Raise RuleBroken if they were told, or last active, after the day the withdrawal takes
    effect.
    """
    if told_on is not None and told_on > on:
        raise RuleBroken(
            "They must have been told, or have told us, on or before the day it takes effect.",
            "told_on",
        )
    if last_activity_on is not None and last_activity_on > on:
        raise RuleBroken(
            "The last activity must be on or before the day it takes effect.", "last_activity_on"
        )


def check_reasons(
    reason: str, others: Collection[str], note: str, fitting: Collection[str]
) -> None:
    """Raise RuleBroken unless the reasons are complete and fit whoever ended it.

    There is one main reason and perhaps others beside it, and *other* needs words in `note`.
    `fitting` are the codes in force on the day that fit.
    """
    if not reason:
        raise RuleBroken("Select the main reason.", "reason")
    check_fit(reason, others, fitting)
    if NO_REASON & set(others):
        raise RuleBroken(
            "“Not asked” and “Prefer not to say” are no reasons beside another. Leave them out.",
            "other_reasons",
        )
    if not note.strip() and any(code.startswith("other") for code in (reason, *others)):
        raise RuleBroken("Say in the note what the other reason is.", "note")


def check_fit(reason: str, others: Collection[str], fitting: Collection[str]) -> None:
    """Raise RuleBroken for a reason that is not in `fitting`. A blank reason is allowed."""
    if reason and reason not in fitting:
        raise RuleBroken(
            "This reason does not fit who ended it, or was not in use on that day.", "reason"
        )
    if not set(others) <= set(fitting):
        raise RuleBroken(
            "These reasons do not fit who ended it, or were not in use on that day.",
            "other_reasons",
        )


def without(reason: str, others: Sequence[str]) -> list[str]:
    """Return the reasons beside the main one, without repeats."""
    return [code for code in dict.fromkeys(others) if code != reason]
