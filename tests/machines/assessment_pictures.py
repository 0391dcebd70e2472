"""What stands of each registration in the machine's world, read together and said from the facts anew."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from operator import attrgetter
from typing import Any

from django.db.models import Model

from assessments.models import (
    CertificateClaim,
    Countersignature,
    CountersignStamp,
    Criterion,
    CriterionMet,
    Decision,
    Registration,
    RegistrationFact,
    Submission,
    Unit,
    UnitAchievement,
    UnitRelease,
    UnitSignoff,
    VersionMove,
)
from pqip.core.clock import today
from pqip.core.guards import is_ledger
from tests.machines.assessment_world import AssessmentWorld

DAY = dt.timedelta(days=1)


class Structure:
    """Units and criteria of both versions, and what each goes back to. They never change."""

    @staticmethod
    @cache
    def of(world: AssessmentWorld) -> Structure:
        return Structure(world)

    def __init__(self, world: AssessmentWorld) -> None:
        versions = [world.first, world.second]
        self.units = {
            unit.pk: unit
            for unit in Unit.objects.filter(version__in=versions).select_related("version")
        }
        self.criteria = {
            one.pk: one for one in Criterion.objects.filter(unit__version__in=versions)
        }
        self.of_unit = {
            key: {one.pk for one in self.criteria.values() if one.unit_id == key}
            for key in self.units
        }

    def back(self, criteria: set[int]) -> set[int]:
        """These criteria and all that they replace."""
        found, fresh = set(criteria), set(criteria)
        while fresh:
            fresh = {key for one in fresh for key in self.criteria[one].replaces} - found
            found |= fresh
        return found

    def replaced_units(self, unit: int) -> set[int] | None:
        """Units whose criteria this one's replace; None where something it asks replaces nothing."""
        own = [self.criteria[key] for key in self.of_unit[unit]]
        if not own or not all(one.replaces for one in own):
            return None
        return {self.criteria[key].unit_id for one in own for key in one.replaces}


Rows = dict[type[Model], list[Any]]
#: Where each table finds the registration it is about, and what is read with it.
TABLES: dict[type[Model], tuple[str, tuple[str, ...]]] = {
    VersionMove: ("registration_id", ()),
    UnitSignoff: ("registration_id", ()),
    CertificateClaim: ("registration_id", ()),
    UnitRelease: ("registration_id", ("signoff",)),
    RegistrationFact: ("registration_id", ()),
    Submission: ("evidence.registration_id", ("evidence",)),
    Decision: ("evidence.registration_id", ("evidence",)),
    CountersignStamp: ("decision.evidence.registration_id", ("decision__evidence",)),
    Countersignature: ("decision.evidence.registration_id", ("decision__evidence",)),
    CriterionMet: ("registration_id", ()),
    UnitAchievement: ("registration_id", ()),
}


def pictures(world: AssessmentWorld, structure: Structure) -> Iterator[Picture]:
    """What stands of each registration, read together. Stamps voided since are kept: they say what was known."""
    of_each: dict[int, Rows] = defaultdict(lambda: {model: [] for model in TABLES})
    for model, (path, related) in TABLES.items():
        rows = model.objects.select_related(*related).order_by("pk")
        if is_ledger(model) and model is not CountersignStamp:
            rows = rows.filter(voided_at=None)
        for row in rows:
            of_each[attrgetter(path)(row)][model].append(row)
    for registration in Registration.objects.select_related("qualification").order_by("pk"):
        yield Picture(world, structure, registration, of_each[registration.pk])


