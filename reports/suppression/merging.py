"""For withdrawals and leavers' reasons: small rows are put together before anything is hidden.

Within a block (a quarter of a region) rows with fewer people than the threshold are put together step by step, the least
missed detail first: destinations, then pathways, then reasons. What is still too few takes the smallest other row with it. A
block with fewer people than the threshold is one row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, is_small

#: In place of a code: several put together; and reasons of which each has fewer people than the threshold.
SEVERAL, OTHERS = "several", "other_reasons"


def merged(
    rows: Rows,
    threshold: int,
    *,
    block: Sequence[str],
    details: Sequence[str],
    reason: str,
    count: str,
    sums: Sequence[str],
) -> Rows:
    """Return the rows with small ones put together within each block, in the order of the first of each.

    `details` names the keys beside `reason`, the least missed first; `count` the people of a row; `sums` the counts that are
    added up.
    """
    merging = _Merging(threshold, tuple(details), reason, count, tuple(sums))
    blocks = groupby(rows, key=lambda row: tuple(row[key] for key in block))
    return [row for _key, own in blocks for row in merging.block(list(own))]


def in_regions(count: str, parts: Sequence[str]) -> Callable[[Rows, int], Rows]:
    """Return a function that puts small reasons together within each region. No sum of a region is told anywhere, so a region
    with fewer people, and parts that are small, are hidden alone.
    """

    def suppress(rows: Rows, threshold: int) -> Rows:
        every = merged(
            rows, threshold, block=("region",), details=(), reason="reason", count=count, sums=parts
        )
        return [_small_hidden(row, threshold) for row in every]

    def _small_hidden(row: Row, threshold: int) -> Row:
        if is_small(row[count], threshold):
            return hide(row, [count, *parts])
        return hide(row, [name for name in parts if is_small(row[name], threshold)])

    return suppress


class _Merging:
    """How the rows of one report are put together."""

    def __init__(
        self,
        threshold: int,
        details: tuple[str, ...],
        reason: str,
        count: str,
        sums: tuple[str, ...],
    ) -> None:
        self.threshold, self.details, self.reason = threshold, details, reason
        self.count, self.sums = count, sums

    def block(self, rows: Rows) -> Rows:
        """Return the rows of one block with small ones put together."""
        kept = [row for row in rows if row[self.count] >= self.threshold]
        few = [row for row in rows if row[self.count] < self.threshold]
        for nth in range(len(self.details)):
            blank = self.details[: nth + 1]
            alike = [name for name in (self.reason, *self.details) if name not in blank]
            more, few = self._alike(few, alike)
            kept += [self._together(own, dict.fromkeys(blank, SEVERAL)) for own in more]
        if few:
            kept = self._rest(kept, few)
        return kept

    def _alike(self, few: Rows, keys: Sequence[str]) -> tuple[list[Rows], Rows]:
        """Return the small rows that are alike in these keys and enough together, and the others."""
        groups: dict[tuple[object, ...], Rows] = {}
        for row in few:
            groups.setdefault(tuple(row[key] for key in keys), []).append(row)
        enough = [own for own in groups.values() if len(own) > 1 and self._people(own)]
        return enough, [row for own in groups.values() if own not in enough for row in own]

    def _rest(self, kept: Rows, few: Rows) -> Rows:
        """Return the rows with what is left put together: alone where that is enough, else with the smallest other row."""
        reason = OTHERS
        while kept and (len(few) < 2 or not self._people(few)):
            least = min(kept, key=lambda row: (row[self.count], kept.index(row)))
            kept = [row for row in kept if row is not least]
            few, reason = [*few, least], SEVERAL
        return [
            *kept,
            self._together(few, {self.reason: reason, **dict.fromkeys(self.details, SEVERAL)}),
        ]

    def _people(self, rows: Rows) -> bool:
        return sum(row[self.count] for row in rows) >= self.threshold

    def _together(self, rows: Rows, names: dict[str, str]) -> Row:
        sums = {name: sum(row[name] for row in rows) for name in (self.count, *self.sums)}
        return rows[0] | names | sums
