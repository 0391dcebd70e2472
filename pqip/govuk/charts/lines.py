"""Lines over time with bands for their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil

from pqip.govuk.charts.base import Chart, Key, Tick, colours, scale


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

    `beneath` are numbers that stand under the scale, where they belong to its points. Names stand at the end of their lines;
    with `has_key`, and on a phone, above the picture.
    """

    curves: Sequence[Curve] = ()
    x_label: str = ""
    x_ticks: Sequence[tuple[float, str]] = ()
    highest: float | None = None
    beneath: Sequence[Beneath] = ()
    has_key: bool = False

    drawn_as = "lines"
    ROW = 42
    base = 330
    #: The room of a letter beneath the scale, and between two words.
    LETTER, SPACE = 7.5, 8
    DASHES = ("", "8 4", "2 4", "10 4 2 4")

    @property
    def height(self) -> int:
        return self.base + 50 + self.ROW * len(self.beneath)

    @property
    def LEFT(self) -> int:
        return 46 if self.is_narrow else 60

    @property
    def _names(self) -> int:
        """Return the room for names at the end of lines, or for half a number beneath the last point."""
        return 20 if self.is_narrow else 60 if self.has_key else 150

    @property
    def names_at_the_end(self) -> bool:
        return not (self.has_key or self.is_narrow)

    def _that_fit(self, words: Sequence[tuple[float, str]]) -> list[Tick]:
        """Return words beneath the scale with their places: every second or third where all would not fit."""
        longest = max((len(text) for _x, text in words), default=0) * self.LETTER + self.SPACE
        between = min(
            (self._x(b) - self._x(a) for (a, _), (b, _) in pairwise(words)), default=longest
        )
        every = max(1, ceil(longest / between)) if between > 0 else 1
        return [Tick(self._x(value), text) for value, text in words[::every]]

    @property
    def rows_beneath(self) -> list[BeneathDrawn]:
        """Return the numbers beneath the scale with their places: each row's name above its numbers."""
        return [
            BeneathDrawn(row.name, self.base + 66 + self.ROW * nth, self._that_fit(row.values))
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
            self.LEFT
            + (self.width - self.LEFT - self._names) * (value - first) / ((last - first) or 1),
            1,
        )

    def _y(self, value: float) -> float:
        return round(self.base - (self.base - 20) * value / self._y_ticks[-1], 1)

    @property
    def right(self) -> int:
        return self.width - self._names

    @property
    def y_ticks(self) -> list[Tick]:
        words = self.on_axis(self._y_ticks)
        return [
            Tick(self._y(value), text) for value, text in zip(self._y_ticks, words, strict=True)
        ]

    @property
    def ticks(self) -> list[Tick]:
        return self._that_fit(self.x_ticks)

    @property
    def keys(self) -> list[Key]:
        if self.names_at_the_end or len(self.curves) < 2:
            return []
        palette = colours(len(self.curves))
        return [
            Key(curve.name, palette[i], is_line=True, dash=self.DASHES[i])
            for i, curve in enumerate(self.curves)
            if curve.points
        ]

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
