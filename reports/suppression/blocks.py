"""Counts that hang together, and the fewest of them to hide: linear programming with HiGHS (decision 23).

What a reader does not know is a vector of deviations from the true counts: zero where a count is shown, never below minus the
count, and adding up as the counts do. The range of a hidden count is that of its deviation.

1. Small counts are hidden. While the range of a hidden count is too narrow, the cheapest deviations that make it wide enough
   are sought, and every count in which they are not zero is hidden too.
2. Each count hidden for others' sake, the dearest first, is shown again where all ranges stay wide enough.
3. A small block is then solved exactly: a mixed-integer program chooses the counts; each choice that leaves a range too
   narrow adds the inequality that forbids it, from the dual values, until a choice holds. The cheaper of both is taken.

Work is limited by numbers of programs solved and of nodes, never by a clock, so that the same counts have the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
#: Programs solved for one block before it is left as it is, safe though more may be hidden than need be.
PROGRAMS = 6000
#: Counts of a block that is solved exactly; choices tried, and nodes searched for each.
EXACT, CHOICES, NODES = 60, 40, 400
#: Deviations remembered from one question to the next.
KEPT = 300
#: Programs that look at many ranges at once, while so many are not known to be wide.
TOGETHER, FEW = 16, 6
NEAR = 1e-6


@dataclass(frozen=True)
class Block:
    """Counts with the cost of hiding each, those that must be hidden, those that must not be found out where they are hidden,
    and lines: sums of counts (place, sign) that are known to be what they are.
    """

    values: Sequence[int]
    costs: Sequence[int]
    must: Sequence[bool]
    secret: Sequence[bool]
    lines: Sequence[Sequence[tuple[int, int]]]
    threshold: int


@dataclass(frozen=True)
class Found:
    """The places of the counts to hide, and of those that cannot be protected (`solving.Solution`)."""

    hidden: set[int]
    exposed: set[int]
    too_many: bool


class TooMuch(Exception):
    """So many programs were solved that the block is left as it is."""


def protected(block: Block) -> Found:
    """Return which counts of a block to hide."""
    search = _Search(block)
    must = {nth for nth, is_must in enumerate(block.must) if is_must}
    exposed: set[int] = set()
    too_many = False
    search.only_what_can_be_protected(must)
    chosen = set(must)
    try:
        exposed = search.widen(chosen)
        search.show_again(chosen, must, exposed)
        chosen = search.exactly(chosen, must, exposed)
    except TooMuch:
        too_many = True
        search.left = PROGRAMS
        if search.narrow(chosen - exposed, chosen):
            chosen = {nth for nth in range(len(block.values)) if search.may[nth]} | must
    return Found(chosen, exposed, too_many)


def too_narrow(block: Block) -> list[int]:
    """Return the counts whose range is too narrow while all of the block are hidden."""
    every = set(range(len(block.values)))
    return _Search(block).narrow(every, every)


@dataclass
class _Search:
    block: Block
    left: int = PROGRAMS
    #: Deviations known to be possible: each holds while every count in which it is not zero is hidden.
    known: list[Vector] = field(default_factory=list)

    def __post_init__(self) -> None:
        block = self.block
        self.size = len(block.values)
        self.values = np.array(block.values, dtype=float)
        #: More than any count can be.
        self.most = float(self.values.sum() + 2 * block.threshold)
        self.may = np.ones(self.size, dtype=bool)
        # Fewest counts first, then the smallest: a fiftieth of a detail for each doubling, so that few more change nothing.
        sizes = np.array([value.bit_length() for value in block.values], dtype=float)
        costs = np.array(block.costs, dtype=float)
        self.weights = np.where(costs > 0, costs + 0.02 * sizes, 0.0)
        self.check = _program(self.size, block.lines)
        # One program is asked again and again with another aim: from where it stands, and exactly, it is there soonest.
        self.check.setOptionValue("presolve", "off")
        self.check.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
        self.open: set[int] = set()
        self.seek: highspy.Highs | None = None
        #: Counts hidden for others' sake, each with the one for which it was.
        self.added: dict[int, int] = {}
        self.low, self.high = np.zeros(self.size), np.zeros(self.size)

    # What a reader could find out

    def narrow(self, which: set[int], hidden: set[int]) -> list[int]:
        """Return those of `which` whose range is too narrow while `hidden` are hidden, in order of their counts."""
        self._hide(hidden)
        self._see_many([nth for nth in sorted(which) if self.block.secret[nth]])
        return [
            nth
            for nth in sorted(which, key=lambda nth: (self.values[nth], nth))
            if self.block.secret[nth] and not self._is_wide(nth, hidden)
        ]

    def _is_wide(self, nth: int, hidden: set[int]) -> bool:
        """Return whether a hidden count's range is wide enough."""
        self._hide(hidden)
        for sign in (0, 1, -1):
            if sign:
                self._bound(nth, sign)
            if self.high[nth] - self.low[nth] >= self.block.threshold - NEAR:
                return True
        return False

    def _see_many(self, which: list[int]) -> None:
        """Look for deviations that make many ranges wide at once, so that few remain to be looked at one by one."""
        for turn in range(TOGETHER):
            apart = self.high[which] - self.low[which]
            narrow = np.array(which)[apart < self.block.threshold - NEAR]
            if len(narrow) < FEW:
                return
            signs = np.where((narrow >> (turn // 2)) & 1, 1.0, -1.0) * (-1.0) ** turn
            places = narrow.astype(np.int32)
            self.check.changeColsCost(len(places), places, signs)
            found = self._run(self.check)
            self.check.changeColsCost(len(places), places, np.zeros(len(places)))
            self._keep(found)

    def _bound(self, nth: int, sign: int) -> None:
        """Find how far one deviation can go up or down, by linear programming."""
        self.check.changeColCost(nth, -float(sign))
        found = self._run(self.check)
        self.check.changeColCost(nth, 0.0)
        self._keep(found)

    def _keep(self, found: Vector) -> None:
        """Remember a deviation that is possible while what is hidden now is hidden."""
        self.known.append(found)
        np.minimum(self.low, found, out=self.low)
        np.maximum(self.high, found, out=self.high)

    def _hide(self, hidden: set[int]) -> None:
        """Set which counts are hidden; the least and the most seen of each are then of deviations that remain possible."""
        if hidden == self.open:
            return
        for nth in hidden - self.open:
            self.check.changeColBounds(nth, -self.values[nth], self.most)
        for nth in self.open - hidden:
            self.check.changeColBounds(nth, 0.0, 0.0)
        self.open = set(hidden)
        self.low, self.high = np.zeros(self.size), np.zeros(self.size)
        if self.known:
            self.known = self.known[-KEPT:]
            shown = np.ones(self.size, dtype=bool)
            shown[list(hidden)] = False
            every = np.array(self.known)
            every = every[~np.any(np.abs(every[:, shown]) > NEAR, axis=1)]
            if len(every):
                self.low = np.minimum(self.low, every.min(axis=0))
                self.high = np.maximum(self.high, every.max(axis=0))

    def _run(self, program: highspy.Highs) -> Vector:
        self.left -= 1
        if self.left < 0:
            raise TooMuch
        program.run()
        if program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            program.clearSolver()
            program.run()
        return np.array(program.getSolution().col_value)

    def only_what_can_be_protected(self, must: set[int]) -> None:
        """Leave out the counts that would be known although hidden, as what is shown elsewhere tells them."""
        while True:
            may = {nth for nth in range(self.size) if self.may[nth]}
            known = self.narrow(may - must, may | must)
            if not known:
                return
            self.may[known] = False

    # What is hidden

    def widen(self, hidden: set[int]) -> set[int]:
        """Hide more until every range is wide enough; return those for which nothing helps."""
        exposed: set[int] = set()
        while True:
            narrow = self.narrow(hidden - exposed, hidden)
            if not narrow:
                return exposed
            for nth in narrow:
                if self._is_wide(nth, hidden):
                    continue
                more = self._cheapest(nth, hidden)
                if more is None:
                    exposed.add(nth)
                else:
                    self.added |= dict.fromkeys(more - hidden, nth)
                    hidden |= more

    def _cheapest(self, nth: int, hidden: set[int]) -> set[int] | None:
        """Return the counts in the cheapest deviations that make a range wide enough; None where there are none.

        Two deviations, one up and one down, may be as large as they need. Cost is per person moved, so it is asked three
        times, each time dearer where few were moved before: that leaves fewer counts.
        """
        size, program = self.size, self._seeking()
        own = np.array([nth, size + nth, 2 * size + nth, 3 * size + nth], dtype=np.int32)
        apart = np.array([1.0, -1.0, -1.0, 1.0])
        program.addRow(float(self.block.threshold), highspy.kHighsInf, 4, own, apart)
        try:
            return self._fewest(program, hidden)
        finally:
            last = np.array([program.getNumRow() - 1], dtype=np.int32)
            program.deleteRows(1, last)

    def _seeking(self) -> highspy.Highs:
        """Return the program of two deviations, each as columns of up and of down; up less down is the deviation."""
        if self.seek is None:
            size, lines = self.size, self.block.lines
            self.seek = _program(
                4 * size, [_moved(line, size, part) for part in (0, 2) for line in lines]
            )
            places = np.arange(4 * size, dtype=np.int32)
            up = np.where(self.may | np.array(self.block.must), self.most, 0.0)
            down = np.where(self.may | np.array(self.block.must), self.values, 0.0)
            most = np.concatenate([up, down, up, down])
            self.seek.changeColsBounds(4 * size, places, np.zeros(4 * size), most)
        return self.seek

    def _fewest(self, program: highspy.Highs, hidden: set[int]) -> set[int] | None:
        """Return the counts in which deviations are not zero, asked again with few people moved made dearer."""
        size = self.size
        price = np.where([place in hidden for place in range(size)], 0.0, self.weights)
        best: set[int] | None = None
        for _again in range(3):
            program.changeColsCost(
                4 * size, np.arange(4 * size, dtype=np.int32), np.tile(price, 4) + 1e-7
            )
            self.left -= 1
            if self.left < 0:
                raise TooMuch
            program.run()
            if program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            flow = np.array(program.getSolution().col_value).reshape(4, size)
            for up, down in ((0, 1), (2, 3)):
                self.known.append(flow[up] - flow[down])
            moved = np.abs(flow[0] - flow[1]) + np.abs(flow[2] - flow[3])
            support = {place for place in range(size) if moved[place] > NEAR}
            if best is None or self._cost(support - hidden) < self._cost(best - hidden) - NEAR:
                best = support
            price = np.where(price > 0, self.weights / (moved + 0.2), 0.0)
        return best

    def _cost(self, places: set[int]) -> float:
        return float(sum(self.weights[place] for place in places))

    def show_again(self, hidden: set[int], must: set[int], exposed: set[int]) -> None:
        """Show each count again that is hidden for others' sake where all stay protected, until none can be shown.

        A count that cannot be shown stays so while the count that it protects is hidden.
        """
        protects = dict(self.added)
        tried: set[int] = set()
        while extra := [
            nth
            for nth in sorted(hidden - must, key=lambda nth: (-self.weights[nth], nth))
            if nth not in tried or protects[nth] not in hidden
        ]:
            for nth in extra:
                fewer = hidden - {nth}
                narrow = self._first_narrow(fewer - exposed, fewer, protects.get(nth))
                if narrow is None:
                    hidden.discard(nth)
                else:
                    tried.add(nth)
                    protects[nth] = narrow

    def _first_narrow(self, which: set[int], hidden: set[int], first: int | None) -> int | None:
        """Return a count whose range is too narrow, `first` being looked at first; None where there is none."""
        self._hide(hidden)
        apart = self.high - self.low
        for nth in sorted(which, key=lambda nth: (nth != first, apart[nth], nth)):
            if self.block.secret[nth] and not self._is_wide(nth, hidden):
                return nth
        return None

    # A small block, exactly

    def exactly(self, hidden: set[int], must: set[int], exposed: set[int]) -> set[int]:
        """Return the cheapest counts to hide, where the block is small and the search ends in time; else those given."""
        if len(hidden) - len(must) < 2 or self.size > EXACT or exposed:
            return hidden
        chooser = _program(self.size, [])
        for nth in range(self.size):
            chooser.changeColBounds(nth, float(nth in must), float(self.may[nth] or nth in must))
            chooser.changeColIntegrality(nth, highspy.HighsVarType.kInteger)
            chooser.changeColCost(nth, float(self.weights[nth]))
        chooser.setOptionValue("mip_max_nodes", NODES)
        chooser.setOptionValue("mip_rel_gap", 0.0)
        for _choice in range(CHOICES):
            chooser.run()
            if chooser.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return hidden
            values = chooser.getSolution().col_value
            chosen = {nth for nth in range(self.size) if values[nth] > 0.5}
            if self._cost(chosen) >= self._cost(hidden) - NEAR:
                return hidden
            narrow = self.narrow(chosen, chosen)
            if not narrow:
                return chosen
            for nth in narrow:
                places, amounts = self._forbids(nth, chosen)
                chooser.addRow(0.0, highspy.kHighsInf, len(places), places, amounts)
        return hidden

    def _forbids(self, nth: int, hidden: set[int]) -> tuple[NDArray[np.int32], Vector]:
        """Return the inequality (places, amounts, at least 0) that a choice breaks which leaves a count's range too narrow.

        By the dual values, the range is at most the sum of what each hidden count allows. So more of these must be hidden, or
        the count must be shown.
        """
        allows = np.zeros(self.size)
        self._hide(hidden)
        for sign in (1, -1):
            self.check.changeColCost(nth, -float(sign))
            self._run(self.check)
            duals = np.array(self.check.getSolution().col_dual)
            self.check.changeColCost(nth, 0.0)
            allows += np.where(duals < 0, -duals * self.most, duals * self.values)
        threshold = float(self.block.threshold)
        allows = np.minimum(np.where(allows > NEAR, allows, 0.0), threshold)
        allows[nth] -= threshold
        places = np.flatnonzero(allows).astype(np.int32)
        return places, allows[places]


def _program(size: int, lines: Sequence[Sequence[tuple[int, int]]]) -> highspy.Highs:
    """Return a linear program with this many columns, all 0, and lines that add up to 0."""
    program = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("solver", "simplex"),
    ):
        program.setOptionValue(name, value)
    zero = np.zeros(size)
    program.addCols(size, zero, zero, zero, 0, np.array([]), np.array([]), np.array([]))
    if lines:
        starts = np.cumsum([0, *(len(line) for line in lines)])[:-1].astype(np.int32)
        every = [entry for line in lines for entry in line]
        places = np.array([place for place, _sign in every], dtype=np.int32)
        signs = np.array([sign for _place, sign in every], dtype=float)
        none = np.zeros(len(lines))
        program.addRows(len(lines), none, none, len(every), starts, places, signs)
    return program


def _moved(line: Sequence[tuple[int, int]], size: int, part: int) -> list[tuple[int, int]]:
    """Return a line for deviations that are written as up less down, in the columns of two parts."""
    return [
        (place + size * (part + down), -sign if down else sign)
        for place, sign in line
        for down in (0, 1)
    ]
