"""What people do in assessment, a step each, through the actions that the pages call."""

from __future__ import annotations

import datetime as dt

from assessments.actions.assessors import record_assessor
from assessments.actions.certificates import claim_certificate, undo_claim
from assessments.actions.countersigning import countersign, void_countersignature
from assessments.actions.countersigning_settling import settle
from assessments.actions.decisions import decide, void_decision
from assessments.actions.evidence import correct_evidence, log_evidence, void_evidence
from assessments.actions.handovers import hand_over, looked_after, undo_handover
from assessments.actions.registrations import correct_registration, register_candidate
from assessments.actions.units_release import release_unit, unlock_unit
from assessments.actions.units_signing_off import sign_off_unit, void_signoff
from assessments.actions.versions import move_version, undo_move
from assessments.models import (
    CertificateClaim,
    Countersignature,
    Decision,
    Evidence,
    Handover,
    RegistrationFact,
    Submission,
    Unit,
    UnitSignoff,
    VersionMove,
)
from assessments.queries.open_work import waiting_of
from pqip.core.clock import today
from tests.factories.assessments import JUDGED
from tests.machines import world as shared
from tests.machines.assessment_world import ASSESSORS, CANDIDATES, DAYS, AssessmentWorld
from tests.machines.driver import Draw, Table
from tests.machines.world import any_row, latest
from workforce.actions.people import correct_person

steps = Table()
METHODS = ("observation", "work_product")
REPORTS = (
    "progression",
    "monthly-status",
    "countersigning",
    "assessor-development",
    "pso-development",
    "cohort-outcomes",
    "month-issues",
    "training",
    "withdrawals",
    "support-demand",
)


def standing_evidence(draw: Draw) -> Evidence:
    """A piece of evidence that stands, the newest where numbers are lowered; read anew, as a page does."""
    return Evidence.objects.get(pk=latest(Submission, draw).evidence_id)


@steps(2)
def register(world: AssessmentWorld, draw: Draw) -> None:
    who, on = world.person(draw, *CANDIDATES), world.day(draw)
    world.say(f"{world.name(who)} is registered on {on}")
    register_candidate(
        person=who, qualification=world.qualification, registered_on=on, by=world.users["manager"]
    )


@steps()
def correct_day_registered(world: AssessmentWorld, draw: Draw) -> None:
    fact, on = any_row(RegistrationFact, draw), world.day(draw)
    certificated = on if draw.number(100) >= 80 else None
    world.say(
        f"the registration of {world.name(fact.registration.person_id)} is corrected to {on}, certificated {certificated}"
    )
    correct_registration(
        fact=fact,
        reason="Wrong",
        by=world.users["manager"],
        effective_on=on,
        certificated_on=certificated,
    )


@steps(5)
def log(world: AssessmentWorld, draw: Draw) -> None:
    registration = world.registration(draw)
    criteria = draw.some([one.pk for one in registration.current_version.criteria()])
    follows = standing_evidence(draw) if draw.number(100) >= 85 else None
    if follows is not None:
        registration = follows.registration
    on, method = world.day(draw), METHODS[0] if draw.often(75) else METHODS[1]
    again = f", in again for {follows}" if follows else ""
    world.say(
        f"{world.name(registration.person_id)} hands in evidence of {on} by {method} for {world.named(criteria)}{again}"
    )
    made = log_evidence(
        registration=registration,
        title="Observation",
        method=method,
        submitted_on=on,
        criteria=criteria,
        names_nobody=True,
        by=world.by(draw, registration.person),
        follows=follows,
    )
    world.say(f"{world.said}: {made}")


@steps(8)
def decide_evidence(world: AssessmentWorld, draw: Draw) -> None:
    evidence = standing_evidence(draw)
    submitted = Submission.objects.live().get(evidence=evidence)
    assessor, on = (
        world.person(draw, "Tess", "Quin", "Cora"),
        world.day(draw, since=submitted.effective_on),
    )
    named = (
        submitted.criteria
        if draw.often(80)
        else [one.pk for one in evidence.registration.current_version.criteria()]
    )
    met = draw.some(named) if draw.often(85) else []
    not_met = [key for key in named if key not in met] if draw.often(50) or not met else []
    world.say(
        f"{world.name(assessor)} decides {evidence} of {world.name(evidence.registration.person_id)} on {on}: "
        f"met {world.named(met)}, not met {world.named(not_met)}"
    )
    decide(
        evidence=evidence,
        assessor=assessor,
        decided_on=on,
        met=met,
        not_met=not_met,
        by=world.by(draw, assessor),
        judged=JUDGED,
        feedback="As seen.",
    )


