"""Whole pages: what the web server's answer says of its time, what is met and what fails, and that each page is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tests.factories import assessments
from tests.personas import client_for, persona
from tools.bench import whole
from tools.bench.serving import Got
from tools.bench.timing import Timing

HEADER = re.compile(r"app;dur=[\d.]+, db;dur=[\d.]+, statements;dur=2, render;dur=[\d.]+")
LIST, REPORT = whole.PAGES[0], whole.PAGES[-1]
WITHIN = next(page for page in whole.PAGES if page.within_ms == 300)


def timed(
    page: whole.Page, *, took: float, queries: float, rate: float | None = None, failed: str = ""
) -> whole.Timed:
    return whole.Timed(page, took, queries, 11, 0.004, 56_000, rate, 900.0, failed)


@pytest.mark.parametrize(
    ("found", "said", "fails"),
    [
        (timed(LIST, took=0.03, queries=0.005, rate=90), "pass", False),
        (timed(LIST, took=0.031, queries=0.005, rate=95), "missed", False),
        (timed(LIST, took=0.03, queries=0.005, rate=89), "missed", False),
        (timed(REPORT, took=2.0, queries=1.0), "pass", False),
        (timed(REPORT, took=2.1, queries=1.0), "fail", True),
        (timed(WITHIN, took=0.3, queries=0.001), "pass", False),
        (timed(WITHIN, took=0.301, queries=0.3), "missed", False),
        (timed(REPORT, took=0.1, queries=0.1, failed="made by a worker"), "made by a worker", True),
    ],
)
def test_a_ratio_and_a_page_that_is_none_fail_the_run(
    found: whole.Timed, said: str, fails: bool
) -> None:
    assert found.cells[-1] == said
    assert found.fails is fails
    assert whole.Measured([found], (0.5, 2.0)).is_met is not fails
    assert said in whole.table(whole.Measured([found], (0.5, 2.0)))


@pytest.mark.parametrize(
    ("got", "failure"),
    [
        (Got(0.1, 200), ""),
        (Got(0.1, 200, "waits"), "made by a worker"),
        (Got(0.1, 302, "/reports/"), "made by a worker"),
        (Got(0.1, 503), "answers 503"),
        (Got(0.1), "answers 0"),
    ],
)
def test_only_the_page_itself_counts(got: Got, failure: str) -> None:
    assert whole._failure(got) == failure


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([Got(0.1, 200)], ["/f/"]),
        (
            [Got(0.1, 302, "/f/?made=1"), Got(0.1, 200, "waits"), Got(0.1, 200)],
            ["/f/", "/f/?made=1", "/f/?made=1"],
        ),
    ],
)
def test_what_is_kept_is_waited_for_as_a_page_does(
    answers: list[Got], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def answer(_port: int, path: str, _cookie: str) -> Got:
        seen.append(path)
        return answers[len(seen) - 1]

    monkeypatch.setattr(whole, "get", answer)
    monkeypatch.setattr(whole, "LOOK_SECONDS", 0)
    whole._until_kept(1, "/f/", "")
    assert seen == asked


@pytest.mark.django_db
def test_an_answer_says_what_it_cost(rf: RequestFactory) -> None:
    def page(_request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute("SELECT pg_sleep(0.02)")
        return HttpResponse("whole")

    said = Timing(page)(rf.get("/"))["Server-Timing"]
    assert HEADER.fullmatch(said)
    times = dict(re.findall(r"(\w+);dur=([\d.]+)", said))
    assert 20 <= float(times["db"]) <= float(times["app"])


@pytest.mark.django_db
@pytest.mark.parametrize("page", whole.PAGES, ids=lambda page: page.name)
def test_each_page_is_there_for_whom_it_is_measured(page: whole.Page) -> None:
    user: Any = persona(page.role)
    if page.role == "pta":
        made = assessments.registration()
        assessments.allocate(made.person, user.person)
    answer = client_for(user).get(page.address(user))
    assert answer.status_code == 200
    assert "Server-Timing" not in answer.headers
