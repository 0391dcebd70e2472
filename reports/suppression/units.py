"""For tables of a region and its units: a hidden unit must not follow from the region less the units that are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reports.catalogue.base import PEOPLE, ReportColumn, Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, hide_dependants, is_small


def with_units(columns: Sequence[ReportColumn]) -> Callable[[Rows, int], Rows]:
    """Return a function that hides small counts, and more units where a region's count would reveal a hidden one.

    Where the region's count is shown, its hidden units are at least two and their sum is at least the threshold: the next
    smallest are hidden too or, where there is none, the region's count.
    """
    counts = [one.name for one in columns if one.kind == PEOPLE]

    def suppress(rows: Rows, threshold: int) -> Rows:
        hidden = {(nth, name) for name in counts for nth in _hidden(rows, name, threshold)}
        every = [
            hide(row, [name for name in counts if (nth, name) in hidden])
            for nth, row in enumerate(rows)
        ]
        return [hide_dependants(row, columns) for row in every]

    return suppress


def _hidden(rows: Rows, name: str, threshold: int) -> Iterator[int]:
    """Yield the indexes of the rows whose count is hidden."""
    yield from (nth for nth, row in enumerate(rows) if is_small(row[name], threshold))
    for region, row in enumerate(rows):
        if row["pdu"] is None and not is_small(row[name], threshold):
            units = [
                nth
                for nth, unit in enumerate(rows)
                if unit["pdu"] is not None and _place(unit) == _place(row)
            ]
            yield from _also(rows, name, threshold, region, units)


def _also(rows: Rows, name: str, threshold: int, region: int, units: list[int]) -> Iterator[int]:
    """Yield the indexes of the further rows to hide so that a region's small units stay unknown."""
    small = [nth for nth in units if is_small(rows[nth][name], threshold)]
    rest = sorted(
        (nth for nth in units if (rows[nth][name] or 0) >= threshold),
        key=lambda nth: (rows[nth][name], nth),
    )
    while small and (len(small) < 2 or sum(rows[nth][name] for nth in small) < threshold):
        if not rest:
            yield region
            return
        yield rest[0]
        small.append(rest.pop(0))


def _place(row: Row) -> tuple[object, object]:
    return row["region"], row["grade"]
