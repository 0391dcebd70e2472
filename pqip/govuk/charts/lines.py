"""Lines over time with bands for their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pqip.govuk.charts.base import WIDTH, Chart, Key, Tick, colours, scale


@dataclass(frozen=True)
class Curve:
    """One line over time: points (x, y), with lower and upper limits where known.

    With `step` a value holds until the next point.
    """

    name: str
    points: Sequence[tuple[float, float]]
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    step: bool = False


@dataclass(frozen=True)
class Path:
    """A drawn line with its band, and the position of its name."""

    name: str
    colour: str
    d: str
    band: str
    dash: str
    x: float
    y: float


@dataclass(frozen=True)
class Beneath:
    """A row of numbers beneath the scale, such as how many are still followed: its name, and (x, words)."""

    name: str
    values: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class BeneathDrawn:
    """A row of numbers beneath the scale, with the place of each."""

    name: str
    y: float
    numbers: Sequence[Tick]


@dataclass(frozen=True)
class LineChart(Chart):
    """Lines over time with bands for their intervals, such as a chance of staying, or a forecast against a target.

    `beneath` are numbers that stand under the scale, where they belong to its points.
    """

    curves: Sequence[Curve] = ()
    x_label: str = ""
    x_ticks: Sequence[tuple[float, str]] = ()
    highest: float | None = None
    beneath: Sequence[Beneath] = ()

    drawn_as = "lines"
    ROW = 42
    LEFT = 60
    base = 330
    NAMES = 150
    DASHES = ("", "8 4", "2 4", "10 4 2 4")

    @property
    def height(self) -> int:
        return self.base + 50 + self.ROW * len(self.beneath)

    @property
    def rows_beneath(self) -> list[BeneathDrawn]:
        """Return the numbers beneath the scale with their places: each row's name above its numbers."""
        return [
            BeneathDrawn(
                row.name,
                self.base + 66 + self.ROW * nth,
                [Tick(self._x(value), text) for value, text in row.values],
            )
            for nth, row in enumerate(self.beneath)
        ]

    @cached_property
    def _y_ticks(self) -> list[float]:
        if self.highest:
            return [self.highest * part / 4 for part in range(5)]
        return scale(
            max(
                (max([y for _, y in curve.points] + list(curve.upper)) for curve in self.curves),
                default=1,
            )
        )

    @cached_property
    def _span(self) -> tuple[float, float]:
        xs = [x for curve in self.curves for x, _ in curve.points] + [x for x, _ in self.x_ticks]
        return (min(xs, default=0), max(xs, default=1))

    def _x(self, value: float) -> float:
        first, last = self._span
        return round(
            self.LEFT + (WIDTH - self.LEFT - self.NAMES) * (value - first) / ((last - first) or 1),
            1,
        )

    def _y(self, value: float) -> float:
        return round(self.base - (self.base - 20) * value / self._y_ticks[-1], 1)

    @property
    def right(self) -> int:
        return WIDTH - self.NAMES

    @property
    def y_ticks(self) -> list[Tick]:
        words = self.on_axis(self._y_ticks)
        return [
            Tick(self._y(value), text) for value, text in zip(self._y_ticks, words, strict=True)
        ]

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(self._x(value), text) for value, text in self.x_ticks]

    @property
    def keys(self) -> list[Key]:
        return []

    @property
    def paths(self) -> list[Path]:
        palette = colours(len(self.curves))
        drawn = [
            self._path(i, curve, palette[i]) for i, curve in enumerate(self.curves) if curve.points
        ]
        return _without_overlaps(drawn)

    def _path(self, i: int, curve: Curve, colour: str) -> Path:
        x, y = curve.points[-1]
        return Path(
            curve.name, colour, self._drawn(curve.points, curve.step), self._band(curve), self.DASHES[i],
            self._x(x) + 8, self._y(y) + 5,
        )  # fmt: skip

    def _drawn(self, points: Sequence[tuple[float, float]], step: bool) -> str:
        spots = [(self._x(x), self._y(y)) for x, y in points]
        moves = [f"M{spots[0][0]} {spots[0][1]}"]
        for _, (x, y) in pairwise(spots):
            moves.append(f"H{x}V{y}" if step else f"L{x} {y}")
        return "".join(moves)

    def _band(self, curve: Curve) -> str:
        if not curve.upper:
            return ""
        xs = [x for x, _ in curve.points]
        over = self._drawn(list(zip(xs, curve.upper, strict=True)), curve.step)
        under = list(zip(xs, curve.lower, strict=True))[::-1]
        back = [f"L{self._x(under[0][0])} {self._y(under[0][1])}"]
        for _, (x, y) in pairwise(under):
            back.append(
                f"V{self._y(y)}H{self._x(x)}" if curve.step else f"L{self._x(x)} {self._y(y)}"
            )
        return over + "".join(back) + "Z"


def _without_overlaps(paths: list[Path], least: float = 17) -> list[Path]:
    """Return the lines with their names moved so that no two overlap."""
    placed: list[Path] = []
    for path in sorted(paths, key=lambda each: each.y):
        y = max(path.y, placed[-1].y + least) if placed else path.y
        placed.append(Path(path.name, path.colour, path.d, path.band, path.dash, path.x, y))
    return placed
