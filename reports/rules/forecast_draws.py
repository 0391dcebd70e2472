"""What each run takes to be true: rates and shares drawn from what was learned, and good and bad years to come.

Every run has its own, so that what is not known of a small region widens its range. The shape of completing late and of waiting
for a post is drawn `BANK` times (once for `TURNS` runs where they are fewer), and the runs take these in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np

from reports.rules import forecast_defaults as assumed
from reports.rules.forecast_inputs import (
    EARLIEST,
    PROGRAMME_BANDS,
    SERVICE_BANDS,
    Experience,
    Inputs,
    Region,
)
from reports.rules.forecast_learning import Array, Rates, Shares, learn_rates, learn_shares, stacked

BANK, TURNS = 100, 10
LEAST_PARAMETER = 1e-3
SHARES = ("filled", "accepted", "moved", "part_time", "left_service")


@dataclass(frozen=True)
class Size:
    """How many runs, how many months, and what they are drawn from. `own_timing`: every run has a draw of timing to itself."""

    runs: int
    months: int
    seed: int
    own_timing: bool = False

    @property
    def years(self) -> int:
        return -(-self.months // 12)

    @property
    def bank(self) -> int:
        """How many draws of timing the runs take in turn."""
        return self.runs if self.own_timing else min(BANK, -(-self.runs // TURNS))

    def chance(self, *names: object) -> np.random.Generator:
        """A source of chance of its own for each name, whatever else is drawn before or beside it."""
        words = [*self._words, *(crc32(repr(name).encode()) for name in names)]
        seeds = np.random.SeedSequence(np.array(words, dtype=np.uint32))
        return np.random.Generator(np.random.SFC64(seeds))

    @cached_property
    def _words(self) -> list[int]:
        """The seed in pieces of 32 bits, as numpy takes it apart: done once, it takes a quarter of the time."""
        return [self.seed >> at & 0xFFFFFFFF for at in range(0, max(self.seed.bit_length(), 1), 32)]


@dataclass(frozen=True)
class TrainingDraws:
    """Of a region's learners: a column for each run, a row for each band or year; of timing, a row for each draw of the bank."""

    withdrawn: dict[str, Array]
    tempo: Array
    filled: Array
    accepted: Array
    moved: Array
    part_time: float
    left_service: float
    completing: Array
    beginning: Array
    breaks_begun: Array
    breaks_ended: Array


@dataclass(frozen=True)
class PostDraws:
    """Of a grade's people in a region: rates of leaving by band, of promotion by grade, of joining by year; tempo by year."""

    left: Array
    tempo: Array
    promoted: dict[str, Array]
    joined: Array


@dataclass(frozen=True)
class National:
    """A family of rates with what each run takes of the nation: its level, and its years to come."""

    learned: Rates
    level: Array
    tempo: Array

    def region(self, place: int, chance: np.random.Generator, cells: slice = slice(None)) -> Array:
        """A region's rates by cell and run."""
        rates = self.learned
        own, expected = rates.events[place], rates.nation * rates.exposure[place]
        weight = 1 / (1 + rates.within * expected)
        runs = self.level.shape[1]
        prior = 1 / rates.between
        shape, scale = prior + (own * weight).sum(), prior + (expected * weight).sum()
        value = self.level[cells] * (chance.standard_gamma(shape, runs) / scale)
        if rates.within:
            prior = 1 / rates.within
            shapes = (prior + own[cells])[:, None]
            value = chance.standard_gamma(shapes, value.shape) / (
                prior / value + rates.exposure[place][cells][:, None]
            )
        return value

    def years(self, chance: np.random.Generator) -> Array:
        """What a region's rates are multiplied by in each year and run: the nation's years, and its own beside them."""
        return self.tempo * _around_one(chance, self.learned.own_years, self.tempo.shape)


def _around_one(chance: np.random.Generator, spread: float, shape: tuple[int, ...]) -> Array:
    return chance.standard_gamma(1 / spread, shape) * spread


def _nation(rates: Rates, size: Size, runs: int, name: str) -> National:
    chance = size.chance("nation", name)
    steady = _around_one(chance, rates.years / max(rates.years_seen, 1.0), (runs,))
    known = rates.known[:, None]
    level = rates.nation[:, None] * chance.standard_gamma(known, (len(known), runs)) / known
    return National(level=level * steady, learned=rates, tempo=_around_one(chance, rates.years, (size.years, runs)))  # fmt: skip


