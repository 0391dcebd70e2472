"""A report asked for in the browser: the question from the address. Small numbers are shown in full for a while after a
reason was given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest

from pqip.core.access import SignedInRequest
from pqip.core.access_log import log_access
from pqip.core.clock import now, today
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.models import AccessEntry
from reports.actions.places import place_within
from reports.catalogue import find
from reports.catalogue.base import Report
from reports.figures.asking import PlaceFilter
from reports.forms.question import QuestionForm
from reports.models import Run
from reports.queries.asked import Asked, question_of
from reports.queries.places import VIEW

#: How long one report shows small numbers in full after a reason was given.
IN_FULL_MINUTES = 60


def find_report(name: str) -> Report:
    """Return the report with the name in an address. Raises Http404."""
    try:
        return find(name)
    except RuleBroken as broken:
        raise Http404(name) from broken


def asked_of(request: SignedInRequest, report: Report, form: QuestionForm) -> Asked:
    """Return the question of a valid form. Raises Http404 for a place outside the user's scope."""
    answers = form.cleaned_data
    regions = {code: (key, name) for code, key, name in form.regions}
    pdus = {code: (key, name, region) for code, key, name, region in form.pdus}
    region, pdu = regions.get(answers["region"]), pdus.get(answers["pdu"])
    try:
        place = place_within(
            request.user.scope(VIEW),
            region=region[0] if region else None,
            pdu=pdu[0] if pdu else None,
            pdu_region=pdu[2] if pdu else None,
        )
    except NotAllowed as denied:
        raise Http404(report.name) from denied
    return Asked(
        report,
        request.user,
        answers["as_at"] or today(),
        answers["known_at"],
        answers["region"],
        answers["pdu"],
        place,
        _words(place, region, pdu, form),
        in_full_until(request, report) is not None,
        answers.get("grade", ""),
    )


def strictly_asked(request: SignedInRequest, name: str) -> Asked:
    """Return the question for files and lists of people.

    Raises Http404 for an address that is invalid or outside the user's scope.
    """
    return _strictly(request, find_report(name), request.GET)


def asked_again(request: SignedInRequest, run: Run) -> Asked:
    """Return the question of a stored run, for its page: the same day, instant and place."""
    return _strictly(request, find_report(run.report), question_of(run))


def _strictly(request: SignedInRequest, report: Report, address: Mapping[str, str]) -> Asked:
    form = QuestionForm(address, user=request.user, asks_grade=report.asks_grade)
    if not form.is_valid():
        raise Http404(report.name)
    return asked_of(request, report, form)


def in_full_until(request: SignedInRequest, report: Report) -> dt.datetime | None:
    """Return until when this sign-in shows the report's small numbers in full; None where it does not."""
    until = request.session.get(f"in full {report.name}")
    if not until or not request.user.can("reports.unsuppressed"):
        return None
    instant = dt.datetime.fromisoformat(until)
    return instant if instant > now() else None


def reason_for_in_full(request: SignedInRequest, report: Report) -> str:
    """Return the reason for which this sign-in shows the report's small numbers in full; "" where it does not."""
    return (
        request.session.get(f"in full {report.name} because", "")
        if in_full_until(request, report)
        else ""
    )


def show_in_full(request: HttpRequest, report: Report, reason: str) -> None:
    """Show small numbers in full for a while, until the person signs out at the latest; the user and the reason are logged."""
    request.session[f"in full {report.name}"] = (
        now() + dt.timedelta(minutes=IN_FULL_MINUTES)
    ).isoformat()
    request.session[f"in full {report.name} because"] = reason
    log_access(
        request.user,
        AccessEntry.Kind.VIEW,
        f"reports:{report.name}",
        {"in_full": True, "reason": reason},
    )


def _words(place: PlaceFilter, region: Any, pdu: Any, form: QuestionForm) -> str:
    if pdu or region:
        return (pdu or region)[1]
    if place.everywhere:
        return "All regions"
    names = [name for _code, key, name in form.regions if key in place.regions]
    return ", ".join(names + [name for _code, key, name, _region in form.pdus if key in place.pdus])
