"""Pages of standardisation: meetings, attendance, actions that follow, and who has not come for a long time."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from assessments.actions.standardisation import (
    add_action,
    finish_standardisation_action,
    record_meeting,
    undo_standardisation_action,
)
from assessments.forms.sampling import DoneForm, MeetingActionForm, MeetingForm
from assessments.models import AssessorRecord, Standardisation, StandardisationAction
from assessments.queries import standardisation as facts
from assessments.queries.sampling import ASSURE, VIEW
from pqip.core.access import OfPage
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov, short_date
from pqip.core.scope import ScopedLedgerQuerySet
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.amending import UndoPage
from pqip.pages.generic import ActionPage, ListPage, Page


class Meetings(ListPage):
    """Standardisation meetings, latest first."""

    permission = VIEW
    template_name = "layouts/home.html"
    page_title = "Standardisation"
    of_people = False
    sorts = {"held": ("held_on",)}
    default_sort = "-held"

    def rows(self) -> QuerySet[Standardisation]:
        return facts.standardising(self.request.user)

    def with_related(self, rows: QuerySet[Standardisation]) -> QuerySet[Standardisation]:
        return facts.counted(rows.select_related("region"))

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        columns = [
            Column("Topic"),
            Column("Region"),
            Column("Held", sort="held"),
            Column("Came"),
            Column("Actions open", numeric=True),
        ]
        body = [
            [
                Cell(row.topic, record_url("assessments:meeting", row.public_id)),
                row.region,
                short_date(row.held_on),
                f"{row.came} of {row.invited}",
                row.open_actions,
            ]
            for row in rows
        ]
        empty = Empty("No standardisation meeting is recorded yet.")
        return Table("Meetings", columns, body, caption_hidden=True, sorting=sorting, empty=empty)

    def shown(self) -> dict[str, Any]:
        actions = [Action("Assessors who have not come", reverse("assessments:not_come"), "link")]
        if self.request.user.can(ASSURE):
            actions.insert(
                0, Action("Record a meeting", reverse("assessments:record_meeting"), kind="")
            )
        return {"actions": actions}


class NotCome(ListPage):
    """Assessors who have come to no standardisation meeting for twelve months."""

    permission = VIEW
    page_title = "Assessors without standardisation"
    lead = f"They have come to no meeting in the last {facts.WITHIN_MONTHS} months (assumed)."
    sorts = {"name": ("person__sort_name",)}
    default_sort = "name"

    def rows(self) -> QuerySet[AssessorRecord]:
        return facts.not_come(self.request.user)

    def with_related(self, rows: QuerySet[AssessorRecord]) -> QuerySet[AssessorRecord]:
        return rows.select_related("person__region")

    def table(self, rows: list[AssessorRecord], sorting: Sorting) -> Table:
        body = [
            [Cell(row.person.name, second=row.person.staff_number), row.person.region]
            for row in rows
        ]
        columns = [Column("Assessor", sort="name", second="Staff number"), Column("Region")]
        empty = Empty("Every assessor has come to a meeting.")
        return Table("Assessors", columns, body, caption_hidden=True, sorting=sorting, empty=empty)


class RecordMeeting(ActionPage):
    """Record a meeting and who of the region's assessors came."""

    permission = ASSURE
    form_class = MeetingForm
    page_title, submit = "Record a standardisation meeting", "Record"

    @cached_property
    def assessors(self) -> list[AssessorRecord]:
        return list(facts.assessors(self.request.user, self.permission))

    def get_form_kwargs(self) -> dict[str, Any]:
        named = [
            (row.person_id, f"{row.person.name}, {row.person.staff_number}")
            for row in self.assessors
        ]
        return {
            **super().get_form_kwargs(),
            "regions": facts.regions(self.request.user, self.permission),
            "assessors": named,
        }

    def perform(self, form: Any) -> str:
        answers = form.cleaned_data
        invited = [
            row.person_id for row in self.assessors if row.person.region_id == answers["region"].pk
        ]
        if strange := set(answers["came"]) - set(invited):
            raise RuleBroken(
                f"{len(strange)} of those who came are not assessors of {answers['region']}.",
                "came",
            )
        self.made = record_meeting(invited=invited, by=self.request.user, **answers)
        return "Meeting recorded"

    def get_success_url(self) -> str:
        made = getattr(self, "made", None)
        return (
            reverse("assessments:meeting", args=[made.public_id])
            if made
            else reverse("assessments:meetings")
        )


class OfMeeting(OfPage):
    """Base of the pages about one visible meeting."""

    @cached_property
    def meeting(self) -> Standardisation:
        rows = facts.standardising(self.request.user, self.permission)
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_success_url(self) -> str:
        return reverse("assessments:meeting", args=[self.meeting.public_id])


