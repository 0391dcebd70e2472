"""A report for which its page cannot wait: requested from the worker, awaited on a page that reloads itself, shown when
ready.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pqip.govuk.links import with_query
from pqip.govuk.pages import Crumb
from reports.actions.ask_for_page import ask_for_page
from reports.models import Run
from reports.models.run import page_runs
from reports.queries.answers import Answer
from reports.queries.asked import Asked
from reports.queries.kept import kept, page_version
from reports.queries.places import region_and_pdu, rights_of

REFRESH_SECONDS = 3
#: The name of the query parameter that holds the awaited run.
WAITED = "made"


def ask_the_worker(
    request: HttpRequest, asked: Asked, instead_of: Run | None = None
) -> HttpResponse:
    """Redirect to the page that waits for the run, a new one or one it joins; `instead_of` is a run that could not be
    shown.
    """
    region, pdu = region_and_pdu(asked.region, asked.pdu)
    run = ask_for_page(
        by=request.user,
        report=asked.report.name,
        as_at=asked.as_at,
        known_at=asked.known_at,
        region=region,
        pdu=pdu,
        grade=asked.grade,
        suppressed=asked.suppressed,
        instead_of=instead_of,
    )
    return redirect(with_query(request.GET, request.path, **{WAITED: str(run.public_id)}))


def waited_for(request: HttpRequest, asked: Asked) -> Run | None:
    """Return the run in the address where it is this user's, answers this question, and shows what they may still see; else
    None.
    """
    if not (name := request.GET.get(WAITED)):
        return None
    try:
        runs = page_runs(request.user).covering(asked.place)
        run = runs.filter(
            public_id=name, report=asked.report.name, as_at=asked.as_at, grade=asked.grade
        ).first()
    except (ValidationError, ValueError):
        return None
    if run is None or run.state == Run.State.EXPIRED or run.suppressed != asked.suppressed:
        return None
    if run.definitions != page_version(asked.report, request.user):
        return None
    place = run.region.code if run.region else "", run.pdu.code if run.pdu else ""
    is_same = place == (asked.region, asked.pdu) and (
        asked.known_at is None or asked.known_at == run.known_at
    )
    return run if is_same else None


def still_waiting(
    request: HttpRequest, asked: Asked, run: Run, crumbs: list[Crumb]
) -> HttpResponse:
    """Return the page that reloads itself, or says that the report could not be made."""
    failed = run.state == Run.State.FAILED
    shown = {
        "page_title": asked.report.title,
        "breadcrumbs": crumbs,
        "failed": failed,
        "refresh": 0 if failed else REFRESH_SECONDS,
        "again": f"{request.path}?{asked.address()}",
    }
    return render(request, "reports/waiting.html", shown)


def shown_when_ready(asked: Asked, run: Run) -> Answer | None:
    """Return the answer that the worker made; None where its file is gone, or the user's rights have changed since."""
    file: Any = next(iter(run.files.all()), None)
    path = settings.MEDIA_ROOT / file.path if file else None
    if path is None or not path.is_file():
        return None
    with path.open("rb") as stream:
        return kept(asked.report, stream, rights_of(asked.user))
