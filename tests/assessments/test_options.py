"""Optional units: so many of a group beside the mandatory ones, at every door; versions that are chosen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from assessments.actions.certificates import claim_certificate
from assessments.actions.decisions import decide
from assessments.actions.evidence import log_evidence
from assessments.actions.options import choose_units
from assessments.actions.plans import plan_assessment
from assessments.actions.registrations import correct_registration, register_candidate
from assessments.actions.units_release import release_unit
from assessments.actions.units_signing_off import sign_off_unit
from assessments.actions.versions import move_version, undo_move
from assessments.facts import units_completion
from assessments.models import (
    Criterion,
    Qualification,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Unit,
    UnitChoice,
    UnitGroup,
    UnitSignoff,
)
from assessments.queries import records
from assessments.queries import sampling as sampling_queries
from pqip.core.acting import Job, acting_as
from pqip.core.errors import RuleBroken
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.factories import assessments as make
from tests.factories import quality
from tests.factories.learners import person
from tests.factories.workforce import BY, user
from tests.personas import client_for, persona
from workforce.roles import ROLES

D = dt.date
SIGNED, JANUARY = dt.date(2025, 9, 1), dt.date(2026, 1, 1)
pytestmark = pytest.mark.django_db


def optional(
    of: Qualification | QualificationVersion, *numbers: int, choose: int, name: str = "Options"
) -> UnitGroup:
    """Make units of a version (the only one of a qualification) optional."""
    version = of.versions.get() if isinstance(of, Qualification) else of
    with acting_as(by=BY):
        group = UnitGroup.objects.create(version=version, name=name, choose=choose)
        Unit.objects.filter(version=version, number__in=numbers).update(group=group)
    return group


@pytest.fixture
def candidate() -> Registration:
    """On a version of units 1 and 2, and 2 of the units 3, 4 and 5; one criterion each."""
    taken = make.qualification("TO", units=5, criteria=1)
    optional(taken, 3, 4, 5, choose=2)
    return make.registration(of=taken)


def choose(of: Registration, *numbers: int, **more: Any) -> None:
    units = Unit.objects.filter(version=of.version_id, number__in=numbers).values_list(
        "pk", flat=True
    )
    choose_units(registration=of, units=list(units), by=BY, **more)


def achieve(of: Registration, *numbers: int, on: D = SIGNED) -> None:
    """Evidence, a decision and a sign-off of these units."""
    who = make.assessor()
    for number in numbers:
        make.decision(
            make.evidence(of, D(2025, 8, 1), f"{number}.1.1"), who, met=(f"{number}.1.1",)
        )
        make.signoff(of, who, number, on)


def progress(of: Registration, on: D = JANUARY) -> tuple[int, int, int, int]:
    found = records.candidate_progress([of.person_id], on)[of.pk]
    return (
        found["units_achieved"],
        found["units_total"],
        found["criteria_met"],
        found["criteria_total"],
    )


def test_units_and_criteria_by_hand(candidate: Registration) -> None:
    """2 mandatory and 2 of 3 make 4 units; criteria are those of the 2 mandatory units and of what was chosen by the day."""
    assert progress(candidate) == (0, 4, 0, 2)
    choose(candidate, 3, on=D(2025, 6, 1))
    assert progress(candidate) == (0, 4, 0, 3)
    assert progress(candidate, D(2025, 5, 31)) == (0, 4, 0, 2)
    achieve(candidate, 1, 3)
    assert progress(candidate) == (2, 4, 2, 3)
    choose(candidate, 3, 5)
    achieve(candidate, 2, 5)
    assert progress(candidate, dt.date(2098, 1, 1)) == (4, 4, 4, 4)


def test_no_more_than_asked_and_only_optional_ones(candidate: Registration) -> None:
    with pytest.raises(RuleBroken, match="Options: choose 2, no more"):
        choose(candidate, 3, 4, 5)
    with pytest.raises(RuleBroken, match="Choose among the optional units"):
        choose(candidate, 1)
    with pytest.raises(RuleBroken, match="on or after the day the candidate registered"):
        choose(candidate, 3, on=D(2025, 1, 14))
    choose(candidate, 3, on=D(2025, 1, 15))
    choose(candidate, 4)
    live = UnitChoice.objects.live().filter(registration=candidate)
    assert list(live.values_list("unit__number", flat=True)) == [4]


def test_nothing_is_assessed_of_a_unit_not_chosen(candidate: Registration) -> None:
    (key,) = make.codes(candidate, "3.1.1")
    said = {
        "title": "Work",
        "method": "observation",
        "submitted_on": D(2025, 8, 1),
        "names_nobody": True,
    }
    who, trainee_unit = make.assessor(), make.unit(candidate, 3)
    with pytest.raises(RuleBroken, match="own version"):
        log_evidence(registration=candidate, criteria=[key], by=BY, **said)
    with pytest.raises(RuleBroken, match="own version"):
        plan_assessment(
            registration=candidate,
            assessor=who,
            what="x",
            method="observation",
            due_on=D(2099, 1, 1),
            criteria=[key],
            by=BY,
        )
    piece = make.evidence(candidate, D(2025, 8, 1), "1.1.1")
    with pytest.raises(RuleBroken):
        decide(
            evidence=piece,
            assessor=who,
            decided_on=D(2025, 8, 2),
            met=[key],
            not_met=[],
            by=BY,
            judged=make.JUDGED,
        )
    with pytest.raises(RuleBroken, match="Unit 3 is optional, and the candidate has not chosen it"):
        sign_off_unit(registration=candidate, unit=trainee_unit, signed_off_by=who, by=BY)
    assert {unit.number for unit in records.units_of(candidate)} == {1, 2}
    choose(candidate, 3)
    assert log_evidence(registration=candidate, criteria=[key], by=BY, **said)
    assert {unit.number for unit in records.units_of(candidate)} == {1, 2, 3}


def test_the_database_refuses_the_same(candidate: Registration) -> None:
    who, piece = make.assessor(), make.evidence(candidate, D(2025, 8, 1), "1.1.1")
    for write in (
        lambda: make.evidence(candidate, D(2025, 8, 1), "3.1.1"),
        lambda: make.evidence(candidate, D(2025, 8, 1), "1.1.1", "3.1.1"),
        lambda: make.decision(piece, who, met=("3.1.1",)),
        lambda: make.decision(piece, who, met=(), not_met=("3.1.1",)),
        lambda: make.signoff(candidate, who, 3),
        lambda: UnitChoice.objects.create(
            registration=candidate, unit=make.unit(candidate, 1), effective_on=D(2025, 8, 1)
        ),
        lambda: [
            UnitChoice.objects.create(
                registration=candidate,
                unit=make.unit(candidate, number),
                effective_on=D(2025, 8, 1),
            )
            for number in (3, 4, 5)
        ],
    ):
        with pytest.raises(DatabaseError) as error, acting_as(by=BY):
            write()
        assert getattr(error.value.__cause__, "pgcode", "") == "PQ118", error.value
    choose(candidate, 3)
    make.signoff(candidate, who, 3)
    with (
        pytest.raises(DatabaseError) as error,
        acting_as(by=BY, reason="test"),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE assessments_unitchoice SET voided_at = now(), void_reason = 'x'")
    assert getattr(error.value.__cause__, "pgcode", "") == "PQ118"


def test_a_unit_that_something_names_is_not_given_up(candidate: Registration) -> None:
    choose(candidate, 3, 4)
    make.evidence(candidate, D(2025, 8, 1), "3.1.1")
    with pytest.raises(RuleBroken, match="names unit 3"):
        choose(candidate, 4, 5)
    choose(candidate, 3, 5)


def finished(of: Registration) -> bool:
    return (
        not units_completion.with_version(Registration.objects.filter(pk=of.pk))
        .filter(units_completion.unfinished())
        .exists()
    )


def test_a_certificate_asks_for_so_many_of_each_group(candidate: Registration) -> None:
    choose(candidate, 3, 4)
    achieve(candidate, 1, 2, 3)
    assert not finished(candidate)
    with pytest.raises(RuleBroken, match="1 more of Options"):
        claim_certificate(registration=candidate, by=BY)
    achieve(candidate, 4)
    assert finished(candidate)
    with pytest.raises(RuleBroken, match="not released every unit: 1, 2, 2 more of Options"):
        claim_certificate(registration=candidate, by=BY)
    assurer = quality.quality_assurer(assured_qualifications=["TO"])
    for signoff in UnitSignoff.objects.live().filter(registration=candidate):
        release_unit(signoff=signoff, released_by=assurer, by=BY)
    assert claim_certificate(registration=Registration.objects.get(pk=candidate.pk), by=BY)
    with pytest.raises(RuleBroken, match="certificate has been claimed"):
        choose(candidate, 3)


def test_the_list_of_certificates_knows_groups(candidate: Registration) -> None:
    choose(candidate, 3, 4)
    achieve(candidate, 1, 2, 3)
    national = user("national")
    assert not sampling_queries.certificates(national).exists()
    achieve(candidate, 4)
    assert [(one.pk, one.is_ready) for one in sampling_queries.certificates(national)] == [
        (candidate.pk, False)
    ]


def later_version(of: Qualification) -> QualificationVersion:
    """Unit 1 mandatory, and one of 2 and 3; unit 2 replaces the first version's unit 3, unit 3 its unit 4."""
    later = make.version(of, "later", D(2099, 1, 1), units=3, criteria=1)
    optional(later, 2, 3, choose=1)
    first = of.versions.order_by("from_date").first()
    with acting_as(by=BY):
        for new, old in (("1.1.1", "1.1.1"), ("2.1.1", "3.1.1"), ("3.1.1", "4.1.1")):
            replaced = Criterion.objects.get(unit__version=first, code=old).pk
            Criterion.objects.filter(unit__version=later, code=new).update(replaces=[replaced])
    return later


def test_a_move_carries_what_was_chosen_and_its_undoing_gives_it_back(
    candidate: Registration,
) -> None:
    choose(candidate, 3, on=D(2025, 6, 1))
    achieve(candidate, 3)
    later = later_version(candidate.qualification)
    move = move_version(
        registration=candidate, version=later, on=D(2026, 1, 5), reason="New", by=BY
    )
    chosen = UnitChoice.objects.live().filter(registration=candidate, unit__version=later)
    assert list(chosen.values_list("unit__number", "effective_on")) == [(2, D(2026, 1, 5))]
    assert progress(candidate, D(2026, 1, 5)) == (1, 2, 1, 2)
    assert progress(candidate, D(2026, 1, 4)) == (1, 4, 1, 3)
    undo_move(move=move, reason="Wrong", by=BY)
    assert not chosen.exists()
    assert UnitChoice.objects.live().filter(registration=candidate).count() == 1


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def brought(dataset: str, *lines: str) -> engine.Outcome:
    Path("rows.csv").write_text("\n".join(lines), encoding="utf-8")
    return engine.apply(registry[dataset], Path("rows.csv"), by=Job("import"))


def bring(dataset: str, *lines: str) -> engine.Outcome:
    outcome = brought(dataset, *lines)
    assert not outcome.problems, [str(one) for one in outcome.problems]
    return outcome


