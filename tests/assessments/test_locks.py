"""What a signed-off, released or certificated unit says stays, at every door: screen, second action, undo, file, database."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

import assessments.imports  # noqa: F401  (registers the datasets)
from assessments.actions.assessors import record_assessor
from assessments.actions.certificates import claim_certificate, undo_claim
from assessments.actions.countersigning import countersign, void_countersignature
from assessments.actions.decisions import decide, void_decision
from assessments.actions.evidence import correct_evidence, void_evidence
from assessments.actions.units_release import release_unit, unlock_unit
from assessments.actions.units_signing_off import sign_off_unit, void_signoff
from assessments.derived import progress
from assessments.models import (
    Decision,
    Registration,
    Submission,
    Unit,
    UnitAchievement,
    UnitSignoff,
)
from pqip.core.acting import Job, acting_as
from pqip.core.errors import RuleBroken
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.factories import assessments as make
from tests.factories.assessments import BY, JUDGED
from tests.factories.learners import person
from tests.factories.quality import quality_assurer
from workforce.models import Person

pytestmark = pytest.mark.django_db
D = dt.date
DAY, SIGNED_ON = D(2025, 8, 10), D(2025, 9, 1)
Load = Callable[..., engine.Outcome]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Import rows (dicts) as a file; what it came to."""

    def run(dataset: str, *rows: dict[str, Any]) -> engine.Outcome:
        path = tmp_path / f"{dataset}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            lines = csv.DictWriter(out, list(rows[0]))
            lines.writeheader()
            lines.writerows(rows)
        return engine.apply(registry[dataset], path, by=Job("import"))

    return run


def said(outcome: engine.Outcome) -> str:
    return "\n".join(map(str, outcome.problems))


def write(sql: str, *values: object) -> None:
    """A statement and all that its transaction would be held to at its end."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def beneath(sql: str, *values: object) -> str:
    """What the database says to a statement of the application's own role, by the end of its transaction at the latest."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), acting_as(by=Job("attack")):
        write(sql, *values)
    assert error.value.__cause__.pgcode.startswith("PQ1")
    return error.value.__cause__.diag.message_primary


def undo_beneath(row: Any) -> str:
    return beneath(
        f"UPDATE {row._meta.db_table} SET voided_at = now(), void_reason = 'x' WHERE id = %s",
        row.pk,
    )


class Scene:
    """A VQ5 candidate (L1) whose unit 1 rests on a trainee's decision (T1) that was agreed (C1), signed off by Q1."""

    def __init__(self, *, release: bool = True) -> None:
        self.registration = make.registration(person("L1"), of=make.qualification("VQ5"))
        self.trainee, self.signer = make.trainee(person("T1")), make.countersigner(person("C1"))
        self.qualified, self.assurer = make.assessor(person("Q1")), quality_assurer()
        self.piece = make.evidence(self.registration, reference="EV1")
        self.unit = Unit.objects.get(version=self.registration.version, number=1)
        self.codes = list(self.unit.criteria.order_by("order").values_list("code", flat=True))
        self.keys = list(self.unit.criteria.order_by("order").values_list("pk", flat=True))
        self.decision = make.decision(
            self.piece, self.trainee, DAY, tuple(self.codes), feedback="Clear."
        )
        self.signature = make.countersignature(self.decision, self.signer)
        self.later = make.evidence(self.registration, reference="EV2")
        self.signoff = make.signoff(self.registration, self.qualified)
        if release:
            release_unit(signoff=self.signoff, released_by=self.assurer, by=BY)

    def row(self, **changes: Any) -> dict[str, Any]:
        """The decision the unit rests on as a row of a file."""
        return {
            "evidence_reference": "EV1",
            "assessor": "T1",
            "decided_on": "2025-08-10",
            "decision_number": "",
            "criteria_met": ";".join(self.codes),
            "criteria_not_met": "",
            "feedback": "Clear.",
            "countersigner": "",
            "countersigned_on": "",
            "countersign_outcome": "",
            "countersign_feedback": "",
            **changes,
        }

    def stays(self) -> bool:
        """Whether the unit is achieved from its sign-off to this day."""
        return UnitAchievement.objects.filter(
            unit=self.unit, from_on=SIGNED_ON, to_on=None
        ).exists()


