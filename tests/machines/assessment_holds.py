"""What must hold of assessment after every step, said from the facts anew and not by the code that is driven."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from operator import attrgetter
from typing import Any

from django.db.models import Model

from assessments.models import (
    AssessorRecord,
    CertificateClaim,
    Countersignature,
    CountersignStamp,
    Criterion,
    CriterionMet,
    Decision,
    Registration,
    RegistrationFact,
    Sample,
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
from tests.machines.driver import Broken
from tests.machines.world import ledger_proved, live, one_instant

DAY = dt.timedelta(days=1)


class Structure:
    """Units and criteria of both versions, and what each goes back to. They never change."""

    @staticmethod
    @cache
    def of(world: AssessmentWorld) -> Structure:
        return Structure(world)

    def __init__(self, world: AssessmentWorld) -> None:
        versions = [world.first, world.second]
        self.units = {unit.pk: unit for unit in Unit.objects.filter(version__in=versions).select_related("version")}
        self.criteria = {one.pk: one for one in Criterion.objects.filter(unit__version__in=versions)}
        self.of_unit = {key: {one.pk for one in self.criteria.values() if one.unit_id == key} for key in self.units}

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
    VersionMove: ("registration_id", ()), UnitSignoff: ("registration_id", ()), CertificateClaim: ("registration_id", ()),
    UnitRelease: ("registration_id", ("signoff",)), RegistrationFact: ("registration_id", ()),
    Submission: ("evidence.registration_id", ("evidence",)), Decision: ("evidence.registration_id", ("evidence",)),
    CountersignStamp: ("decision.evidence.registration_id", ("decision__evidence",)),
    Countersignature: ("decision.evidence.registration_id", ("decision__evidence",)),
    CriterionMet: ("registration_id", ()), UnitAchievement: ("registration_id", ()),
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

    def __init__(self, world: AssessmentWorld, structure: Structure, registration: Registration, rows: Rows) -> None:
        self.world, self.structure, self.registration = world, structure, registration
        self.moves = sorted(rows[VersionMove], key=lambda one: (one.effective_on, one.pk))
        self.signoffs = {one.unit_id: one for one in rows[UnitSignoff]}
        self.releases = {one.signoff_id: one for one in rows[UnitRelease]}
        self.claims, self.submissions, self.decisions = rows[CertificateClaim], rows[Submission], rows[Decision]
        self.stamps, self.met, self.achieved = rows[CountersignStamp], rows[CriterionMet], rows[UnitAchievement]
        self.signatures = {one.decision_id: one for one in rows[Countersignature]}
        self.fact = next(iter(rows[RegistrationFact]), None)

    @cached_property
    def version(self) -> int:
        """The version the candidate is assessed by today."""
        return self.moves[-1].version_id if self.moves else self.registration.version_id

    def left_on(self, version: int) -> dt.date | None:
        """The day they left a version; None while they are on it."""
        steps = [(None, self.registration.version_id), *((one.effective_on, one.version_id) for one in self.moves)]
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
        return any(one.is_needed for one in self.stamps if one.decision_id == decision.pk and one.voided_at is None)

    def is_final(self, decision: Decision) -> bool:
        """Contract, *final decision*."""
        given = self.signatures.get(decision.pk)
        own = [one for one in self.stamps if one.decision_id == decision.pk]
        needed_now = self.is_needed(decision)
        if given is not None and given.outcome == "returned":
            then = [one for one in own if one.is_needed and one.recorded_at <= given.recorded_at]
            if needed_now or any(one.voided_at is None or one.voided_at > given.recorded_at for one in then):
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
                    found[self.signatures[one.pk].countersigner_id] = f"countersigned {one.evidence}"
        return found

    def named(self, unit: int) -> str:
        one = self.structure.units[unit]
        return f"unit {one.number} ({one.version.name}) of {self.world.name(self.registration.person_id)}"


def holds(world: AssessmentWorld) -> Iterator[Broken]:
    for picture in pictures(world, Structure.of(world)):
        for rule in (signed_off_stays_met, signed_off_is_locked, achieved_is_met_and_stays, released_stays_achieved,
                     claimed_is_released, released_by_another, judged_by_others, decided_by_final_decisions, dates_follow):
            yield from rule(picture)
    yield from sampled_by_others(world)
    yield from ledger_proved(world, "assessments")
    yield from one_instant(world)


def lasts(stretch: CriterionMet | UnitAchievement, on: dt.date) -> bool:
    return stretch.from_on <= on and (stretch.to_on is None or on < stretch.to_on)


def signed_off_stays_met(of: Picture) -> Iterator[Broken]:
    """What was signed off on screen was met and is; a file may sign a unit off ahead of its last criterion."""
    for unit, signoff in of.signoffs.items():
        if signoff.pk in of.world.by_file:
            continue
        for day in of.days_of(signoff):
            missing = [key for key in of.structure.of_unit[unit] if not of.is_met(key, day)]
            if missing:
                when = "on its own day" if day == signoff.effective_on else "later"
                yield Broken(f"signed off, not met {when}", f"{of.named(unit)}: {of.world.named(missing)} on {day}")
        shown = {one.method for one in of.submissions}
        lacking = set(of.structure.units[unit].methods_needed) - shown
        if lacking:
            yield Broken("signed off, its own rule not kept", f"{of.named(unit)} lacks {', '.join(lacking)}")
    for unit in of.carried(set(of.signoffs)):
        before = [of.signoffs[key] for key in of.structure.replaced_units(unit) or ()]
        if all(of.days_of(one) and one.pk not in of.world.by_file for one in before):
            missing = [key for key in of.structure.of_unit[unit] if not of.is_met(key, today())]
            if missing:
                yield Broken("carried as signed off, not met", f"{of.named(unit)}: {of.world.named(missing)}")


def signed_off_is_locked(of: Picture) -> Iterator[Broken]:
    """Nothing is decided of a unit, or of what it was carried from, while it is signed off: on screen or by a file."""
    for unit, signoff in of.signoffs.items():
        criteria = of.structure.back(of.structure.of_unit[unit])
        for one in of.decisions:
            if criteria & {*one.criteria_met, *one.criteria_not_met} and one.recorded_at > signoff.recorded_at:
                yield Broken("decided while signed off", f"{of.named(unit)}: {one.evidence}")


def achieved_is_met_and_stays(of: Picture) -> Iterator[Broken]:
    """A unit counts from the later of its sign-off and its last criterion, and then for as long as it is signed off."""
    for one in of.achieved:
        for day in {one.from_on, today() if one.to_on is None else one.to_on - DAY}:
            missing = [key for key in of.structure.of_unit[one.unit_id] if not of.is_met(key, day)]
            if missing:
                yield Broken("achieved, not met", f"{of.named(one.unit_id)}: {of.world.named(missing)} on {day}")
        signoff = of.signoffs.get(one.unit_id)
        if signoff is not None and one.from_on < signoff.effective_on:
            yield Broken("achieved before it was signed off", f"{of.named(one.unit_id)} on {one.from_on}")
    for unit, signoff in of.signoffs.items():
        counts = any(of.is_achieved(unit, day) for day in of.days_of(signoff)[-1:])
        if signoff.pk in of.world.counted and not counts:
            yield Broken("achieved, then not", of.named(unit))
        if counts:
            of.world.counted.add(signoff.pk)


def released_stays_achieved(of: Picture) -> Iterator[Broken]:
    released = {unit for unit, signoff in of.signoffs.items() if signoff.pk in of.releases}
    for unit in released:
        for day in of.days_of(of.signoffs[unit]):
            ahead = of.signoffs[unit].pk in of.world.by_file and day == of.signoffs[unit].effective_on
            if not ahead and not of.is_achieved(unit, day):
                yield Broken("released, not achieved", f"{of.named(unit)} on {day}")
    for unit in of.carried(released):
        before = [of.signoffs[key] for key in of.structure.replaced_units(unit) or ()]
        if all(of.days_of(one) for one in before) and not of.is_achieved(unit, today()):
            yield Broken("carried as released, not achieved", of.named(unit))
    for release in of.releases.values():
        if release.signoff.voided_at is not None:
            yield Broken("released, sign-off undone", of.named(release.signoff.unit_id))


def claimed_is_released(of: Picture) -> Iterator[Broken]:
    released = {unit for unit, signoff in of.signoffs.items() if signoff.pk in of.releases}
    for claim in of.claims:
        for unit, one in of.structure.units.items():
            if one.version_id != of.version:
                continue
            if unit not in released | of.carried(released):
                yield Broken("claimed, not released", of.named(unit))
            for day in {claim.effective_on, today()}:
                if not of.is_achieved(unit, day):
                    yield Broken("claimed, not achieved", f"{of.named(unit)} on {day}")
        for unit in of.signoffs:
            if unit not in released and of.structure.units[unit].version_id == of.version:
                yield Broken("claimed, a sign-off not released", of.named(unit))


def released_by_another(of: Picture) -> Iterator[Broken]:
    for release in of.releases.values():
        part = of.who_had_a_part(release.signoff.unit_id).get(release.released_by_id)
        if part:
            yield Broken(f"released by somebody who {part.split()[0]} {part.split()[1]}" if part == "is the candidate" else
                         f"released by somebody who {part.split()[0]} it",
                         f"{of.named(release.signoff.unit_id)}: {of.world.name(release.released_by_id)} {part}")


def judged_by_others(of: Picture) -> Iterator[Broken]:
    own = of.registration.person_id
    for decision in of.decisions:
        if decision.assessor_id == own:
            yield Broken("decided their own", str(decision.evidence))
        given = of.signatures.get(decision.pk)
        if given is not None and given.countersigner_id in (own, decision.assessor_id):
            yield Broken("countersigned their own", str(decision.evidence))
        if given is not None and not may_countersign(given, of.registration.qualification.code):
            yield Broken("countersigned without authority", str(decision.evidence))
    for unit, signoff in of.signoffs.items():
        if signoff.signed_off_by_id == own:
            yield Broken("signed off their own", of.named(unit))


def may_countersign(given: Countersignature, code: str) -> bool:
    record = AssessorRecord.objects.live().filter(person=given.countersigner_id).first()
    return record is not None and record.may_countersign(code, given.effective_on)


def decided_by_final_decisions(of: Picture) -> Iterator[Broken]:
    """A criterion is met only where a final decision says so, of it or of what it replaces."""
    said: set[int] = set()
    for decision in of.decisions:
        if of.is_final(decision):
            given = of.signatures.get(decision.pk)
            said |= set(decision.criteria_met) - set(given.disagreed if given and of.is_needed(decision) else ())
    for one in of.met:
        if one.to_on is None and not said & of.structure.back({one.criterion_id}):
            yield Broken("met without a final decision", of.world.named([one.criterion_id]))


def dates_follow(of: Picture) -> Iterator[Broken]:
    began = of.fact.effective_on if of.fact else dt.date.min
    for one in of.moves:
        if one.effective_on <= began:
            yield Broken("moved before they were registered", f"registered {began}, moved {one.effective_on}")
    submitted: dict[int, Any] = {one.evidence_id: one for one in of.submissions}
    for one in of.submissions:
        if one.effective_on < began:
            yield Broken("handed in before they were registered", f"registered {began}, {one.evidence} {one.effective_on}")
    for one in of.decisions:
        if one.evidence_id not in submitted or one.effective_on < submitted[one.evidence_id].effective_on:
            yield Broken("decided before it was handed in", str(one.evidence))


def sampled_by_others(world: AssessmentWorld) -> Iterator[Broken]:
    for one in live(Sample, sampled_on__isnull=False):
        decision, who = one.decision, one.quality_assurer_id
        given = Countersignature.objects.live().filter(decision=decision, countersigner=who).exists()
        if given or who in (decision.assessor_id, decision.evidence.registration.person_id):
            yield Broken("sampled what they had a part in", f"{world.name(who)}: {decision.evidence}")
