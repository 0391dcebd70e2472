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
from pqip.core.spans import SpanQuerySet
from workforce.facts.merges import keys_of
from workforce.models import Grade, Pdu, Person, Region, Spell, User

VIEW = "learners.view_learner"
#: The grade in which learners are employed.
LEARNERS_GRADE = "PSO"
#: The most people with one name who are listed with their staff numbers; if there are more, the
#: user must enter the number.
NAMED = 5


def enrolments(user: Any, permission: str = VIEW) -> EnrolmentQuerySet:
    """Return enrolments that this user may reach with a permission."""
    return Enrolment.objects.visible_to(user, permission)


def may(user: Any, permission: str, row: Enrolment | Person) -> bool:
    """Return True if a user who may read a record may also use a permission on it.

    Reading follows an officer's post, while most permissions do not. The place of an enrolment and
    the person's own place may be in two regions, so questions about the person are asked of the
    person.
    """
    return bool(user.can(permission)) and bool(user.scope(permission).reaches(row))


def events_of(enrolment: Enrolment) -> list[Event]:
    """Return every event with the objects it names, the oldest first, including undone ones."""
    rows = Event.objects.filter(enrolment=enrolment).order_by("effective_on", "id")
    return list(
        rows.select_related("to_pathway", "to_region", "to_pdu", "to_cohort", "approved_by")
    )


def event(user: Any, permission: str, public_id: Any) -> QuerySet[Event]:
    """Return the live event with that identifier, if this user may reach it."""
    return (
        Event.objects.live()
        .visible_to(user, permission)
        .filter(public_id=public_id)
        .select_related("enrolment__person")
    )


def allocation(
    user: Any, permission: str, public_id: Any, *, undone: bool = False
) -> SpanQuerySet[Allocation]:
    """Return the live allocation with that identifier, if this user may reach it.

    With `undone`, undone and corrected ones are included.
    """
    rows = Allocation.objects.visible_to(user, permission).filter(public_id=public_id)
    return (rows if undone else rows.live()).select_related("person", "other")


def allocations_of(person_id: int) -> list[Allocation]:
    """Return who looks after somebody, the latest first."""
    rows = Allocation.objects.live().filter(person_id=person_id).select_related("other")
    return list(rows.order_by("role", "-effective_on"))


def allocated_ahead(person_id: int) -> dict[str, Allocation]:
    """Return, by role, the next allocation that begins on a later day."""
    rows = (
        Allocation.objects.live()
        .filter(person_id=person_id, effective_on__gt=today())
        .select_related("other")
    )
    return {row.role: row for row in rows.order_by("-effective_on")}


def results_of(enrolment: Enrolment) -> list[ModuleResult]:
    """Return attempts at modules, module by module."""
    rows = ModuleResult.objects.live().filter(enrolment=enrolment).select_related("module")
    return list(rows.order_by("module__order", "module__code", "attempt"))


def attempt(enrolment: Enrolment, module: str, number: int) -> QuerySet[ModuleResult]:
    """Return what was recorded of an attempt at a module (its code), including undone and corrected
    rows.
    """
    rows = ModuleResult.objects.filter(enrolment=enrolment, module__code=module, attempt=number)
    return rows.select_related("module")


def awards_named(enrolment: Enrolment, award: str) -> QuerySet[UniversityAward]:
    """Return what was recorded of a university's award (its code), including undone and corrected
    rows.
    """
    return UniversityAward.objects.filter(enrolment=enrolment, award=award)


def booking(person_id: int, course: str, on: dt.date) -> QuerySet[TrainingRecord]:
    """Return what was recorded of a course (its code) on a day, including undone and corrected
    rows.
    """
    rows = TrainingRecord.objects.filter(person_id=person_id, course__code=course, effective_on=on)
    return rows.select_related("course")


def training_of(person_id: int) -> list[TrainingRecord]:
    """Return bookings of courses, the latest first."""
    rows = TrainingRecord.objects.live().filter(person_id=person_id).select_related("course")
    return list(rows.order_by("-effective_on", "course__order"))


def reviews_of(person_id: int) -> list[Review]:
    """Return reviews due and held, the latest first."""
    return list(Review.objects.live().filter(person_id=person_id).order_by("-effective_on"))


