"""How often the forecast was right: when it would have been made, what was known of whom then, and how it compares."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pqip.core.acting import Job, acting_as
from pqip.core.clock import LONDON, now, today
from reports.derived import forecasts
from reports.figures import forecast_backtest
from reports.figures.asking import PlaceFilter, Question
from reports.figures.forecast_backtest import HORIZONS, Look, last_month_end, looks, made_at
from reports.figures.forecast_years import ONE_DAY
from tests.factories import workforce as w
from tests.factories.reports import answered, rows
from workforce.actions.opening import open_region
from workforce.models import Region, Spell, Target

pytestmark = pytest.mark.django_db
END, BY = dt.date(2025, 6, 30), w.BY
NAME = "forecast-backtest"


def loaded(start: dt.date, recorded: dt.date, region: str = "NE", **content: Any) -> Spell:
    """An officer's post recorded at noon of a day, as from an older system."""
    at = dt.datetime.combine(recorded, dt.time(12), dt.UTC)
    with acting_as(by=Job("import"), recorded_at=at):
        return Spell.objects.create(
            person=w.person(in_region=region),
            effective_on=start,
            post_start_date=start,
            region=w.region(region),
            grade=w.grade("PO"),
            fte="1.0",
            **content,
        )


@pytest.mark.parametrize(("as_at", "made"), [
    (dt.date(2025, 6, 30), [dt.date(2024, 12, 31), dt.date(2024, 6, 30), dt.date(2023, 6, 30)]),
    (dt.date(2025, 6, 29), [dt.date(2024, 11, 30), dt.date(2024, 5, 31), dt.date(2023, 5, 31)]),
    (dt.date(2024, 2, 29), [dt.date(2023, 8, 31), dt.date(2023, 2, 28), dt.date(2022, 2, 28)]),
])  # fmt: skip
def test_it_is_made_at_month_ends(as_at: dt.date, made: list[dt.date]) -> None:
    assert [made_at(as_at, horizon) for horizon in HORIZONS] == made
    assert last_month_end(as_at) <= as_at


@pytest.mark.parametrize(("known_at", "last"), [
    (dt.datetime(2025, 7, 1, 0, 0, tzinfo=LONDON), dt.date(2025, 6, 30)),
    (dt.datetime(2025, 6, 30, 23, 59, tzinfo=LONDON), dt.date(2025, 5, 31)),
    (dt.datetime(2025, 3, 14, 12, 0, tzinfo=LONDON), dt.date(2025, 2, 28)),
    (dt.datetime(2026, 3, 14, 12, 0, tzinfo=LONDON), dt.date(2025, 6, 30)),
])  # fmt: skip
def test_no_month_is_looked_at_before_it_is_over(known_at: dt.datetime, last: dt.date) -> None:
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    found = looks(Question(END, known_at))
    assert max(one.month for one in found) == f"{last:%Y-%m}"
    assert {one.made_at for one in found} == {
        made_at(last, horizon).isoformat() for horizon in HORIZONS
    }


def test_of_a_day_to_come_only_months_that_are_over_are_looked_at() -> None:
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    for known_at in (now(), None):
        found = looks(Question(today() + dt.timedelta(days=800), known_at))
        assert max(one.month for one in found) == f"{last_month_end(today() - ONE_DAY):%Y-%m}"


def test_where_only_a_target_is_known_nobody_was_right() -> None:
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    with acting_as(by=BY):
        Target.objects.create(
            region=w.region("WAL"),
            grade=w.grade("PO"),
            effective_on=dt.date(2020, 4, 1),
            target_fte=100,
        )
    assert {row["region"] for row in rows(NAME, END)} == {"NE"}


