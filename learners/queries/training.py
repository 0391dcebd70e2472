"""What pages about training and modules read.

Rows are read through the user's scope, or for a record that was fetched through it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from learners.models import (
    Course,
    CourseEvaluation,
    Enrolment,
    ExtensionRequest,
    FollowUp,
    TrainingExemption,
    TrainingRecord,
)
from learners.queries import records
from pqip.core.clock import today
from workforce.models import Person, Spell

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Numbered(TypedDict):
        number: str

    Numbered = WithAnnotations[Person, _Numbered]

STAFF = "workforce.view_person"


def requests_of(enrolment: Enrolment) -> list[ExtensionRequest]:
    """Return requests for more time, the latest first."""
    rows = ExtensionRequest.objects.live().filter(enrolment=enrolment).select_related("module")
    return list(rows.order_by("-effective_on", "-id"))


def requests(user: Any, permission: str) -> QuerySet[ExtensionRequest]:
    """Return requests of learners whom this user may reach with a permission."""
    return ExtensionRequest.objects.live().visible_to(user, permission)


def exemptions_of(person_id: int) -> QuerySet[TrainingExemption]:
    """Return exemptions of a person whom the caller has reached."""
    return (
        TrainingExemption.objects.live()
        .filter(person_id=person_id)
        .select_related("course")
        .order_by("course__order")
    )


def follow_ups_of(person_id: int) -> QuerySet[FollowUp]:
    """Return follow-ups of a person whom the caller has reached, those not done first."""
    rows = FollowUp.objects.live().filter(person_id=person_id).select_related("course", "done_with")
    return rows.order_by("-done_on", "due_on", "id")


def evaluations_of(person_id: int) -> QuerySet[CourseEvaluation]:
    """Return answers to evaluations of a person whom the caller has reached, including undone ones."""
    return CourseEvaluation.objects.filter(person_id=person_id).order_by("effective_on", "level")


def follow_ups_to_do(user: Any, permission: str) -> QuerySet[FollowUp]:
    """Return follow-ups not done within reach.

    They are those of learners on the programme and, for users who may see staff, of everybody in
    post.
    """
    own = Q(person__in=records.enrolments(user, permission).on_programme().values("person"))
    if user.can(STAFF):
        on = today()
        in_post = Spell.objects.live().in_force(on).filter(person=OuterRef("pk"))
        own |= Q(person__in=staff(user).filter(Exists(in_post)).values("pk"))
    return FollowUp.objects.live().filter(own, done_on=None)


def learners_on_programme(user: Any, permission: str) -> list[int]:
    """Return the keys of enrolments on the programme within reach."""
    return list(
        records.enrolments(user, permission).on_programme().order_by().values_list("pk", flat=True)
    )


def staff(user: Any) -> QuerySet[Person]:
    """Return staff within reach; nobody for a user who may not see staff."""
    return Person.objects.visible_to(user, STAFF) if user.can(STAFF) else Person.objects.none()


def people(keys: Collection[int]) -> QuerySet[Person]:
    """Return people whose keys were found within reach, by name."""
    return Person.objects.filter(pk__in=keys)


def places_of(keys: Iterable[int]) -> dict[int, Enrolment]:
    """Return, by person, their current place on the programme."""
    return {
        row.person_id: row
        for row in Enrolment.objects.on_programme().filter(person__in=list(keys)).for_lists()
    }


def course(code: str) -> QuerySet[Course]:
    """Return the course with that code."""
    return Course.objects.filter(code=code)


def reached(user: Any, permission: str) -> QuerySet[Person]:
    """Return learners within reach of a permission, and staff within reach."""
    learning = records.enrolments(user, permission).filter(person=OuterRef("pk"))
    return Person.objects.filter(Q(Exists(learning)) | Q(pk__in=staff(user).values("pk")))


def booked(user: Any, permission: str, course: Course, on: dt.date) -> QuerySet[Person]:
    """Return people within reach who have a booking or an outcome of the course on that day."""
    rows = (
        TrainingRecord.objects.live()
        .filter(course=course, effective_on=on)
        .exclude(status="cancelled")
    )
    return reached(user, permission).filter(pk__in=rows.values("person"))


def numbered(user: Any, permission: str, numbers: Collection[str]) -> QuerySet[Numbered]:
    """Return people within reach with these staff numbers, given in capitals; `number` is theirs in
    capitals.
    """
    return (
        reached(user, permission).annotate(number=Upper("staff_number")).filter(number__in=numbers)
    )


def records_of(course: Course, on: dt.date, people: Collection[int]) -> dict[int, TrainingRecord]:
    """Return, by person, what is recorded of a course on a day."""
    rows = TrainingRecord.objects.live().filter(course=course, effective_on=on, person__in=people)
    return {row.person_id: row for row in rows}
