"""For withdrawals: small rows are put together within a quarter of a region; a quarter with fewer people is hidden.

Quarters of regions add up to everybody who withdrew, whom cohort outcomes count. So where quarters are hidden, as many are as
keep each unknown (`solving.py`): the same ones in the report of a region and of the nation.
"""

from __future__ import annotations

from collections.abc import Mapping

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, is_small
from reports.suppression.merging import merged
from reports.suppression.solving import MAIN, Solution, Sums, hidden

COUNT, BESIDE = "withdrawn", ("interview_offered", "interview_held")
BLOCK, DETAILS = ("quarter", "region"), ("destination", "pathway")
Block = tuple[str, str]


def together(rows: Rows, found: Solution, threshold: int) -> Rows:
    """Return the rows put together, with quarters of regions hidden as found (`hidden_quarters`)."""
    every = merged(
        rows, threshold, block=BLOCK, details=DETAILS, reason="reason", count=COUNT, sums=BESIDE
    )
    shown: dict[int, Row] = {}
    whole: set[Block] = set()
    for nth, row in enumerate(every):
        block = (row["quarter"], row["region"])
        if block not in found.cells:
            small = [name for name in BESIDE if is_small(row[name], threshold)]
            shown[nth] = hide(row, small)
        elif block not in whole:
            whole.add(block)
            shown[nth] = _without_details(row)
    return list(shown.values())


def of_a_part(rows: Rows) -> Rows:
    """Return one row for each quarter of a part of a region, hidden: shown, it would tell what the rest of the region holds."""
    blocks = {(row["quarter"], row["region"]): row for row in reversed(rows)}
    return [_without_details(row) for row in reversed(blocks.values())]


def hidden_quarters(everywhere: Mapping[Block, int], threshold: int) -> Solution:
    """Return which quarters of regions are hidden, from how many withdrew in each quarter of each region."""
    sums = Sums()
    for block, people in everywhere.items():
        sums.count(block, people)
    sums.count("all", sum(everywhere.values()), cost=MAIN)
    sums.adds_up("all", everywhere)
    return hidden(sums, threshold)


def _without_details(row: Row) -> Row:
    """Return the one row of a quarter of which nothing is told."""
    named = dict.fromkeys(DETAILS, "several") | {"reason": "several"}
    return hide(row | named, [COUNT, *BESIDE])
