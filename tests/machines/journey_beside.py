"""What is recorded beside the programme: results, training, who looks after whom, posts, absences, names."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from learners.actions.allocations import (
    allocate,
    correct_allocation,
    end_allocation,
    void_allocation,
)
from learners.actions.allocations_many import (
    Batch,
    allocate_many,
    allocations_within,
    undo_allocations,
)
from learners.actions.applications import (
    add_application,
    change_application,
    correct_stage,
    link_learner,
    record_stage,
    undo_stage,
    unlink_learner,
)
from learners.actions.awards import correct_award, record_award, void_award
from learners.actions.equality import record_answers
from learners.actions.intakes import change_intake, plan_intake, undo_intake
from learners.actions.intakes_courses import book_intake, drop_plan, plan_course
from learners.actions.modules_results import (
    correct_module_result,
    record_module_result,
    void_module_result,
)
from learners.actions.practice_days import record_day, undo_day
from learners.actions.reviews import hold_review, plan_reviews
from learners.actions.training import correct_training, record_training, void_training
from learners.actions.training_attendance import Sheet, record_attendance, undo_attendance
from learners.actions.training_exemptions import end_exemption, exempt
from learners.models import (
    AcademicModule,
    Allocation,
    Application,
    Campaign,
    Course,
    Enrolment,
    ModuleResult,
    ProtectedDay,
    Review,
    TrainingExemption,
    TrainingRecord,
    UniversityAward,
)
from learners.models.applications import Stage
from learners.queries.intakes_courses import GOING
from pqip.core.acting import acting_as
from pqip.core.clock import today
from tests.machines.drawing import Nothing
from tests.machines.driver import Draw
from tests.machines.journey_steps import steps
from tests.machines.journey_world import HELPERS, LEARNERS, TWIN, JourneyWorld
from tests.machines.world import any_row, live
from workforce.actions.absences import correct_absence, end_absence, record_absence, void_absence
from workforce.actions.merges import merge_people, undo_merge
from workforce.actions.people import change_staff_number, correct_person
from workforce.actions.posts import begin_post, change_post, correct_spell, end_post, void_spell
from workforce.models import Absence, Person, PersonMerge, Spell

MODULES = ("CJS", "UCCB", "L6-RISK")
AWARDS = ("BA", "GRADDIP")
COURSES = ("FL1", "FL2")
ROLES = ("pta", "line_manager", "mentor", "countersigner")


@steps(3)
def module_result(world: JourneyWorld, draw: Draw) -> None:
    place, due = world.place(draw), world.day(draw)
    module, attempt = AcademicModule.objects.get(code=draw.one(MODULES)), draw.number(3) + 1
    handed_in = world.day(draw, since=due) if draw.often(60) else None
    outcome = draw.one(("pass", "fail", "pending"))
    world.say(
        f"{world.of(place)}: attempt {attempt} at {module.code}, due {due}, handed in {handed_in}, {outcome}"
    )
    record_module_result(
        by=world.manager(draw),
        enrolment=place,
        module=module,
        attempt=attempt,
        due_date=due,
        submitted_date=handed_in,
        outcome=outcome,
        mark=Decimal(50) if outcome == "pass" else None,
    )


@steps()
def award(world: JourneyWorld, draw: Draw) -> None:
    place, on, code = world.place(draw), world.day(draw), draw.one(AWARDS)
    world.say(f"{world.of(place)} is given {code} on {on}")
    record_award(by=world.manager(draw), enrolment=place, award=code, awarded_on=on)


@steps()
def change_an_award(world: JourneyWorld, draw: Draw) -> None:
    given, undo = any_row(UniversityAward, draw), draw.often(40)
    world.say(
        f"{given.award} of {world.of(given.enrolment)} is {'undone' if undo else 'corrected'}"
    )
    if undo:
        void_award(by=world.manager(draw), award=given, reason="Wrong")
    else:
        correct_award(
            by=world.manager(draw),
            award=given,
            reason="Wrong",
            awarded_on=world.day(draw),
            classification="Merit",
        )


@steps()
def change_a_result(world: JourneyWorld, draw: Draw) -> None:
    result, undo = any_row(ModuleResult, draw), draw.often(40)
    world.say(
        f"attempt {result.attempt} at {result.module.code} of {world.of(result.enrolment)} is "
        f"{'undone' if undo else 'corrected'}"
    )
    if undo:
        void_module_result(by=world.manager(draw), result=result, reason="Wrong")
    else:
        correct_module_result(
            by=world.manager(draw),
            result=result,
            reason="Wrong",
            due_date=world.day(draw),
            extended_to=None,
            submitted_date=None,
            mark=None,
            outcome=draw.one(("pass", "fail", "pending")),
        )


@steps(3)
def train(world: JourneyWorld, draw: Draw) -> None:
    who, on = world.person(draw, *LEARNERS), world.day(draw)
    course, status = (
        Course.objects.get(code=draw.one(COURSES)),
        draw.one(("booked", "attended", "did_not_attend", "cancelled")),
    )
    world.say(f"{world.name(who)} {status} {course.code} on {on}")
    record_training(by=world.manager(draw), person=who, course=course, booked_for=on, status=status)


@steps()
def change_training(world: JourneyWorld, draw: Draw) -> None:
    row, undo = any_row(TrainingRecord, draw), draw.often(40)
    world.say(
        f"{row.course.code} of {world.name(row.person_id)} on {row.effective_on} is {'undone' if undo else 'corrected'}"
    )
    if undo:
        void_training(by=world.manager(draw), training=row, reason="Wrong")
    else:
        correct_training(
            by=world.manager(draw),
            training=row,
            reason="Wrong",
            booked_for=world.day(draw),
            status="attended",
        )


@steps()
def attendance_sheet(world: JourneyWorld, draw: Draw) -> None:
    course, on = Course.objects.get(code=draw.one(COURSES)), world.day(draw, ahead=0)
    people = draw.some([world.people[name] for name in LEARNERS])
    held = {row.person_id: row.pk for row in live(TrainingRecord, course=course, effective_on=on)}
    world.say(
        f"a sheet of {course.code} on {on}: {', '.join(world.name(who) for who in people)} attended"
    )
    marks = {who.pk: "attended" for who in people}
    sheet = record_attendance(by=world.manager(draw), course=course, on=on, marks=marks, seen=held)
    if draw.number(100) >= 70:
        world.say(f"{world.said}; it is undone")
        world.next_change()
        undo_attendance(by=world.manager(draw), sheet=Sheet(sheet.rows))


@steps()
def plan_places(world: JourneyWorld, draw: Draw) -> None:
    """Places are planned for an intake, and some of that is changed or undone."""
    place, on, then = (
        world.place(draw),
        world.day(draw),
        draw.one(("stays", "is changed", "is undone")),
    )
    if None in (place.cohort, place.region, place.pathway):
        raise Nothing  # nothing on record says where they began
    of = {"cohort": place.cohort.code, "region": place.region, "pathway": place.pathway}
    world.say(f"{of['cohort']} is planned to start in {place.region} on {on}; it {then}")
    made = plan_intake(by=world.manager(draw), **of, starts_on=on, places=draw.number(40))
    world.next_change()
    if then == "is changed":
        change_intake(by=world.manager(draw), intake=made, starts_on=on, places=41, reason="More")
    elif then == "is undone":
        undo_intake(by=world.manager(draw), intake=made, reason="Not this year")


@steps(2)
def apply(world: JourneyWorld, draw: Draw) -> None:
    """Somebody applies; what the application says may be corrected."""
    on, number = world.day(draw, ahead=0), f"M{draw.number(6)}"
    with acting_as(by=world.manager(draw)):
        of = Campaign.objects.get_or_create(code=f"Campaign {draw.number(2)}")[0]
    where = world.region(draw)
    world.say(f"{number} applies in {of} in {where} on {on}")
    made = add_application(
        by=world.manager(draw), application_number=number, campaign=of, region=where, route="external", applied_on=on
    )  # fmt: skip
    if draw.often(40):
        world.next_change()
        days = draw.number(9)
        change_application(
            by=world.manager(draw), application=made, reason="More", paused_days=days
        )


@steps(3)
def move_an_application(world: JourneyWorld, draw: Draw) -> None:
    """An application comes to a stage, or one is corrected or undone."""
    row, on = any_application(draw), world.day(draw, ahead=0)
    stage, passed = draw.one(tuple(Stage.values)), draw.one((True, False))
    held = list(row.stages.live().order_by("id"))
    what = draw.one(("comes", "is corrected", "is undone")) if held else "comes"
    world.say(f"application {row}: {what} {stage} {on} {passed}")
    if what == "comes":
        record_stage(by=world.manager(draw), application=row, stage=stage, on=on, passed=passed)
    elif what == "is corrected":
        correct_stage(by=world.manager(draw), row=held[0], reason="Wrong", on=on, passed=passed)
    else:
        undo_stage(by=world.manager(draw), row=held[-1], reason="Wrong")


@steps()
def find_the_learner_of_an_application(world: JourneyWorld, draw: Draw) -> None:
    row, place = any_application(draw), world.place(draw)
    world.say(f"application {row} led to the place of {world.name(place.person_id)}")
    link_learner(by=world.manager(draw), application=row, enrolment=place)
    if draw.often(40):
        world.next_change()
        row.refresh_from_db()
        unlink_learner(by=world.manager(draw), application=row, reason="Somebody else")


@steps()
def answer_equality_questions(world: JourneyWorld, draw: Draw) -> None:
    row, sex = any_application(draw), draw.one(("female", "male", ""))
    world.say(f"application {row}: sex {sex}")
    record_answers(by=world.manager(draw), application=row, answers={"sex": sex})


def any_application(draw: Draw) -> Application:
    """One that is recorded. Raises Nothing where there is none."""
    found = list(Application.objects.order_by("pk"))
    if not found:
        raise Nothing
    return draw.one(found)


@steps()
def plan_an_intake(world: JourneyWorld, draw: Draw) -> None:
    """A course's day is planned for an intake, everybody of it is booked, and some of that is taken back."""
    place, on = world.place(draw), today() + draw.number(90) * dt.timedelta(days=1)
    course, then = (
        Course.objects.get(code=draw.one(COURSES)),
        draw.one(("stays", "is undone", "is taken out of the plan")),
    )
    of = {"cohort": place.cohort, "region": place.region}
    if None in of.values():
        raise Nothing  # nothing on record says where they began
    world.say(
        f"{course.code} is planned on {on} for {place.cohort} in {place.region} and booked; it {then}"
    )
    plan = plan_course(by=world.manager(draw), course=course, on=on, **of)
    people = dict(Enrolment.objects.filter(**of, status__in=GOING).values_list("pk", "person_id"))
    sheet = book_intake(by=world.manager(draw), plan=plan, people=people)
    world.next_change()
    if then == "is undone":
        undo_attendance(by=world.manager(draw), sheet=sheet)
    elif then != "stays":
        drop_plan(by=world.manager(draw), plan=plan, reason="The room is gone")


