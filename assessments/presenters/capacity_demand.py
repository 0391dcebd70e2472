"""People to assess compared with the assessors' places: the page's first sentence, its chart and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assessments.rules.capacity_demand import DEMAND, Capacity, first_short
from pqip.core.formats import month_gov, number, plural, short_date
from pqip.govuk.charts import Curve, LineChart
from pqip.govuk.pages import Empty, Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Region

#: The qualifications shown separately, in order.
NAMES = {"VQ5": "VQ5", "VQ3": "VQ3", "TAQA3": "Assessor award"}
BY_QUALIFICATION = (
    "An assessor counts with each qualification they are allowed to countersign or competent to assess, with the same places, "
    "and once in all together; where neither is recorded, a PTA with the VQ5 and a VQ3 assessor with the VQ3 (assumed)."
)
NOTE = (
    "Learners count until their planned end, and past it until their completion is recorded; planned starters from their start. "
    "Newly qualified officers count while they are protected and keep their PTA, as recorded. PSOs count until their VQ3 is due, "
    "and past it until they achieve it; so do assessors on the award. Places are the target caseloads recorded; {usual} for a "
    "full-time PTA or VQ3 assessor without one "
    "(assumed; not from the service), by their hours. Assessors on a long absence or a career break give none."
)
NUMBERS = [
    *(Column(words, numeric=True) for words in DEMAND.values()),
    Column("To assess", numeric=True),
    Column("Assessors", numeric=True),
    Column("Places", numeric=True),
    Column("To assess for each assessor", numeric=True),
    Column("Room"),
]


def finding(capacities: Sequence[Capacity]) -> str:
    """Return the page's main finding in one sentence."""
    now, short = capacities[0], first_short(capacities)
    if not now.assessors and not now.demand:
        return "Nobody is to be assessed, and no assessor is in post."
    if short is None:
        return f"Assessors have room for everybody in the next 12 months: {plural(now.room, 'place')} to spare today."
    missing = plural(-short.room, "place")
    if short is now:
        return f"There are {missing} too few today, and {_later(capacities)}."
    return f"Assessors have room for everybody today; by the end of {month_gov(short.day)} there are {missing} too few."


def _later(capacities: Sequence[Capacity]) -> str:
    """Return in words from which month on there is room for everybody; or the number of places missing in the last
    month.
    """
    last = capacities[-1]
    if last.room < 0:
        return f"{plural(-last.room, 'place')} too few at the end of {month_gov(last.day)}"
    first = capacities[max(nth for nth, one in enumerate(capacities) if one.room < 0) + 1]
    return f"room for everybody from the end of {month_gov(first.day)} on"


def chart(capacities: Sequence[Capacity], place: str) -> LineChart | None:
    """Return the chart of people to assess and places by month; None where there is neither."""
    if not any(one.demand or one.places for one in capacities):
        return None
    last = capacities[-1]
    labels = {
        nth: "Today" if nth == 0 else f"{one.day:%b %Y}" for nth, one in enumerate(capacities)
    }
    return LineChart(
        title=finding(capacities),
        subtitle=f"People to assess and places with assessors, {place}, today and at the end of each month",
        description=f"Two lines. In {month_gov(last.day)} {number(last.demand)} people are to be assessed and there are "
        f"{number(last.places)} places; the table beneath holds the numbers.",
        curves=[
            Curve("To assess", [(nth, one.demand) for nth, one in enumerate(capacities)]),
            Curve("Places", [(nth, one.places) for nth, one in enumerate(capacities)]),
        ],
        x_label="End of month",
        x_ticks=[(nth, words) for nth, words in labels.items() if nth % 3 == 0],
    )


def months_table(capacities: Sequence[Capacity], usual: int) -> Table:
    """Return the table with a row for today and one for the end of each month."""
    rows = [
        [short_date(one.day) if nth else "Today", *numbers(one)]
        for nth, one in enumerate(capacities)
    ]
    return Table("Month by month", [Column("On"), *NUMBERS], rows, note=NOTE.format(usual=usual))


def qualifications_table(found: Sequence[tuple[str, Capacity]]) -> Table:
    """Return the table with a row for each qualification today, and one for all together."""
    rows = [
        [Cell(NAMES[code], f"?qualification={code}") if code else "All together", *numbers(one)]
        for code, one in found
    ]
    return Table(
        "Qualifications today", [Column("Qualification"), *NUMBERS], rows, note=BY_QUALIFICATION
    )


def regions_table(found: Sequence[tuple[Region, Capacity]]) -> Table:
    """Return the table of regions today."""
    rows = [[Cell(region.name, f"?region={region.code}"), *numbers(one)] for region, one in found]
    return Table(
        "Regions today",
        [Column("Region"), *NUMBERS],
        rows,
        empty=Empty("No region is within your reach."),
    )


def numbers(one: Capacity) -> list[object]:
    """Return the cells with the numbers of one day."""
    for_each = Cell(_tenths(one.for_each), empty="No assessor")
    return [*one.asked.values(), one.demand, one.assessors, one.places, for_each, room_tag(one)]


def room_tag(one: Capacity) -> Tag:
    """Return the tag that says how many places are to spare or missing."""
    if one.room < 0:
        return Tag(f"{number(-one.room)} too few", "red")
    return Tag(f"{number(one.room)} to spare", "green" if one.room else "grey")


def _tenths(value: Fraction | None) -> str:
    return "" if value is None else number(float(value), 1)