def test_the_trend_is_that_since_the_same_months_end_a_year_before() -> None:
    """Made on 28 February 2025, and a second officer since 29 February 2024: no change in the twelve months to it."""
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    loaded(dt.date(2024, 2, 29), dt.date(2024, 3, 1))
    found = [one for one in looks(Question(dt.date(2025, 8, 31), now())) if one.horizon_months == 6]
    assert {one.made_at for one in found} == {"2025-02-28"}
    assert {one.trend for one in found} == {2.0}


def test_a_range_holds_what_lies_on_its_end_whatever_the_last_digit() -> None:
    assert look(0.1 + 0.2, p10=0.1, p90=0.3).inside
    assert look(8.0 - 1e-12).inside
    assert not look(7.99).inside


def is_kept(question: Question) -> bool:
    more = forecast_backtest._more(forecast_backtest._opened(question), question.grade)
    return forecasts.is_kept(question, forecast_backtest.BACKTEST, more)


def test_each_grades_is_kept_for_itself() -> None:
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    w.spell(w.person(), dt.date(2019, 1, 1), in_grade="PSO")
    instant = now()
    for grade in ("PO", "PSO"):
        question = Question(END, instant, grade=grade)
        assert not is_kept(question)
        looks(question)
        assert is_kept(question)


def test_a_row_for_each_month_of_each_horizon_beside_what_came() -> None:
    """Ten officers since 2010; one left on 31 March 2025, so that nine are in post from April on."""
    for number in range(10):
        loaded(
            dt.date(2010, 1, 4),
            dt.date(2010, 2, 1),
            ended_on=None if number else dt.date(2025, 3, 31),
        )
    found = rows(NAME, END)
    assert [(row["horizon_months"], row["month"]) for row in found][:7] == [
        *((6, f"2025-{month:02}") for month in range(1, 7)),
        (12, "2024-07"),
    ]
    assert len(found) == 6 + 12 + 24
    assert [row["in_post"] for row in found[:6]] == [10.0, 10.0, 10.0, 9.0, 9.0, 9.0]
    for row in found:
        inside = row["in_post_p10"] <= row["in_post"] <= row["in_post_p90"]
        assert row["inside"] == ("yes" if inside else "no")
        assert row["known_basis"] == "dated", "the region was never opened"


def test_from_what_was_known_then_where_the_record_was_kept_here() -> None:
    """Opened on 1 February 2024. One officer of 2010 was recorded on 10 March 2025 only.

    Made on 31 December 2024 and on 30 June 2024, nobody knew of them: one in post. Made on 30 June 2023, before the opening,
    facts count as dated: two.
    """
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    open_region(by=BY, region=w.region("NE"), at=dt.datetime(2024, 2, 1, tzinfo=dt.UTC))
    with acting_as(by=Job("demonstration"), recorded_at=dt.datetime(2025, 3, 10, tzinfo=dt.UTC)):
        Spell.objects.create(
            person=w.person(), effective_on=dt.date(2010, 1, 4), post_start_date=dt.date(2010, 1, 4),
            region=w.region("NE"), grade=w.grade("PO"), fte="1.0",
        )  # fmt: skip
    with_instant = Question(END, now())
    found = looks(with_instant)
    first = {one.horizon_months: one for one in reversed(found)}
    assert {horizon: one.known_basis for horizon, one in first.items()} == {
        6: "known_then", 12: "known_then", 24: "dated",
    }  # fmt: skip
    assert {horizon: one.unchanged for horizon, one in first.items()} == {6: 1.0, 12: 1.0, 24: 2.0}
    assert {one.in_post for one in found} == {2.0}, "what came, as it is known now"


def test_what_is_recorded_today_changes_no_forecast_of_then() -> None:
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    open_region(by=BY, region=w.region("NE"), at=dt.datetime(2020, 2, 1, tzinfo=dt.UTC))
    before = looks(Question(END, instant := now()))
    w.spell(w.person(), dt.date(2012, 1, 9))
    after = looks(Question(END, now()))
    made = [(one.p10, one.median, one.p90, one.unchanged, one.trend) for one in before]
    assert [(one.p10, one.median, one.p90, one.unchanged, one.trend) for one in after] == made
    assert {one.in_post for one in before} == {1.0}
    assert {one.in_post for one in after} == {2.0}
    assert looks(Question(END, instant)) == before


