"""Courses planned for intakes: the list, one intake's days, a new day, and booking everybody of the intake for one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.intakes_courses import book_intake, bookable, drop_plan, plan_course
from learners.actions.training_attendance import Sheet, undo_attendance
from learners.facts.intakes_courses import plans_of
from learners.forms.intakes_courses import PlanForm
from learners.models import CoursePlan, Enrolment
from learners.presenters import intakes_courses as shown
from learners.queries import intakes_courses as plan_reading
from learners.views.record import RECORD
from learners.views.training_attendance import OfAttendance
from pqip.core.clock import today
from pqip.core.errors import Conflict
from pqip.core.formats import plural
from pqip.govuk.pages import Action
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage, ConfirmPage, Page
from pqip.pages.sheets import begin

BOOKINGS = "bookings"
TITLE = "Courses planned for intakes"
OUT = "This day has been taken out of the plan. Look at what is planned now."
UNDONE = "Booking of an intake undone"


class IntakesCourses(Page):
    """Every intake that learners within reach belong to."""

    permission = RECORD
    template_name = "layouts/list.html"
    page_title = TITLE
    lead = "The days on which an intake takes its courses, entered once for everybody in it."

    def shown(self) -> dict[str, Any]:
        found = plan_reading.intakes(self.request.user, self.permission)
        return {"table": shown.intakes_table(found)}


class OfIntake:
    """A page about an intake to which somebody within reach belongs; any other is not found."""

    permission = RECORD
    request: Any
    kwargs: Any

    @property
    def named(self) -> tuple[str, str]:
        """The codes of its cohort and region."""
        return self.kwargs["cohort"], self.kwargs["region"]

    @cached_property
    def learners(self) -> list[Enrolment]:
        """Its learners within reach."""
        rows = plan_reading.learners_of(self.request.user, self.permission, *self.named)
        found = list(
            rows.select_related("cohort", "region", "person").order_by("person__sort_name", "pk")
        )
        if not found:
            raise Http404
        return found

    @property
    def people(self) -> dict[int, int]:
        return {row.pk: row.person_id for row in self.learners}

    def words(self) -> str:
        return f"{self.learners[0].cohort}, {self.learners[0].region}"

    def address(self) -> str:
        """Return the address of the intake's page."""
        cohort, region = self.named
        return reverse("learners:intake", args=[region, cohort])


class IntakePlan(OfIntake, Page):
    """The page of one intake: its days, and how many of its learners are booked."""

    template_name = "layouts/list.html"
    page_title = "Courses of an intake"

    def shown(self) -> dict[str, Any]:
        first = self.learners[0]
        rows = list(plans_of(first.cohort_id, first.region_id))
        booked = plan_reading.booked_by(rows, self.people.values())
        table = shown.plans_table(rows, booked, len(self.learners), today())
        cohort, region = self.named
        actions = [
            Action("Plan a course", reverse("learners:plan_course", args=[region, cohort])),
            Action(TITLE, reverse("learners:intakes_courses"), "link"),
        ]
        lead = f"{plural(len(self.learners), 'learner')} within your reach, on the programme or due to start."
        return {"heading": self.words(), "lead": lead, "table": table, "actions": actions}


class PlanCourse(OfIntake, ActionPage):
    """The page to plan a course's day for the whole intake."""

    form_class = PlanForm
    page_title, submit = "Plan a course", "Save"

    def perform(self, form: Any) -> str:
        first = self.learners[0]
        if first.cohort is None or first.region is None:
            raise Http404
        plan_course(
            by=self.request.user, cohort=first.cohort, region=first.region, **form.cleaned_data
        )
        return "Day added to the plan. Nobody is booked by it yet."

    def shown(self) -> dict[str, Any]:
        return {"lead": f"For everybody in {self.words()}."}

    def get_success_url(self) -> str:
        return self.address()


