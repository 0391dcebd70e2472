"""Attendance of a course on one day, for up to 60 people: choose, mark, check and record, with one
undo.

A sheet in progress, and what an undo would restore, are in the session as keys: addresses hold no
name or number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.training_attendance import Sheet, record_attendance, undo_attendance
from learners.forms.training_attendance import MarksForm, SheetForm
from learners.models import Course, TrainingRecord
from learners.presenters.training_attendance import changes, sheet_rows, sheet_table
from learners.queries import training
from learners.rules.training_attendance import check_sheet, group_warning
from learners.views.checked import CheckedPage
from learners.views.record import RECORD
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov, plural
from pqip.govuk.pages import Action
from pqip.pages.generic import ActionPage, ConfirmPage, Page
from pqip.pages.sheets import OfSheet, begin
from workforce.models import Person

ATTENDANCE = "attendance"
TITLE = "Record attendance"


class SheetStart(ActionPage):
    """The page to choose the course, the day and the people."""

    permission = RECORD
    form_class = SheetForm
    page_title, submit = TITLE, "Continue"
    lead = "For one course on one day, up to 60 people at a time. Nothing is recorded until you have checked it."

    def get_initial(self) -> dict[str, Any]:
        asked = training.course(self.request.GET.get("course", "")).first()
        return {"course": asked.pk} if asked else {}

    def perform(self, form: SheetForm) -> str:
        answers = form.cleaned_data
        check_sheet([0], answers["on"], today())
        people = self.people(answers)
        check_sheet(people, answers["on"], today())
        sheet = {
            "course": answers["course"].code,
            "on": answers["on"].isoformat(),
            "people": people,
        }
        sheet |= {"delivery": answers["delivery"], "start_with": answers["start_with"]}
        sheet["seen"] = seen(training.records_of(answers["course"], answers["on"], people))
        self.token = begin(self.request.session, ATTENDANCE, sheet)
        return ""

    def people(self, answers: dict[str, Any]) -> list[int]:
        """Return the keys of the people on the sheet, by name.

        Raises RuleBroken for numbers of nobody within reach.
        """
        user, numbers = self.request.user, answers["staff_numbers"]
        rows: QuerySet[Person]
        if not numbers:
            rows = training.booked(user, self.permission, answers["course"], answers["on"])
        else:
            rows = numbered = training.numbered(user, self.permission, numbers)
            known = set(numbered.values_list("number", flat=True))
            if missing := [number for number in numbers if number not in known]:
                raise RuleBroken(
                    f"There is nobody with these staff numbers: {', '.join(missing[:10])}.",
                    "staff_numbers",
                )
        return list(rows.order_by("sort_name", "pk").values_list("pk", flat=True))

    def get_success_url(self) -> str:
        token = getattr(self, "token", "")
        return (
            reverse("learners:attendance_sheet", args=[token])
            if token
            else reverse("learners:courses")
        )


def seen(recorded: Mapping[int, TrainingRecord]) -> list[tuple[int, int]]:
    """Return what the marks are based on: pairs of a person's key and the key of their current
    record.
    """
    return [(person, row.pk) for person, row in recorded.items()]


class OfAttendance(OfSheet):
    """A page about an attendance sheet."""

    kind = ATTENDANCE

    @cached_property
    def course(self) -> Course:
        return get_object_or_404(training.course(self.sheet["course"]))

    @property
    def on(self) -> dt.date:
        return dt.date.fromisoformat(self.sheet["on"])

    def words(self) -> str:
        return f"{self.course}, {date_gov(self.on)}"


class MarkSheet(OfAttendance, CheckedPage):
    """The page with a mark for each person. What would be recorded is shown for checking first."""

    permission = RECORD
    form_class = MarksForm
    page_title, submit = TITLE, "Continue"

    @cached_property
    def people(self) -> list[Person]:
        """The people on the sheet who are still within reach."""
        rows = training.reached(self.request.user, self.permission).filter(
            pk__in=self.sheet["people"]
        )
        return list(rows.order_by("sort_name", "pk"))

    @cached_property
    def recorded(self) -> dict[int, TrainingRecord]:
        return training.records_of(self.course, self.on, [person.pk for person in self.people])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, or what was recorded if the sheet is recorded already."""
        return (
            redirect(self.get_success_url())
            if "rows" in self.sheet
            else super().get(request, *args, **kwargs)
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (
            redirect(self.get_success_url())
            if "rows" in self.sheet
            else super().post(request, *args, **kwargs)
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {
            "people": self.people,
            "recorded": self.recorded,
            "start_with": self.sheet["start_with"],
        }
        return {**super().get_form_kwargs(), **own}

    def rehearse(self, form: MarksForm) -> None:
        if not changes(self.people, self.recorded, form.marks(), self.sheet["delivery"]):
            raise RuleBroken("Nothing would change. Mark somebody, or cancel.")
        record_attendance(
            by=self.request.user,
            course=self.course,
            on=self.on,
            marks=form.marks(),
            delivery=self.sheet["delivery"],
            seen=dict(seen(self.recorded)),
        )

    def checked(self, form: MarksForm) -> dict[str, Any]:
        marks, delivery = form.marks(), self.sheet["delivery"]
        found = changes(self.people, self.recorded, marks, delivery)
        self.keep(seen=seen(self.recorded))
        warning = group_warning(sum(mark == "attended" for mark in marks.values()), delivery)
        return {
            "rows": sheet_rows(self.course, self.on, delivery, marks, len(self.people)),
            "moves": sheet_table(found),
            "warn": warning,
            "submit": "Record attendance",
        }

    def perform(self, form: MarksForm) -> str:
        marks = form.marks()
        done = record_attendance(
            by=self.request.user,
            course=self.course,
            on=self.on,
            marks=marks,
            delivery=self.sheet["delivery"],
            seen=dict(self.sheet["seen"]),
        )
        if done.rows:
            self.keep(rows=list(done.rows.items()))
        return ""

    def shown(self) -> dict[str, Any]:
        return {"lead": self.words()}

    def get_success_url(self) -> str:
        return reverse("learners:attendance_done", args=[self.kwargs["token"]])

    def get_cancel_url(self) -> str:
        return reverse("learners:courses")


class SheetDone(OfAttendance, Page):
    """The page at the end: what was recorded, and the link to undo it."""

    permission = RECORD
    template_name = "learners/sheet_done.html"
    page_title = "Attendance recorded"

    def shown(self) -> dict[str, Any]:
        if "rows" not in self.sheet:
            raise Http404
        message = f"{self.words()}: {plural(len(self.sheet['rows']), 'person', 'people')}"
        actions = [
            Action(
                "Undo the whole sheet",
                reverse("learners:attendance_undo", args=[self.kwargs["token"]]),
                kind="link",
            ),
            Action("Record another sheet", reverse("learners:attendance"), kind="link"),
            Action(
                "Who is due to take it",
                reverse("learners:course", args=[self.course.code]),
                kind="link",
            ),
        ]
        return {"panel_text": message, "next_links": actions}


class UndoSheet(OfAttendance, ConfirmPage):
    """The page to undo the whole sheet: every booking is restored as it was before."""

    permission = RECORD
    page_title, submit, danger = "Undo the whole sheet", "Undo the whole sheet", True
    warn = "What was recorded of everybody on this sheet is taken back, and follow-ups not done yet with it."

    def perform(self, form: Any) -> str:
        rows = self.sheet.get("rows")
        if not rows:
            raise Http404
        undo_attendance(by=self.request.user, sheet=Sheet(dict(rows)))
        message = f"Undone: attendance of {self.words()}"
        self.forget()
        return message

    def shown(self) -> dict[str, Any]:
        if not self.sheet.get("rows"):
            raise Http404
        return {"lead": self.words()}

    def get_success_url(self) -> str:
        return reverse("learners:courses")
