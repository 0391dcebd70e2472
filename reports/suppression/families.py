"""For tables that publish no totals: a small count is hidden together with the counts it could be worked out from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.catalogue.base import PEOPLE, Column, Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, hide_dependants, is_small


def by_family(columns: Sequence[Column], families: Sequence[Sequence[str]]) -> Callable[[Rows, int], Rows]:
    """Suppression by row. Where one count of a family is small, the whole family is hidden; a count of no family stands alone."""
    within = {name for family in families for name in family}
    every = [*families, *([one.name] for one in columns if one.kind == PEOPLE and one.name not in within)]

    def suppress(rows: Rows, threshold: int) -> Rows:
        return [_hidden(row, threshold) for row in rows]

    def _hidden(row: Row, threshold: int) -> Row:
        for family in every:
            if any(is_small(row.get(name), threshold) for name in family):
                row = hide(row, family)
        return hide_dependants(row, columns)

    return suppress
