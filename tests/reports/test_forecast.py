"""The supply forecast: figures worked out by hand, the same question, more places, small regions, the nation."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, replace
from math import log, sqrt

import numpy as np
import pytest

from reports.rules import forecast as engine
from reports.rules.forecast import forecast
from reports.rules.forecast_draws import PostDraws, Size, TrainingDraws
from reports.rules.forecast_inputs import (
    EARLIEST,
    LATE_PLACES,
    WAIT_PLACES,
    Experience,
    Grade,
    Inputs,
    Intake,
    Learners,
    Region,
    Target,
    TrainingPast,
)
from reports.rules.forecast_posts import Chance, Flows, path
from reports.rules.forecast_qualifying import Trainees
from reports.rules.forecast_scenarios import Scenario, applied
from tests.reports.forecast_world import World

DAY = dt.date(2026, 10, 31)
BANDS = 6
#: For sure within a month.
SURELY = 50.0
EVERY_LEARNER_ON_TIME = np.eye(LATE_PLACES)[-EARLIEST]


def training(size: Size, **changed: object) -> TrainingDraws:
    """Nobody withdraws, every place is filled and every post accepted, all complete on time and begin a month later."""
    runs = size.runs
    plain = TrainingDraws(
        withdrawn={"PQIP15": np.zeros((BANDS, runs))},
        tempo=np.ones((size.years, runs)),
        filled=np.ones((size.years, runs)),
        accepted=np.ones(runs),
        moved=np.zeros(runs),
        part_time=0.0,
        left_service=0.0,
        completing=np.tile(EVERY_LEARNER_ON_TIME, (size.bank, 1)),
        beginning=np.tile(np.eye(WAIT_PLACES)[1], (size.bank, 1)),
        breaks_begun=np.zeros(size.bank),
        breaks_ended=np.full(size.bank, SURELY),
    )
    return replace(plain, **changed)


def posts(size: Size, left: tuple[float, ...], joined: float = 0.0) -> PostDraws:
    return PostDraws(
        left=np.repeat(np.array(left)[:, None], size.runs, axis=1),
        tempo=np.ones((size.years, size.runs)),
        promoted={},
        joined=np.full((size.years, size.runs), joined),
    )


def trainees(region: Region, size: Size, **changed: object) -> Trainees:
    return Trainees(region, training(size, **changed), size, np.zeros(size.runs))


def test_what_is_certain_comes_out_month_by_month() -> None:
    """Three learners are to end in month 4, so begin in month 5; four places start in month 2 for 15 months: month 17, so 18. Two
    wait since the month of D: month 1. Ten officers stay and are joined by them; or everybody leaves in their first whole month.
    """
    size = Size(runs=20, months=24, seed=1)
    region = Region(
        "NE",
        learners=(Learners("PQIP15", 11, 4, False, 3),),
        intakes=(Intake("PQIP15", 2, 4, 15),),
        training=TrainingPast(waiting=(2, *(0,) * (WAIT_PLACES - 1))),
    )
    qualifying = trainees(region, size).qualifying().staying
    came = {month: int(people) for month, people in enumerate(qualifying[0], 1) if people}
    assert came == {1: 2, 5: 3, 18: 4}
    assert (qualifying == qualifying[0]).all()
    grade = Grade("PO", heads=(4, 0, 0, 4, 2))
    coming = Flows(coming=qualifying.T)
    stay, go = (
        path(grade, posts(size, (rate,) * 5), size, Chance(size.chance("test")), coming).heads
        for rate in (0.0, SURELY)
    )
    assert stay[:, 0].tolist() == [12] * 4 + [15] * 13 + [19] * 7
    assert go[:, 0].tolist() == [2, 0, 0, 0, 3, *[0] * 12, 4, *[0] * 6]
    assert (stay[:, 0] == stay.T).all()
    assert (go[:, 0] == go.T).all()


def test_those_on_a_break_return_before_they_go_on() -> None:
    """Two on a break with 4 months to go: back in month 1, which is 1 month more: complete in 5, begin in 6."""
    size = Size(runs=20, months=24, seed=1)
    region = Region("NE", learners=(Learners("PQIP15", 11, 4, True, 2),))
    qualifying = trainees(region, size).qualifying().staying
    assert {month: int(people) for month, people in enumerate(qualifying[0], 1) if people} == {6: 2}


def test_who_has_no_planned_end_completes_in_no_month_and_may_withdraw() -> None:
    """Two of six have no planned end, and a rate of withdrawing of ln 2 ÷ 12 a month: one of the two is there after a year, half
    of one after two. The four others are to end in month 4. Who is on a break is no different.
    """
    size = Size(runs=20, months=24, seed=1)
    withdrawn = {"PQIP15": np.full((BANDS, size.runs), log(2) / 12)}
    known, unknown = (Learners("PQIP15", 11, end, False, 3) for end in (4, None))
    both = (known, replace(known, heads=1), replace(unknown, heads=1))
    region = Region("NE", learners=(*both, replace(unknown, heads=1, on_break=True)))
    alone = Region("NE", learners=(replace(known, heads=4),))
    made = trainees(region, size, withdrawn=withdrawn)
    assert made.expected() == pytest.approx(trainees(alone, size, withdrawn=withdrawn).expected())
    assert (made.qualifying().staying.sum(1) <= 4).all()
    there = sum(one.heads.sum(0) for one in made.on_programme() if one.group.first > size.months)
    assert (there[11], there[23]) == pytest.approx((1.0, 0.5))
    delayed = replace(alone, learners=region.learners[2:])
    slower = applied(Scenario("", delay_months=6), Inputs(DAY, (delayed,))).regions[0]
    assert not trainees(slower, size).qualifying().staying.any()


def test_chances_worked_out_by_hand() -> None:
    """Four learners, 4 months to go. Each month's rate of withdrawing is ln 2 ÷ 3.5, over the 3.5 months from the end of D's
    month to the middle of the fourth: half stay. Eight of ten accept. So each becomes an officer with 0.4, and the number is
    binomial: 0.6⁴ = 0.1296 none, 4 · 0.4 · 0.6³ = 0.3456 one, 0.3456 two, 0.1536 three, 0.0256 all; 1.6 expected, all in month 5.
    """
    size = Size(runs=40_000, months=12, seed=7)
    region = Region("NE", learners=(Learners("PQIP15", 11, 4, False, 4),))
    withdrawn = {"PQIP15": np.full((BANDS, size.runs), log(2) / 3.5)}
    made = trainees(region, size, withdrawn=withdrawn, accepted=np.full(size.runs, 0.8))
    qualifying = made.qualifying().staying
    assert made.expected()[0].tolist() == pytest.approx([0, 0, 0, 0, 1.6, *[0] * 7])
    seen = np.bincount(qualifying[:, 4], minlength=5) / size.runs
    assert seen == pytest.approx([0.1296, 0.3456, 0.3456, 0.1536, 0.0256], abs=0.01)
    assert qualifying.sum(0)[[0, 1, 2, 3, *range(5, 12)]].sum() == 0


def test_leaving_worked_out_by_hand() -> None:
    """Ten officers, a rate of ln 2 ÷ 6 a month: half stay after six months, 5 expected, 2.5 the variance."""
    size = Size(runs=40_000, months=6, seed=3)
    grade = Grade("PO", heads=(0, 0, 0, 0, 10))
    found = path(grade, posts(size, (log(2) / 6,) * 5), size, Chance(size.chance("test")), Flows())
    assert found.heads[5].mean() == pytest.approx(5, abs=4 * sqrt(2.5 / size.runs))
    assert found.heads[5].var() == pytest.approx(2.5, abs=0.1)
    assert found.leaving.sum() == pytest.approx(5, abs=0.05)


def test_a_large_group_comes_out_as_its_people_would() -> None:
    """The normal approximation of 400 learners beside the 16 groups of 25 whom it stands for."""
    size = Size(runs=4000, months=24, seed=5)
    late = np.tile(np.concatenate((np.zeros(3), np.full(LATE_PLACES - 3, 0.4))), (size.bank, 1))
    made = {
        heads: trainees(
            Region("NE", learners=tuple(Learners("PQIP15", on, 6, False, heads) for on in range(8, 8 + 400 // heads))),
            size,
            completing=late,
            accepted=np.full(size.runs, 0.8),
        ).qualifying().staying
        for heads in (25, 400)
    }  # fmt: skip
    small, large = made[25].astype(float), made[400].astype(float)
    assert large.mean(0) == pytest.approx(small.mean(0), abs=0.5)
    assert large[:, :9].sum(1).std() == pytest.approx(small[:, :9].sum(1).std(), rel=0.06)


@pytest.fixture(scope="module")
def known() -> Inputs:
    return World(11, (20, 60, 150, 400), (1, 3, 7, 18), months=90).inputs(80)


def test_the_same_question_has_the_same_answer(
    known: Inputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = forecast(known, runs=200)
    monkeypatch.setattr(engine, "AT_ONCE", 1)
    again = forecast(Inputs(known.as_at, tuple(replace(one) for one in known.regions)), runs=200)
    assert repr(first) == repr(again)


def test_another_question_has_another_digest(known: Inputs) -> None:
    other = replace(known, as_at=known.as_at - dt.timedelta(days=1))
    fewer = replace(known, regions=known.regions[:-1])
    assert len({known.digest, other.digest, fewer.digest}) == 3
    assert replace(known).digest == known.digest


def test_whole_numbers_and_their_fractions_are_the_same_question() -> None:
    made = [
        Inputs(DAY, (Region("NE", grades=(Grade("PO", targets=(Target(0, fte),)),)),))
        for fte in (400, 400.0)
    ]
    assert made[0].digest == made[1].digest


@pytest.mark.parametrize("more", [1, 5, 30])
def test_more_places_never_bring_fewer_officers(known: Inputs, more: int) -> None:
    wish = Scenario("more", places=(Intake("PQIP15", 4, more, 15),))
    changed = applied(wish, known)
    before, after = (forecast(one, runs=300, drawn_from=known.digest) for one in (known, changed))
    for less, greater in zip(before.nation.months, after.nation.months, strict=True):
        assert greater.expected_qualifying >= less.expected_qualifying
    gained = sum(one.expected_qualifying for one in after.nation.months) - sum(
        one.expected_qualifying for one in before.nation.months
    )
    assert 0 < gained <= more * len(known.regions)


def test_a_region_of_three_learners_has_no_absurd_range() -> None:
    """Never below none, never more than its learners and places, whatever the past of so few says."""
    past = TrainingPast(
        filled=Experience((2,), (2.0,)), completed_late=(0, 0, 0, 1, *(0,) * (LATE_PLACES - 4))
    )
    small = Region(
        "NE",
        learners=(Learners("PQIP15", 10, 5, False, 2), Learners("PQIP21", 20, -2, True, 1)),
        intakes=(Intake("PQIP15", 5, 2, 15, 21),),
        training=past,
        grades=(
            Grade("PO", heads=(1, 0, 1, 0, 0), fte=(1.0, 0, 0.6, 0, 0), targets=(Target(0, 4.0),)),
        ),
    )
    found = forecast(Inputs(DAY, (small,)), runs=2000)
    place = found.place("NE")
    for month in place.months:
        assert 0 <= month.in_post_p10 <= month.in_post_median <= month.in_post_p90
        assert month.in_post_p90 <= 2 + 3 + 2 + 1
        assert month.probability_target_met is not None
        assert 0 <= month.probability_target_met <= 1
    assert all(0 <= one.qualifying_p10 <= one.qualifying_p90 <= 5 for one in place.quarters)
    size = Size(2000, 60, int(found.digest, 16))
    made = trainees(
        small, size, withdrawn={name: np.zeros((BANDS, 2000)) for name in ("PQIP15", "PQIP21")}
    )
    assert (made.qualifying().staying.sum(1) <= 5).all()


def test_nobody_and_nothing_known_is_answered_by_what_is_assumed() -> None:
    found = forecast(Inputs(DAY, (Region("NE"), Region("NW"))), runs=200)
    assert {one.source for one in found.assumptions} == {"assumed"}
    assert found.nation.months[0].in_post_median >= 0
    assert found.nation.months[0].gap_median is None
    assert found.nation.gap_closes_in is None
    assert found.nation.planned_until is None


def test_the_nation_is_the_sum_of_its_regions_run_by_run(known: Inputs) -> None:
    found = forecast(known, runs=400)
    for number, month in enumerate(found.nation.months):
        parts = [one.months[number] for one in found.regions]
        for name in ("target_fte", "expected_qualifying", "expected_leaving", "expected_joining"):
            assert getattr(month, name) == pytest.approx(sum(getattr(one, name) for one in parts))
        # Regions are not all low at once, so the nation's range is less wide than theirs together.
        widths = [one.in_post_p90 - one.in_post_p10 for one in parts]
        assert max(widths) <= month.in_post_p90 - month.in_post_p10 <= sum(widths)
    learners = sum(sum(one.heads) for one in found.nation.learners)
    assert learners == pytest.approx(
        sum(sum(one.heads) for place in found.regions for one in place.learners)
    )
    alone = forecast(replace(known, regions=known.regions[:1]), runs=400)
    for month, own in zip(alone.nation.months, alone.regions[0].months, strict=True):
        assert astuple(month) == pytest.approx(astuple(own))
    assert alone.nation.quarters == alone.regions[0].quarters


def test_nobody_who_moves_is_lost(known: Inputs) -> None:
    """All who are trained take a post somewhere: with nobody joining or leaving, officers are those there were and they."""
    regions = tuple(
        replace(one, training=replace(one.training, moved=Experience((50,), (100.0,)), received=5))
        for one in known.regions
    )
    moving = replace(known, regions=regions)
    found, still = (forecast(one, runs=400, drawn_from=known.digest) for one in (moving, known))
    total, plain = (sum(m.expected_qualifying for m in one.nation.months) for one in (found, still))
    assert total == pytest.approx(plain, rel=0.02)
    assert found.regions[0].months[-1].in_post_median > still.regions[0].months[-1].in_post_median


def test_targets_and_gaps_follow_the_dates_set(known: Inputs) -> None:
    """Two targets known ahead. The gap is target less median, and closes in the first month from which it stays closed."""
    region = known.regions[2]
    grade = replace(
        region.grade("PO"), targets=(Target(-4, 100.0), Target(13, 1000.0), Target(25, 1.0))
    )
    found = forecast(Inputs(known.as_at, (replace(region, grades=(grade,)),)), runs=300)
    months = found.regions[0].months
    assert [months[at].target_fte for at in (0, 11, 12, 23, 24)] == [100, 100, 1000, 1000, 1]
    assert months[12].gap_median == pytest.approx(1000 - months[12].in_post_median)
    assert (months[12].probability_target_met, months[24].probability_target_met) == (0, 1)
    assert found.regions[0].gap_closes_in == 25


def test_a_gap_that_stays_open_closes_in_no_month(known: Inputs) -> None:
    grade = replace(known.regions[2].grade("PO"), targets=(Target(0, 5000.0),))
    found = forecast(Inputs(known.as_at, (replace(known.regions[2], grades=(grade,)),)), runs=100)
    assert found.nation.gap_closes_in is None


def test_quarters_are_those_of_the_calendar() -> None:
    """From 30 November 2026, month 1 is December: a quarter of one month, then January to March."""
    found = forecast(Inputs(dt.date(2026, 11, 30), (Region("NE"),)), runs=50)
    spans = [(one.first_month, one.last_month) for one in found.nation.quarters]
    assert spans[:3] == [(1, 1), (2, 4), (5, 7)]
    assert spans[-1] == (59, 60)
    assert [last for _, last in spans[:-1]] == [first - 1 for first, _ in spans[1:]]


def test_learners_ahead_are_those_on_the_programme() -> None:
    """Three of 11 months on, 4 to go, nobody leaving: from month 1 in the band of 12 to 17 months; gone in month 4."""
    size = Size(runs=10, months=12, seed=1)
    region = Region("NE", learners=(Learners("PQIP15", 11, 4, False, 3),))
    (ahead,) = trainees(region, size).on_programme()
    assert ahead.heads[3].tolist() == [3, 3, 3, *[0] * 9]
    assert ahead.heads.sum() == 9


def test_psos_lose_who_qualifies_and_other_grades_gain_who_is_promoted(known: Inputs) -> None:
    psos = Grade("PSO", heads=(40,) * 5, fte=(38.0,) * 5)
    seniors = Grade("SPO", heads=(0, 0, 0, 10, 0), fte=(0, 0, 0, 10.0, 0))
    regions = tuple(replace(one, grades=(*one.grades, psos, seniors)) for one in known.regions)
    asked = replace(known, regions=regions)
    officers, support, above = (forecast(asked, grade, runs=200) for grade in ("PO", "PSO", "SPO"))
    qualifying = sum(one.expected_qualifying for one in officers.nation.months)
    assert sum(one.expected_qualifying for one in support.nation.months) == pytest.approx(
        qualifying, rel=0.02
    )
    promoted = sum(one.expected_joining for one in above.nation.months[:12])
    in_post = officers.nation.months[5].in_post_median / 0.92
    rate = np.mean([one.median for one in officers.assumptions if one.name == "promoted"])
    joined = sum(one.median for one in above.assumptions if one.name == "joined") * 11 * 12
    assert promoted == pytest.approx(12 * in_post * rate + joined, rel=0.25)
