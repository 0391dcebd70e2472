"""Downloads of imports: templates, changes, and the user's own file. Always as attachments with generated names."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO

from django.http import FileResponse, Http404, HttpRequest

from pqip.core.access import requires
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.exchange import kept, returned
from pqip.exchange.current import current_rows
from pqip.exchange.datasets import Dataset
from pqip.exchange.engine import context_for
from pqip.exchange.models import ImportRun
from pqip.exchange.writing import CONTENT_TYPES, FORMATS
from pqip.pages.exchange.reach import dataset_for, run_for


@requires("exchange.import_data")
def template(request: HttpRequest, dataset: str, format: str) -> FileResponse:
    """Return an empty file to fill in."""
    described = _described(request, dataset, format)
    context = context_for(described, request.user)
    return _attached(
        lambda file: returned.write_template(described, format, file, context),
        f"{described.name}-template",
        format,
    )


@requires("exchange.import_data")
def filled(request: HttpRequest, dataset: str, format: str) -> FileResponse:
    """Return a file with what is recorded now, within the user's reach. Each download is logged."""
    described = _described(request, dataset, format)
    if not described.can_be_filled:
        raise Http404
    context = context_for(described, request.user)
    found = current_rows(described, context)
    detail = {
        "what": "template with current rows",
        "rows": len(found.rows),
        "left_out": found.left_out,
    }
    hand_out(
        request,
        AccessEntry.Kind.EXPORT,
        f"exchange:{described.name}",
        detail,
        rows=len(found.rows),
        of_people=described.of_people,
    )
    return _attached(
        lambda file: returned.write_template(described, format, file, context, found.rows),
        described.name,
        format,
    )


def _described(request: HttpRequest, dataset: str, format: str) -> Dataset:
    described = dataset_for(request.user, dataset)
    if format not in FORMATS or format in {"json", "pdf"}:
        raise Http404
    return described


@requires("exchange.view_imports")
def own_file(request: HttpRequest, public_id: Any) -> FileResponse:
    """Return the file that was uploaded, with columns for result and errors."""
    run = _with_findings(request, public_id)
    _hand_out(request, run, "file with results")
    return _attached(
        lambda file: returned.write_returned(run, file), f"{run.dataset}-results", run.kind
    )


@requires("exchange.view_imports")
def changes(request: HttpRequest, public_id: Any) -> FileResponse:
    """Return every changed cell, before and after."""
    return _finding(request, public_id, "changes")


@requires("exchange.view_imports")
def new(request: HttpRequest, public_id: Any) -> FileResponse:
    """Return every new row."""
    return _finding(request, public_id, "new")


def _finding(request: HttpRequest, public_id: Any, name: str) -> FileResponse:
    run = _with_findings(request, public_id)
    path = kept.folder(run.public_id) / f"{name}.csv"
    if not path.is_file():
        raise Http404
    _hand_out(request, run, name)
    return _response(path.open("rb"), f"{run.dataset}-{name}", "csv")


def _with_findings(request: HttpRequest, public_id: Any) -> ImportRun:
    run = run_for(request.user, public_id)
    if run.file_deleted_at or not run.checked_at or not run.rows:
        raise Http404
    return run


def _attached(make: Callable[[BinaryIO], None], name: str, format: str) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    make(file)
    file.seek(0)
    return _response(file, name, format)


def _response(file: Any, name: str, format: str) -> FileResponse:
    response = FileResponse(
        file, as_attachment=True, filename=f"{name}.{format}", content_type=CONTENT_TYPES[format]
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _hand_out(request: HttpRequest, run: ImportRun, what: str) -> None:
    detail = {"import": str(run.public_id), "what": what, "rows": run.rows}
    hand_out(
        request,
        AccessEntry.Kind.DOWNLOAD,
        f"exchange:{run.dataset}",
        detail,
        rows=run.rows,
        of_people=run.described.of_people,
    )
