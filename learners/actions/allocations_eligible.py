"""Checks that a person may have a role (`learners/rules/allocations.py`), for screens and files
alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from learners.facts.allocations import nominees
from learners.models.holding import hold, hold_learners
from learners.ports import vocational
from learners.rules.allocations import COUNTERSIGNER, Nominee, RoleRequest, Stretch, notes, refusal
from pqip.core.clock import today
from pqip.core.errors import RuleBroken


@dataclass(frozen=True)
class Nomination:
    """`other` (key) is to have a role for `person` (key) from the first day to the last.

    None as the last day means that it has no end.
    """

    other: int
    person: int
    first: dt.date
    last: dt.date | None = None


@dataclass(frozen=True)
class Findings:
    """What prevents somebody from having a role on certain days, and what the user should know."""

    refusal: str
    notes: list[str]


def check_nominations(
    role: str,
    nominations: Iterable[Nomination],
    *,
    history_before: dt.date | None = None,
    label: str = "name",
) -> list[Findings]:
    """Return the findings for each nomination, in their order, in a fixed number of queries.

    A nomination that begins before `history_before` counts as history (see the rules); only files
    have history. `label` is the attribute by which messages name people.
    """
    on, nominations = today(), list(nominations)
    people = nominees({one.other for one in nominations}, on, label)
    waiting = (
        vocational.vocational().awaiting_countersigning({one.person for one in nominations})
        if role == COUNTERSIGNER
        else {}
    )
    known: dict[tuple[int, RoleRequest], Findings] = {}
    found = []
    for one in nominations:
        is_over = one.last is not None and one.last < on
        left = None if is_over else waiting.get(one.person)
        codes, own = (
            (tuple(sorted(left.codes)), one.other in left.candidates) if left else ((), False)
        )
        is_history = history_before is not None and one.first < history_before
        request = RoleRequest(
            role,
            Stretch(one.first, one.last),
            on,
            is_history,
            could_end=True,
            codes=codes,
            own_waits=own,
        )
        if (one.other, request) not in known:
            known[one.other, request] = check_nominee(people[one.other], request)
        found.append(known[one.other, request])
    return found


def check_nominee(who: Nominee, request: RoleRequest) -> Findings:
    """Return the findings for one nominee."""
    return Findings(refusal(who, request), notes(who, request))


def refuse_ineligible(role: str, nominations: Iterable[Nomination]) -> None:
    """Raise RuleBroken if a nominee may not have the role on those days."""
    for findings in check_nominations(role, nominations):
        if findings.refusal:
            raise RuleBroken(findings.refusal, "other")


def hold_for_allocation(people: Iterable[int], others: Iterable[int]) -> None:
    """Lock people and those who look after them until the transaction ends.

    The awards and authorities of the others are locked before all rows.
    """
    people, others = set(people), set(others)
    vocational.vocational().hold_standing(others)
    hold(people={*people, *others})
    hold_learners(people)
