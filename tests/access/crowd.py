"""Many more rows of everything that pages list: learners at home, and whatever hangs on one record."""

from __future__ import annotations

import datetime as dt
from itertools import count

from assessments.models import (
    AssessorRecord,
    Attendance,
    CpdEntry,
    Decision,
    Handover,
    Sample,
    SamplingAgreement,
    Standardisation,
    StandardisationAction,
    UnitRelease,
)
from learners.derived.enrolments import refresh, refresh_standing
from learners.models import (
    Allocation,
    BoardAction,
    BreakReview,
    CampaignPlaces,
    Challenge,
    Contact,
    Conversation,
    ConversationAction,
    CourseEvaluation,
    CoursePlan,
    Enrolment,
    Event,
    ExtensionRequest,
    FollowUp,
    InductionItem,
    LeaverWords,
    ManagerAcknowledgement,
    ModuleResult,
    OfficerPost,
    Placement,
    PlannedIntake,
    PracticeObservation,
    ProtectedDay,
    Reason,
    Review,
    ReviewAction,
    StarterStep,
    SupportNeed,
    TrainingRecord,
    WithdrawalProposal,
)
from pqip.core import clock
from pqip.core.access_log import log_access
from pqip.core.acting import acting_as
from pqip.core.ledger import supersede
from reports.actions.schedule_month import SCHEDULE
from reports.models.schedule import USUAL
from tests.access.records import LONG_AHEAD, START, World, a_job, a_message, a_run, an_import
from tests.factories import applications, assessments, learners, workforce
from tests.factories.workforce import BY
from tests.personas import HOME
from workforce.models import Grade, Person, RoleGrant

NUMBERS = count(1)
EARLY = dt.date(2005, 1, 3)
#: When the month's reports were made: before anything else was recorded, so that all of them look back.
MADE = dt.datetime(2026, 2, 2, 9, tzinfo=dt.UTC)


def add(world: World, number: int) -> None:
    """So many more of everything, within reach of the personas of the home region."""
    numbers = [next(NUMBERS) for _ in range(number)]
    for n in numbers:
        _learner(world, n)
        _assessed(world)
    with acting_as(by=BY):
        for n in numbers:
            _on_the_record(world, n)
            _of_the_machinery(world, n)
        refresh([world.home.learner.pk])


