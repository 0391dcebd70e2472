"""Pages of the monthly schedules: what is made for which place, and who is told."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.access import OfPage
from pqip.core.formats import plural
from pqip.govuk.forms import Form
from pqip.govuk.pages import Action, Crumb, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table
from pqip.pages.generic import ActionPage, ConfirmPage, Page
from reports.actions.schedules import MANAGE, add_recipient, change_schedule, remove_recipient
from reports.catalogue import REPORTS
from reports.forms.schedules import RecipientForm, ScheduleForm
from reports.models import Schedule
from reports.models.schedule import schedule_of, schedules
from reports.queries.recipients import AccountTold, accounts_told

STATES = {True: Tag("Made each month", "green"), False: Tag("Not made", "grey")}


class Schedules(Page):
    """Every place with the reports made for it."""

    permission = MANAGE
    template_name = "layouts/list.html"
    page_title = "Monthly reports"
    lead = "Made on the first working day of each month for the month before. Those who are told get an e-mail with a link."

    def shown(self) -> dict[str, Any]:
        columns = [
            Column("Place"),
            Column("State"),
            Column("Reports"),
            Column("Changes to who is told"),
        ]
        rows = [
            [
                Cell(one.place, url=reverse("reports:schedule", args=[one.code])),
                Cell(tags=[STATES[one.is_active]]),
                titles(one),
                _changes(one),
            ]
            for one in schedules()
        ]
        return {"table": Table("Places", columns, rows, caption_hidden=True)}


class ScheduleMixin(OfPage):
    """Base of the pages about one place's schedule."""

    permission = MANAGE

    @cached_property
    def schedule(self) -> Schedule:
        found = schedule_of(self.kwargs["place"])
        if found is None:
            raise Http404(self.kwargs["place"])
        return found

    def get_success_url(self) -> str:
        return reverse("reports:schedule", args=[self.schedule.code])


class SchedulePage(ScheduleMixin, Page):
    """One place: what is made, who is told, and why."""

    template_name = "reports/schedule.html"

    def shown(self) -> dict[str, Any]:
        schedule, place = self.schedule, [self.schedule.code]
        rows = [
            SummaryRow("State", tag=STATES[schedule.is_active]),
            SummaryRow("Reports", titles(schedule)),
        ]
        actions = [
            Action("Change what is made", reverse("reports:change_schedule", args=place)),
            Action("Tell somebody else", reverse("reports:add_recipient", args=place)),
        ]
        title = f"Monthly reports: {schedule.place}"
        return {
            "page_title": title,
            "rows": rows,
            "actions": actions,
            "table": self._table(accounts_told(schedule)),
            "breadcrumbs": [
                Crumb("Monthly reports", reverse("reports:schedules")),
                Crumb(schedule.place),
            ],
        }

    def _table(self, people: list[AccountTold]) -> Table:
        columns = [
            Column("Email address"),
            Column("Name"),
            Column("Why"),
            Column("Action", hidden=True),
        ]
        rows = [
            [
                one.user.email,
                one.user.name,
                "By role" if one.by_role else "Added",
                Cell(
                    actions=[
                        Action("Tell no longer", self._removing(one), "link", hidden=one.user.email)
                    ]
                ),
            ]
            for one in people
        ]
        return Table(
            "Who is told",
            columns,
            rows,
            empty=Empty("Nobody is told.", "The reports are made all the same."),
        )

    def _removing(self, one: AccountTold) -> str:
        return reverse("reports:remove_recipient", args=[self.schedule.code, one.user.public_id])


class ChangeSchedule(ScheduleMixin, ActionPage):
    """Choose which reports are made for a place, and whether any are."""

    form_class = ScheduleForm
    page_title = "Change what is made each month"

    def get_initial(self) -> dict[str, Any]:
        return {"is_active": self.schedule.is_active, "reports": self.schedule.reports}

    def perform(self, form: Any) -> str:
        change_schedule(by=self.request.user, schedule=self.schedule, **form.cleaned_data)
        return "It holds from the next month’s reports."


class AddRecipient(ScheduleMixin, ActionPage):
    """Tell an account whose role does not say so."""

    form_class = RecipientForm
    page_title = "Tell somebody else"
    lead = "They need a role that may see all of this place’s reports."
    submit = "Tell them"

    def perform(self, form: Any) -> str:
        user = add_recipient(by=self.request.user, schedule=self.schedule, **form.cleaned_data)
        return f"{user.email} is told from now on."


class RemoveRecipient(ScheduleMixin, ConfirmPage):
    """Stop telling an account."""

    form_class = Form
    page_title = "Tell somebody no longer"
    lead = "They may still see the reports. They get no e-mail about them."
    submit = "Tell them no longer"

    @cached_property
    def user(self) -> Any:
        found = next(
            (
                one.user
                for one in accounts_told(self.schedule)
                if one.user.public_id == self.kwargs["public_id"]
            ),
            None,
        )
        if found is None:
            raise Http404("recipient")
        return found

    def perform(self, form: Any) -> str:
        remove_recipient(by=self.request.user, schedule=self.schedule, user=self.user)
        return f"{self.user.email} is told no longer."

    def shown(self) -> dict[str, Any]:
        rows = [SummaryRow("Account", self.user.email), SummaryRow("Place", self.schedule.place)]
        return {"rows": rows}


def titles(schedule: Schedule) -> str:
    """Return the titles of a place's reports, in words."""
    return ", ".join(REPORTS[name].title for name in schedule.reports if name in REPORTS)


def _changes(schedule: Schedule) -> str:
    """Return in words how many accounts are told, or left out, other than by role."""
    changes = [one.is_left_out for one in schedule.recipients.all()] if schedule.pk else []
    words = [
        (changes.count(False), "person added", "people added"),
        (changes.count(True), "left out", "left out"),
    ]
    return ", ".join(plural(number, one, many) for number, one, many in words if number) or "None"
