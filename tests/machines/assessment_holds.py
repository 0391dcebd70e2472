"""What must hold of assessment after every step, said from the facts anew and not by the code that is driven."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from assessments.models import AssessorRecord, Countersignature, Sample
from pqip.core.clock import today
from tests.machines.assessment_pictures import DAY, Picture, Structure, pictures
from tests.machines.assessment_world import AssessmentWorld
from tests.machines.driver import Broken
from tests.machines.world import ledger_proved, live, one_instant


def holds(world: AssessmentWorld) -> Iterator[Broken]:
    for picture in pictures(world, Structure.of(world)):
        for rule in (
            signed_off_stays_met,
            signed_off_is_locked,
            achieved_is_met_and_stays,
            released_stays_achieved,
            claimed_is_released,
            released_by_another,
            judged_by_others,
            decided_by_final_decisions,
            dates_follow,
        ):
            yield from rule(picture)
    yield from sampled_by_others(world)
    yield from ledger_proved(world, "assessments")
    yield from one_instant(world)


def signed_off_stays_met(of: Picture) -> Iterator[Broken]:
    """What was signed off on screen was met and is; a file may sign a unit off ahead of its last criterion."""
    for unit, signoff in of.signoffs.items():
        if signoff.pk in of.world.by_file:
            continue
        for day in of.days_of(signoff):
            missing = [key for key in of.structure.of_unit[unit] if not of.is_met(key, day)]
            if missing:
                when = "on its own day" if day == signoff.effective_on else "later"
                yield Broken(
                    f"signed off, not met {when}",
                    f"{of.named(unit)}: {of.world.named(missing)} on {day}",
                )
        shown = {one.method for one in of.submissions}
        lacking = set(of.structure.units[unit].methods_needed) - shown
        if lacking:
            yield Broken(
                "signed off, its own rule not kept", f"{of.named(unit)} lacks {', '.join(lacking)}"
            )
    for unit in of.carried(set(of.signoffs)):
        before = [of.signoffs[key] for key in of.structure.replaced_units(unit) or ()]
        if all(of.days_of(one) and one.pk not in of.world.by_file for one in before):
            missing = [key for key in of.structure.of_unit[unit] if not of.is_met(key, today())]
            if missing:
                yield Broken(
                    "carried as signed off, not met", f"{of.named(unit)}: {of.world.named(missing)}"
                )


def signed_off_is_locked(of: Picture) -> Iterator[Broken]:
    """Nothing is decided of a unit, or of what it was carried from, while it is signed off: on screen or by a file."""
    for unit, signoff in of.signoffs.items():
        criteria = of.structure.back(of.structure.of_unit[unit])
        for one in of.decisions:
            if (
                criteria & {*one.criteria_met, *one.criteria_not_met}
                and one.recorded_at > signoff.recorded_at
            ):
                yield Broken("decided while signed off", f"{of.named(unit)}: {one.evidence}")


def achieved_is_met_and_stays(of: Picture) -> Iterator[Broken]:
    """A unit counts from the later of its sign-off and its last criterion, and then for as long as it is signed off."""
    for one in of.achieved:
        for day in {one.from_on, today() if one.to_on is None else one.to_on - DAY}:
            missing = [key for key in of.structure.of_unit[one.unit_id] if not of.is_met(key, day)]
            if missing:
                yield Broken(
                    "achieved, not met",
                    f"{of.named(one.unit_id)}: {of.world.named(missing)} on {day}",
                )
        if one.unit_id in of.signoffs and one.from_on < signed_off_on(of, one.unit_id):
            yield Broken(
                "achieved before it was signed off", f"{of.named(one.unit_id)} on {one.from_on}"
            )
    for unit, signoff in of.signoffs.items():
        counts = any(of.is_achieved(unit, day) for day in of.days_of(signoff)[-1:])
        if signoff.pk in of.world.counted and not counts:
            yield Broken("achieved, then not", of.named(unit))
        if counts:
            of.world.counted.add(signoff.pk)


def signed_off_on(of: Picture, unit: int) -> dt.date:
    """The day of its own sign-off, or the day with which it was carried from another version, where that is earlier."""
    before = [of.signoffs.get(key) for key in of.structure.replaced_units(unit) or ()]
    carried = [one.effective_on for one in before if one is not None]
    own = of.signoffs[unit].effective_on
    return min(own, max(carried)) if carried and len(carried) == len(before) else own


def released_stays_achieved(of: Picture) -> Iterator[Broken]:
    released = {unit for unit, signoff in of.signoffs.items() if signoff.pk in of.releases}
    for unit in released:
        for day in of.days_of(of.signoffs[unit]):
            ahead = (
                of.signoffs[unit].pk in of.world.by_file and day == of.signoffs[unit].effective_on
            )
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
            yield Broken(
                f"released by somebody who {part.split()[0]} {part.split()[1]}"
                if part == "is the candidate"
                else f"released by somebody who {part.split()[0]} it",
                f"{of.named(release.signoff.unit_id)}: {of.world.name(release.released_by_id)} {part}",
            )


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
            said |= set(decision.criteria_met) - set(
                given.disagreed if given and of.is_needed(decision) else ()
            )
    for one in of.met:
        if one.to_on is None and not said & of.structure.back({one.criterion_id}):
            yield Broken("met without a final decision", of.world.named([one.criterion_id]))


def dates_follow(of: Picture) -> Iterator[Broken]:
    began = of.fact.effective_on if of.fact else dt.date.min
    for one in of.moves:
        if one.effective_on <= began:
            yield Broken(
                "moved before they were registered", f"registered {began}, moved {one.effective_on}"
            )
    submitted: dict[int, Any] = {one.evidence_id: one for one in of.submissions}
    for one in of.submissions:
        if one.effective_on < began:
            yield Broken(
                "handed in before they were registered",
                f"registered {began}, {one.evidence} {one.effective_on}",
            )
    for one in of.decisions:
        if (
            one.evidence_id not in submitted
            or one.effective_on < submitted[one.evidence_id].effective_on
        ):
            yield Broken("decided before it was handed in", str(one.evidence))


def sampled_by_others(world: AssessmentWorld) -> Iterator[Broken]:
    for one in live(Sample, sampled_on__isnull=False):
        decision, who = one.decision, one.quality_assurer_id
        given = (
            Countersignature.objects.live().filter(decision=decision, countersigner=who).exists()
        )
        if given or who in (decision.assessor_id, decision.evidence.registration.person_id):
            yield Broken(
                "sampled what they had a part in", f"{world.name(who)}: {decision.evidence}"
            )