@steps()
def exempt_from_a_course(world: JourneyWorld, draw: Draw) -> None:
    if draw.often(60):
        who, on = world.person(draw, *LEARNERS), world.day(draw, ahead=0)
        world.say(f"{world.name(who)} is exempt from FL1 from {on}")
        exempt(
            by=world.manager(draw),
            person=who,
            course=Course.objects.get(code="FL1"),
            on=on,
            reason="Taken before",
        )
    else:
        row = any_row(TrainingExemption, draw)
        world.say(f"the exemption of {world.name(row.person_id)} is ended")
        end_exemption(by=world.manager(draw), exemption=row, reason="Wrong")


@steps(3)
def look_after(world: JourneyWorld, draw: Draw) -> None:
    who, other, on = world.person(draw, *LEARNERS), world.person(draw, *HELPERS), world.day(draw)
    role = draw.one(ROLES)
    until = world.day(draw, since=on) if draw.number(100) >= 75 else None
    world.say(
        f"{world.name(other)} is {role} of {world.name(who)} from {on} to {until or 'no end'}"
    )
    allocate(
        by=world.manager(draw), person=who, role=role, other=other, from_date=on, to_date=until
    )


@steps(2)
def change_who_looks_after(world: JourneyWorld, draw: Draw) -> None:
    row, what = any_row(Allocation, draw), draw.one(("ends", "is undone", "is corrected"))
    on = world.day(draw, since=row.effective_on)
    world.say(f"{row.role} of {world.name(row.person_id)} from {row.effective_on} {what} {on}")
    if what == "ends":
        end_allocation(by=world.manager(draw), allocation=row, on=on)
    elif what == "is undone":
        void_allocation(by=world.manager(draw), allocation=row, reason="Wrong")
    else:
        correct_allocation(
            by=world.manager(draw),
            allocation=row,
            reason="Wrong",
            from_date=on,
            to_date=row.ended_on,
        )


