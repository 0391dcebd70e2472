"""Plans of intakes: which there are, one intake's days, a new day, and booking everybody of the intake for one at once."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners import plan_reading
from learners.actions.plan_courses import book_intake, bookable, drop_plan, plan_course
from learners.actions.record_attendance import Sheet, undo_attendance
from learners.forms.plans import PlanForm
from learners.models import CoursePlan, Enrolment
from learners.presenters import plans as shown
from learners.views.attendance import OfAttendance
from learners.views.record import RECORD
from pqip.core.amending import UndoPage
from pqip.core.clock import today
from pqip.core.errors import Conflict
from pqip.core.sheets import begin
from pqip.core.views import ActionPage, ConfirmPage, Page
from pqip.govuk.formats import plural
from pqip.govuk.pages import Action

BOOKINGS = "bookings"
TITLE = "Plans of intakes"
OUT = "This day has been taken out of the plan. Look at what is planned now."
UNDONE = "Booking of an intake undone"


class Intakes(Page):
    """Every intake that learners within reach belong to."""

    permission = RECORD
    template_name = "layouts/list.html"
    page_title = TITLE
    lead = "The days on which an intake takes its courses, entered once for everybody in it."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = plan_reading.intakes(self.request.user, self.permission)
        return super().get_context_data(table=shown.intakes_table(found), **kwargs)


class OfIntake:
    """About an intake that somebody within reach belongs to; any other is not found."""

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
        found = list(rows.select_related("cohort", "region", "person").order_by("person__sort_name", "pk"))
        if not found:
            raise Http404
        return found

    @property
    def people(self) -> dict[int, int]:
        return {row.pk: row.person_id for row in self.learners}

    def words(self) -> str:
        return f"{self.learners[0].cohort}, {self.learners[0].region}"

    def address(self) -> str:
        """The intake's page."""
        cohort, region = self.named
        return reverse("learners:intake", args=[region, cohort])


class IntakePlan(OfIntake, Page):
    """One intake's days, and how many of its learners are booked."""

    template_name = "layouts/list.html"
    page_title = "Plan of an intake"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first = self.learners[0]
        rows = list(plan_reading.plans_of(first.cohort_id, first.region_id))
        booked = plan_reading.booked_by(rows, self.people.values())
        table = shown.plans_table(rows, booked, len(self.learners), today())
        cohort, region = self.named
        actions = [
            Action("Plan a course", reverse("learners:plan_course", args=[region, cohort])),
            Action(TITLE, reverse("learners:intakes"), "link"),
        ]
        lead = f"{plural(len(self.learners), 'learner')} within your reach, on the programme or due to start."
        return super().get_context_data(heading=self.words(), lead=lead, table=table, actions=actions, **kwargs)


class PlanCourse(OfIntake, ActionPage):
    """A course's day, for the whole intake."""

    form_class = PlanForm
    page_title, submit = "Plan a course", "Save"

    def perform(self, form: Any) -> str:
        first = self.learners[0]
        plan_course(by=self.request.user, cohort=first.cohort, region=first.region, **form.cleaned_data)
        return "Day added to the plan. Nobody is booked by it yet."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lead=f"For everybody in {self.words()}.", **kwargs)

    def get_success_url(self) -> str:
        return self.address()


class OfPlan(OfIntake):
    """About one planned day of an intake within reach."""

    def facts(self) -> QuerySet[CoursePlan]:
        return plan_reading.plan(self.kwargs["plan_id"])

    @cached_property
    def plan(self) -> CoursePlan:
        return get_object_or_404(self.facts())

    @property
    def named(self) -> tuple[str, str]:
        return self.plan.cohort.code, self.plan.region.code

    def get_success_url(self) -> str:
        return self.address()


class DropPlan(OfPlan, UndoPage):
    """Takes the day out of the plan."""

    page_title, submit, said = "Take a day out of the plan", "Take out", "Taken out of the plan"
    lead = "Whoever is booked for it stays booked. It stays in the history, with your reason."

    @cached_property
    def fact(self) -> CoursePlan:
        self.learners  # noqa: B018 of an intake out of reach nothing is found
        return super().fact

    def amend(self, fact: CoursePlan, **answers: Any) -> None:
        drop_plan(by=self.request.user, plan=fact, **answers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=shown.plan_rows(self.plan), **kwargs)


class BookIntake(OfPlan, ConfirmPage):
    """Books everybody of the intake within reach for the day, once; what it did can be undone as a whole."""

    page_title, submit = "Book everybody", "Book everybody"
    lead = "Those who have attended the course, are exempt from it, or have a booking ahead are left as they are."

    def perform(self, form: Any) -> str:
        done = book_intake(by=self.request.user, plan=self.plan, people=self.people)
        plan = self.plan
        sheet = {"course": plan.course.code, "on": plan.effective_on.isoformat(), "rows": list(done.rows.items()),
                 "back": self.address()}
        self.token = begin(self.request.session, BOOKINGS, sheet)
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.plan.is_void:
            raise Conflict(OUT)
        chosen = set(bookable(self.plan, self.people))
        people = [row.person for row in self.learners if row.person_id in chosen]
        return super().get_context_data(rows=shown.booking_rows(self.plan, people, len(self.learners)), **kwargs)

    def get_success_url(self) -> str:
        token = getattr(self, "token", "")
        return reverse("learners:intake_booked", args=[token]) if token else self.address()


class OfBookings(OfAttendance):
    """A page of what was booked at once."""

    permission = RECORD
    kind = BOOKINGS

    def words(self) -> str:
        return f"{super().words()}: {plural(len(self.sheet['rows']), 'person', 'people')}"


class IntakeBooked(OfBookings, Page):
    """The end: how many were booked, and the way to undo it."""

    template_name = "learners/sheet_done.html"
    page_title = "Booked"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        links = [
            Action("Undo all of it", reverse("learners:undo_intake_booked", args=[self.kwargs["token"]]), "link"),
            Action("Back to the plan", self.sheet["back"], "link"),
            Action("Who is due to take it", reverse("learners:course", args=[self.course.code]), "link"),
        ]
        return super().get_context_data(panel_text=self.words(), next_links=links, **kwargs)


class UndoIntakeBooked(OfBookings, ConfirmPage):
    """Takes all the bookings back."""

    page_title, submit, danger = "Undo the booking of an intake", "Undo all of it", True
    warn = "Every booking made at once is taken back."

    def perform(self, form: Any) -> str:
        undo_attendance(by=self.request.user, sheet=Sheet(dict(self.sheet["rows"])), reason=UNDONE)
        self.back, said = self.sheet["back"], f"Undone: {self.words()}"
        self.forget()
        return said

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lead=self.words(), **kwargs)

    def get_success_url(self) -> str:
        return getattr(self, "back", None) or self.sheet["back"]


__all__ = ["BookIntake", "DropPlan", "IntakeBooked", "IntakePlan", "Intakes", "PlanCourse", "UndoIntakeBooked"]