@pytest.fixture(params=[False, True], ids=["signed off", "released"])
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(release=request.param)


@pytest.fixture
def released() -> Scene:
    return Scene()


LOCKED = "signed off|released"

# Countersignatures


def test_an_outcome_that_a_locked_unit_rests_on_is_not_undone(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match=LOCKED), transaction.atomic():
        void_countersignature(signature=scene.signature, reason="Not mine", by=BY)
    assert "stands of EV1" in undo_beneath(scene.signature)
    assert scene.stays()


@pytest.mark.parametrize("outcome", ["agreed", "returned", "disagreed"])
def test_what_waits_in_a_locked_unit_gets_no_outcome(outcome: str) -> None:
    scene = Scene(release=False)
    unlock_unit(signoff=scene.signoff, reason="One more to come", by=BY)
    first = tuple(scene.codes[:1])
    against = make.decision(
        scene.piece,
        scene.trainee,
        D(2025, 8, 25),
        first if outcome == "disagreed" else (),
        first if outcome != "disagreed" else (),
        number=2,
    )
    signoff = make.signoff(scene.registration, scene.qualified)
    release_unit(signoff=signoff, released_by=scene.assurer, by=BY)
    disagreed = scene.keys[:1] if outcome == "disagreed" else []
    with pytest.raises(RuleBroken, match="Unlock it before"), transaction.atomic():
        countersign(
            decision=against,
            countersigner=scene.signer,
            outcome=outcome,
            feedback="Why",
            disagreed=disagreed,
            by=BY,
        )
    assert scene.stays()


def test_an_outcome_on_a_decision_that_needs_none_is_kept_and_changes_nothing() -> None:
    scene = Scene(release=False)
    unlock_unit(signoff=scene.signoff, reason="One more to come", by=BY)
    made = make.decision(scene.later, scene.qualified, DAY, tuple(scene.codes))
    signoff = make.signoff(scene.registration, scene.qualified)
    release_unit(signoff=signoff, released_by=scene.assurer, by=BY)
    given = countersign(
        decision=made, countersigner=scene.signer, outcome="returned", feedback="Why", by=BY
    )
    void_countersignature(signature=given, reason="Not needed", by=BY)
    assert scene.stays()


# Decisions


def test_whoever_released_a_unit_does_not_countersign_in_it_afterwards() -> None:
    """Also where it would change nothing: they would have had a part in what they released."""
    scene, signer = (
        Scene(release=False),
        make.countersigner(assure_from=D(2020, 1, 1), assured_qualifications=["VQ5"]),
    )
    void_signoff(signoff=scene.signoff, reason="More to come", by=BY)
    final = make.decision(scene.later, scene.qualified, DAY, tuple(scene.codes))
    signoff = make.signoff(scene.registration, scene.qualified)
    release_unit(signoff=signoff, released_by=signer, by=BY)
    with pytest.raises(RuleBroken, match="in a unit that they have released"), transaction.atomic():
        countersign(decision=final, countersigner=signer, outcome="agreed", by=BY)
    countersign(decision=final, countersigner=scene.signer, outcome="agreed", by=BY)


def test_a_decision_is_neither_made_nor_undone_in_a_locked_unit(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match=LOCKED):
        decide(
            evidence=scene.later,
            assessor=scene.qualified,
            decided_on=DAY,
            met=[],
            not_met=scene.keys[:1],
            judged=JUDGED,
            feedback="More",
            by=BY,
        )
    with pytest.raises(RuleBroken, match=LOCKED):
        void_decision(decision=scene.decision, reason="Wrong", by=BY)
    with pytest.raises(DatabaseError, match=r"signed off|has been released"), transaction.atomic():
        make.decision(scene.later, scene.qualified, DAY, (), tuple(scene.codes[:1]))
    assert "stands of EV1" in undo_beneath(scene.decision)
    assert scene.stays()