@steps(4)
def get_a_unit_through(world: AssessmentWorld, draw: Draw) -> None:
    """One after the other, all that a unit needs, so that sequences come to what follows a release."""
    registration = world.registration(draw)
    unit = draw.one(
        list(Unit.objects.filter(version=registration.current_version).order_by("number"))
    )
    assessor, on, far = (
        world.people["Tess" if draw.often(60) else "Quin"],
        world.day(draw),
        4 - draw.number(5),
    )
    stages = ("handed in", "decided", "countersigned", "signed off", "released")
    world.say(
        f"unit {unit.number} ({unit.version.name}) of {world.name(registration.person_id)} is {stages[far]}, decided by "
        f"{world.name(assessor)}, all on {on}"
    )
    criteria, by = list(unit.criteria.values_list("pk", flat=True)), world.users["manager"]
    evidence = log_evidence(
        registration=registration,
        title="Observation",
        method=METHODS[0],
        submitted_on=on,
        criteria=criteria,
        names_nobody=True,
        by=by,
    )
    if far >= 1:
        decision = decide(
            evidence=evidence,
            assessor=assessor,
            decided_on=on,
            met=criteria,
            not_met=[],
            by=by,
            judged=JUDGED,
        )
    if far >= 2 and decision.stamps.get().is_needed:
        countersign(
            decision=decision, countersigner=world.people["Cora"], outcome="agreed", by=by, on=on
        )
    if far >= 3:
        signoff = sign_off_unit(
            registration=registration, unit=unit, signed_off_by=assessor, by=by, on=on
        )
    if far >= 4:
        release_unit(signoff=signoff, released_by=world.people["Iris"], by=by)


@steps(2)
def undo_decision(world: AssessmentWorld, draw: Draw) -> None:
    decision = any_row(Decision, draw)
    world.say(
        f"the decision of {world.name(decision.assessor_id)} on {decision.evidence} of {decision.effective_on} is undone"
    )
    void_decision(decision=decision, reason="Wrong", by=world.by(draw, decision.assessor))


@steps(6)
def countersign_decision(world: AssessmentWorld, draw: Draw) -> None:
    waiting = Decision.objects.live().filter(countersignatures=None).order_by("-pk")
    decision = draw.one(list(waiting)) if draw.often(85) else any_row(Decision, draw)
    who, on = (
        world.person(draw, "Cora", "Iris", "Quin"),
        world.day(draw, since=decision.effective_on),
    )
    outcome = ("agreed", "agreed", "agreed", "returned", "disagreed")[draw.number(5)]
    against = draw.some(decision.criteria_met) if outcome == "disagreed" else []
    world.say(
        f"{world.name(who)} {outcome} the decision of {world.name(decision.assessor_id)} on {decision.evidence} on {on}"
        + (f", against {world.named(against)}" if against else "")
    )
    countersign(
        decision=decision,
        countersigner=who,
        outcome=outcome,
        by=world.by(draw, who),
        feedback="As seen.",
        on=on,
        disagreed=against,
    )


@steps(2)
def undo_countersignature(world: AssessmentWorld, draw: Draw) -> None:
    signature = any_row(Countersignature, draw)
    world.say(
        f"the countersignature of {world.name(signature.countersigner_id)} on {signature.decision.evidence} is undone"
    )
    void_countersignature(
        signature=signature, reason="Disputed", by=world.by(draw, signature.countersigner)
    )


@steps(2)
def correct_what_was_handed_in(world: AssessmentWorld, draw: Draw) -> None:
    evidence = standing_evidence(draw)
    current = Submission.objects.live().get(evidence=evidence)
    changes = (
        {"method": METHODS[1] if current.method == METHODS[0] else METHODS[0]},
        {"effective_on": world.day(draw)},
        {
            "criteria": draw.some(
                [one.pk for one in evidence.registration.current_version.criteria()]
            )
        },
        {"title": f"Observation {world.next()}"},
    )[draw.number(4)]
    shown = (
        world.named(changes["criteria"]) if "criteria" in changes else next(iter(changes.values()))
    )
    world.say(f"{evidence} is corrected: {next(iter(changes))} {shown}")
    correct_evidence(evidence=evidence, reason="Wrong", by=world.users["manager"], **changes)


@steps()
def undo_evidence(world: AssessmentWorld, draw: Draw) -> None:
    evidence = standing_evidence(draw)
    world.say(f"{evidence} is undone")
    void_evidence(evidence=evidence, reason="Wrong", by=world.users["manager"])


@steps(7)
def sign_off(world: AssessmentWorld, draw: Draw) -> None:
    registration = world.registration(draw)
    version = registration.current_version if draw.often(85) else registration.version
    unit = draw.one(list(Unit.objects.filter(version=version).order_by("number")))
    who, on = (
        world.person(draw, "Tess", "Quin", "Cora"),
        world.day(draw) if draw.number(100) >= 50 else today(),
    )
    world.say(
        f"{world.name(who)} signs off unit {unit.number} ({version.name}) of {world.name(registration.person_id)} on {on}"
    )
    sign_off_unit(
        registration=registration, unit=unit, signed_off_by=who, by=world.by(draw, who), on=on
    )


@steps()
def undo_signoff(world: AssessmentWorld, draw: Draw) -> None:
    signoff = any_row(UnitSignoff, draw)
    world.say(f"the sign-off of {of(world, signoff)} is undone")
    void_signoff(signoff=signoff, reason="Wrong", by=world.by(draw, signoff.signed_off_by))


