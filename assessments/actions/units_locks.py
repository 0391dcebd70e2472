"""Find which units are locked and refuse changes to them. The database enforces the same
(`assessments/sql/2_units_locks.sql`).

A unit is locked while it is signed off: its result stays until the sign-off is undone; once released, until a quality
assurer unlocks it; once a certificate is claimed, until the claim is undone. The lock follows a candidate to another
version: it holds for the units from which a unit was carried over, and for a unit that counts as signed off because it
replaces others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection

from assessments.models import CertificateClaim, Decision, Evidence
from pqip.core.errors import RuleBroken

CLAIMED = "The certificate has been claimed. Undo the claim first."
LOCKS = """
SELECT registration_id, number, criteria, is_achieved, is_released, counts_methods
FROM assessments_locks(assessments_with_locks(%s)) ORDER BY is_released DESC, number, unit_id
"""


class Lock(NamedTuple):
    """A locked unit: its number, the criteria (keys) it depends on, whether it is achieved and released, and whether
    its own rule counts the methods by which evidence was gathered.
    """

    number: int
    criteria: frozenset[int]
    is_achieved: bool
    is_released: bool
    counts_methods: bool

    @property
    def refusal(self) -> str:
        if self.is_released:
            return f"Unit {self.number} is released. A quality assurer must unlock it first."
        return f"Unit {self.number} is signed off. Undo the sign-off first."


def locks(registrations: Collection[int]) -> dict[int, list[Lock]]:
    """Return the locked units of each of these registrations (by key), released ones first; in one query."""
    found: dict[int, list[Lock]] = defaultdict(list)
    if registrations:
        with connection.cursor() as cursor:
            cursor.execute(LOCKS, [sorted(registrations)])
            for registration, number, criteria, *states in cursor.fetchall():
                found[registration].append(Lock(number, frozenset(criteria), *states))
    return found


def lock_on(held: Iterable[Lock], criteria: Collection[int]) -> Lock | None:
    """Return the lock that covers any of these criteria (keys), or None."""
    named = set(criteria)
    return next((one for one in held if one.criteria & named), None)


def refuse_locked(registration: int, criteria: Collection[int]) -> None:
    """Raise RuleBroken where a locked unit of the registration (its key) depends on one of the criteria (keys)."""
    held = lock_on(locks([registration])[registration], criteria)
    if held is not None:
        raise RuleBroken(held.refusal)


def lock_on_method(held: Iterable[Lock], decided: Collection[int]) -> Lock | None:
    """Return the lock that forbids changing the method of evidence on which `decided` criteria (keys) were decided, or
    None.
    """
    return lock_on((one for one in held if one.counts_methods), decided)


def refuse_other_method(evidence: Evidence) -> None:
    """Raise RuleBroken where a locked unit whose own rule counts methods depends on this evidence."""
    decided = decided_on([evidence.pk])[evidence.pk]
    held = lock_on_method(locks([evidence.registration_id])[evidence.registration_id], decided)
    if held is not None:
        raise RuleBroken(held.refusal, "method")


def decided_on(evidence: Collection[int]) -> dict[int, set[int]]:
    """Return the criteria (keys) that live decisions on each of these pieces of evidence (by key) name."""
    found: dict[int, set[int]] = defaultdict(set)
    live = Decision.objects.live().filter(evidence__in=evidence).order_by()
    for key, met, not_met in live.values_list("evidence", "criteria_met", "criteria_not_met"):
        found[key].update(met, not_met)
    return found


def refuse_claimed(registration: int) -> None:
    """Raise RuleBroken where the certificate of the registration (its key) has been claimed."""
    if CertificateClaim.objects.live().filter(registration=registration).exists():
        raise RuleBroken(CLAIMED)
