"""Charts drawn on the server: the geometry here, the SVG in `templates/govuk/charts/`.

At most four categories, in the Government Analysis Function's colours and order; bars start at zero; every chart carries
a title that states its finding, a description for those who do not see it, and its table beneath.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import floor, log10
from uuid import uuid4

from pqip.govuk.formats import number
from pqip.govuk.tables import Table

#: Analysis Function categorical palette: dark blue, turquoise, dark pink, orange. Two categories: dark blue and orange.
COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25")
TWO = ("#12436D", "#F46A25")
#: What is written on each colour, so that it can be read.
INK = {"#12436D": "#ffffff", "#28A197": "#0b0c0c", "#801650": "#ffffff", "#F46A25": "#0b0c0c"}
MOST = 4

WIDTH = 760
LABELS = 210
RIGHT = 70
TOP = 10


@dataclass(frozen=True)
class Series:
    """One category: its name and a value per label; None where there is none to show."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    at: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A rectangle with its number."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    text: str
    text_x: float
    text_y: float
    ink: str = "#0b0c0c"
    anchor: str = "start"


@dataclass(frozen=True)
class Line:
    """A row's label beside the bars."""

    text: str
    y: float


@dataclass(frozen=True)
class Key:
    """A series in the key."""

    name: str
    colour: str


@dataclass(frozen=True)
class Chart:
    """What every chart has. `description` says in words what the picture shows."""

    title: str
    subtitle: str
    description: str
    table: Table | None = None
    source: str = ""
    unit: str = ""
    places: int | None = None

    @cached_property
    def uid(self) -> str:
        return f"chart-{uuid4().hex[:8]}"

    def written(self, value: float) -> str:
        """A value as it stands in the chart."""
        return f"{number(value, self.places)}{'%' if self.unit == '%' else ''}"


def colours(count: int) -> Sequence[str]:
    """The palette for so many categories. Raises ValueError for more than four."""
    if count > MOST:
        raise ValueError(f"A chart shows at most {MOST} categories; got {count}. Group the smallest, or use a table.")
    return TWO if count == 2 else COLOURS[:count]