def refused(dataset: str, *lines: str) -> str:
    return "; ".join(str(one) for one in brought(dataset, *lines).problems)


FILE = "staff_number,qualification,registered_on,version,optional_units"


@pytest.fixture
def pso() -> str:
    return person("S1").staff_number


def test_a_file_chooses_units_as_the_screen_does(pso: str) -> None:
    assert bring("registrations", FILE, f"{pso},VQ3,2025-01-15,,5;7").counts["new"] == 1
    of = Registration.objects.get(person__staff_number=pso)
    numbers = (
        UnitChoice.objects.live().filter(registration=of).values_list("unit__number", flat=True)
    )
    assert sorted(numbers) == [5, 7]
    assert bring("registrations", FILE, f"{pso},VQ3,2025-01-15,,7;5").counts["unchanged"] == 1
    assert bring("registrations", FILE, f"{pso},VQ3,2025-01-15,,").counts["unchanged"] == 1
    assert "choose 2, no more" in refused("registrations", FILE, f"{pso},VQ3,2025-01-15,,5;6;7")
    assert "is not a version of VQ3" in refused(
        "registrations", FILE, f"{pso},VQ3,2025-01-15,award,"
    )
    assert "not an optional unit" in refused("registrations", FILE, f"{pso},VQ3,2025-01-15,,1")
    evidence = "reference,staff_number,qualification,title,method,submitted_on,criteria"
    assert "Unit 6 is optional" in refused(
        "evidence", evidence, f"E1,{pso},VQ3,Work,observation,2025-02-01,6.1.1"
    )
    bring("evidence", evidence, f"E1,{pso},VQ3,Work,observation,2025-02-01,5.1.1")
    assert "names unit 5" in refused("registrations", FILE, f"{pso},VQ3,2025-01-15,,6;7")
    signed = "staff_number,qualification,unit,signed_off_on,signed_off_by"
    who = make.assessor().staff_number
    assert "Unit 6 is optional" in refused("unit-signoffs", signed, f"{pso},VQ3,6,2025-03-01,{who}")
    decisions = "evidence_reference,assessor,decided_on,criteria_met"
    assert "Unit 6 is optional" in refused("decisions", decisions, f"E1,{who},2025-02-10,6.1.1")
    assert bring("registrations", FILE, f"{pso},VQ3,2025-01-15,,5;6").counts["changed"] == 1


