"""People to assess against places with assessors, day by day: plain arithmetic on stretches of time.

What is asked of assessors: learners on the programme, the newly qualified who kept their PTA, PSOs on the VQ3 (rule C4 68),
assessors on their way to the award. What they can give: the target caseload of each who is in post and not away. It is kept
apart by qualification: whoever may assess several counts with each of them, and once in all together.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

#: Who is to be assessed, in the order and words of the page.
DEMAND = {
    "learners": "Learners", "officers": "Newly qualified", "psos": "PSOs on the VQ3", "trainees": "Assessors on the award",
}
#: Who is assessed for which qualification; the newly qualified stay with assessors of the VQ5.
ASKS = {"VQ5": ("learners", "officers"), "VQ3": ("psos",), "TAQA3": ("trainees",)}
ASSESSORS = "assessors"
MONTHS = 12


@dataclass(frozen=True)
class Stretch:
    """So many people of a kind from a day to the last one (None: no end known); of assessors, the places they give too, and for
    which qualifications."""

    kind: str
    region_id: int | None
    pdu_id: int | None
    from_on: dt.date
    to_on: dt.date | None
    people: int
    places: int = 0
    assesses: tuple[str, ...] = ()

    def is_about(self, qualification: str) -> bool:
        """Whether it counts for a qualification; everything does where none is asked."""
        if not qualification:
            return True
        return qualification in self.assesses if self.kind == ASSESSORS else self.kind in ASKS[qualification]

    def holds_on(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True)
class Standing:
    """People to assess by kind, assessors and their places, on a day."""

    day: dt.date
    asked: dict[str, int]
    assessors: int
    places: int

    @property
    def demand(self) -> int:
        return sum(self.asked.values())

    @property
    def room(self) -> int:
        """Places to spare; below 0 where there are too few."""
        return self.places - self.demand

    @property
    def for_each(self) -> Fraction | None:
        """People to assess for each assessor; None where there is no assessor."""
        return Fraction(self.demand, self.assessors) if self.assessors else None

    @property
    def used(self) -> Fraction | None:
        """Demand as a percentage of the places; None where there is no place."""
        return Fraction(100 * self.demand, self.places) if self.places else None


def standing_on(stretches: Iterable[Stretch], day: dt.date, qualification: str = "") -> Standing:
    """What holds on a day, of one qualification or of all together."""
    asked, assessors, places = dict.fromkeys(DEMAND, 0), 0, 0
    for one in stretches:
        if not one.holds_on(day) or not one.is_about(qualification):
            continue
        if one.kind in asked:
            asked[one.kind] += one.people
        else:
            assessors += one.people
            places += one.places
    return Standing(day, asked, assessors, places)


def month_by_month(
    stretches: Sequence[Stretch], on: dt.date, months: int = MONTHS, qualification: str = ""
) -> list[Standing]:
    """Where it stands on the day, then at the end of each of the months that follow."""
    return [standing_on(stretches, day, qualification) for day in [on, *ends_of_months(on, months)]]


def ends_of_months(on: dt.date, months: int = MONTHS) -> list[dt.date]:
    """The last days of the months after the one of `on`."""
    found = []
    for ahead in range(1, months + 1):
        year, month = divmod(on.year * 12 + on.month - 1 + ahead, 12)
        found.append(dt.date(year, month + 1, monthrange(year, month + 1)[1]))
    return found


def first_short(standings: Sequence[Standing]) -> Standing | None:
    """The first of them with more people than places."""
    return next((one for one in standings if one.room < 0), None)