def _learner(world: World, n: int) -> None:
    """Somebody on the programme, in a cohort of their own, with evidence to decide and decisions to countersign.

    And somebody who left, each for a reason or in a quarter of their own.
    """
    trainee, manager = world.people["pta"].person, world.people["line_manager"].person
    who = workforce.person(in_region=HOME, in_grade="PSO")
    workforce.spell(who, START, in_region=HOME, in_grade="PSO")
    enrolment = learners.enrolment(who=who, start=START, in_region=HOME, in_cohort=f"Intake {n}")
    assessments.allocate(who, trainee, "pta")
    assessments.allocate(who, manager, "line_manager")
    assessments.allocate(who, world.people["eqa"].person, "eqa", ended_on=LONG_AHEAD)
    with acting_as(by=BY):
        refresh_standing([enrolment.pk])
    candidate = assessments.registration(who)
    assessments.evidence(candidate)
    assessments.decision(assessments.evidence(candidate), trainee)
    assessments.decision(
        assessments.evidence(candidate, clock.today()), _assessor(world, n), clock.today()
    )
    assessments.signoff(candidate, trainee)
    soon = clock.today() + dt.timedelta(days=n % 20)
    learners.enrolment(start=soon, in_region=HOME, in_cohort=f"Intake {n}", started=False)
    gone, reasons = (
        learners.enrolment(start=START, in_region=HOME),
        list(Reason.objects.values_list("code", flat=True)),
    )
    assessments.allocate(gone.person, manager, "line_manager")
    left_on = START + dt.timedelta(days=92 * (n % 5))
    learners.event(
        gone,
        "withdrawn",
        left_on,
        reason=reasons[n // 5 % len(reasons)],
        destination="unknown",
        approved_by=manager,
    )
    with acting_as(by=BY):
        LeaverWords.objects.create(
            enrolment=gone, effective_on=clock.today(), reasons=[reasons[n // 5 % len(reasons)]]
        )
    _ended(enrolment)
    workforce.user("learning_manager", in_region=HOME, password=None)


def _ended(enrolment: Enrolment) -> None:
    """A withdrawal to approve, a coding to check, somebody newly qualified who is on the register, and an officer who is not."""
    on = clock.today()
    with acting_as(by=BY):
        days = {"effective_on": on, "told_on": on, "last_activity_on": on}
        WithdrawalProposal.objects.create(enrolment=enrolment, reason="academic", **days)
    learners.event(
        learners.enrolment(start=START, in_region=HOME), "withdrawn", on, ended_by="learner"
    )
    away = learners.enrolment(start=START, in_region=HOME)
    learners.event(away, "referred_to_board", on)
    learners.event(away, "deferred", on)
    officer = learners.enrolment(start=START, in_region=HOME)
    learners.event(officer, "completed", on)
    learners.event(officer, "qualified", on)
    workforce.entered(officer.person, START)
    for who, since in (
        (officer.person, on),
        (workforce.person(in_region=HOME, in_grade="PO"), START),
    ):
        workforce.spell(who, since, in_region=HOME, in_grade="PO")


def _assessor(world: World, n: int) -> Person:
    """A trainee assessor with a grade of their own, whom the countersigner looks after."""
    with acting_as(by=BY):
        Grade.objects.create(code=f"G{n}", name=f"Grade {n}", order=n)
    who = workforce.person(in_region=HOME, in_grade=f"G{n}")
    workforce.spell(who, START, in_region=HOME, in_grade=f"G{n}")
    assessments.assessor(who, achieved_on=None, assure_from=START, assure_until=LONG_AHEAD)
    assessments.registration(who, of=assessments.qualification("TAQA3"))
    assessments.allocate(who, world.people["countersigner"].person, "countersigner")
    return who


def _assessed(world: World) -> None:
    """One more piece of evidence of the home learner, decided and countersigned, in the unit that is not signed off."""
    open_unit = ("1.1.1", "1.1.2", "1.1.3")
    piece = assessments.evidence(world.home.extra["candidate"])
    decided = assessments.decision(piece, world.people["pta"].person, met=open_unit)
    assessments.countersignature(decided, world.people["countersigner"].person)
    _assured(world, decided)


def _assured(world: World, decided: Decision) -> None:
    """One more plan, sample, meeting and unit to release; and somebody whose every unit is achieved and released."""
    pta, assurer, number = world.people["pta"].person, world.people["iqa"].person, next(NUMBERS)
    assessments.plan(world.home.extra["candidate"], pta)
    finished = assessments.registration(assessments.countersigner(workforce.person(in_region=HOME)))
    if "assessor who decides" not in world.home.extra:
        world.home.extra["assessor who decides"] = assessments.assessor(
            workforce.person(in_region=HOME)
        )
    assessments.decision(assessments.evidence(finished), world.home.extra["assessor who decides"])
    workforce.spell(finished.person, START, ended_on=START)
    assessments.allocate(world.home.person, finished.person, unit=number)
    signed = [
        assessments.signoff(finished, pta, unit.number) for unit in finished.version.units.all()
    ]
    with acting_as(by=BY):
        for signoff in signed:
            UnitRelease.objects.create(
                signoff=signoff,
                registration=finished,
                released_by=assurer,
                effective_on=clock.today(),
            )
        meeting = world.home.extra["meeting"]
        about = {"effective_on": START, "meeting": meeting}
        Attendance.objects.create(person=finished.person, has_come=True, **about)
        StandardisationAction.objects.create(what="test", owner=pta, do_by=START, **about)
        moved = {
            "person": finished.person,
            "role": "pta",
            "why": "leaving",
            "note": "test",
            "effective_on": START,
        }
        Handover.objects.create(taken_by=pta, **moved)
        Handover.objects.create(taken_by=world.people["countersigner"].person, **moved)
        Standardisation.objects.create(
            region=meeting.region, held_on=START, topic=f"Topic {number}"
        )
        Standardisation.objects.create(
            region=meeting.region, held_on=START, topic=f"Session {number}", kind="workshop"
        )
        Attendance.objects.create(
            person=finished.person,
            has_come=True,
            effective_on=START,
            meeting=world.home.extra["session"],
        )
        SamplingAgreement.objects.create(
            region=meeting.region,
            external=world.people["eqa"].person,
            is_agreed=True,
            samples=1,
            effective_on=START,
        )
        Sample.objects.create(
            decision=decided,
            quality_assurer=assurer,
            stage="interim",
            due_on=LONG_AHEAD,
            effective_on=START,
        )


def _on_the_record(world: World, n: int) -> None:
    """One more line on every tab of the home learner's record, and of the account at home."""
    who, learner, day = world.home.person, world.home.learner, START + dt.timedelta(days=n)
    long_ago = EARLY + dt.timedelta(days=n)
    Event.objects.create(
        enrolment=learner, kind="extended", effective_on=day, extended_to=dt.date(2027, 1, 1)
    )
    ModuleResult.objects.create(
        enrolment=learner, module=learners.module(), attempt=n + 1, effective_on=day, due_date=day
    )
    TrainingRecord.objects.create(
        person=who, course=learners.course(), effective_on=day, status="attended"
    )
    CourseEvaluation.objects.create(
        person=who, course=learners.course(), effective_on=day, level=1 + n % 4, answered_on=day
    )
    CoursePlan.objects.create(
        cohort=learner.cohort,
        region=learner.region,
        course=learners.course(),
        effective_on=LONG_AHEAD + dt.timedelta(days=n),
    )
    PlannedIntake.objects.create(
        cohort=learners.cohort(f"Intake {100 + n}"),
        region=learner.region,
        pathway=learner.pathway,
        effective_on=LONG_AHEAD + dt.timedelta(days=n),
        places=n,
    )
    of = applications.campaign(f"Campaign {learner.region.code}")
    applications.application(of=of, stages={"sifted": 1}, answers={"sex": "female"})
    applications.application(of=applications.campaign(f"Spring {n}"), previous_number="P1")
    CampaignPlaces.objects.create(
        campaign=applications.campaign(f"Autumn {n}", region=learner.region),
        region=learner.region,
        effective_on=day,
        places=n,
    )
    Review.objects.create(person=who, effective_on=day)
    about = {"effective_on": day, "what": "test", "do_by": day}
    ReviewAction.objects.create(person=who, due_on=START, owner="pta", **about)
    BoardAction.objects.create(enrolment=learner, owner=who, **about)
    BreakReview.objects.create(enrolment=learner, effective_on=day)
    later = START + dt.timedelta(days=n + 1)
    Conversation.objects.create(enrolment=learner, effective_on=later, declined_on=later)
    ConversationAction.objects.create(
        enrolment=learner, offered_on=START, owner="pta", **about | {"what": f"test {n}"}
    )
    _before_day_one(world, day)
    InductionItem.objects.create(code=f"I{n}", title="test", effective_on=EARLY)
    PracticeObservation.objects.create(person=who, effective_on=day)
    ProtectedDay.objects.create(person=who, kind="vocational", effective_on=day)
    Placement.objects.create(enrolment=learner, setting="court", effective_on=day, planned_to=day)
    Challenge.objects.create(enrolment=learner, effective_on=day, item="test", says="test")
    ExtensionRequest.objects.create(
        enrolment=learner, module=learners.module(), effective_on=day, asked_until=day
    )
    answered = {"answer": "declined", "answered_on": day}
    OfficerPost.objects.create(
        enrolment=learner, region=workforce.region(HOME), effective_on=day, **answered
    )
    FollowUp.objects.create(person=who, course=learners.course(), effective_on=day, due_on=day)
    manager = world.people["line_manager"].person
    Allocation.objects.create(
        person=who, other=manager, role="mentor", effective_on=day, ended_on=day
    )
    workforce.spell(who, long_ago, in_region=HOME, ended_on=long_ago)
    workforce.absence(who, long_ago, ended_on=long_ago)
    for account in (world.home.account, world.people["learning_manager"]):
        RoleGrant.objects.create(
            user=account,
            role="hr_partner",
            region=workforce.region(HOME),
            starts_on=long_ago,
            ends_on=long_ago,
        )
    CpdEntry.objects.create(
        person=world.people["pta"].person, effective_on=day, what="test", hours=1
    )
    supersede(
        AssessorRecord.objects.live().get(person=world.people["pta"].person),
        by=BY,
        reason="Typing error",
    )


def _before_day_one(world: World, day: dt.date) -> None:
    """One more step, contact, adjustment, reader of it and manager who has read, of the home learner."""
    told = {"enrolment": world.home.learner, "effective_on": day}
    StarterStep.objects.create(**told, arrangement="vetting", state="asked")
    Contact.objects.create(**told, means="email", about="test")
    SupportNeed.objects.create(**told, adjustment="test")
    ManagerAcknowledgement.objects.create(**told, manager=workforce.person(in_region=HOME))
    log_access(
        world.people["line_manager"],
        "view",
        "learners:support",
        {},
        person_key=world.home.person.pk,
    )


def _of_the_machinery(world: World, n: int) -> None:
    """One more import, run, download, job set aside and e-mail that did not arrive."""
    an_import(world.people["learning_manager"])
    a_run(
        HOME,
        SCHEDULE,
        report=USUAL[n % len(USUAL)],
        period=f"2026-01 {n}",
        state="ready",
        known_at=MADE,
        ready_at=MADE,
    )
    a_job()
    a_message()
    detail = {"run": str(world.home.extra["run"].public_id), "format": "csv", "rows": n}
    log_access(world.people["national"], "download", "reports:attrition", detail)
