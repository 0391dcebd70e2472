"""A question to a report, answered within the user's scope. `reports/views/asked.py` reads it from an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from pqip.core.clock import london
from pqip.core.snapshot import snapshot
from reports.catalogue import find
from reports.catalogue.base import Report, Rows
from reports.figures.asking import OFFICER, PlaceFilter, Question
from reports.models import Run
from reports.queries.answers import Answer, answer
from reports.queries.places import opens_everybody, question_for


@dataclass(frozen=True)
class Asked:
    """The question in an address.

    `place_words` names the place; `region` and `pdu` are codes, "" for everything within reach.
    `grade` is a code where the report is about one grade and another than the usual is asked for.
    """

    report: Report
    user: Any
    as_at: dt.date
    known_at: dt.datetime | None
    region: str
    pdu: str
    place: PlaceFilter
    place_words: str
    in_full: bool
    grade: str = ""

    @cached_property
    def suppressed(self) -> bool:
        """Whether small numbers are withheld: from who may not open everybody counted, unless they gave a reason."""
        return (
            self.report.on_screen
            and not self.in_full
            and not opens_everybody(self.user, self.report.opened_by, self.place)
        )

    def address(self, known_at: dt.datetime | None = None, **more: str) -> str:
        """Return the same question as a query string. With an instant, its answer never changes."""
        instant = known_at or self.known_at
        values = {
            "as_at": self.as_at.isoformat(),
            "known_at": london(instant).isoformat() if instant else "",
            "region": self.region,
            "pdu": self.pdu,
            "grade": self.grade,
            **more,
        }
        return urlencode({name: value for name, value in values.items() if value})

    @contextmanager
    def question(self) -> Iterator[Question]:
        """Yield the question within one snapshot."""
        with snapshot(self.known_at) as instant:
            yield question_for(
                self.user,
                self.as_at,
                instant,
                self.place,
                by_pdu=bool(self.region or self.pdu),
                grade=self.grade or OFFICER,
            )

    def answer(self, *, with_more: bool = True) -> Answer:
        """Return the answer, computed in one snapshot."""
        with self.question() as question:
            return answer(
                self.report,
                question,
                place=self.place_words,
                by=str(self.user),
                suppressed=self.suppressed,
                with_more=with_more,
            )


def question_of(run: Run) -> dict[str, str]:
    """Return the query parameters of the page that shows what a stored run holds."""
    values = {
        "as_at": run.as_at.isoformat(),
        "known_at": london(run.known_at).isoformat() if run.known_at else "",
        "region": run.region.code if run.region else "",
        "pdu": run.pdu.code if run.pdu else "",
        "grade": run.grade,
    }
    return {name: value for name, value in values.items() if value}


def own_assessors(user: Any, as_at: dt.date) -> tuple[Rows, Question]:
    """Return rows of the countersigning report for the assessors a user may see, wherever they work, and the question."""
    with snapshot() as instant:
        question = question_for(user, as_at, instant, PlaceFilter())
        if question.assessors == frozenset():
            return [], question
        return find("countersigning").figure(question), question
