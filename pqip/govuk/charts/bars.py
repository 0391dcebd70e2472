"""Horizontal bars: one series, several side by side, or stacked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import wrap

from pqip.govuk.charts.base import INK, Chart, Key, Series, Tick, colours, scale

#: The room for labels beside the bars, and how many letters of one stand in a line; on a phone they stand above.
LABELS, LETTERS = 210, 27
RIGHT = 70
TOP = 10
LINE = 18


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
    """A row's label, or one line of it: beside the bars or, on a phone, above them."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class BarChart(Chart):
    """Horizontal bars: one series, several side by side, or `stacked`. Labels are beside their bars, in two lines where they are
    long, never rotated.
    """

    labels: Sequence[str] = ()
    series: Sequence[Series] = ()
    stacked: bool = False

    drawn_as = "bars"
    BAR = 22
    GAP = 16

    @cached_property
    def palette(self) -> Sequence[str]:
        return colours(len(self.series))

    @property
    def keys(self) -> list[Key]:
        if len(self.series) < 2:
            return []
        return [
            Key(each.name, colour) for each, colour in zip(self.series, self.palette, strict=True)
        ]

    @cached_property
    def _ticks(self) -> list[float]:
        if self.unit == "%" and self.stacked:
            return [0.0, 25.0, 50.0, 75.0, 100.0]
        rows = [[each.values[i] or 0 for each in self.series] for i in range(len(self.labels))]
        are_integers = all(isinstance(value, int) for row in rows for value in row)
        return scale(
            max((sum(row) if self.stacked else max(row) for row in rows), default=0),
            whole=are_integers,
        )

    @property
    def start(self) -> int:
        """Return where the bars begin."""
        return 1 if self.is_narrow else LABELS

    def _x(self, value: float) -> float:
        return round(self.start + (self.width - self.start - RIGHT) * value / self._ticks[-1], 1)

    @property
    def _above(self) -> int:
        """Return the room for a label above its bars."""
        return LINE + 4 if self.is_narrow else 0

    @property
    def _row(self) -> int:
        bars = self.BAR if self.stacked else self.BAR * len(self.series)
        return self._above + bars + self.GAP

    def _top(self, i: int) -> int:
        """Return where the bars of a row begin."""
        return TOP + i * self._row + self._above

    @property
    def height(self) -> int:
        return TOP + self._row * len(self.labels) + 34

    @property
    def base(self) -> int:
        return self.height - 30

    @property
    def ticks(self) -> list[Tick]:
        words = self.on_axis(self._ticks)
        return [Tick(self._x(value), text) for value, text in zip(self._ticks, words, strict=True)]

    @property
    def lines(self) -> list[Line]:
        if self.is_narrow:
            return [
                Line(label, 0, self._top(i) - 6, "start") for i, label in enumerate(self.labels)
            ]
        middle = (self._row - self.GAP) / 2 + 5
        found = []
        for i, label in enumerate(self.labels):
            words = wrap(label, LETTERS, max_lines=2, placeholder=" …") or [""]
            first = self._top(i) + middle - LINE / 2 * (len(words) - 1)
            found += [
                Line(text, LABELS - 10, first + LINE * nth, "end") for nth, text in enumerate(words)
            ]
        return found

    @property
    def bars(self) -> list[Bar]:
        return [
            bar
            for i in range(len(self.labels))
            for bar in (self._stack(i) if self.stacked else self._beside(i))
        ]

    def _beside(self, i: int) -> list[Bar]:
        bars = []
        for j, (each, colour) in enumerate(zip(self.series, self.palette, strict=True)):
            value, y = each.values[i], self._top(i) + j * self.BAR
            end = self._x(value or 0)
            text = "not shown" if value is None else self.written(value)
            bars.append(
                Bar(self.start, y, end - self.start, self.BAR - 3, colour, text, end + 6, y + 15)
            )
        return bars

    def _stack(self, i: int) -> list[Bar]:
        bars, start = [], 0.0
        for each, colour in zip(self.series, self.palette, strict=True):
            value = each.values[i] or 0
            x, end = self._x(start), self._x(start + value)
            text, y, width = self.written(value), self._top(i), max(end - x - 2, 0)
            fits = width > 9 * len(text) + 4
            bars.append(
                Bar(
                    x,
                    y,
                    width,
                    self.BAR,
                    colour,
                    text if fits else "",
                    x + width / 2,
                    y + 16,
                    INK[colour],
                    "middle",
                )
            )
            start += value
        return bars
