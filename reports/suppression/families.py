"""For tables that publish no totals: hides a small count together with the counts from which it could be worked out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.catalogue.base import PEOPLE, ReportColumn, Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, hide_dependants, is_small


def by_family(
    columns: Sequence[ReportColumn], families: Sequence[Sequence[str]]
) -> Callable[[Rows, int], Rows]:
    """Return a function that suppresses each row by itself.

    Where one count of a family (names of columns) is small, the whole family is hidden; a count in no family is hidden
    alone.
    """
    within = {name for family in families for name in family}
    every = [
        *families,
        *([one.name] for one in columns if one.kind == PEOPLE and one.name not in within),
    ]

    def suppress(rows: Rows, threshold: int) -> Rows:
        return [_hidden(row, threshold) for row in rows]

    def _hidden(row: Row, threshold: int) -> Row:
        for family in every:
            if any(is_small(row.get(name), threshold) for name in family):
                row = hide(row, family)
        return hide_dependants(row, columns)

    return suppress
