"""How far a candidate is: starting, on the programme, near its end, or past it. The boundaries are assumed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.rules.dates import add_months

#: The months after the start that count as starting, and the months before the planned end that count as near it.
STARTING_MONTHS, NEAR_MONTHS = 3, 3
NOT_YET, STARTING, MIDDLE, NEAR, PAST, FINISHED = (
    "not_yet",
    "starting",
    "middle",
    "near",
    "past",
    "finished",
)
#: Each stage in words, in order.
STAGES = {
    NOT_YET: "Not started yet",
    STARTING: "Starting",
    MIDDLE: "On programme",
    NEAR: "Near the end",
    PAST: "Past the end",
    FINISHED: "Finished",
}
BOUNDARIES = (
    f"Starting: the first {STARTING_MONTHS} months. Near the end: the last {NEAR_MONTHS} months before the planned end. "
    "Both are assumed; not from the service."
)


@dataclass(frozen=True)
class Course:
    """A candidate's time on a course: first day, planned end, and whether it is over or paused."""

    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    has_ended: bool = False
    is_paused: bool = False

    def stage(self, day: dt.date) -> str:
        """Return the stage on a day. Without a planned end it is never near the end."""
        if self.has_ended:
            return FINISHED
        if self.starts_on is None or day < self.starts_on:
            return NOT_YET
        if self.ends_on is not None and day > self.ends_on:
            return PAST
        if self.ends_on is not None and day >= add_months(self.ends_on, -NEAR_MONTHS):
            return NEAR
        return STARTING if day < add_months(self.starts_on, STARTING_MONTHS) else MIDDLE


def unit_state(
    criteria: int, met: int, *, is_signed_off: bool, is_achieved: bool, is_open: bool = True
) -> str:
    """Return how far a unit is: achieved, signed off, all met, some met or nothing yet; or optional and not chosen
    (not `is_open`).
    """
    if is_achieved:
        return "achieved"
    if not is_open:
        return "not_chosen"
    if is_signed_off:
        return "signed_off"
    if criteria and met >= criteria:
        return "all_met"
    return "some_met" if met else "nothing"