@steps()
def look_after_many(world: JourneyWorld, draw: Draw) -> None:
    other, on = world.person(draw, "Tess", "Quin"), world.day(draw)
    people = [world.people[name].pk for name in draw.some(LEARNERS)]
    world.say(
        f"{world.name(other)} is pta of {', '.join(world.name(key) for key in people)} from {on}"
    )
    seen = {key: row.pk for key, row in allocations_within(people, "pta", on).items()}
    batch = allocate_many(
        by=world.manager(draw), people=people, role="pta", other=other, from_date=on, seen=seen
    )
    if draw.number(100) >= 70:
        world.say(f"{world.said}; it is undone")
        world.next_change()
        undo_allocations(by=world.manager(draw), batch=Batch(batch.made, batch.ended))


@steps()
def lay_out_reviews(world: JourneyWorld, draw: Draw) -> None:
    place = world.place(draw)
    world.say(f"reviews of {world.of(place)} are laid out")
    plan_reviews(by=world.manager(draw), enrolment=place)


@steps()
def hold_a_review(world: JourneyWorld, draw: Draw) -> None:
    row, on = any_row(Review, draw), world.day(draw, ahead=0)
    world.say(f"the review of {world.name(row.person_id)} due {row.effective_on} is held on {on}")
    hold_review(by=world.manager(draw), person=row.person, due_on=row.effective_on, held_on=on)


