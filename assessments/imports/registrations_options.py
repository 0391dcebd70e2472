"""Versions and optional units in a file of registrations, checked as on screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from assessments.actions.options import CHOSEN
from assessments.actions.units_locks import CLAIMED
from assessments.facts.options import named_units, requirements_by_version
from assessments.imports.base import copy_facts
from assessments.models import (
    CertificateClaim,
    QualificationVersion,
    Registration,
    UnitChoice,
    VersionMove,
)
from assessments.rules.options import Requirements, check_chosen, check_given_up
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void
from pqip.exchange.cleaning import one_of
from pqip.exchange.datasets import Context, Row

COLUMN, VERSION = "optional_units", "version"


@dataclass(frozen=True)
class UnitChange:
    """The optional units (keys) of a candidate's version that were chosen before the row and are chosen after it."""

    before: frozenset[int]
    after: frozenset[int]


class Options:
    """Versions, the units each requires, and what the candidates of a batch have chosen, read at once."""

    def __init__(self, registrations: Collection[int]) -> None:
        self.asked = requirements_by_version(
            QualificationVersion.objects.values_list("pk", flat=True)
        )
        choices = UnitChoice.objects.live().filter(registration__in=registrations)
        self.chosen = set(choices.values_list("registration_id", "unit_id"))
        self.named = named_units(self.chosen)
        self.now = dict(
            Registration.objects.filter(pk__in=registrations).values_list("pk", "version_id")
        )
        moves = (
            VersionMove.objects.live()
            .filter(registration__in=registrations)
            .order_by("effective_on", "pk")
        )
        self.now |= dict(moves.values_list("registration_id", "version_id"))
        claimed = CertificateClaim.objects.live().filter(registration__in=registrations)
        self.claimed = set(claimed.values_list("registration_id", flat=True))

    def version_of(
        self, row: Row, qualification: Any, registration: int | None, by_day: QualificationVersion
    ) -> int:
        """Return the version (key) the candidate is or will be on: the one the row names, else by the day."""
        now = by_day.pk if registration is None else self.now[registration]
        if not row[VERSION]:
            return now
        named = {one.name: one.pk for one in qualification.versions.all()}
        if row[VERSION] not in named:
            row.error(VERSION, f"is not a version of {qualification.code}. {one_of(named)}")
        elif registration is not None and named[row[VERSION]] != now:
            row.error(
                VERSION,
                "is not the version the candidate is on. Move them on their own page, which says what is lost",
            )
        return named.get(row[VERSION], now)

    def settle(
        self, row: Row, version: int, registration: int | None
    ) -> tuple[dict[str, Any], dict[str, Any], UnitChange]:
        """Return the cells before and after, and what is chosen. A blank cell leaves the choice as it is."""
        groups = self.asked.get(version, Requirements({})).groups
        numbers = {str(number): key for group in groups for key, number in group.units.items()}
        held = frozenset(key for key in numbers.values() if (registration, key) in self.chosen)
        if not row[COLUMN]:
            return {}, {}, UnitChange(held, held)
        strange = [one for one in row[COLUMN] if one not in numbers]
        for one in strange:
            row.error(
                COLUMN,
                f'"{one}" is not an optional unit of the version. {one_of(numbers)}',
                quote=False,
            )
        chosen = UnitChange(held, frozenset(numbers[one] for one in row[COLUMN] if one in numbers))
        if not strange:
            self._check(row, groups, registration, chosen)
        return {COLUMN: _shown(numbers, held)}, {COLUMN: _shown(numbers, chosen.after)}, chosen

    def _check(self, row: Row, groups: Any, registration: int | None, chosen: UnitChange) -> None:
        try:
            check_chosen(groups, chosen.after)
            if chosen.before != chosen.after and registration in self.claimed:
                raise RuleBroken(CLAIMED)
            given_up = {(registration or 0, unit) for unit in chosen.before - chosen.after}
            check_given_up([self.named[pair] for pair in given_up if pair in self.named])
        except RuleBroken as broken:
            row.error(COLUMN, broken.message, quote=False)


def write(chosen: Iterable[tuple[int, dt.date, UnitChange]], context: Context) -> None:
    """Record newly chosen units of registrations from their day on, and undo those no longer chosen."""
    every = [one for one in chosen if one[2].before != one[2].after]
    gone = {(key, unit) for key, _day, one in every for unit in one.before - one.after}
    live = UnitChoice.objects.live().filter(registration__in={key for key, _unit in gone})
    void(
        [one for one in live if (one.registration_id, one.unit_id) in gone],
        by=context.by,
        reason=CHOSEN,
    )
    copy_facts(
        UnitChoice,
        ["registration_id", "unit_id", "effective_on"],
        ((key, unit, day) for key, day, one in every for unit in sorted(one.after - one.before)),
    )


def _shown(numbers: dict[str, int], keys: Collection[int]) -> list[str]:
    return sorted((number for number, key in numbers.items() if key in keys), key=int)
