"""Asks of whoever takes or keeps a role what the role asks (`learners/rules/looking_after.py`), at every door alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from learners import ports
from learners.actions.holding import hold, hold_learners
from learners.looking_after_facts import somebodies
from learners.rules.looking_after import COUNTERSIGNER, Asked, Somebody, Stretch, notes, refusal
from pqip.core.clock import today
from pqip.core.errors import RuleBroken


@dataclass(frozen=True)
class Named:
    """`other` (key) is to have a role for `person` (key) from the first day to the last; without one, for as long as it lasts."""

    other: int
    person: int
    first: dt.date
    last: dt.date | None = None


@dataclass(frozen=True)
class Looked:
    """What stands against somebody in a role on certain days, and what whoever names them should know."""

    refusal: str
    notes: list[str]


def look_at(
    role: str, named: Iterable[Named], *, history_before: dt.date | None = None, said: str = "name"
) -> list[Looked]:
    """What is to be said of each who is named, in their order and in as many queries at any number.

    What begins before `history_before` is history (see the rules); nothing is, unless a file says so. Words name people by
    their name, or `said`.
    """
    on, named = today(), list(named)
    people = somebodies({one.other for one in named}, on, said)
    waiting = ports.vocational().awaiting_countersigning({one.person for one in named}) if role == COUNTERSIGNER else {}
    known: dict[tuple[int, Asked], Looked] = {}
    found = []
    for one in named:
        is_over = one.last is not None and one.last < on
        left = None if is_over else waiting.get(one.person)
        codes, own = (tuple(sorted(left.codes)), one.other in left.candidates) if left else ((), False)
        is_history = history_before is not None and one.first < history_before
        asked = Asked(role, Stretch(one.first, one.last), on, is_history, could_end=True, codes=codes, own_waits=own)
        if (one.other, asked) not in known:
            known[one.other, asked] = look(people[one.other], asked)
        found.append(known[one.other, asked])
    return found


def look(who: Somebody, asked: Asked) -> Looked:
    """What is to be said of one person."""
    return Looked(refusal(who, asked), notes(who, asked))


def refuse_ineligible(role: str, named: Iterable[Named]) -> None:
    """Raise RuleBroken where anybody named may not have the role on those days."""
    for looked in look_at(role, named):
        if looked.refusal:
            raise RuleBroken(looked.refusal, "other")


def hold_named(people: Iterable[int], others: Iterable[int]) -> None:
    """Hold people and who looks after them until the transaction ends; the standing by which the others may, before all rows."""
    people, others = set(people), set(others)
    ports.vocational().hold_standing(others)
    hold(people={*people, *others})
    hold_learners(people)
