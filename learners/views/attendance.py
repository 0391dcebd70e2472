"""Attendance of a course on one day for up to 60 people: choose, mark, check, record, and one undo for the whole sheet.

A sheet under way, and what an undo would take back, stay in the session as keys: no name or number stands in an address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from learners import training_reading
from learners.actions.record_attendance import Sheet, record_attendance, undo_attendance
from learners.forms.attendance import MarksForm, SheetForm
from learners.models import Course, TrainingRecord
from learners.presenters.attendance import changes, sheet_rows, sheet_table
from learners.rules.attendance import check_sheet, group_warning
from learners.views.checked import CheckedPage
from learners.views.record import RECORD
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.sheets import OfSheet, begin
from pqip.core.views import ActionPage, ConfirmPage, Page
from pqip.govuk.formats import date_gov, plural
from pqip.govuk.pages import Action
from workforce.models import Person

ATTENDANCE = "attendance"
TITLE = "Record attendance"


class SheetStart(ActionPage):
    """Which course and day, and whom."""

    permission = RECORD
    form_class = SheetForm
    page_title, submit = TITLE, "Continue"
    lead = "For one course on one day, up to 60 people at a time. Nothing is recorded until you have checked it."

    def get_initial(self) -> dict[str, Any]:
        asked = training_reading.course(self.request.GET.get("course", "")).first()
        return {"course": asked.pk} if asked else {}

    def perform(self, form: SheetForm) -> str:
        said = form.cleaned_data
        check_sheet([0], said["on"], today())
        people = self.people(said)
        check_sheet(people, said["on"], today())
        sheet = {"course": said["course"].code, "on": said["on"].isoformat(), "people": people}
        sheet |= {"delivery": said["delivery"], "start_with": said["start_with"]}
        sheet["seen"] = seen(training_reading.records_of(said["course"], said["on"], people))
        self.token = begin(self.request.session, ATTENDANCE, sheet)
        return ""

    def people(self, said: dict[str, Any]) -> list[int]:
        """Keys of those on the sheet, by name. Raises RuleBroken for numbers of nobody within reach."""
        user, numbers = self.request.user, said["staff_numbers"]
        if not numbers:
            rows = training_reading.booked(user, self.permission, said["course"], said["on"])
        else:
            rows = training_reading.numbered(user, self.permission, numbers)
            known = set(rows.values_list("number", flat=True))
            if missing := [number for number in numbers if number not in known]:
                raise RuleBroken(f"There is nobody with these staff numbers: {', '.join(missing[:10])}.", "staff_numbers")
        return list(rows.order_by("sort_name", "pk").values_list("pk", flat=True))

    def get_success_url(self) -> str:
        token = getattr(self, "token", "")
        return reverse("learners:attendance_sheet", args=[token]) if token else reverse("learners:courses")


def seen(recorded: Mapping[int, TrainingRecord]) -> list[tuple[int, int]]:
    """What marks are made upon: each person's key with that of what stands of them."""
    return [(person, row.pk) for person, row in recorded.items()]


class OfAttendance(OfSheet):
    """A page of an attendance sheet."""

    kind = ATTENDANCE

    @cached_property
    def course(self) -> Course:
        return get_object_or_404(training_reading.course(self.sheet["course"]))

    @property
    def on(self) -> dt.date:
        return dt.date.fromisoformat(self.sheet["on"])

    def words(self) -> str:
        return f"{self.course}, {date_gov(self.on)}"


class MarkSheet(OfAttendance, CheckedPage):
    """A mark for each person; what would be recorded is shown once more before it is."""

    permission = RECORD
    form_class = MarksForm
    page_title, submit = TITLE, "Continue"

    @cached_property
    def people(self) -> list[Person]:
        """Those on the sheet who are still within reach."""
        rows = training_reading.reached(self.request.user, self.permission).filter(pk__in=self.sheet["people"])
        return list(rows.order_by("sort_name", "pk"))

    @cached_property
    def recorded(self) -> dict[int, TrainingRecord]:
        return training_reading.records_of(self.course, self.on, [person.pk for person in self.people])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A sheet that was recorded leads to what was recorded."""
        return redirect(self.get_success_url()) if "rows" in self.sheet else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_success_url()) if "rows" in self.sheet else super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        own = {"people": self.people, "recorded": self.recorded, "start_with": self.sheet["start_with"]}
        return {**super().get_form_kwargs(), **own}

    def rehearse(self, form: MarksForm) -> None:
        if not changes(self.people, self.recorded, form.marks(), self.sheet["delivery"]):
            raise RuleBroken("Nothing would change. Mark somebody, or cancel.")
        record_attendance(
            by=self.request.user, course=self.course, on=self.on, marks=form.marks(), delivery=self.sheet["delivery"],
            seen=dict(seen(self.recorded)),
        )

    def checked(self, form: MarksForm) -> dict[str, Any]:
        marks, delivery = form.marks(), self.sheet["delivery"]
        found = changes(self.people, self.recorded, marks, delivery)
        self.keep(seen=seen(self.recorded))
        warning = group_warning(sum(mark == "attended" for mark in marks.values()), delivery)
        return {
            "rows": sheet_rows(self.course, self.on, delivery, marks, len(self.people)), "moves": sheet_table(found),
            "warn": warning, "submit": "Record attendance",
        }

    def perform(self, form: MarksForm) -> str:
        marks = form.marks()
        done = record_attendance(
            by=self.request.user, course=self.course, on=self.on, marks=marks, delivery=self.sheet["delivery"],
            seen=dict(self.sheet["seen"]),
        )
        if done.rows:
            self.keep(rows=list(done.rows.items()))
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"lead": self.words(), **kwargs})

    def get_success_url(self) -> str:
        return reverse("learners:attendance_done", args=[self.kwargs["token"]])

    def get_cancel_url(self) -> str:
        return reverse("learners:courses")


class SheetDone(OfAttendance, Page):
    """The end: what was recorded, and the way to undo it."""

    permission = RECORD
    template_name = "learners/sheet_done.html"
    page_title = "Attendance recorded"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "rows" not in self.sheet:
            raise Http404
        said = f"{self.words()}: {plural(len(self.sheet['rows']), 'person', 'people')}"
        actions = [
            Action("Undo the whole sheet", reverse("learners:attendance_undo", args=[self.kwargs["token"]]), kind="link"),
            Action("Record another sheet", reverse("learners:attendance"), kind="link"),
            Action("Who is due to take it", reverse("learners:course", args=[self.course.code]), kind="link"),
        ]
        return super().get_context_data(panel_text=said, next_links=actions, **kwargs)


class UndoSheet(OfAttendance, ConfirmPage):
    """Takes the whole sheet back: every booking stands again as it did before."""

    permission = RECORD
    page_title, submit, danger = "Undo the whole sheet", "Undo the whole sheet", True
    warn = "What was recorded of everybody on this sheet is taken back, and follow-ups not done yet with it."

    def perform(self, form: Any) -> str:
        rows = self.sheet.get("rows")
        if not rows:
            raise Http404
        undo_attendance(by=self.request.user, sheet=Sheet(dict(rows)))
        said = f"Undone: attendance of {self.words()}"
        self.forget()
        return said

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not self.sheet.get("rows"):
            raise Http404
        return super().get_context_data(lead=self.words(), **kwargs)

    def get_success_url(self) -> str:
        return reverse("learners:courses")