class Picture:
    """All that stands of one registration."""

    def __init__(
        self, world: AssessmentWorld, structure: Structure, registration: Registration, rows: Rows
    ) -> None:
        self.world, self.structure, self.registration = world, structure, registration
        self.moves = sorted(rows[VersionMove], key=lambda one: (one.effective_on, one.pk))
        self.signoffs = {one.unit_id: one for one in rows[UnitSignoff]}
        self.releases = {one.signoff_id: one for one in rows[UnitRelease]}
        self.claims, self.submissions, self.decisions = (
            rows[CertificateClaim],
            rows[Submission],
            rows[Decision],
        )
        self.stamps, self.met, self.achieved = (
            rows[CountersignStamp],
            rows[CriterionMet],
            rows[UnitAchievement],
        )
        self.signatures = {one.decision_id: one for one in rows[Countersignature]}
        self.fact = next(iter(rows[RegistrationFact]), None)

    @cached_property
    def version(self) -> int:
        """The version the candidate is assessed by today."""
        return self.moves[-1].version_id if self.moves else self.registration.version_id

    def left_on(self, version: int) -> dt.date | None:
        """The day they left a version; None while they are on it."""
        steps = [
            (None, self.registration.version_id),
            *((one.effective_on, one.version_id) for one in self.moves),
        ]
        for place, (_day, key) in enumerate(steps):
            if key == version and place + 1 < len(steps):
                return steps[place + 1][0]
        return None

    def is_met(self, criterion: int, on: dt.date) -> bool:
        return any(one.criterion_id == criterion and lasts(one, on) for one in self.met)

    def is_achieved(self, unit: int, on: dt.date) -> bool:
        return any(one.unit_id == unit and lasts(one, on) for one in self.achieved)

    def days_of(self, signoff: UnitSignoff) -> list[dt.date]:
        """Days on which what was signed off must be so: its own, and the latest of the version."""
        left = self.left_on(self.structure.units[signoff.unit_id].version_id)
        if left is None:
            return [signoff.effective_on, today()]
        return [signoff.effective_on, left - DAY] if signoff.effective_on < left else []

    def carried(self, signed: set[int]) -> set[int]:
        """Units of today's version that count as one of these, because all they ask replaces units that are."""
        found = set()
        for unit, one in self.structure.units.items():
            if one.version_id == self.version and unit not in self.signoffs:
                before = self.structure.replaced_units(unit)
                left = [self.left_on(self.structure.units[key].version_id) for key in before or ()]
                if before and before <= signed and None not in left:
                    found.add(unit)
        return found

    def is_needed(self, decision: Decision) -> bool:
        """Whether it needs a countersignature, as its stamp says now."""
        return any(
            one.is_needed
            for one in self.stamps
            if one.decision_id == decision.pk and one.voided_at is None
        )

    def is_final(self, decision: Decision) -> bool:
        """Contract, *final decision*."""
        given = self.signatures.get(decision.pk)
        own = [one for one in self.stamps if one.decision_id == decision.pk]
        needed_now = self.is_needed(decision)
        if given is not None and given.outcome == "returned":
            then = [one for one in own if one.is_needed and one.recorded_at <= given.recorded_at]
            if needed_now or any(
                one.voided_at is None or one.voided_at > given.recorded_at for one in then
            ):
                return False
        return not needed_now or (given is not None and given.outcome in ("agreed", "disagreed"))

    def who_had_a_part(self, unit: int) -> dict[int, str]:
        """People who signed off, decided or countersigned any of a unit, or of what it was carried from."""
        criteria = self.structure.back(self.structure.of_unit[unit])
        units = {self.structure.criteria[key].unit_id for key in criteria}
        found: dict[int, str] = {self.registration.person_id: "is the candidate"}
        for key in units & set(self.signoffs):
            found[self.signoffs[key].signed_off_by_id] = f"signed off {self.named(key)}"
        for one in self.decisions:
            if criteria & {*one.criteria_met, *one.criteria_not_met}:
                found[one.assessor_id] = f"decided {one.evidence}"
                if one.pk in self.signatures:
                    found[self.signatures[one.pk].countersigner_id] = (
                        f"countersigned {one.evidence}"
                    )
        return found

    def named(self, unit: int) -> str:
        one = self.structure.units[unit]
        return f"unit {one.number} ({one.version.name}) of {self.world.name(self.registration.person_id)}"


def lasts(stretch: CriterionMet | UnitAchievement, on: dt.date) -> bool:
    return stretch.from_on <= on and (stretch.to_on is None or on < stretch.to_on)
