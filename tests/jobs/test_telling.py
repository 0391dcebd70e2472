"""The people who run the service are told: of what needs a person, once, and a page says so only where it is true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError
from django.db.models import CharField
from django.db.models.functions import Cast, Concat
from django.test import Client

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.background import timing
from pqip.core.background.errors import GiveUp
from pqip.core.background.signals import clock_jumped
from pqip.core.clock import today
from pqip.jobs import health
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import claim, run
from pqip.messages import telling
from pqip.messages.models import Message
from pqip.pages import health as pages
from tests.personas import client_for, persona
from workforce.models import RoleGrant, User

pytestmark = pytest.mark.django_db
SYSTEM = NamedJob("test")
TOLD = "The people who run the service have been told."


@pytest.fixture
def administrator(woken: list) -> User:
    return persona("administrator")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A page that fails."""

    def fail(check: object) -> bool:
        raise RuntimeError("Jane Doe's record")

    monkeypatch.setattr(pages, "_passes", fail)
    return Client(raise_request_exception=False)


def failed_page(client: Client) -> str:
    answer = client.get("/health/ready", headers={"X-Request-Id": "request-77"})
    assert answer.status_code == 500
    return answer.content.decode()


def told() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "address"))


def an_hour_later() -> None:
    """What was told was told an hour ago, at another minute."""
    Message.objects.update(
        created_at=timing.now() - telling.EVERY,
        reference=Concat("reference", Cast("pk", CharField())),
    )


