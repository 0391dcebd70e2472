"""What pages read: records through the reader's scope, and the reference lists that forms choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from learners.models import (
    AcademicModule,
    Allocation,
    BoardReason,
    BreakReason,
    Cohort,
    Course,
    Enrolment,
    Event,
    Manageable,
    ModuleResult,
    Pathway,
    Reason,
    Review,
    TrainingRecord,
    UniversityAward,
)
from learners.models.enrolments import EnrolmentQuerySet
from pqip.core.clock import today
from pqip.core.models import AuditEntry
from workforce.merged import keys_of
from workforce.models import Grade, Pdu, Person, Region, Spell, User

VIEW = "learners.view_learner"
#: The grade that learners are employed in.
LEARNERS_GRADE = "PSO"
#: Namesakes that are told apart by their staff numbers; of more, somebody types the number.
NAMED = 5


def enrolments(user: Any, permission: str = VIEW) -> EnrolmentQuerySet:
    """Enrolments this person may reach with a permission."""
    return Enrolment.objects.visible_to(user, permission)


def may(user: Any, permission: str, enrolment: Enrolment) -> bool:
    """Whether somebody who reads a record may use a permission on it, too: reading follows an officer's post, most do not."""
    return bool(user.can(permission)) and bool(user.scope(permission).reaches(enrolment))


def events_of(enrolment: Enrolment) -> list[Event]:
    """Every event, undone ones too, oldest first, with what they name."""
    rows = Event.objects.filter(enrolment=enrolment).order_by("effective_on", "id")
    return list(rows.select_related("to_pathway", "to_region", "to_pdu", "to_cohort", "approved_by"))


def event(user: Any, permission: str, public_id: Any) -> QuerySet[Event]:
    """The live event of that identifier, if this person may reach it."""
    return Event.objects.live().visible_to(user, permission).filter(public_id=public_id).select_related("enrolment__person")


def allocation(user: Any, permission: str, public_id: Any, *, undone: bool = False) -> QuerySet[Allocation]:
    """The live allocation of that identifier, if this person may reach it; with `undone`, one undone or corrected too."""
    rows = Allocation.objects.visible_to(user, permission).filter(public_id=public_id)
    return (rows if undone else rows.live()).select_related("person", "other")


def allocations_of(person_id: int) -> list[Allocation]:
    """Who looks after somebody, latest first."""
    rows = Allocation.objects.live().filter(person_id=person_id).select_related("other")
    return list(rows.order_by("role", "-effective_on"))


def allocated_ahead(person_id: int) -> dict[str, Allocation]:
    """Who is the next to take each role from a day to come."""
    rows = Allocation.objects.live().filter(person_id=person_id, effective_on__gt=today()).select_related("other")
    return {row.role: row for row in rows.order_by("-effective_on")}


def results_of(enrolment: Enrolment) -> list[ModuleResult]:
    """Attempts at modules, module by module."""
    rows = ModuleResult.objects.live().filter(enrolment=enrolment).select_related("module")
    return list(rows.order_by("module__order", "module__code", "attempt"))


def attempt(enrolment: Enrolment, module: str, number: int) -> QuerySet[ModuleResult]:
    """What was recorded of an attempt at a module (its code), undone and corrected rows too."""
    rows = ModuleResult.objects.filter(enrolment=enrolment, module__code=module, attempt=number)
    return rows.select_related("module")


def awards_named(enrolment: Enrolment, award: str) -> QuerySet[UniversityAward]:
    """What was recorded of a university's award (its code), undone and corrected rows too."""
    return UniversityAward.objects.filter(enrolment=enrolment, award=award)


def booking(person_id: int, course: str, on: dt.date) -> QuerySet[TrainingRecord]:
    """What was recorded of a course (its code) on a day, undone and corrected rows too."""
    rows = TrainingRecord.objects.filter(person_id=person_id, course__code=course, effective_on=on)
    return rows.select_related("course")


def training_of(person_id: int) -> list[TrainingRecord]:
    """Bookings of courses, latest first."""
    rows = TrainingRecord.objects.live().filter(person_id=person_id).select_related("course")
    return list(rows.order_by("-effective_on", "course__order"))


def reviews_of(person_id: int) -> list[Review]:
    """Reviews due and held, latest first."""
    return list(Review.objects.live().filter(person_id=person_id).order_by("-effective_on"))


