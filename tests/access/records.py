"""The records that the access table opens: one within reach of each role, and one that is somebody else's.

Home is the North East; elsewhere is Wales. Roles that reach only their own records (learner, assessor, line manager,
countersigner) are tied to the home record by its allocations. `RECORDS` gives, for each kind, what stands in an address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from assessments.models import (
    Attendance,
    CertificateClaim,
    CpdEntry,
    Decision,
    Handover,
    Sample,
    SamplingAgreement,
    Standardisation,
    StandardisationAction,
)
from learners.actions.awards import record_award
from learners.actions.modules_results import record_module_result
from learners.actions.practice_days import record_day
from learners.actions.training import record_training
from learners.derived.enrolments import refresh
from learners.models import (
    Allocation,
    BoardAction,
    BoardAppeal,
    BreakReview,
    CampaignPlaces,
    CaseType,
    CaseTypeCourse,
    CaseTypeOverride,
    Challenge,
    Contact,
    Conversation,
    ConversationAction,
    CourseEvaluation,
    CoursePlan,
    CoWork,
    Enrolment,
    Event,
    ExtensionRequest,
    FollowUp,
    InductionRecord,
    OfficerPost,
    Placement,
    PlannedIntake,
    PracticeObservation,
    ProtectedDay,
    ReturnPlan,
    Review,
    ReviewAction,
    SupportNeed,
    TrainingExemption,
    WithdrawalProposal,
)
from pqip.core.acting import acting_as
from pqip.core.clock import now, today
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job
from pqip.messages.models import Message
from reports.actions.scenarios import keep_scenario
from reports.models import Run
from tests.factories import applications, assessments, learners, quality, workforce
from tests.factories.workforce import BY
from tests.personas import ELSEWHERE, HOME, everybody
from workforce.actions.merges import merge_people
from workforce.models import Absence, Person, RoleGrant, User

START = dt.date(2025, 1, 15)
LONG_AHEAD = dt.date(2099, 12, 31)


@dataclass
class Place:
    """What there is at home, or elsewhere: somebody on the programme, who assesses them, and an account."""

    learner: Enrolment
    person: Person
    account: User
    grant: RoleGrant
    absence: Absence
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Personas of every role, a home and an elsewhere."""

    people: dict[str, User]
    home: Place
    elsewhere: Place


def build() -> World:
    """Everything, written once for all rows of the table."""
    people = everybody()
    own = {
        role: people[role].person
        for role in ("learner", "pta", "line_manager", "countersigner", "eqa", "iqa")
    }
    home, elsewhere = _place(HOME, own), _place(ELSEWHERE, {})
    lost = {"on": START, "kind": "vocational", "taken": False}
    for place, who in ((home, people["learning_manager"]), (elsewhere, elsewhere.account)):
        place.extra["scenario"] = keep_scenario(by=who, name="Fewer leave", asked={"leaving": "50"})
    home.extra["own day"] = record_day(by=people["learner"], person=home.person, **lost)
    elsewhere.extra["own day"] = record_day(by=BY, person=elsewhere.person, **lost)
    for place, region, importer in (
        (home, HOME, people["learning_manager"]),
        (elsewhere, ELSEWHERE, elsewhere.account),
    ):
        place.extra["other record"] = workforce.person(in_region=region)
        place.extra["merge"] = merge_people(
            by=BY, stays=place.person, goes=workforce.person(in_region=region), why="test"
        )
        place.extra |= {
            "import": an_import(importer),
            "run": a_run(region, "month"),
            "job": a_job(),
            "message": a_message(),
        }
    return World(people, home, elsewhere)


def _place(region: str, own: dict[str, Person]) -> Place:
    who = own.get("learner") or workforce.person(in_region=region, in_grade="PSO")
    workforce.spell(who, START, in_region=region, in_grade="PSO")
    enrolment = learners.enrolment(who=who, start=START, in_region=region)
    for role in ("pta", "line_manager"):
        other = own.get(role) or workforce.person(in_region=region)
        assessments.allocate(who, other, role)
    assessments.allocate(
        who, own.get("eqa") or workforce.person(in_region=region), "eqa", ended_on=LONG_AHEAD
    )
    with acting_as(by=BY):
        refresh([enrolment.pk])
        learners.course("DUE", due_months=1)
        told = {"enrolment": enrolment, "effective_on": START}
        extra = {
            "challenge": Challenge.objects.create(**told, item="test", says="test"),
            "contact": Contact.objects.create(**told, means="email", about="test"),
            "support": SupportNeed.objects.create(**told, adjustment="test"),
            **_studied(enrolment),
            **_practised(enrolment),
            **_reviewed(enrolment),
            **_ending(enrolment, region),
            **_developed(who),
            **_applied(region),
        }
    enrolment.refresh_from_db()
    record_module_result(
        by=BY, enrolment=enrolment, module=learners.module("REHAB"), attempt=1, due_date=START
    )
    record_award(by=BY, enrolment=enrolment, award="BA", awarded_on=START)
    record_training(
        by=BY, person=who, course=learners.course("FL1"), booked_for=START, status="attended"
    )
    extra["declaration"] = workforce.entered(who, START)
    account = workforce.user("learning_manager", in_region=region)
    return Place(
        enrolment,
        who,
        account,
        account.grants.get(),
        workforce.absence(who, dt.date(2026, 1, 5)),
        extra | _assessed(who, own, region),
    )


