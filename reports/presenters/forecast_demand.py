"""What the forecast asks of the service: what is short first in words and as a chart, all by quarter, a *what if* beside it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from pqip.core.formats import lower_first, number
from pqip.govuk.charts import Chart, Curve, LineChart
from pqip.govuk.pages import Tag
from pqip.govuk.tables import Cell, Column, Table
from reports.figures.asking import Row
from reports.figures.names import CODE_NAMES
from reports.rules.forecast_demand import FULL_TIME, RESOURCES, UNITS, WEEKLY

SAID = CODE_NAMES["resource"]
#: Above the numbers; with the unit, since files do not say it in every cell.
HEADINGS = {
    "vq5_assessors": "VQ5 assessors (full time)",
    "vq3_assessors": "VQ3 assessors (full time)",
    "award_assessors": "Award assessors (full time)",
    "all_assessors": "All assessors (full time)",
    "line_managers": "Line managers (full time)",
    "mentors": "Mentors (people)",
    "countersigning": "Countersigning (hours a week)",
    "level5_places": "University, from level 5 (places)",
    "level6_places": "University, from level 6 (places)",
    "other_places": "University, level not known (places)",
}
AMOUNTS = {FULL_TIME: " full time", WEEKLY: " hours a week"}
NOTE = (
    "What is needed at the end of each quarter and, beneath it, what is there as far as it is recorded. University places are "
    "those needed in the quarter; how many there are is not recorded. Shortfalls are worked out from unrounded numbers. The "
    "report says how each number is worked out and what is assumed."
)
ENOUGH = "Nothing falls short in the next two years, as far as is recorded."
#: Below this a chart's scale has two decimals.
FEW = 2
QUARTER = {"1": "January to March", "2": "April to June", "3": "July to September", "4": "October to December"}  # fmt: skip


class Asked:
    """What a forecast asks of a place, by resource and quarter; pathways and universities added up."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.quarters = sorted({row["quarter"] for row in rows})
        self.found: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            self.found[row["resource"], row["quarter"]].append(row)
        self.resources = [one for one in RESOURCES if any(of == one for of, _ in self.found)]

    def of(self, resource: str, quarter: str, what: str) -> float | None:
        """What is `needed`, `there` or `short`; None where it is not known."""
        known = [row[what] for row in self.found[resource, quarter]]
        return None if not known or None in known else round(sum(known), 1)

    def first_short(self, resource: str) -> str:
        """The first quarter in which it is short; empty where it never is, or nobody knows."""
        return next((one for one in self.quarters if self.of(resource, one, "short")), "")

    def short(self) -> list[str]:
        """What falls short, the first first; of those in the same quarter, what is short of the largest share."""
        found = [one for one in self.resources if self.first_short(one)]
        return sorted(
            found, key=lambda one: (self.first_short(one), -self._share(one), RESOURCES.index(one))
        )

    def closest(self) -> str:
        """What is used most of what is there; empty where that is known of nothing."""
        used = {
            one: max((self._used(one, quarter) for quarter in self.quarters), default=0.0)
            for one in self.resources
        }
        return max(used, key=lambda one: used[one]) if any(used.values()) else ""

    def _share(self, resource: str) -> float:
        first = self.first_short(resource)
        return (self.of(resource, first, "short") or 0) / (self.of(resource, first, "needed") or 1)

    def _used(self, resource: str, quarter: str) -> float:
        there = self.of(resource, quarter, "there")
        return (self.of(resource, quarter, "needed") or 0) / there if there else 0.0


def in_words(quarter: str) -> str:
    """A quarter: *April to June 2027*."""
    return f"{QUARTER[quarter[-1]]} {quarter[:4]}"


def short_words(asked: Asked, *, of_nation: bool = False) -> str:
    """What is short first, by how much and when; of the nation, in the regions that are short of it."""
    found = asked.short()
    if not found:
        return ENOUGH
    first = asked.first_short(found[0])
    where = " (regions that are short, added up)" if of_nation else ""
    return f"Short first: {lower_first(SAID[found[0]])}, by {_amount(asked, found[0], first)} in {in_words(first)}{where}."


def others_words(asked: Asked) -> str:
    """What else falls short, and from when; empty where nothing does."""
    found = [
        f"{lower_first(SAID[one])}, first in {in_words(asked.first_short(one))}"
        for one in asked.short()[1:]
    ]
    return f"Also short: {'; '.join(found)}." if found else ""