def test_a_file_makes_and_corrects_no_decision_in_a_locked_unit(scene: Scene, load: Load) -> None:
    assert load("decisions", scene.row()).counts["unchanged"] == 1, "the same again is no change"
    new = scene.row(
        evidence_reference="EV2", assessor="Q1", criteria_met="", criteria_not_met=scene.codes[0]
    )
    assert "row 2, criteria_not_met: Unit 1 is" in said(load("decisions", new))
    more = scene.row(decided_on="2025-08-30", decision_number="2", criteria_met=scene.codes[0])
    assert "row 2, criteria_met: Unit 1 is" in said(load("decisions", more))
    assert Decision.objects.count() == 1
    assert scene.stays()


def test_a_file_corrects_no_decision_out_of_a_locked_unit(load: Load) -> None:
    scene = Scene(release=False)
    unlock_unit(signoff=scene.signoff, reason="One more to come", by=BY)
    make.decision(scene.later, scene.qualified, DAY, tuple(scene.codes), feedback="Clear.")
    make.signoff(scene.registration, scene.qualified)
    out = scene.row(evidence_reference="EV2", assessor="Q1", criteria_met="2.1.1")
    assert "row 2, criteria_met: Unit 1 is signed off. Undo the sign-off first." in said(
        load("decisions", out)
    )


def test_a_file_gives_no_outcome_that_counts_in_a_locked_unit(load: Load) -> None:
    scene = Scene(release=False)
    unlock_unit(signoff=scene.signoff, reason="One more to come", by=BY)
    make.decision(
        scene.piece,
        scene.trainee,
        D(2025, 8, 25),
        (),
        tuple(scene.codes[:1]),
        number=2,
        feedback="More.",
    )
    make.signoff(scene.registration, scene.qualified)
    row = scene.row(
        decided_on="2025-08-25",
        decision_number="2",
        criteria_met="",
        criteria_not_met=scene.codes[0],
        feedback="More.",
        countersigner="C1",
        countersigned_on="2025-08-26",
        countersign_outcome="agreed",
    )
    assert "row 2, countersigner: Unit 1 is signed off" in said(load("decisions", row))
    assert scene.stays()


def test_a_returned_decision_in_a_file_says_why(load: Load) -> None:
    scene = Scene(release=False)
    row = scene.row(
        evidence_reference="EV2",
        criteria_met="2.1.1",
        countersigner="C1",
        countersigned_on="2025-08-20",
        countersign_outcome="returned",
    )
    assert "Say what the assessor should do differently" in said(load("decisions", row))
    assert (
        load("decisions", {**row, "countersign_feedback": "Which part shows it?"}).counts["new"]
        == 1
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"criteria_met": "", "criteria_not_met": ""}, "Decide at least one criterion"),
        (
            {"criteria_met": "", "criteria_not_met": "2.1.1", "feedback": ""},
            "Say what is still needed",
        ),
    ],
)
def test_what_the_screen_asks_of_a_decision_a_file_is_asked_too(
    load: Load, changes: dict[str, str], told: str
) -> None:
    row = Scene(release=False).row(evidence_reference="EV2", **changes)
    assert told in said(load("decisions", row))


# Signed off ahead, by a file


def test_a_unit_signed_off_ahead_waits_for_what_is_on_record_and_for_nothing_else(
    load: Load,
) -> None:
    scene = Scene(release=False)
    unlock_unit(signoff=scene.signoff, reason="Again", by=BY)
    void_countersignature(signature=scene.signature, reason="Again", by=BY)
    row = {
        "staff_number": "L1",
        "qualification": "VQ5",
        "unit": "1",
        "signed_off_on": "2025-08-15",
        "signed_off_by": "Q1",
    }
    assert load("unit-signoffs", row).counts["new"] == 1
    ahead = UnitSignoff.objects.live().get()
    assert not UnitAchievement.objects.exists()
    with pytest.raises(RuleBroken, match="not achieved"), transaction.atomic():
        release_unit(signoff=ahead, released_by=scene.assurer, by=BY)
    more = scene.row(evidence_reference="EV2", assessor="Q1")
    assert "Unit 1 is signed off" in said(load("decisions", more))
    agreed = scene.row(
        countersigner="C1", countersigned_on="2025-08-20", countersign_outcome="agreed"
    )
    assert load("decisions", agreed).counts["changed"] == 1
    assert UnitAchievement.objects.get().from_on == D(2025, 8, 20)
    release_unit(signoff=ahead, released_by=scene.assurer, by=BY)
    assert "released" in said(load("unit-signoffs", {**row, "signed_off_on": "2025-08-30"}))


