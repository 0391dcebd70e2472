"""When scheduled work falls due."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from pqip.core.background import calendar
from pqip.core.background.calendar import Daily, FirstWorkingDay, Monthly, periods
from pqip.core.clock import LONDON


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def due(rule: calendar.Rule, after: str, until: str) -> list[tuple[str, str]]:
    return [
        (period.name, f"{period.due_at:%Y-%m-%dT%H:%M}")
        for period in periods(rule, at(after), at(until))
    ]


@pytest.fixture
def bank_holidays(monkeypatch: pytest.MonkeyPatch) -> set[dt.date]:
    days: set[dt.date] = set()
    monkeypatch.setattr(calendar, "_bank_holidays", [])
    calendar.bank_holidays_from(days.__contains__)
    return days


@pytest.mark.parametrize("year", [2026, 2027, 2028])
@pytest.mark.parametrize("hour", [0, 1, 2, 6, 23])
def test_daily_work_falls_due_once_on_every_date_of_the_year(year: int, hour: int) -> None:
    found = list(
        periods(Daily(dt.time(hour, 30)), at(f"{year - 1}-12-31T23:59"), at(f"{year}-12-31T23:59"))
    )
    days = [period.name for period in found]
    assert len(days) == len(set(days)) == (366 if year == 2028 else 365)
    assert all(one.due_at < two.due_at for one, two in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("time", "after", "expected"),
    [
        (
            "01:30",
            "2026-03-28T12:00",
            ("2026-03-29", "2026-03-29T01:30"),
        ),  # skipped: London shows 02:30
        ("01:30", "2026-10-24T12:00", ("2026-10-25", "2026-10-25T00:30")),  # shown twice: the first
        ("01:30", "2027-03-27T12:00", ("2027-03-28", "2027-03-28T01:30")),
        ("01:30", "2027-10-30T12:00", ("2027-10-31", "2027-10-31T00:30")),
        ("01:30", "2028-03-25T12:00", ("2028-03-26", "2028-03-26T01:30")),
        ("01:30", "2028-10-28T12:00", ("2028-10-29", "2028-10-29T00:30")),
        ("07:00", "2026-03-28T12:00", ("2026-03-29", "2026-03-29T06:00")),
        ("07:00", "2026-10-24T12:00", ("2026-10-25", "2026-10-25T07:00")),
        ("00:15", "2026-07-01T12:00", ("2026-07-02", "2026-07-01T23:15")),
    ],
)
def test_clock_changes(time: str, after: str, expected: tuple[str, str]) -> None:
    until = (at(after) + dt.timedelta(days=1)).isoformat()
    assert due(Daily(dt.time.fromisoformat(time)), after, until.removesuffix("+00:00")) == [
        expected
    ]


def test_a_period_is_due_at_its_instant_and_not_again_after_it() -> None:
    rule = Daily(dt.time(7))
    assert due(rule, "2026-01-05T06:59", "2026-01-05T07:00") == [("2026-01-05", "2026-01-05T07:00")]
    assert due(rule, "2026-01-05T07:00", "2026-01-06T06:59") == []


def test_first_working_day_passes_over_weekends_and_bank_holidays(
    bank_holidays: set[dt.date],
) -> None:
    bank_holidays |= {dt.date(2026, 1, 1), dt.date(2026, 5, 4), dt.date(2027, 1, 1)}
    rule = FirstWorkingDay(dt.time(7))
    assert [name_and_day[1][:10] for name_and_day in due(rule, "2026-01-01T12:00", "2027-02-01T12:00")] == [
        "2026-01-02", "2026-02-02", "2026-03-02", "2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01",
        "2026-08-03", "2026-09-01", "2026-10-01", "2026-11-02", "2026-12-01", "2027-01-04", "2027-02-01",
    ]  # fmt: skip


def test_first_working_day_after_a_bank_holiday_on_a_monday(bank_holidays: set[dt.date]) -> None:
    bank_holidays.add(dt.date(2026, 8, 3))
    assert due(FirstWorkingDay(dt.time(7)), "2026-07-31T12:00", "2026-08-31T12:00") == [
        ("2026-08", "2026-08-04T06:00")
    ]


def test_monthly() -> None:
    assert due(Monthly(dt.time(9), day=5), "2026-01-05T09:00", "2026-04-05T08:00") == [
        ("2026-02", "2026-02-05T09:00"),
        ("2026-03", "2026-03-05T09:00"),
        ("2026-04", "2026-04-05T08:00"),
    ]


def test_instants_are_those_of_london_clocks() -> None:
    assert calendar.instant(dt.date(2026, 7, 1), dt.time(7)) == dt.datetime(
        2026, 7, 1, 7, tzinfo=LONDON
    )
