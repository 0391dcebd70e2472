"""Are we going to have enough officers? Thousands of runs of the months to come, by region, summed to the nation run by run.

The same inputs give the same answer: what the runs are drawn from follows from the inputs' digest (docs/forecast.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from reports.rules.forecast_answers import NATION, Assumption, Forecast, Place
from reports.rules.forecast_draws import PostDraws, Posts, Size, Training
from reports.rules.forecast_inputs import MONTHS, OFFICER, TRAINEE, Inputs
from reports.rules.forecast_learning import Numbers
from reports.rules.forecast_levels import post_levels, training_levels
from reports.rules.forecast_moving import arrived, sent, weights
from reports.rules.forecast_posts import Chance, Flows, Path, path
from reports.rules.forecast_pso import trainee_flows
from reports.rules.forecast_qualifying import OnProgramme, Qualifying, Trainees
from reports.rules.forecast_summary import Runs, fte_of_one, place, targets

RUNS = 10_000
#: Regions worked out at the same time; each has chances of its own, so that nothing depends on it.
AT_ONCE = 2
R = TypeVar("R")


def forecast(
    inputs: Inputs,
    grade: str = OFFICER,
    *,
    runs: int = RUNS,
    months: int = MONTHS,
    drawn_from: str | None = None,
) -> Forecast:
    """The answer for every region and the nation.

    `drawn_from`: another inputs' digest to draw from, so that two questions that differ in little are compared under the same
    chances.
    """
    size = Size(runs, months, int(drawn_from or inputs.digest, 16))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return _Question(inputs, grade, size, pool).answer()


class _Question:
    """One question's parts, each worked out once, for every region at a time."""

    def __init__(self, inputs: Inputs, grade: str, size: Size, pool: ThreadPoolExecutor) -> None:
        self.inputs, self.grade, self.size, self.pool = inputs, grade, size, pool
        self.regions = inputs.regions
        self.training = Training(inputs, size)
        self.weights = weights(self.regions)
        self.trainees = self.each(self._trainees)

    def each(self, work: Callable[[int], R]) -> list[R]:
        """Do something for every region, by its number."""
        return list(self.pool.map(work, range(len(self.regions))))

    def answer(self) -> Forecast:
        """Months in post are many short steps, in which threads would wait for each other: they go one region after the other,
        while what the last one came to is worked out beside them.
        """
        waiting = [
            self.pool.submit(self._told, number, posts)
            for number, posts in enumerate(self._posts(self.grade, ()))
        ]
        told = [one.result() for one in waiting]
        ahead = _flat([one.ahead for one in told])
        nation = place(
            NATION, _sum([one.runs for one in told]), ahead, self.regions, self.inputs.as_at
        )
        return Forecast(
            self.grade,
            self.inputs.digest,
            self.size.runs,
            tuple(one.place for one in told),
            nation,
            tuple(_flat([one.levels for one in told])),
        )

    def _told(self, number: int, posts: _Posts) -> _Told:
        region, runs = self.regions[number], self._runs(number, posts)
        ahead = self.trainees[number].on_programme()
        found = place(region.code, runs, ahead, [region], self.inputs.as_at)
        return _Told(runs, ahead, found, self._levels(number, posts))

    def _trainees(self, number: int) -> Trainees:
        draws = self.training.region(number)
        moving = sent(draws.moved, float(self.weights[number]))
        return Trainees(self.regions[number], draws, self.size, moving)

    @cached_property
    def qualifying(self) -> list[Qualifying]:
        """Each region's people who qualify."""
        return self.each(lambda number: self.trainees[number].qualifying())

    @cached_property
    def taking_posts(self) -> list[Numbers]:
        """Each region's people by run and month who take their first officer post in it."""
        moving = _total([one.moving for one in self.qualifying])
        staying = [one.staying for one in self.qualifying]
        if not np.any(moving):
            return list(staying)
        came = arrived(moving, self.weights, self.size.chance("moving"))
        return [here + there for here, there in zip(staying, came, strict=True)]

    def _posts(self, grade: str, above: tuple[str, ...]) -> Iterator[_Posts]:
        """Each region's people of a grade, one after the other.

        `above`: the grades they are worked out for, from which nobody comes back.
        """
        learned = Posts(self.inputs, grade, self.size)
        below = {
            one.grade
            for region in self.regions
            for one in region.grades
            if grade in dict(one.promoted) and one.grade not in (*above, grade)
        }
        sources = [list(self._posts(one, (*above, grade))) for one in sorted(below)]
        if grade == OFFICER:
            _ = self.taking_posts
        if grade == TRAINEE:
            _ = self.qualifying

        def drawn(number: int) -> tuple[PostDraws, Chance, Numbers]:
            draws = learned.region(number)
            luck = Chance(self.size.chance("post", grade, self.regions[number].code))
            return draws, luck, luck.joined(draws.joined, self.size.months)

        for number, (draws, luck, joined) in enumerate(self.each(drawn)):
            flows = self._flows(number, grade, [one[number] for one in sources], luck)
            own = self.regions[number].grade(grade)
            yield _Posts(learned, draws, path(own, draws, self.size, luck, flows, joined))

    def _flows(self, number: int, grade: str, sources: Sequence[_Posts], luck: Chance) -> Flows:
        """Who comes and goes by training, or is promoted from another grade."""
        if grade == OFFICER:
            return Flows(coming=self.taking_posts[number].T, comers_join=False)
        if grade == TRAINEE:
            return trainee_flows(self.trainees[number], self.qualifying[number].all, luck)
        coming = sum(
            (luck.come(one.path.heads * one.draws.promoted[grade]) for one in sources),
            np.zeros((self.size.months, self.size.runs), dtype=np.int64),
        )
        return Flows(coming=coming)

    def _runs(self, number: int, posts: _Posts) -> Runs:
        grade = self.regions[number].grade(self.grade)
        taken: Numbers | None = self.taking_posts[number] if self.grade == OFFICER else None
        if self.grade == TRAINEE:
            taken = self.qualifying[number].all
        return Runs(
            in_post=posts.path.heads,
            fte=fte_of_one(self.regions, number, self.grade),
            qualifying=np.zeros((self.size.months, 1)) if taken is None else taken.T,
            leaving=posts.path.leaving,
            joining=posts.path.joining,
            targets=targets(grade.targets, self.size.months),
        )

    def _levels(self, number: int, posts: _Posts) -> list[Assumption]:
        return [
            one.said(self.regions[number].code)
            for one in (
                *training_levels(self.training, self.trainees[number].draws, number),
                *post_levels(posts.learned, posts.draws, number),
            )
        ]