def _reviewed(enrolment: Enrolment) -> dict[str, Any]:
    """A review held, something to do from it, what the board asked for, an appeal, a break looked at and a return planned."""
    day, of = {"effective_on": START}, {"enrolment": enrolment}
    Review.objects.create(person=enrolment.person, held_on=START, **day)
    learners.event(enrolment, "referred_to_board", START)
    learners.event(enrolment, "board_decision", START, board_outcome="Continue")
    about = {"what": "test", "do_by": START}
    return {
        "review's task": ReviewAction.objects.create(
            person=enrolment.person, due_on=START, owner="pta", **about, **day
        ),
        "board's task": BoardAction.objects.create(**of, **day, **about, owner=workforce.person()),
        "appeal": BoardAppeal.objects.create(**of, **day, decision_on=START, grounds="test"),
        **_talked(enrolment),
        "look": BreakReview.objects.create(**of, **day),
        "return": ReturnPlan.objects.create(**of, **day, plan="test"),
    }


def _talked(enrolment: Enrolment) -> dict[str, Any]:
    """A conversation offered, one held, and something agreed in it."""
    of, next_day = {"enrolment": enrolment, "effective_on": START}, START + dt.timedelta(days=1)
    agreed = {"offered_on": START, "what": "test", "owner": "line_manager", "do_by": START}
    return {
        "held conversation": Conversation.objects.create(**of, held_on=START),
        "conversation": Conversation.objects.create(**of | {"effective_on": next_day}),
        "agreed": ConversationAction.objects.create(**of, **agreed),
    }


def _practised(enrolment: Enrolment) -> dict[str, Any]:
    """A study day, a placement, co-worked work and a kind of case allowed before its training."""
    day, of = {"effective_on": START}, {"enrolment": enrolment}
    kind = CaseType.objects.get_or_create(code="KIND", defaults={"title": "Kind"})[0]
    CaseTypeCourse.objects.get_or_create(case_type=kind, course=learners.course("DUE"))
    return {
        "day": ProtectedDay.objects.create(person=enrolment.person, kind="university", **day),
        "placement": Placement.objects.create(**of, **day, setting="court", planned_to=LONG_AHEAD),
        "co-work": CoWork.objects.create(
            **of, **day, responsible_officer=workforce.person(), tasks="test"
        ),
        "override": CaseTypeOverride.objects.create(
            **of, **day, case_type=kind, reason="test", ended_on=LONG_AHEAD
        ),
    }


def _studied(enrolment: Enrolment) -> dict[str, Any]:
    """A request for more time, an exemption, a follow-up, an evaluation, a day and places planned for their intake."""
    day, course = {"effective_on": START}, learners.course("FL2")
    of = {"person": enrolment.person, "course": course, **day}
    answered = {
        "person": enrolment.person,
        "course": learners.course("FL1"),
        "level": 4,
        "answered_on": START,
    }
    return {
        "evaluation": CourseEvaluation.objects.create(**answered, **day),
        "planned": CoursePlan.objects.create(
            cohort=enrolment.cohort,
            region=enrolment.region,
            course=learners.course("DUE"),
            effective_on=LONG_AHEAD,
        ),
        "planned intake": PlannedIntake.objects.create(
            cohort=enrolment.cohort,
            region=enrolment.region,
            pathway=enrolment.pathway,
            effective_on=START,
            places=12,
        ),
        "request": ExtensionRequest.objects.create(
            enrolment=enrolment, module=learners.module(), asked_until=START, **day
        ),
        "exemption": TrainingExemption.objects.create(**of, reason="test"),
        "follow-up": FollowUp.objects.create(**of, due_on=START),
    }


