"""Lists about training: courses with who is due, one course, follow-ups, and requests for more
time.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.facts import training as training_facts
from learners.facts.modules_attention import extension_rates
from learners.forms.strands import RequestFilter, ToDoFilter
from learners.models import Course, ExtensionRequest, FollowUp
from learners.presenters import training_courses as shown
from learners.queries import records
from learners.queries import training as training_reading
from learners.views.record import RECORD
from learners.views.strands import FOLLOW_UP
from pqip.core.clock import today
from pqip.core.formats import upper_first
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ListPage
from workforce.models import Person


class Reach:
    """The learners on the programme and other staff whose training this user looks after."""

    request: Any
    permission: str

    @cached_property
    def keys(self) -> tuple[list[int], list[int]]:
        user = self.request.user
        staff = training_reading.staff(user).order_by().values_list("pk", flat=True)
        return training_reading.learners_on_programme(user, self.permission), list(staff)

    def counted(self) -> dict[int, dict[str, Any]]:
        return training_facts.count_due(*self.keys, today())


class Courses(Reach, ListPage):
    """The list of courses: of how many each is required, and for how many it is due."""

    permission = RECORD
    page_title = "Role training"
    of_people = False
    lead = "Learners on the programme and other PSOs you look after."
    sorts, default_sort = {"course": ("order",)}, "course"

    def rows(self) -> QuerySet[Course]:
        return records.courses()

    def table(self, rows: list[Course], sorting: Sorting) -> Table:
        counted = self.counted()
        body = [shown.course_row(row, counted) for row in rows]
        return Table(
            "Role training",
            shown.COURSE_COLUMNS,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=Empty("No courses yet."),
        )

    def shown(self) -> dict[str, Any]:
        actions = [
            Action("Record attendance", reverse("learners:attendance")),
            Action("Courses planned for intakes", reverse("learners:intakes_courses")),
            Action("Follow-ups to do", reverse("learners:follow_ups")),
            Action("Requests for more time", reverse("learners:extension_requests")),
        ]
        return {"actions": actions}


class Owing(Reach):
    """Those for whom one course is due and not attended."""

    kwargs: Any

    @cached_property
    def course(self) -> Course:
        return get_object_or_404(training_reading.course(self.kwargs["code"]))

    @cached_property
    def owed(self) -> dict[int, dict[str, Any]]:
        return training_facts.owing(self.course.pk, *self.keys, today())


class CourseDue(Owing, ListPage):
    """The list of those for whom a course is due or overdue."""

    permission = RECORD
    page_title = "Who is due to take a course"
    sorts, default_sort = {"name": ("sort_name",), "region": ("region__order", "sort_name")}, "name"

    def rows(self) -> QuerySet[Person]:
        return training_reading.people(self.owed)

    def with_related(self, rows: QuerySet[Person]) -> QuerySet[Person]:
        return rows.select_related("region", "pdu")

    def table(self, rows: list[Person], sorting: Sorting) -> Table:
        places, on = training_reading.places_of(person.pk for person in rows), today()
        body = [
            shown.owing_row(person, self.owed[person.pk], places.get(person.pk), on)
            for person in rows
        ]
        return Table(
            "Who is due",
            shown.OWING_COLUMNS,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=Empty("Nobody you look after is due to take it now."),
        )

    def shown(self) -> dict[str, Any]:
        actions = [
            Action(
                "Record attendance", f"{reverse('learners:attendance')}?course={self.course.code}"
            )
        ]
        back = reverse("learners:courses")
        return {
            "heading": str(self.course),
            "lead": upper_first(self.course.category),
            "actions": actions,
            "back_url": back,
        }


def to_do(request: HttpRequest) -> QuerySet[FollowUp]:
    """Return follow-ups within reach that are not done and match the filter."""
    rows = training_reading.follow_ups_to_do(request.user, FOLLOW_UP)
    return rows.filter(due_on__lt=today()) if request.GET.get("late") == "yes" else rows


class FollowUps(ListPage):
    """The list of what was learned and must still be tried or discussed in practice."""

    permission = FOLLOW_UP
    page_title = "Follow-ups to do"
    lead = "What was learned on a course is followed up in practice, by a talk or by observed work. Attending is not enough."
    sorts = {"name": ("person__sort_name",), "course": ("course__order",), "due": ("due_on",)}
    default_sort = "due"

    def rows(self) -> QuerySet[FollowUp]:
        return to_do(self.request)

    def with_related(self, rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
        return rows.select_related("person", "course")

    def table(self, rows: list[FollowUp], sorting: Sorting) -> Table:
        places, on = training_reading.places_of(row.person_id for row in rows), today()
        body = [shown.to_do_row(row, places.get(row.person_id), on) for row in rows]
        return Table(
            "Follow-ups to do",
            shown.TO_DO_COLUMNS,
            body,
            caption_hidden=True,
            sorting=sorting,
            empty=Empty("Nothing is to be followed up now."),
        )

    def shown(self) -> dict[str, Any]:
        return {"filter": Filter(ToDoFilter(self.request.GET), self.request.GET)}


def asked(request: HttpRequest) -> QuerySet[ExtensionRequest]:
    """Return requests within reach that match the filters. Unknown values are ignored."""
    rows = training_reading.requests(request.user, RECORD)
    chosen = RequestFilter(request.GET)
    chosen.is_valid()
    if answer := chosen.cleaned_data.get("answer"):
        rows = rows.filter(answer="" if answer == "waiting" else answer)
    if region := chosen.cleaned_data.get("region"):
        rows = rows.filter(enrolment__region__code=region)
    return rows


class ExtensionRequests(ListPage):
    """The list of requests for more time, and how many learners ask (rule C2 45)."""

    permission = RECORD
    template_name = "learners/extension_requests.html"
    page_title = "Requests for more time"
    sorts = {
        "name": ("enrolment__person__sort_name",),
        "module": ("module__order",),
        "asked": ("effective_on",),
    }
    default_sort = "-asked"

    def rows(self) -> QuerySet[ExtensionRequest]:
        return asked(self.request)

    def with_related(self, rows: QuerySet[ExtensionRequest]) -> QuerySet[ExtensionRequest]:
        return rows.select_related("enrolment__person", "module")

    def table(self, rows: list[ExtensionRequest], sorting: Sorting) -> Table:
        return Table(
            "Requests",
            shown.REQUEST_COLUMNS,
            [shown.request_row(row) for row in rows],
            sorting=sorting,
            empty=Empty("Nobody has asked for more time."),
        )

    def shown(self) -> dict[str, Any]:
        keys = training_reading.learners_on_programme(self.request.user, self.permission)
        filters = Filter(RequestFilter(self.request.GET), self.request.GET)
        return {"filter": filters, "rates": shown.rates_table(extension_rates(keys))}
