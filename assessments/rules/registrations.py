"""The dates that a registration may have."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pqip.core.errors import RuleBroken

IN_FUTURE = "The date registered must be today or in the past."


@dataclass(frozen=True)
class Firsts:
    """The first days on which a candidate submitted evidence, moved to another version and had a unit signed off."""

    submitted: dt.date | None = None
    moved: dt.date | None = None
    signed_off: dt.date | None = None


def check_day(began: dt.date, *, today: dt.date, is_same_version: bool, firsts: Firsts) -> None:
    """Raise RuleBroken where a registration's day may not be changed to `began`.

    `is_same_version`: the version in force on it is the one on which the candidate was registered.
    """
    if began > today:
        raise RuleBroken(IN_FUTURE, "effective_on")
    if not is_same_version:
        raise RuleBroken(
            "Another version of the qualification was in force on that day.", "effective_on"
        )
    if firsts.submitted and firsts.submitted < began:
        raise RuleBroken(
            "Evidence was submitted before that day. Correct the evidence first.", "effective_on"
        )
    if firsts.moved and firsts.moved <= began:
        raise RuleBroken(
            "The candidate moved to another version by that day. Undo the move first.",
            "effective_on",
        )
    if firsts.signed_off and firsts.signed_off < began:
        raise RuleBroken(
            "A unit was signed off before that day. Undo the sign-off first.", "effective_on"
        )


def check_dates(
    *, began: dt.date, target: dt.date | None, certificated: dt.date | None, today: dt.date
) -> None:
    """Raise RuleBroken for a target or certificate before the registration, or a certificate in the future."""
    if target and target < began:
        raise RuleBroken("The target date must be on or after the date registered.", "target_on")
    if certificated and not began <= certificated <= today:
        raise RuleBroken(
            "The date certificated must be on or after the date registered, and not in the future.",
            "certificated_on",
        )
