"""One candidate with work at every stage, and every action that touches it: for tests of two people at once.

Each entry of `ACTIONS` makes ready whatever else it needs and returns the action itself, to be run on any connection.
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import assessments.imports  # noqa: F401  (registers the datasets)
from assessments.actions import (
    assessors,
    certificates,
    countersigning,
    countersigning_settling,
    evidence,
    handovers,
    sampling,
    units_release,
    units_signing_off,
    versions,
)
from assessments.actions import decisions as deciding
from assessments.models import (
    CertificateClaim,
    Countersignature,
    Decision,
    Evidence,
    Handover,
    QualificationVersion,
    Registration,
    Sample,
    Submission,
    UnitRelease,
    UnitSignoff,
    VersionMove,
)
from assessments.queries.open_work import waiting_of
from learners.models import Allocation
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.factories import assessments as make
from tests.factories.learners import person
from tests.factories.quality import quality_assurer
from workforce.models import Person

DAY = dt.date(2025, 8, 10)
BY = Job("test")
#: The code of one of the qualifications that files may name.
CODE = "VQ5"
ONE = ("1.1.1", "1.1.2", "1.1.3")
TWO = ("2.1.1", "2.1.2", "2.1.3")


@dataclass
class Scene:
    """`waiting` is a trainee's decision that waits; `given` another that was agreed; `final` a qualified assessor's, sampled by
    `planned`. Unit 1 may be signed off, unit 2 is (`signoff`)."""

    registration: Registration
    trainee: Person
    assessor: Person
    signers: list[Person]
    assurer: Person
    undecided: Evidence
    waiting: Decision
    given: Countersignature
    final: Decision
    planned: Sample
    signoff: UnitSignoff


def _version(name: str, since: dt.date) -> QualificationVersion:
    """A version of two small units, of a qualification that files may name."""
    of = make.qualification(CODE)
    return of.versions.filter(name=name).first() or make.version(of, name, since)


def scene() -> Scene:
    of = make.registration(of=_version("small", dt.date(2025, 1, 10)).qualification)
    trainee, assessor = make.trainee(), make.assessor()
    signers = [make.countersigner(of=trainee), make.countersigner(), make.countersigner()]
    assurer = quality_assurer()
    given = make.decision(make.evidence(of, DAY, *ONE), trainee, DAY, ONE)
    final = make.decision(make.evidence(of, DAY), assessor, DAY)
    (planned,) = sampling.plan_samples(
        decisions=[(final.pk, "interim")], quality_assurer=assurer, due_on=today(), by=BY
    )
    return Scene(
        of,
        trainee,
        assessor,
        signers,
        assurer,
        make.evidence(of, DAY, *ONE),
        make.decision(make.evidence(of, DAY, *ONE), trainee, DAY, ONE),
        make.countersignature(given, signers[0], DAY),
        final,
        planned,
        make.signoff(of, assessor, 2),
    )


Run = Callable[[], Any]
ACTIONS: dict[str, Callable[[Scene], Run]] = {}


def action(make_ready: Callable[[Scene], Run]) -> Callable[[Scene], Run]:
    ACTIONS[make_ready.__name__.replace("_", " ").strip()] = make_ready
    return make_ready


@action
def decide(s: Scene) -> Run:
    keys = make.codes(s.registration, *ONE)
    return lambda: deciding.decide(
        evidence=s.undecided,
        assessor=s.trainee,
        decided_on=DAY,
        met=keys,
        not_met=[],
        judged=make.JUDGED,
        by=BY,
        number=1,
    )


@action
def undo_decision(s: Scene) -> Run:
    return lambda: deciding.void_decision(decision=s.waiting, reason="Wrong", by=BY)


def _countersign(s: Scene, outcome: str, who: int, **more: Any) -> Run:
    return lambda: countersigning.countersign(
        decision=s.waiting, countersigner=s.signers[who], outcome=outcome, on=DAY, by=BY, **more
    )


@action
def agree(s: Scene) -> Run:
    return _countersign(s, "agreed", 0)


@action
def return_(s: Scene) -> Run:
    return _countersign(s, "returned", 1, feedback="Say more")


@action
def disagree(s: Scene) -> Run:
    return _countersign(
        s, "disagreed", 2, feedback="Not shown", disagreed=s.waiting.criteria_met[:1]
    )


@action
def undo_countersignature(s: Scene) -> Run:
    return lambda: countersigning.void_countersignature(signature=s.given, reason="Disputed", by=BY)


@action
def correct_evidence(s: Scene) -> Run:
    return lambda: evidence.correct_evidence(
        evidence=s.waiting.evidence, title="Another title", reason="Typing", by=BY
    )


@action
def undo_evidence(s: Scene) -> Run:
    return lambda: evidence.void_evidence(evidence=s.undecided, reason="Wrong", by=BY)


@action
def sign_off(s: Scene) -> Run:
    return lambda: units_signing_off.sign_off_unit(
        registration=s.registration, unit=make.unit(s.registration), signed_off_by=s.trainee, by=BY
    )


@action
def undo_sign_off(s: Scene) -> Run:
    return lambda: units_signing_off.void_signoff(signoff=s.signoff, reason="Wrong", by=BY)


@action
def release(s: Scene) -> Run:
    return lambda: units_release.release_unit(signoff=s.signoff, released_by=s.assurer, by=BY)


@action
def unlock(s: Scene) -> Run:
    return lambda: units_release.unlock_unit(signoff=s.signoff, reason="Wrong", by=BY)


@action
def move_version(s: Scene) -> Run:
    later = _version("latest", dt.date(2099, 1, 1))
    return lambda: versions.move_version(
        registration=s.registration,
        version=later,
        on=dt.date(2025, 12, 1),
        reason="New version",
        by=BY,
    )


@action
def undo_move(s: Scene) -> Run:
    moved = VersionMove.objects.filter(registration=s.registration).first() or make.move(
        s.registration, dt.date(2025, 11, 1)
    )
    return lambda: versions.undo_move(move=moved, reason="Wrong", by=BY)


@action
def claim(s: Scene) -> Run:
    return lambda: certificates.claim_certificate(registration=s.registration, by=BY)


def _finish(s: Scene) -> None:
    """Both units signed off and released, unless they are."""
    other = quality_assurer()
    for number in (1, 2):
        unit = make.unit(s.registration, number)
        signed = UnitSignoff.objects.live().filter(registration=s.registration, unit=unit).first()
        signed = signed or make.signoff(s.registration, s.assessor, number)
        if not UnitRelease.objects.live().filter(signoff=signed).exists():
            units_release.release_unit(signoff=signed, released_by=other, by=BY)


@action
def undo_claim(s: Scene) -> Run:
    if not (claimed := CertificateClaim.objects.live().filter(registration=s.registration).first()):
        _finish(s)
        claimed = certificates.claim_certificate(registration=s.registration, by=BY)
    return lambda: certificates.undo_claim(claim=claimed, reason="Wrong", by=BY)


@action
def re_date_award(s: Scene) -> Run:
    return lambda: assessors.record_assessor(
        person=s.trainee, by=BY, reason="Certificate", achieved_on=DAY
    )


@action
def end_authority(s: Scene) -> Run:
    return lambda: assessors.record_assessor(
        person=s.assurer, by=BY, reason="Ended", assure_until=today() - dt.timedelta(days=1)
    )


@action
def plan_sample(s: Scene) -> Run:
    return lambda: sampling.plan_samples(
        decisions=[(s.waiting.pk, "interim"), (s.given.decision_id, "interim")],
        quality_assurer=s.assurer,
        due_on=today(),
        by=BY,
    )


@action
def record_sample(s: Scene) -> Run:
    return lambda: sampling.record_sample(
        sample=s.planned, verdict="supported", criteria=s.final.criteria_met, found="Seen", by=BY
    )


@action
def undo_sample(s: Scene) -> Run:
    return lambda: sampling.undo_sample(sample=s.planned, reason="Wrong", by=BY)


@action
def hand_over(s: Scene) -> Run:
    seen = (
        Allocation.objects.live()
        .filter(person=s.trainee, role="countersigner")
        .values_list("pk", flat=True)
    )
    return lambda: handovers.hand_over(
        person=s.signers[0],
        taken_by=s.signers[1],
        role="countersigner",
        on=today(),
        why=Handover.Why.values[0],
        note="Read it",
        seen=set(seen),
        by=BY,
    )


@action
def undo_handover(s: Scene) -> Run:
    if not (made := Handover.objects.filter(person=s.assessor).first()):
        given = make.allocate(s.registration.person, s.assessor, "pta")
        made = handovers.hand_over(
            person=s.assessor,
            taken_by=make.assessor(person()),
            role="pta",
            on=today(),
            why=Handover.Why.values[0],
            note="Read it",
            seen=[given.pk],
            by=BY,
        )
    return lambda: handovers.undo_handover(handover=made, reason="Wrong", by=BY)


@action
def settle(s: Scene) -> Run:
    seen = list(waiting_of(s.trainee.pk).values_list("pk", flat=True))
    return lambda: countersigning_settling.settle(
        person=s.trainee,
        seen=seen,
        last_day=today() + dt.timedelta(days=30),
        taken_by=s.signers[2],
        by=BY,
    )


def bring(dataset: str, *rows: dict[str, Any]) -> None:
    """Import rows as a file. Raises RuleBroken where any of it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{dataset}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            lines = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
            lines.writeheader()
            lines.writerows(rows)
        outcome = engine.apply(registry[dataset], path, by=BY)
    if outcome.is_wrong:
        raise RuleBroken("; ".join(map(str, outcome.problems)))


