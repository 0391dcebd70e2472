"""A report asked in the browser: the question from the address, answered within the user's scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from pqip.core.access_log import log_access
from pqip.core.clock import london, now, today
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.models import AccessEntry
from pqip.core.snapshot import snapshot
from reports.answers import Answer, answer
from reports.catalogue import find
from reports.catalogue.base import Report, Rows
from reports.figures.asking import Place, Question
from reports.forms.question import QuestionForm
from reports.models import Run
from reports.places import VIEW, place_within, question_for

#: How long small numbers stay in full for one report once a reason was given.
IN_FULL_MINUTES = 60


@dataclass(frozen=True)
class Asked:
    """What the address asks. `place_words` names the place; `region` and `pdu` are codes, empty for all within reach."""

    report: Report
    user: Any
    as_at: dt.date
    known_at: dt.datetime | None
    region: str
    pdu: str
    place: Place
    place_words: str
    in_full: bool

    @property
    def suppressed(self) -> bool:
        return self.report.on_screen and not self.in_full

    def address(self, known_at: dt.datetime | None = None, **more: str) -> str:
        """The same question as a query string; with an instant, the answer will stay the same for ever."""
        instant = known_at or self.known_at
        values = {
            "as_at": self.as_at.isoformat(), "known_at": london(instant).isoformat() if instant else "",
            "region": self.region, "pdu": self.pdu, **more,
        }
        return urlencode({name: value for name, value in values.items() if value})

    @contextmanager
    def question(self) -> Iterator[Question]:
        """The question within one snapshot."""
        with snapshot(self.known_at) as instant:
            yield question_for(self.user, self.as_at, instant, self.place, by_pdu=bool(self.region or self.pdu))

    def answer(self, *, whole: bool = True) -> Answer:
        """The answer, in one snapshot."""
        with self.question() as question:
            return answer(
                self.report, question, place=self.place_words, by=str(self.user), suppressed=self.suppressed, whole=whole
            )


def find_report(name: str) -> Report:
    """The report of that name, for an address. Raises Http404."""
    try:
        return find(name)
    except RuleBroken as broken:
        raise Http404(name) from broken


def asked_of(request: HttpRequest, report: Report, form: QuestionForm) -> Asked:
    """The question a valid form holds. Raises Http404 for a place outside the user's scope."""
    said = form.cleaned_data
    regions = {code: (key, name) for code, key, name in form.regions}
    pdus = {code: (key, name, region) for code, key, name, region in form.pdus}
    region, pdu = regions.get(said["region"]), pdus.get(said["pdu"])
    try:
        place = place_within(
            request.user.scope(VIEW),  # type: ignore[union-attr]
            region=region[0] if region else None, pdu=pdu[0] if pdu else None, pdu_region=pdu[2] if pdu else None,
        )
    except NotAllowed as denied:
        raise Http404(report.name) from denied
    return Asked(
        report, request.user, said["as_at"] or today(), said["known_at"], said["region"], said["pdu"], place,
        _words(place, region, pdu, form), in_full_until(request, report) is not None,
    )


def strictly_asked(request: HttpRequest, name: str) -> Asked:
    """For files and lists of people: an address that is not right, or not theirs, does not exist."""
    return _strictly(request, find_report(name), request.GET)


def asked_again(request: HttpRequest, run: Run) -> Asked:
    """What a stored run was asked, for its page: the same day, moment and place."""
    return _strictly(request, find_report(run.report), question_of(run))


def question_of(run: Run) -> dict[str, str]:
    """The address of the page that shows what a stored run holds."""
    values = {
        "as_at": run.as_at.isoformat(), "known_at": london(run.known_at).isoformat() if run.known_at else "",
        "region": run.region.code if run.region else "", "pdu": run.pdu.code if run.pdu else "",
    }
    return {name: value for name, value in values.items() if value}


def _strictly(request: HttpRequest, report: Report, address: Mapping[str, str]) -> Asked:
    form = QuestionForm(address, user=request.user)
    if not form.is_valid():
        raise Http404(report.name)
    return asked_of(request, report, form)


def own_assessors(user: Any, as_at: dt.date) -> tuple[Rows, Question]:
    """Rows of the countersigning report for the assessors a user may see, wherever they work."""
    with snapshot() as instant:
        question = question_for(user, as_at, instant, Place())
        if question.assessors == frozenset():
            return [], question
        return find("countersigning").figure(question), question


def in_full_until(request: HttpRequest, report: Report) -> dt.datetime | None:
    """Until when this session sees the report's small numbers in full; None where it does not."""
    until = request.session.get(f"in full {report.name}")
    if not until or not request.user.can("reports.unsuppressed"):  # type: ignore[union-attr]
        return None
    instant = dt.datetime.fromisoformat(until)
    return instant if instant > now() else None


def show_in_full(request: HttpRequest, report: Report, reason: str) -> None:
    """Show small numbers in full for a while; who and why is logged."""
    request.session[f"in full {report.name}"] = (now() + dt.timedelta(minutes=IN_FULL_MINUTES)).isoformat()
    log_access(request.user, AccessEntry.Kind.VIEW, f"reports:{report.name}", {"in_full": True, "reason": reason})


def _words(place: Place, region: Any, pdu: Any, form: QuestionForm) -> str:
    if pdu or region:
        return (pdu or region)[1]
    if place.everywhere:
        return "All regions"
    names = [name for _code, key, name in form.regions if key in place.regions]
    return ", ".join(names + [name for _code, key, name, _region in form.pdus if key in place.pdus])
