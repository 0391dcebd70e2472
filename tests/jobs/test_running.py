"""Doing a job, and failing at it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.core.background.errors import GiveUp, NotYet
from pqip.core.errors import Conflict, RuleBroken
from pqip.jobs.again import retry_parked
from pqip.jobs.models import Job, ScheduledRun
from pqip.jobs.queue import enqueue
from pqip.jobs.running import claim, finishing, run

pytestmark = pytest.mark.django_db
SYSTEM = NamedJob("test")


def ask(key: str = "one", **details: object) -> Job:
    return enqueue("test.work", key=key, by=SYSTEM, **details)  # type: ignore[arg-type]


def effect(job: Job) -> None:
    ScheduledRun.objects.create(
        schedule="effect", period=job.key, due_at=clock.now(), outcome="missed"
    )


def effects() -> int:
    return ScheduledRun.objects.filter(schedule="effect").count()


def again_now(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(not_before=None)
    job.refresh_from_db()
    return job


def test_effect_and_finish_are_one_and_a_repeated_message_does_nothing(
    does: Callable[..., None],
) -> None:
    does("test.work", effect)
    job = ask()
    assert [run(job.pk), run(job.pk)] == [True, False]
    job.refresh_from_db()
    assert (job.state, job.attempt, job.token, effects()) == ("done", 1, None, 1)
    assert job.finished_at is not None


def test_the_handler_acts_as_the_job_of_its_kind(does: Callable[..., None]) -> None:
    said = []

    def look(job: Job) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('pqip.actor'), current_setting('pqip.origin')")
            said.append(cursor.fetchone())

    does("test.work", look)
    run(ask().pk)
    assert said == [("job:test.work", "worker")]


def test_a_job_in_other_hands_or_not_due_is_left_alone(does: Callable[..., None]) -> None:
    does("test.work", effect)
    held, later = ask("held"), ask("later", not_before=clock.now() + dt.timedelta(hours=1))
    assert claim(held.pk) is not None
    assert [run(held.pk), run(later.pk), run(0)] == [False, False, False]
    assert effects() == 0


def test_who_lost_the_lease_cannot_commit(does: Callable[..., None]) -> None:
    def taken_over(job: Job) -> None:
        effect(job)
        Job.objects.filter(pk=job.pk).update(token=uuid.uuid4())

    does("test.work", taken_over)
    job = ask()
    assert run(job.pk) is False
    assert effects() == 0


def test_an_expired_lease_is_taken_over(does: Callable[..., None]) -> None:
    does("test.work", effect)
    job = ask()
    claim(job.pk)
    Job.objects.update(lease_until=clock.now() - dt.timedelta(seconds=1))
    assert run(job.pk) is True
    job.refresh_from_db()
    assert (job.attempt, effects()) == (2, 1)


def test_a_failing_job_backs_off_and_is_parked_after_three_attempts(
    does: Callable[..., None],
) -> None:
    told = []

    def fails(job: Job) -> None:
        effect(job)
        raise ValueError("Jane Doe's file")

    does("test.work", fails, parked=told.append, again=lambda job: None)
    job = ask()
    states = []
    for _ in range(3):
        run(again_now(job).pk)
        job.refresh_from_db()
        states.append((job.state, job.attempt))
    assert states == [("waiting", 1), ("waiting", 2), ("parked", 3)]
    assert job.last_error == (
        "The application stopped with a fault (ValueError). The log has the details. Start it again once the fault is put right."
    )
    assert told == [job]
    assert (run(job.pk), effects()) == (False, 0)


def test_the_back_off_is_kept(does: Callable[..., None]) -> None:
    does("test.work", lambda job: 1 / 0)  # type: ignore[arg-type, return-value]
    job = ask()
    run(job.pk)
    job.refresh_from_db()
    assert dt.timedelta(seconds=8) < job.not_before - clock.now() <= dt.timedelta(seconds=10)
    assert job.wake_at == job.not_before
    assert run(job.pk) is False


def test_giving_up_parks_at_once(does: Callable[..., None]) -> None:
    def give_up(job: Job) -> None:
        raise GiveUp("The requester may no longer see this region.")

    does("test.work", give_up)
    job = ask()
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.last_error) == ("parked", "The requester may no longer see this region.")


def test_not_yet_costs_no_attempt(does: Callable[..., None]) -> None:
    def wait(job: Job) -> None:
        raise NotYet("The mail server could not be reached.", dt.timedelta(minutes=5))

    does("test.work", wait)
    job = ask()
    for _ in range(5):
        run(again_now(job).pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("waiting", 0)


def test_of_a_rule_is_told_where_it_stands_since_its_words_may_name_somebody(
    does: Callable[..., None],
) -> None:
    def refuse(job: Job) -> None:
        raise RuleBroken("Jane Doe has left.")

    does("test.work", refuse)
    job = ask()
    run(job.pk)
    job.refresh_from_db()
    assert re.fullmatch(
        r"The service's own rules did not allow it \(RuleBroken, test_running.py:\d+\).",
        job.last_error,
    )


def test_a_handler_with_transactions_of_its_own_finishes_itself(does: Callable[..., None]) -> None:
    def work(job: Job) -> None:
        with finishing(job):
            effect(job)

    does("test.work", work, atomic=False)
    assert run(ask().pk) is True
    assert effects() == 1


def test_a_handler_that_forgets_to_finish_has_failed(does: Callable[..., None]) -> None:
    does("test.work", atomic=False)
    job = ask()
    assert run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("waiting", 1)


def test_a_parked_job_is_started_again_once(
    does: Callable[..., None], woken: list, django_capture_on_commit_callbacks: Callable
) -> None:
    def give_up(job: Job) -> None:
        raise GiveUp("No.")

    does("test.work", give_up)
    job = ask()
    run(job.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert retry_parked(job, by=SYSTEM) == ""
        with pytest.raises(Conflict, match="It waits for a worker"):
            retry_parked(job, by=SYSTEM)
    job.refresh_from_db()
    assert (job.state, job.attempt, woken) == ("waiting", 0, [(job.pk, "default")])


def test_an_unknown_kind_fails_and_says_so(does: Callable[..., None]) -> None:
    does("test.work")
    job = ask()
    Job.objects.update(kind="test.gone")
    run(job.pk)
    job.refresh_from_db()
    assert "LookupError" in job.last_error
