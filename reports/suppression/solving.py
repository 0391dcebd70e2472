"""Which counts of a table are hidden so that no small one can be worked out: as few as will do (decision 23).

A `Sums` holds counts and which of them add up to which. `hidden` returns the counts to hide. A reader who knows every count
that is shown, how all add up, and that none is negative, finds for each hidden one a range from the least to the most it
could be: no range is narrower than the threshold. Showing any one of the secondary counts alone would make one narrower.

    sums = Sums()
    sums.count(("NE", "completed"), 3)
    sums.count(("NE", "starters"), 20, cost=TOTAL)
    sums.adds_up(("NE", "starters"), [("NE", "completed"), …])
    hidden(sums, threshold=5).cells

The answer depends on the counts and on the order in which they were named, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from reports.suppression.blocks import Block, protected, too_narrow

#: What it costs to hide a count: a detail, the total of details, and a total that should be shown if at all possible.
DETAIL, TOTAL, MAIN = 1, 20, 400


@dataclass(frozen=True)
class Count:
    """A count of people: how many, what hiding it costs, whether it is shown elsewhere or hidden already, and whether it may
    not be found out: a count that is never published may.
    """

    value: int
    cost: int
    shown: bool
    hidden: bool
    secret: bool


@dataclass
class Sums:
    """Counts by key, and which add up to which."""

    counts: dict[Hashable, Count] = field(default_factory=dict)
    totals: list[tuple[Hashable, tuple[Hashable, ...]]] = field(default_factory=list)

    def count(
        self,
        key: Hashable,
        value: int,
        *,
        cost: int = DETAIL,
        shown: bool = False,
        hidden: bool = False,
        published: bool = True,
    ) -> None:
        """Add a count. One that is `shown` is published elsewhere and cannot be hidden; one that is `hidden` is hidden there.
        One that is not `published` helps to hide others, and may itself be found out.
        """
        self.counts[key] = Count(value, cost, shown, hidden or not published, published)

    def adds_up(self, total: Hashable, parts: Iterable[Hashable]) -> None:
        """Say that parts add up to a total. Raises ValueError where they do not."""
        names = tuple(parts)
        if self.counts[total].value != sum(self.counts[name].value for name in names):
            raise ValueError(f"{names} do not add up to {total}")
        self.totals.append((total, names))


@dataclass(frozen=True)
class Solution:
    """The counts to hide.

    `too_many` says that the work was broken off, so that more may be hidden than need be; `exposed` names small counts that
    what is shown elsewhere gives away, whatever is hidden here.
    """

    cells: frozenset[Hashable]
    too_many: bool = False
    exposed: frozenset[Hashable] = frozenset()


def hidden(sums: Sums, threshold: int) -> Solution:
    """Return the counts to hide, block by block: a block is what hangs together by counts that may be hidden."""
    cells: set[Hashable] = set()
    exposed: set[Hashable] = set()
    too_many = False
    for keys, totals in _blocks(sums):
        counts = [sums.counts[key] for key in keys]
        must = [one.hidden or 0 < one.value < threshold for one in counts]
        if not any(is_must and one.secret for is_must, one in zip(must, counts, strict=True)):
            cells |= {key for key, is_must in zip(keys, must, strict=True) if is_must}
            continue
        found = protected(_block(keys, counts, must, totals, threshold))
        cells |= {keys[nth] for nth in found.hidden}
        exposed |= {keys[nth] for nth in found.exposed}
        too_many |= found.too_many
    return Solution(frozenset(cells), too_many, frozenset(exposed))


def narrow(sums: Sums, threshold: int) -> set[Hashable]:
    """Return the hidden counts whose range is narrower than the threshold, where every other count is shown."""
    found: set[Hashable] = set()
    for keys, totals in _blocks(sums):
        counts = [sums.counts[key] for key in keys]
        block = _block(keys, counts, [True] * len(keys), totals, threshold)
        found |= {keys[nth] for nth in too_narrow(block)}
    return found


def _block(
    keys: Sequence[Hashable],
    counts: Sequence[Count],
    must: Sequence[bool],
    totals: Sequence[tuple[Hashable, tuple[Hashable, ...]]],
    threshold: int,
) -> Block:
    place = {key: nth for nth, key in enumerate(keys)}
    lines = []
    for total, parts in totals:
        line = [(place[part], 1) for part in parts if part in place]
        line += [(place[total], -1)] if total in place else []
        lines.append(line)
    return Block(
        values=[one.value for one in counts],
        costs=[0 if one.hidden else one.cost for one in counts],
        must=list(must),
        secret=[one.secret for one in counts],
        lines=lines,
        threshold=threshold,
    )


def _blocks(sums: Sums) -> list[tuple[list[Hashable], list[tuple[Hashable, tuple[Hashable, ...]]]]]:
    """Return the keys of each block with the totals that hold its counts together, in the order they were named."""
    free = [key for key, one in sums.counts.items() if not one.shown]
    root = {key: key for key in free}

    def first(key: Hashable) -> Hashable:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for total, parts in sums.totals:
        within = [key for key in (total, *parts) if key in root]
        for key in within[1:]:
            root[first(key)] = first(within[0])
    keys: dict[Hashable, list[Hashable]] = {}
    for key in free:
        keys.setdefault(first(key), []).append(key)
    totals: dict[Hashable, list[tuple[Hashable, tuple[Hashable, ...]]]] = {}
    for total, parts in sums.totals:
        within = [key for key in (total, *parts) if key in root]
        if within:
            totals.setdefault(first(within[0]), []).append((total, parts))
    return [(own, totals.get(name, [])) for name, own in keys.items()]
