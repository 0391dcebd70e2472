"""Pages to undo or correct an event."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.events_amend import correct_event, void_event
from learners.forms.events import CorrectForm, ReasonForm
from learners.models import Event
from learners.presenters.events import title_of
from learners.presenters.record import identity
from learners.queries import records
from learners.rules.board import DECIDED, HEAR
from pqip.core.formats import date_gov
from pqip.govuk.pages import SummaryRow
from pqip.pages.generic import ActionPage, ConfirmPage


class Amend(ActionPage):
    """A page about one live event within reach. One that was undone in the meantime is not found."""

    permission = "learners.void_event"

    def within(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        """Filter for the events the page is about.

        Decisions of the progression board are for the board alone.
        """
        return rows.exclude(kind=DECIDED)

    @cached_property
    def event(self) -> Event:
        rows = self.within(
            records.event(self.request.user, self.permission, self.kwargs["event_id"])
        )
        return get_object_or_404(
            rows.select_related(
                "to_pathway",
                "to_region",
                "to_pdu",
                "to_cohort",
                "enrolment__person",
                "enrolment__pathway",
                "enrolment__region",
            )
        )

    def get_success_url(self) -> str:
        return reverse("learners:programme", args=[self.event.enrolment.public_id])

    def shown(self) -> dict[str, Any]:
        rows = [
            SummaryRow("What is recorded", title_of(self.event)),
            SummaryRow("Date", date_gov(self.event.effective_on)),
        ]
        return {"identity": identity(self.event.enrolment), "rows": rows}

    def form_valid(self, form: Any) -> HttpResponse:
        self.event  # noqa: B018  (fetched before it is undone, for the way back)
        return super().form_valid(form)


class Undo(Amend, ConfirmPage):
    form_class = ReasonForm
    page_title, submit, danger = "Undo an event", "Undo", True
    lead = "It stays in the history, marked as undone, with your reason."

    def perform(self, form: Any) -> str:
        void_event(by=self.request.user, event=self.event, reason=form.cleaned_data["reason"])
        return "Undone"


class Correct(Amend, ConfirmPage):
    form_class = CorrectForm
    page_title, submit = "Correct the date of an event", "Correct"
    lead = "What was recorded stays in the history. To correct anything but the date, undo the event and record it anew."

    def perform(self, form: Any) -> str:
        correct_event(by=self.request.user, event=self.event, **form.cleaned_data)
        return "Corrected"


class OfDecision(Amend):
    """A page about a decision of the progression board."""

    permission = HEAR

    def within(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        return rows.filter(kind=DECIDED)

    def get_success_url(self) -> str:
        return reverse("learners:board", args=[self.event.enrolment.public_id])


class UndoDecision(OfDecision, Undo):
    page_title = "Undo a decision of the board"
    lead = "It stays in the history, marked as undone, with your reason. An appeal against it is undone with it."


class CorrectDecision(OfDecision, Correct):
    page_title = "Correct the date of a decision of the board"
    lead = f"{Correct.lead} An appeal against it stays with it."
