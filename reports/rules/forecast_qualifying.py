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
from reports.rules.forecast_timing import HALF, READY, WINDOW, Timing, delays_counted

#: Above this many people a group is drawn by the normal approximation.
SMALL = 100
#: How many outcomes are added up at once, and in a byte.
AT_ONCE, BYTE = 6, 255
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


class Counted:
    """People by month and run, added up from rows of outcomes (`forecast_timing.Ready`).

    Groups whose first possible month is the same are added up as rows, in bytes, before the rows are turned into months.
    """

    def __init__(self, months: int, runs: int) -> None:
        self.found: Counts = np.zeros((months, runs), dtype=COUNTED)
        self._open: dict[int, tuple[int, list[NDArray[np.uint8]]]] = {}

    def add(self, first: int, people: int, rows: NDArray[np.uint8]) -> None:
        """Outcomes of so many people, counted from a first month; a row for each run."""
        before, halves = self._open.get(first, (0, []))
        if before + people > BYTE:
            self._turn(first)
            before, halves = 0, []
        counted = delays_counted(rows)
        if not halves:
            halves = list(counted)
        else:
            for sums, more in zip(halves, counted, strict=True):
                sums += more
        self._open[first] = before + people, halves

    def _turn(self, first: int) -> None:
        _people, halves = self._open.pop(first)
        for nth, sums in enumerate(halves):
            begins = first - 1 + nth * HALF
            months = self.found[begins : begins + HALF]
            months += sums.T[: len(months)]

    def all(self) -> Counts:
        for first in list(self._open):
            self._turn(first)
        return self.found


