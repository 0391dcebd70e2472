"""People to assess against assessors' places: the sentence that comes first, the chart and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assessments.rules.demand import DEMAND, Standing, first_short
from pqip.govuk.charts import Curve, LineChart
from pqip.govuk.formats import month_gov, number, plural, short_date
from pqip.govuk.pages import Empty, Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Region

#: The qualifications that are kept apart, in their order.
NAMES = {"VQ5": "VQ5", "VQ3": "VQ3", "TAQA3": "Assessor award"}
APART = (
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
    *(Column(words, numeric=True) for words in DEMAND.values()), Column("To assess", numeric=True),
    Column("Assessors", numeric=True), Column("Places", numeric=True), Column("To assess for each assessor", numeric=True),
    Column("Room"),
]


def finding(standings: Sequence[Standing]) -> str:
    """What the page has to say, in one sentence."""
    now, short = standings[0], first_short(standings)
    if not now.assessors and not now.demand:
        return "Nobody is to be assessed, and no assessor is in post."
    if short is None:
        return f"Assessors have room for everybody in the next 12 months: {plural(now.room, 'place')} to spare today."
    missing = plural(-short.room, "place")
    if short is now:
        return f"There are {missing} too few today, and {_later(standings)}."
    return f"Assessors have room for everybody today; by the end of {month_gov(short.day)} there are {missing} too few."


def _later(standings: Sequence[Standing]) -> str:
    """From when on there is room for everybody, to the last month that is shown; else how many are too few then."""
    last = standings[-1]
    if last.room < 0:
        return f"{plural(-last.room, 'place')} too few at the end of {month_gov(last.day)}"
    first = standings[max(nth for nth, one in enumerate(standings) if one.room < 0) + 1]
    return f"room for everybody from the end of {month_gov(first.day)} on"


def chart(standings: Sequence[Standing], place: str) -> LineChart | None:
    """People to assess and places, month by month."""
    if not any(one.demand or one.places for one in standings):
        return None
    last = standings[-1]
    labels = {nth: "Today" if nth == 0 else f"{one.day:%b %Y}" for nth, one in enumerate(standings)}
    return LineChart(
        title=finding(standings),
        subtitle=f"People to assess and places with assessors, {place}, today and at the end of each month",
        description=f"Two lines. In {month_gov(last.day)} {number(last.demand)} people are to be assessed and there are "
                    f"{number(last.places)} places; the table beneath holds the numbers.",
        curves=[
            Curve("To assess", [(nth, one.demand) for nth, one in enumerate(standings)]),
            Curve("Places", [(nth, one.places) for nth, one in enumerate(standings)]),
        ],
        x_label="End of month", x_ticks=[(nth, words) for nth, words in labels.items() if nth % 3 == 0],
    )


def months_table(standings: Sequence[Standing], usual: int) -> Table:
    """A row for today, and one for the end of each month."""
    rows = [[short_date(one.day) if nth else "Today", *numbers(one)] for nth, one in enumerate(standings)]
    return Table("Month by month", [Column("On"), *NUMBERS], rows, note=NOTE.format(usual=usual))


def apart_table(found: Sequence[tuple[str, Standing]]) -> Table:
    """Each qualification today, and all together."""
    rows = [[Cell(NAMES[code], f"?qualification={code}") if code else "All together", *numbers(one)] for code, one in found]
    return Table("Qualifications today", [Column("Qualification"), *NUMBERS], rows, note=APART)


def regions_table(found: Sequence[tuple[Region, Standing]]) -> Table:
    """Regions beside each other, today."""
    rows = [[Cell(region.name, f"?region={region.code}"), *numbers(one)] for region, one in found]
    return Table("Regions today", [Column("Region"), *NUMBERS], rows, empty=Empty("No region is within your reach."))


def numbers(one: Standing) -> list[object]:
    """The numbers of one day."""
    for_each = Cell(_tenths(one.for_each), empty="No assessor")
    return [*one.asked.values(), one.demand, one.assessors, one.places, for_each, room_tag(one)]


def room_tag(one: Standing) -> Tag:
    """How many places are to spare, or too few."""
    if one.room < 0:
        return Tag(f"{number(-one.room)} too few", "red")
    return Tag(f"{number(one.room)} to spare", "green" if one.room else "grey")


def _tenths(value: Fraction | None) -> str:
    return "" if value is None else number(float(value), 1)