def _developed(who: Person) -> dict[str, Any]:
    """Of somebody in post as a PSO: an item of the induction, an observation and a mentor."""
    of = {"person": who, "effective_on": START}
    return {
        "induction": InductionRecord.objects.create(**of, item="WELCOME"),
        "observation": PracticeObservation.objects.create(**of),
        "mentor": Allocation.objects.create(
            **of, role="mentor", other=workforce.person(), ended_on=START
        ),
    }


def _applied(region: str) -> dict[str, Any]:
    """A campaign of the region, places of it, and an application whose offer is confirmed."""
    of = applications.campaign(f"Campaign {region}", region=workforce.region(region))
    return {
        "campaign": of,
        "campaign's places": CampaignPlaces.objects.create(
            campaign=of, region=of.region, pathway=learners.pathway(), effective_on=START, places=12
        ),
        "application": (
            made := applications.application(
                of=of,
                in_region=region,
                stages={"sifted": 1, "confirmed_offer": 2},
                answers={"sex": "female"},
            )
        ),
        "application's stage": made.stages.get(stage="sifted"),
    }


def _ending(enrolment: Enrolment, region: str) -> dict[str, Any]:
    """A withdrawal to approve and an offer of a post of the learner's; and somebody who left, whose coding is to be checked."""
    day = {"effective_on": START}
    gone = learners.enrolment(start=START, in_region=region)
    told = {"told_on": START, "last_activity_on": START, "reason": "academic"}
    return {
        "proposal": WithdrawalProposal.objects.create(enrolment=enrolment, **day, **told),
        "post": OfficerPost.objects.create(
            enrolment=enrolment, region=workforce.region(region), **day
        ),
        "gone": gone,
        "withdrawal": learners.event(gone, "withdrawn", today(), ended_by="learner"),
    }


def _assessed(who: Person, own: dict[str, Person], region: str) -> dict[str, Any]:
    """A piece of evidence decided by a trainee assessor that waits for a countersignature, one countersigned, one not decided."""
    trainee = assessments.trainee(own.get("pta") or workforce.person(in_region=region))
    signer = assessments.countersigner(
        own.get("countersigner") or workforce.person(in_region=region), trainee
    )
    candidate = assessments.registration(who)
    assessments.signoff(candidate, trainee, 2)
    of_unit_1, piece = ("1.1.1", "1.1.2", "1.1.3"), assessments.evidence(candidate)
    signed = assessments.countersignature(
        assessments.decision(assessments.evidence(candidate), trainee, met=of_unit_1), signer
    )
    decision = assessments.decision(assessments.evidence(candidate), trainee, met=of_unit_1)
    moved = assessments.registration(who, of=assessments.qualification("TM"))
    assessments.move(moved)
    return {
        "plan": assessments.plan(candidate, trainee),
        "file": assessments.kept_file(piece),
        "moved candidate": moved,
        "candidate": candidate,
        "countersignature": signed,
        "assessor": trainee,
        "evidence": piece,
        "decision": decision,
        **_assured(decision, own, region),
    }


def _assured(decision: Decision, own: dict[str, Person], region: str) -> dict[str, Any]:
    """A sample planned, a claim, a meeting and something to do after it."""
    place, candidate = workforce.region(region), decision.evidence.registration
    claimed = assessments.registration(
        candidate.person, of=assessments.qualification("TC", units=0)
    )  # nothing to be achieved
    assurer = quality.quality_assurer(own.get("iqa"))
    with acting_as(by=BY):
        meeting = Standardisation.objects.create(region=place, held_on=START, topic="test")
        Attendance.objects.create(
            meeting=meeting, person=decision.assessor, has_come=True, effective_on=START
        )
        task = StandardisationAction.objects.create(
            meeting=meeting, what="test", owner=decision.assessor, do_by=START, effective_on=START
        )
        session = Standardisation.objects.create(
            region=place, held_on=START, topic="test session", kind="workshop"
        )
        Attendance.objects.create(
            meeting=session, person=decision.assessor, has_come=True, effective_on=START
        )
        CertificateClaim.objects.create(registration=claimed, effective_on=START)
        sample = Sample.objects.create(
            decision=decision,
            quality_assurer=assurer,
            stage="interim",
            due_on=LONG_AHEAD,
            effective_on=START,
        )
        agreement = SamplingAgreement.objects.create(
            region=place,
            external=own.get("eqa") or workforce.person(in_region=region),
            effective_on=START,
            is_agreed=True,
            samples=1,
        )
        entry = CpdEntry.objects.create(
            person=decision.assessor, effective_on=START, what="test", hours=1
        )
        handover = Handover.objects.create(
            person=workforce.person(in_region=region),
            taken_by=decision.assessor,
            role="pta",
            why="leaving",
            note="test",
            effective_on=START,
        )
    return {
        "claimed candidate": claimed, "sample": sample, "meeting": meeting, "meeting's task": task, "entry": entry,
        "handover": handover, "session": session, "agreement": agreement,
    }  # fmt: skip


