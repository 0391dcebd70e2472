"""A practice tutor assessor's lists: what waits for them, and their caseload."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from assessments import facts, reading
from assessments.models import Evidence, Registration
from assessments.presenters.words import candidate_cell, piece_cell, wait_tag, waited
from pqip.core.clock import today
from pqip.core.views import ListPage
from pqip.govuk.formats import short_date
from pqip.govuk.pages import Count, Empty
from pqip.govuk.tables import Cell, Column, Sorting, Table

CASELOAD = "assessments.view_caseload"
#: Candidates shown on the first page where nothing waits.
FIRST = 10
#: What `?show=` narrows the list to.
SHOWN = {"returned": {"waits__decision__isnull": False}, "new": {"waits__decision__isnull": True}}


class Waiting(ListPage):
    """An assessor's first page: what was returned to them, then what waits for them, oldest first; counts beside it."""

    permission = reading.DECIDE
    template_name = "assessments/home.html"
    page_title = "Waiting for me"

    def rows(self) -> QuerySet[Evidence]:
        waiting = self.all_waiting()
        asked = self.request.GET.get("show", "")
        if asked == "overdue":
            return waiting.filter(waits__from_on__lt=facts.overdue_on(today()))
        return waiting.filter(**SHOWN.get(asked, {}))

    def all_waiting(self) -> QuerySet[Evidence]:
        """Evidence of one's own candidates that waits for a decision; `is_new` where it was not returned."""
        waiting = reading.waiting_for_decision(reading.evidence(self.request.user, self.permission))
        return waiting.annotate(is_new=Q(waits__decision=None))

    def order(self, sorting: Sorting) -> list[Any]:
        return ["is_new", "waits__from_on", "pk"]

    def whole(self, rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
        return reading.with_candidate(rows)

    def table(self, rows: list[Evidence], sorting: Sorting) -> Table:
        overdue, on = facts.overdue_on(today()), today()
        body = []
        for piece in rows:
            wait = next(one for one in piece.open_waits if one.kind == one.Kind.DECISION)  # type: ignore[attr-defined]
            decide = reverse("assessments:decide", args=[piece.public_id])
            since = waited(wait.from_on, overdue, on)
            body.append([piece_cell(piece, decide), candidate_cell(piece.registration), wait_tag(wait), since])
        columns = [
            Column("Evidence", second="Reference"), Column("Candidate", second="Staff number"), Column("State"),
            Column("Waiting since", second="How long"),
        ]
        return Table("Evidence to decide", columns, body, caption_hidden=True, empty=Empty("Nothing waits for you."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = self.all_waiting()
        url = reverse("assessments:waiting")
        counts = [
            Count("Returned to me", waiting.filter(**SHOWN["returned"]).count(), f"{url}?show=returned"),
            Count("New", waiting.filter(**SHOWN["new"]).count(), f"{url}?show=new"),
            Count("Overdue", waiting.filter(waits__from_on__lt=facts.overdue_on(today())).count(), f"{url}?show=overdue"),
        ]
        instead = None if waiting.exists() else self.candidates()
        return super().get_context_data(counts=counts, counts_label="Of these", instead=instead, **kwargs)

    def candidates(self) -> Table | None:
        """What is worth seeing where nothing waits: the first of one's caseload, which has a page of its own."""
        if not self.request.user.can(CASELOAD):
            return None
        rows = reading.registrations(self.request.user, CASELOAD).select_related("person", "qualification")
        return caseload_table(list(rows.order_by("person__sort_name", "pk")[:FIRST]))


class Caseload(ListPage):
    """The candidates allocated to an assessor: how far each is and what waits."""

    permission = CASELOAD
    page_title = "My caseload"
    sorts = {"name": ("person__sort_name",)}
    default_sort = "name"

    def rows(self) -> QuerySet[Registration]:
        return reading.registrations(self.request.user, self.permission)

    def whole(self, rows: QuerySet[Registration]) -> QuerySet[Registration]:
        return rows.select_related("person", "qualification")

    def table(self, rows: list[Registration], sorting: Sorting) -> Table:
        return caseload_table(rows, sorting)


def caseload_table(rows: list[Registration], sorting: Sorting | None = None) -> Table:
    """Candidates of a caseload; its caption shows where the table stands beneath another."""
    counts = reading.candidate_counts([row.pk for row in rows])
    progress = reading.candidate_progress([row.person_id for row in rows], today())
    columns = [
        Column("Candidate", sort="name", second="Staff number"), Column("Qualification"), Column("Units achieved"),
        Column("Criteria met"), Column("Returned", numeric=True), Column("To decide", numeric=True),
        Column("With the countersigner", numeric=True), Column("Oldest since"),
    ]
    body = [caseload_row(row, counts.get(row.pk, {}), progress.get(row.pk, {})) for row in rows]
    empty = Empty("No candidates are allocated to you.", "A learning manager allocates them.")
    caption = "Candidates" if sorting else "Your candidates"
    return Table(caption, columns, body, caption_hidden=sorting is not None, sorting=sorting, empty=empty)


def caseload_row(row: Registration, counts: dict[str, Any], progress: dict[str, Any]) -> list[Any]:
    """A candidate in the caseload."""
    return [
        candidate_cell(row), row.qualification, _of(progress, "units_achieved", "units_total"),
        _of(progress, "criteria_met", "criteria_total"),
        counts.get("returned", 0), counts.get("to_decide", 0), counts.get("countersigning", 0),
        Cell(short_date(counts.get("oldest")), empty="Nothing waits"),
    ]


def _of(progress: dict[str, Any], part: str, whole: str) -> str:
    return f"{progress[part]} of {progress[whole]}" if progress else ""
