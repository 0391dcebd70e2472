"""What if: the inputs as they would be, and which assumptions matter most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.rules.forecast import forecast
from reports.rules.forecast_effects import effects
from reports.rules.forecast_inputs import Changes, Experience, Inputs, Intake, Region
from reports.rules.forecast_scenarios import Scenario, applied, carried_on
from tests.reports.forecast_world import World
from tests.reports.test_forecast import DAY

PLAN = (Intake("PQIP15", 2, 10, 15, 21), Intake("PQIP27", 8, 4, 27))


@pytest.fixture(scope="module")
def known() -> Inputs:
    return World(31, (60, 150, 400), (3, 7, 18), months=90).inputs(80)


def one_region(scenario: Scenario) -> Region:
    return applied(scenario, Inputs(DAY, (Region("NE", intakes=PLAN),))).regions[0]


def test_nothing_changed_is_the_same_question(known: Inputs) -> None:
    assert applied(Scenario("as it stands"), known).digest == known.digest


def test_places_are_added_to_those_planned_and_taken_away_down_to_none() -> None:
    more = (Intake("PQIP15", 2, 5, 15, 21), Intake("PQIP15", 3, 6, 15), Intake("PQIP27", 8, -9, 27))
    found = one_region(Scenario("more", places=more)).intakes
    assert [(one.pathway, one.starts_in, one.places) for one in found] == [
        ("PQIP15", 2, 15),
        ("PQIP27", 8, 0),
        ("PQIP15", 3, 6),
    ]


@pytest.mark.parametrize(("change", "left"), [(-4, [6, 8, 7]), (-13, [0, 5, 7]), (-20, [0, 0, 7]), (5, [15, 8, 7])])  # fmt: skip
def test_places_are_taken_from_every_intake_of_the_pathway_and_month(
    change: int, left: list[int]
) -> None:
    """Ten and eight places in the same month, and seven of another pathway, which keeps them."""
    plan = (Intake("PQIP15", 2, 10, 15), Intake("PQIP15", 2, 8, 15), Intake("PQIP27", 2, 7, 27))
    fewer = Scenario("fewer", places=(Intake("PQIP15", 2, change, 15),))
    found = applied(fewer, Inputs(DAY, (Region("NE", intakes=plan),))).regions[0].intakes
    assert [one.places for one in found] == left


def test_lengths_change_full_and_part_time_alike() -> None:
    found = one_region(Scenario("longer", lengths=((15, 20),))).intakes
    assert [(one.months, one.part_time_months) for one in found] == [(20, 28), (27, None)]


def test_only_the_regions_named_change() -> None:
    inputs = Inputs(DAY, (Region("NE", intakes=PLAN), Region("NW", intakes=PLAN)))
    found = applied(Scenario("one", regions=("NW",), leaving=1.5, delay_months=2), inputs)
    assert found.regions[0] == inputs.regions[0]
    assert found.regions[1].changes == Changes(leaving=1.5, delay_months=2)
    with pytest.raises(LookupError, match="no region SE"):
        applied(Scenario("one", regions=("SE",)), inputs)


def test_the_last_years_plan_is_carried_on_to_the_end() -> None:
    """Planned in months 1, 7 and 13: the last twelve months have 7 and 13, repeated from 19 on."""
    planned = tuple(Intake("PQIP15", month, month, 15) for month in (1, 7, 13))
    found = [(one.starts_in, one.places) for one in carried_on(planned, 40)]
    assert found == [(1, 1), (7, 7), (13, 13), (19, 7), (25, 13), (31, 7), (37, 13)]
    assert carried_on((), 40) == ()


def test_what_cannot_be_is_refused() -> None:
    for wrong in ({"leaving": -1.0}, {"part_time": 1.2}, {"delay_months": -1}):
        with pytest.raises(ValueError, match=r"more|between"):
            Scenario("wrong", **wrong)


@pytest.mark.parametrize(
    ("scenario", "month"),
    [
        (Scenario("leaving", leaving=1.5), 24),
        (Scenario("withdrawing", withdrawing=2.0), 24),
        (Scenario("late", delay_months=6), 12),
        (Scenario("longer", lengths=((15, 24), (21, 30))), 30),
    ],
    ids=lambda one: one.name if isinstance(one, Scenario) else "",
)
def test_what_makes_it_worse_leaves_fewer_officers(
    known: Inputs, scenario: Scenario, month: int
) -> None:
    before, after = (
        forecast(one, runs=300, months=month, drawn_from=known.digest)
        for one in (known, applied(scenario, known))
    )
    assert after.nation.months[-1].in_post_median < before.nation.months[-1].in_post_median


def test_more_part_time_starters_qualify_later(known: Inputs) -> None:
    slower = replace(
        known,
        regions=tuple(
            replace(
                one,
                intakes=tuple(replace(it, part_time_months=it.months + 9) for it in one.intakes),
            )
            for one in known.regions
        ),
    )
    few, many = (
        forecast(applied(Scenario("part time", part_time=share), slower), runs=300, months=30, drawn_from=known.digest)
        for share in (0.0, 1.0)
    )  # fmt: skip
    assert sum(one.expected_qualifying for one in many.nation.months) < sum(
        one.expected_qualifying for one in few.nation.months
    )


def test_leaving_doubled_is_twice_as_much_at_first(known: Inputs) -> None:
    before, after = (
        forecast(one, runs=2000, months=1, drawn_from=known.digest)
        .nation.months[0]
        .expected_leaving
        for one in (known, applied(Scenario("leaving", leaving=2.0), known))
    )
    promoted = 0.002 * 60 * 10
    assert after - promoted == pytest.approx(2 * (before - promoted), rel=0.1)


def test_effects_are_the_largest_in_order_and_the_same_each_time(known: Inputs) -> None:
    found = effects(known, 36)
    assert len(found) == 6
    assert [one.size for one in found] == sorted((one.size for one in found), reverse=True)
    assert found == effects(known, 36)
    named = {one.name: one for one in effects(known, 36, largest=20)}
    assert named["left"].in_post_low > named["left"].in_post > named["left"].in_post_high
    assert named["places"].in_post_low < named["places"].in_post < named["places"].in_post_high
    assert named["lengths"].in_post_low > named["lengths"].in_post_high
    assert not named["places"].is_range


def test_effects_stand_around_the_median_of_the_runs(known: Inputs) -> None:
    middle = forecast(known, runs=2000, months=36).nation.months[-1].in_post_median
    assert effects(known, 36)[0].in_post == pytest.approx(middle, rel=0.01)


def test_effects_of_a_region_are_its_own(known: Inputs) -> None:
    found = effects(known, 24, "R02", largest=20)
    nation = effects(known, 24, largest=20)
    assert found[0].in_post < nation[0].in_post
    with pytest.raises(LookupError, match="no region XX"):
        effects(known, 24, "XX")


def test_an_assumption_that_is_known_better_matters_less(known: Inputs) -> None:
    """The same rate of leaving, seen a hundred times as often, has a narrower range and so less effect."""

    def more(one: Experience) -> Experience:
        return Experience(tuple(100 * n for n in one.events), tuple(100 * n for n in one.exposure))

    surer = replace(
        known,
        regions=tuple(
            replace(
                one,
                grades=tuple(
                    replace(grade, left=tuple(map(more, grade.left))) for grade in one.grades
                ),
            )
            for one in known.regions
        ),
    )
    before, after = (
        next(one for one in effects(inputs, 24, largest=20) if one.name == "left").size
        for inputs in (known, surer)
    )
    assert after < before
