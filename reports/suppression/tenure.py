"""For the tenure of leavers: bands of few people are put together within a region and pathway.

They add up to everybody of the region and pathway who withdrew, as cohort outcomes tell them. So where these hide how many
withdrew, so does this report; and of who left the Service as many bands are hidden as keep each small count unknown, beside what
cohort outcomes tell (`solving.py`).
"""

from __future__ import annotations

from itertools import groupby

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.figures.numbers import percent
from reports.suppression.marks import hide
from reports.suppression.merging import merged
from reports.suppression.outcomes import EVERYBODY, Hidden
from reports.suppression.solving import Sums, hidden

COUNT, LEFT, SHARE = "withdrawn", "left_service", "share_of_starters"
SEVERAL = "several"


def together(rows: Rows, found: Hidden, threshold: int) -> Rows:
    """Return the rows put together, with what `hidden_everywhere` hides of regions and pathways hidden here as well."""
    whole = found.leaves_out("pathway", nation=False)
    block = ("region",) if whole else ("region", "pathway")
    shown: Rows = []
    for _key, own in groupby(rows, key=lambda row: tuple(row[name] for name in block)):
        held = list(own)
        held = _of_the_region(held) if whole else held
        first = held[0]
        place = (
            (EVERYBODY, EVERYBODY, first["region"])
            if whole
            else ("pathway", first["pathway"], first["region"])
        )
        if (*place, COUNT) in found.cells:
            shown.append(hide(first | {"band": SEVERAL}, [COUNT, LEFT, SHARE]))
        else:
            shown += _left_hidden(
                _put_together(held, block, threshold), (*place, LEFT) in found.cells, threshold
            )
    return shown


def of_a_part(rows: Rows) -> Rows:
    """Return one row for each region and pathway of a part of a region, hidden: it would tell what the rest holds."""
    first = {(row["region"], row["pathway"]): row for row in reversed(rows)}
    return [hide(row | {"band": SEVERAL}, [COUNT, LEFT, SHARE]) for row in reversed(first.values())]


def _of_the_region(rows: Rows) -> Rows:
    """Return one row for each band of a region, its pathways put together."""
    bands: dict[str, Row] = {}
    for row in rows:
        before = bands.get(row["band"])
        sums = {name: row[name] + (before[name] if before else 0) for name in (COUNT, LEFT)}
        bands[row["band"]] = row | {"pathway": SEVERAL, "starters": row["of_region"]} | sums
    return list(bands.values())


def _put_together(rows: Rows, block: tuple[str, ...], threshold: int) -> Rows:
    every = merged(
        rows, threshold, block=block, details=(), reason="band", count=COUNT, sums=(LEFT,)
    )
    return [row | {SHARE: percent(row[COUNT], row["starters"])} for row in every]


def _left_hidden(rows: Rows, total_hidden: bool, threshold: int) -> Rows:
    """Return the rows of a block with the counts of who left the Service hidden that must be. How many withdrew is shown."""
    sums = Sums()
    for nth, row in enumerate(rows):
        sums.count((nth, COUNT), row[COUNT], shown=True)
        sums.count((nth, LEFT), row[LEFT])
        sums.count((nth, "other"), row[COUNT] - row[LEFT], published=False)
        sums.adds_up((nth, COUNT), [(nth, LEFT), (nth, "other")])
    total = sum(row[LEFT] for row in rows)
    sums.count("all", total, shown=not total_hidden, hidden=total_hidden)
    sums.adds_up("all", [(nth, LEFT) for nth in range(len(rows))])
    found = hidden(sums, threshold)
    if found.exposed:
        return [hide(row, [LEFT]) for row in rows]
    return [hide(row, [LEFT] if (nth, LEFT) in found.cells else []) for nth, row in enumerate(rows)]
