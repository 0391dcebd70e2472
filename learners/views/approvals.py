"""Approvals that others recorded in the user's name: to look at, and to dispute."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.actions.approvals_dispute import dispute_approval
from learners.forms.events import ReasonForm
from learners.models import Event
from learners.presenters import withdrawals as shown
from learners.queries import records
from learners.queries.approvals import SEE, in_name_of
from learners.views.record import names_of_actors
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ConfirmPage, ListPage


class Approvals(ListPage):
    permission = SEE
    page_title = "Approvals in your name"
    lead = "Others recorded these and named you as having approved them. Dispute any that you did not approve."
    sorts, default_sort = (
        {"name": ("enrolment__person__sort_name",), "on": ("effective_on",)},
        "-on",
    )

    def rows(self) -> QuerySet[Event]:
        return in_name_of(self.request.user)

    def with_related(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        return rows.select_related("enrolment__person")

    def table(self, rows: list[Event], sorting: Sorting) -> Table:
        names = names_of_actors(row.recorded_by for row in rows)
        return Table(
            "Approvals in your name",
            shown.APPROVAL_COLUMNS,
            [shown.approval_row(row, names) for row in rows],
            caption_hidden=True,
            sorting=sorting,
            empty=Empty("Nobody has recorded an approval in your name."),
        )


class DisputeApproval(ConfirmPage):
    """The page to dispute one of them. Another user's, or one that was undone, is not found."""

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

    def shown(self) -> dict[str, Any]:
        rows = shown.approved(self.event, records.reason_labels())
        return {"rows": rows}

    def get_success_url(self) -> str:
        return reverse("learners:approvals")
