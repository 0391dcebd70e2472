"""For the tenure of leavers: pathways are put together, and of a region's bands those are told that give nobody away.

Bands add up to everybody of the region who withdrew, as cohort outcomes tell them, and the curve of attrition tells how many
withdrew between the points that it shows. So a band is told where it lies between two such points, or from one to another, and
where neither it nor what is left between the points is few; the other bands are one row. Where cohort outcomes hide how many
withdrew, so does this report; and of who left the Service as many bands are hidden as keep each small count unknown, beside
what cohort outcomes tell (`solving.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import inf

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.figures.numbers import percent
from reports.figures.tenure_of_leavers import BANDS, LATER
from reports.suppression.marks import hide, is_small
from reports.suppression.merging import SEVERAL
from reports.suppression.outcomes import BASE, EVERYBODY, Hidden
from reports.suppression.solving import Sums, hidden

COUNT, LEFT, SHARE = "withdrawn", "left_service", "share_of_starters"
#: The months after which each band begins and at whose end it ends. Who withdrew on the first day is in the first.
BEFORE = -1.0
#: The first month after the start at which a curve has a point.
FIRST_POINT = 3.0
ENDS = (0.25, 1.0, 3.0, 6.0, 12.0, 18.0, inf)
BOUNDS = dict(zip((*BANDS, LATER), pairwise((BEFORE, *ENDS)), strict=True))


@dataclass(frozen=True)
class Between:
    """How many withdrew after one point that a region's curve shows and up to the next."""

    after: float
    to: float
    people: int

    def holds(self, bounds: tuple[float, float]) -> bool:
        """Return whether a band lies between, where no curve of any place has a point within."""
        return self.to <= FIRST_POINT and self.after <= bounds[0] and bounds[1] <= self.to


def curves_of_regions(nation: Rows, shown: Rows) -> dict[str, list[Between]]:
    """Return what the curve of each region tells of who withdrew, from the nation's rows in full and as they are shown."""
    own: dict[str, list[tuple[Row, Row]]] = {}
    for full, told in zip(nation, shown, strict=True):
        if full["breakdown"] == "region":
            own.setdefault(full["group"], []).append((full, told))
    return {region: _between(curve) for region, curve in own.items()}


def _between(curve: Sequence[tuple[Row, Row]]) -> list[Between]:
    """Return the points that a curve shows, with how many withdrew up to each since the one before; last, what came later."""
    since, people, found = BEFORE, 0, []
    for full, told in curve:
        people += full[COUNT]
        month = float(full["month_on_programme"])
        if isinstance(told["retained_percent"], float) and (month or people):
            found.append(Between(since, month, people))
            since, people = month, 0
    return [*found, Between(since, inf, people + curve[-1][0]["later"][COUNT])]


def together(
    rows: Rows, found: Hidden, threshold: int, curves: Mapping[str, Sequence[Between]]
) -> Rows:
    """Return the rows of regions put together, with what `hidden_everywhere` hides of them hidden here as well.

    `curves` tells of each region asked about, in their order, what its curve does.
    """
    by_region = {
        region: _of_the_region(list(own))
        for region, own in groupby(rows, key=lambda row: str(row["region"]))
    }
    shown: Rows = []
    for region, told in curves.items():
        own = by_region.get(region, [])
        unsaid = {
            name
            for name in (BASE, COUNT, LEFT)
            if (EVERYBODY, EVERYBODY, region, name) in found.cells
        }
        if COUNT in unsaid:
            first = own[0] if own else {"region": region, "pathway": SEVERAL}
            shown.append(hide(first | {"band": SEVERAL}, [COUNT, LEFT, SHARE]))
            continue
        # How many left the Service is then known to nobody, or to whoever reckons: of one row it is told as there.
        kept = set() if {BASE, LEFT} <= unsaid else _kept(own, threshold, told)
        every = _left_hidden(_with_rest(own, kept), threshold, all_of_them=LEFT in unsaid)
        shown += [hide(row, [SHARE] if BASE in unsaid else []) for row in every]
    return shown


def of_a_part(rows: Rows) -> Rows:
    """Return one row for each region and pathway of a part of a region, hidden: it would tell what the rest holds."""
    first = {(row["region"], row["pathway"]): row for row in reversed(rows)}
    return [hide(row | {"band": SEVERAL}, [COUNT, LEFT, SHARE]) for row in reversed(first.values())]


def _of_the_region(rows: Rows) -> Rows:
    """Return one row for each band of a region, its pathways put together, from the shortest."""
    bands: dict[str, Row] = {}
    for row in rows:
        before = bands.get(row["band"])
        sums = {name: row[name] + (before[name] if before else 0) for name in (COUNT, LEFT)}
        bands[row["band"]] = row | {"pathway": SEVERAL, "starters": row["of_region"]} | sums
    return [bands[band] for band in BOUNDS if band in bands]


def _kept(rows: Rows, threshold: int, told: Sequence[Between]) -> set[str]:
    """Return the bands of a region that are told by themselves."""
    counts = {row["band"]: row[COUNT] for row in rows}
    points = {BEFORE, *(one.to for one in told)}
    within = {band: next((one for one in told if one.holds(BOUNDS[band])), None) for band in counts}
    kept = {
        band
        for band, count in counts.items()
        if count >= threshold and (within[band] or points.issuperset(BOUNDS[band]))
    }
    while kept:
        few = {one for one in told if is_small(_rest(one, kept, counts, within), threshold)}
        inside = {band for band in kept if within[band] in few}
        if not inside:
            if not is_small(sum(counts[band] for band in counts.keys() - kept), threshold):
                return kept
            inside = kept
        kept.remove(min(inside, key=lambda band: (counts[band], BOUNDS[band])))
    return kept


def _rest(
    one: Between, kept: set[str], counts: Mapping[str, int], within: Mapping[str, Between | None]
) -> int:
    """Return how many withdrew between two points beside those of the bands between them that are told."""
    own = sum(counts[band] for band in kept if within[band] is one)
    return one.people - own if own else 0


def _with_rest(rows: Rows, kept: set[str]) -> Rows:
    """Return the rows that are kept, and one for all the others."""
    rest = [row for row in rows if row["band"] not in kept]
    every = [row for row in rows if row["band"] in kept]
    if rest:
        sums = {name: sum(row[name] for row in rest) for name in (COUNT, LEFT)}
        every.append(rest[0] | {"band": SEVERAL} | sums)
    return [row | {SHARE: percent(row[COUNT], row["starters"])} for row in every]


def _left_hidden(rows: Rows, threshold: int, *, all_of_them: bool) -> Rows:
    """Return the rows of a region with the counts of who left the Service hidden that must be. How many withdrew is shown.

    `all_of_them`: as cohort outcomes hide how many did in all. Where hiding does not help, the bands are one row.
    """
    if all_of_them:
        return [hide(row, [LEFT]) for row in rows]
    sums = Sums()
    for nth, row in enumerate(rows):
        sums.count((nth, COUNT), row[COUNT], shown=True)
        sums.count((nth, LEFT), row[LEFT])
        sums.count((nth, "other"), row[COUNT] - row[LEFT], published=False)
        sums.adds_up((nth, COUNT), [(nth, LEFT), (nth, "other")])
    sums.count("all", sum(row[LEFT] for row in rows), shown=True)
    sums.adds_up("all", [(nth, LEFT) for nth in range(len(rows))])
    found = hidden(sums, threshold)
    if found.exposed and len(rows) > 1:
        return _with_rest(rows, set())
    return [hide(row, [LEFT] if (nth, LEFT) in found.cells else []) for nth, row in enumerate(rows)]
