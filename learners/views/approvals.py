"""Approvals that others recorded in one's name: to look at, and to dispute."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners import reading
from learners.actions.dispute_approval import dispute_approval
from learners.approval_facts import SEE, in_name_of
from learners.forms.events import ReasonForm
from learners.models import Event
from learners.presenters import endings as shown
from pqip.core.views import ConfirmPage, ListPage
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Sorting, Table


class Approvals(ListPage):
    permission = SEE
    page_title = "Approvals in your name"
    lead = "Others recorded these and named you as having approved them. Dispute any that you did not approve."
    sorts, default_sort = {"name": ("enrolment__person__sort_name",), "on": ("effective_on",)}, "-on"

    def rows(self) -> QuerySet[Event]:
        return in_name_of(self.request.user)

    def whole(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        return rows.select_related("enrolment__person")

    def table(self, rows: list[Event], sorting: Sorting) -> Table:
        names = reading.names_of_actors(row.recorded_by for row in rows)
        return Table("Approvals in your name", shown.APPROVAL_COLUMNS, [shown.approval_row(row, names) for row in rows],
                     caption_hidden=True, sorting=sorting, empty=Empty("Nobody has recorded an approval in your name."))


class DisputeApproval(ConfirmPage):
    """One of them; another's, or one undone meanwhile, is not found."""

    permission = SEE
    form_class = ReasonForm
    page_title, submit, danger = "Dispute an approval", "Dispute", True
    lead = "Disputing undoes what was recorded, with your reason. Whoever recorded it is told."

    @cached_property
    def event(self) -> Event:
        rows = in_name_of(self.request.user).select_related("enrolment__person")
        return get_object_or_404(rows, public_id=self.kwargs["event_id"])

    def perform(self, form: Any) -> str:
        dispute_approval(by=self.request.user, event=self.event, reason=form.cleaned_data["reason"])
        return "Undone"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = shown.approved(self.event, reading.reason_labels())
        return super().get_context_data(rows=rows, **kwargs)

    def get_success_url(self) -> str:
        return reverse("learners:approvals")
