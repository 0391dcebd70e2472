"""For the recruitment funnel: the same applicants grouped in many ways, stage by stage, in every region and in the nation.

Who reached a stage are those who reached the stage before, without those who stopped: so a hidden number is bounded by the
stages around it, by the other groups, and by the other regions. Of each campaign it is worked out (`solving.py`, decision 23)
which numbers are hidden so that none can be found out:

1. for the nation and the regions, as these rows stand in every report;
2. for each other breakdown, for its groups in the nation. Groups within a region are not told where numbers are hidden: with
   those of the nation and of other regions they would tell of one another.

A rate is hidden with any number from which it follows; a relative rate also with those of the reference groups, and the share
who declared with the number of those who did not.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from learners.facts.applications import FUNNEL
from learners.rules.applications import WITH_RESULT
from reports.catalogue.base import ReportColumn, Rows
from reports.figures.asking import Row
from reports.figures.starters import NOT_STATED
from reports.suppression.declared import declared
from reports.suppression.marks import hide
from reports.suppression.solving import DETAIL, MAIN, TOTAL, Solution, Sums, hidden

NATION, EVERYBODY = "", ""
#: Breakdowns whose groups are places of their own.
PLACES = ("all", "region")
REACHED, PASSED, STOPPED = "reached", "passed", "stopped"
#: Who reached or passed what comes first, without those who stopped, reached or passed the other.
CHAIN = [
    (("applied", REACHED), ("sifted", REACHED)),
    (("sifted", REACHED), ("sifted", PASSED)),
    (("sifted", PASSED), ("assessed", REACHED)),
    (("assessed", REACHED), ("assessed", PASSED)),
    (("assessed", PASSED), ("provisional_offer", REACHED)),
    *(
        pair
        for side in ("checks", "vetting")
        for pair in (
            (("provisional_offer", REACHED), (side, REACHED)),
            ((side, REACHED), (side, PASSED)),
            ((side, PASSED), ("confirmed_offer", REACHED)),
        )
    ),
    (("confirmed_offer", REACHED), ("started", REACHED)),
]
SHARES = ("rate_from_application", "rate_lower", "rate_upper")
RELATIVE = ("relative_rate", "relative_lower", "relative_upper")
#: Breakdown, group and region of a count.
Place = tuple[str, str, str]
#: How many reached each stage, and how many passed each, in the order of the funnel.
Counts = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Hidden:
    """The hidden counts of a campaign, whether more may be hidden than need be, and breakdowns that can be told nowhere."""

    cells: frozenset[Hashable] = frozenset()
    too_many: bool = False
    nowhere: frozenset[str] = frozenset()


@dataclass
class Shown:
    """The rows of a place, with whether more may be hidden than need be, whether breakdowns are left out, or groups."""

    rows: Rows = field(default_factory=list)
    too_many: bool = False
    left_out: bool = False
    only_whole: bool = False


def shown_there(
    rows: Rows,
    columns: Sequence[ReportColumn],
    regions: Collection[str] | None,
    campaigns: Mapping[str, Mapping[Place, Counts]],
    references: Mapping[str, Collection[str]],
    threshold: int,
) -> Shown:
    """Return the rows of a place with what is hidden there.

    `regions` are the codes of the regions of the place, None for the nation; where there are none, for a place that is no
    region, every count is hidden. `campaigns` holds the counts of every region by campaign; `references` the groups with which
    others are compared.
    """
    shown = Shown()
    names = {one.name for one in columns}
    for campaign, own in groupby(rows, key=lambda row: row["campaign"]):
        found = hidden_in(tuple(campaigns.get(campaign, {}).items()), threshold)
        shown.too_many |= found.too_many
        kept = declared(list(own), lambda row: row["reached"] if row["stage"] == "applied" else 0)
        for breakdown, group in groupby(kept, key=lambda row: row["breakdown"]):
            if breakdown not in PLACES and regions is not None:
                shown.only_whole = True
            elif breakdown in found.nowhere:
                shown.left_out = True
            else:
                compared = references.get(breakdown, ())
                shown.rows += _breakdown(list(group), names, regions, found.cells, compared)
    return shown


def _breakdown(
    rows: Rows,
    names: set[str],
    regions: Collection[str] | None,
    cells: frozenset[Hashable],
    references: Collection[str],
) -> Rows:
    unsaid = {
        (row["group"], row["stage"], kind)
        for row in rows
        for kind in (REACHED, PASSED)
        if _is_unsaid(row, kind, regions, cells)
    }
    return [hide(row, _names(row, unsaid, references) & names) for row in rows]


def _is_unsaid(
    row: Row, kind: str, regions: Collection[str] | None, cells: frozenset[Hashable]
) -> bool:
    """Return whether a number of a row is hidden in one of the regions of the place, or in the nation."""
    breakdown, group, stage = row["breakdown"], row["group"], row["stage"]
    kind = kind if stage in WITH_RESULT else REACHED
    places: Collection[str] = [NATION] if regions is None else regions
    if not places:
        return True
    if breakdown == "all":
        return any((EVERYBODY, EVERYBODY, place, stage, kind) in cells for place in places)
    if breakdown == "region":
        return (EVERYBODY, EVERYBODY, group, stage, kind) in cells
    return (breakdown, group, NATION, stage, kind) in cells


def _names(row: Row, unsaid: set[tuple[str, str, str]], references: Collection[str]) -> set[str]:
    """Return the columns of a row that are hidden, because they are numbers that are unsaid or follow from such."""
    group, stage = row["group"], row["stage"]

    def tells(*wanted: tuple[str, str]) -> bool:
        return any((*each, REACHED) in unsaid for each in wanted)

    found: set[str] = set()
    if tells((group, stage)):
        found |= {"reached", "rate_from_previous", "median_days_in_stage"}
    if (group, stage, PASSED) in unsaid:
        found.add("passed")
    before = FUNNEL[max(FUNNEL.index(stage) - 1, 0)]
    if tells((group, before)):
        found.add("rate_from_previous")
    if stage == "vetting" and {each[1] for each in unsaid} & {"checks", "vetting"}:
        found.add("rate_from_previous")
    if tells((group, stage), (group, "applied")):
        found |= {*SHARES, *RELATIVE}
    if tells(*((each, when) for each in references for when in (stage, "applied"))):
        found |= set(RELATIVE)
    if tells((NOT_STATED, "applied")):
        found.add("declared_percent")
    return found


@lru_cache(maxsize=256)
def hidden_in(everywhere: tuple[tuple[Place, Counts], ...], threshold: int) -> Hidden:
    """Return the counts of a campaign to hide, from those of every breakdown, group and region. The same counts have the same
    answer.
    """
    tables: dict[str, dict[Place, Counts]] = {}
    for (breakdown, group, region), counts in everywhere:
        name = EVERYBODY if breakdown in PLACES else breakdown
        key = (EVERYBODY, EVERYBODY, region) if name == EVERYBODY else (name, group, NATION)
        table = tables.setdefault(name, {})
        table[key] = _added(table.get(key), counts)
    regions = tables.pop(EVERYBODY, {})
    whole = _added_up(regions.values())
    nation = {(EVERYBODY, EVERYBODY, NATION): whole}
    places = _hidden_parts(nation, regions, None, threshold)
    cells, too_many, nowhere = set(places.cells), places.too_many, set()
    for breakdown, groups in tables.items():
        own = _hidden_parts(nation, groups, places.cells, threshold)
        if own.exposed:
            nowhere.add(breakdown)
        else:
            cells |= own.cells
            too_many |= own.too_many
    return Hidden(frozenset(cells), too_many, frozenset(nowhere))


def _added(one: Counts | None, other: Counts) -> Counts:
    return other if one is None else _added_up([one, other])


def _added_up(every: Collection[Counts]) -> Counts:
    reached, passed = (
        tuple(map(sum, zip(*(counts[kind] for counts in every), strict=True))) for kind in (0, 1)
    )
    return reached, passed


def _hidden_parts(
    nation: Mapping[Place, Counts],
    parts: Mapping[Place, Counts],
    known: frozenset[Hashable] | None,
    threshold: int,
) -> Solution:
    """Return what is hidden of the parts of the nation and, where it is not `known` already, of the nation."""
    sums = Sums()
    for place, counts in (*nation.items(), *parts.items()):
        is_settled = known is not None and place in nation
        cost = MAIN if place in nation else TOTAL if place[0] == EVERYBODY else DETAIL
        values = _values(counts)
        for (stage, kind), value in values.items():
            cell = (*place, stage, kind)
            is_hidden = known is not None and cell in known and is_settled
            sums.count(
                cell,
                value,
                cost=cost * (2 if stage in ("applied", "started") else 1),
                shown=is_settled and not is_hidden,
                hidden=is_hidden,
            )
        for (more, was), (fewer, now) in CHAIN:
            rest = values[more, was] - values[fewer, now]
            if rest < 0:
                continue
            between = (*place, STOPPED, f"{more} {was} {fewer} {now}")
            sums.count(between, rest, published=False)
            sums.adds_up((*place, more, was), [(*place, fewer, now), between])
    for place in nation:
        for stage, kind in _values(nation[place]):
            sums.adds_up((*place, stage, kind), [(*part, stage, kind) for part in parts])
    return hidden(sums, threshold)


def _values(counts: Counts) -> dict[tuple[str, str], int]:
    """Return the counts by stage and whether they reached or passed it; who reaches a stage without a result passes it."""
    reached, passed = counts
    found = {(stage, REACHED): reached[nth] for nth, stage in enumerate(FUNNEL)}
    return found | {(stage, PASSED): passed[FUNNEL.index(stage)] for stage in WITH_RESULT}
