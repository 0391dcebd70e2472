"""How many become officers in each month of each run, and how many are on the programme.

Each person of a group has their own outcome where the group is small; a large group's months are drawn one after the other, each
by the normal approximation of those still to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.rules import forecast_timing as timing
from reports.rules.forecast_draws import Size, TrainingDraws
from reports.rules.forecast_groups import Group, band_of, groups
from reports.rules.forecast_inputs import PROGRAMME_BANDS, Region
from reports.rules.forecast_learning import Array
from reports.rules.forecast_timing import READY, WINDOW, Timing

#: Above this many people a group is drawn by the normal approximation.
SMALL = 100
COUNTED = np.uint16
TINY = np.finfo(float).tiny
Counts = NDArray[np.unsignedinteger]
People = NDArray[np.int64]


@dataclass(frozen=True)
class OnProgramme:
    """A group's learners expected on the programme at the end of each month, by band, and withdrawing in it."""

    group: Group
    heads: Array
    withdrawn: Array


@dataclass(frozen=True)
class Qualifying:
    """People by run and month of their first day as an officer: in the region that trained them, and of those who move."""

    staying: Counts
    moving: Counts

    @property
    def all(self) -> Counts:
        return self.staying + self.moving


class Trainees:
    """A region's future officers under the draws of a forecast. `sent`: by run, the share who move (`forecast_moving`)."""

    def __init__(self, region: Region, draws: TrainingDraws, size: Size, sent: Array) -> None:
        self.region, self.draws, self.size, self.sent = region, draws, size, sent
        self.groups = groups(region, draws.part_time)
        self._kept: dict[Timing, timing.Ready] = {}
        self._chances: dict[Timing, tuple[Array, Array]] = {}

    def chances(self, one: Timing) -> tuple[Array, Array]:
        """By delay: of completing, and of beginning as an officer; by draw of the bank."""
        if one not in self._chances:
            completed = timing.completing(one, self.draws)
            self._chances[one] = completed, timing.beginning(one, self.draws, completed)
        return self._chances[one]

    def qualifying(self) -> Qualifying:
        staying, moving = (
            np.zeros((self.size.runs, self.size.months), dtype=COUNTED) for _ in range(2)
        )
        for group in self.groups:
            if group.first <= self.size.months:
                columns = slice(group.first - 1, min(group.first - 1 + WINDOW, self.size.months))
                staying[:, columns] += self._outcomes(group, moving)[
                    :, : columns.stop - columns.start
                ]
        return Qualifying(staying, moving)

    def expected(self) -> Array:
        """Expected people by run and month: what the outcomes come to on the whole."""
        found = np.zeros((self.size.runs, self.size.months + WINDOW))
        for group in self.groups:
            if group.first <= self.size.months:
                chances = self.chances(group.timing)[1][self._bank]
                found[:, group.first - 1 : group.first - 1 + WINDOW] += (
                    group.heads * self.share(group)[:, None] * chances
                )
        return found[:, : self.size.months]

    def share(self, group: Group) -> Array:
        """By run, the share of a group that will ever be an officer."""
        accepted = self.draws.accepted
        if not group.is_learning:
            return accepted
        staying = np.exp(-self._withdrawing(group)) * accepted
        if group.starts_in is None:
            return staying
        return staying * self.draws.filled[min((group.starts_in - 1) // 12, self.size.years - 1)]

    @cached_property
    def _bank(self) -> People:
        return np.arange(self.size.runs) % self.size.bank

    def _withdrawing(self, group: Group) -> Array:
        """By run, the rates of withdrawing added up over the months to completing."""
        rates, found = self.draws.withdrawn[group.pathway], np.zeros(self.size.runs)
        for (year, band), months in self._stretches(group).items():
            found += (months * rates[band]) * self.draws.tempo[year]
        return found

    def _stretches(self, group: Group) -> dict[tuple[int, int], float]:
        """Months on the programme to come, by year and band, to the middle of the mean month of completing.

        Who is on the programme has the whole of month 1 before them; places planned start in the middle of their month.
        """
        mean = float((self.chances(group.timing)[0].mean(0) * np.arange(WINDOW)).sum())
        last = group.first + mean + (0.0 if group.starts_in else 0.5)
        found: dict[tuple[int, int], float] = {}
        for month in range(group.starts_in or 1, int(np.ceil(last))):
            where = min((month - 1) // 12, self.size.years - 1), band_of(group.months_on + month)
            found[where] = found.get(where, 0.0) + min(last - month, 1.0)
        return found

    def _outcomes(self, group: Group, moving: Counts) -> Counts:
        """By run and delay, people who begin as officers here; those who do elsewhere are counted into `moving`."""
        chance = self.size.chance(self.region.code, group.name)
        share = np.minimum(self.share(group), 1)
        if group.heads > SMALL:
            return self._many(group, share, chance, moving)
        return self._few(group, share, chance, moving)

    def _few(
        self, group: Group, share: Array, chance: np.random.Generator, moving: Counts
    ) -> Counts:
        """Each person's own outcome: one of those ready-made, or none.

        A number left to chance decides by its size whether somebody becomes an officer and where, by its last bits which outcome.
        """
        made, runs = self._ready(group.timing), self.size.runs
        found = np.zeros((runs, WINDOW), dtype=np.uint8)
        picked = np.empty(runs, dtype=made.rows.dtype)
        added, moves = picked.view(np.uint8).reshape(found.shape), bool(self.sent.any())
        some, all_of = (_bound(part) for part in (share * (1 - self.sent), share))
        first, row, stays = (
            1 + self._bank * READY,
            np.empty(runs, np.int64),
            np.empty(runs, np.bool_),
        )
        gone: list[tuple[People, People]] = []
        for _ in range(group.heads):
            drawn = chance.bit_generator.random_raw(-(-runs // 2)).view(np.uint32)[:runs]
            np.less(drawn, some, out=stays)
            np.bitwise_and(drawn, READY - 1, out=row, casting="unsafe")
            row += first
            if moves:
                goes = np.flatnonzero(np.greater(drawn < all_of, stays))
                gone.append((goes, row[goes]))
            row *= stays
            made.rows.take(row, out=picked, mode="clip")
            found += added
        if gone:
            where, picks = (np.concatenate(parts) for parts in zip(*gone, strict=True))
            self._moved(group, where, made.delays[picks], moving)
        return found.astype(COUNTED)

    def _moved(self, group: Group, runs: People, delays: People, moving: Counts) -> None:
        """Count people who begin elsewhere, by their run and delay, into `moving`."""
        months = delays + (group.first - 1)
        within = months < self.size.months
        cells = runs[within] * self.size.months + months[within]
        np.add.at(moving.reshape(-1), cells, COUNTED(1))

    def _many(
        self, group: Group, share: Array, chance: np.random.Generator, moving: Counts
    ) -> Counts:
        """Month after month, of those still to come."""
        people = chance.binomial(group.heads, share)
        if self.sent.any():
            going = chance.binomial(people, self.sent)
            people = people - going
            columns = slice(group.first - 1, min(group.first - 1 + WINDOW, self.size.months))
            moving[:, columns] += self._spread(group, going, chance)[
                :, : columns.stop - columns.start
            ]
        return self._spread(group, people, chance)

    def _spread(self, group: Group, people: People, chance: np.random.Generator) -> Counts:
        found = np.zeros((self.size.runs, WINDOW), dtype=COUNTED)
        if not people.any():
            return found
        left = people.astype(float)
        chances = self.chances(group.timing)[1]
        still = np.maximum(chances[:, ::-1].cumsum(1)[:, ::-1], TINY)
        hazards = np.clip(chances / still, 0, 1)[self._bank]
        for delay in range(min(WINDOW, self.size.months - group.first + 1)):
            mean = left * hazards[:, delay]
            wide = np.sqrt(mean * (1 - hazards[:, delay]))
            taken = np.clip(np.rint(mean + wide * chance.standard_normal(self.size.runs)), 0, left)
            found[:, delay] = taken
            left -= taken
        return found

    def _ready(self, one: Timing) -> timing.Ready:
        if one not in self._kept:
            chance = self.size.chance(self.region.code, one)
            self._kept[one] = timing.ready(self.chances(one)[1], chance)
        return self._kept[one]

    def on_programme(self) -> list[OnProgramme]:
        """Of each group that learns: at the mean of the runs."""
        return [self._ahead(group) for group in self.groups if group.is_learning]

    def _ahead(self, group: Group) -> OnProgramme:
        months = np.arange(1, self.size.months + 1)
        bands = np.searchsorted(PROGRAMME_BANDS, group.months_on + months, side="right") - 1
        begun = months >= (group.starts_in or 1)
        rates = self.draws.withdrawn[group.pathway].mean(1)
        risk = np.where(begun, rates[bands], 0.0)
        there = group.heads * np.exp(-risk.cumsum())
        if group.starts_in is not None:
            year = min((group.starts_in - 1) // 12, self.size.years - 1)
            there *= float(self.draws.filled[year].mean())
        done = np.concatenate(([0.0], self.chances(group.timing)[0].mean(0).cumsum()))
        learning = 1 - done[np.clip(months - group.first, 0, WINDOW)]
        after = 1 - done[np.clip(months - group.first + 1, 0, WINDOW)]
        heads = np.zeros((len(PROGRAMME_BANDS), self.size.months))
        heads[bands, months - 1] = np.where(begun, there * after, 0.0)
        return OnProgramme(group, heads, there * learning * np.expm1(risk))


def _bound(share: Array) -> NDArray[np.uint32]:
    """Below it lie so large a share of all whole numbers of 32 bits."""
    return np.minimum(np.rint(share * 2.0**32), 2.0**32 - 1).astype(np.uint32)
