"""A list as a CSV file: every row, and a line in the log of exports."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse

from learners import reading
from pqip.core.clock import now
from pqip.exchange.writing import CONTENT_TYPES, Column, Sheet, Workbook, write


def csv_of(
    request: HttpRequest, name: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """The rows as a file of that name; who took it out, with which filters, is logged."""
    reading.log_export(request.user, name, dict(request.GET.lists()))
    stream = io.BytesIO()
    write(Workbook(title, [], [Sheet(title, title, list(columns), rows)], made_at=now()), "csv", stream)
    return HttpResponse(
        stream.getvalue(), content_type=CONTENT_TYPES["csv"],
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )
