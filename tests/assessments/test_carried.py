"""What was carried to another version: locked as what it was carried from, and independent of whoever had a part in that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from assessments.actions.certificates import claim_certificate
from assessments.actions.countersigning import countersign, void_countersignature
from assessments.actions.decisions import decide, void_decision
from assessments.actions.registrations import correct_registration
from assessments.actions.sampling import plan_samples, record_sample
from assessments.actions.units_release import release_unit, unlock_unit
from assessments.actions.units_signing_off import sign_off_unit, void_signoff
from assessments.actions.versions import move_version, undo_move
from assessments.facts import sampling as sampling_facts
from assessments.models import (
    Criterion,
    Qualification,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Unit,
    UnitAchievement,
)
from assessments.queries.sampling import certificates, own_parts
from assessments.rules import sampling
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.assessments.test_locks import beneath, load, said, undo_beneath, write  # noqa: F401  (load is a fixture)
from tests.factories import assessments as make
from tests.factories.assessments import BY, JUDGED
from tests.factories.learners import person
from tests.factories.quality import quality_assurer
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
D = dt.date
DAY, SIGNED_ON, MOVED = D(2025, 8, 10), D(2025, 9, 1), D(2026, 3, 2)
TERMS = {"assure_from": D(2020, 1, 1), "assured_qualifications": ["TQ", "VQ5"]}


class Carried:
    """A candidate whose unit 1 (1.1.1, 1.1.2) was decided, countersigned and signed off; the later version carries it whole,
    and unit 2 but for one criterion that it asks anew."""

    def __init__(self, *, move: bool = True) -> None:
        self.assessor, self.countersigner = (
            make.assessor(person(), achieved_on=None, **TERMS),
            make.countersigner(**TERMS),
        )
        self.signer = make.assessor(**TERMS)
        self.registration = make.registration(of=make.qualification("TQ", criteria=2))
        self.later = later_version(self.registration)
        self.piece = make.evidence(self.registration)
        self.decision = make.decision(self.piece, self.assessor, DAY, ("1.1.1", "1.1.2"))
        self.signature = make.countersignature(self.decision, self.countersigner)
        self.signoff = make.signoff(self.registration, self.signer)
        self.unit = Unit.objects.get(version=self.later, number=1)
        if move:
            self.move = move_version(
                registration=self.registration, version=self.later, on=MOVED, reason="New", by=BY
            )
            self.registration = Registration.objects.get(pk=self.registration.pk)

    def new(self, code: str) -> list[int]:
        return [Criterion.objects.get(unit__version=self.later, code=code).pk]

    def old(self, code: str) -> list[int]:
        return make.codes(self.registration, code)

    def decide(self, met: list[int]) -> Any:
        piece, assessor = make.evidence(self.registration), make.assessor()
        return decide(
            evidence=piece,
            assessor=assessor,
            decided_on=D(2026, 4, 1),
            met=met,
            not_met=[],
            judged=JUDGED,
            by=BY,
        )

    def is_achieved(self) -> bool:
        return UnitAchievement.objects.filter(
            registration=self.registration, unit=self.unit, to_on=None
        ).exists()


def later_version(of: Registration) -> QualificationVersion:
    later = of.qualification.versions.filter(name="2026").first() or make.version(
        of.qualification, "2026", D(2026, 1, 1), criteria=2
    )
    old = dict(Criterion.objects.filter(unit__version=of.version).values_list("code", "pk"))
    with acting_as(by=BY):
        for criterion in Criterion.objects.filter(unit__version=later):
            criterion.replaces = [old[criterion.code]] if criterion.code != "2.1.2" else []
            criterion.save()
    return later


@pytest.fixture
def carried() -> Carried:
    return Carried()


def test_a_sign_off_carried_over_locks_what_it_was_carried_from_and_what_it_is_now(
    carried: Carried,
) -> None:
    assert carried.is_achieved()
    for keys in (carried.new("1.1.1"), carried.old("1.1.2")):
        with pytest.raises(RuleBroken, match="Unit 1 is signed off"):
            carried.decide(keys)
    with pytest.raises(RuleBroken, match="Unit 1 is signed off"):
        void_decision(decision=carried.decision, reason="Wrong", by=BY)
    with pytest.raises(RuleBroken, match="Unit 1 is signed off"), transaction.atomic():
        void_countersignature(signature=carried.signature, reason="Wrong", by=BY)
    carried.decide(carried.new("2.1.2"))
    carried.decide(carried.old("2.1.1"))
    assert carried.is_achieved()


def test_the_database_holds_a_carried_lock_too(carried: Carried) -> None:
    piece = make.evidence(carried.registration)
    insert = (
        "INSERT INTO assessments_decision (public_id, evidence_id, assessor_id, effective_on, number, criteria_met, "
        "criteria_not_met, feedback, recorded_by, voided_by, void_reason) "
        "VALUES (gen_random_uuid(), %s, %s, '2026-04-01', 1, '{}', %s, '', '', '', '')"
    )
    assert "Unit 1 is signed off" in beneath(
        insert, piece.pk, make.assessor().pk, carried.new("1.1.1")
    )
    assert "no longer be achieved" in beneath(
        "DELETE FROM assessments_unitachievement WHERE unit_id = %s", carried.unit.pk
    )


def test_once_the_sign_off_it_was_carried_from_is_undone_it_is_open(carried: Carried) -> None:
    void_signoff(signoff=carried.signoff, reason="Wrong", by=BY)
    assert not carried.is_achieved()
    carried.decide(carried.new("1.1.1"))


def test_a_unit_signed_off_in_the_new_version_locks_the_old_evidence(carried: Carried) -> None:
    void_signoff(signoff=carried.signoff, reason="Wrong", by=BY)
    sign_off_unit(
        registration=carried.registration, unit=carried.unit, signed_off_by=carried.signer, by=BY
    )
    with pytest.raises(RuleBroken, match="Unit 1 is signed off"):
        carried.decide(carried.old("1.1.1"))
    with pytest.raises(RuleBroken, match="Unit 1 is signed off"):
        void_decision(decision=carried.decision, reason="Wrong", by=BY)


def test_nobody_moves_to_a_day_before_a_sign_off() -> None:
    carried = Carried(move=False)
    for day in (SIGNED_ON, D(2025, 8, 20)):
        with pytest.raises(RuleBroken, match="Signed off on or after that day: unit 1"):
            move_version(
                registration=carried.registration,
                version=carried.later,
                on=day,
                reason="New",
                by=BY,
            )
    insert = (
        "INSERT INTO assessments_versionmove (registration_id, version_id, effective_on, recorded_by, voided_by, "
        "void_reason) VALUES (%s, %s, %s, '', '', '')"
    )
    assert "after the day they registered" in beneath(
        insert, carried.registration.pk, carried.later.pk, make.REGISTERED_ON
    )
    assert "after every unit that is signed off" in beneath(
        insert, carried.registration.pk, carried.later.pk, SIGNED_ON
    )


def test_what_is_carried_is_undone_with_the_move(carried: Carried) -> None:
    undo_move(move=carried.move, reason="Too early", by=BY)
    assert (
        UnitAchievement.objects.get(registration=carried.registration).unit.version
        == carried.registration.version
    )


# The rule of a unit


class Ruled:
    """A VQ5 candidate with two observations, of which the first version asks one method of unit 1, and each later one two."""

    def __init__(self, *methods: str, first: int) -> None:
        of = make.qualification("VQ5")
        self.versions = [_ruled(of, "2024", D(2024, 6, 1), [], first)]
        for name, day in (("2097", D(2097, 1, 1)), ("2098", D(2098, 1, 1))):
            self.versions.append(_ruled(of, name, day, [self.unit().criteria.get().pk], 2))
        self.registration, self.assessor = (
            make.registration(person("L1"), of=of),
            make.assessor(person("Q1")),
        )
        for method in methods:
            make.decision(make.evidence(self.registration, method=method), self.assessor, DAY)

    def unit(self, version: int = -1) -> Unit:
        return Unit.objects.get(version=self.versions[version], number=1)

    def move(self, version: int, on: D) -> None:
        move_version(
            registration=self.registration,
            version=self.versions[version],
            on=on,
            reason="New",
            by=BY,
        )
        self.registration = Registration.objects.get(pk=self.registration.pk)


def _ruled(
    of: Qualification, name: str, since: D, replaces: list[int], methods: int
) -> QualificationVersion:
    with acting_as(by=BY):
        made = QualificationVersion.objects.create(
            qualification=of, name=name, from_date=since, source="test"
        )
        unit = Unit.objects.create(version=made, number=1, title="Unit 1", least_methods=methods)
        Criterion.objects.create(
            unit=unit, code="1.1.1", text="One", order=1, required_count=1, replaces=replaces
        )
    return made


def test_what_was_shown_two_versions_ago_keeps_the_rule_of_the_unit_now() -> None:
    ruled = Ruled("observation", "questioning", first=1)
    for version in (1, 2):
        ruled.move(version, MOVED + D.resolution * version)
    sign_off_unit(
        registration=ruled.registration, unit=ruled.unit(), signed_off_by=ruled.assessor, by=BY
    )
    assert UnitAchievement.objects.filter(unit=ruled.unit(), to_on=None).exists()


def test_a_file_signs_off_no_unit_of_a_version_since_left_whose_rule_is_not_kept(load: Any) -> None:
    ruled = Ruled("observation", first=2)
    row = {
        "staff_number": "L1",
        "qualification": "VQ5",
        "unit": "1",
        "signed_off_on": "2025-09-01",
        "signed_off_by": "Q1",
    }
    ruled.move(1, MOVED)
    with pytest.raises(RuleBroken, match="2 different methods"):
        sign_off_unit(
            registration=ruled.registration,
            unit=ruled.unit(0),
            signed_off_by=ruled.assessor,
            on=SIGNED_ON,
            by=BY,
        )
    assert "unit 1 cannot be signed off: 2 different methods" in said(load("unit-signoffs", row))


# The day registered


@pytest.mark.parametrize("day", [MOVED, MOVED + dt.timedelta(days=1)])
def test_nobody_registers_on_or_after_the_day_of_a_move(day: D, load: Any) -> None:
    registration = make.registration(person("L1"), of=make.qualification("VQ5"))
    made = make.move(registration, MOVED)
    fact = RegistrationFact.objects.live().get(registration=registration)
    with pytest.raises(RuleBroken, match="Undo the move first"):
        correct_registration(fact=fact, effective_on=day, reason="Typing", by=BY)
    row = {"staff_number": "L1", "qualification": "VQ5", "registered_on": day.isoformat()}
    assert "Undo the move first" in said(load("registrations", row))
    with acting_as(by=Job("attack")):
        write(
            "UPDATE assessments_registrationfact SET voided_at = now(), void_reason = 'x' WHERE id = %s",
            fact.pk,
        )
    insert = (
        "INSERT INTO assessments_registrationfact (registration_id, effective_on, centre_number, certificate_number, "
        "recorded_by, voided_by, void_reason) VALUES (%s, %s, '', '', '', '', '')"
    )
    assert "registered before it" in beneath(insert, registration.pk, day)
    undo_move(move=made, reason="Wrong", by=BY)
    with acting_as(by=Job("attack")):
        write(insert, registration.pk, day)


def test_a_file_moves_no_registration_behind_what_was_assessed(load: Any) -> None:
    registration = make.registration(person("L1"), of=make.qualification("VQ5"))
    make.evidence(registration, DAY)
    row = {"staff_number": "L1", "qualification": "VQ5", "registered_on": "2025-08-11"}
    assert "Evidence was submitted before that day" in said(load("registrations", row))
    assert load("registrations", {**row, "registered_on": "2025-08-10"}).counts["changed"] == 1


# Independence


@pytest.mark.parametrize("who", ["assessor", "countersigner", "signer"])
def test_whoever_had_a_part_in_what_a_unit_was_carried_from_neither_releases_nor_samples_it(
    carried: Carried, who: str
) -> None:
    void_signoff(signoff=carried.signoff, reason="Again", by=BY) if who != "signer" else None
    own = sign_off_unit(
        registration=carried.registration, unit=carried.unit, signed_off_by=make.assessor(), by=BY
    )
    had_part = getattr(carried, who)
    with pytest.raises(RuleBroken, match="Nobody releases"), transaction.atomic():
        release_unit(signoff=own, released_by=had_part, by=BY)
    assert own_parts([own], had_part.pk) == {own.pk}
    unlock_unit(signoff=own, reason="Again", by=BY)
    if who == "signer":
        void_signoff(signoff=carried.signoff, reason="Again", by=BY)
        make.signoff(carried.registration, had_part, 2, D(2026, 1, 5))
    made = carried.decide(carried.new("1.1.1") if who != "signer" else carried.new("2.1.2"))
    with pytest.raises(RuleBroken, match="an earlier version"), transaction.atomic():
        plan_samples(
            decisions=[(made.pk, "interim")], quality_assurer=had_part, due_on=today(), by=BY
        )
    assert plan_samples(
        decisions=[(made.pk, "interim")], quality_assurer=quality_assurer(), due_on=today(), by=BY
    )


def test_whoever_sampled_a_unit_neither_decides_nor_countersigns_what_it_was_carried_from() -> None:
    carried = Carried(move=False)
    void_signoff(signoff=carried.signoff, reason="Wrong", by=BY)
    waiting = make.decision(make.evidence(carried.registration), carried.assessor, DAY, ("1.1.1",))
    move_version(
        registration=carried.registration, version=carried.later, on=MOVED, reason="New", by=BY
    )
    carried.registration = Registration.objects.get(pk=carried.registration.pk)
    sampler = make.countersigner(**TERMS)
    sampled = carried.decide(carried.new("1.1.2"))
    (planned,) = plan_samples(
        decisions=[(sampled.pk, "interim")], quality_assurer=sampler, due_on=today(), by=BY
    )
    record_sample(
        sample=planned, verdict="supported", criteria=sampled.criteria_met, found="Seen", by=BY
    )
    stated = {
        "evidence": make.evidence(carried.registration),
        "assessor": sampler,
        "decided_on": D(2026, 4, 2),
        "not_met": [],
        "judged": JUDGED,
        "by": BY,
    }
    with pytest.raises(
        RuleBroken, match="Nobody countersigns what was carried into a unit that they have sampled"
    ):
        countersign(decision=waiting, countersigner=sampler, outcome="agreed", by=BY)
    with pytest.raises(
        RuleBroken, match="Nobody decides what was carried into a unit that they have sampled"
    ):
        decide(met=carried.old("1.1.1"), **stated)
    decide(met=carried.old("2.1.1"), **stated)


def test_what_was_carried_is_not_proposed_to_whoever_had_a_part_in_it(carried: Carried) -> None:
    void_signoff(signoff=carried.signoff, reason="Again", by=BY)
    made = carried.decide(carried.new("1.1.1"))
    works = sampling_facts._works([made.assessor_id], D(2026, 1, 1), today())[made.assessor_id]
    assert carried.countersigner.pk in works[0].people
    policy, level = sampling_facts.policy_on(today()), sampling.Level("standard", 100, [])
    if policy is not None:
        assert not sampling.propose(policy, level, works, carried.countersigner.pk)


def test_the_page_offers_no_release_of_what_one_had_a_part_in(carried: Carried) -> None:
    iqa = persona("iqa")
    make.assessor(iqa.person, **TERMS)
    page = client_for(iqa).get(reverse("assessments:to_release")).content.decode()
    assert "You had a part in it" not in page
    void_signoff(signoff=carried.signoff, reason="Again", by=BY)
    make.decision(make.evidence(carried.registration), iqa.person, D(2026, 2, 1), ("1.1.1",))
    sign_off_unit(
        registration=carried.registration, unit=carried.unit, signed_off_by=carried.signer, by=BY
    )
    assert (
        "You had a part in it"
        in client_for(iqa).get(reverse("assessments:to_release")).content.decode()
    )
    candidate = (
        client_for(iqa)
        .get(reverse("assessments:candidate", args=[carried.registration.public_id]))
        .content.decode()
    )
    assert "/release/" not in candidate
    assert "/unlock/" in candidate


def test_a_carried_unit_shows_whose_sign_off_it_stands_on(carried: Carried) -> None:
    shown = (
        client_for(persona("learning_manager"))
        .get(reverse("assessments:candidate", args=[carried.registration.public_id]))
        .content.decode()
    )
    assert carried.signer.name in shown
    assert shown.count("Not signed off") == 1


# Certificates


def test_a_unit_signed_off_in_both_versions_is_claimed_by_the_later_one() -> None:
    registration, assessor = (
        make.registration(of=make.qualification("TQ", criteria=2)),
        make.assessor(),
    )
    later = later_version(registration)
    make.decision(make.evidence(registration), assessor)
    make.signoff(registration, assessor)
    move_version(registration=registration, version=later, on=MOVED, reason="New", by=BY)
    registration = Registration.objects.get(pk=registration.pk)
    made = make.evidence(registration)
    decide(
        evidence=made,
        assessor=assessor,
        decided_on=D(2026, 4, 1),
        not_met=[],
        judged=JUDGED,
        by=BY,
        met=[Criterion.objects.get(unit__version=later, code="2.1.2").pk],
    )
    for number in (1, 2):
        unit = Unit.objects.get(version=later, number=number)
        own = sign_off_unit(registration=registration, unit=unit, signed_off_by=assessor, by=BY)
        with pytest.raises(RuleBroken, match="every unit"):
            claim_certificate(registration=registration, by=BY)
        release_unit(signoff=own, released_by=quality_assurer(), by=BY)
    centre = persona("national")
    assert certificates(centre).get(pk=registration.pk).is_ready
    claim_certificate(registration=registration, by=BY)
    for attempt in (
        lambda: move_version(
            registration=registration, version=later, on=today(), reason="Again", by=BY
        ),
        lambda: undo_move(move=registration.moves.live().get(), reason="Wrong", by=BY),
    ):
        with pytest.raises(RuleBroken, match="Undo the claim first"):
            attempt()
    assert "claimed" in undo_beneath(registration.moves.live().get())
