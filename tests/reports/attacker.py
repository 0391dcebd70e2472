"""Somebody who has every published table and works hidden counts out, by linear programming: from what is shown alone.

Nothing here is taken from the service but the mark of a hidden number. A count is a variable that is never negative. What is
shown fixes it; what must add up ties it to others. Each hidden count then has a least and a most it could be.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

HIDDEN = "[c]"
NEAR = 1e-6
Row = Mapping[str, Any]
#: The counts of a row of cohort outcomes that a table states.
STATED = ("starters", "completed", "withdrawn", "deferred", "active", "still_on_programme")


def is_hidden(value: object) -> bool:
    return getattr(value, "value", value) == HIDDEN


@dataclass
class Attacker:
    """What somebody knows: the numbers of variables by name, their values where shown, and what adds up to nothing."""

    names: dict[Hashable, int] = field(default_factory=dict)
    shown: dict[int, float] = field(default_factory=dict)
    secret: set[int] = field(default_factory=set)
    ties: list[list[tuple[int, float]]] = field(default_factory=list)
    above: list[list[tuple[int, float]]] = field(default_factory=list)
    _parts: dict[int, tuple[dict[int, int], dict[str, Any]]] = field(default_factory=dict)

    def name(self, name: Hashable) -> int:
        return self.names.setdefault(name, len(self.names))

    def told(self, name: Hashable, value: object) -> None:
        """Take note of a number in a table."""
        nth = self.name(name)
        if is_hidden(value):
            self.secret.add(nth)
        else:
            assert isinstance(value, int)
            assert self.shown.setdefault(nth, value) == value, f"{name} is told in two ways"

    def adds_up(self, total: Hashable, parts: Iterable[Hashable]) -> None:
        self.ties.append([(self.name(total), -1.0), *((self.name(part), 1.0) for part in parts)])

    def at_most(self, less: Hashable, more: Hashable) -> None:
        self.above.append([(self.name(less), 1.0), (self.name(more), -1.0)])

    def width(self, nth: int, but: Mapping[int, float] | None = None) -> float:
        """How far apart the least and the most are that a count could be; `but` are counts shown besides."""
        own, known = self._about(nth)
        bounds = list(known["bounds"])
        for other, value in (but or {}).items():
            if other in own:
                bounds[own[other]] = (value, value)
        found = []
        aim = np.zeros(len(own))
        aim[own[nth]] = 1.0
        for sign in (1, -1):
            result = linprog(sign * aim, **known | {"bounds": bounds}, method="highs")
            if result.status == 3:
                return float("inf")
            assert result.status == 0, result.message
            found.append(sign * result.fun)
        return found[1] - found[0]

    def beside(self, nth: int) -> set[int]:
        """The hidden counts that hang together with one, but not itself."""
        return (self._about(nth)[0].keys() & self.secret) - {nth}

    def _about(self, nth: int) -> tuple[dict[int, int], dict[str, Any]]:
        """The variables that hang together with one by what is not shown, each with its place, and what is known of them."""
        if not self._parts:
            self._divide()
        return self._parts[nth]

    def _divide(self) -> None:
        root = list(range(len(self.names)))

        def first(nth: int) -> int:
            while root[nth] != nth:
                root[nth] = root[root[nth]]
                nth = root[nth]
            return nth

        lines = [*self.ties, *self.above]
        unknown = [[nth for nth, _sign in line if nth not in self.shown] for line in lines]
        for line in unknown:
            for nth in line[1:]:
                root[first(nth)] = first(line[0])
        parts: dict[int, dict[int, int]] = {}
        for nth in range(len(self.names)):
            if nth not in self.shown:
                own = parts.setdefault(first(nth), {})
                own[nth] = len(own)
        within: dict[int, tuple[list[Any], list[Any]]] = {one: ([], []) for one in parts}
        for line, free, is_tie in zip(
            lines, unknown, [*[True] * len(self.ties), *[False] * len(self.above)], strict=True
        ):
            if free:
                within[first(free[0])][0 if is_tie else 1].append(line)
        for one, own in parts.items():
            known: dict[str, Any] = {"bounds": [(0, None)] * len(own)}
            for names, every in zip((("A_eq", "b_eq"), ("A_ub", "b_ub")), within[one], strict=True):
                known |= dict(zip(names, self._matrix(every, own), strict=True))
            for nth in own:
                self._parts[nth] = (own, known)

    def _matrix(self, lines: Sequence[Sequence[tuple[int, float]]], own: Mapping[int, int]) -> Any:
        if not lines:
            return None, None
        sums = np.zeros(len(lines))
        places = []
        for row, line in enumerate(lines):
            for nth, sign in line:
                if nth in own:
                    places.append((row, own[nth], sign))
                else:
                    sums[row] -= sign * self.shown[nth]
        rows, columns, values = zip(*places, strict=True)
        return coo_matrix((values, (rows, columns)), shape=(len(lines), len(own))).tocsr(), sums

    def widths(self) -> dict[Hashable, float]:
        """The width of every hidden count, by name."""
        names = {nth: name for name, nth in self.names.items()}
        return {names[nth]: self.width(nth) for nth in sorted(self.secret)}

    def needless(
        self, truth: Mapping[Hashable, int], widths: Mapping[Hashable, float], threshold: int
    ) -> list[Hashable]:
        """Hidden counts that are not small and could each be shown alone, without any other becoming narrow."""
        by_number = {self.names[name]: width for name, width in widths.items()}
        found = []
        for name in widths:
            if 0 < truth[name] < threshold:
                continue
            nth = self.names[name]
            beside = sorted(self.beside(nth), key=lambda other: (by_number[other], other))
            shown = {nth: truth[name]}
            if not any(self.width(other, shown) < threshold - NEAR for other in beside):
                found.append(name)
        return found

    def told_in_both_ways(self) -> set[int]:
        """Counts that are hidden in one table and shown in another."""
        return self.secret & self.shown.keys()


def read_outcomes(
    attacker: Attacker, editions: Mapping[str, Sequence[Row]], when: str = ""
) -> None:
    """Take note of cohort outcomes of the nation (``""``) and of regions, by code."""
    groups: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for place, rows in editions.items():
        for row in rows:
            breakdown, group = row["breakdown"], row["group"]
            own = _row(when, place, breakdown, group)
            if own in groups.get(own[1:3], []):
                continue
            for name in STATED:
                attacker.told((*own, name), row[name])
            if not is_hidden(row["starters"]):
                _left(attacker, own, row)
            attacker.adds_up(
                (*own, "starters"),
                [(*own, name) for name in ("completed", "withdrawn", "still_on_programme")],
            )
            attacker.adds_up(
                (*own, "still_on_programme"), [(*own, name) for name in ("deferred", "active")]
            )
            attacker.at_most((*own, "left"), (*own, "withdrawn"))
    every = ("left", *STATED)
    for place, rows in editions.items():
        for breakdown in {row["breakdown"] for row in rows} - {"all"}:
            parts = [
                _row(when, place, breakdown, row["group"])
                for row in rows
                if row["breakdown"] == breakdown
            ]
            if breakdown == "region" and place:
                continue
            for name in every:
                attacker.adds_up(
                    (*_row(when, place, "all", "all"), name), [(*one, name) for one in parts]
                )
    regions = [place for place in editions if place]
    told = {
        place: {(row["breakdown"], row["group"]) for row in editions[place]} for place in editions
    }
    named = {place: {breakdown for breakdown, _group in told[place]} for place in editions}
    if len(regions) == len(
        {group for breakdown, group in told.get("", ()) if breakdown == "region"}
    ):
        for breakdown, group in told.get("", ()):
            if breakdown in ("all", "region") or any(
                breakdown not in named[place] for place in regions
            ):
                continue
            parts = [
                _row(when, place, breakdown, group)
                for place in regions
                if (breakdown, group) in told[place]
            ]
            for name in every:
                attacker.adds_up(
                    (*_row(when, "", breakdown, group), name), [(*one, name) for one in parts]
                )


def truth_of(full: Mapping[str, Sequence[Row]], when: str = "") -> dict[Hashable, int]:
    """The true counts of cohort outcomes by the names that they are taken note of by."""
    truth: dict[Hashable, int] = {}
    for place, rows in full.items():
        for row in rows:
            own = _row(when, place, row["breakdown"], row["group"])
            truth |= {(*own, name): row[name] for name in STATED}
            truth[(*own, "left")] = row["left_service"]
    return truth


def _row(when: str, place: str, breakdown: str, group: str) -> tuple[str, str, str, str]:
    """The name of a row, whichever table it stands in: a region's whole is its row among the nation's regions."""
    if breakdown == "region":
        return (when, group, "all", "all")
    return (when, place, breakdown, group)


def _left(attacker: Attacker, own: tuple[str, ...], row: Row) -> None:
    """Who left the Service is told by their share of starters, with one decimal: for these numbers of people it is one count."""
    share = row["left_service_rate"]
    if is_hidden(share):
        attacker.secret.add(attacker.name((*own, "left")))
        assert is_hidden(row["left_service_of_withdrawn_percent"])
    else:
        attacker.told((*own, "left"), round((share or 0.0) * row["starters"] / 100))


def read_withdrawals(
    attacker: Attacker, editions: Mapping[str, Sequence[Row]], when: str = ""
) -> None:
    """Take note of withdrawals of the nation and of regions. A quarter that is over says the same in every month's table."""
    keys = ("quarter", "region", "pathway", "reason", "destination")
    for rows in editions.values():
        for row in rows:
            own = ("withdrawn", *(row[key] for key in keys))
            own = own if row["quarter"] < _last(editions) else (when, *own)
            attacker.told(own, row["withdrawn"])
            for part in ("interview_offered", "interview_held"):
                if not is_hidden(row[part]):
                    continue
                attacker.told((when, part, *own), row[part])
                attacker.at_most((when, part, *own), own)
    if "" in editions:
        names = []
        for row in editions[""]:
            own = ("withdrawn", *(row[key] for key in keys))
            names.append(own if row["quarter"] < _last(editions) else (when, *own))
        attacker.adds_up((when, "", "all", "all", "withdrawn"), names)


