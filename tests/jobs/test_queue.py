"""Asking for work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.core.errors import NotAllowed
from pqip.jobs import waking
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue, resend_after

pytestmark = pytest.mark.django_db
SYSTEM = NamedJob("test")


@pytest.fixture(autouse=True)
def kind(does: Callable[..., None]) -> None:
    does("test.work")


def test_the_row_is_there_and_the_worker_is_woken_after_commit(
    woken: list[tuple[int, str]], django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("test.work", key="one", payload={"run": 7}, by=SYSTEM, queue="reports")
        assert woken == []
    assert woken == [(job.pk, "reports")]
    assert (job.state, job.requested_by, job.requester()) == ("waiting", "job:test", SYSTEM)


def test_a_key_names_one_piece_of_work(
    woken: list[tuple[int, str]], django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = enqueue("test.work", key="one", by=SYSTEM)
        again = enqueue("test.work", key="one", by=SYSTEM)
    assert first.pk == again.pk
    assert len(woken) == 1


def test_no_job_where_the_transaction_fails(
    woken: list[tuple[int, str]], django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        enqueue("test.work", key="one", by=SYSTEM)
        transaction.set_rollback(True)
    assert not Job.objects.filter(key="one").exists()
    assert woken == []


def test_work_for_later_is_not_woken_now(
    woken: list[tuple[int, str]], django_capture_on_commit_callbacks: Callable
) -> None:
    tomorrow = clock.now() + dt.timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("test.work", key="one", by=SYSTEM, not_before=tomorrow)
    assert woken == []
    assert job.wake_at == tomorrow


def test_a_publish_that_fails_is_silent_and_later_hooks_still_run(
    monkeypatch: pytest.MonkeyPatch, woken: list, django_capture_on_commit_callbacks: Callable
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise ConnectionError("redis://:secret@host refused")

    monkeypatch.setattr("pqip.jobs.tasks.run_job.apply_async", fails)
    ran = []
    with django_capture_on_commit_callbacks(execute=True):
        enqueue("test.work", key="one", by=SYSTEM)
        transaction.on_commit(lambda: ran.append(True))
    assert ran == [True]
    assert Job.objects.get(key="one").state == "waiting"


def test_after_a_failed_publish_the_broker_is_left_alone_for_a_moment(
    monkeypatch: pytest.MonkeyPatch, woken: list, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    def fails(*args: object, **options: object) -> None:
        tries.append(args)
        raise ConnectionError("redis://:secret@host refused")

    monkeypatch.setattr("pqip.jobs.tasks.run_job.apply_async", fails)
    assert [waking.wake(number, "default") for number in range(5)] == [False] * 5
    assert len(tries) == 1
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    "payload", [{"row": {"name": "x"}}, {"rows": [{"name": "x"}]}, {"when": dt.date(2026, 1, 1)}]
)
def test_a_payload_is_plain_values(payload: dict) -> None:
    with pytest.raises(ValueError, match="plain value"):
        enqueue("test.work", key="one", payload=payload, by=SYSTEM)


def test_unknown_kinds_queues_and_nobody_are_refused() -> None:
    with pytest.raises(LookupError):
        enqueue("test.unknown", key="one", by=SYSTEM)
    with pytest.raises(ValueError, match="no queue called slow"):
        enqueue("test.work", key="one", by=SYSTEM, queue="slow")
    with pytest.raises(NotAllowed):
        enqueue("test.work", key="one", by=None)


def test_wake_ups_are_sent_again_ever_more_rarely_but_within_two_minutes() -> None:
    assert [resend_after(number).total_seconds() for number in (0, 1, 2, 3, 99)] == [
        15,
        30,
        60,
        120,
        120,
    ]
