"""Which assumptions matter most to the number of officers: each moved from low to high while the others stand at their median.

Worked out with what is expected on the whole instead of runs, so it is quick and leaves nothing to chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reports.rules.forecast_answers import NATION, Effect
from reports.rules.forecast_draws import PostDraws, Posts, Size, Training, TrainingDraws
from reports.rules.forecast_inputs import OFFICER, Inputs
from reports.rules.forecast_learning import Array
from reports.rules.forecast_levels import Level, post_levels, together, training_levels
from reports.rules.forecast_moving import sent, weights
from reports.rules.forecast_posts import Flows, Mean, path
from reports.rules.forecast_qualifying import Trainees
from reports.rules.forecast_scenarios import Scenario, applied
from reports.rules.forecast_summary import PERCENTS, fte_of_one, percentiles

#: Draws enough to tell the range of each assumption.
DRAWS = 1000
LARGEST = 6
#: What is moved by a fifth for want of a distribution.
BY = 0.2
RANGES = (
    "withdrawn",
    "left",
    "promoted",
    "joined",
    "breaks_begun",
    "breaks_ended",
    "filled",
    "accepted",
    "moved",
    "completed_late",
    "months_to_post",
)
PLACES, LENGTHS = "places", "lengths"
#: Timing is moved by taking those draws that lie around a percentile of it: within so many per cent.
AROUND = 5


def effects(
    inputs: Inputs, horizon: int, region: str = NATION, *, largest: int = LARGEST
) -> tuple[Effect, ...]:
    """On officers in post of a region, or of the nation, so many months after D; the largest first.

    Raises LookupError where the inputs have no such region.
    """
    chosen = [at for at, one in enumerate(inputs.regions) if region in (NATION, one.code)]
    if not chosen:
        raise LookupError(f"The inputs have no region {region}.")
    cases = _Cases(inputs, horizon, chosen)
    found = [*cases.ranges(), cases.places(), cases.lengths()]
    return tuple(sorted(found, key=lambda one: (-one.size, one.name))[:largest])


@dataclass(frozen=True)
class _Learned:
    training: Training
    posts: Posts
    draws: list[TrainingDraws]
    post_draws: list[PostDraws]


class _Cases:
    """The medians of all regions, and what comes of moving one of them."""

    def __init__(self, inputs: Inputs, horizon: int, chosen: Sequence[int]) -> None:
        self.inputs, self.horizon, self.chosen = inputs, horizon, chosen
        size = Size(DRAWS, horizon, int(inputs.digest, 16))
        training, posts = Training(inputs, size), Posts(inputs, OFFICER, size)
        numbers = range(len(inputs.regions))
        self.learned = _Learned(
            training,
            posts,
            [training.region(at) for at in numbers],
            [posts.region(at) for at in numbers],
        )
        self.levels = self._levels()

    def _levels(self) -> dict[str, Array]:
        """By name: p10, median and p90 of where the chosen regions lie together."""
        learned = self.learned
        rows: list[list[Level]] = [
            [
                *training_levels(learned.training, learned.draws[at], at),
                *post_levels(learned.posts, learned.post_draws[at], at),
            ]
            for at in self.chosen
        ]
        named: dict[str, list[Array]] = {}
        for one in together(rows):
            named.setdefault(one.name, []).append(one.values)
        return {name: percentiles(np.mean(values, axis=0)) for name, values in named.items()}

    def ranges(self) -> list[Effect]:
        """Of every assumption that has a distribution, and is not known for sure."""
        names = [one for one in RANGES if one in self.levels and self.levels[one][1] != 0]
        moves: list[tuple[str, int]] = [("", 1)]
        moves += [(name, place) for name in names for place in (0, 2)]
        found = self._in_post(self.inputs, moves)
        return [
            Effect(
                name,
                float(self.levels[name][0]),
                float(self.levels[name][2]),
                True,
                found[0],
                found[1 + 2 * at],
                found[2 + 2 * at],
            )
            for at, name in enumerate(names)
        ]

    def places(self) -> Effect:
        """Places planned, a fifth fewer and more."""
        found = self._in_post(self.inputs, [("", 1), (PLACES, 0), (PLACES, 2)])
        return Effect(PLACES, 1 - BY, 1 + BY, False, *found)

    def lengths(self) -> Effect:
        """The length of pathways of those still to start, a fifth shorter and longer."""
        known = {one.months for region in self.inputs.regions for one in region.intakes}
        found = [
            self._in_post(
                applied(
                    Scenario(
                        LENGTHS, lengths=tuple((one, round(one * by)) for one in sorted(known))
                    ),
                    self.inputs,
                ),
                [("", 1)],
            )[0]
            for by in (1.0, 1 - BY, 1 + BY)
        ]
        return Effect(LENGTHS, 1 - BY, 1 + BY, False, *found)

    def _in_post(self, inputs: Inputs, moves: Sequence[tuple[str, int]]) -> list[float]:
        """FTE in post of the chosen regions at the horizon, for each assumption moved to a place of `PERCENTS`."""
        size = Size(len(moves), self.horizon, 0, own_timing=True)
        shares = weights(inputs.regions)
        staying, moving = [], np.zeros((len(moves), self.horizon))
        for at, region in enumerate(inputs.regions):
            draws = self._training(at, self._own(at, moves), inputs.regions[at].changes.part_time)
            away = sent(draws.moved, float(shares[at]))[:, None]
            people = Trainees(region, draws, size, away[:, 0]).expected()
            staying.append(people * (1 - away))
            moving = moving + people * away
        total = np.zeros(len(moves))
        for at in self.chosen:
            coming = (staying[at] + moving * shares[at]).T
            grade = inputs.regions[at].grade(OFFICER)
            found = path(grade, self._posts(at, moves), size, Mean(), Flows(coming=coming))
            total += found.heads[-1] * fte_of_one(inputs.regions, at, OFFICER)
        return [float(one) for one in total]

    def _own(self, at: int, moves: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
        """The assumptions moved in a region: those of regions that are not asked about stay."""
        return moves if at in self.chosen else [("", 1)] * len(moves)

    def _factor(self, moves: Sequence[tuple[str, int]]) -> Callable[[str], Array]:
        """By name, what its median is multiplied by in each case."""

        def of(name: str) -> Array:
            levels = self.levels.get(name)
            return np.array(
                [
                    levels[place] / levels[1]
                    if moved == name and levels is not None and levels[1]
                    else 1.0
                    for moved, place in moves
                ]
            )

        return of

    def _training(
        self, at: int, moves: Sequence[tuple[str, int]], part_time: float | None
    ) -> TrainingDraws:
        draws, of = self.learned.draws[at], self._factor(moves)
        places = np.array(
            [1 + BY * (place - 1) if name == PLACES else 1.0 for name, place in moves]
        )
        return TrainingDraws(
            withdrawn={
                name: _median(one) * of("withdrawn") for name, one in draws.withdrawn.items()
            },
            tempo=np.ones((len(draws.tempo), len(moves))),
            filled=_median(draws.filled) * of("filled") * places,
            accepted=np.median(draws.accepted) * of("accepted"),
            moved=np.median(draws.moved) * of("moved"),
            part_time=draws.part_time if part_time is None else part_time,
            left_service=draws.left_service,
            completing=_around(draws.completing, moves, "completed_late"),
            beginning=_around(draws.beginning, moves, "months_to_post"),
            breaks_begun=np.median(draws.breaks_begun) * of("breaks_begun"),
            breaks_ended=np.median(draws.breaks_ended) * of("breaks_ended"),
        )

    def _posts(self, at: int, moves: Sequence[tuple[str, int]]) -> PostDraws:
        draws, of = self.learned.post_draws[at], self._factor(moves)
        return PostDraws(
            left=_median(draws.left) * of("left"),
            tempo=np.ones((len(draws.tempo), len(moves))),
            promoted={to: np.median(one) * of("promoted") for to, one in draws.promoted.items()},
            joined=_median(draws.joined) * of("joined"),
        )


def _median(rows: Array) -> Array:
    return np.median(rows, axis=1, keepdims=True)


def _around(hazards: Array, moves: Sequence[tuple[str, int]], name: str) -> Array:
    """By case, the mean of the draws around a percentile of how long it takes: the tenth that take about so long."""
    long = np.cumprod(1 - hazards, axis=1).sum(1)
    order = np.argsort(long, kind="stable")
    found: Mapping[int, Array] = {
        place: hazards[order[_tenth(percent, len(order))]].mean(0)
        for place, percent in enumerate(PERCENTS)
    }
    return np.stack([found[place if moved == name else 1] for moved, place in moves])


def _tenth(percent: int, draws: int) -> slice:
    return slice(draws * (percent - AROUND) // 100, max(draws * (percent + AROUND) // 100, 1))