# Evidence


def ruled() -> Scene:
    """Unit 1 asks two different methods, and its two pieces have them."""
    with acting_as(by=BY):
        Unit.objects.filter(version__qualification=make.qualification("VQ5"), number=1).update(
            least_pieces=2, least_methods=2
        )
    scene = Scene(release=False)
    unlock_unit(signoff=scene.signoff, reason="Again", by=BY)
    correct_evidence(evidence=scene.later, reason="Wrong", method="questioning", by=BY)
    make.decision(scene.later, scene.qualified, DAY, tuple(scene.codes))
    sign_off_unit(
        registration=scene.registration,
        unit=scene.unit,
        signed_off_by=scene.qualified,
        on=SIGNED_ON,
        by=BY,
    )
    return scene


def test_a_method_that_a_locked_unit_s_rule_counts_is_not_corrected(load: Load) -> None:
    scene = ruled()
    with pytest.raises(RuleBroken, match="Unit 1 is signed off") as broken:
        correct_evidence(evidence=scene.later, reason="Typing", method="observation", by=BY)
    assert broken.value.field == "method"
    correct_evidence(evidence=scene.later, reason="Typing", title="Questions on planning", by=BY)
    row = {
        "reference": "EV2",
        "staff_number": "L1",
        "qualification": "VQ5",
        "title": "Questions on planning",
        "method": "observation",
        "submitted_on": "2025-08-01",
        "criteria": ";".join(scene.codes),
    }
    assert "row 2, method: Unit 1 is signed off" in said(load("evidence", row))
    held = Submission.objects.live().get(evidence=scene.later)
    assert "stands of EV2" in beneath(
        "WITH gone AS (UPDATE assessments_submission SET voided_at = now(), void_reason = 'x' WHERE id = %s RETURNING *) "
        "INSERT INTO assessments_submission (evidence_id, effective_on, title, method, criteria, description, recorded_by, "
        "voided_by, void_reason) SELECT evidence_id, effective_on, title, 'observation', criteria, '', '', '', '' FROM gone",
        held.pk,
    )


def test_evidence_that_a_decision_stands_on_is_not_undone(scene: Scene) -> None:
    with pytest.raises(RuleBroken, match="Undo the decision first"):
        void_evidence(evidence=scene.piece, reason="Wrong", by=BY)
    assert "Undo the decision" in undo_beneath(Submission.objects.live().get(evidence=scene.piece))


# Sign-offs


def test_a_sign_off_in_the_past_is_judged_by_what_was_there_then() -> None:
    """The second piece came on the 20th: on the 15th the unit did not keep its own rule yet, whatever is there today."""
    with acting_as(by=BY):
        Unit.objects.filter(version__qualification=make.qualification("TQ"), number=1).update(
            least_pieces=2
        )
    registration, assessor = make.registration(), make.assessor()
    make.decision(make.evidence(registration), assessor, DAY)
    make.decision(make.evidence(registration), assessor, D(2025, 8, 20))
    asked = {
        "registration": registration,
        "unit": make.unit(registration),
        "signed_off_by": assessor,
        "by": BY,
    }
    for day in (D(2025, 8, 15), D(2025, 8, 19)):
        with pytest.raises(RuleBroken, match="2 pieces of evidence are needed, and 1 show it"):
            sign_off_unit(on=day, **asked)
    assert sign_off_unit(on=D(2025, 8, 20), **asked)


