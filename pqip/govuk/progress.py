"""The progress map: criteria as rows, pieces of evidence as columns, and a letter where they meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: state → letter, words, class
STATES = {
    "met": ("C", "competent", "app-map__met"),
    "not": ("N", "not yet competent", "app-map__not"),
    "waiting": ("W", "waiting for a decision", "app-map__waiting"),
    "countersign": ("S", "waiting for a countersignature", "app-map__waiting"),
    "returned": ("R", "returned by the countersigner", "app-map__not"),
}


@dataclass(frozen=True)
class Evidence:
    """A column: the short reference, the title for screen readers, and the address."""

    key: str
    reference: str
    title: str
    url: str = ""


@dataclass(frozen=True)
class Criterion:
    """A row: `states` by the evidence's key (each one of `STATES`); `met` where enough evidence shows it."""

    reference: str
    text: str
    states: Mapping[str, str] = field(default_factory=dict)
    met: bool = False


@dataclass(frozen=True)
class Unit:
    """Criteria under their unit's heading, with the unit's progress in words."""

    title: str
    criteria: Sequence[Criterion]
    summary: str = ""


@dataclass(frozen=True)
class Mark:
    """The cell where a criterion and a piece of evidence meet."""

    letter: str = ""
    words: str = ""
    css: str = ""


@dataclass(frozen=True)
class ProgressMap:
    """A complete qualification, or one unit of it."""

    caption: str
    evidence: Sequence[Evidence]
    units: Sequence[Unit]

    @property
    def width(self) -> int:
        return len(self.evidence) + 2

    @property
    def key(self) -> list[Mark]:
        return [Mark(*state) for state in STATES.values()]

    @property
    def body(self) -> list[tuple[Unit, list[tuple[Criterion, list[Mark]]]]]:
        return [
            (unit, [(each, self._marks(each)) for each in unit.criteria]) for unit in self.units
        ]

    def _marks(self, criterion: Criterion) -> list[Mark]:
        states = [criterion.states.get(each.key) for each in self.evidence]
        return [Mark(*STATES[state]) if state else Mark() for state in states]