def test_a_failed_page_says_that_they_have_been_told_and_they_have(
    broken: Client, administrator: User, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = 1  # which names the request
    persona("national")
    assert TOLD in failed_page(broken)
    assert told() == [("service_fault", administrator.email)]
    body = Message.objects.get().body
    assert "request-77" in body
    assert "Jane" not in body
    assert Job.objects.filter(kind="messages.send", queue="mail").count() == 1


def test_many_failed_pages_are_told_once_an_hour(broken: Client, administrator: User) -> None:
    assert all(TOLD in failed_page(broken) for _ in range(3))
    assert len(told()) == 1
    an_hour_later()
    failed_page(broken)
    assert len(told()) == 2


def test_where_nobody_could_be_told_nothing_says_so(
    broken: Client, monkeypatch: pytest.MonkeyPatch, woken: list
) -> None:
    assert TOLD not in failed_page(broken)
    persona("administrator")

    def fail(*args: object, **options: object) -> bool:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(telling, "send", fail)
    assert TOLD not in failed_page(broken)


def test_without_a_database_nobody_is_asked_for(
    administrator: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(check: object) -> bool:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(pages, "_passes", fail)
    monkeypatch.setattr(
        telling, "tell_administrators", lambda *args, **options: pytest.fail("asked the database")
    )
    answer = Client(raise_request_exception=False).get("/health/ready")
    assert answer.status_code == 503
    assert TOLD not in answer.content.decode()
    assert "Nobody could be told" not in caplog.text


def test_who_is_told_may_see_background_work_today(
    broken: Client, administrator: User, django_user_model: Any
) -> None:
    ended, closed = persona("administrator"), persona("administrator")
    with acting_as(by=SYSTEM):
        RoleGrant.objects.filter(user=ended).update(ends_on=today() - dt.timedelta(days=1))
        django_user_model.objects.filter(pk=closed.pk).update(is_active=False)
    failed_page(broken)
    assert told() == [("service_fault", administrator.email)]


def test_a_clock_that_ran_ahead_silences_nobody(broken: Client, administrator: User) -> None:
    failed_page(broken)
    Message.objects.update(
        created_at=timing.now() + dt.timedelta(days=3653),
        reference="service_fault::2036-01-01T00:00",
    )
    failed_page(broken)
    assert len(told()) == 2


def test_work_set_aside_is_told_once_an_hour_and_named(
    does: Callable[..., None], administrator: User
) -> None:
    def give_up(job: Job) -> None:
        raise GiveUp("No.")

    does("test.work", give_up, title="Make a report")
    for key in ("one", "two"):
        run(enqueue("test.work", key=key, by=SYSTEM).pk)
    assert Job.objects.parked().count() == 2
    assert told() == [("work_set_aside", administrator.email)]
    assert "could not be done: Make a report." in Message.objects.get().body


def test_a_fault_in_telling_does_not_undo_the_setting_aside(
    does: Callable[..., None], administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(job: Job) -> None:
        raise GiveUp("No.")

    monkeypatch.setattr(telling, "send", lambda *args, **options: 1 / 0)
    does("test.work", give_up)
    run(enqueue("test.work", key="one", by=SYSTEM).pk)
    assert Job.objects.parked().count() == 1


def look(watch: health.Watch) -> None:
    watch.looked_at = float("-inf")
    watch.look()


def late(job: Job, minutes: int) -> None:
    Job.objects.filter(pk=job.pk).update(due_at=timing.now() - dt.timedelta(minutes=minutes))


def test_a_queue_behind_is_told_once_until_it_has_been_well(
    does: Callable[..., None], administrator: User
) -> None:
    does("test.work")
    job, watch = enqueue("test.work", key="one", by=SYSTEM, queue="mail"), health.Watch()
    late(job, 4)
    look(watch)
    assert told() == []
    late(job, 12)
    for _ in range(3):
        look(watch)
    assert told() == [("queue_behind", administrator.email)]
    assert "“mail” has waited 12 minutes" in Message.objects.get().body
    an_hour_later()
    look(watch)
    look(health.Watch())  # a scheduler that was started again tells anew, after an hour
    assert len(told()) == 2
    an_hour_later()
    late(job, 0)
    look(watch)
    late(job, 12)
    look(watch)
    assert len(told()) == 3


def test_each_queue_is_judged_by_its_own_limit_and_told_apart(
    does: Callable[..., None], administrator: User, settings: Any
) -> None:
    does("test.work")
    for queue in settings.JOB_QUEUES:
        late(enqueue("test.work", key=queue, by=SYSTEM, queue=queue), 20)
    look(health.Watch())
    about = sorted(
        reference.split(":")[1] for reference in Message.objects.values_list("reference", flat=True)
    )
    assert about == ["default", "imports", "mail"], "a report may take that long"


def test_a_queue_nobody_takes_from_grows_old_while_nobody_asks_for_anything(
    administrator: User,
) -> None:
    """Its workers may well be alive."""
    health.send_canaries()
    for canary in Job.objects.filter(kind=health.CANARY).exclude(queue="mail"):
        run(canary.pk)
    Job.objects.filter(queue="mail").update(due_at=timing.now() - dt.timedelta(seconds=301))
    assert (health.worker_health().is_alive, health.worker_health().is_working) == (True, False)
    look(health.Watch())
    assert Message.objects.get().reference.startswith("queue_behind:mail:")


def test_work_in_the_hands_of_a_worker_that_stands_still_counts_as_waiting(
    does: Callable[..., None], woken: list
) -> None:
    does("test.work")
    job = enqueue("test.work", key="one", by=SYSTEM, queue="mail")
    claim(job.pk)
    assert health.worker_health(["mail"]).oldest_waiting is None
    Job.objects.update(lease_until=timing.now() - dt.timedelta(minutes=6))
    assert [queue.name for queue in health.worker_health().late] == ["mail"]


def test_a_clock_that_jumped_is_told(administrator: User) -> None:
    clock_jumped.send(None, seconds=36_000.0)
    assert "about 10.0 hours" in Message.objects.get().body


def test_the_page_and_readiness_say_which_queue_is_behind(
    does: Callable[..., None], administrator: User
) -> None:
    does("test.work")
    health.send_canaries()
    for canary in Job.objects.filter(kind=health.CANARY):
        run(canary.pk)
    assert Client().get("/health/ready").json()["work"] == "ok"
    assert "The workers are running." in client_for(administrator).get("/jobs/").content.decode()
    late(enqueue("test.work", key="one", by=SYSTEM, queue="imports"), 20)
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["status"], answer.json()["work"]) == (
        200,
        "ok",
        "failing",
    )
    page = client_for(administrator).get("/jobs/").content.decode()
    assert "Work for the queue “imports” has waited 20 minutes; 15 are allowed." in page
