"""The report on who is still in the Service after qualifying, worked out by hand and against lifelines."""

from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learners.models import Enrolment
from pqip.core.snapshot import safe_known_at
from pqip.exchange.writing import SUPPRESSED
from reports.figures.retention import MONTHS, NEVER, TIMES, Followed, curve
from reports.figures.survival import CENSORED, WITHDRAWN
from tests.factories import workforce as w
from tests.factories.learners import enrolment, event
from tests.factories.reports import answered, rows

pytestmark = pytest.mark.django_db
QUALIFIED, DAY = dt.date(2024, 1, 1), dt.date(2026, 1, 1)
NAMES = ("number_at_risk", "left_service", "moved_to_other_role", "retained_percent")


def qualified(on: dt.date = QUALIFIED, **fields: object) -> Enrolment:
    made = enrolment(start=dt.date(2022, 9, 1), **fields)  # type: ignore[arg-type]
    event(made, "completed", on)
    return made


def officer(
    since: dt.date = QUALIFIED, until: dt.date | None = None, **fields: object
) -> Enrolment:
    made = qualified(**fields)  # type: ignore[arg-type]
    w.spell(made.person, since, ended_on=until)
    return made


@pytest.fixture
def six() -> list[Enrolment]:
    """One stays; one left after 181 days; one became a senior officer after 366; one left and came back; one left after 456
    days; one qualified half a year ago."""
    stays, left = officer(dt.date(2024, 1, 8)), officer(until=dt.date(2024, 6, 29))
    moved, back = officer(until=dt.date(2024, 12, 31)), officer(until=dt.date(2024, 8, 31))
    w.spell(moved.person, dt.date(2025, 1, 1), in_grade="SPO")
    w.spell(back.person, dt.date(2025, 2, 1))
    later, lately = officer(until=dt.date(2025, 3, 31)), qualified(dt.date(2025, 7, 1))
    w.spell(lately.person, dt.date(2025, 7, 1))
    return [stays, left, moved, back, later, lately]


def of(
    group: str = "all", breakdown: str = "all", on: dt.date = DAY
) -> dict[int, tuple[object, ...]]:
    return {
        row["months_since_qualifying"]: tuple(row[name] for name in NAMES)
        for row in rows("retention", on)
        if (row["breakdown"], row["group"]) == (breakdown, group)
    }


def test_by_hand(six: list[Enrolment]) -> None:
    """Five sixths after the first left; three quarters of that after the second, when the last is followed no more."""
    assert of() == {
        0: (6, 0, 0, 100.0),
        6: (5, 1, 0, 83.3),
        12: (4, 0, 0, 83.3),
        18: (3, 1, 1, 62.5),
        24: (3, 0, 0, 62.5),
    }
    [last] = [row for row in rows("retention", DAY) if row["breakdown"] == "all"][-1:]
    assert (last["lower"], last["upper"]) == (14.2, 89.3)


def test_on_the_last_day_they_are_still_there(six: list[Enrolment]) -> None:
    long_ago = qualified(dt.date(2022, 10, 1))
    w.spell(long_ago.person, dt.date(2022, 10, 1))

    def left(on: dt.date) -> int:
        return sum(row[1] for row in of(on=on).values())  # type: ignore[misc]

    assert [left(dt.date(2024, 6, day)) for day in (28, 29, 30)] == [0, 0, 1]


def test_as_it_was_known(six: list[Enrolment]) -> None:
    before, instant = rows("retention", DAY), safe_known_at()
    officer(until=dt.date(2024, 2, 1))
    assert rows("retention", DAY, instant) == before
    assert of()[0] == (7, 0, 0, 100.0)


def test_groups_are_those_of_the_start_and_everybody_counts_once() -> None:
    first = officer(in_region="WAL", in_cohort="A")
    event(first, "moved_region", dt.date(2023, 1, 1), to_region=w.region("NE"))
    again = enrolment(who=first.person, start=dt.date(2024, 9, 1), in_cohort="B")
    event(again, "completed", dt.date(2025, 6, 1))
    assert [
        one["group"] for one in rows("retention", QUALIFIED) if one["breakdown"] == "region"
    ] == ["WAL"]
    assert of("A", "cohort")[24] == (1, 0, 0, 100.0)
    assert of("B", "cohort") == {}


def test_a_pso_who_waits_for_a_post_has_not_moved_and_one_without_a_post_is_not_followed() -> None:
    waits, nowhere = qualified(), qualified()
    w.spell(waits.person, dt.date(2022, 9, 1), in_grade="PSO", ended_on=dt.date(2024, 1, 31))
    w.spell(
        waits.person, dt.date(2024, 2, 1), in_grade="PSO", fte="0.8", ended_on=dt.date(2024, 3, 3)
    )
    w.spell(waits.person, dt.date(2024, 3, 4))
    w.spell(nowhere.person, dt.date(2022, 9, 1), in_grade="PSO", ended_on=dt.date(2023, 12, 31))
    assert of()[0] == (2, 0, 0, 100.0)
    assert of()[24] == (1, 0, 0, 100.0)
    assert any(
        "Fewer than 5 who qualified without a post" in one
        for one in answered("retention", DAY).notes
    )


def test_few_leavers_are_hidden() -> None:
    for _ in range(20):
        officer()
    for _ in range(3):
        officer(until=dt.date(2024, 3, 1))
    shown = [
        row
        for row in answered("retention", DAY, suppressed=True).main.rows
        if row["breakdown"] == "all"
    ]
    assert shown[0]["number_at_risk"] == 23
    assert all(row["retained_percent"] is SUPPRESSED for row in shown[1:])
    assert all(row["left_service"] is SUPPRESSED for row in shown[1:])


def test_nobody() -> None:
    enrolment()
    assert rows("retention", DAY) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1600), st.booleans()), min_size=1, max_size=80))
def test_the_curve_is_that_of_lifelines(people: list[tuple[int, bool]]) -> None:
    """Ties, all censored, one person alone. Where nobody or everybody has left, lifelines gives no limits and ours are equal."""
    days = np.array([day for day, _ in people])
    left = np.array([has_left for _, has_left in people])
    found = list(
        curve(Followed(days, np.where(left, WITHDRAWN, CENSORED), np.full(len(days), NEVER), ~left))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifelines import KaplanMeierFitter

        fitter = KaplanMeierFitter().fit(days, left)
        limits = fitter.confidence_interval_survival_function_
    times = TIMES[: len(found)]
    assert [row["months_since_qualifying"] for row in found] == MONTHS[: len(found)]
    where = np.searchsorted(limits.index.to_numpy(), times, side="right") - 1
    retained = fitter.predict(times).tolist() if len(times) > 1 else [fitter.predict(times[0])]
    for row, share, nth in zip(found, retained, where, strict=True):
        assert row["retained_percent"] == pytest.approx(100 * share, abs=0.051)
        if 1e-9 < share < 1 - 1e-9:
            for name, side in (("lower", 0), ("upper", 1)):
                assert row[name] == pytest.approx(100 * limits.iloc[nth, side], abs=0.051)