def an_import(by: User) -> ImportRun:
    with acting_as(by=BY):
        return ImportRun.objects.create(
            dataset="staff",
            original_name="staff.csv",
            kind="csv",
            sha256="0" * 64,
            size=1,
            state="refused",
            requested_by=by,
        )


def a_run(region: str, schedule: str, **stated: Any) -> Run:
    asked = {
        "report": "monthly-status",
        "schedule": schedule,
        "period": f"2026-01 {region}",
        **stated,
    }
    with acting_as(by=BY):
        return Run.objects.create(
            as_at=dt.date(2026, 1, 31), region=workforce.region(region), formats=["csv"], **asked
        )


def a_job() -> Job:
    return Job.objects.create(
        kind="test",
        key=f"test:{uuid4()}",
        state="parked",
        finished_at=now(),
        wake_at=now(),
        attempt=3,
        last_error="No.",
    )


def a_message() -> Message:
    return Message.objects.create(
        address="a@example.com",
        kind="test",
        reference=str(uuid4()),
        subject="S",
        body="B",
        state="failed",
    )


def _of(get: Callable[[Place], Any]) -> Callable[[Place], dict[str, Any]]:
    return lambda place: {"public_id": get(place).public_id}


def _of_learner(place: Place, **more: Any) -> dict[str, Any]:
    return {"public_id": place.learner.public_id, **more}


def _of_fact(kind: str) -> Callable[[Place], dict[str, Any]]:
    return lambda place: _of_learner(place, key=place.extra[kind].public_id)


def _event(place: Place) -> dict[str, Any]:
    return {"event_id": Event.objects.live().get(enrolment=place.learner, kind="started").public_id}


def _absence(place: Place) -> dict[str, Any]:
    return {
        "public_id": place.person.public_id,
        "kind": place.absence.kind,
        "began": place.absence.effective_on.isoformat(),
    }


def _board_decision(place: Place) -> dict[str, Any]:
    return {
        "event_id": Event.objects.live()
        .get(enrolment=place.learner, kind="board_decision")
        .public_id
    }


def _external(place: Place) -> dict[str, Any]:
    return _of_learner(place, allocation_id=place.person.allocations.get(role="eqa").public_id)


def _allocation(place: Place) -> dict[str, Any]:
    allocation = place.person.allocations.get(role="pta", unit=None)
    return {"public_id": place.learner.public_id, "allocation_id": allocation.public_id}


def _supporter(place: Place) -> dict[str, Any]:
    trainee = place.extra["assessor"]
    return {
        "public_id": trainee.public_id,
        "allocation_id": trainee.allocations.get(role="countersigner").public_id,
    }


