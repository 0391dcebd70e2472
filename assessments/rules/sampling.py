"""What internal quality assurance must sample of each assessor, what is missing, and which decisions would fill the
gap.

The policy says how much: a share of an assessor's candidates by level, every unit and every method they decide,
samples at the interim and at the summative stage, and for a trainee assessor the first countersigned decision of each
unit (rules C3 59 to 63). Pure functions: decisions are given as `Work`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple, Protocol

INTERIM, SUMMATIVE = "interim", "summative"
STANDARD, RAISED, TRAINEE = "standard", "raised", "trainee"
#: A unit of a qualification: the qualification's code and the unit's number.
UnitKey = tuple[str, int]


class Policy(Protocol):
    """How much is sampled, as `SamplingPolicy` states it; shares are percentages."""

    standard_share: int
    raised_share: int
    trainee_share: int
    new_months: int
    often_percent: int
    every_unit: bool
    every_method: bool
    first_of_unit: bool


class Level(NamedTuple):
    """How closely an assessor is sampled, with the reasons."""

    name: str
    share: int
    reasons: list[str]


class Work(NamedTuple):
    """A final decision of an assessor: the candidate, units, method, who countersigned it, and whether it was sampled.

    `stage` is the stage at which it was sampled, or would be: summative once its units are signed off.
    """

    decision: int
    candidate: int
    units: frozenset[UnitKey]
    method: str
    decided_on: dt.date
    stage: str
    people: frozenset[int]
    is_sampled: bool = False
    is_planned: bool = False
    is_first: bool = False


@dataclass(frozen=True)
class Gap:
    """What is still to be sampled of an assessor; empty where the policy is satisfied."""

    candidates: int = 0
    units: list[UnitKey] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    firsts: int = 0

    @property
    def is_open(self) -> bool:
        return bool(self.candidates or self.units or self.methods or self.stages or self.firsts)


def level_of(
    policy: Policy,
    *,
    achieved_on: dt.date | None,
    lapsed_on: dt.date | None,
    returned: int,
    outcomes: int,
    least: int,
    on: dt.date,
    new_until: dt.date | None,
) -> Level:
    """Return the level of an assessor on a day.

    `returned` of `outcomes` decisions were returned, disagreed with or not supported; the share counts only from
    `least` outcomes on. `new_until` is the last day on which they count as newly qualified.
    """
    if achieved_on is None or achieved_on > on:
        return Level(TRAINEE, policy.trainee_share, ["Not qualified yet"])
    reasons = []
    if lapsed_on is not None and lapsed_on <= on:
        reasons.append("The award has lapsed")
    if new_until is not None and on <= new_until:
        reasons.append(f"Qualified less than {policy.new_months} months ago")
    if outcomes >= least and returned * 100 > policy.often_percent * outcomes:
        reasons.append(
            f"{returned} of {outcomes} decisions returned, disagreed with or not supported"
        )
    if reasons:
        return Level(RAISED, policy.raised_share, reasons)
    return Level(STANDARD, policy.standard_share, ["Experienced, and rarely returned"])


def gap(policy: Policy, level: Level, works: Sequence[Work], *, with_planned: bool = False) -> Gap:
    """Return what is missing of an assessor's decisions in the period.

    `with_planned` counts planned samples as done.
    """
    done = [one for one in works if one.is_sampled or (with_planned and one.is_planned)]
    candidates = {one.candidate for one in works}
    wanted = min(max(ceil(len(candidates) * level.share / 100), 1), len(candidates))
    missing_units = {key for one in works for key in one.units} - {
        key for one in done for key in one.units
    }
    missing_methods = {one.method for one in works} - {one.method for one in done}
    stages = {one.stage for one in works} - {one.stage for one in done}
    sampled = {one.decision for one in done}
    firsts = [one for one in works if one.is_first and one.decision not in sampled]
    return Gap(
        candidates=max(wanted - len({one.candidate for one in done}), 0),
        units=sorted(missing_units) if policy.every_unit else [],
        methods=sorted(missing_methods) if policy.every_method else [],
        stages=[one for one in (INTERIM, SUMMATIVE) if one in stages],
        firsts=len(firsts) if policy.first_of_unit and level.name == TRAINEE else 0,
    )


def propose(policy: Policy, level: Level, works: Sequence[Work], assurer: int) -> list[Work]:
    """Return decisions, oldest first, that would fill the gap.

    The quality assurer had a part in none of them. Those that must be sampled in any case come first, then in turn the
    one that fills most of what is left.
    """
    open_to = sorted(
        (
            one
            for one in works
            if not (one.is_sampled or one.is_planned) and assurer not in one.people
        ),
        key=lambda one: (one.decided_on, one.decision),
    )
    chosen: list[Work] = []
    if policy.first_of_unit and level.name == TRAINEE:
        chosen = [one for one in open_to if one.is_first]
    while True:
        seen = _as_planned(works, chosen)
        left = gap(policy, level, seen, with_planned=True)
        best = _best(left, [one for one in open_to if one not in chosen], seen)
        if best is None:
            return chosen
        chosen.append(best)


def _as_planned(works: Iterable[Work], chosen: Collection[Work]) -> list[Work]:
    keys = {one.decision for one in chosen}
    return [one._replace(is_planned=True) if one.decision in keys else one for one in works]


def _best(left: Gap, open_to: Iterable[Work], seen: Sequence[Work]) -> Work | None:
    """Return the decision that fills most of what is left, the oldest of equals; None where none fills anything."""
    known = {one.candidate for one in seen if one.is_sampled or one.is_planned}

    def fills(one: Work) -> int:
        new_candidate = left.candidates > 0 and one.candidate not in known
        return (
            len(one.units & set(left.units))
            + (one.method in left.methods)
            + (one.stage in left.stages)
            + new_candidate
        )

    best, most = None, 0
    for one in open_to:
        if (count := fills(one)) > most:
            best, most = one, count
    return best