def test_the_award_has_two_units_and_the_certificate_is_chosen(pso: str) -> None:
    """The Award is what a candidate takes by the day; the Certificate, units 1 to 3, only where it is chosen."""
    award = Qualification.objects.get(code="TAQA3")
    assert "Award in Assessing Competence in the Work Environment" in award.name
    assert award.version_on(D(2026, 1, 1)).name == "award"
    first = register_candidate(
        person=person("S2"), qualification=award, registered_on=D(2026, 1, 5), by=BY
    )
    assert [(one.number, one.code) for one in first.version.units.all()] == [
        (1, ""),
        (2, "H/601/5314"),
    ]
    bring("registrations", FILE, f"{pso},TAQA3,2026-01-05,2012,")
    second = Registration.objects.get(person__staff_number=pso)
    assert second.title == "Level 3 Certificate in Assessing Vocational Achievement"
    assert second.version.units.count() == 3
    assert "not the version the candidate is on" in refused(
        "registrations", FILE, f"{pso},TAQA3,2026-01-05,award,"
    )
    fact = RegistrationFact.objects.live().get(registration=second)
    assert correct_registration(fact=fact, reason="Typo", by=BY, effective_on=D(2026, 1, 2))


def test_from_the_award_to_the_certificate_units_1_and_2_are_kept(pso: str) -> None:
    award = Qualification.objects.get(code="TAQA3")
    of = register_candidate(
        person=person("S2"), qualification=award, registered_on=D(2025, 1, 6), by=BY
    )
    who = make.assessor()
    for number in (1, 2):
        every = tuple(
            Criterion.objects.filter(unit=make.unit(of, number)).values_list("code", flat=True)
        )
        make.decision(make.evidence(of, D(2025, 8, 1), *every), who, met=every)
        make.signoff(of, who, number)
    assert finished(of)
    move_version(
        registration=of,
        version=award.versions.get(name="2012"),
        on=D(2026, 1, 5),
        reason="Goes on",
        by=BY,
    )
    found = records.candidate_progress([of.person_id], D(2026, 1, 5))[of.pk]
    assert (found["units_achieved"], found["units_total"]) == (2, 3)
    assert not finished(of)
    with (
        connection.cursor() as cursor
    ):  # each version says what it replaces of the other, and asking ends all the same
        cursor.execute("SELECT assessments_is_released(%s, u.id) FROM assessments_unit u", [of.pk])
        assert {value for (value,) in cursor.fetchall()} == {False}


def test_who_was_on_an_earlier_version_stays_and_may_be_re_dated() -> None:
    """A candidate registered before the version in force was loaded keeps theirs, and their day may still be put right."""
    taken = make.qualification("TS")
    of = make.registration(of=taken)
    make.version(taken, "inserted", D(2023, 1, 2))
    assert taken.version_on(D(2025, 1, 15)).name == "inserted"
    fact = RegistrationFact.objects.live().get(registration=of)
    assert (
        correct_registration(
            fact=fact, reason="Typo", by=BY, effective_on=D(2025, 1, 10)
        ).registration.version.name
        == "2023"
    )


def test_codes_may_be_filled_in_of_a_locked_version_and_nothing_else(
    candidate: Registration,
) -> None:
    unit = make.unit(candidate, 1)
    with acting_as(by=BY):
        Unit.objects.filter(pk=unit.pk).update(code="H/601/5314", credit=4)
    for change in ({"title": "Other"}, {"group": UnitGroup.objects.get(version=candidate.version)}):
        with pytest.raises(DatabaseError), acting_as(by=BY):
            Unit.objects.filter(pk=unit.pk).update(**change)
    with pytest.raises(DatabaseError), acting_as(by=BY):
        UnitGroup.objects.filter(version=candidate.version).update(choose=1)
    with acting_as(by=BY), transaction.atomic():
        Criterion.objects.filter(unit=unit).update(replaces=[1])