def test_a_sign_off_in_the_past_is_not_of_what_is_met_no_longer() -> None:
    registration, assessor = make.registration(), make.assessor()
    piece = make.evidence(registration)
    make.decision(piece, assessor, DAY)
    make.decision(piece, assessor, D(2025, 8, 20), (), ("1.1.2",), number=2)
    with pytest.raises(RuleBroken, match=r"1\.1\.2 not yet met"):
        sign_off_unit(
            registration=registration,
            unit=make.unit(registration),
            signed_off_by=assessor,
            on=D(2025, 8, 15),
            by=BY,
        )


def test_a_file_signs_off_no_unit_whose_rule_is_not_kept(load: Load) -> None:
    with acting_as(by=BY):
        Unit.objects.filter(version__qualification=make.qualification("VQ5"), number=1).update(
            least_pieces=2
        )
    scene = Scene(release=False)
    unlock_unit(signoff=scene.signoff, reason="Again", by=BY)
    row = {
        "staff_number": "L1",
        "qualification": "VQ5",
        "unit": "1",
        "signed_off_on": "2025-08-30",
        "signed_off_by": "Q1",
    }
    assert "2 pieces of evidence are needed" in said(load("unit-signoffs", row))
    make.decision(scene.later, scene.qualified, DAY, tuple(scene.codes))
    assert load("unit-signoffs", row).counts["new"] == 1


# Awards


def test_an_award_is_not_re_dated_out_of_a_locked_unit(scene: Scene, load: Load) -> None:
    """Q1's decision would need a countersignature that nobody gave; the trainee's own may be dated as it really was."""
    other = make.registration(person("L2"), of=scene.registration.qualification)
    make.decision(make.evidence(other), scene.qualified, DAY, tuple(scene.codes))
    make.signoff(other, make.assessor())
    with pytest.raises(RuleBroken, match="Unit 1 of L2 is signed off"), transaction.atomic():
        record_assessor(
            person=scene.qualified, by=BY, reason="Certificate", achieved_on=D(2025, 8, 11)
        )
    row = {"staff_number": "Q1", "taqa_achieved_on": "2020-01-01", "lapsed_on": "2025-08-01"}
    assert "Unit 1 of L2 is signed off" in said(load("assessors", row))
    record_assessor(person=scene.trainee, by=BY, reason="Certificate", achieved_on=D(2025, 8, 1))
    assert scene.stays()


def test_an_award_re_dated_brings_no_not_yet_met_into_a_locked_unit(scene: Scene) -> None:
    """What still waits for its countersignature would be final all at once."""
    other = make.registration(person("L2"), of=scene.registration.qualification)
    piece = make.evidence(other)
    make.decision(piece, scene.qualified, DAY, tuple(scene.codes))
    make.decision(piece, scene.trainee, D(2025, 8, 12), (), tuple(scene.codes[:1]), number=2)
    make.signoff(other, make.assessor())
    with pytest.raises(RuleBroken, match="Unit 1 of L2"), transaction.atomic():
        record_assessor(
            person=scene.trainee, by=BY, reason="Certificate", achieved_on=D(2025, 8, 12)
        )
    record_assessor(person=scene.trainee, by=BY, reason="Certificate", achieved_on=D(2025, 8, 13))


# Certificates


def claimed() -> tuple[Registration, UnitSignoff, Person]:
    """Both units released, and the certificate claimed."""
    assessor, registration = make.assessor(), make.registration()
    make.decision(make.evidence(registration), assessor)
    signoffs = [make.signoff(registration, assessor, number) for number in (1, 2)]
    for signoff in signoffs:
        release_unit(signoff=signoff, released_by=quality_assurer(), by=BY)
    claim_certificate(registration=registration, by=BY)
    return registration, signoffs[0], assessor


def test_beneath_nothing_is_claimed_that_is_not_achieved_and_released() -> None:
    claim = (
        "INSERT INTO assessments_certificateclaim "
        "(registration_id, effective_on, reference, recorded_by, voided_by, void_reason) "
        "VALUES (%s, current_date, '', '', '', '')"
    )
    assert "not every unit is achieved on that day and released (1, 2)" in beneath(
        claim, make.registration().pk
    )