def history_of(enrolment: Enrolment) -> QuerySet[AuditEntry]:
    """Every change to the person's rows and to the events, results and awards of the enrolment, newest first.

    Rows of records that were merged into theirs are among them; that somebody answered *How manageable is this?* is not.
    """
    events = Event.objects.filter(enrolment=enrolment).values("pk")
    results = ModuleResult.objects.filter(enrolment=enrolment).values("pk")
    awards = UniversityAward.objects.filter(enrolment=enrolment).values("pk")
    return AuditEntry.objects.filter(
        Q(person_key__in=keys_of(enrolment.person_id))
        | Q(table_name=Event._meta.db_table, row_key__in=events)
        | Q(table_name=ModuleResult._meta.db_table, row_key__in=results)
        | Q(table_name=UniversityAward._meta.db_table, row_key__in=awards)
    ).exclude(table_name=Manageable._meta.db_table).order_by("-id")


def names_of_actors(actors: Iterable[str]) -> dict[str, str]:
    """`user:7` → the account's name, `job:import` → its words, in one query."""
    actors = set(actors)
    keys = {actor: int(actor.removeprefix("user:")) for actor in actors if actor.startswith("user:")}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=keys.values())} if keys else {}
    jobs = {actor: JOBS.get(actor.removeprefix("job:"), "the system") for actor in actors if actor.startswith("job:")}
    return jobs | {actor: names.get(key, "a former account") for actor, key in keys.items()}


JOBS = {"import": "an import", "reference": "reference data", "demonstration": "made-up data"}


def person_by_number(user: Any, permission: str, staff_number: str) -> Person | None:
    """Somebody this person may reach, by staff number; None where there is nobody or they are out of reach."""
    return Person.objects.visible_to(user, permission).numbered(staff_number.strip()).first()


def people_named(user: Any, permission: str, words: str) -> list[Person]:
    """Those this person may reach whose name holds every word, the first few."""
    rows = Person.objects.visible_to(user, permission).matching(words)
    return list(rows.order_by("sort_name", "pk")[: NAMED + 1]) if words.strip() else []


def people_within(user: Any, permission: str) -> QuerySet[Person]:
    """Everybody this person may reach with a permission."""
    return Person.objects.visible_to(user, permission)


def regions() -> QuerySet[Region]:
    """Regions that learners belong to."""
    return Region.objects.exclude(code=Region.NATIONAL)


def pdus() -> QuerySet[Pdu]:
    """Delivery units that are open."""
    return Pdu.objects.filter(closed_on=None).select_related("region").order_by("region__order", "name")


def grade_of_learners() -> Grade:
    """The grade that learners are employed in."""
    return Grade.objects.get(code=LEARNERS_GRADE)


def post_ahead(person: Person) -> Spell | None:
    """The post that somebody fetched through scope is to begin, from today on."""
    return Spell.objects.live().filter(person=person, effective_on__gte=today()).order_by("effective_on").first()


def pathways() -> QuerySet[Pathway]:
    return Pathway.objects.all()


def cohorts() -> QuerySet[Cohort]:
    return Cohort.objects.all()


def modules() -> QuerySet[AcademicModule]:
    return AcademicModule.objects.all()


def courses() -> QuerySet[Course]:
    return Course.objects.all()


def reasons(on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Reasons for withdrawal in force on a day, grouped by their code set, as choices."""
    rows = Reason.objects.filter(reason_set__from_date__lte=on).filter(
        Q(reason_set__to_date=None) | Q(reason_set__to_date__gte=on)
    )
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows.select_related("reason_set").order_by("reason_set__kind", "order", "label"):
        groups.setdefault(row.reason_set.title, []).append((row.code, row.label))
    return list(groups.items())


def reason_labels() -> dict[str, str]:
    """Every reason's words: of a withdrawal by its code, the latest list's; of a break by kind and code; of a board's decision
    by kind, outcome and code, since outcomes share codes."""
    rows = Reason.objects.select_related("reason_set").order_by("reason_set__from_date")
    withdrawals = {Reason.NOT_RECORDED: "Not recorded"} | {row.code: row.label for row in rows}
    breaks = {f"deferred/{row.code}": row.title for row in BreakReason.objects.all()}
    boards = BoardReason.objects.select_related("outcome")
    return withdrawals | breaks | {f"board_decision/{row.outcome.title}/{row.code}": row.title for row in boards}


def break_reasons() -> list[tuple[str, str]]:
    """Why a learner may be on a break, as choices."""
    return list(BreakReason.objects.values_list("code", "title"))


def board_decisions() -> list[tuple[str, list[tuple[str, str]]]]:
    """What the board may decide and why, as choices: `outcome/reason`, grouped by outcome."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in BoardReason.objects.select_related("outcome").order_by("outcome__order", "order", "pk"):
        groups.setdefault(row.outcome.title, []).append((f"{row.outcome.title}/{row.code}", row.title))
    return list(groups.items())
