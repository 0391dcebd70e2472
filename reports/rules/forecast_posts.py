"""People in post month after month: who leaves, goes on to another grade, joins and qualifies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reports.rules.forecast_draws import PostDraws, Size
from reports.rules.forecast_inputs import SERVICE_BANDS, Grade
from reports.rules.forecast_learning import Array, Numbers

#: The share of each band that passes into the next in a month; nobody passes out of the last.
PASSING = np.array([[1 / (high - low)] for low, high in pairwise(SERVICE_BANDS)], dtype=np.float32)
TINY = np.finfo(np.float32).tiny
YEAR = 12
#: Up to such a chance, and so many expected, the inversion below neither underflows nor takes long.
HALF, SURE_TO_END = 0.5, 100
#: From such a variance on, a month's number is near enough to normal (chances differ by less than 0.005).
MANY = 5


class Luck(Protocol):
    """How what is likely comes out."""

    def taken(self, people: Numbers, chance: Array) -> Numbers: ...

    def come(self, expected: Array) -> Numbers: ...

    def joined(self, rates: Array, months: int) -> Numbers: ...


class Chance:
    """Whole people, by chance: one by one where few are expected, else by the normal approximation with its skew."""

    def __init__(self, source: np.random.Generator) -> None:
        self.source = source

    def taken(self, people: Numbers, chance: Array) -> Numbers:
        expected = people * chance
        variance = expected * (1 - chance)
        if variance.mean() < MANY:
            return self._exactly(people, chance, expected)
        chance, expected = chance.astype(np.float32), expected.astype(np.float32)
        normal = self.source.standard_normal(len(expected), dtype=np.float32)
        drawn = normal * normal
        drawn -= 1
        drawn *= (1 - 2 * chance) / 6
        normal *= np.sqrt(variance, dtype=np.float32)
        drawn += normal
        drawn += expected
        return np.clip(np.rint(drawn), 0, people).astype(people.dtype)

    def _exactly(self, people: Numbers, chance: Array, expected: Array) -> Numbers:
        """As numpy's binomial, by the same inversion, in all runs at a time: a third of the time."""
        if chance.max() > HALF or expected.max() > SURE_TO_END:
            return self.source.binomial(people, chance)
        left_over, kept = self.source.random(len(people)), 1 - chance.astype(float)
        likely, odds = np.exp(people * np.log(kept)), chance / kept
        more, found = people * odds, np.zeros(len(people), dtype=people.dtype)
        where, number = None, 0
        while True:
            left_over -= likely
            beyond = left_over >= 0
            still = np.count_nonzero(beyond)
            if not still:
                return found
            if where is None:
                found += beyond
            else:
                found[where] += beyond
            if still < len(left_over) // 4:
                on = np.flatnonzero(beyond)
                where = on if where is None else where[on]
                left_over, likely, more, odds = (one[on] for one in (left_over, likely, more, odds))
            number += 1
            likely *= more
            likely /= number
            more -= odds

    def come(self, expected: Array) -> Numbers:
        return self.source.poisson(expected)

    def joined(self, rates: Array, months: int) -> Numbers:
        """By month and run, from rates a month by year and run: a year's people at once, each in a month by chance."""
        found = np.zeros((len(rates) * YEAR, rates.shape[1]), dtype=np.int32)
        for year, rate in enumerate(rates):
            people = np.repeat(np.arange(len(rate)), self.source.poisson(rate * YEAR))
            month = year * YEAR + self.source.integers(0, YEAR, len(people))
            np.add.at(found.reshape(-1), month * len(rate) + people, np.int32(1))
        return found[:months]


class Mean:
    """As expected, in parts of people."""

    def taken(self, people: Numbers, chance: Array) -> Numbers:
        return people * chance

    def come(self, expected: Array) -> Numbers:
        return expected

    def joined(self, rates: Array, months: int) -> Numbers:
        return np.repeat(rates, YEAR, axis=0)[:months]


@dataclass(frozen=True)
class Path:
    """By month and run: people in post at its end; by month, the mean of those who left, and joined from outside."""

    heads: Numbers
    leaving: Array
    joining: Array


@dataclass(frozen=True)
class Flows:
    """What happens beside the grade's own leaving and joining, by month and run: who comes, who qualifies, and who withdraws and
    leaves. `comers_join`: whether who comes counts as joining (officers who come have qualified).

    `kept`, by month: people in post to whom the grade's rates of leaving do not apply (learners among PSOs).
    """

    coming: Numbers | None = None
    qualifying: Numbers | None = None
    withdrawing: Numbers | None = None
    kept: Array | None = None
    comers_join: bool = True


def path(
    grade: Grade,
    draws: PostDraws,
    size: Size,
    luck: Luck,
    flows: Flows,
    joined: Numbers | None = None,
) -> Path:
    """A region's people of a grade from D on. Never fewer than none. `joined`: who joins, where that is drawn already."""
    leaving, joining = np.zeros(size.months), np.zeros(size.months)
    people = np.full(size.runs, float(sum(grade.heads)))
    people = people.astype(np.int32) if isinstance(luck, Chance) else people
    served = np.repeat(np.array(grade.heads, dtype=np.float32)[:, None], size.runs, axis=1)
    going = np.empty_like(served)
    rates = [_chances(draws, year).astype(np.float32) for year in range(size.years)]
    joined = luck.joined(draws.joined, size.months) if joined is None else joined
    heads = np.empty((size.months, size.runs), dtype=people.dtype)
    for month in range(size.months):
        np.multiply(served, rates[month // YEAR], out=going)
        likely, there = (np.maximum(one.sum(0), TINY) for one in (going, served))
        at_risk = people if flows.kept is None else _beside(people, flows.kept[month])
        left = luck.taken(at_risk, np.minimum(likely / there, 1))
        come = joined[month]
        leaving[month], joining[month] = left.sum() / size.runs, come.sum() / size.runs
        entered = come if flows.coming is None else come + flows.coming[month]
        going *= np.divide(left, likely, dtype=np.float32)
        served -= going
        np.maximum(served, 0, out=served)
        _pass(served, going[:-1])
        served[0] += entered
        people = (people - left + entered).astype(people.dtype, copy=False)
        for gone in (flows.qualifying, flows.withdrawing):
            if gone is not None:
                people = np.maximum(people - gone[month], 0).astype(people.dtype, copy=False)
        heads[month] = people
    if flows.withdrawing is not None:
        leaving += flows.withdrawing.mean(1)
    if flows.coming is not None and flows.comers_join:
        joining += flows.coming.mean(1)
    return Path(heads, leaving, joining)


def _chances(draws: PostDraws, year: int) -> Array:
    """By band and run, the chance in a month of leaving the grade whichever way."""
    rates = draws.left * draws.tempo[year]
    for rate in draws.promoted.values():
        rates = rates + rate
    return 1 - np.exp(-rates)


def _beside(people: Numbers, kept: Array) -> Numbers:
    """People without those kept, in whole people where people are."""
    return np.maximum(people - np.rint(kept).astype(people.dtype), 0)


def _pass(served: NDArray[np.float32], older: NDArray[np.float32]) -> None:
    """A month's service more. `older`: room for those who pass."""
    np.multiply(served[:-1], PASSING, out=older)
    served[:-1] -= older
    served[1:] += older