@steps()
def study_day(world: JourneyWorld, draw: Draw) -> None:
    if draw.number(100) >= 75:
        row = any_row(ProtectedDay, draw)
        world.say(f"the study day of {world.name(row.person_id)} on {row.effective_on} is undone")
        undo_day(by=world.manager(draw), day=row, reason="Wrong")
        return
    who, on, taken = world.person(draw, *LEARNERS), world.day(draw, ahead=0), draw.often(50)
    world.say(f"{world.name(who)} {'took' if taken else 'lost'} a study day on {on}")
    record_day(
        by=world.users[world.name(who)] if draw.often(50) else world.manager(draw),
        person=who,
        on=on,
        kind="university",
        taken=taken,
        reason_lost="" if taken else "case_work",
    )


@steps(2)
def post(world: JourneyWorld, draw: Draw) -> None:
    who, on, what = (
        world.person(draw, *LEARNERS),
        world.day(draw),
        draw.one(("changes", "ends", "begins")),
    )
    region, grade, hours = (
        world.region(draw),
        world.grade(draw),
        draw.one((Decimal("1.0"), Decimal("0.5"))),
    )
    world.say(f"a post of {world.name(who)} {what} on {on}: {grade.code} in {region.code}, {hours}")
    if what == "changes":
        change_post(
            by=world.manager(draw),
            person=who,
            on=on,
            region=region,
            pdu=None,
            grade=grade,
            fte=hours,
        )
    elif what == "ends":
        end_post(by=world.manager(draw), person=who, last_day=on, leave_reason="resigned")
    else:
        begin_post(by=world.manager(draw), person=who, on=on, grade=grade, region=region, fte=hours)


