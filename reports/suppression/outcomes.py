"""For cohort outcomes: the same people in every breakdown, in every region and in the nation.

A region's row is the whole of the region's own report, and the groups of every region add up to those of the nation. So one
answer is worked out for all of them together, whichever is asked about (decision 23):

1. for the nation and the regions, as these rows stand in every report;
2. for each other breakdown, its groups in the nation and in each region, which add up to those rows;
3. of both, first who completed, withdrew and is still on the programme; then details: who of them left the Service, and who
   is on a break. A small detail is hidden with its other half: *on a break* with *active*, their sum being shown.

Totals cost more than details to hide, and the rows of regions and the nation more than groups.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.declared import declared
from reports.suppression.marks import hide
from reports.suppression.solving import DETAIL, MAIN, TOTAL, Solution, Sums, hidden, narrow

BASE = "starters"
#: What starters are divided into; and what those are divided into, of which `other` is in no table.
PARTS = ("completed", "withdrawn", "still")
DETAILS = {"withdrawn": ("left_service", "other"), "still": ("deferred", "active")}
COUNTS = (BASE, *PARTS, "left_service", "other", "deferred", "active")
#: Columns with the counts from which they follow: hidden where one of these is.
FOLLOWS = {
    "starters": (BASE,),
    "completed": ("completed",),
    "withdrawn": ("withdrawn",),
    "deferred": ("deferred",),
    "active": ("active",),
    "completion_rate": ("completed", BASE),
    "completion_lower": ("completed", BASE),
    "completion_upper": ("completed", BASE),
    "withdrawal_rate": ("withdrawn", BASE),
    "left_service": ("left_service",),
    "left_service_rate": ("left_service", BASE),
    "left_service_of_withdrawn_percent": ("left_service", "withdrawn"),
    "still_on_programme": ("still",),
    "cohort_finished": ("still",),
    "median_months_to_complete": ("completed",),
}
#: In place of a region's code: the nation. In place of a group: everybody of a place.
NATION, EVERYBODY = "", ""
#: Breakdowns whose groups are places of their own.
PLACES = ("all", "region")
Cell = tuple[str, str, str, str]
"""Breakdown, group, region, count; of everybody in a place the breakdown and the group are blank."""
#: Starters by what they were counted as: completed, left the Service, withdrew otherwise, on a break, active.
Outcome = tuple[int, int, int, int, int]


@dataclass
class Everywhere:
    """Everybody who started, in every region: for each breakdown, group and region, how many had each outcome."""

    outcomes: dict[tuple[str, str, str], Outcome] = field(default_factory=dict)

    def frozen(self) -> tuple[tuple[tuple[str, str, str], Outcome], ...]:
        return tuple(self.outcomes.items())


@dataclass(frozen=True)
class Hidden:
    """The hidden counts of every breakdown, group and region, and whether more may be hidden than need be.

    What whole places tell may leave too few possibilities for the groups of a breakdown, even with all of these hidden. Then it
    is `of_nation` only, or told `nowhere`.
    """

    cells: frozenset[Hashable] = frozenset()
    too_many: bool = False
    of_nation: frozenset[str] = frozenset()
    nowhere: frozenset[str] = frozenset()

    def leaves_out(self, breakdown: str, *, nation: bool) -> bool:
        """Return whether a breakdown is left out of the nation's report, or of a region's."""
        return breakdown in self.nowhere or (not nation and breakdown in self.of_nation)


def everywhere(rows: Iterable[Row]) -> Everywhere:
    """Return the outcomes by breakdown, group and region from rows that count them."""
    found = Everywhere()
    for row in rows:
        found.outcomes[row["breakdown"], row["group"], row["region"]] = (
            row["completed"],
            row["left_service"],
            row["withdrawn"] - row["left_service"],
            row["deferred"],
            row["active"],
        )
    return found


def hidden_there(rows: Rows, regions: Iterable[str] | None, found: Hidden) -> Rows:
    """Return the rows of a place with what is hidden there.

    `regions` are the codes of the regions of the place, None for the nation. Of several a count is hidden where it is in one
    of them; where there are none, for a place that is no region, every count is.
    """
    places = [NATION] if regions is None else list(regions)
    return [
        hide(row, _names(row, places, found.cells))
        for row in declared(rows, lambda row: int(row[BASE]))
        if not found.leaves_out(row["breakdown"], nation=regions is None)
    ]


def _names(row: Row, places: list[str], cells: frozenset[Hashable]) -> list[str]:
    """Return the columns of a row that are hidden."""
    breakdown, group = row["breakdown"], row["group"]
    if breakdown == "all":
        keys = [(EVERYBODY, EVERYBODY, place) for place in places]
    elif breakdown == "region":
        keys = [(EVERYBODY, EVERYBODY, group)] if places else []
    else:
        keys = [(breakdown, group, place) for place in places]
    unsaid = {name for name in COUNTS if not keys or any((*key, name) in cells for key in keys)}
    return [name for name, needs in FOLLOWS.items() if name in row and unsaid & set(needs)]


def hidden_everywhere(found: Everywhere, threshold: int) -> Hidden:
    """Return the counts to hide, for every breakdown, group and region. The same outcomes have the same answer."""
    return _hidden_everywhere(found.frozen(), threshold)


@lru_cache(maxsize=8)
def _hidden_everywhere(
    outcomes: tuple[tuple[tuple[str, str, str], Outcome], ...], threshold: int
) -> Hidden:
    tables: dict[str, dict[tuple[str, str], Outcome]] = {}
    for (breakdown, group, region), outcome in outcomes:
        tables.setdefault(breakdown, {})[group, region] = outcome
    places = {
        (EVERYBODY, region): outcome for (_all, region), outcome in tables.get("all", {}).items()
    }
    whole = _counted(EVERYBODY, _with_nation(places))
    of_whole = _stages(whole, {}, frozenset(), threshold)
    counts = {
        breakdown: _counted(breakdown, _with_nation(table))
        for breakdown, table in tables.items()
        if breakdown not in PLACES
    }
    return _Breakdowns(counts, whole, of_whole, threshold).hidden()


@dataclass
class _Breakdowns:
    """What is hidden in each breakdown, where whole places are decided.

    Whoever reads one breakdown may read all, and together they can tell more of a hidden count than each alone. That is seldom
    so: each is worked out by itself, all are looked at together, and only where they tell too much one is worked out after the
    other, beside what is hidden in those before it.
    """

    counts: dict[str, dict[Cell, int]]
    whole: dict[Cell, int]
    of_whole: Solution
    threshold: int

    def hidden(self) -> Hidden:
        found = self._worked_out(beside_others=False)
        return self._worked_out(beside_others=True) if self._tell_more(found) else found

    def _worked_out(self, *, beside_others: bool) -> Hidden:
        decided, cells, too_many = dict(self.whole), self.of_whole.cells, self.of_whole.too_many
        of_nation, nowhere = set(), set()
        for breakdown, counts in self.counts.items():
            known = cells if beside_others else self.of_whole.cells
            own = _stages(counts, decided, known, self.threshold)
            if own.exposed:
                of_nation.add(breakdown)
                counts = _of_nation(counts)
                own = _stages(counts, decided, known, self.threshold)
            if own.exposed:
                nowhere.add(breakdown)
                continue
            cells |= own.cells
            too_many |= own.too_many
            if beside_others:
                decided |= counts
        return Hidden(cells, too_many, frozenset(of_nation), frozenset(nowhere))

    def _tell_more(self, found: Hidden) -> bool:
        """Return whether all breakdowns together tell more of a hidden count than they may.

        Where no whole place has a hidden one, no breakdown tells anything of another.
        """
        if not self.of_whole.cells:
            return False
        every = dict(self.whole)
        for breakdown, counts in self.counts.items():
            if breakdown not in found.nowhere:
                every |= _of_nation(counts) if breakdown in found.of_nation else counts
        return bool(narrow(_sums({}, COUNTS, every, found.cells), self.threshold))


def _of_nation(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    return {cell: value for cell, value in counts.items() if cell[2] == NATION}


def _stages(
    counts: Mapping[Cell, int],
    decided: Mapping[Cell, int],
    known: frozenset[Hashable],
    threshold: int,
) -> Solution:
    """Return what is hidden in a breakdown: first of the parts of starters, then of the details of these.

    `decided` are the counts of whole places and of breakdowns before this one. Of them `known` are hidden, and stay unknown.
    """
    parts = hidden(_sums(counts, (BASE, *PARTS), decided, known), threshold)
    if parts.exposed:
        return parts
    second = _sums(counts, COUNTS, decided, known | parts.cells, with_parts=False)
    details = hidden(second, threshold)
    if not details.exposed:
        return Solution(parts.cells | details.cells, parts.too_many or details.too_many)
    return _at_once(counts, decided, known, threshold)


def _at_once(
    counts: Mapping[Cell, int],
    decided: Mapping[Cell, int],
    known: frozenset[Hashable],
    threshold: int,
) -> Solution:
    """Return what is hidden of parts and details together.

    Who left the Service is told only where starters are shown; so it is asked again with what that leaves untold, and the
    second answer counts where it hides these starters too.
    """
    first = hidden(_sums(counts, COUNTS, decided, known), threshold)
    untold = frozenset(cell for cell in counts if cell[3] == BASE) & first.cells
    again = hidden(_sums(counts, COUNTS, decided, known, untold=untold), threshold)
    return again if untold <= again.cells else first


def _with_nation(table: Mapping[tuple[str, str], Outcome]) -> dict[tuple[str, str], Outcome]:
    """Return the outcomes by group and region with those of the nation."""
    nation: dict[tuple[str, str], Outcome] = {}
    for (group, region), outcome in table.items():
        if region == NATION:
            return dict(table)
        before = nation.get((group, NATION), (0, 0, 0, 0, 0))
        nation[group, NATION] = tuple(map(sum, zip(before, outcome, strict=True)))  # type: ignore[assignment]
    return nation | dict(table)


def _counted(breakdown: str, table: Mapping[tuple[str, str], Outcome]) -> dict[Cell, int]:
    """Return every count by its cell."""
    counts: dict[Cell, int] = {}
    for (group, region), (completed, left, other, deferred, active) in table.items():
        values = {
            BASE: completed + left + other + deferred + active,
            "completed": completed,
            "withdrawn": left + other,
            "still": deferred + active,
            "left_service": left,
            "other": other,
            "deferred": deferred,
            "active": active,
        }
        for name, value in values.items():
            counts[breakdown, group, region, name] = value
    return counts


def _sums(
    counts: Mapping[Cell, int],
    names: tuple[str, ...],
    decided: Mapping[Cell, int],
    known: frozenset[Hashable],
    *,
    with_parts: bool = True,
    untold: frozenset[Hashable] = frozenset(),
) -> Sums:
    """Return the counts of a breakdown and of what is decided, and how they add up: within a row, over regions, and over groups
    to whole places.

    Without `with_parts` the parts of starters are decided, too. Who left the Service is told as a share of starters alone, and
    not where these are hidden.
    """
    sums = Sums()
    every = {**decided, **counts}
    for cell, value in every.items():
        name = cell[3]
        if name not in names:
            continue
        is_decided = cell in decided or (not with_parts and name in (BASE, *PARTS))
        is_hidden = is_decided and cell in known
        sums.count(
            cell,
            value,
            cost=_cost(cell),
            shown=is_decided and not is_hidden,
            hidden=is_hidden,
            published=name != "other"
            and not (name == "left_service" and (*cell[:3], BASE) in known | untold),
        )
    _add_up(sums, every, with_details=len(names) > 1 + len(PARTS))
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in every:
        if cell[0] != EVERYBODY and cell[3] == BASE:
            groups.setdefault((cell[0], cell[2]), []).append(cell)
    for (_breakdown, region), own in groups.items():
        for name in names:
            sums.adds_up((EVERYBODY, EVERYBODY, region, name), [(*cell[:3], name) for cell in own])
    return sums


def _add_up(sums: Sums, every: Mapping[Cell, int], with_details: bool) -> None:
    """Say what adds up within each row, and over regions to the nation."""
    regions: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in every:
        breakdown, group, region, name = cell
        if name == BASE:
            sums.adds_up(cell, [(breakdown, group, region, part) for part in PARTS])
            if with_details:
                for part, own in DETAILS.items():
                    sums.adds_up(
                        (breakdown, group, region, part),
                        [(breakdown, group, region, detail) for detail in own],
                    )
        if cell in sums.counts and region != NATION:
            regions.setdefault((breakdown, group, name), []).append(cell)
    for (breakdown, group, name), cells in regions.items():
        sums.adds_up((breakdown, group, NATION, name), cells)


def _cost(cell: Cell) -> int:
    """Return what it costs to hide a count."""
    breakdown, _group, region, name = cell
    is_total = name in (BASE, "completed", "withdrawn")
    if breakdown == EVERYBODY:
        return (MAIN if is_total else TOTAL) * (10 if region == NATION else 1)
    if region == NATION:
        return 3 * DETAIL if is_total else 2 * DETAIL
    return DETAIL