@dataclass(frozen=True)
class _Posts:
    """A region's people of a grade: what was learned of all regions, drawn for this one, and what came of it."""

    learned: Posts
    draws: PostDraws
    path: Path


@dataclass(frozen=True)
class _Told:
    """What a region's runs came to."""

    runs: Runs
    ahead: list[OnProgramme]
    place: Place
    levels: list[Assumption]


def _sum(regions: Sequence[Runs]) -> Runs:
    """The nation's runs. It has a target in a month where every region has one."""
    return Runs(
        in_post=_fte(regions),
        fte=1.0,
        qualifying=_total([one.qualifying for one in regions]),
        leaving=_total([one.leaving for one in regions]),
        joining=_total([one.joining for one in regions]),
        targets=tuple(
            sum(known)
            if len(known := [one for one in row if one is not None]) == len(row)
            else None
            for row in zip(*(one.targets for one in regions), strict=True)
        ),
    )


def _fte(regions: Sequence[Runs]) -> Numbers:
    """FTE in post by month and run, a month at a time: what is at work on stays near the processor."""
    found = np.zeros(regions[0].in_post.shape)
    for month, total in enumerate(found):
        for one in regions:
            total += one.in_post[month] * one.fte
    return found


def _total(parts: Sequence[Numbers]) -> Numbers:
    """Added up one after the other; numbers of people in more than the 16 bits that a region's may have."""
    found = np.zeros(parts[0].shape, dtype=float if parts[0].dtype.kind == "f" else np.int64)
    for one in parts:
        found += one
    return found


def _flat(rows: Sequence[Sequence[R]]) -> list[R]:
    return [one for row in rows for one in row]
