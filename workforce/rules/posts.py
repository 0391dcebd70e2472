"""How posts follow one another: which spell a change from a day ends, and how long the new one
lasts.

A change of grade, place, function, hours or contract from a day ends the current spell the day
before and begins another, which lasts until the next known spell. A correction changes what a spell
says and begins nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pqip.core.errors import RuleBroken

ONE_DAY = dt.timedelta(days=1)
LEAST, MOST = Decimal("0.1"), Decimal("1.0")


@dataclass(frozen=True)
class Place:
    """Where a change from a day fits among somebody's spells.

    `corrects` is the spell that begins on that day, which is corrected instead. `ends` is the spell
    that ends the day before. `until` is the last day of the new spell if another follows.
    """

    corrects: Any = None
    ends: Any = None
    until: dt.date | None = None


def place_of(spells: Sequence[Any], on: dt.date) -> Place:
    """Return where a change from `on` fits.

    `spells` are in order of `effective_on` and do not overlap.
    """
    following = next((spell for spell in spells if spell.effective_on > on), None)
    until = following.effective_on - ONE_DAY if following else None
    current = next((spell for spell in reversed(spells) if spell.effective_on <= on), None)
    if current is None:
        return Place(until=until)
    if current.effective_on == on:
        return Place(corrects=current)
    in_force = current.ended_on is None or current.ended_on >= on
    return Place(ends=current if in_force else None, until=until)


def left_on(spell: Any, spells: Sequence[Any]) -> dt.date | None:
    """Return the day on which somebody left with this spell.

    Return None if it is open, or ended only because the next one began.
    """
    if spell.ended_on is None:
        return None
    makes_way = any(other.effective_on == spell.ended_on + ONE_DAY for other in spells)
    return None if makes_way else spell.ended_on


def check_fte(fte: Decimal) -> None:
    """Raise RuleBroken for hours outside 0.1 to 1.0 of full time."""
    if not LEAST <= fte <= MOST:
        raise RuleBroken("Hours must be from 0.1 to 1.0 of full time.", "fte")


def check_dates(begins: dt.date, ends: dt.date | None, field: str = "ended_on") -> None:
    """Raise RuleBroken if the last day is before the first."""
    if ends is not None and ends < begins:
        raise RuleBroken("The last day must be on or after the first day.", field)


def check_unit(region_id: int | None, pdu: Any) -> None:
    """Raise RuleBroken if the unit belongs to another region."""
    if pdu is not None and pdu.region_id != region_id:
        raise RuleBroken(f"{pdu} is not in that region.", "pdu")


def check_no_overlap(spells: Sequence[Any], begins: dt.date, ends: dt.date | None) -> None:
    """Raise RuleBroken if a post would overlap another of the same person."""
    for spell in spells:
        last = spell.ended_on or dt.date.max
        if spell.effective_on <= (ends or dt.date.max) and begins <= last:
            raise RuleBroken("These dates overlap another post of the same person.", "effective_on")
