"""From runs to answers: percentiles, gaps, chances of meeting the target, quarters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reports.rules.forecast_answers import LearnersAhead, Month, Place, Quarter
from reports.rules.forecast_inputs import PROGRAMME_BANDS, Region, Target
from reports.rules.forecast_learning import Array, Numbers
from reports.rules.forecast_qualifying import OnProgramme

PERCENTS = (10, 50, 90)
#: FTE by which a target counts as met though arithmetic with fractions falls short of it.
SLACK = 1e-6


@dataclass(frozen=True)
class Runs:
    """A place's runs, by month and run: in post (in units of `fte`) and people who qualify; by month, the means of who leaves and
    who joins.
    """

    in_post: Numbers
    fte: float
    qualifying: Numbers
    leaving: Array
    joining: Array
    targets: tuple[float | None, ...]


def place(
    code: str, runs: Runs, ahead: Sequence[OnProgramme], regions: Sequence[Region], as_at: dt.date
) -> Place:
    """The answer for a region, or for several together."""
    months = tuple(_months(runs))
    return Place(
        code=code,
        months=months,
        quarters=tuple(_quarters(runs, as_at)),
        learners=_learners(ahead),
        gap_closes_in=closed_from(months),
        planned_until=max(
            (one.starts_in for region in regions for one in region.intakes if one.places),
            default=None,
        ),
    )


def targets(found: Sequence[Target], months: int) -> tuple[float | None, ...]:
    """The target in force in each month."""
    return tuple(
        next((one.fte for one in reversed(found) if one.from_month <= month), None)
        for month in range(1, months + 1)
    )


def fte_of_one(regions: Sequence[Region], number: int, grade: str) -> float:
    """Mean FTE of a region's people of the grade; where it has none, of the nation's; else whole posts."""
    for some in (regions[number : number + 1], regions):
        grades = [region.grade(grade) for region in some]
        heads, fte = sum(sum(one.heads) for one in grades), sum(sum(one.fte) for one in grades)
        if heads and fte:
            return float(fte / heads)
    return 1.0


def percentiles(values: Numbers) -> Array:
    """p10, median and p90 of each row, interpolated linearly."""
    ordered = _ordered(values)
    last = values.shape[-1] - 1
    found = []
    for percent in PERCENTS:
        low, part = divmod(percent * last, 100)
        below, above = (ordered[..., at].astype(float) for at in (low, min(low + 1, last)))
        found.append(below + (above - below) * (part / 100))
    return np.stack(found, axis=-1)


def _ordered(values: Numbers) -> Numbers:
    """Sorted along the last axis; whole numbers that fit into 16 bits by their digits, which is several times faster."""
    if values.dtype.kind in "iu" and values.size and values.min() >= 0 and values.max() < 2**16:
        return np.sort(values.astype(np.uint16), axis=-1, kind="stable")
    return np.sort(values, axis=-1)


def _months(runs: Runs) -> Iterator[Month]:
    ranges = percentiles(runs.in_post) * runs.fte
    for number, (low, middle, high) in enumerate(ranges.tolist()):
        target = runs.targets[number]
        met = (
            None
            if target is None
            else float((runs.in_post[number] >= (target - SLACK) / runs.fte).mean())
        )
        yield Month(
            month=number + 1,
            target_fte=target,
            in_post_p10=low,
            in_post_median=middle,
            in_post_p90=high,
            expected_qualifying=float(runs.qualifying[number].mean()),
            expected_leaving=float(runs.leaving[number]),
            expected_joining=float(runs.joining[number]),
            gap_median=None if target is None else target - middle,
            probability_target_met=met,
        )


def _quarters(runs: Runs, as_at: dt.date) -> Iterator[Quarter]:
    """Calendar quarters; the first and last may be cut short."""
    for first, last in quarters_of(as_at, len(runs.qualifying)):
        people = runs.qualifying[first - 1 : last].sum(0)
        low, middle, high = percentiles(people).tolist()
        yield Quarter(first, last, low, middle, high, float(runs.leaving[first - 1 : last].sum()))


def quarters_of(as_at: dt.date, months: int) -> Iterator[tuple[int, int]]:
    """The first and last month after D of each calendar quarter; the first and last may be cut short."""
    first = 1
    while first <= months:
        last = min(first + 2 - (as_at.month - 1 + first) % 3, months)
        yield first, last
        first = last + 1


def closed_from(months: Sequence[Month]) -> int | None:
    """The first month from which the median gap stays closed; None where it is open at the end, or there is no target then."""
    found = None
    for one in reversed(months):
        if one.gap_median is None or one.gap_median > SLACK:
            break
        found = one.month
    return found


def _learners(ahead: Sequence[OnProgramme]) -> tuple[LearnersAhead, ...]:
    heads: dict[str, Array] = {}
    for one in ahead:
        heads[one.group.pathway] = heads.get(one.group.pathway, 0.0) + one.heads
    return tuple(
        LearnersAhead(pathway, band, tuple(heads[pathway][band].tolist()))
        for pathway in sorted(heads)
        for band in range(len(PROGRAMME_BANDS))
    )