class Trainees:
    """A region's future officers under the draws of a forecast. `sent`: by run, the share who move (`forecast_moving`)."""

    def __init__(self, region: Region, draws: TrainingDraws, size: Size, sent: Array) -> None:
        self.region, self.draws, self.size, self.sent = region, draws, size, sent
        self.groups = groups(region, draws.part_time)
        self._kept: dict[Timing, timing.Ready] = {}
        self._chances: dict[Timing, tuple[Array, Array]] = {}
        self._mean: dict[Timing, Array] = {}
        self._rates: dict[tuple[str, int, int], Array] = {}

    def chances(self, one: Timing) -> tuple[Array, Array]:
        """By delay: of completing, and of beginning as an officer; by draw of the bank."""
        if one not in self._chances:
            completed = timing.completing(one, self.draws)
            self._chances[one] = completed, timing.beginning(one, self.draws, completed)
        return self._chances[one]

    def qualifying(self) -> Qualifying:
        """Kept by month and run, since all that follows goes by month; told by run and month."""
        shape = (self.size.months, self.size.runs)
        staying, moving = Counted(*shape), np.zeros(shape, dtype=COUNTED)
        for group in self.groups:
            if group.first <= self.size.months:
                self._draw(group, staying, moving)
        self.__dict__.pop("_room", None)
        return Qualifying(staying.all().T, moving.T)

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
    def _room(self) -> _Room:
        return _Room(self.size)

    @cached_property
    def _bank(self) -> People:
        return np.arange(self.size.runs) % self.size.bank

    def _withdrawing(self, group: Group) -> Array:
        """By run, the rates of withdrawing added up over the months to completing."""
        found, part = np.zeros(self.size.runs), np.empty(self.size.runs)
        for (year, band), months in self._stretches(group).items():
            np.multiply(self._rate(group.pathway, year, band), months, out=part)
            found += part
        return found

    def _rate(self, pathway: str, year: int, band: int) -> Array:
        """By run, the rate of withdrawing of a band in a year."""
        key = (pathway, year, band)
        if key not in self._rates:
            self._rates[key] = self.draws.withdrawn[pathway][band] * self.draws.tempo[year]
        return self._rates[key]

    def _stretches(self, group: Group) -> dict[tuple[int, int], float]:
        """Months on the programme to come, by year and band, to the middle of the mean month of completing.

        Who is on the programme has the whole of month 1 before them; places planned start in the middle of their month.
        """
        mean = float((self._completing(group.timing) * np.arange(WINDOW)).sum())
        last = group.first + mean + (0.0 if group.starts_in else 0.5)
        found: dict[tuple[int, int], float] = {}
        for month in range(group.starts_in or 1, int(np.ceil(last))):
            where = min((month - 1) // 12, self.size.years - 1), band_of(group.months_on + month)
            found[where] = found.get(where, 0.0) + min(last - month, 1.0)
        return found

    def _completing(self, one: Timing) -> Array:
        """By delay, the chance of completing, at the mean of the bank."""
        if one not in self._mean:
            self._mean[one] = self.chances(one)[0].mean(0)
        return self._mean[one]

    def _draw(self, group: Group, staying: Counted, moving: Counts) -> None:
        """Count a group's people who begin as officers, by month and run: here into `staying`, elsewhere into `moving`."""
        chance = self.size.chance(self.region.code, group.name)
        share = np.minimum(self.share(group), 1)
        if group.heads > SMALL:
            self._many(group, share, chance, staying.found, moving)
        else:
            self._few(group, share, chance, staying, moving)

    def _few(
        self,
        group: Group,
        share: Array,
        chance: np.random.Generator,
        staying: Counted,
        moving: Counts,
    ) -> None:
        """Each person's own outcome: one of those ready-made, or none. Several people at a time, in all runs.

        A number left to chance decides by its size whether somebody becomes an officer and where, by its last bits which outcome.
        """
        made, runs, room = self._ready(group.timing), self.size.runs, self._room
        some, all_of = (_bound(part) for part in (share * (1 - self.sent), share))
        moves = bool(self.sent.any())
        gone: list[tuple[People, People]] = []
        for people in _at_once(group.heads):
            drawn = _numbers(chance, people, runs)
            stays, goes, row, index, picked = (one[:people] for one in room.parts)
            np.less(drawn, some, out=stays)
            np.bitwise_and(drawn, READY - 1, out=row, casting="unsafe")
            row += room.first
            if moves:
                np.less(drawn, all_of, out=goes)
                where = np.flatnonzero(np.greater(goes, stays, out=goes))
                gone.append((where % runs, row.ravel()[where]))
            row *= stays.view(np.uint8)
            index[...] = row
            made.rows.take(index, out=picked, mode="clip")
            added = np.add.reduce(picked.view(np.uint64), axis=0)
            staying.add(group.first, people, added.view(np.uint8).reshape(runs, HALF))
        if gone:
            where, picks = (np.concatenate(parts) for parts in zip(*gone, strict=True))
            self._moved(group, where, made.delays[picks], moving)

    def _moved(self, group: Group, runs: People, delays: NDArray[np.uint8], moving: Counts) -> None:
        """Count people who begin elsewhere, by their run and delay, into `moving`."""
        months = delays + np.int64(group.first - 1)
        within = months < self.size.months
        cells = months[within] * self.size.runs + runs[within]
        np.add.at(moving.reshape(-1), cells, COUNTED(1))

    def _many(
        self,
        group: Group,
        share: Array,
        chance: np.random.Generator,
        staying: Counts,
        moving: Counts,
    ) -> None:
        """Month after month, of those still to come."""
        people = chance.binomial(group.heads, share)
        if self.sent.any():
            going = chance.binomial(people, self.sent)
            people = people - going
            self._spread(group, going, chance, moving)
        self._spread(group, people, chance, staying)

    def _spread(
        self, group: Group, people: People, chance: np.random.Generator, into: Counts
    ) -> None:
        if not people.any():
            return
        left = people.astype(float)
        chances = self.chances(group.timing)[1]
        still = np.maximum(chances[:, ::-1].cumsum(1)[:, ::-1], TINY)
        hazards = np.clip(chances / still, 0, 1)[self._bank]
        for delay in range(min(WINDOW, self.size.months - group.first + 1)):
            mean = left * hazards[:, delay]
            wide = np.sqrt(mean * (1 - hazards[:, delay]))
            taken = np.clip(np.rint(mean + wide * chance.standard_normal(self.size.runs)), 0, left)
            into[group.first - 1 + delay] += taken.astype(COUNTED)
            left -= taken

    def _ready(self, one: Timing) -> timing.Ready:
        if one not in self._kept:
            chance = self.size.chance(self.region.code, one)
            self._kept[one] = timing.ready(self.chances(one)[1], chance)
        return self._kept[one]

    def on_programme(self) -> list[OnProgramme]:
        """Of each group that learns: at the mean of the runs."""
        return [self._ahead(group) for group in self.groups if group.is_learning]

    @cached_property
    def _mean_rates(self) -> dict[str, Array]:
        return {pathway: rates.mean(1) for pathway, rates in self.draws.withdrawn.items()}

    @cached_property
    def _mean_filled(self) -> list[float]:
        return self.draws.filled.mean(1).tolist()

    def _ahead(self, group: Group) -> OnProgramme:
        months = np.arange(1, self.size.months + 1)
        bands = np.searchsorted(PROGRAMME_BANDS, group.months_on + months, side="right") - 1
        begun = months >= (group.starts_in or 1)
        rates = self._mean_rates[group.pathway]
        risk = np.where(begun, rates[bands], 0.0)
        there = group.heads * np.exp(-risk.cumsum())
        if group.starts_in is not None:
            year = min((group.starts_in - 1) // 12, self.size.years - 1)
            there *= self._mean_filled[year]
        done = np.concatenate(([0.0], self._completing(group.timing).cumsum()))
        learning = 1 - done[np.clip(months - group.first, 0, WINDOW)]
        after = 1 - done[np.clip(months - group.first + 1, 0, WINDOW)]
        heads = np.zeros((len(PROGRAMME_BANDS), self.size.months))
        heads[bands, months - 1] = np.where(begun, there * after, 0.0)
        return OnProgramme(group, heads, there * learning * np.expm1(risk))


class _Room:
    """Arrays that one group after the other is drawn in, since it takes longer to be given new ones than to fill them."""

    def __init__(self, size: Size) -> None:
        rows = size.bank * READY + 1
        narrow = np.uint16 if rows < 2**16 else np.int64
        #: The row before which those of each run's draw of the bank begin.
        self.first = (1 + np.arange(size.runs) % size.bank * READY).astype(narrow)
        self.parts = tuple(
            np.empty((AT_ONCE, size.runs), dtype=kind)
            for kind in (np.bool_, np.bool_, narrow, np.intp, f"V{HALF}")
        )


def _numbers(chance: np.random.Generator, people: int, runs: int) -> NDArray[np.uint32]:
    """Numbers of 32 bits left to chance, for each person and run."""
    width = -(-runs // 2)
    drawn = chance.bit_generator.random_raw(people * width).view(np.uint32)
    return drawn.reshape(people, 2 * width)[:, :runs]


def _at_once(heads: int) -> list[int]:
    """A group's people in parts of nearly the same size."""
    parts = -(-heads // AT_ONCE)
    return [(heads + nth) // parts for nth in range(parts)]


def _bound(share: Array) -> NDArray[np.uint32]:
    """Below it lie so large a share of all whole numbers of 32 bits."""
    return np.minimum(np.rint(share * 2.0**32), 2.0**32 - 1).astype(np.uint32)
