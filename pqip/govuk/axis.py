"""A learner's strands on one time axis: months across, a row for each strand, today marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pqip.core.formats import date_gov, date_range

WIDTH = 960
LEFT = 150
RIGHT = 30
TOP = 44
ROW = 44

FILLS = {"done": "#12436D", "now": "#5694CA", "planned": "#ffffff", "break": "#cecece"}
MISSED = "missed"
WORDS = {"done": "done", "now": "under way", "planned": "planned", "break": "break"}


@dataclass(frozen=True)
class Span:
    """A span on a strand, from `start` to `end`. `state`: done, now, planned or break."""

    label: str
    start: date
    end: date
    state: str = "planned"


@dataclass(frozen=True)
class Mark:
    """Something due or done on a day; `done` fills the mark. A mark that is past its day and not done is crossed."""

    label: str
    on: date
    done: bool = False


@dataclass(frozen=True)
class Strand:
    """One row, such as university, vocational, role training, placements or breaks."""

    name: str
    spans: Sequence[Span] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Axis:
    """All strands between two dates. `today` is passed in and never read from a clock here."""

    strands: Sequence[Strand]
    start: date
    end: date
    today: date
    title: str = "All strands on one line of time"
    #: Whether what is not done still has to be done.
    is_open: bool = True

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.strands) + 10

    def x(self, day: date) -> float:
        """Return the horizontal position of a day, clamped to the two ends."""
        held = min(max(day, self.start), self.end)
        days = (self.end - self.start).days or 1
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (held - self.start).days / days, 1)

    @property
    def today_x(self) -> float:
        return self.x(self.today)

    @property
    def shows_today(self) -> bool:
        return self.start <= self.today <= self.end

    @property
    def months(self) -> list[dict[str, object]]:
        """Return the quarters of the year, so that the labels have room; each year is named at its first."""
        found: list[dict[str, object]] = []
        day = date(self.start.year, self.start.month, 1)
        while day <= self.end:
            if day >= self.start and day.month % 3 == 1:
                found.append(
                    {
                        "x": self.x(day),
                        "text": f"{day:%b %Y}" if day.month == 1 or not found else f"{day:%b}",
                    }
                )
            day = (day + timedelta(days=32)).replace(day=1)
        return found

    @property
    def rows(self) -> list[dict[str, object]]:
        return [self._row(index, strand) for index, strand in enumerate(self.strands)]

    def _row(self, index: int, strand: Strand) -> dict[str, object]:
        top = TOP + index * ROW
        return {
            "name": strand.name,
            "top": top,
            "middle": top + ROW // 2,
            "spans": [self._span(span, top) for span in strand.spans],
            "marks": [self._mark(mark, top + ROW // 2) for mark in strand.marks],
        }

    def _mark(self, mark: Mark, middle: int) -> dict[str, object]:
        x, state = self.x(mark.on), self.state_of(mark)
        cross = (
            f"M{x - 6} {middle - 6}L{x + 6} {middle + 6}M{x - 6} {middle + 6}L{x + 6} {middle - 6}"
        )
        return {
            "x": x,
            "done": mark.done,
            "label": f"{mark.label}, {date_gov(mark.on)}, {state}",
            "cross": cross if state == MISSED else "",
        }

    def state_of(self, mark: Mark) -> str:
        """Return the state of a mark, in a word."""
        if mark.done:
            return "done"
        if mark.on >= self.today:
            return "due" if self.is_open else "not done"
        return MISSED if self.is_open else "not done"

    def _span(self, span: Span, top: int) -> dict[str, object]:
        start, end = self.x(span.start), self.x(span.end)
        return {
            "x": start,
            "y": top + 12,
            "width": max(end - start, 3),
            "fill": FILLS[span.state],
            "label": f"{span.label}, {date_range(span.start, span.end)}, {WORDS[span.state]}",
            "dashed": span.state == "planned",
        }

    @property
    def description(self) -> str:
        """Return the whole picture in words, strand by strand."""
        sentences = [f"{strand.name}: {self._described(strand)}." for strand in self.strands]
        return f"From {date_gov(self.start)} to {date_gov(self.end)}; today is {date_gov(self.today)}. {' '.join(sentences)}"

    def _described(self, strand: Strand) -> str:
        parts = [
            f"{span.label} {date_range(span.start, span.end)} ({WORDS[span.state]})"
            for span in strand.spans
        ]
        parts += [
            f"{mark.label} {date_gov(mark.on)} ({self.state_of(mark)})" for mark in strand.marks
        ]
        return "; ".join(parts) or "nothing planned"
