"""The same through files, a row or two at a time."""

from __future__ import annotations

from typing import Any

from assessments.models import Criterion, Decision, Submission, UnitSignoff
from pqip.core.acting import Job
from pqip.core.clock import today
from tests.machines.assessment_steps import METHODS, standing_evidence, steps
from tests.machines.assessment_world import ASSESSORS, CANDIDATES, CODE, AssessmentWorld
from tests.machines.driver import Draw
from tests.machines.world import latest

FEEDBACK = "As seen."


def by(world: AssessmentWorld, draw: Draw) -> Any:
    return Job("import") if draw.often(70) else world.users["manager"]


def codes(keys: Any) -> list[str]:
    return list(
        Criterion.objects.filter(pk__in=list(keys)).order_by("code").values_list("code", flat=True)
    )


@steps(3)
def evidence_file(world: AssessmentWorld, draw: Draw) -> None:
    if draw.often(50):
        registration, reference = world.registration(draw), f"F-{world.next()}"
    else:
        evidence = standing_evidence(draw)
        registration, reference = evidence.registration, evidence.reference
    on, method = world.day(draw), METHODS[draw.number(2)]
    criteria = codes(draw.some([one.pk for one in registration.current_version.criteria()]))
    world.say(
        f"a file has evidence {reference} of {world.name(registration.person_id)} of {on} by {method} for "
        f"{', '.join(criteria)}"
    )
    world.bring_in(
        "evidence",
        {
            "reference": reference,
            "staff_number": registration.person.staff_number,
            "qualification": CODE,
            "title": "Observation",
            "method": method,
            "submitted_on": on,
            "criteria": criteria,
        },
        by=by(world, draw),
    )


@steps(5)
def decisions_file(world: AssessmentWorld, draw: Draw) -> None:
    if draw.often(60):
        evidence = standing_evidence(draw)
        submitted = Submission.objects.live().get(evidence=evidence)
        assessor, on = (
            world.person(draw, "Tess", "Quin", "Cora"),
            world.day(draw, since=submitted.effective_on),
        )
        number = draw.number(3) or ""
        offered = submitted.criteria
    else:
        decision = latest(Decision, draw)
        evidence, assessor, on, number = (
            decision.evidence,
            decision.assessor,
            decision.effective_on,
            decision.number,
        )
        offered = [*decision.criteria_met, *decision.criteria_not_met]
    met = draw.some(offered) if draw.often(80) else []
    not_met = [key for key in offered if key not in met]
    row = {
        "evidence_reference": evidence.reference,
        "assessor": assessor.staff_number,
        "decided_on": on,
        "decision_number": number,
        "criteria_met": codes(met),
        "criteria_not_met": codes(not_met),
        "feedback": FEEDBACK,
    }
    signed = ""
    if draw.number(100) >= 50:
        signer, outcome = (
            world.person(draw, "Cora", "Iris"),
            ("agreed", "agreed", "returned")[draw.number(3)],
        )
        row |= {
            "countersigner": signer.staff_number,
            "countersigned_on": world.day(draw, since=on),
            "countersign_outcome": outcome,
            "countersign_feedback": FEEDBACK,
        }
        signed = f", {outcome} by {world.name(signer)}"
    world.say(
        f"a file has decision {number or 1} of {world.name(assessor)} on {evidence} of "
        f"{world.name(evidence.registration.person_id)} on {on}: met {world.named(met)}, "
        f"not met {world.named(not_met)}{signed}"
    )
    world.bring_in("decisions", row, by=by(world, draw))


@steps(3)
def signoffs_file(world: AssessmentWorld, draw: Draw) -> None:
    registration, who = world.registration(draw), world.person(draw, "Tess", "Quin", "Cora")
    number, on = draw.number(3) + 1, today() if draw.often(50) else world.day(draw)
    world.say(
        f"a file has unit {number} of {world.name(registration.person_id)} signed off by {world.name(who)} on {on}"
    )
    world.bring_in(
        "unit-signoffs",
        {
            "staff_number": registration.person.staff_number,
            "qualification": CODE,
            "unit": number,
            "signed_off_on": on,
            "signed_off_by": who.staff_number,
        },
        by=by(world, draw),
    )
    world.by_file |= set(
        UnitSignoff.objects.filter(recorded_at__gt=world.since).values_list("pk", flat=True)
    )


@steps(2)
def assessors_file(world: AssessmentWorld, draw: Draw) -> None:
    who, on = world.person(draw, *ASSESSORS), world.day(draw)
    stated = (
        {"taqa_achieved_on": on},
        {"taqa_achieved_on": "", "lapsed_on": ""},
        {"lapsed_on": on},
        {"lapsed_on": ""},
        {"countersign_from": on, "allowed_qualifications": [CODE]},
        {"countersign_until": on},
    )[draw.number(6)]
    world.say(
        f"a file says of the award of {world.name(who)}: {', '.join(f'{key} {value}' for key, value in stated.items())}"
    )
    world.bring_in("assessors", {"staff_number": who.staff_number, **stated}, by=by(world, draw))


@steps(2)
def registrations_file(world: AssessmentWorld, draw: Draw) -> None:
    who, on = world.person(draw, *CANDIDATES), world.day(draw)
    certificated = world.day(draw, since=on) if draw.number(100) >= 80 else ""
    world.say(
        f"a file has {world.name(who)} registered on {on}, certificated {certificated or 'not'}"
    )
    world.bring_in(
        "registrations",
        {
            "staff_number": who.staff_number,
            "qualification": CODE,
            "registered_on": on,
            "certificated_on": certificated,
        },
        by=by(world, draw),
    )


@steps()
def allocations_file(world: AssessmentWorld, draw: Draw) -> None:
    who, other = world.person(draw, *CANDIDATES, "Tess"), world.person(draw, *ASSESSORS)
    role = "countersigner" if who == world.people["Tess"] else "pta"
    on = world.day(draw)
    until = world.day(draw, since=on) if draw.number(100) >= 60 else ""
    world.say(
        f"a file has {world.name(other)} as {role} of {world.name(who)} from {on} to {until or 'no end'}"
    )
    world.bring_in(
        "allocations",
        {
            "staff_number": who.staff_number,
            "role": role,
            "from_date": on,
            "to_date": until,
            "other_staff_number": other.staff_number,
        },
        by=by(world, draw),
    )


@steps()
def staff_file(world: AssessmentWorld, draw: Draw) -> None:
    who = world.person(draw, *ASSESSORS)
    world.say(f"a staff file has {world.name(who)} under another surname")
    world.bring_in(
        "staff",
        {
            "staff_number": who.staff_number,
            "email": f"{world.name(who).lower()}@example.com",
            "first_name": who.first_name,
            "last_name": f"Surname{world.next()}",
            "grade": "PTA",
            "region": "NE",
            "fte": "1.0",
            "start_date": "2020-01-01",
        },
    )
