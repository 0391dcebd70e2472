"""What every chart has: words, colours, and a scale from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, log10
from typing import Self
from uuid import uuid4

from pqip.core.formats import number
from pqip.govuk.tables import Table

#: The Analysis Function's categorical palette: dark blue, turquoise, dark pink, orange. For two categories: dark blue and
#: orange.
COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25")
TWO = ("#12436D", "#F46A25")
#: The text colour on each colour, chosen to be readable.
INK = {"#12436D": "#ffffff", "#28A197": "#0b0c0c", "#801650": "#ffffff", "#F46A25": "#0b0c0c"}
MOST = 4

#: The widths in which a chart is drawn: on a page, and on a phone, where it is as wide as the screen and its words stay readable.
WIDTH, NARROW = 760, 340


@dataclass(frozen=True)
class Series:
    """One category: its name, and a value for each label, None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Tick:
    """A grid line of the scale."""

    at: float
    text: str


@dataclass(frozen=True)
class Key:
    """A series in the key: a field of its colour or, of a line, a piece of it."""

    name: str
    colour: str
    is_line: bool = False
    dash: str = ""


@dataclass(frozen=True)
class Chart:
    """Base of all charts. `description` says in words what the picture shows."""

    title: str
    subtitle: str
    description: str
    table: Table | None = None
    source: str = "the records of this service"
    unit: str = ""
    places: int | None = None
    width: int = WIDTH

    @property
    def is_narrow(self) -> bool:
        return self.width < WIDTH

    @cached_property
    def narrow(self) -> Self:
        """Return the chart as it is drawn on a phone."""
        return replace(self, width=NARROW)

    @cached_property
    def uid(self) -> str:
        return f"chart-{uuid4().hex[:8]}"

    def written(self, value: float) -> str:
        """Return a value as the chart shows it."""
        return f"{number(value, self.places)}{'%' if self.unit == '%' else ''}"

    def on_axis(self, values: Sequence[float]) -> list[str]:
        """Return the numbers of an axis: without decimals where all of them are whole."""
        places = 0 if all(float(value).is_integer() for value in values) else self.places
        return [f"{number(value, places)}{'%' if self.unit == '%' else ''}" for value in values]


def colours(count: int) -> Sequence[str]:
    """Return the palette for a number of categories. Raises ValueError for more than four."""
    if count > MOST:
        raise ValueError(
            f"A chart shows at most {MOST} categories; got {count}. Group the smallest, or use a table."
        )
    return TWO if count == 2 else COLOURS[:count]


def scale(highest: float, steps: int = 5, *, whole: bool = False) -> list[float]:
    """Return round numbers from zero to at least `highest`; integers with `whole`, for what can only be counted in units."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / steps
    size = 10 ** floor(log10(rough))
    step = next(size * nice for nice in (1, 2, 2.5, 5, 10) if size * nice >= rough)
    step = max(1.0, float(ceil(step))) if whole else step
    ticks = [0.0]
    while ticks[-1] < highest:
        ticks.append(round(ticks[-1] + step, 10))
    return ticks