@action
def file_of_decisions(s: Scene) -> Run:
    new = {
        "evidence_reference": s.undecided.reference,
        "assessor": s.assessor.staff_number,
        "decided_on": DAY,
        "criteria_met": "; ".join(ONE),
    }
    signed = {
        "evidence_reference": s.waiting.evidence.reference,
        "assessor": s.trainee.staff_number,
        "decided_on": DAY,
        "criteria_met": "; ".join(ONE),
        "countersigner": s.signers[1].staff_number,
        "countersigned_on": DAY,
        "countersign_outcome": "agreed",
    }
    return lambda: bring("decisions", new, signed)


@action
def file_of_evidence(s: Scene) -> Run:
    stated = Submission.objects.live().get(evidence=s.waiting.evidence)
    row = {
        "reference": s.waiting.evidence.reference,
        "staff_number": s.registration.person.staff_number,
        "qualification": CODE,
        "title": "From a file",
        "method": stated.method,
        "submitted_on": stated.effective_on,
        "criteria": "; ".join(ONE),
    }
    return lambda: bring("evidence", row)


@action
def file_of_assessors(s: Scene) -> Run:
    return lambda: bring(
        "assessors", {"staff_number": s.trainee.staff_number, "taqa_achieved_on": DAY}
    )


@action
def file_of_sign_offs(s: Scene) -> Run:
    row = {
        "staff_number": s.registration.person.staff_number,
        "qualification": CODE,
        "unit": 1,
        "signed_off_on": today(),
        "signed_off_by": s.assessor.staff_number,
    }
    return lambda: bring("unit-signoffs", row)


def ready(s: Scene, name: str) -> Run:
    """The action, once what it needs is there."""
    with acting_as(by=BY):
        return ACTIONS[name](s)