def _beta(
    chance: np.random.Generator, events: Array, others: Array, shape: tuple[int, ...]
) -> Array:
    return chance.beta(
        np.maximum(events, LEAST_PARAMETER), np.maximum(others, LEAST_PARAMETER), shape
    )


class Training:
    """What was learned of training, of all regions; `region` draws one's."""

    def __init__(self, inputs: Inputs, size: Size) -> None:
        self.size, self.inputs = size, inputs
        pasts = [region.training for region in inputs.regions]
        self.pathways = sorted(_pathways(inputs))
        self.withdrawn = _nation(
            _withdrawals(inputs.regions, self.pathways), size, size.runs, "withdrawn"
        )
        self.breaks = {
            name: _nation(
                _one([getattr(past, name) for past in pasts], name), size, size.bank, name
            )
            for name in ("breaks_begun", "breaks_ended")
        }
        self.shares = {
            name: learn_shares(*stacked([[getattr(past, name)] for past in pasts]), [assumed.USUAL[name].value])
            for name in SHARES
        }  # fmt: skip
        self.completing = _hazards(
            [_completing(region) for region in inputs.regions], assumed.COMPLETING
        )
        self.beginning = _hazards(
            [_beginning(region) for region in inputs.regions], assumed.BEGINNING
        )
        self._national = {
            name: self._of_nation(name, one) for name, one in self._families().items()
        }

    def _families(self) -> dict[str, Shares]:
        return self.shares | {"completing": self.completing, "beginning": self.beginning}

    def _of_nation(self, name: str, shares: Shares) -> Array:
        """The nation's share by cell and run (or draw of the bank)."""
        columns = self.size.bank if len(shares.nation) > 1 else self.size.runs
        share, known = shares.nation[:, None], shares.known[:, None]
        chance = self.size.chance("nation", name)
        return _beta(chance, share * known, (1 - share) * known, (len(share), columns))

    def _share(self, name: str, place: int, chance: np.random.Generator) -> Array:
        """A region's share by cell and run; never where nobody anywhere ever did, and it is taken that nobody does."""
        shares, nation = self._families()[name], self._national[name]
        if not shares.nation.any():
            return np.zeros_like(nation)
        firm = 1 / shares.alike - 1
        events, others = shares.events[place], (shares.exposure - shares.events)[place]
        return _beta(
            chance,
            firm * nation + events[:, None],
            firm * (1 - nation) + others[:, None],
            nation.shape,
        )

    def region(self, place: int) -> TrainingDraws:
        region = self.inputs.regions[place]
        chance = self.size.chance("training", region.code)
        bands, used = len(PROGRAMME_BANDS), _used(region)
        withdrawn = {}
        for number, pathway in enumerate(self.pathways):
            if pathway in used:
                cells = slice(number * bands, number * bands + bands)
                rates = self.withdrawn.region(place, chance, cells)
                withdrawn[pathway] = rates * region.changes.withdrawing
        shares = {name: self._share(name, place, chance) for name in self._families()}
        part_time = region.changes.part_time
        breaks = {name: one.region(place, chance)[0] for name, one in self.breaks.items()}
        return TrainingDraws(
            withdrawn=withdrawn,
            tempo=self.withdrawn.years(chance),
            filled=self._by_year(shares["filled"][0], self.shares["filled"], chance),
            accepted=shares["accepted"][0],
            moved=shares["moved"][0],
            part_time=float(shares["part_time"][0].mean()) if part_time is None else part_time,
            left_service=float(shares["left_service"][0].mean()),
            completing=shares["completing"].T,
            beginning=shares["beginning"].T,
            **breaks,
        )

    def _by_year(self, share: Array, learned: Shares, chance: np.random.Generator) -> Array:
        """The share of each year to come: years of a region differ by more than chance."""
        firm = 1 / max(learned.alike_in_year, assumed.LEAST_ALIKE) - 1
        return _beta(chance, firm * share, firm * (1 - share), (self.size.years, len(share)))


