"""Pages of induction sessions and workshops for assessors in training: those held, who came, and correcting that."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.standardisation import correct_attendance, record_meeting
from assessments.forms.sampling import CorrectSessionForm, SessionForm
from assessments.models import AssessorRecord, Standardisation
from assessments.queries import standardisation as facts
from assessments.views.standardisation import attendance_table
from pqip.core.access import OfPage
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, SummaryRow
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ActionPage, ListPage, Page

MANAGE = "assessments.manage_assessors"


class Sessions(ListPage):
    """Sessions for assessors in training, latest first."""

    permission = MANAGE
    template_name = "layouts/home.html"
    page_title = "Induction and workshops"
    of_people = False
    sorts = {"held": ("held_on",)}
    default_sort = "-held"

    def rows(self) -> QuerySet[Standardisation]:
        return facts.sessions(self.request.user, MANAGE)

    def with_related(self, rows: QuerySet[Standardisation]) -> QuerySet[Standardisation]:
        return facts.counted(rows.select_related("region"))

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        columns = [
            Column("Topic"),
            Column("What"),
            Column("Region"),
            Column("Held", sort="held"),
            Column("Came", numeric=True),
        ]
        body = [
            [
                Cell(row.topic, record_url("assessments:session", row.public_id)),
                row.get_kind_display(),
                row.region,
                short_date(row.held_on),
                row.came,
            ]
            for row in rows
        ]
        empty = Empty("No session is recorded yet.")
        return Table("Sessions", columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def shown(self) -> dict[str, Any]:
        record = Action("Record a session", reverse("assessments:record_session"), kind="")
        return {"actions": [record]}


class OfTrainees(OfPage):
    """Base of the pages that list the visible assessors in training."""

    permission = MANAGE

    @cached_property
    def trainees(self) -> list[AssessorRecord]:
        return list(facts.in_training(self.request.user, MANAGE))

    def named(self) -> list[tuple[int, str]]:
        return [
            (row.person_id, f"{row.person.name}, {row.person.staff_number}")
            for row in self.trainees
        ]


class RecordSession(OfTrainees, ActionPage):
    """Record an induction session or a workshop, and who came."""

    form_class = SessionForm
    page_title, submit = "Record a session for assessors in training", "Record"

    def get_form_kwargs(self) -> dict[str, Any]:
        regions = facts.regions(self.request.user, MANAGE)
        return {**super().get_form_kwargs(), "regions": regions, "assessors": self.named()}

    def perform(self, form: Any) -> str:
        answers = form.cleaned_data
        here = {
            row.person_id for row in self.trainees if row.person.region_id == answers["region"].pk
        }
        if strange := set(answers["came"]) - here:
            raise RuleBroken(
                f"{len(strange)} of those who came are not assessors in training of {answers['region']}.",
                "came",
            )
        self.made = record_meeting(invited=answers["came"], by=self.request.user, **answers)
        return "Session recorded"

    def get_success_url(self) -> str:
        made = getattr(self, "made", None)
        return (
            reverse("assessments:session", args=[made.public_id])
            if made
            else reverse("assessments:sessions")
        )


class OfSession(OfPage):
    """Base of the pages about one visible session."""

    permission = MANAGE

    @cached_property
    def meeting(self) -> Standardisation:
        rows = facts.sessions(self.request.user, MANAGE)
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def summary(self) -> list[SummaryRow]:
        one = self.meeting
        return [
            SummaryRow("What", one.get_kind_display()),
            SummaryRow("Topic", one.topic),
            SummaryRow("Region", one.region),
            SummaryRow("Held", date_gov(one.held_on)),
            SummaryRow("What was covered", one.outcome, empty="Not said"),
        ]


class Session(OfSession, Page):
    """A session, and who came."""

    template_name = "assessments/session.html"
    page_title = "Session for assessors in training"

    def shown(self) -> dict[str, Any]:
        correct = Action(
            "Correct who came",
            reverse("assessments:correct_session", args=[self.meeting.public_id]),
        )
        return {
            "rows": self.summary(),
            "attendance": attendance_table(facts.attendance(self.meeting)),
            "actions": [correct],
            "back_url": reverse("assessments:sessions"),
        }


class CorrectSession(OfSession, OfTrainees, ActionPage):
    """Correct who came to a session."""

    form_class = CorrectSessionForm
    page_title, submit = "Correct who came to a session", "Save"

    def get_form_kwargs(self) -> dict[str, Any]:
        held = facts.attendance(self.meeting)
        here = [
            (row.person_id, row.person.name)
            for row in self.trainees
            if row.person.region_id == self.meeting.region_id
        ]
        names = {row.person_id: row.person.name for row in held} | dict(here)
        came = [str(row.person_id) for row in held if row.has_come]
        listed = sorted(names.items(), key=lambda one: one[1])
        return {**super().get_form_kwargs(), "assessors": listed, "initial": {"came": came}}

    def perform(self, form: Any) -> str:
        correct_attendance(meeting=self.meeting, by=self.request.user, **form.cleaned_data)
        return "Corrected"

    def get_success_url(self) -> str:
        return reverse("assessments:session", args=[self.meeting.public_id])
