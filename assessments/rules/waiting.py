"""What waited for a decision or a countersignature, and in which intervals.

Evidence waits for a decision from its submission, and again from the day its latest decision was returned. A decision
that needs a countersignature waits from the day it was made until it has an outcome.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import NamedTuple

from assessments.rules.evidence import RETURNED, Piece

DECISION = "decision"
COUNTERSIGNATURE = "countersignature"
#: A wait of more working days than this is overdue (assumed).
OVERDUE_AFTER_WORKING_DAYS = 10


class Waiting(NamedTuple):
    """A wait from a day up to, but not including, another.

    `decision` is the one that waits for a countersignature, or whose return the evidence waits after.
    """

    kind: str
    evidence: int
    decision: int | None
    from_on: dt.date
    to_on: dt.date | None


def waits(piece: Piece) -> Iterator[Waiting]:
    """Yield every wait of a piece of evidence and its decisions.

    A wait that ended on the day it began does not count.
    """
    for wait in _every_wait(piece):
        if wait.to_on is None or wait.from_on < wait.to_on:
            yield wait


def _every_wait(piece: Piece) -> Iterator[Waiting]:
    if not piece.decisions:
        yield Waiting(DECISION, piece.key, None, piece.submitted_on, None)
        return
    yield Waiting(DECISION, piece.key, None, piece.submitted_on, piece.decisions[0].decided_on)
    for decided, following in zip(piece.decisions, [*piece.decisions[1:], None], strict=True):
        if not decided.is_needed:
            continue
        yield Waiting(
            COUNTERSIGNATURE, piece.key, decided.key, decided.decided_on, decided.outcome_on
        )
        if decided.outcome == RETURNED and decided.outcome_on is not None:
            until = following.decided_on if following else None
            yield Waiting(DECISION, piece.key, decided.key, decided.outcome_on, until)


def overdue_before(
    as_at: dt.date, bank_holidays: Collection[dt.date], after: int = OVERDUE_AFTER_WORKING_DAYS
) -> dt.date:
    """Return the day before which a wait must have begun to be overdue as at `as_at`: longer than `after` working
    days.

    Working days are counted from the day after the wait began; weekends and bank holidays do not count.
    """
    day, left = as_at, after + 1
    while True:
        left -= is_working_day(day, bank_holidays)
        if left == 0:
            return day
        day -= dt.timedelta(days=1)


def due_by(
    since: dt.date, bank_holidays: Collection[dt.date], after: int = OVERDUE_AFTER_WORKING_DAYS
) -> dt.date:
    """Return the last working day on which a wait that began on `since` ends in time: `after` working days later."""
    day = since
    for _ in range(after):
        day += dt.timedelta(days=1)
        while not is_working_day(day, bank_holidays):
            day += dt.timedelta(days=1)
    return day


def is_working_day(day: dt.date, bank_holidays: Collection[dt.date]) -> bool:
    """Return whether the day is Monday to Friday and no bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays
