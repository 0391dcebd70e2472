"""Logs name nobody: a fault is told by its kind and place, never in its words, whoever writes the line."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from celery.app.task import Context
from celery.app.trace import TraceInfo
from django.db import transaction
from django.test import Client

from pqip.core.acting import Job as By
from pqip.core.acting import acting_as
from pqip.core.logs import JsonFormatter
from pqip.jobs.models import Job
from pqip.jobs.running import run
from pqip.jobs.tasks import run_job
from tests.factories.workforce import person
from tests.personas import client_for, persona
from workforce.models import Person

NAME = "Sentinella"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """What was logged since, as it is written in production."""
    caplog.set_level(logging.DEBUG)
    return lambda: [json.loads(JsonFormatter().format(record)) for record in caplog.records]


def fail_with(kind: str) -> None:
    """A fault whose words, cause or context hold a name."""
    if kind == "words":
        raise ValueError(f"{NAME} has no post")
    if kind == "chained":
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise RuntimeError(f"about {NAME}") from error
    if kind == "context":
        try:
            raise KeyError(NAME)
        except KeyError:
            raise RuntimeError("later") from ValueError(f"\n{NAME}")
    with acting_as(by=By("test")), transaction.atomic():
        Person.objects.create(staff_number=NAME, last_name=NAME)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["words", "chained", "context", "database"])
@pytest.mark.parametrize("attempt", [0, 2])
def test_a_failed_job_s_log_names_nobody(
    lines: Callable[[], Any], monkeypatch: Any, kind: str, attempt: int
) -> None:
    from pqip.core import clock
    from pqip.core.background import registry

    person(staff_number=NAME, last_name=NAME)
    monkeypatch.setitem(
        registry._handlers,
        "test.names",
        registry.Handler("test.names", lambda job: fail_with(kind), "Test"),
    )
    job = Job.objects.create(
        kind="test.names",
        key=f"k{kind}",
        wake_at=clock.now(),
        attempt=attempt,
        requested_by="job:test",
    )
    run(job.pk)
    job.refresh_from_db()
    written = lines()
    assert NAME not in json.dumps(written)
    assert NAME not in job.last_error
    told = next(line for line in written if line["logger"] == "pqip.jobs.failing")
    assert any("in fail_with" in place for place in told["error"])
    if kind == "database":
        assert any("23505 workforce_person" in place for place in told["error"])


def test_celery_s_own_error_log_names_nobody(lines: Callable[[], Any]) -> None:
    """What Celery itself writes when a task raises: its message carries the fault's words, the arguments and the traceback."""
    try:
        fail_with("chained")
    except RuntimeError as error:
        request = Context(
            id="1", args=[NAME], kwargs={"of": NAME}, argsrepr=f"['{NAME}']", hostname="worker"
        )
        TraceInfo("FAILURE", error).handle_failure(run_job, request, store_errors=False)
    written = [line for line in lines() if line["logger"].startswith("celery")]
    assert written
    assert NAME not in json.dumps(written)
    assert "pqip.jobs.run_job" in written[0]["message"]


@pytest.mark.parametrize("message", ["It broke: %s", "It broke: %r", "%(exc)s"])
def test_a_fault_given_to_a_message_is_named_by_its_kind(message: str) -> None:
    try:
        fail_with("words")
    except ValueError as error:
        given: Any = ({"exc": error},) if "(" in message else (error,)
        record = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, message, given, (type(error), error, error.__traceback__)
        )
    line = JsonFormatter().format(record)
    assert NAME not in line
    assert "\n" not in line


@pytest.mark.django_db
def test_a_page_that_broke_names_nobody(lines: Callable[[], Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(
        "workforce.views.home.MyAccountPage.get_context_data",
        lambda *_args, **_kwargs: fail_with("chained"),
    )
    client: Client = client_for(persona("national"))
    client.raise_request_exception = False
    assert client.get("/my-account/").status_code == 500
    told = [line for line in lines() if line["level"] == "error"]
    assert told
    assert NAME not in json.dumps(told)