def _last(editions: Mapping[str, Sequence[Row]]) -> str:
    return max((row["quarter"] for rows in editions.values() for row in rows), default="")


#: The days after which a band or a point of a curve may end: what lies between two of them is told in one way alone.
EDGES = (0, 7, 30, 91, 182, 273, 365, 456, 547)
BAND_EDGES = {
    "week": (-1, 7),
    "month": (7, 30),
    "3_months": (30, 91),
    "6_months": (91, 182),
    "12_months": (182, 365),
    "18_months": (365, 547),
    "later": (547, None),
}


def _pieces(after: float, to: float | None) -> list[int]:
    """The pieces of time between two days, by the number of the edge that ends each."""
    ends = [*EDGES, None]
    starts = [-1, *EDGES]
    return [
        nth
        for nth, (first, last) in enumerate(zip(starts, ends, strict=True))
        if first >= after and (to is None or (last is not None and last <= to))
    ]


def read_tenure(
    attacker: Attacker, rows: Sequence[Row], outcomes: Mapping[str, Sequence[Row]], when: str = ""
) -> None:
    """Take note of how long leavers had been there, beside cohort outcomes: the same people withdrew, the same left the Service.

    Where bands are put together, their row is what the region's other rows leave.
    """
    keys = {
        (region, row["group"] if row["breakdown"] == "pathway" else "all")
        for region, own in outcomes.items()
        if region
        for row in own
        if row["breakdown"] in ("all", "pathway")
    }
    for region in {region for region, _group in keys}:
        own = [row for row in rows if row["region"] == region]
        by_pathway = any(row["pathway"] != "several" for row in own)
        groups = [group for of, group in keys if of == region and (group != "all") == by_pathway]
        for group in groups:
            place = _row(when, region, "pathway" if by_pathway else "all", group)
            _tenure_of(
                attacker, [row for row in own if not by_pathway or row["pathway"] == group], place
            )