@steps(2)
def put_a_post_right(world: JourneyWorld, draw: Draw) -> None:
    spell, undo = any_row(Spell, draw), draw.often(30)
    on = world.day(draw)
    world.say(
        f"the post of {world.name(spell.person_id)} from {spell.effective_on} is "
        f"{'undone' if undo else f'corrected to begin {on}'}"
    )
    if undo:
        void_spell(by=world.manager(draw), spell=spell, reason="Wrong")
    else:
        correct_spell(by=world.manager(draw), spell=spell, reason="Wrong", effective_on=on)


@steps(2)
def away(world: JourneyWorld, draw: Draw) -> None:
    who, on = world.person(draw, *LEARNERS), world.day(draw)
    kind = draw.one(("long_term_absence", "career_break", "reduced_hours"))
    until = world.day(draw, since=on) if draw.often(40) else None
    world.say(f"{world.name(who)} is away ({kind}) from {on} to {until or 'no end'}")
    record_absence(
        by=world.manager(draw),
        person=who,
        kind=kind,
        starts_on=on,
        ended_on=until,
        fte_lost=Decimal("0.4") if kind == "reduced_hours" else None,
    )


@steps()
def change_an_absence(world: JourneyWorld, draw: Draw) -> None:
    row, what = any_row(Absence, draw), draw.one(("ends", "is undone", "is corrected"))
    on = world.day(draw, since=row.effective_on)
    world.say(f"the absence of {world.name(row.person_id)} from {row.effective_on} {what} {on}")
    if what == "ends":
        end_absence(by=world.manager(draw), absence=row, last_day=on)
    elif what == "is undone":
        void_absence(by=world.manager(draw), absence=row, reason="Wrong")
    else:
        correct_absence(by=world.manager(draw), absence=row, reason="Wrong", effective_on=on)


@steps(2)
def rename(world: JourneyWorld, draw: Draw) -> None:
    who = Person.objects.get(pk=world.person(draw, *LEARNERS).pk)
    number = world.next()
    changes = (
        {"last_name": f"Surname{number}"}
        if draw.often(70)
        else {"date_of_birth": dt.date(1990, 1, number % 28 + 1)}
    )
    world.say(f"{world.name(who)} has another {next(iter(changes))}")
    correct_person(by=world.manager(draw), person=who, reason="Wrong", **changes)


@steps()
def renumber(world: JourneyWorld, draw: Draw) -> None:
    who = Person.objects.get(pk=world.person(draw, *LEARNERS).pk)
    number = f"N-{world.next()}"
    world.say(f"{world.name(who)} has the staff number {number}")
    change_staff_number(
        by=world.manager(draw), person=who, staff_number=number, reason="On the payroll"
    )


@steps(3)
def one_record_of_two(world: JourneyWorld, draw: Draw) -> None:
    stays = world.person(draw, *LEARNERS, TWIN)
    goes = world.person(draw, TWIN, *LEARNERS)
    if draw.often(70):
        stays, goes = (stays, world.people[TWIN]) if draw.often(50) else (world.people[TWIN], stays)
    world.say(f"{world.name(goes)} is made one record with {world.name(stays)}, whose number stays")
    merge_people(by=world.users["nation"], stays=stays, goes=goes, why="One person")


@steps(2)
def two_records_of_one(world: JourneyWorld, draw: Draw) -> None:
    merge = any_row(PersonMerge, draw)
    world.say(f"{world.name(merge.goes_id)} and {world.name(merge.stays_id)} are two records again")
    undo_merge(by=world.users["nation"], merge=merge, reason="Two people")
