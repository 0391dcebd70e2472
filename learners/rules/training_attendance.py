"""What may be recorded about a booking and on an attendance sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pqip.core.errors import RuleBroken

#: The largest number of people on one sheet.
SHEET = 60
#: The largest number of people in an online group with a facilitator (rule C4 74).
ONLINE_GROUP = 12


def check_status(status: str, on: dt.date, today: dt.date) -> None:
    """Raise RuleBroken for the outcome of a course that has not taken place yet."""
    if status in {"attended", "did_not_attend"} and on > today:
        raise RuleBroken("It has not taken place yet. Record it as booked.", "status")


def check_plan(on: dt.date, today: dt.date) -> None:
    """Raise RuleBroken for a day in the past, whose outcome is recorded as attendance instead."""
    if on < today:
        raise RuleBroken(
            "That day has passed. Choose today or a later day, or record attendance.", "on"
        )


def check_sheet(people: Sequence[object], on: dt.date, today: dt.date) -> None:
    """Raise RuleBroken for a day to come, for an empty sheet, and for more people than a sheet
    holds.
    """
    if on > today:
        raise RuleBroken("It has not taken place yet. Choose today or an earlier day.", "on")
    if not people:
        raise RuleBroken(
            "Nobody is booked on this course for that day. Give staff numbers.", "staff_numbers"
        )
    if len(people) > SHEET:
        raise RuleBroken(
            f"That is {len(people)} people. A sheet holds {SHEET}: give staff numbers in parts.",
            "staff_numbers",
        )


def group_warning(attended: int, delivery: str) -> str:
    """Return a warning if an online group was too large, or an empty text (rule C4 74)."""
    if delivery != "online" or attended <= ONLINE_GROUP:
        return ""
    return f"{attended} attended online. A group with a facilitator is of {ONLINE_GROUP} at most: check that they were several."
