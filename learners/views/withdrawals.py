"""Pages to withdraw a learner, to approve withdrawals, and to check codings."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.withdrawals import withdraw
from learners.actions.withdrawals_approval import decide_withdrawal, propose_withdrawal, take_back
from learners.actions.withdrawals_coding import agree_coding, correct_coding
from learners.forms import withdrawals as asked
from learners.forms.events import ReasonForm
from learners.models import Event, WithdrawalProposal
from learners.models.events import EndedBy
from learners.presenters import withdrawals as shown
from learners.presenters.record import identity
from learners.queries import records
from learners.queries.withdrawals import APPROVE, codings, proposals
from learners.rules.withdrawals import needs_approval
from learners.views.events import EventPage
from learners.views.record import RECORD, names_of_actors
from pqip.core.access import address_name
from pqip.core.clock import today
from pqip.core.formats import date_gov, lower_first
from pqip.govuk.forms import Form
from pqip.govuk.links import with_query
from pqip.govuk.pages import Empty, Tab
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ActionPage, ConfirmPage, ListPage

SORTS: dict[str, tuple[str, ...]] = {
    "name": ("enrolment__person__sort_name",),
    "on": ("effective_on",),
}


class Withdraw(EventPage):
    """The page asks first who ended it and when, then what fits that.

    What the Service ends is proposed.
    """

    page_title, check, danger, back = "Withdraw a learner", True, True, "learners:ending"

    @cached_property
    def ending(self) -> dict[str, Any]:
        """Who ended it and on which day, once both are answered; empty until then."""
        first = asked.WhoEndedForm(self.request.GET)
        return first.cleaned_data if self.request.GET and first.is_valid() else {}

    @property
    def is_proposal(self) -> bool:
        return bool(self.ending) and needs_approval(self.ending["ended_by"])

    @property
    def submit(self) -> str:  # type: ignore[override]
        return (
            ("Send for approval" if self.is_proposal else "Withdraw") if self.ending else "Continue"
        )

    @property
    def success_message(self) -> str:  # type: ignore[override]
        return "Sent for approval" if self.is_proposal else "Withdrawal recorded"

    @property
    def warn(self) -> str:  # type: ignore[override]
        if self.is_proposal:
            return "Nothing happens until somebody else approves this."
        return (
            "Nothing can be recorded after a withdrawal unless it is undone." if self.ending else ""
        )

    def get_form_class(self) -> Any:
        return asked.WithdrawForm if self.ending else asked.WhoEndedForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | self.ending

    def form_valid(self, form: Any) -> HttpResponse:
        if self.ending:
            return super().form_valid(form)
        answers = form.cleaned_data
        chosen = {"ended_by": answers["ended_by"], "on": answers["on"].isoformat()}
        return redirect(with_query(self.request.GET, self.request.path, **chosen))

    def says(self, content: dict[str, Any]) -> str:
        who = lower_first(EndedBy(self.ending["ended_by"]).label)
        return f"Takes effect on {date_gov(self.ending['on'])}; ended by {who}."

    def act(self, **content: Any) -> Any:
        about = {
            "by": self.request.user,
            "enrolment": self.enrolment,
            "on": self.ending["on"],
            **content,
        }
        return (
            propose_withdrawal(**about)
            if self.is_proposal
            else withdraw(**about, ended_by=self.ending["ended_by"])
        )


class Waiting(ListPage):
    """A list of withdrawals that wait for a second person."""

    permission = APPROVE
    sorts, default_sort = SORTS, "on"

    def with_related(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("enrolment__person")

    def shown(self) -> dict[str, Any]:
        lists = {
            "learners:withdrawals": "To approve",
            "learners:codings": "Coding to check",
            "learners:approvals": "In your name",
        }
        here = address_name(self.request)
        tabs = [Tab(label, reverse(name), active=name == here) for name, label in lists.items()]
        return {"tabs": tabs}


class Proposals(Waiting):
    page_title = "Withdrawals to approve"
    lead = "The Service proposes to end these. Somebody other than the proposer approves or refuses each."

    def rows(self) -> QuerySet[WithdrawalProposal]:
        return proposals(self.request.user)

    def table(self, rows: list[WithdrawalProposal], sorting: Sorting) -> Table:
        reasons, names = (records.reason_labels(), names_of_actors(row.recorded_by for row in rows))
        return Table(
            "Withdrawals to approve",
            shown.PROPOSAL_COLUMNS,
            [shown.proposal_row(row, reasons, names) for row in rows],
            caption_hidden=True,
            sorting=sorting,
            empty=Empty("None waits to be approved."),
        )


class Codings(Waiting):
    page_title = "Coding of withdrawals to check"
    lead = "Withdrawals of the past year that the Service did not end. Somebody other than who coded each agrees or corrects it."

    def rows(self) -> QuerySet[Event]:
        return codings(self.request.user, today())

    def table(self, rows: list[Event], sorting: Sorting) -> Table:
        reasons, names = (records.reason_labels(), names_of_actors(row.recorded_by for row in rows))
        return Table(
            "Coding to check",
            shown.CODING_COLUMNS,
            [shown.coding_row(row, reasons, names) for row in rows],
            caption_hidden=True,
            sorting=sorting,
            empty=Empty("None is to be checked."),
        )


class AboutProposal(ActionPage):
    """A page about one waiting proposal. One decided in the meantime is not found."""

    permission = APPROVE

    @cached_property
    def proposal(self) -> WithdrawalProposal:
        rows = proposals(self.request.user, self.permission).select_related(
            "enrolment__person", "enrolment__pathway", "enrolment__region"
        )
        return get_object_or_404(rows, public_id=self.kwargs["proposal_id"])

    def get_success_url(self) -> str:
        return reverse("learners:withdrawals")

    def shown(self) -> dict[str, Any]:
        rows = shown.proposed(self.proposal, records.reason_labels())
        return {"identity": identity(self.proposal.enrolment), "rows": rows}


class DecideWithdrawal(AboutProposal, ConfirmPage):
    form_class = asked.VerdictForm
    page_title, submit = "Approve or refuse a withdrawal", "Save"
    warn = "If you approve it, the learner leaves the programme on that day."

    def perform(self, form: Any) -> str:
        decide_withdrawal(by=self.request.user, proposal=self.proposal, **form.cleaned_data)
        return "Withdrawal approved" if form.cleaned_data["approved"] else "Withdrawal refused"


class TakeBackWithdrawal(AboutProposal, ConfirmPage):
    permission = RECORD
    form_class = ReasonForm
    page_title, submit = "Take back a proposed withdrawal", "Take back"

    def perform(self, form: Any) -> str:
        take_back(by=self.request.user, proposal=self.proposal, reason=form.cleaned_data["reason"])
        return "Taken back"

    def get_success_url(self) -> str:
        return reverse("learners:ending", args=[self.proposal.enrolment.public_id])


class AboutCoding(ConfirmPage):
    """A page about one withdrawal whose coding must be checked.

    One checked in the meantime is not found.
    """

    permission = APPROVE

    @cached_property
    def event(self) -> Event:
        rows = codings(self.request.user, today()).select_related(
            "enrolment__person", "enrolment__pathway", "enrolment__region"
        )
        return get_object_or_404(rows, public_id=self.kwargs["event_id"])

    def get_success_url(self) -> str:
        return reverse("learners:codings")

    def shown(self) -> dict[str, Any]:
        rows = shown.coded(self.event, records.reason_labels())
        return {"identity": identity(self.event.enrolment), "rows": rows}


class AgreeCoding(AboutCoding):
    form_class = Form
    page_title, submit = "Is the coding right?", "It is right"

    def perform(self, form: Any) -> str:
        agree_coding(by=self.request.user, event=self.event)
        return "Coding checked"


class CorrectCoding(AboutCoding):
    form_class = asked.CodingForm
    page_title, submit = "Correct the coding", "Correct"
    lead = "What you record is checked by somebody else in turn."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "on": self.event.effective_on}

    def get_initial(self) -> dict[str, Any]:
        return {
            name: getattr(self.event, name)
            for name in ("ended_by", "reason", "other_reasons", "destination", "note")
        }

    def perform(self, form: Any) -> str:
        correct_coding(by=self.request.user, event=self.event, **form.cleaned_data)
        return "Coding corrected"
