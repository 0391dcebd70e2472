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
AT_ONCE, BYTE = 12, 255
#: So many multiplications are a small matrix product.
SMALL_PRODUCT = 200_000
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
        self.near = [one for one in self.groups if one.first <= size.months]
        self._kept: dict[Timing, timing.Ready] = {}
        self._chances: dict[Timing, tuple[Array, Array]] = {}
        self._mean: dict[Timing, Array] = {}

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
        shares = np.minimum(self.shares, 1)
        some, all_of = (_bound(part) for part in (shares * (1 - self.sent), shares))
        for row, group in enumerate(self.near):
            chance = self.size.chance(self.region.code, group.name)
            if group.heads > SMALL:
                self._many(group, shares[row], chance, staying.found, moving)
            else:
                self._few(group, (some[row], all_of[row]), chance, staying, moving)
        self.__dict__.pop("_room", None)
        return Qualifying(staying.all().T, moving.T)

    def expected(self) -> Array:
        """Expected people by run and month: what the outcomes come to on the whole."""
        found = np.zeros((self.size.runs, self.size.months + WINDOW))
        for group, share in zip(self.near, self.shares, strict=True):
            chances = self.chances(group.timing)[1][self._bank]
            found[:, group.first - 1 : group.first - 1 + WINDOW] += (
                group.heads * share[:, None] * chances
            )
        return found[:, : self.size.months]

    @cached_property
    def shares(self) -> Array:
        """By group that may complete within the forecast and run, the share of it that will ever be an officer."""
        found = np.ones((len(self.near), self.size.runs))
        for pathway, rates in self.draws.withdrawn.items():
            rows = [row for row, one in enumerate(self.near) if one.is_learning and one.pathway == pathway]  # fmt: skip
            stretches = [self._stretches(self.near[row]) for row in rows]
            cells = sorted({cell for one in stretches for cell in one})
            if not cells:
                continue
            months = np.array([[one.get(cell, 0.0) for cell in cells] for one in stretches])
            each = np.array([rates[band] * self.draws.tempo[year] for year, band in cells])
            found[rows] = np.exp(-_product(months, each))
        found *= self.draws.accepted
        for row, one in enumerate(self.near):
            if one.starts_in is not None:
                found[row] *= self.draws.filled[self._year(one.starts_in)]
        return found

    def _year(self, month: int) -> int:
        """The place of a month's year; what lies beyond the years drawn counts in the last."""
        return min((month - 1) // 12, self.size.years - 1)

    @cached_property
    def _room(self) -> _Room:
        return _Room(self.size)

    @cached_property
    def _bank(self) -> People:
        return np.arange(self.size.runs) % self.size.bank

    def _stretches(self, group: Group) -> dict[tuple[int, int], float]:
        """Months on the programme to come, by year and band, to the middle of the mean month of completing.

        Who is on the programme has the whole of month 1 before them; places planned start in the middle of their month.
        """
        mean = float((self._completing(group.timing) * np.arange(WINDOW)).sum())
        last = group.first + mean + (0.0 if group.starts_in else 0.5)
        first, found = group.starts_in or 1, dict[tuple[int, int], float]()
        steps = (
            *range(13, 12 * self.size.years, 12),
            *(low - group.months_on for low in PROGRAMME_BANDS[1:]),
        )
        begins = sorted({first, *(step for step in steps if first < step < last)})
        for begin, end in zip(begins, [*begins[1:], last], strict=True):
            if end > begin:
                where = self._year(begin), band_of(group.months_on + begin)
                found[where] = found.get(where, 0.0) + end - begin
        return found

    def _completing(self, one: Timing) -> Array:
        """By delay, the chance of completing, at the mean of the bank."""
        if one not in self._mean:
            self._mean[one] = self.chances(one)[0].mean(0)
        return self._mean[one]

    def _few(
        self,
        group: Group,
        bounds: tuple[NDArray[np.uint32], NDArray[np.uint32]],
        chance: np.random.Generator,
        staying: Counted,
        moving: Counts,
    ) -> None:
        """Count a group's people who begin as officers, by month and run: here into `staying`, elsewhere into `moving`.

        Each person has their own outcome, one of those ready-made or none; several people at a time, in all runs. A number
        left to chance decides by its size whether somebody becomes an officer and where, by its last bits which outcome.
        """
        made, runs, room = self._ready(group.timing), self.size.runs, self._room
        some, all_of = bounds
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
            there *= self._mean_filled[self._year(group.starts_in)]
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


def _product(one: Array, other: Array) -> Array:
    """Their matrix product, in pieces so small that the library for it starts no threads of its own.

    Those would keep the processors busy waiting, beside the regions that are worked out at the same time.
    """
    found = np.empty((len(one), other.shape[1]))
    width = max(SMALL_PRODUCT // one.size, 1)
    for begin in range(0, other.shape[1], width):
        part = slice(begin, begin + width)
        found[:, part] = one @ other[:, part]
    return found


def _bound(share: Array) -> NDArray[np.uint32]:
    """Below it lie so large a share of all whole numbers of 32 bits."""
    return np.minimum(np.rint(share * 2.0**32), 2.0**32 - 1).astype(np.uint32)