class Posts:
    """What was learned of a grade's people, of all regions; `region` draws one's."""

    def __init__(self, inputs: Inputs, grade: str, size: Size) -> None:
        self.inputs, self.grade, self.size = inputs, grade, size
        grades = [region.grade(grade) for region in inputs.regions]
        usual = {name: assumed.USUAL[name].value for name in ("left", "promoted", "joined")}
        left = learn_rates(
            *stacked([one.left for one in grades]), [usual["left"]] * len(SERVICE_BANDS)
        )
        self.nation = {"left": _nation(left, size, size.runs, f"{grade} left")}
        self.weight = _weights([sum(one.heads) for one in grades])
        joined = _one([one.joined for one in grades], "joined", self.weight)
        self.nation["joined"] = _nation(joined, size, size.runs, f"{grade} joined")
        self.above = sorted({to for one in grades for to, _ in one.promoted})
        for to in self.above:
            past = [dict(one.promoted).get(to, Experience()) for one in grades]
            self.nation[to] = _nation(_one(past, "promoted"), size, size.runs, f"{grade} {to}")

    def region(self, place: int) -> PostDraws:
        chance = self.size.chance("posts", self.grade, self.inputs.regions[place].code)
        left, joined = self.nation["left"], self.nation["joined"]
        return PostDraws(
            left.region(place, chance) * self.inputs.regions[place].changes.leaving,
            left.years(chance),
            {to: self.nation[to].region(place, chance)[0] for to in self.above},
            joined.region(place, chance) * self.weight[place] * joined.years(chance),
        )


def _weights(heads: Sequence[int]) -> Array:
    """By how many people of the grade each region's joining is told: where nobody is in post, somebody may still come."""
    return np.array(heads) + 1.0


def _one(past: Sequence[Experience], name: str, weight: Array | float = 1.0) -> Rates:
    events, exposure = stacked([[one] for one in past])
    return learn_rates(
        events, exposure * np.reshape(weight, (-1, 1, 1)), [assumed.USUAL[name].value]
    )


def _used(region: Region) -> set[str]:
    return {one.pathway for one in region.learners} | {one.pathway for one in region.intakes}


def _pathways(inputs: Inputs) -> set[str]:
    told = {one.pathway for region in inputs.regions for one in region.training.pathways}
    return told.union(*(_used(region) for region in inputs.regions)) or {""}


def _withdrawals(regions: Sequence[Region], pathways: Sequence[str]) -> Rates:
    """By pathway and band; what is assumed of each is what all pathways together have seen of the band."""
    bands = len(PROGRAMME_BANDS)
    rows = []
    for region in regions:
        told = {one.pathway: one.withdrawn for one in region.training.pathways}
        rows.append(
            [one for pathway in pathways for one in told.get(pathway, (Experience(),) * bands)]
        )
    events, exposure = stacked(rows)
    usual = assumed.USUAL["withdrawn"].value
    seen = events.sum((0, 2)).reshape(-1, bands).sum(0) + assumed.WEIGHT
    chances = exposure.sum((0, 2)).reshape(-1, bands).sum(0) + assumed.WEIGHT / usual
    return learn_rates(events, exposure, np.tile(seen / chances, len(pathways)))


def _hazards(past: Sequence[tuple[Array, Array]], usual: Sequence[float]) -> Shares:
    """The chance at each place that somebody still there is counted in it."""
    events = np.array([one[0] for one in past])[:, :, None]
    return learn_shares(events, np.array([one[1] for one in past])[:, :, None], usual)


def _completing(region: Region) -> tuple[Array, Array]:
    """Completions at each place from 3 months early on, and how many were still there to complete."""
    past = region.training
    done, withdrawn, there = (
        np.array(one, dtype=float)
        for one in (past.completed_late, past.withdrawn_late, past.still_there)
    )
    later = lambda one: one[::-1].cumsum()[::-1]  # noqa: E731
    return done, later(done) + later(withdrawn) - withdrawn / 2 + later(there)


def _beginning(region: Region) -> tuple[Array, Array]:
    """First days as an officer at each month from completing, and how many had not begun before."""
    begun = np.array(region.training.months_to_post, dtype=float)
    return begun, begun[::-1].cumsum()[::-1]


def places_from_end(months_to_end: int) -> int:
    """The place, from 3 months early on, of month 1 for somebody whose planned end is so many months ahead."""
    return 1 - months_to_end - EARLIEST