class OfPlan(OfIntake):
    """A page about one planned day of an intake within reach."""

    def facts(self) -> QuerySet[CoursePlan]:
        return plan_reading.plan(self.request.user, self.permission, self.kwargs["plan_id"])

    @cached_property
    def plan(self) -> CoursePlan:
        return get_object_or_404(self.facts())

    @property
    def named(self) -> tuple[str, str]:
        return self.plan.cohort.code, self.plan.region.code

    def get_success_url(self) -> str:
        return self.address()


class DropPlan(OfPlan, UndoPage):
    """The page to take a day out of the plan."""

    page_title, submit, success_message = (
        "Take a day out of the plan",
        "Take out",
        "Taken out of the plan",
    )
    lead = "Whoever is booked for it stays booked. It stays in the history, with your reason."

    def amend(self, fact: CoursePlan, **answers: Any) -> None:
        drop_plan(by=self.request.user, plan=fact, **answers)

    def shown(self) -> dict[str, Any]:
        return {"rows": shown.plan_rows(self.plan)}


class BookIntake(OfPlan, ConfirmPage):
    """The page to book everybody of the intake within reach for a day.

    The booking can be undone as a whole.
    """

    page_title, submit = "Book everybody", "Book everybody"
    lead = "Those who have attended the course, are exempt from it, or have a booking ahead are left as they are."

    def perform(self, form: Any) -> str:
        done = book_intake(by=self.request.user, plan=self.plan, people=self.people)
        plan = self.plan
        sheet = {
            "course": plan.course.code,
            "on": plan.effective_on.isoformat(),
            "rows": list(done.rows.items()),
            "back": self.address(),
        }
        self.token = begin(self.request.session, BOOKINGS, sheet)
        return ""

    def shown(self) -> dict[str, Any]:
        if self.plan.is_void:
            raise Conflict(OUT)
        chosen = set(bookable(self.plan, self.people))
        people = [row.person for row in self.learners if row.person_id in chosen]
        return {"rows": shown.booking_rows(self.plan, people, len(self.learners))}

    def get_success_url(self) -> str:
        token = getattr(self, "token", "")
        return reverse("learners:intake_booked", args=[token]) if token else self.address()


class OfBookings(OfAttendance):
    """A page about bookings made at once."""

    permission = RECORD
    kind = BOOKINGS

    def words(self) -> str:
        return f"{super().words()}: {plural(len(self.sheet['rows']), 'person', 'people')}"


class IntakeBooked(OfBookings, Page):
    """The page at the end: how many were booked, and the link to undo it."""

    template_name = "learners/sheet_done.html"
    page_title = "Booked"

    def shown(self) -> dict[str, Any]:
        links = [
            Action(
                "Undo all of it",
                reverse("learners:undo_intake_booked", args=[self.kwargs["token"]]),
                "link",
            ),
            Action("Back to the plan", self.sheet["back"], "link"),
            Action(
                "Who is due to take it", reverse("learners:course", args=[self.course.code]), "link"
            ),
        ]
        return {"panel_text": self.words(), "next_links": links}


class UndoIntakeBooked(OfBookings, ConfirmPage):
    """The page to undo all the bookings."""

    page_title, submit, danger = "Undo the booking of an intake", "Undo all of it", True
    warn = "Every booking made at once is taken back."

    def perform(self, form: Any) -> str:
        undo_attendance(by=self.request.user, sheet=Sheet(dict(self.sheet["rows"])), reason=UNDONE)
        self.back, message = self.sheet["back"], f"Undone: {self.words()}"
        self.forget()
        return message

    def shown(self) -> dict[str, Any]:
        return {"lead": self.words()}

    def get_success_url(self) -> str:
        return getattr(self, "back", None) or self.sheet["back"]


__all__ = [
    "BookIntake",
    "DropPlan",
    "IntakeBooked",
    "IntakePlan",
    "IntakesCourses",
    "PlanCourse",
    "UndoIntakeBooked",
]