def otherwise_words(otherwise: Asked | None, *, of_nation: bool = False) -> str:
    """What is short first under a *what if*; empty without one."""
    if otherwise is None:
        return ""
    return f"What if: {lower_first(short_words(otherwise, of_nation=of_nation))}"


def _amount(asked: Asked, resource: str, quarter: str) -> str:
    return f"{_one(asked.of(resource, quarter, 'short'))}{AMOUNTS.get(UNITS[resource], '')}"


def demand_chart(
    asked: Asked, name: str, otherwise: Asked | None = None, *, of_nation: bool = False
) -> list[Chart]:
    """What is short first, as planned, else under a *what if*, else what is closest to it: needed against there by quarter.

    Of the nation, where something is short, what its regions are short of: others have more than they need.
    """
    short = [*asked.short(), *(otherwise.short() if otherwise else ())]
    which = short[0] if short else asked.closest()
    if not which:
        return []
    if of_nation and short:
        what, curves = "short", [_curve("Short", asked, which, "short")]
    else:
        what = "needed"
        curves = [_curve("Needed", asked, which, "needed"), _curve("There", asked, which, "there")]
    if otherwise is not None:
        curves.append(_curve("What if", otherwise, which, what))
    ends = [_end(one) for one in asked.quarters]
    return [
        LineChart(
            title=short_words(asked, of_nation=of_nation),
            subtitle=f"{HEADINGS[which]}, {name}, at the end of each quarter",
            description="A line for each; the table beneath holds the numbers.",
            places=1 if max((y for one in curves for _, y in one.points), default=0) >= FEW else 2,
            curves=curves,
            x_label="End of quarter",
            x_ticks=[(float(at), f"{day:%b %Y}") for at, day in enumerate(ends) if at % 2 == 0],
        )
    ]


def _curve(label: str, asked: Asked, resource: str, what: str) -> Curve:
    points = [
        (float(at), value)
        for at, quarter in enumerate(asked.quarters)
        if (value := asked.of(resource, quarter, what)) is not None
    ]
    return Curve(label, points)


def _end(quarter: str) -> dt.date:
    return dt.date(int(quarter[:4]), 3 * int(quarter[-1]), 1)


def demand_table(asked: Asked) -> Table:
    """A row for each quarter: what is needed of each, what is there, and whether it is short."""
    columns = [Column("Quarter"), *(Column(HEADINGS[one], numeric=True) for one in asked.resources)]
    rows: list[list[object]] = [
        [in_words(quarter), *(_cell(asked, one, quarter) for one in asked.resources)]
        for quarter in asked.quarters
    ]
    return Table("What is needed by quarter", columns, rows, note=NOTE)


def _cell(asked: Asked, resource: str, quarter: str) -> Cell:
    there, short = asked.of(resource, quarter, "there"), asked.of(resource, quarter, "short")
    return Cell(
        _one(asked.of(resource, quarter, "needed")),
        second="" if there is None else f"{_one(there)} there",
        tags=(Tag(f"{_one(short)} short", "red"),) if short else (),
    )


def demand_beside(asked: Asked, otherwise: Asked, name: str) -> Table:
    """The plan and a *what if*: the most of each that is needed in the quarters, and the first quarter in which it is short."""
    columns = [
        Column("What"),
        Column("Most needed, as planned", numeric=True),
        Column(f"Most needed, {lower_first(name)}", numeric=True),
        Column("Short from, as planned"),
        Column(f"Short from, {lower_first(name)}"),
    ]
    rows: list[list[object]] = [
        [
            HEADINGS[one],
            *(_one(_most(of, one)) for of in (asked, otherwise)),
            *(_short_from(of, one) for of in (asked, otherwise)),
        ]
        for one in dict.fromkeys([*asked.resources, *otherwise.resources])
    ]
    return Table("What is needed, side by side", columns, rows)


def _most(asked: Asked, resource: str) -> float:
    return max((asked.of(resource, one, "needed") or 0.0 for one in asked.quarters), default=0.0)


def _short_from(asked: Asked, resource: str) -> str:
    if first := asked.first_short(resource):
        return in_words(first)
    known = any(asked.of(resource, one, "there") is not None for one in asked.quarters)
    return "Not short" if known else "Not known"


def _one(value: float | None) -> str:
    return number(value or 0.0, 1)