def test_a_region_records_no_certificate_by_file_and_the_vq_centre_does(pso: str) -> None:
    """The door beside the page: a file of a learning manager may not say that a certificate came; history may."""
    columns = "staff_number,qualification,registered_on,certificated_on,certificate_number"
    rows = (columns, f"{pso},VQ3,2025-01-15,2025-12-01,C1")
    Path("rows.csv").write_text("\n".join(rows), encoding="utf-8")
    manager = persona("learning_manager")
    problems = [
        str(one)
        for one in engine.apply(registry["registrations"], Path("rows.csv"), by=manager).problems
    ]
    assert any("the VQ centre records certificates" in one for one in problems), problems
    bring("registrations", *rows)
    same = engine.apply(registry["registrations"], Path("rows.csv"), by=manager)
    assert (same.counts["unchanged"], same.problems) == (1, [])


def test_the_assessor_chooses_units_on_the_page(candidate: Registration) -> None:
    pta = persona("pta")
    make.allocate(candidate.person, pta.person)
    client, where = client_for(pta), reverse("assessments:choose_units", args=[candidate.public_id])
    of_candidate = reverse("assessments:candidate", args=[candidate.public_id])
    assert where in client.get(of_candidate).content.decode()
    said = {
        "on": "2025-06-01",
        "group-0": [make.unit(candidate, number).pk for number in (3, 4, 5)],
    }
    page = client.post(where, said)
    assert "Options: choose 2, no more" in page.content.decode()
    assert client.post(where, {**said, "group-0": said["group-0"][1:]}).status_code == 302
    page = client.get(of_candidate).content.decode()
    assert "Unit 4: Unit 4; Unit 5: Unit 5" in page
    assert reverse("assessments:log_evidence", args=[candidate.public_id]) in page


def test_a_candidate_is_registered_for_the_certificate_on_the_page(pso: str) -> None:
    client, who = client_for(persona("learning_manager")), person("S9")
    where = reverse("assessments:register", args=[who.public_id])
    award = Qualification.objects.get(code="TAQA3")
    said = {
        "qualification": award.pk,
        "version": award.versions.get(name="2012").pk,
        "registered_on": "2026-01-05",
    }
    wrong = {**said, "qualification": Qualification.objects.get(code="VQ5").pk}
    assert "Select a version of that qualification" in client.post(where, wrong).content.decode()
    assert client.post(where, said).status_code == 302
    made = Registration.objects.get(person=who)
    assert made.version.name == "2012"
    page = client.get(reverse("assessments:candidate", args=[made.public_id])).content.decode()
    assert "Level 3 Certificate in Assessing Vocational Achievement" in page
    assert "H/601/5314" in page
    assert "!! undefined" not in page


CRITERIA = "qualification,version,from_date,source,unit,unit_title,unit_code,unit_credit,unit_group,choose,criterion,text"


def version_rows(*, choose: str = "1", units: int = 3) -> list[str]:
    """Unit 1 mandatory, the others optional, with a code and credit where they are known."""
    rows = ["VQ3,2027,2027-01-01,Awarding body,1,First,X/1,4,,,1.1.1,Says so"]
    return rows + [
        f"VQ3,2027,2027-01-01,Awarding body,{unit},Option {unit},,,Options,{choose},{unit}.1.1,Shows so"
        for unit in range(2, units + 1)
    ]


def test_the_vq_centre_loads_groups_codes_and_credit() -> None:
    bring("criteria", CRITERIA, *version_rows())
    version = QualificationVersion.objects.get(name="2027")
    units = version.units.order_by("number")
    assert [(one.code, one.credit, one.group.choose if one.group else None) for one in units] == [
        ("X/1", 4, None),
        ("", None, 1),
        ("", None, 1),
    ]
    assert bring("criteria", CRITERIA, *version_rows()).counts["unchanged"] == 3
    assert "says something else" in refused("criteria", CRITERIA, *version_rows(choose="2"))


def test_a_group_that_nobody_could_finish_is_refused() -> None:
    assert "more than the group’s units, of which there are 2" in refused(
        "criteria", CRITERIA, *version_rows(choose="3")
    )
    assert not QualificationVersion.objects.filter(name="2027").exists()
    row = "VQ3,2027,2027-01-01,Awarding body,1,First,,,Options,,1.1.1,Says so"
    assert "say how many of a group" in refused("criteria", CRITERIA, row)


def test_criteria_are_loaded_by_the_vq_centre_alone() -> None:
    assert [
        role for role, one in ROLES.items() if "assessments.load_criteria" in one.permissions
    ] == ["national"]
    assert not user("national", in_region="NE").can("assessments.load_criteria"), (
        "for the whole country only"
    )
    assert user("national").can("assessments.load_criteria")
