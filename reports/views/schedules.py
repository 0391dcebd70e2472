"""What is made each month for which place, and who is told of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.views import ActionPage, ConfirmPage, Page
from pqip.govuk.formats import plural
from pqip.govuk.forms import Form
from pqip.govuk.pages import Action, Crumb, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table
from reports.actions.schedules import MANAGE, add_recipient, change_schedule, remove_recipient
from reports.catalogue import REPORTS
from reports.forms.schedules import RecipientForm, ScheduleForm
from reports.models import Schedule
from reports.models.schedule import schedule_of, schedules
from reports.recipients import Told, told

STATES = {True: Tag("Made each month", "green"), False: Tag("Not made", "grey")}


class Schedules(Page):
    """Every place with what is made for it."""

    permission = MANAGE
    template_name = "layouts/list.html"
    page_title = "Monthly reports"
    lead = "Made on the first working day of each month for the month before. Those who are told get an e-mail with a link."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = [Column("Place"), Column("State"), Column("Reports"), Column("Changes to who is told")]
        rows = [
            [Cell(one.place, url=reverse("reports:schedule", args=[one.code])), Cell(tags=[STATES[one.is_active]]),
             titles(one), _changes(one)]
            for one in schedules()
        ]
        return super().get_context_data(table=Table("Places", columns, rows, caption_hidden=True), **kwargs)


class ScheduleMixin:
    """The place a page is about."""

    permission = MANAGE
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def schedule(self) -> Schedule:
        found = schedule_of(self.kwargs["place"])
        if found is None:
            raise Http404(self.kwargs["place"])
        return found

    def get_success_url(self) -> str:
        return reverse("reports:schedule", args=[self.schedule.code])


class SchedulePage(ScheduleMixin, Page):
    """One place: what is made, who is told, and why them."""

    template_name = "reports/schedule.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        schedule, place = self.schedule, [self.schedule.code]
        rows = [SummaryRow("State", tag=STATES[schedule.is_active]), SummaryRow("Reports", titles(schedule))]
        actions = [
            Action("Change what is made", reverse("reports:change_schedule", args=place)),
            Action("Tell somebody else", reverse("reports:add_recipient", args=place)),
        ]
        title = f"Monthly reports: {schedule.place}"
        return super().get_context_data(
            page_title=title, rows=rows, actions=actions, table=self._table(told(schedule)),
            breadcrumbs=[Crumb("Monthly reports", reverse("reports:schedules")), Crumb(schedule.place)], **kwargs,
        )

    def _table(self, people: list[Told]) -> Table:
        columns = [Column("Email address"), Column("Name"), Column("Why"), Column("Action", hidden=True)]
        rows = [
            [one.user.email, one.user.name, "By role" if one.by_role else "Added",
             Cell(actions=[Action("Tell no longer", self._removing(one), "link", hidden=one.user.email)])]
            for one in people
        ]
        return Table("Who is told", columns, rows, empty=Empty("Nobody is told.", "The reports are made all the same."))

    def _removing(self, one: Told) -> str:
        return reverse("reports:remove_recipient", args=[self.schedule.code, one.user.public_id])


class ChangeSchedule(ScheduleMixin, ActionPage):
    """Which reports are made for a place, and whether any."""

    form_class = ScheduleForm
    page_title = "Change what is made each month"

    def get_initial(self) -> dict[str, Any]:
        return {"is_active": self.schedule.is_active, "reports": self.schedule.reports}

    def perform(self, form: Any) -> str:
        change_schedule(by=self.request.user, schedule=self.schedule, **form.cleaned_data)
        return "It holds from the next month’s reports."


class AddRecipient(ScheduleMixin, ActionPage):
    """Tell somebody whose role does not say so."""

    form_class = RecipientForm
    page_title = "Tell somebody else"
    lead = "They need a role that may see all of this place’s reports."
    submit = "Tell them"

    def perform(self, form: Any) -> str:
        user = add_recipient(by=self.request.user, schedule=self.schedule, **form.cleaned_data)
        return f"{user.email} is told from now on."


class RemoveRecipient(ScheduleMixin, ConfirmPage):
    """Tell somebody no longer."""

    form_class = Form
    page_title = "Tell somebody no longer"
    lead = "They may still see the reports. They get no e-mail about them."
    submit = "Tell them no longer"

    @cached_property
    def user(self) -> Any:
        found = next((one.user for one in told(self.schedule) if one.user.public_id == self.kwargs["public_id"]), None)
        if found is None:
            raise Http404("recipient")
        return found

    def perform(self, form: Any) -> str:
        remove_recipient(by=self.request.user, schedule=self.schedule, user=self.user)
        return f"{self.user.email} is told no longer."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [SummaryRow("Account", self.user.email), SummaryRow("Place", self.schedule.place)]
        return super().get_context_data(**{"rows": rows, **kwargs})


def titles(schedule: Schedule) -> str:
    """The reports of a place, in words."""
    return ", ".join(REPORTS[name].title for name in schedule.reports if name in REPORTS)


def _changes(schedule: Schedule) -> str:
    """How many are told, or not told, other than by role."""
    said = [one.is_left_out for one in schedule.recipients.all()] if schedule.pk else []
    words = [(said.count(False), "person added", "people added"), (said.count(True), "left out", "left out")]
    return ", ".join(plural(number, one, many) for number, one, many in words if number) or "None"
