"""A made-up service of which every chance is known, lived month by month: what forecasts are checked against.

`World` lives it once; `inputs` says what somebody would know of it at a month, and `in_post` the officers there were.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from reports.rules.forecast_inputs import (
    EARLIEST,
    LATE_PLACES,
    LATEST,
    PROGRAMME_BANDS,
    SERVICE_BANDS,
    WAIT_PLACES,
    Experience,
    Grade,
    Inputs,
    Intake,
    Learners,
    PathwayPast,
    Region,
    Target,
    TrainingPast,
)

#: One officer in five works three days of five.
PART_TIME, PART = 0.2, 0.6
PATHWAYS = {"PQIP15": 15, "PQIP21": 21}
ACTIVE, BREAK, WITHDRAWN, WAITING, IN_POST, REFUSED = range(6)


@dataclass(frozen=True)
class Truth:
    """The chances of a world. Rates a month; `spread` is how far regions lie from the nation, `tempo` years from each other."""

    withdrawn: tuple[float, ...] = (0.02, 0.016, 0.012, 0.010, 0.008, 0.008)
    left: tuple[float, ...] = (0.009, 0.010, 0.008, 0.006, 0.007)
    promoted: float = 0.002
    breaks_begun: float = 0.005
    breaks_ended: float = 0.14
    filled: float = 0.9
    accepted: float = 0.94
    moved: float = 0.05
    completing: tuple[float, ...] = (0.01, 0.02, 0.05, 0.5, *(0.22,) * (LATE_PLACES - 4))
    waits: tuple[float, ...] = (0.35, 0.4, 0.15, 0.1)
    spread: float = 0.2
    tempo: float = 0.05


@dataclass
class World:
    """`officers` at the beginning, `places` of each intake (two a year and pathway) and `joined` a month, by region."""

    seed: int
    officers: tuple[int, ...]
    places: tuple[int, ...]
    months: int = 156
    truth: Truth = field(default_factory=Truth)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        regions, bands, months = len(self.officers), len(PROGRAMME_BANDS), self.months
        far = lambda: self._around(self.truth.spread, regions)  # noqa: E731
        years = -(-months // 12)
        self.leaving, self.withdrawing, self.filling = (
            far(),
            far(),
            np.minimum(self.truth.filled * far() ** 0.3, 1),
        )
        self.tempo_left = self._around(self.truth.tempo, (years, 1)) * self._around(
            self.truth.tempo, (years, regions)
        )
        self.tempo_withdrawn = self._around(self.truth.tempo, (years, 1)) * self._around(
            self.truth.tempo, (years, regions)
        )
        log = lambda *shape: np.zeros((months, regions, *shape))  # noqa: E731
        self.log = {
            name: (log(*shape), log(*shape))
            for name, shape in {
                "withdrawn": (len(PATHWAYS), bands), "breaks_begun": (), "breaks_ended": (), "filled": (), "accepted": (),
                "moved": (), "left": (len(SERVICE_BANDS),), "promoted": (), "joined": (), "left_service": (),
            }.items()
        }  # fmt: skip
        self.completed_late, self.withdrawn_late = log(LATE_PLACES), log(LATE_PLACES)
        self.months_to_post, self.received = log(WAIT_PLACES), log()
        self.in_post, self.snapshots = np.zeros((months, regions)), {}
        self.region = np.repeat(np.arange(regions), self.officers)
        self.began = -self.chance.integers(0, 200, len(self.region))
        self.fte = self._fte(len(self.region))
        self.learner = {
            name: np.zeros(0, dtype=int)
            for name in ("region", "pathway", "start", "end", "status", "since", "wait")
        }
        for month in range(months):
            self._live(month)

    def _around(self, spread, shape):
        return np.ones(shape) if not spread else self.chance.gamma(1 / spread**2, spread**2, shape)

    def _fte(self, people):
        return np.where(self.chance.random(people) < PART_TIME, PART, 1.0)

    def _plan(self, month):
        """Places by region and pathway that start in a month: April and October."""
        if month % 6 != 3:
            return []
        return [
            (region, pathway, places)
            for region, places in enumerate(self.places)
            for pathway in range(len(PATHWAYS))
        ]

    def _live(self, month):
        self._start(month)
        self._learn(month)
        self._work(month)
        self.snapshots[month] = (
            {name: values.copy() for name, values in self.learner.items()},
            self.region.copy(), self.began.copy(), self.fte.copy(),
        )  # fmt: skip

    def _note(self, name, month, where, happened, of=None):
        events, exposure = self.log[name]
        np.add.at(events[month], where, happened)
        np.add.at(exposure[month], where, 1 if of is None else of)

    def _start(self, month):
        lengths = list(PATHWAYS.values())
        for region, pathway, places in self._plan(month):
            started = self.chance.binomial(places, self.filling[region])
            self._note("filled", month, region, started, places)
            new = {
                "region": region, "pathway": pathway, "start": month, "end": month + lengths[pathway], "status": ACTIVE,
                "since": month, "wait": 0,
            }  # fmt: skip
            for name, value in new.items():
                self.learner[name] = np.concatenate((self.learner[name], np.full(started, value)))

    def _chosen(self, where, rate):
        return where & (self.chance.random(len(where)) < -np.expm1(-rate))

    def _learn(self, month):
        one, truth = self.learner, self.truth
        region, year = one["region"], month // 12
        learning = (one["status"] <= BREAK) & (one["start"] < month)
        band = np.searchsorted(PROGRAMME_BANDS, month - one["start"], side="right") - 1
        rate = (
            np.array(truth.withdrawn)[band]
            * self.withdrawing[region]
            * self.tempo_withdrawn[year][region]
        )
        gone = self._chosen(learning, rate)
        place = np.clip(month - one["end"] - EARLIEST, 0, LATE_PLACES - 1)
        self._note(
            "withdrawn",
            month,
            (region[learning], one["pathway"][learning], band[learning]),
            gone[learning],
        )
        near = gone & (month - one["end"] >= EARLIEST)
        np.add.at(self.withdrawn_late[month], (region[near], place[near]), 1)
        self._note("left_service", month, region[gone], self.chance.random(gone.sum()) < 0.6)
        one["status"][gone] = WITHDRAWN
        active = (one["status"] == ACTIVE) & (one["start"] < month)
        away = one["status"] == BREAK
        back, off = (
            self._chosen(away, truth.breaks_ended),
            self._chosen(active & (month < one["end"]), truth.breaks_begun),
        )
        self._note("breaks_ended", month, region[away], back[away])
        self._note("breaks_begun", month, region[active], off[active])
        one["end"][away] += 1
        one["status"][back], one["status"][off] = ACTIVE, BREAK
        ready = (one["status"] == ACTIVE) & ~back & (month - one["end"] >= EARLIEST)
        done = ready & (self.chance.random(len(ready)) < np.array(truth.completing)[place])
        np.add.at(self.completed_late[month], (region[done], place[done]), 1)
        self._complete(month, done)
        self._begin(month)

    def _complete(self, month, done):
        one, truth = self.learner, self.truth
        one["status"][done] = WAITING
        one["since"][done] = month
        one["wait"][done] = self.chance.choice(len(truth.waits), int(done.sum()), p=truth.waits)

    def _begin(self, month):
        """Whoever has waited takes a post, here or elsewhere, or refuses it."""
        one, truth = self.learner, self.truth
        settled = (one["status"] == WAITING) & (one["since"] + one["wait"] == month)
        home, count, regions = one["region"][settled], int(settled.sum()), len(self.officers)
        takes = self.chance.random(count) < truth.accepted
        moves = takes & (self.chance.random(count) < truth.moved)
        self._note("accepted", month, home, takes)
        self._note("moved", month, home[takes], moves[takes])
        np.add.at(self.months_to_post[month], (home[takes], one["wait"][settled][takes]), 1)
        step = self.chance.integers(1, regions, count) if regions > 1 else 0
        goes = np.where(moves, (home + step) % regions, home)
        np.add.at(self.received[month], goes[moves], 1)
        one["status"][settled] = np.where(takes, IN_POST, REFUSED)
        self.newly = goes[takes]

    def _work(self, month):
        truth, year = self.truth, month // 12
        served = month - self.began
        band = np.searchsorted(SERVICE_BANDS, served, side="right") - 1
        rate = (
            np.array(truth.left)[band]
            * self.leaving[self.region]
            * self.tempo_left[year][self.region]
        )
        everybody = np.ones(len(served), dtype=bool)
        left, promoted = self._chosen(everybody, rate), self._chosen(everybody, truth.promoted)
        self._note("left", month, (self.region, band), left)
        self._note("promoted", month, self.region, promoted & ~left)
        size = np.array(self.officers) / 1500
        joined = self.chance.poisson(size)
        self._note("joined", month, np.arange(len(size)), joined)
        stay = ~(left | promoted)
        new = np.concatenate((self.newly, np.repeat(np.arange(len(size)), joined)))
        self.region = np.concatenate((self.region[stay], new))
        self.began = np.concatenate((self.began[stay], np.full(len(new), month)))
        self.fte = np.concatenate((self.fte[stay], self._fte(len(new))))
        self.in_post[month] = np.bincount(self.region, self.fte, minlength=len(size))

    # What is known at a month.

    def inputs(self, at, years=5, planned=60, target=1.0):
        """As known at the end of a month, of so many years before, with intakes planned so many months ahead."""
        known_from, self.planned = max(at + 1 - 12 * years, 0), planned
        regions = tuple(
            self._region(number, at, known_from, target) for number in range(len(self.officers))
        )
        return Inputs(dt.date(2001 + at // 12, at % 12 + 1, 28), regions)

    def _experience(self, name, at, known_from, where):
        events, exposure = (
            part[known_from : at + 1][(slice(None), *where)] for part in self.log[name]
        )
        ends = range(len(events), 0, -12)
        return Experience(
            tuple(int(events[max(end - 12, 0) : end].sum()) for end in ends),
            tuple(float(exposure[max(end - 12, 0) : end].sum()) for end in ends),
        )

    def _region(self, number, at, known_from, target):
        people, region, began, fte = self.snapshots[at]
        of = lambda name, *where: self._experience(name, at, known_from, (number, *where))  # noqa: E731
        counted = lambda log: tuple(log[known_from : at + 1, number].sum(0).astype(int).tolist())  # noqa: E731
        here = people["region"] == number
        served = np.searchsorted(SERVICE_BANDS, at - began[region == number], side="right") - 1
        heads = np.bincount(served, minlength=len(SERVICE_BANDS)).tolist()
        hours = np.bincount(served, fte[region == number], minlength=len(SERVICE_BANDS)).tolist()
        waiting = here & (people["status"] == WAITING)
        past = TrainingPast(
            pathways=tuple(
                PathwayPast(name, tuple(of("withdrawn", place, band) for band in range(len(PROGRAMME_BANDS))))
                for place, name in enumerate(PATHWAYS)
            ),
            completed_late=counted(self.completed_late),
            withdrawn_late=counted(self.withdrawn_late),
            still_there=_still_there(people, here, at),
            months_to_post=counted(self.months_to_post),
            received=int(self.received[known_from : at + 1, number].sum()),
            waiting=tuple(np.bincount(at - people["since"][waiting], minlength=WAIT_PLACES).tolist()),
            **{name: of(name) for name in ("breaks_begun", "breaks_ended", "filled", "accepted", "moved", "left_service")},
        )  # fmt: skip
        size = self.log["joined"][0][known_from : at + 1, number]
        ends = range(len(size), 0, -12)
        grade = Grade(
            "PO",
            tuple(heads),
            tuple(hours),
            tuple(of("left", band) for band in range(len(SERVICE_BANDS))),
            (
                (
                    "SPO",
                    _of_all(
                        of("promoted"), [of("left", band) for band in range(len(SERVICE_BANDS))]
                    ),
                ),
            ),
            Experience(
                tuple(int(size[max(end - 12, 0) : end].sum()) for end in ends),
                tuple(float(end - max(end - 12, 0)) for end in ends),
            ),
            (Target(0, round(sum(hours) * target, 1)),),
        )
        return Region(
            f"R{number:02}", _groups(people, here, at), self._planned(number, at), past, (grade,)
        )

    def _planned(self, number, at):
        lengths = list(PATHWAYS.items())
        return tuple(
            Intake(lengths[pathway][0], month - at, places, lengths[pathway][1])
            for month in range(at + 1, at + 1 + self.planned)
            for region, pathway, places in self._plan(month)
            if region == number and places
        )


def _of_all(events, bands):
    return Experience(
        events.events, tuple(sum(row) for row in zip(*(one.exposure for one in bands), strict=True))
    )


def _still_there(people, here, at):
    active = here & (people["status"] == ACTIVE) & (at - people["end"] >= EARLIEST)
    places = np.clip(at - people["end"][active], EARLIEST, LATEST) - EARLIEST
    return tuple(np.bincount(places, minlength=LATE_PLACES).tolist())


def _groups(people, here, at):
    learning = here & (people["status"] <= BREAK)
    names = list(PATHWAYS)
    rows = np.stack(
        [people[name][learning] for name in ("pathway", "start", "end", "status")], axis=1
    )
    found, counts = np.unique(rows, axis=0, return_counts=True)
    return tuple(
        Learners(names[pathway], int(at - start), int(end - at), bool(status == BREAK), int(count))
        for (pathway, start, end, status), count in zip(
            found.tolist(), counts.tolist(), strict=True
        )
    )
