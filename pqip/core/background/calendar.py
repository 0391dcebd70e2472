"""When scheduled work is due, by London's calendar and clocks. Pure: it uses neither the database nor the present time.

A due time that the spring change skips (01:30 on 29 March 2026) is due at the same instant as if the clocks had not
changed; one that the autumn change shows twice is due only the first time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pqip.core.clock import LONDON

IsBankHoliday = Callable[[dt.date], bool]

_bank_holidays: list[IsBankHoliday] = []


@dataclass(frozen=True)
class Period:
    """One due time of a schedule: its name (`2026-11-23`, `2026-11`) and the instant, in UTC."""

    name: str
    due_at: dt.datetime


class Rule(Protocol):
    """The London dates on which work is due, the time of day, and the name of each period."""

    @property
    def at(self) -> dt.time: ...

    def falls_on(self, day: dt.date) -> bool: ...

    def period_name(self, day: dt.date) -> str: ...


@dataclass(frozen=True)
class Daily:
    """Due every day."""

    at: dt.time

    def falls_on(self, day: dt.date) -> bool:
        return True

    def period_name(self, day: dt.date) -> str:
        return day.isoformat()


@dataclass(frozen=True)
class Monthly:
    """Due once a month, on a day from 1 to 28."""

    at: dt.time
    day: int = 1

    def falls_on(self, day: dt.date) -> bool:
        return day.day == self.day

    def period_name(self, day: dt.date) -> str:
        return f"{day:%Y-%m}"


@dataclass(frozen=True)
class FirstWorkingDay:
    """Due on the first day of the month that is neither at a weekend nor a bank holiday of England and Wales."""

    at: dt.time

    def falls_on(self, day: dt.date) -> bool:
        earlier = (day.replace(day=number) for number in range(1, day.day))
        return is_working_day(day) and not any(is_working_day(one) for one in earlier)

    def period_name(self, day: dt.date) -> str:
        return f"{day:%Y-%m}"


def bank_holidays_from(ask: IsBankHoliday) -> None:
    """Register the function that knows bank holidays; a higher floor calls this when the project starts."""
    _bank_holidays[:] = [ask]


def is_working_day(day: dt.date) -> bool:
    """Return whether the day is Monday to Friday and no known bank holiday."""
    return day.weekday() < 5 and not any(ask(day) for ask in _bank_holidays)


def instant(day: dt.date, at: dt.time) -> dt.datetime:
    """Return the first instant, in UTC, at which London's clocks show `at` on `day`."""
    return dt.datetime.combine(day, at.replace(fold=0), tzinfo=LONDON).astimezone(dt.UTC)


def periods(rule: Rule, after: dt.datetime, until: dt.datetime) -> Iterator[Period]:
    """Yield, in order, each period of `rule` that is due later than `after` and not later than `until`."""
    day, last = after.astimezone(LONDON).date(), until.astimezone(LONDON).date()
    while day <= last:
        if rule.falls_on(day):
            due_at = instant(day, rule.at)
            if after < due_at <= until:
                yield Period(rule.period_name(day), due_at)
        day += dt.timedelta(days=1)
