"""The first page of an external quality assurer: the candidates named to them now.

The list is logged, as every record is.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from assessments.models import Registration
from assessments.presenters.words import candidate_cell
from assessments.queries import records
from pqip.core.access_log import log_access
from pqip.core.formats import short_date
from pqip.core.models import AccessEntry
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Column, Sorting, Table
from pqip.pages.generic import ListPage


class Named(ListPage):
    """The candidates whose assessment they may read today, and until when."""

    permission = records.NAMED
    template_name = "layouts/home.html"
    page_title = "Candidates named to me"
    sorts = {"name": ("person__sort_name",)}
    default_sort = "name"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        log_access(request.user, AccessEntry.Kind.VIEW, "assessments:candidates named to me", {})
        return super().get(request, *args, **kwargs)

    def rows(self) -> QuerySet[Registration]:
        return records.registrations(self.request.user, self.permission)

    def with_related(self, rows: QuerySet[Registration]) -> QuerySet[Registration]:
        return rows.select_related("person", "qualification")

    def table(self, rows: list[Registration], sorting: Sorting) -> Table:
        until = records.named_until(self.request.user, [row.person_id for row in rows])
        body = [
            [candidate_cell(row), row.qualification, short_date(until.get(row.person_id))]
            for row in rows
        ]
        columns = [Column("Candidate", sort="name"), Column("Qualification"), Column("Last day")]
        empty = Empty(
            "No candidates are named to you today.",
            "The national team names them, with a first and a last day.",
        )
        return Table("Candidates", columns, body, caption_hidden=True, sorting=sorting, empty=empty)
