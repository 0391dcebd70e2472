"""Many small charts on one scale: one place each, what was and what is expected against a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

from pqip.govuk.charts.base import COLOURS, Chart, Tick


@dataclass(frozen=True)
class Panel:
    """One place: points (x, y) of what was, and of what is expected with their limits. Without points `says` stands alone.

    `url` leads to the place's own page.
    """

    name: str
    says: str
    was: Sequence[tuple[float, float]] = ()
    ahead: Sequence[tuple[float, float]] = ()
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    url: str = ""

    @property
    def is_drawn(self) -> bool:
        return bool(self.was or self.ahead)

    @property
    def values(self) -> list[float]:
        return [y for _, y in (*self.was, *self.ahead)] + [*self.lower, *self.upper]


@dataclass(frozen=True)
class Drawn:
    """A panel's lines as paths."""

    panel: Panel
    was: str
    ahead: str
    band: str


@dataclass(frozen=True)
class Multiples(Chart):
    """Panels side by side, all on the same scale; `level` is the line that all are compared with, such as 100% of the target."""

    panels: Sequence[Panel] = ()
    level: float = 100
    x_ticks: Sequence[tuple[float, str]] = ()
    step: float = 20

    drawn_as = "multiples"
    colour = COLOURS[0]
    WIDTH = 260
    height = 150
    LEFT = 44
    RIGHT = 14
    TOP = 8
    base = 120
    #: Pixels between two labels of the scale.
    APART = 14

    @cached_property
    def _span(self) -> tuple[float, float]:
        values = [value for each in self.panels for value in each.values] + [self.level]
        return (
            max(floor(min(values) / self.step) * self.step, 0),
            ceil(max(values) / self.step) * self.step or self.step,
        )

    @cached_property
    def _times(self) -> tuple[float, float]:
        xs = [x for each in self.panels for x, _ in (*each.was, *each.ahead)]
        xs += [x for x, _ in self.x_ticks]
        return min(xs, default=0), max(xs, default=1)

    def _x(self, value: float) -> float:
        first, last = self._times
        return round(
            self.LEFT
            + (self.WIDTH - self.LEFT - self.RIGHT) * (value - first) / ((last - first) or 1),
            1,
        )

    def _y(self, value: float) -> float:
        low, high = self._span
        return round(self.base - (self.base - self.TOP) * (value - low) / ((high - low) or 1), 1)

    @property
    def level_y(self) -> float:
        return self._y(self.level)

    @property
    def right(self) -> int:
        return self.WIDTH - self.RIGHT

    @property
    def y_ticks(self) -> list[Tick]:
        """The level, and the lowest and the highest where they are far enough from it to be read."""
        ends = [one for one in self._span if abs(self._y(one) - self.level_y) >= self.APART]
        return [Tick(self._y(value), self.written(value)) for value in sorted({self.level, *ends})]

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(self._x(value), text) for value, text in self.x_ticks]

    @property
    def drawn(self) -> list[Drawn]:
        return [
            Drawn(each, self._line(each.was), self._line(each.ahead), self._band(each))
            for each in self.panels
        ]

    @property
    def keys(self) -> list[object]:
        return []

    def _line(self, points: Sequence[tuple[float, float]]) -> str:
        spots = [f"{self._x(x)} {self._y(y)}" for x, y in points]
        return f"M{'L'.join(spots)}" if spots else ""

    def _band(self, panel: Panel) -> str:
        if not panel.upper:
            return ""
        xs = [x for x, _ in panel.ahead]
        over = list(zip(xs, panel.upper, strict=True))
        under = list(zip(xs, panel.lower, strict=True))[::-1]
        return f"{self._line([*over, *under])}Z"
