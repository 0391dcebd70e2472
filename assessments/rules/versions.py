"""What a candidate keeps when they move to another version of the qualification.

Each criterion of the new version says which criteria of the earlier version it replaces. A criterion that replaces one
is shown by whatever showed that one. A criterion that replaces several is carried over only where all of them were met
on the day of the move. A unit of the new version counts as signed off where everything it requires replaces criteria
of signed-off units; a new sign-off later leaves it signed off from the day that was carried over. What nothing
replaces is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from assessments.rules.evidence import Decided, Piece, Stretch
from assessments.rules.units import criteria_met, units_achieved


@dataclass(frozen=True)
class Version:
    """The structure of a version: how often each criterion is required, its units, and what its criteria replace."""

    required: Mapping[int, int]
    units: Mapping[int, Collection[int]]
    replaces: Mapping[int, Collection[int]] = field(default_factory=dict)

    def unit_of(self) -> dict[int, int]:
        return {criterion: unit for unit, criteria in self.units.items() for criterion in criteria}


@dataclass(frozen=True)
class Spell:
    """The time a candidate was on a version: from a day (None: the beginning) up to, but not including, another (None:
    no end).
    """

    version: Version
    from_on: dt.date | None
    to_on: dt.date | None


def spells(first: Version, moves: Iterable[tuple[dt.date, Version]]) -> list[Spell]:
    """Return the versions in order with their times; the first has no beginning."""
    steps: list[tuple[dt.date | None, Version]] = [(None, first), *moves]
    ends = [day for day, _version in steps[1:]] + [None]
    return [Spell(version, day, end) for (day, version), end in zip(steps, ends, strict=True)]


def worked_out(
    pieces: list[Piece], on: list[Spell], signed_off: Mapping[int, dt.date]
) -> tuple[list[Stretch], list[Stretch]]:
    """Return the intervals in which each criterion was met and each unit achieved, over all versions the candidate was
    on.
    """
    all_met: list[Stretch] = []
    all_achieved: list[Stretch] = []
    before: Version | None = None
    met: list[Stretch] = []
    signed = dict(signed_off)
    for spell in on:
        if before is not None and spell.from_on is not None:
            carried = _carried(spell.version, met, spell.from_on)
            pieces = [_moved(piece, carried) for piece in pieces]
            signed |= carried_signoffs(spell.version, before, signed)
        own = [_only(piece, spell.version.required) for piece in pieces]
        met = criteria_met(own, spell.version.required)
        here = {unit: day for unit, day in signed.items() if unit in spell.version.units}
        all_met += _within(met, spell)
        all_achieved += _within(units_achieved(met, spell.version.units, here), spell)
        before = spell.version
    return all_met, all_achieved


def carried_signoffs(
    version: Version, before: Version, signed_off: Mapping[int, dt.date]
) -> dict[int, dt.date]:
    """Return the units of the new version that count as signed off, with the day.

    It is the latest sign-off of the units replaced, or the unit's own sign-off where that is earlier, so that a later
    sign-off takes back nothing that counted before it.
    """
    unit_of = before.unit_of()
    found: dict[int, dt.date] = {}
    for unit, criteria in version.units.items():
        if not criteria or not all(version.replaces.get(key) for key in criteria):
            continue
        old = {unit_of.get(key) for criterion in criteria for key in version.replaces[criterion]}
        if all(each in signed_off for each in old):
            day = max(signed_off[each] for each in old if each is not None)
            found[unit] = min(day, signed_off.get(unit, day))
    return found


def _carried(version: Version, met: list[Stretch], on: dt.date) -> dict[int, list[int]]:
    """Return, for each criterion of the earlier version, the criteria of this version that it shows."""
    held = {one.key for one in met if one.from_on <= on and (one.to_on is None or one.to_on > on)}
    found: dict[int, list[int]] = {}
    for criterion, replaced in version.replaces.items():
        if len(replaced) == 1 or held >= set(replaced):
            for key in replaced:
                found.setdefault(key, []).append(criterion)
    return found


def _moved(piece: Piece, carried: Mapping[int, list[int]]) -> Piece:
    """Return the piece with what it shows of the earlier version also expressed in criteria of the new one."""
    return piece._replace(decisions=[_restated(one, carried) for one in piece.decisions])


def _restated(decided: Decided, carried: Mapping[int, list[int]]) -> Decided:
    met = {new for key in decided.met for new in carried.get(key, ())}
    not_met = {new for key in decided.not_met for new in carried.get(key, ())} - met
    return decided._replace(
        met=[*decided.met, *sorted(met)], not_met=[*decided.not_met, *sorted(not_met)]
    )


def _only(piece: Piece, criteria: Mapping[int, int]) -> Piece:
    """Return the piece restricted to these criteria."""
    return piece._replace(
        decisions=[
            one._replace(
                met=[key for key in one.met if key in criteria],
                not_met=[key for key in one.not_met if key in criteria],
            )
            for one in piece.decisions
        ]
    )


def _within(stretches: Iterable[Stretch], spell: Spell) -> Iterator[Stretch]:
    """Yield the intervals cut to the time the candidate was on the version."""
    for one in stretches:
        from_on = max(one.from_on, spell.from_on) if spell.from_on else one.from_on
        ends = [day for day in (one.to_on, spell.to_on) if day is not None]
        to_on = min(ends) if ends else None
        if to_on is None or from_on < to_on:
            yield Stretch(one.key, from_on, to_on)
