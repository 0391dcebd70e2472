"""People to assess against places with assessors: the arithmetic on paper: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from assessments.rules.capacity_demand import (
    Capacity,
    Stretch,
    capacity_on,
    ends_of_months,
    first_short,
    month_by_month,
)

SEPTEMBER = dt.date(2025, 9, 10)
NORTH = 1


def stretch(
    kind: str, from_on: dt.date, to_on: dt.date | None, people: int, places: int = 0
) -> Stretch:
    return Stretch(kind, NORTH, None, from_on, to_on, people, places)


def test_people_and_places_month_by_month() -> None:
    # 20 learners until 30 November and 12 who start on 1 October; 3 newly qualified until 15 September; 4 PSOs with no end.
    # Two assessors with 15 places each; one of them leaves on 31 October, a third begins on 1 December with 10.
    first = dt.date(2025, 1, 1)
    stretches = [
        stretch("learners", SEPTEMBER, dt.date(2025, 11, 30), 20),
        stretch("learners", dt.date(2025, 10, 1), None, 12),
        stretch("officers", first, dt.date(2025, 9, 15), 3),
        stretch("psos", SEPTEMBER, None, 4),
        stretch("assessors", first, None, 1, 15),
        stretch("assessors", first, dt.date(2025, 10, 31), 1, 15),
        stretch("assessors", dt.date(2025, 12, 1), None, 1, 10),
    ]
    found = month_by_month(stretches, SEPTEMBER, 3)
    assert [one.day for one in found] == [
        SEPTEMBER,
        dt.date(2025, 10, 31),
        dt.date(2025, 11, 30),
        dt.date(2025, 12, 31),
    ]
    assert [one.asked for one in found] == [
        {"learners": 20, "officers": 3, "psos": 4, "trainees": 0},
        {"learners": 32, "officers": 0, "psos": 4, "trainees": 0},
        {"learners": 32, "officers": 0, "psos": 4, "trainees": 0},
        {"learners": 12, "officers": 0, "psos": 4, "trainees": 0},
    ]
    assert [(one.demand, one.assessors, one.places, one.room) for one in found] == [
        (27, 2, 30, 3),
        (36, 2, 30, -6),
        (36, 1, 15, -21),
        (16, 2, 25, 9),
    ]
    assert [one.for_each for one in found] == [Fraction(27, 2), 18, 36, 8]
    assert found[0].used == 90
    assert first_short(found) == found[1]


def test_nobody_to_assess_and_nobody_who_assesses() -> None:
    nothing = capacity_on([], SEPTEMBER)
    assert nothing == Capacity(
        SEPTEMBER, {"learners": 0, "officers": 0, "psos": 0, "trainees": 0}, 0, 0
    )
    assert (nothing.for_each, nothing.used, nothing.room) == (None, None, 0)
    assert first_short([nothing]) is None


def test_whoever_is_away_takes_their_places_with_them() -> None:
    there = stretch("assessors", dt.date(2025, 1, 1), None, 1, 15)
    away = stretch("assessors", dt.date(2025, 9, 1), dt.date(2025, 9, 30), -1, -15)
    assert [
        capacity_on([there, away], day).places for day in (SEPTEMBER, dt.date(2025, 10, 1))
    ] == [0, 15]


def test_months_end_on_their_last_day() -> None:
    assert ends_of_months(dt.date(2027, 11, 30), 4) == [
        dt.date(2027, 12, 31),
        dt.date(2028, 1, 31),
        dt.date(2028, 2, 29),
        dt.date(2028, 3, 31),
    ]


def test_qualifications_are_kept_apart_by_hand() -> None:
    # 10 learners and 2 newly qualified for the VQ5, 6 PSOs for the VQ3, 1 assessor on the award. One of the VQ5 alone gives
    # 8 places, one of the VQ3 alone 5, and one of both the VQ5 and the award 4: the same 4 with each, and once in all.
    day = dt.date(2025, 1, 1)
    stretches = [
        stretch("learners", day, None, 10),
        stretch("officers", day, None, 2),
        stretch("psos", day, None, 6),
        stretch("trainees", day, None, 1),
        *(
            Stretch("assessors", NORTH, None, day, None, 1, places, of)
            for places, of in ((8, ("VQ5",)), (5, ("VQ3",)), (4, ("TAQA3", "VQ5")))
        ),
    ]
    found = {code: capacity_on(stretches, SEPTEMBER, code) for code in ("VQ5", "VQ3", "TAQA3", "")}
    assert {
        code: (one.demand, one.assessors, one.places, one.room) for code, one in found.items()
    } == {"VQ5": (12, 2, 12, 0), "VQ3": (6, 1, 5, -1), "TAQA3": (1, 1, 4, 3), "": (19, 3, 17, -2)}
