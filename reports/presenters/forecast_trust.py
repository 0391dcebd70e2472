"""How far a place's forecast may be relied on, and what is said of it where it has often been wrong: on every page alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pqip.core.formats import lower_first, percent, plural
from reports.figures.forecast_backtest import Held
from reports.figures.settings import FORECAST_HELD
from reports.presenters.forecast import Shown, chance_words, gap_words
from reports.rules.forecast_answers import Place
from reports.rules.forecast_summary import closed_from

#: Of which share of past figures a range that is right holds.
SHOULD_HOLD = 80
NOT_LOOKED_BACK = "How often the forecast was right is still being worked out."
NOT_KNOWN_YET = (
    "Nothing is known yet of how often the forecast was right: it takes six months of records."
)
DOUBTED = "When the gap closes cannot be said: the forecast has often been wrong here."
DOUBTED_SHORT = "Cannot be said"


@dataclass(frozen=True)
class Trust:
    """How far a place's forecast may be relied on. `held`: None where its look back is not kept, or there is nothing to look at.

    `least`: the share of past figures, in percent, that its range has to have held for its month to be named.
    """

    held: Held | None
    least: float
    looked_back: bool = True

    @property
    def is_doubtful(self) -> bool:
        return self.held is not None and self.held.percent < self.least

    def doubts(self, ahead: Shown) -> bool:
        """Whether no month of this forecast is to be named: it has a target, and its range has held too seldom."""
        return self.is_doubtful and ahead.has_target

    def words(self) -> str:
        """How often the forecast was right."""
        if self.held is None:
            return NOT_KNOWN_YET if self.looked_back else NOT_LOOKED_BACK
        return f"How often it was right: its range {self.in_short()} that came since. It should hold {SHOULD_HOLD}%."

    def in_short(self) -> str:
        assert self.held is not None  # noqa: S101  (asked where something was looked at)
        figures = plural(self.held.months, "monthly figure")
        return f"held {percent(self.held.percent, 0)} of {figures}"


def trust_in(held: Mapping[str, Held] | None, code: str) -> Trust:
    """How far the forecast of a place may be relied on, by the look back that is kept (None: none is)."""
    return Trust((held or {}).get(code), float(FORECAST_HELD.value), looked_back=held is not None)


def chart_title(ahead: Shown, trust: Trust) -> str:
    """The title of the forecast's chart where it may not name a month; else empty, for the chart's own."""
    return DOUBTED if trust.doubts(ahead) else ""


def answer_words(ahead: Shown, trust: Trust) -> str:
    """Whether and when the gap closes; where the forecast has often been wrong, that this cannot be said, and its range."""
    if not trust.doubts(ahead):
        return gap_words(ahead)
    return f"{DOUBTED} {_closing_range(ahead)}"


def full_answer(ahead: Shown, trust: Trust) -> str:
    """The answer with its chance, which is not said where the forecast has often been wrong."""
    chance = "" if trust.doubts(ahead) else chance_words(ahead)
    return f"{answer_words(ahead, trust)} {chance}".strip()


def answers(ahead: Shown, others: Sequence[tuple[str, Place]], trust: Trust) -> list[str]:
    """The answer with its chance; with a *what if* first among the others, as planned and then under it."""
    planned = full_answer(ahead, trust)
    if not others:
        return [planned]
    name, place = others[0]
    asked = full_answer(replace(ahead, place=place), trust)
    return [f"As planned: {lower_first(planned)}", f"{name}: {lower_first(asked)}"]


def _closing_range(ahead: Shown) -> str:
    """Between which months the gap closes by the high and the low end of the range, none of which is a month to rely on."""
    ends = [
        closed_from(
            [
                replace(one, gap_median=None if one.target_fte is None else one.target_fte - value)
                for one, value in ((one, getattr(one, end)) for one in ahead.place.months)
            ]
        )
        for end in ("in_post_p90", "in_post_p10")
    ]
    first, last = (None if at is None else ahead.month(at) for at in ends)
    if first is None:
        return "By all of its range it does not close within five years."
    if last is None:
        return f"Its range goes from {first} to not within five years."
    return (
        f"Its range goes from {first} to {last}."
        if first != last
        else f"By all of its range it closes in {first}."
    )
