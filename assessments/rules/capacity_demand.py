"""People to assess compared with assessors' places, day by day: arithmetic on stretches of time.

Demand is learners on the programme, the newly qualified who keep their PTA, PSOs on the VQ3 (rule C4 68), and
assessors on the way to the award. Capacity is the target caseload of each assessor who is in post and not away.
Qualifications are counted separately: whoever may assess several counts for each of them, and once in the total.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

#: The kinds of people to assess, in the order and words of the page.
DEMAND = {
    "learners": "Learners",
    "officers": "Newly qualified",
    "psos": "PSOs on the VQ3",
    "trainees": "Assessors on the award",
}
#: The kinds of people assessed for each qualification. The newly qualified stay with assessors of the VQ5.
ASKS = {"VQ5": ("learners", "officers"), "VQ3": ("psos",), "TAQA3": ("trainees",)}
ASSESSORS = "assessors"
MONTHS = 12


@dataclass(frozen=True)
class Stretch:
    """A number of people of one kind from a day to a last day (None: no end known).

    For assessors also their places and the qualifications they assess.
    """

    kind: str
    region_id: int | None
    pdu_id: int | None
    from_on: dt.date
    to_on: dt.date | None
    people: int
    places: int = 0
    assesses: tuple[str, ...] = ()

    def is_about(self, qualification: str) -> bool:
        """Return whether it counts for a qualification; everything counts for ""."""
        if not qualification:
            return True
        return (
            qualification in self.assesses
            if self.kind == ASSESSORS
            else self.kind in ASKS[qualification]
        )

    def holds_on(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True)
class Capacity:
    """People to assess by kind, and assessors with their places, on a day."""

    day: dt.date
    asked: dict[str, int]
    assessors: int
    places: int

    @property
    def demand(self) -> int:
        return sum(self.asked.values())

    @property
    def room(self) -> int:
        """Return the places to spare, negative where there are too few."""
        return self.places - self.demand

    @property
    def for_each(self) -> Fraction | None:
        """Return the number of people to assess for each assessor; None without assessors."""
        return Fraction(self.demand, self.assessors) if self.assessors else None

    @property
    def used(self) -> Fraction | None:
        """Return demand as a percentage of the places; None without places."""
        return Fraction(100 * self.demand, self.places) if self.places else None


def capacity_on(stretches: Iterable[Stretch], day: dt.date, qualification: str = "") -> Capacity:
    """Return the numbers of a day, for one qualification or ("") all together."""
    asked, assessors, places = dict.fromkeys(DEMAND, 0), 0, 0
    for one in stretches:
        if not one.holds_on(day) or not one.is_about(qualification):
            continue
        if one.kind in asked:
            asked[one.kind] += one.people
        else:
            assessors += one.people
            places += one.places
    return Capacity(day, asked, assessors, places)


def month_by_month(
    stretches: Sequence[Stretch], on: dt.date, months: int = MONTHS, qualification: str = ""
) -> list[Capacity]:
    """Return the numbers of the day, then of the end of each of the following months."""
    return [capacity_on(stretches, day, qualification) for day in [on, *ends_of_months(on, months)]]


def ends_of_months(on: dt.date, months: int = MONTHS) -> list[dt.date]:
    """Return the last days of the months that follow the month of `on`."""
    found = []
    for ahead in range(1, months + 1):
        year, month = divmod(on.year * 12 + on.month - 1 + ahead, 12)
        found.append(dt.date(year, month + 1, monthrange(year, month + 1)[1]))
    return found


def first_short(capacities: Sequence[Capacity]) -> Capacity | None:
    """Return the first with more people than places, or None."""
    return next((one for one in capacities if one.room < 0), None)
