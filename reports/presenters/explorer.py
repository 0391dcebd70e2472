"""The workforce explorer as a page shows it: names of what is counted, the table with totals first, its chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pqip.core.formats import lower_first, number, plural
from pqip.govuk.charts import BarChart, Chart, Series
from pqip.govuk.charts.base import MOST
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Cell, Column, Table
from reports.figures.asking import Row
from reports.figures.names import Names
from reports.figures.position_explorer import DIMENSIONS, NOT_RECORDED, THE_SERVICE, Exploration
from reports.forms.explorer import ADDED_UP, GROUPS, MEASURES, OF_PEOPLE
from workforce.models.people import Function

ALL, TOTAL = "all", "Total"
#: A picture of more bars than this is no picture any more: the largest are drawn.
MOST_BARS = 15
BANDS = {
    "service": {
        "to_1": "1 year or less",
        "to_2": "More than 1 year, up to 2",
        "to_4": "More than 2 years, up to 4",
        "to_10": "More than 4 years, up to 10",
        "over_10": "More than 10 years",
    },
    "time_in_post": {
        "to_6": "6 months or less",
        "to_12": "More than 6 months, up to 12",
        "to_24": "More than 1 year, up to 2",
        "to_48": "More than 2 years, up to 4",
        "over_48": "More than 4 years",
    },
}
FUNCTIONS = dict(Function.choices)
#: Of a combination that holds nobody there are none of these; a target there is or is not.
OF_COUNTS = frozenset(ADDED_UP) - {"target_fte"}


@dataclass(frozen=True)
class Explored:
    """What was asked and counted, with the words for it. `opens` gives the address of what a number counts, or nothing."""

    asked: Exploration
    measure: str
    rows: Sequence[Row]
    names: Names
    opens: Callable[[str | None, str | None, str], str]

    def name(self, dimension: str, code: str) -> str:
        """A value of a dimension in words."""
        if code == NOT_RECORDED:
            return "No unit recorded" if dimension == "pdu" else "Not recorded"
        if dimension == "organisation":
            return "The Service" if code == THE_SERVICE else code
        if dimension == "function":
            return FUNCTIONS.get(code, code)
        return BANDS.get(dimension, {}).get(code) or self.names.of(dimension, code)

    @property
    def values(self) -> dict[tuple[str | None, str | None], Row]:
        """The counted rows by value of the row and of the column; None is the total."""
        return {
            (
                None if one["all_rows"] else one["row"],
                None if one["all_columns"] else one["col"],
            ): one
            for one in self.rows
        }

    @property
    def row_codes(self) -> list[str]:
        return list(dict.fromkeys(one["row"] for one in self.rows if not one["all_rows"]))

    @property
    def column_codes(self) -> list[str]:
        """The values of the columns, in their order, as they stand in the row of totals."""
        return [one["col"] for one in self.rows if one["all_rows"] and not one["all_columns"]]


def explorer_tables(of: Explored) -> list[Table]:
    """A table for each group of measures of which there is any, or one where columns were asked for."""
    if of.asked.columns:
        return [explorer_table(of)]
    first = next(iter(GROUPS))
    return [
        _table(of, f"{name}, by {lower_first(DIMENSIONS[of.asked.rows].title)}", list(measures))
        for name, measures in GROUPS.items()
        if name == first or any(row[one] is not None for row in of.rows for one in measures)
    ]


def explorer_table(of: Explored) -> Table:
    """All of it in one: totals in the first row, and in the first column of numbers where columns were asked for."""
    title = lower_first(DIMENSIONS[of.asked.rows].title)
    if not of.asked.columns:
        return _table(of, f"The workforce by {title}", list(MEASURES))
    by = lower_first(DIMENSIONS[of.asked.columns].title)
    return _table(of, f"{MEASURES[of.measure]} by {title} and {by}", [])


def _table(of: Explored, caption: str, measures: Sequence[str]) -> Table:
    """Of these measures; where there are none, of the one asked for, by column."""
    title = DIMENSIONS[of.asked.rows].title
    headings = (
        [MEASURES[one] for one in measures]
        if measures
        else [TOTAL, *(of.name(of.asked.columns, code) for code in of.column_codes)]
    )
    columns = [Column(title), *(Column(one, numeric=True) for one in headings)]

    def line(row: str | None) -> list[Cell]:
        if measures:
            return [_cell(of, row, None, one) for one in measures]
        return [_cell(of, row, code, of.measure) for code in (None, *of.column_codes)]

    body: list[list[Cell | str]] = [[TOTAL, *line(None)]] if of.rows else []
    body += [[of.name(of.asked.rows, code), *line(code)] for code in of.row_codes]
    empty = Empty("Nobody is in post.", "Choose another day or place, or remove a filter.")
    return Table(caption, columns, body, empty=empty)


def _cell(of: Explored, row: str | None, column: str | None, measure: str) -> Cell:
    """A number, which opens what it counts. A combination that holds nobody has 0 of what adds up, and nothing else."""
    found = of.values.get((row, column))
    value = found[measure] if found else (0 if measure in OF_COUNTS else None)
    if value is None:
        return Cell("", empty="–")
    return Cell(_written(value, measure), of.opens(row, column, measure) if value else "")


def _written(value: object, measure: str) -> str:
    return number(value, None if measure in OF_PEOPLE else 1)  # type: ignore[arg-type]


def explorer_chart(of: Explored, period: str) -> list[Chart]:
    """A bar for each row, the largest where there are many; by column where there are few enough to be told apart.

    What has no value, or lies below 0, is in the table alone.
    """
    codes = [code for code in of.row_codes if _value(of, code, None) is not None]
    if not codes:
        return []
    largest = sorted(codes, key=lambda code: -(_value(of, code, None) or 0))
    drawn = [code for code in codes if code in set(largest[:MOST_BARS])]
    columns = [
        one
        for one in (of.column_codes if of.asked.columns else ())
        if any(_value(of, code, one) is not None for code in drawn)
    ]
    apart = columns if 1 < len(columns) <= MOST else []
    series = [
        Series(of.name(of.asked.columns, column), [_value(of, code, column) for code in drawn])
        for column in apart
    ] or [Series(MEASURES[of.measure], [_value(of, code, None) for code in drawn])]
    return [
        BarChart(
            title=_finding(of, largest),
            subtitle=f"{MEASURES[of.measure]}, {period}",
            places=None if of.measure in OF_PEOPLE else 1,
            description=f"A bar for each of {plural(len(drawn), 'row')} of the table beneath"
            + (", the largest." if len(drawn) < len(codes) else "."),
            labels=[of.name(of.asked.rows, code) for code in drawn],
            series=series,
            stacked=bool(apart) and of.measure in ADDED_UP,
        )
    ]


def _value(of: Explored, row: str, column: str | None) -> float | None:
    found = of.values.get((row, column))
    value = found[of.measure] if found else (0 if of.measure in OF_COUNTS else None)
    if value is None or value < 0:
        return None
    return int(value) if of.measure in OF_PEOPLE else float(value)


def _finding(of: Explored, largest: Sequence[str]) -> str:
    """What the picture says first: who has most, or the total where nobody stands out."""
    total, dimension = of.values[(None, None)][of.measure], DIMENSIONS[of.asked.rows].title
    top = of.values[(largest[0], None)][of.measure]
    alone = len(largest) > 1 and top > of.values[(largest[1], None)][of.measure]
    name, of_what = of.name(of.asked.rows, largest[0]), MEASURES[of.measure]
    if of.measure not in ADDED_UP:
        in_all = "" if total is None else f"; {_written(total, of.measure)} in all"
        return f"{of_what}: {_written(top, of.measure)} at most, {name}{in_all}"
    if not total or not alone:
        return f"{of_what}: {_written(total or 0, of.measure)} in all"
    most = f"{_written(top, of.measure)} of {_written(total, of.measure)}"
    if of.asked.rows in BANDS:
        return f"{dimension}: {lower_first(name)} is the largest group, {most}"
    return f"{name} is the largest {lower_first(dimension)}: {most}"
