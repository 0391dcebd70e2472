"""For tables of a region and its units: a hidden unit must not be the region less the units that are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reports.catalogue.base import PEOPLE, Column, Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, hide_dependants, is_small


def with_units(columns: Sequence[Column]) -> Callable[[Rows, int], Rows]:
    """Hide small counts. Where the region's count is shown, its hidden units are two at least and sum to the threshold or more:
    the next smallest are hidden too, and where there is none, the region's."""
    counts = [one.name for one in columns if one.kind == PEOPLE]

    def suppress(rows: Rows, threshold: int) -> Rows:
        hidden = {(nth, name) for name in counts for nth in _hidden(rows, name, threshold)}
        every = [hide(row, [name for name in counts if (nth, name) in hidden]) for nth, row in enumerate(rows)]
        return [hide_dependants(row, columns) for row in every]

    return suppress


def _hidden(rows: Rows, name: str, threshold: int) -> Iterator[int]:
    """Rows whose count is hidden."""
    yield from (nth for nth, row in enumerate(rows) if is_small(row[name], threshold))
    for whole, row in enumerate(rows):
        if row["pdu"] is None and not is_small(row[name], threshold):
            units = [nth for nth, unit in enumerate(rows) if unit["pdu"] is not None and _place(unit) == _place(row)]
            yield from _also(rows, name, threshold, whole, units)


def _also(rows: Rows, name: str, threshold: int, whole: int, units: list[int]) -> Iterator[int]:
    """What else is hidden so that a region's small units stay unknown."""
    small = [nth for nth in units if is_small(rows[nth][name], threshold)]
    rest = sorted((nth for nth in units if (rows[nth][name] or 0) >= threshold), key=lambda nth: (rows[nth][name], nth))
    while small and (len(small) < 2 or sum(rows[nth][name] for nth in small) < threshold):
        if not rest:
            yield whole
            return
        yield rest[0]
        small.append(rest.pop(0))


def _place(row: Row) -> tuple[object, object]:
    return row["region"], row["grade"]