#: Kind of record → what stands in its address. A kind with no place is the same everywhere.
RECORDS: dict[str, Callable[[Place], dict[str, Any]]] = {
    "": lambda place: {},
    "absence": _absence,
    "register entry": lambda place: {"public_id": place.person.public_id, "award": "DIPPS"},
    "register change": lambda place: {
        "public_id": place.person.public_id,
        "change_id": place.extra["declaration"].public_id,
    },
    "account": _of(lambda place: place.account),
    "allocation": _allocation,
    "assessor": _of(lambda place: place.extra["assessor"]),
    "assessor's countersigner": _supporter,
    "candidate": _of(lambda place: place.extra["candidate"]),
    "candidate's unit": lambda place: {
        "public_id": place.extra["candidate"].public_id,
        "number": 1,
    },
    "candidate's signed unit": lambda place: {
        "public_id": place.extra["candidate"].public_id,
        "number": 2,
    },
    "countersignature": _of(lambda place: place.extra["countersignature"]),
    "decision": _of(lambda place: place.extra["decision"]),
    "event": _event,
    "board's decision": _board_decision,
    "external quality assurer": _external,
    "session": _of(lambda place: place.extra["session"]),
    "sampling agreement": _of(lambda place: place.extra["agreement"]),
    "region's plan": lambda place: {"region": place.learner.region.code},
    "sample": _of(lambda place: place.extra["sample"]),
    "handover": _of(lambda place: place.extra["handover"]),
    "meeting": _of(lambda place: place.extra["meeting"]),
    "meeting's task": _of(lambda place: place.extra["meeting's task"]),
    "CPD entry": _of(lambda place: place.extra["entry"]),
    "evidence file": _of(lambda place: place.extra["file"]),
    "assessment plan": _of(lambda place: place.extra["plan"]),
    "moved candidate": _of(lambda place: place.extra["moved candidate"]),
    "claimed candidate": _of(lambda place: place.extra["claimed candidate"]),
    "evidence": _of(lambda place: place.extra["evidence"]),
    "grant": lambda place: {
        "public_id": place.account.public_id,
        "grant_id": place.grant.public_id,
    },
    "challenge": lambda place: {"challenge_id": place.extra["challenge"].public_id},
    **{
        kind: _of_fact(kind)
        for kind in (
            "day",
            "own day",
            "placement",
            "conversation",
            "held conversation",
            "agreed",
            "co-work",
            "override",
            "review's task",
            "board's task",
            "appeal",
            "look",
            "return",
        )
    },
    "contact": lambda place: _of_learner(place, contact_id=place.extra["contact"].public_id),
    "course": lambda place: {"code": "DUE"},
    "intake": lambda place: {
        "region": place.learner.region.code,
        "cohort": place.learner.cohort.code,
    },
    "campaign": lambda place: {"campaign_id": place.extra["campaign"].public_id},
    "campaign's places": lambda place: {"places_id": place.extra["campaign's places"].public_id},
    "application": lambda place: {"application_id": place.extra["application"].public_id},
    "application's stage": lambda place: {"stage_id": place.extra["application's stage"].public_id},
    "planned intake": lambda place: {"intake_id": place.extra["planned intake"].public_id},
    "planned day": lambda place: {"plan_id": place.extra["planned"].public_id},
    "evaluation": lambda place: _of_learner(place, course="FL1", booked=START.isoformat(), level=4),
    "review": lambda place: _of_learner(place, due=START.isoformat()),
    "result": lambda place: {"public_id": place.learner.public_id, "module": "REHAB", "attempt": 1},
    "award": lambda place: {"public_id": place.learner.public_id, "award": "BA"},
    "training record": lambda place: {
        "public_id": place.learner.public_id,
        "course": "FL1",
        "booked": START.isoformat(),
    },
    "dataset": lambda place: {"dataset": "staff"},
    "dataset's template": lambda place: {"dataset": "staff", "format": "csv"},
    "import": _of(lambda place: place.extra["import"]),
    "exemption": lambda place: _of_learner(place, exemption_id=place.extra["exemption"].public_id),
    "extension request": lambda place: _of_learner(
        place, request_id=place.extra["request"].public_id
    ),
    "follow-up": lambda place: _of_learner(place, follow_up_id=place.extra["follow-up"].public_id),
    "job": _of(lambda place: place.extra["job"]),
    "learner": _of(lambda place: place.learner),
    "leaver": _of(lambda place: place.extra["gone"]),
    "message": _of(lambda place: place.extra["message"]),
    "support need": lambda place: _of_learner(place, need_id=place.extra["support"].public_id),
    "starter's arrangement": lambda place: _of_learner(place, arrangement="vetting"),
    "person": _of(lambda place: place.person),
    "two records": lambda place: {
        "public_id": place.person.public_id,
        "other_id": place.extra["other record"].public_id,
    },
    "merge": lambda place: {
        "public_id": place.person.public_id,
        "merge_id": place.extra["merge"].public_id,
    },
    "post": lambda place: {"public_id": place.person.public_id, "began": START.isoformat()},
    "PSO's induction": lambda place: {
        "public_id": place.person.public_id,
        "item": place.extra["induction"].item,
    },
    "PSO's mentor": lambda place: {
        "public_id": place.person.public_id,
        "allocation_id": place.extra["mentor"].public_id,
    },
    "PSO's observation": lambda place: {
        "public_id": place.person.public_id,
        "observation_id": place.extra["observation"].public_id,
    },
    "reference kind": lambda place: {"slug": "grades"},
    "sheet": lambda place: {"token": uuid4()},
    "officer's post": lambda place: _of_learner(place, post_id=place.extra["post"].public_id),
    "region to open": lambda place: {"code": "NE"},
    "reference row": lambda place: {"slug": "grades", "name": "PO"},
    "report": lambda place: {"name": "monthly-status"},
    "check": lambda place: {"check": "no_pta"},
    "place": lambda place: {"place": "NE"},
    "recipient": lambda place: {"place": "NE", "public_id": place.account.public_id},
    "scenario": _of(lambda place: place.extra["scenario"]),
    "withdrawal": lambda place: {"event_id": place.extra["withdrawal"].public_id},
    "withdrawal proposal": lambda place: {"proposal_id": place.extra["proposal"].public_id},
    "run": _of(lambda place: place.extra["run"]),
    "run's file": lambda place: {"public_id": place.extra["run"].public_id, "format": "csv"},
}
