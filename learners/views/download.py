"""The learner list as a file: the same filters and search, every row, and a line in the log of exports."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.views import View

from learners import reading
from learners.models.enrolments import EnrolmentQuerySet
from learners.views.lists import chosen_rows
from pqip.core.access import PermissionRequired
from pqip.core.clock import now
from pqip.exchange.writing import CONTENT_TYPES, Column, Kind, Sheet, Workbook, write

COLUMNS = {
    "staff_number": ("person__staff_number", Column("staff_number", "Staff number")),
    "first_name": ("person__first_name", Column("first_name", "First name")),
    "last_name": ("person__last_name", Column("last_name", "Last name")),
    "status": ("status", Column("status", "Status")),
    "region": ("region__code", Column("region", "Region")),
    "pdu": ("pdu__code", Column("pdu", "Probation delivery unit")),
    "cohort": ("cohort__code", Column("cohort", "Cohort")),
    "pathway": ("pathway__code", Column("pathway", "Pathway")),
    "fte": ("fte", Column("fte", "Hours", kind=Kind.DECIMAL)),
    "start_date": ("start_date", Column("start_date", "Start date", kind=Kind.DATE)),
    "planned_end": ("planned_end", Column("planned_end", "Planned end", kind=Kind.DATE)),
    "pta": ("pta__staff_number", Column("pta", "Practice tutor assessor")),
    "line_manager": ("line_manager__staff_number", Column("line_manager", "Line manager")),
}


class Download(PermissionRequired, View):
    """CSV of the learners that the list shows."""

    permission = reading.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = chosen_rows(request)
        reading.log_export(request.user, "learners", dict(request.GET.lists()))
        sheet = Sheet("Learners", "Learners", [column for _, column in COLUMNS.values()], _values(rows))
        book = Workbook("Learners", [], [sheet], made_at=now())
        stream = io.BytesIO()
        write(book, "csv", stream)
        return HttpResponse(
            stream.getvalue(), content_type=CONTENT_TYPES["csv"],
            headers={"Content-Disposition": 'attachment; filename="learners.csv"', "Cache-Control": "no-store"},
        )


def _values(rows: EnrolmentQuerySet) -> Iterator[tuple[object, ...]]:
    ordered = rows.order_by("person__sort_name", "pk")
    return ordered.values_list(*(path for path, _ in COLUMNS.values())).iterator(chunk_size=5_000)
