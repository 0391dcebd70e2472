"""Who may yet become an officer: learners, places planned, and people who have completed, as groups who are alike."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from reports.rules.forecast_draws import places_from_end
from reports.rules.forecast_inputs import (
    EARLIEST,
    LATE_PLACES,
    PROGRAMME_BANDS,
    Intake,
    Learners,
    Region,
)
from reports.rules.forecast_timing import Timing

#: Months still to do are taken to the nearest of these, since they decide only how likely a break is.
AHEAD_STEP = 3
#: Later than any month of a forecast: whoever has no planned end completes in none of them.
NEVER = 10_000


@dataclass(frozen=True)
class Group:
    """People who are alike. `first` is the first month in which one of them may complete.

    `months_on` is their time on the programme in month 0 (below 0: still to start), `starts_in` the month in which a place
    planned starts (None: started already).
    """

    timing: Timing
    first: int
    heads: int
    pathway: str = ""
    months_on: int = 0
    starts_in: int | None = None
    already_pso: float = 0.0

    @property
    def is_learning(self) -> bool:
        return self.timing.waited is None

    @property
    def name(self) -> tuple[object, ...]:
        """Tells it from every other group of its region, however many people it has."""
        return (self.timing, self.first, self.pathway, self.months_on, self.starts_in)


def groups(region: Region, part_time: float) -> list[Group]:
    """All of a region's; `part_time` is the share of places planned that are started part time."""
    delay = region.changes.delay_months
    found = [_learning(one, delay) for one in region.learners if one.heads]
    found += [
        _waiting(waited, heads) for waited, heads in enumerate(region.training.waiting) if heads
    ]
    for intake in region.intakes:
        found += _planned(intake, part_time, delay)
    return _together(found)


def band_of(months: int) -> int:
    """The band of time on the programme."""
    return max(bisect_right(PROGRAMME_BANDS, months) - 1, 0)


def _learning(one: Learners, delay: int) -> Group:
    if one.months_to_end is None:
        return Group(Timing(), NEVER, one.heads, one.pathway, one.months_on)
    place = max(places_from_end(one.months_to_end), 0)
    first = max(one.months_to_end + EARLIEST, 1) + delay
    ahead = AHEAD_STEP * round(max(one.months_to_end, 0) / AHEAD_STEP)
    timing = Timing(min(place, LATE_PLACES - 1), 0 if one.on_break else ahead, one.on_break)
    return Group(timing, first, one.heads, one.pathway, one.months_on)


def _waiting(waited: int, heads: int) -> Group:
    return Group(Timing(waited=waited + 1), 1, heads)


def _planned(intake: Intake, part_time: float, delay: int) -> list[Group]:
    """Full time, and part time where that has a length: whole places, by the share that is usual."""
    slower = round(intake.places * part_time) if intake.part_time_months else 0
    lengths = [(intake.months, intake.places - slower), (intake.part_time_months or 0, slower)]
    return [
        Group(
            Timing(ahead=length),
            max(intake.starts_in + length + EARLIEST, 1) + delay,
            heads,
            intake.pathway,
            -intake.starts_in,
            intake.starts_in,
            intake.already_pso,
        )
        for length, heads in lengths
        if heads > 0
    ]


def _together(found: list[Group]) -> list[Group]:
    """Groups that are alike as one, with the people of all; in the order in which each was first named."""
    heads: dict[tuple[object, ...], int] = {}
    pso: dict[tuple[object, ...], float] = {}
    for one in found:
        heads[one.name] = heads.get(one.name, 0) + one.heads
        pso[one.name] = pso.get(one.name, 0.0) + one.heads * one.already_pso
    named = {one.name: one for one in reversed(found)}
    return [
        Group(*_rest(named[name], total), already_pso=pso[name] / total)
        for name, total in heads.items()
    ]


def _rest(one: Group, heads: int) -> tuple[Timing, int, int, str, int, int | None]:
    return (one.timing, one.first, heads, one.pathway, one.months_on, one.starts_in)
