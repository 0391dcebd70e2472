"""The same form sent by two at the very same moment, by real threads on real connections: one record, and both are led to it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from assessments.models import Evidence
from pqip.core.acting import Job, acting_as
from pqip.core.models import SentForm
from pqip.core.tokens import NAME
from reports.models import Run
from tests.factories import assessments as make
from tests.forms.filling import answers
from tests.forms.opened import Opened
from tests.personas import client_for, persona
from workforce.models import Grade, User

AT_ONCE = 4


def evidence() -> Opened:
    """A piece of evidence logged: nothing but its token tells one from the same again."""
    who = persona("pta")
    make.assessor(who.person)
    registration = make.registration()
    make.allocate(registration.person, who.person)
    return _opened(
        who, reverse("assessments:log_evidence", args=[registration.public_id]), title="Report"
    )


def report() -> Opened:
    return _opened(
        persona("national"),
        f"{reverse('reports:request', args=['monthly-status'])}?as_at=2026-01-31",
        formats=["csv"],
    )


def grade() -> Opened:
    return _opened(
        persona("administrator"),
        reverse("workforce:reference_add", args=["grades"]),
        code="TWICE",
        name="Twice",
    )


def _opened(who: User, path: str, **own: Any) -> Opened:
    made = Opened(client_for(who), who, path)
    made.answers = answers(made.open().context["form"], **own)
    return made


KINDS: dict[str, tuple[Callable[[], Opened], Callable[[], int]]] = {
    "evidence": (evidence, lambda: Evidence.objects.count()),
    "report": (report, lambda: Run.objects.count()),
    "grade": (grade, lambda: Grade.objects.filter(code="TWICE").count()),
}


def sent_at_once(opened: Opened) -> list[Any]:
    """What each of several browsers' windows is answered; all hold the same page."""
    ready, found = Barrier(AT_ONCE), []

    def push() -> None:
        client = Client()
        client.cookies = opened.client.cookies
        ready.wait()
        try:
            found.append(client.post(opened.path, opened.answers | {NAME: opened.token}))
        finally:
            connections.close_all()

    pushes = [Thread(target=push) for _ in range(AT_ONCE)]
    for each in pushes:
        each.start()
    for each in pushes:
        each.join()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_one_record_and_one_way_on(real_db: object, kind: str) -> None:
    make_ready, count = KINDS[kind]
    opened = make_ready()
    before = count()
    found = sent_at_once(opened)
    assert [answer.status_code for answer in found] == [302] * AT_ONCE
    assert len({answer.url for answer in found}) == 1
    assert count() == before + 1
    assert SentForm.objects.count() == 1


def test_the_token_is_written_with_what_the_form_does_or_not_at_all(
    real_db: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks half way leaves the form to be sent again."""
    opened = grade()

    def half(self: Any, form: Any) -> str:
        with acting_as(by=Job("test")):
            Grade.objects.create(code="HALF", name="Half", order=1)
        raise RuntimeError("in the middle")

    opened.client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("workforce.views.reference.AddRow.perform", half)
        assert opened.send().status_code == 500
    assert not Grade.objects.filter(code="HALF").exists()
    assert opened.send().status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_sentform WHERE went_to <> ''")
        assert cursor.fetchone() == (1,)
