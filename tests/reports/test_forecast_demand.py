"""What the forecast asks of the service: worked out by hand, by no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from reports.figures.asking import Row
from reports.presenters.forecast_demand import (
    Asked,
    demand_beside,
    demand_chart,
    others_words,
    otherwise_words,
    short_words,
)
from reports.rules import forecast_demand as demand
from reports.rules.forecast_answers import Assumption, LearnersAhead, Month, Place, Quarter
from reports.rules.forecast_demand import Ahead, Need, Pace, Ratios, There, needs
from reports.rules.forecast_inputs import Experience, Grade, Inputs, Region

MONTHS = 15
RATIOS = Ratios(
    caseload=15,
    learners_per_manager=2,
    people_per_mentor=2,
    protected_months=9,
    vq3_months=12,
    award_months=12,
    minutes=20,
)


def month(number: int) -> Month:
    """A hundred officers; 2 qualify in the first month, 4 in the third, 1 in each from the fourth on."""
    qualify = {1: 2.0, 2: 0.0, 3: 4.0}.get(number, 1.0)
    return Month(number, None, 90.0, 100.0, 110.0, qualify, 1.0, 0.0, None, None)


PLACE = Place(
    "NE",
    tuple(month(number) for number in range(1, MONTHS + 1)),
    tuple(Quarter(first, first + 2, 0, 0, 0, 0) for first in range(1, MONTHS, 3)),
    (
        LearnersAhead("PQIP15", 0, (4.0, 3.0, 6.0, *[0.0] * 12)),
        LearnersAhead("PQIP15", 1, (20.0,) * MONTHS),
        LearnersAhead("PQIP21", 0, (0.0, 0.0, 2.0, *[0.0] * 12)),
        LearnersAhead("NEW", 0, (0.0, 0.0, 1.0, *[0.0] * 12)),
    ),
    None,
    3,
)
PACE = Pace(joining=0.5, promoted=0.01, decisions=48, to_countersign=24, assessed=31)
THERE = There(
    psos=4,
    trainees=1,
    keeping=3,
    protected=5,
    places={"VQ5": 30, "VQ3": 0, "TAQA3": 5, "": 30},
    managers=10.0,
    mentors=15,
    hours=1.0,
    university="Sheffield Hallam University",
)


def at(number: int, there: There = THERE, pace: Pace = PACE) -> dict[str, Need]:
    found = needs(Ahead(PLACE, number, pace, RATIOS, there))
    assert [demand.RESOURCES.index(one.resource) for one in found] == sorted(
        demand.RESOURCES.index(one.resource) for one in found
    )
    return {one.resource: one for one in found}


def test_the_end_of_a_quarter_worked_out_by_hand() -> None:
    """Month 3. Learners: 6 + 20 + 2 + 1 = 29; qualified since D: 2 + 0 + 4 = 6.

    VQ5: 29 + 3 who keep their assessor + 6 = 38. VQ3: 4 + 3 months of 0.5 = 5.5. Award: 1 + 3 months of 1 in 100 of 100 = 4. All:
    47.5. At 15 to each: 38 ÷ 15, of 30 ÷ 15 = 2.
    """
    found = at(3)
    assert found["vq5_assessors"].needed == pytest.approx(38 / 15)
    assert found["vq5_assessors"].there == 2
    assert found["vq5_assessors"].short == pytest.approx(8 / 15)
    assert found["vq3_assessors"].needed == pytest.approx(5.5 / 15)
    assert found["vq3_assessors"].there == 0
    assert found["award_assessors"].needed == pytest.approx(4 / 15)
    assert found["award_assessors"].short == 0, "a third is there"
    assert found["all_assessors"].needed == pytest.approx(47.5 / 15)
    assert found["all_assessors"].short == pytest.approx(17.5 / 15)
    assert (found["line_managers"].needed, found["line_managers"].short) == (14.5, 4.5)
    assert found["mentors"].needed == 20, "29 learners, 5 protected and 6 to come, by 2"
    assert found["mentors"].short == 5


def test_hours_of_countersigning_worked_out_by_hand() -> None:
    """48 decisions in 8 weeks are 6 a week for 31 people; for 46.5, 9; half of them need a countersignature: 4.5, at 20 minutes
    each: 1.5 hours.
    """
    assert demand.hours(PACE, 46.5, 20) == Decimal("1.5")
    assert demand.hours(replace(PACE, decisions=0, to_countersign=0), 46.5, 20) == 0
    assert demand.hours(replace(PACE, assessed=0), 46.5, 20) == Decimal("1.0"), "3 a week as before"
    assert at(3)["countersigning"].short == pytest.approx(0.5), "47.5: 1.5 (of 1.53) less 1"


def test_places_at_the_university_are_begun_at_the_level_of_the_pathway() -> None:
    """Who began in the quarter is in the first three months at its end. How many places there are nobody knows."""
    found = demand.places(PLACE.learners, 3, "Sheffield Hallam University")
    assert [(one.resource, one.pathway, one.needed, one.there, one.short) for one in found] == [
        ("level5_places", "PQIP21", 2.0, None, None),
        ("level6_places", "PQIP15", 6.0, None, None),
        ("other_places", "NEW", 1.0, None, None),
    ]
    assert {one.university for one in found} == {"Sheffield Hallam University"}


def test_each_counts_for_as_long_as_it_takes() -> None:
    """Month 15: who qualified in months 7 to 15 is protected still; PSOs and assessors of months 4 to 15 are under way."""
    later = Ahead(PLACE, 15, PACE, RATIOS, There())
    assert later.qualified == 9
    assert later.for_vq3 == 6
    assert later.for_award == pytest.approx(12)
    assert Ahead(PLACE, 9, PACE, RATIOS, There()).qualified == 12, "2 + 4 + 6 of 1: all of them"
    assert Ahead(PLACE, 10, PACE, RATIOS, There()).qualified == 11, (
        "those of the first month are not"
    )


def test_what_nobody_knows_is_not_short() -> None:
    unknown = at(3, There())
    assert {one.there for one in unknown.values()} == {None}
    assert {one.short for one in unknown.values()} == {None}


def test_eight_quarters_are_looked_at() -> None:
    many = replace(PLACE, quarters=PLACE.quarters * 4)
    assert len(demand.quarters(many)) == 8
    assert demand.quarters(PLACE) == PLACE.quarters


def test_how_many_join_is_learned_from_the_past_of_psos() -> None:
    """Sixty joined in 60 months in a region of 99 PSOs, of the only region there is: about one a month."""
    grade = Grade(
        "PSO", (99, 0, 0, 0, 0), (99.0, 0, 0, 0, 0), joined=Experience((12,) * 5, (12.0,) * 5)
    )
    inputs = Inputs(dt.date(2025, 9, 30), (Region("NE", grades=(grade,)),))
    assert demand.joining(inputs) == {"NE": pytest.approx(1.0, abs=0.15)}
    assert demand.joining(inputs) == demand.joining(inputs)


def test_the_rate_of_promotion_is_that_of_the_region_and_grade() -> None:
    def said(region: str, part: str, median: float) -> Assumption:
        return Assumption(region, "promoted", part, 0, median, 1, 0, 0, "region")

    known = (said("WAL", "PTA", 0.3), said("NE", "SPO", 0.2), said("NE", "PTA", 0.1))
    assert demand.promoted(known, "NE", "PTA") == 0.1
    assert demand.promoted(known, "SW", "PTA") == 0


# In words


def row(resource: str, quarter: str, needed: float, there: float | None) -> Row:
    short = None if there is None else max(needed - there, 0)
    return {
        "resource": resource,
        "quarter": quarter,
        "needed": needed,
        "there": there,
        "short": short,
    }


PLANNED = [
    row("vq5_assessors", "2026-Q1", 3, 4),
    row("vq5_assessors", "2026-Q2", 6, 4),
    row("mentors", "2026-Q1", 3, 3),
    row("mentors", "2026-Q2", 9, 3),
    row("line_managers", "2026-Q1", 9, 10),
    row("line_managers", "2026-Q2", 9, 10),
    row("level6_places", "2026-Q1", 2, None),
    row("level6_places", "2026-Q1", 5, None),
    row("level6_places", "2026-Q2", 0, None),
]


def test_what_is_short_first_is_said_first() -> None:
    asked = Asked(PLANNED)
    assert asked.short() == ["mentors", "vq5_assessors"], "two in three before one in three"
    assert short_words(asked) == "Short first: mentors, by 6.0 in April to June 2026."
    assert others_words(asked) == "Also short: assessors for the VQ5, first in April to June 2026."
    without = Asked([one for one in PLANNED if one["resource"] != "mentors"])
    assert short_words(without) == (
        "Short first: assessors for the VQ5, by 2.0 full time in April to June 2026."
    )
    enough = Asked([one for one in PLANNED if one["quarter"] == "2026-Q1"])
    assert short_words(enough).startswith("Nothing")
    assert (others_words(enough), enough.closest()) == ("", "mentors")
    assert asked.of("level6_places", "2026-Q1", "needed") == 7


def test_the_chart_draws_what_is_short_first() -> None:
    def lines(*of: Any, **more: Any) -> tuple[str, list[str]]:
        (chart,) = demand_chart(*of, **more)
        return chart.subtitle.partition(",")[0], [one.name for one in chart.curves]

    enough = Asked([one for one in PLANNED if one["quarter"] == "2026-Q1"])
    assert lines(Asked(PLANNED), "North East") == ("Mentors (people)", ["Needed", "There"])
    assert lines(enough, "North East", Asked(PLANNED)) == (
        "Mentors (people)",
        ["Needed", "There", "What if"],
    )
    assert lines(Asked(PLANNED), "All regions", of_nation=True) == ("Mentors (people)", ["Short"])
    assert "added up" in short_words(Asked(PLANNED), of_nation=True)
    assert otherwise_words(Asked(PLANNED)).startswith("What if: short first: mentors")
    unknown = Asked([one for one in PLANNED if one["there"] is None])
    assert (unknown.closest(), demand_chart(unknown, "North East")) == ("", [])


def test_a_what_if_stands_beside_the_plan() -> None:
    otherwise = Asked([one | {"needed": one["needed"] * 2} for one in PLANNED])
    table = demand_beside(Asked(PLANNED), otherwise, "What if")
    assert [
        "Mentors (people)",
        "9.0",
        "18.0",
        "April to June 2026",
        "April to June 2026",
    ] in table.rows
    assert table.rows[-1] == [
        "University, from level 6 (places)",
        "7.0",
        "14.0",
        "Not known",
        "Not known",
    ]