def scale(highest: float, steps: int = 5) -> list[float]:
    """Round numbers from zero to at least `highest`."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / steps
    size = 10 ** floor(log10(rough))
    step = next(size * nice for nice in (1, 2, 2.5, 5, 10) if size * nice >= rough)
    ticks = [0.0]
    while ticks[-1] < highest:
        ticks.append(round(ticks[-1] + step, 10))
    return ticks


@dataclass(frozen=True)
class BarChart(Chart):
    """Horizontal bars: one series, several side by side, or `stacked`. Long labels stand beside their bars, never turned."""

    labels: Sequence[str] = ()
    series: Sequence[Series] = ()
    stacked: bool = False

    template = "govuk/charts/bars.html"
    BAR = 22
    GAP = 16

    @cached_property
    def palette(self) -> Sequence[str]:
        return colours(len(self.series))

    @property
    def keys(self) -> list[Key]:
        if len(self.series) < 2:
            return []
        return [Key(each.name, colour) for each, colour in zip(self.series, self.palette, strict=True)]

    @cached_property
    def _ticks(self) -> list[float]:
        if self.unit == "%" and self.stacked:
            return [0.0, 25.0, 50.0, 75.0, 100.0]
        rows = [[each.values[i] or 0 for each in self.series] for i in range(len(self.labels))]
        return scale(max((sum(row) if self.stacked else max(row) for row in rows), default=0))

    def _x(self, value: float) -> float:
        return round(LABELS + (WIDTH - LABELS - RIGHT) * value / self._ticks[-1], 1)

    @property
    def _row(self) -> int:
        return (self.BAR if self.stacked else self.BAR * len(self.series)) + self.GAP

    @property
    def height(self) -> int:
        return TOP + self._row * len(self.labels) + 34

    @property
    def base(self) -> int:
        return self.height - 30

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(self._x(value), self.written(value)) for value in self._ticks]

    @property
    def lines(self) -> list[Line]:
        middle = (self._row - self.GAP) / 2 + 5
        return [Line(label, TOP + i * self._row + middle) for i, label in enumerate(self.labels)]

    @property
    def bars(self) -> list[Bar]:
        return [bar for i in range(len(self.labels)) for bar in (self._stack(i) if self.stacked else self._beside(i))]

    def _beside(self, i: int) -> list[Bar]:
        bars = []
        for j, (each, colour) in enumerate(zip(self.series, self.palette, strict=True)):
            value, y = each.values[i], TOP + i * self._row + j * self.BAR
            end = self._x(value or 0)
            text = "not shown" if value is None else self.written(value)
            bars.append(Bar(LABELS, y, end - LABELS, self.BAR - 3, colour, text, end + 6, y + 15))
        return bars

    def _stack(self, i: int) -> list[Bar]:
        bars, start = [], 0.0
        for each, colour in zip(self.series, self.palette, strict=True):
            value = each.values[i] or 0
            x, end = self._x(start), self._x(start + value)
            text, y, width = self.written(value), TOP + i * self._row, max(end - x - 2, 0)
            fits = width > 9 * len(text) + 4
            bars.append(Bar(x, y, width, self.BAR, colour, text if fits else "", x + width / 2, y + 16, INK[colour], "middle"))
            start += value
        return bars


@dataclass(frozen=True)
class Curve:
    """One line over time: points (x, y), and lower and upper limits where they are known. `step` holds until the next point."""

    name: str
    points: Sequence[tuple[float, float]]
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    step: bool = False


@dataclass(frozen=True)
class Path:
    """A drawn line with its band and where its name stands."""

    name: str
    colour: str
    d: str
    band: str
    dash: str
    x: float
    y: float


@dataclass(frozen=True)
class LineChart(Chart):
    """Lines over time with bands for their intervals: a chance of staying, a forecast against a target."""

    curves: Sequence[Curve] = ()
    x_label: str = ""
    x_ticks: Sequence[tuple[float, str]] = ()
    highest: float | None = None

    template = "govuk/charts/lines.html"
    height = 380
    LEFT = 60
    base = 330
    NAMES = 150
    DASHES = ("", "8 4", "2 4", "10 4 2 4")

    @cached_property
    def _y_ticks(self) -> list[float]:
        if self.highest:
            return [self.highest * part / 4 for part in range(5)]
        return scale(max((max([y for _, y in curve.points] + list(curve.upper)) for curve in self.curves), default=1))

    @cached_property
    def _span(self) -> tuple[float, float]:
        xs = [x for curve in self.curves for x, _ in curve.points] + [x for x, _ in self.x_ticks]
        return (min(xs, default=0), max(xs, default=1))

    def _x(self, value: float) -> float:
        first, last = self._span
        return round(self.LEFT + (WIDTH - self.LEFT - self.NAMES) * (value - first) / ((last - first) or 1), 1)

    def _y(self, value: float) -> float:
        return round(self.base - (self.base - 20) * value / self._y_ticks[-1], 1)

    @property
    def right(self) -> int:
        return WIDTH - self.NAMES

    @property
    def y_ticks(self) -> list[Tick]:
        return [Tick(self._y(value), self.written(value)) for value in self._y_ticks]

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(self._x(value), text) for value, text in self.x_ticks]

    @property
    def keys(self) -> list[Key]:
        return []

    @property
    def paths(self) -> list[Path]:
        palette = colours(len(self.curves))
        drawn = [self._path(i, curve, palette[i]) for i, curve in enumerate(self.curves) if curve.points]
        return _apart(drawn)

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
            back.append(f"V{self._y(y)}H{self._x(x)}" if curve.step else f"L{self._x(x)} {self._y(y)}")
        return over + "".join(back) + "Z"


def _apart(paths: list[Path], least: float = 17) -> list[Path]:
    """The same lines with their names moved so that none stands on another."""
    placed: list[Path] = []
    for path in sorted(paths, key=lambda each: each.y):
        y = max(path.y, placed[-1].y + least) if placed else path.y
        placed.append(Path(path.name, path.colour, path.d, path.band, path.dash, path.x, y))
    return placed