def test_what_a_claimed_certificate_stands_on_is_neither_unlocked_nor_undone() -> None:
    registration, signoff, _assessor = claimed()
    with pytest.raises(RuleBroken, match="Undo the claim first"):
        unlock_unit(signoff=signoff, reason="Appeal", by=BY)
    with pytest.raises(RuleBroken, match="Undo the claim first"):
        void_signoff(signoff=signoff, reason="Wrong", by=BY)
    assert "claimed" in undo_beneath(signoff.releases.get())
    assert "Unlock it" in undo_beneath(signoff)
    undo_claim(claim=registration.claims.live().get(), reason="Appeal", by=BY)
    unlock_unit(signoff=signoff, reason="Appeal", by=BY)


# Beneath


def test_nothing_is_released_that_is_not_achieved(scene: Scene) -> None:
    other = make.registration(person("L2"), of=scene.registration.qualification)
    signoff = make.signoff(other, scene.qualified)
    insert = "INSERT INTO assessments_unitrelease (public_id, signoff_id, registration_id, released_by_id, effective_on, "
    assert "not achieved" in beneath(
        insert
        + "recorded_by, voided_by, void_reason) VALUES (gen_random_uuid(), %s, %s, %s, current_date, '', '', '')",
        signoff.pk,
        other.pk,
        scene.assurer.pk,
    )


def test_nothing_is_released_in_the_name_of_another_candidate(scene: Scene) -> None:
    """Neither achieved, nor by somebody with authority, nor by somebody else than who signed it off."""
    other = make.registration(person("L2"), of=scene.registration.qualification)
    signoff = make.signoff(other, scene.qualified)
    insert = "INSERT INTO assessments_unitrelease (public_id, signoff_id, registration_id, released_by_id, effective_on, "
    assert "the candidate it was signed off for" in beneath(
        insert
        + "recorded_by, voided_by, void_reason) VALUES (gen_random_uuid(), %s, %s, %s, current_date, '', '', '')",
        signoff.pk,
        scene.registration.pk,
        scene.qualified.pk,
    )


def test_an_achievement_does_not_go_while_its_sign_off_stands(scene: Scene) -> None:
    for change in (
        "DELETE FROM assessments_unitachievement",
        "UPDATE assessments_unitachievement SET to_on = from_on + 1",
        "UPDATE assessments_unitachievement SET from_on = from_on + 30",
    ):
        assert "would no longer be achieved" in beneath(
            f"{change} WHERE unit_id = %s", scene.unit.pk
        )


def test_a_stamp_written_beneath_does_not_take_a_unit_away(scene: Scene) -> None:
    """Whoever works out what follows from it is refused."""
    made = make.registration(person("L2"), of=scene.registration.qualification)
    decision = make.decision(make.evidence(made), scene.qualified, DAY, tuple(scene.codes))
    make.signoff(made, scene.signer)
    void = "UPDATE assessments_countersignstamp SET voided_at = now(), void_reason = 'x' WHERE decision_id = %s"
    with acting_as(by=Job("attack")), connection.cursor() as cursor:
        cursor.execute(void, [decision.pk])
        write(
            "INSERT INTO assessments_countersignstamp (decision_id, is_needed, effective_on, recorded_by, voided_by, "
            "void_reason) VALUES (%s, true, '2025-08-10', '', '', '')",
            decision.pk,
        )
    with pytest.raises(RuleBroken, match="Unit 1 of L2"), acting_as(by=Job("attack")):
        progress.refresh([made.pk])


def test_a_decision_does_not_lose_its_stamp() -> None:
    """It would be final, and never countersigned."""
    waits = make.decision(make.evidence(make.registration()), make.trainee())
    void = "UPDATE assessments_countersignstamp SET voided_at = now(), void_reason = 'x' WHERE decision_id = %s"
    assert "says whether it needs a countersignature" in beneath(void, waits.pk)
    void_decision(decision=waits, reason="Wrong", by=BY)
    write("SELECT 1")