def test_the_nations_is_the_sum_of_its_regions_where_every_one_is_known() -> None:
    """An officer in each of the twelve regions; a second one in Wales since 1 April 2025, so that 13 are in post from then on."""
    regions = list(Region.objects.exclude(code="NAT"))
    for one in regions[:-1]:
        loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1), one.code)
    nation = PlaceFilter(False, frozenset({w.region("NAT").pk}))
    assert rows(NAME, END, place=nation) == [], "of one region nobody knows who is in post"
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1), regions[-1].code)
    loaded(dt.date(2025, 4, 1), dt.date(2025, 4, 1), "WAL")
    found = rows(NAME, END, place=nation)
    assert [row["region"] for row in found] == ["NAT"] * (6 + 12 + 24)
    assert [row["in_post"] for row in found[:6]] == [12.0, 12.0, 12.0, 13.0, 13.0, 13.0]
    assert {row["known_basis"] for row in found} == {"dated"}
    first = next(one for one in looks(Question(END, now())) if one.region == "NAT")
    assert (first.unchanged, first.trend) == (12.0, 12.0)
    assert {row["region"] for row in rows(NAME, END)} == {one.code for one in regions}
    right = forecast_backtest.how_often_right(Question(END, now(), nation))
    assert [(one["region"], one["months"]) for one in right] == [
        ("NAT", 6),
        ("NAT", 12),
        ("NAT", 24),
    ]


def look(in_post: float, **more: Any) -> Look:
    said = {
        "region": "NE", "made_at": "2024-12-31", "horizon_months": 6, "month": "2025-01", "known_basis": "dated",
        "p10": 8.0, "median": 9.0, "p90": 10.0, "unchanged": 9.5, "trend": 10.5,
    }  # fmt: skip
    return Look(in_post=in_post, **{**said, **more})


def test_how_often_it_was_inside_and_how_far_off_beside_plain_guesses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In post 8 and 10 (ends, inside), 7.9 and 12: two of four inside. Off by 1, 1, 1.1 and 3: 1.5 in the mean.

    No change: 1.5, 0.5, 1.6 and 2.5, in the mean 1.5; the trend: 2.5, 0.5, 2.6 and 1.5, in the mean 1.8. Wales: one, inside.
    """
    w.region("NE"), w.region("WAL")
    found = [look(8.0), look(10.0), look(7.9), look(12.0), look(9.0, region="WAL", trend=None)]
    monkeypatch.setattr(forecast_backtest, "looks", lambda question: found)
    said = forecast_backtest.how_often_right(Question(END, now()))
    assert said[0] == {
        "region": "NE", "grade": "PO", "horizon_months": 6, "months": 4, "inside_percent": 50.0,
        "off_by": 1.5, "off_by_unchanged": 1.5, "off_by_trend": 1.8,
    }  # fmt: skip
    assert (said[1]["region"], said[1]["inside_percent"], said[1]["off_by_trend"]) == (
        "WAL",
        100.0,
        None,
    )
    assert (said[2]["region"], said[2]["months"], said[2]["inside_percent"]) == ("all", 5, 60.0)


def test_it_is_worked_out_once_and_carries_its_second_table() -> None:
    loaded(dt.date(2010, 1, 4), dt.date(2010, 2, 1))
    instant = now()
    first = answered(NAME, END, instant)
    assert [table.report.name for table in first.tables] == [NAME, "how-often-right"]
    assert is_kept(Question(END, instant))
    again = answered(NAME, END, instant)
    assert [table.rows for table in again.tables] == [table.rows for table in first.tables]
    assert any("was not kept here yet" in note for note in first.notes)
