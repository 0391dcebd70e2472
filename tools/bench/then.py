"""Every report of the catalogue as known now, a minute ago, a year ago and before anything was recorded: none may take longer
than twice its usual time (`python -m tools.bench --reports`)."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pqip.core.clock import now, today
from pqip.core.snapshot import snapshot
from reports.catalogue import REPORTS
from reports.catalogue.base import Report
from reports.figures.asking import PlaceFilter
from reports.queries.answers import answer
from reports.queries.places import unrestricted_question
from tools.bench.table import shown

TIMES, RATIO = 3, 2
#: What takes less is never too long: a page of it is quick, whatever its usual time.
FLOOR_SECONDS = 0.25
#: Known at: its name, and how long ago. The first is usual.
MOMENTS: dict[str, Callable[[], dt.datetime | None]] = {
    "now": lambda: None,
    "a minute ago": lambda: now() - dt.timedelta(minutes=1),
    "a year ago": lambda: now() - dt.timedelta(days=365),
    "1900": lambda: dt.datetime(1900, 1, 1, tzinfo=dt.UTC),
}
HEADINGS = ("report", *MOMENTS, "longest", "rows", "")


@dataclass(frozen=True)
class Timed:
    """Median seconds of a report at each moment, in their order, and its rows as known now."""

    name: str
    seconds: tuple[float, ...]
    rows: int

    @property
    def ratio(self) -> float:
        """The longest beside the usual."""
        return max(self.seconds) / self.seconds[0]

    @property
    def is_met(self) -> bool:
        return max(self.seconds) <= max(RATIO * self.seconds[0], FLOOR_SECONDS)

    @property
    def cells(self) -> list[str]:
        times = [f"{one * 1000:,.0f} ms" for one in self.seconds]
        return [
            self.name,
            *times,
            f"{self.ratio:.2f}",
            f"{self.rows:,}",
            "pass" if self.is_met else "fail",
        ]


def measured(say: Callable[[str], None]) -> list[Timed]:
    """Each report of the last complete month, all regions, every table of it, in turns of all moments."""
    return [*_each(say)]


def table(found: list[Timed]) -> str:
    """One line a report."""
    return shown(HEADINGS, [one.cells for one in found])


def _each(say: Callable[[str], None]) -> Iterator[Timed]:
    last = today().replace(day=1) - dt.timedelta(days=1)
    for name, report in REPORTS.items():
        say(f"Measuring {name}")
        rows = _took(report, last, None)[1]  # what is read first is read from disk
        turns = [
            [_took(report, last, moment())[0] for moment in MOMENTS.values()] for _ in range(TIMES)
        ]
        yield Timed(
            name, tuple(statistics.median(times) for times in zip(*turns, strict=True)), rows
        )


def _took(report: Report, as_at: dt.date, known_at: dt.datetime | None) -> tuple[float, int]:
    """Seconds, and rows of the report's own table."""
    begun = time.perf_counter()
    with snapshot(known_at) as instant:
        found = answer(
            report,
            unrestricted_question(as_at, instant, PlaceFilter()),
            place="All regions",
            by="benchmark",
        )
    return time.perf_counter() - begun, len(found.main.rows)