@steps(6)
def release(world: AssessmentWorld, draw: Draw) -> None:
    signoff, who = any_row(UnitSignoff, draw), world.person(draw, "Iris", "Cora")
    world.say(f"{world.name(who)} releases {of(world, signoff)}")
    release_unit(signoff=signoff, released_by=who, by=world.by(draw, who))


@steps()
def unlock(world: AssessmentWorld, draw: Draw) -> None:
    signoff = any_row(UnitSignoff, draw)
    world.say(f"{of(world, signoff)} is unlocked")
    unlock_unit(signoff=signoff, reason="Again", by=world.users["Iris"])


@steps(3)
def claim(world: AssessmentWorld, draw: Draw) -> None:
    registration, on = world.registration(draw), today() if draw.often(70) else world.day(draw)
    world.say(f"the certificate of {world.name(registration.person_id)} is claimed on {on}")
    claim_certificate(registration=registration, by=world.users["manager"], on=on)


@steps()
def undo_the_claim(world: AssessmentWorld, draw: Draw) -> None:
    made = any_row(CertificateClaim, draw)
    world.say(f"the claim for {world.name(made.registration.person_id)} is undone")
    undo_claim(claim=made, reason="Wrong", by=world.users["manager"])


@steps(3)
def move(world: AssessmentWorld, draw: Draw) -> None:
    registration, on = world.registration(draw), world.day(draw)
    version = world.second if draw.often(80) else world.first
    world.say(f"{world.name(registration.person_id)} moves to the {version.name} version on {on}")
    move_version(
        registration=registration,
        version=version,
        on=on,
        reason="New version",
        by=world.users["manager"],
    )


@steps()
def undo_the_move(world: AssessmentWorld, draw: Draw) -> None:
    moved = any_row(VersionMove, draw)
    world.say(
        f"the move of {world.name(moved.registration.person_id)} on {moved.effective_on} is undone"
    )
    undo_move(move=moved, reason="Wrong", by=world.users["manager"])


@steps(3)
def re_date_an_award(world: AssessmentWorld, draw: Draw) -> None:
    who = world.person(draw, *ASSESSORS)
    on = world.day(draw)
    terms = (
        {"achieved_on": on},
        {"achieved_on": None, "lapsed_on": None},
        {"lapsed_on": on},
        {"lapsed_on": None},
        {"countersign_from": on, "allowed_qualifications": ["VQ5"]},
        {"countersign_until": on},
        {"assure_from": on, "assured_qualifications": ["VQ5"]},
        {"assure_until": on},
        {"countersign_from": None, "countersign_until": None, "allowed_qualifications": []},
    )[draw.number(9)]
    world.say(
        f"the award of {world.name(who)} now says {', '.join(f'{key} {value}' for key, value in terms.items())}"
    )
    record_assessor(person=who, by=world.users["manager"], reason="Re-dated", **terms)


@steps(2)
def hand_work_over(world: AssessmentWorld, draw: Draw) -> None:
    role = "pta" if draw.often(50) else "countersigner"
    who, other, on = (
        world.person(draw, *ASSESSORS),
        world.person(draw, *ASSESSORS),
        world.day(draw, since=DAYS[-2]),
    )
    world.say(f"{world.name(who)} hands over as {role} to {world.name(other)} on {on}")
    seen = [row.pk for row in looked_after(who, role, on)]
    hand_over(
        person=who,
        taken_by=other,
        role=role,
        on=on,
        why="leaving",
        note="All is in order.",
        seen=seen,
        by=world.by(draw, who),
    )


@steps()
def undo_the_handover(world: AssessmentWorld, draw: Draw) -> None:
    made = any_row(Handover, draw)
    world.say(
        f"the handover of {world.name(made.person_id)} to {world.name(made.taken_by_id)} is undone"
    )
    undo_handover(handover=made, reason="Wrong", by=world.users["manager"])


@steps()
def settle_what_waits(world: AssessmentWorld, draw: Draw) -> None:
    who = world.person(draw, "Tess", "Quin")
    other = world.person(draw, "Iris", "Cora", "Quin") if draw.often(60) else None
    last = today() + dt.timedelta(days=30 * draw.number(3))
    seen = list(waiting_of(who.pk).values_list("pk", flat=True))
    world.say(f"what waits of {world.name(who)} is settled until {last}, by {world.name(other)}")
    settle(person=who, seen=seen, last_day=last, by=world.users["manager"], taken_by=other)


@steps()
def rename(world: AssessmentWorld, draw: Draw) -> None:
    who = world.person(draw)
    world.say(f"{world.name(who)} has another surname")
    correct_person(by=world.users["manager"], person=who, last_name=f"Surname{world.next()}")


def of(world: AssessmentWorld, signoff: UnitSignoff) -> str:
    return f"unit {signoff.unit.number} ({signoff.unit.version.name}) of {world.name(signoff.registration.person_id)}"


ask = steps(5)(shared.ask_step(REPORTS, [*DAYS, today()]))
ask_again = steps(1)(shared.ask_again)
