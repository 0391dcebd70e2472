"""What steps are made of: what they may raise, the choices they draw, and the table they stand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
#: A number is drawn below this and brought into range by what asks for it.
LARGE = 1 << 20


class Broken(Exception):
    """Something that must hold does not. `kind` is what a shorter sequence must break too; the words say the rest."""

    def __init__(self, kind: str, words: str = "") -> None:
        super().__init__(f"{kind}: {words}" if words else kind)
        self.kind, self.words = kind, words


class Refused(Exception):
    """The step was refused in words, as a file is."""


class Nothing(Exception):
    """There is nothing yet that the step could be about."""


class Draw:
    """Choices from a seed, or from the numbers that were drawn before; past their end, the first choice."""

    def __init__(self, source: Random | Sequence[int]) -> None:
        self.source = source
        self.drawn: list[int] = []

    def number(self, below: int) -> int:
        place = len(self.drawn)
        if isinstance(self.source, Random):
            value = self.source.randrange(LARGE)
        else:
            value = self.source[place] if place < len(self.source) else 0
        self.drawn.append(value)
        return value % below

    def one(self, of: Sequence[T]) -> T:
        if not of:
            raise Nothing
        return of[self.number(len(of))]

    def some(self, of: Sequence[T]) -> list[T]:
        """At least one of them, more often all."""
        if not of:
            raise Nothing
        if self.often(60):
            return list(of)
        mask = self.number((1 << len(of)) - 1) + 1
        return [each for place, each in enumerate(of) if mask >> place & 1]

    def often(self, percent: int) -> bool:
        """True in so many cases of a hundred, and where numbers are lowered."""
        return self.number(100) < percent


class Move(NamedTuple):
    """A step by its name, and the numbers it draws."""

    name: str
    numbers: list[int]


Step = Callable[[Any, Draw], None]


@dataclass
class Table:
    """The steps of a machine: `@steps(3)` adds a function, drawn three times as often as the plainest."""

    steps: dict[str, Step] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)

    def __call__(self, weight: int = 1) -> Callable[[Step], Step]:
        def add(step: Step) -> Step:
            name = step.__name__
            if name in self.steps:
                raise ValueError(f"Two steps are called {name}.")
            self.steps[name], self.weights[name] = step, weight
            return step

        return add

    def names(self) -> list[str]:
        return [name for name, weight in self.weights.items() for _ in range(weight)]