def _tenure_of(attacker: Attacker, own: Sequence[Row], place: tuple[str, ...]) -> None:
    alone = [row["band"] for row in own if row["band"] in BAND_EDGES]
    together = any(row["band"] not in BAND_EDGES for row in own)
    parts: list[Hashable] = []
    for nth, row in enumerate(own):
        band: Hashable = row["band"] if row["band"] in BAND_EDGES else ("rest", nth)
        parts.append(band)
        attacker.told((*place, "tenure", band), row["withdrawn"])
        attacker.told((*place, "tenure left", band), row["left_service"])
        attacker.at_most((*place, "tenure left", band), (*place, "tenure", band))
        starters, share = (*place, "starters"), row["share_of_starters"]
        if not is_hidden(share) and not is_hidden(row["withdrawn"]) and row["withdrawn"]:
            assert attacker.name(starters) in attacker.shown, "a share tells of how many"
    for name, total in (("tenure", "withdrawn"), ("tenure left", "left")):
        attacker.adds_up((*place, total), [(*place, name, band) for band in parts])
    for band, (after, to) in BAND_EDGES.items():
        pieces = [(*place, "piece", nth) for nth in _pieces(after, to)]
        attacker.adds_up((*place, "tenure", band), pieces)
        if band not in alone and not together:
            attacker.told((*place, "tenure", band), 0)
    rest = [part for part in parts if isinstance(part, tuple)]
    if len(rest) == 1:
        others = [(*place, "tenure", band) for band in BAND_EDGES if band not in alone]
        attacker.adds_up((*place, "tenure", rest[0]), others)


def read_curves(
    attacker: Attacker, rows: Sequence[Row], full: Sequence[Row], when: str = ""
) -> None:
    """Take note of what curves of attrition tell of those who withdrew: how many between the points that they show.

    The shares from which this follows are taken for exact, so the numbers are those of `full`.
    """
    groups: dict[tuple[str, str], list[tuple[Row, Row]]] = {}
    for row, true in zip(rows, full, strict=True):
        if row["breakdown"] in ("all", "region"):
            groups.setdefault((row["breakdown"], row["group"]), []).append((row, true))
    regions = [group for breakdown, group in groups if breakdown == "region"]
    for (breakdown, group), own in groups.items():
        place = _row(when, "", breakdown, group)
        people, since = 0, -1.0
        for nth, (row, true) in enumerate(own):
            people += true["withdrawn"]
            if nth >= len(EDGES) - 2 or is_hidden(row["retained_percent"]):
                continue
            to = [0, 91, 182, 273, 365, 456, 547][nth]
            attacker.told((*place, "curve", since, to), people)
            attacker.adds_up(
                (*place, "curve", since, to), [(*place, "piece", nth) for nth in _pieces(since, to)]
            )
            people, since = 0, to
        every = [(*place, "piece", nth) for nth in range(len(EDGES) + 1)]
        attacker.adds_up((*place, "withdrawn"), every)
    for nth in range(len(EDGES) + 1):
        attacker.adds_up(
            (*_row(when, "", "all", "all"), "piece", nth),
            [(*_row(when, "", "region", region), "piece", nth) for region in regions],
        )