def history_of(enrolment: Enrolment) -> QuerySet[AuditEntry]:
    """Return every change of the person's rows and of the enrolment's events, results and awards,
    the newest first.

    Rows of records merged into theirs are included. An answer to *How manageable is this?* is not.
    """
    events = Event.objects.filter(enrolment=enrolment).values("pk")
    results = ModuleResult.objects.filter(enrolment=enrolment).values("pk")
    awards = UniversityAward.objects.filter(enrolment=enrolment).values("pk")
    return (
        AuditEntry.objects.filter(
            Q(person_key__in=keys_of(enrolment.person_id))
            | Q(table_name=Event._meta.db_table, row_key__in=events)
            | Q(table_name=ModuleResult._meta.db_table, row_key__in=results)
            | Q(table_name=UniversityAward._meta.db_table, row_key__in=awards)
        )
        .exclude(table_name=Manageable._meta.db_table)
        .order_by("-id")
    )


def names_of_accounts(actors: Iterable[str]) -> dict[str, str]:
    """Return the name of each actor such as `user:7` whose account still exists, in one query."""
    keys = {int(actor.removeprefix("user:")) for actor in set(actors) if actor.startswith("user:")}
    rows = User.objects.filter(pk__in=keys) if keys else []
    return {f"user:{user.pk}": str(user) for user in rows}


def person_by_number(user: Any, permission: str, staff_number: str) -> Person | None:
    """Return a person by staff number, or None if there is none within this user's reach."""
    return Person.objects.visible_to(user, permission).numbered(staff_number.strip()).first()


def people_named(user: Any, permission: str, words: str) -> list[Person]:
    """Return the first few people within this user's reach whose name contains every word."""
    rows = Person.objects.visible_to(user, permission).matching(words)
    return list(rows.order_by("sort_name", "pk")[: NAMED + 1]) if words.strip() else []


def people_within(user: Any, permission: str) -> QuerySet[Person]:
    """Return everybody whom this user may reach with a permission."""
    return Person.objects.visible_to(user, permission)


def regions() -> QuerySet[Region]:
    """Return the regions to which learners belong."""
    return Region.objects.exclude(code=Region.NATIONAL)


def pdus() -> QuerySet[Pdu]:
    """Return the delivery units that are open."""
    return (
        Pdu.objects.filter(closed_on=None)
        .select_related("region")
        .order_by("region__order", "name")
    )


def grade_of_learners() -> Grade:
    """Return the grade in which learners are employed."""
    return Grade.objects.get(code=LEARNERS_GRADE)


def post_ahead(person: Person) -> Spell | None:
    """Return the next post, from today on, of somebody who was fetched through scope."""
    return (
        Spell.objects.live()
        .filter(person=person, effective_on__gte=today())
        .order_by("effective_on")
        .first()
    )


def pathways() -> QuerySet[Pathway]:
    """Return the pathways."""
    return Pathway.objects.all()


def cohorts() -> QuerySet[Cohort]:
    """Return the cohorts."""
    return Cohort.objects.all()


def modules() -> QuerySet[AcademicModule]:
    """Return the academic modules."""
    return AcademicModule.objects.all()


def courses() -> QuerySet[Course]:
    """Return the courses."""
    return Course.objects.all()


def reasons(on: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return reasons for withdrawal in force on a day, grouped by their code set, as choices."""
    rows = Reason.objects.filter(reason_set__from_date__lte=on).filter(
        Q(reason_set__to_date=None) | Q(reason_set__to_date__gte=on)
    )
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows.select_related("reason_set").order_by("reason_set__kind", "order", "label"):
        groups.setdefault(row.reason_set.title, []).append((row.code, row.label))
    return list(groups.items())


def reason_labels() -> dict[str, str]:
    """Return the label of every reason.

    Reasons for withdrawal are by code, from the latest list; those for a break by kind and code;
    those of the board by kind, outcome and code, because outcomes share codes.
    """
    rows = Reason.objects.select_related("reason_set").order_by("reason_set__from_date")
    withdrawals = {row.code: row.label for row in rows}
    breaks = {f"deferred/{row.code}": row.title for row in BreakReason.objects.all()}
    boards = BoardReason.objects.select_related("outcome")
    return (
        withdrawals
        | breaks
        | {f"board_decision/{row.outcome.title}/{row.code}": row.title for row in boards}
    )


def break_reasons() -> list[tuple[str, str]]:
    """Return the reasons for a break, as choices."""
    return list(BreakReason.objects.values_list("code", "title"))


def board_decisions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the board's outcomes and reasons as choices `outcome/reason`, grouped by outcome."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in BoardReason.objects.select_related("outcome").order_by(
        "outcome__order", "order", "pk"
    ):
        groups.setdefault(row.outcome.title, []).append(
            (f"{row.outcome.title}/{row.code}", row.title)
        )
    return list(groups.items())
