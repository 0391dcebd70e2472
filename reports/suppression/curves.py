"""For attrition and retention: curves show only points between which nobody, or at least the threshold, withdrew and completed
(of officers: left the Service), and after which, as cohort outcomes tell how many did in all, nobody or at least the threshold.

The groups of a breakdown add up to all starters. So the hidden groups taken together must satisfy the same rule: in a month
and since the last points shown, nobody or enough. Otherwise more groups stay hidden at that point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.declared import declared
from reports.suppression.marks import hide, is_small


@dataclass(frozen=True)
class Shape:
    """The columns of curves: the one of months, with how many lie between two rows; the events from which estimates follow; a
    count beside them, from which none does; and the estimates.
    """

    month: str
    step: int
    events: tuple[str, ...]
    beside: str
    estimates: tuple[str, ...]

    @property
    def hidden(self) -> tuple[str, ...]:
        """Every column that is hidden of a curve of which nothing is told."""
        return ("number_at_risk", *self.events, self.beside, *self.estimates)


ON_PROGRAMME = Shape(
    "month_on_programme",
    3,
    ("withdrawn", "completed"),
    "deferred",
    (
        "retained_percent",
        "lower",
        "upper",
        "withdrawn_incidence_percent",
        "completed_incidence_percent",
    ),
)
QUALIFIED = Shape(
    "months_since_qualifying",
    6,
    ("left_service",),
    "moved_to_other_role",
    ("retained_percent", "lower", "upper"),
)


def thin(rows: Rows, threshold: int, shape: Shape = ON_PROGRAMME) -> Rows:
    """Hide estimates that would reveal how few left since the last one shown, the counts beside them, and small counts at
    risk.
    """
    rows = declared(rows, lambda row: row["number_at_risk"] if row[shape.month] == 0 else 0)
    breakdowns = groupby(rows, key=lambda row: row["breakdown"])
    return [row for _, own in breakdowns for row in _Thinning(list(own), threshold, shape).shown()]


def of_regions(
    rows: Rows, regions: Sequence[str], nation: Rows, shape: Shape = ON_PROGRAMME
) -> Rows:
    """Return the rows of regions as the nation's report shows them: curves of whole regions, and of no group within one, as
    the nation's curve less those of the other regions would tell it. Of several regions together, and where `regions` is
    empty, as for a part of one, nothing is told of everybody there.
    """
    shown = {
        (row["group"], row[shape.month]): row for row in nation if row["breakdown"] == "region"
    }
    found = []
    for row in rows:
        if row["breakdown"] not in ("all", "region"):
            continue
        code = (
            row["group"]
            if row["breakdown"] == "region"
            else regions[0]
            if len(regions) == 1
            else ""
        )
        own = shown.get((code, row[shape.month])) if regions else None
        names = shape.hidden
        found.append(row | {name: own[name] for name in names} if own else hide(row, names))
    return found


class _Thinning:
    """The curves of one breakdown, processed month by month."""

    def __init__(self, rows: Rows, threshold: int, shape: Shape) -> None:
        self.rows, self.threshold, self.shape = rows, threshold, shape
        self.curves: dict[str, dict[int, Row]] = {}
        for row in rows:
            self.curves.setdefault(row["group"], {})[row[self.shape.month]] = row
        self.since = {group: dict.fromkeys(self.shape.events, 0) for group in self.curves}
        self.shown_before = set(self.curves)
        self.ended: set[str] = set()
        self.hidden: dict[tuple[str, int], set[str]] = {}

    def shown(self) -> Rows:
        for month in sorted({row[self.shape.month] for row in self.rows}):
            self._month(month)
        return [hide(row, self.hidden[row["group"], row[self.shape.month]]) for row in self.rows]

    def _month(self, month: int) -> None:
        """Decide what every group shows at a month."""
        here = {group: curve[month] for group, curve in self.curves.items() if month in curve}
        counts = {group: self._counted(group, month) for group in self.curves}
        for group, found in counts.items():
            self.since[group] = {
                name: self.since[group][name] + found[name] for name in self.shape.events
            }
        at_risk = {group: row["number_at_risk"] for group, row in here.items()}
        self.ended |= {group for group, count in at_risk.items() if count < self.threshold}
        self.ended |= self._enough(self.ended & here.keys(), at_risk)
        shows = self._showing(month, here, counts)
        beside = {group: found[self.shape.beside] for group, found in counts.items()}
        unsaid = {
            group for group, count in beside.items() if is_small(count, self.threshold)
        } | self.ended
        unsaid |= self._enough(unsaid | (counts.keys() - here.keys()), beside)
        for group in here:
            names = {self.shape.beside} if group in unsaid else set()
            names |= {"number_at_risk"} if group in self.ended else set()
            names |= set() if group in shows else {*self.shape.estimates}
            self.hidden[group, month] = names | (
                set() if group in shows & self.shown_before else {*self.shape.events}
            )
        self.shown_before = shows
        for group in shows:
            self.since[group] = dict.fromkeys(self.shape.events, 0)

    def _counted(self, group: str, month: int) -> dict[str, int]:
        """Return what happened in a group since the month before; after its last row, what came later than that."""
        curve, names = self.curves[group], (*self.shape.events, self.shape.beside)
        if month in curve:
            return {name: curve[month][name] for name in names}
        last = max(curve)
        later = curve[last]["later"] if last == month - self.shape.step else {}
        return {name: later.get(name, 0) for name in names}

    def _later(self, group: str, month: int) -> dict[str, int]:
        """Return what happens in a group after a month."""
        later = self.curves[group][month]["later"] if month in self.curves[group] else {}
        return {name: later.get(name, 0) for name in self.shape.events}

    def _showing(
        self, month: int, here: dict[str, Row], counts: dict[str, dict[str, int]]
    ) -> set[str]:
        """Return the groups whose estimates are shown: few left in none of them, nor in all the hidden ones together."""
        ready = {
            group
            for group in here.keys() - self.ended
            if not any(
                is_small(count, self.threshold)
                for name in self.shape.events
                for count in (self.since[group][name], self._later(group, month)[name])
            )
        }
        for group in self._by_size(ready, counts):
            if not self._tells(month, ready, counts):
                break
            ready.remove(group)
        return ready

    def _by_size(self, ready: set[str], counts: dict[str, dict[str, int]]) -> Iterator[str]:
        """Yield the groups that would help to hide the others, those with the fewest events first."""
        sizes = {
            group: sum(counts[group][name] + self.since[group][name] for name in self.shape.events)
            for group in ready
        }
        yield from sorted(
            (group for group in ready if sizes[group]), key=lambda group: (sizes[group], group)
        )

    def _tells(self, month: int, ready: set[str], counts: dict[str, dict[str, int]]) -> bool:
        """Return whether subtracting what is shown from all starters would reveal a small number."""
        unshown, unsaid = counts.keys() - ready, counts.keys() - (ready & self.shown_before)
        sums = [sum(self.since[group][name] for group in unshown) for name in self.shape.events]
        sums += [sum(counts[group][name] for group in unsaid) for name in self.shape.events]
        sums += [
            sum(self._later(group, month)[name] for group in unshown) for name in self.shape.events
        ]
        return any(is_small(total, self.threshold) for total in sums)

    def _enough(self, hidden: set[str], counts: dict[str, int]) -> set[str]:
        """Return further groups to hide, smallest first, until nobody or enough left in the hidden ones together."""
        more: set[str] = set()
        for group in sorted(counts.keys() - hidden, key=lambda group: (counts[group], group)):
            if not is_small(sum(counts.get(each, 0) for each in hidden | more), self.threshold):
                break
            more.add(group)
        return more