class Meeting(OfMeeting, Page):
    """A meeting: what was agreed, who came, and the actions."""

    permission = VIEW
    template_name = "assessments/meeting.html"
    page_title = "Standardisation meeting"

    def shown(self) -> dict[str, Any]:
        meeting, may = self.meeting, self.request.user.can(ASSURE)
        rows = [
            SummaryRow("Topic", meeting.topic),
            SummaryRow("Region", meeting.region),
            SummaryRow("Held", date_gov(meeting.held_on)),
            SummaryRow("What was agreed", meeting.outcome, empty="Not said"),
        ]
        add = Action(
            "Add something to do", reverse("assessments:meeting_action", args=[meeting.public_id])
        )
        return {
            "rows": rows,
            "attendance": attendance_table(facts.attendance(meeting)),
            "tasks": actions_table(facts.actions_of(meeting), may),
            "actions": [add] if may else [],
            "back_url": reverse("assessments:meetings"),
        }


def attendance_table(rows: list[Any]) -> Table:
    """Return the table of who came."""
    body = [
        [
            Cell(row.person.name, second=row.person.staff_number),
            Tag("Came", "green") if row.has_come else Tag("Did not come", "grey"),
        ]
        for row in rows
    ]
    return Table("Attendance", [Column("Assessor", second="Staff number"), Column("Came")], body)


def actions_table(rows: list[StandardisationAction], may: bool) -> Table:
    """Return the table of actions."""
    body = [
        [
            row.what,
            row.owner.name,
            short_date(row.do_by),
            Cell(short_date(row.done_on), empty="Not yet"),
            Cell(actions=_doable(row) if may else []),
        ]
        for row in rows
    ]
    columns = [
        Column("What"),
        Column("By whom"),
        Column("Due"),
        Column("Done"),
        Column("Action", hidden=True),
    ]
    return Table("What is to be done", columns, body, empty=Empty("Nothing is to be done."))


def _doable(row: StandardisationAction) -> list[Action]:
    if row.done_on:
        return []
    return [
        Action(
            "Done",
            reverse("assessments:meeting_action_done", args=[row.public_id]),
            "link",
            row.what,
        ),
        Action(
            "Take out",
            reverse("assessments:undo_meeting_action", args=[row.public_id]),
            "link",
            row.what,
        ),
    ]


class AddMeetingAction(OfMeeting, ActionPage):
    """Add an action for one of the assessors to do after the meeting."""

    permission = ASSURE
    form_class = MeetingActionForm
    page_title, submit = "Something to do after a meeting", "Add"

    def get_form_kwargs(self) -> dict[str, Any]:
        people = [(row.person_id, row.person.name) for row in facts.attendance(self.meeting)]
        return {**super().get_form_kwargs(), "people": people}

    def perform(self, form: Any) -> str:
        answers = form.cleaned_data
        owner = next(
            row.person
            for row in facts.attendance(self.meeting)
            if str(row.person_id) == answers["owner"]
        )
        add_action(
            meeting=self.meeting,
            what=answers["what"],
            owner=owner,
            do_by=answers["do_by"],
            by=self.request.user,
        )
        return "Added"


class OfMeetingAction(OfPage):
    """Base of the pages about one action."""

    permission = ASSURE

    def facts(self) -> ScopedLedgerQuerySet[StandardisationAction]:
        rows = facts.actions(self.request.user, self.permission)
        return rows.filter(public_id=self.kwargs["public_id"])

    @cached_property
    def action(self) -> StandardisationAction:
        return get_object_or_404(self.facts().live())

    def get_success_url(self) -> str:
        return reverse("assessments:meetings")


class MeetingActionDone(OfMeetingAction, ActionPage):
    """Record that an action was done."""

    form_class = DoneForm
    page_title, submit = "Something agreed at a meeting is done", "Save"

    def perform(self, form: Any) -> str:
        finish_standardisation_action(
            action=self.action, on=form.cleaned_data["on"], by=self.request.user
        )
        return "Recorded as done"

    def shown(self) -> dict[str, Any]:
        return {"lead": self.action.what}


class UndoMeetingAction(OfMeetingAction, UndoPage):
    """Undo an action that was added in error."""

    page_title, success_message, submit = "Take out something to do", "Taken out", "Take it out"

    def amend(self, fact: StandardisationAction, **answers: Any) -> None:
        undo_standardisation_action(action=fact, reason=answers["reason"], by=self.request.user)

    def shown(self) -> dict[str, Any]:
        return {"rows": [SummaryRow("What", self.fact.what)]}
