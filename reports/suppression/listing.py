"""For lists of counts whose sums over a block are known from other reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, is_small


def within_blocks(
    keys: Sequence[str], total: str, parts: Sequence[str]
) -> Callable[[Rows, int], Rows]:
    """Return a function that hides small totals, and more totals in each block until the hidden sum reveals none of them.

    A block is the rows that are alike in `keys`. Its hidden totals are at least two and their sum is at least the
    threshold, so that each may be anything from 0 to that sum. Parts are hidden with their total, and where they or the
    rest of the total are small.
    """

    def suppress(rows: Rows, threshold: int) -> Rows:
        blocks = groupby(rows, key=lambda row: tuple(row[key] for key in keys))
        return [
            _shown(row, hidden, threshold)
            for _, block in blocks
            for row, hidden in _block(list(block), threshold)
        ]

    def _block(rows: Rows, threshold: int) -> list[tuple[Row, bool]]:
        order = sorted(range(len(rows)), key=lambda nth: (rows[nth][total], nth))
        chosen = [nth for nth in order if is_small(rows[nth][total], threshold)]
        rest = [nth for nth in order if nth not in chosen]
        while (
            chosen
            and rest
            and (len(chosen) < 2 or sum(rows[nth][total] for nth in chosen) < threshold)
        ):
            chosen.append(rest.pop(0))
        return [(row, nth in chosen) for nth, row in enumerate(rows)]

    def _shown(row: Row, hidden: bool, threshold: int) -> Row:
        if hidden:
            return hide(row, [total, *parts])
        small = [
            part
            for part in parts
            if is_small(row[part], threshold) or is_small(row[total] - row[part], threshold)
        ]
        return hide(row, small)

    return suppress
