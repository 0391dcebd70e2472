"""What an administrator sees of background work, and can do about it; the same for e-mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.background.errors import GiveUp
from pqip.core.clock import today
from pqip.jobs import health
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import run
from pqip.messages.models import Message

pytestmark = pytest.mark.django_db
SYSTEM = NamedJob("test")


def signed_in(django_user_model: Any, *roles: str) -> Client:
    with acting_as(by=SYSTEM):
        user = django_user_model.objects.create_user("someone@example.org")
        for role in roles:
            user.grants.create(role=role, starts_on=today())
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def administrator(django_user_model: Any) -> Client:
    return signed_in(django_user_model, "administrator")


@pytest.fixture
def parked(does: Callable[..., None], woken: list) -> Job:
    def give_up(job: Job) -> None:
        raise GiveUp("The month is not complete.")

    does("test.work", give_up, title="Make a report")
    job = enqueue("test.work", key="report:7", by=SYSTEM)
    run(job.pk)
    job.refresh_from_db()
    return job


@pytest.fixture
def failed_message() -> Message:
    return Message.objects.create(
        address="a@example.org",
        kind="x",
        reference="r",
        subject="Ready",
        body="b",
        state="failed",
        error="Refused.",
    )


def test_no_work_has_been_set_aside(administrator: Client) -> None:
    page = administrator.get(reverse("jobs:attention")).content.decode()
    assert "No work has been set aside." in page
    assert "No worker has been seen yet." in page


def test_parked_work_is_shown_and_started_again(administrator: Client, parked: Job) -> None:
    page = administrator.get(reverse("jobs:attention")).content.decode()
    assert "Make a report" in page
    assert "The month is not complete." in page
    retry = reverse("jobs:retry", args=[parked.public_id])
    assert "The month is not complete." in administrator.get(retry).content.decode()
    assert administrator.post(retry).status_code == 302
    parked.refresh_from_db()
    assert parked.state == "waiting"
    too_late = administrator.post(retry)
    assert too_late.status_code == 409
    assert "It waits for a worker." in too_late.content.decode()


def test_an_e_mail_that_failed_is_shown_and_sent_again(
    administrator: Client, failed_message: Message
) -> None:
    assert "a@example.org" in administrator.get(reverse("post:attention")).content.decode()
    again = reverse("post:send_again", args=[failed_message.public_id])
    assert administrator.get(again).status_code == 200
    assert administrator.post(again).status_code == 302
    failed_message.refresh_from_db()
    assert failed_message.state == "waiting"
    assert Job.objects.filter(kind="messages.send", payload__message=failed_message.pk).exists()


def test_nobody_else_may(django_user_model: Any, parked: Job, failed_message: Message) -> None:
    addresses = [
        reverse("jobs:attention"),
        reverse("jobs:retry", args=[parked.public_id]),
        reverse("post:attention"),
        reverse("post:send_again", args=[failed_message.public_id]),
    ]
    somebody = signed_in(django_user_model)
    assert [somebody.get(address).status_code for address in addresses] == [403] * 4
    assert [Client().get(address).status_code for address in addresses] == [302] * 4


def test_a_full_list_needs_no_more_queries_than_a_short_one(
    administrator: Client, parked: Job, django_assert_max_num_queries: Callable
) -> None:
    with acting_as(by=SYSTEM):
        template = Job.objects.get(pk=parked.pk)
        rows = [
            Job(key=f"k{number}", kind=template.kind, state="parked", wake_at=template.wake_at, requested_by="job:test",
                finished_at=template.finished_at, last_error="x")
            for number in range(200)
        ]  # fmt: skip
        Job.objects.bulk_create(rows)
    with django_assert_max_num_queries(12):
        assert administrator.get(reverse("jobs:attention")).status_code == 200


def test_the_command_lists_and_starts_again(
    parked: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("jobs")
    assert (
        capsys.readouterr().out
        == "report:7: Make a report, after 1 attempts. The month is not complete.\n"
    )
    with pytest.raises(CommandError, match="No parked job has the key nothing"):
        call_command("jobs", retry="nothing")
    call_command("jobs", retry="report:7")
    parked.refresh_from_db()
    assert parked.state == "waiting"


def test_the_command_tells_health_by_its_exit_status(
    woken: list, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("jobs", health=True)
    health.send_canaries()
    for canary in Job.objects.filter(kind=health.CANARY):
        run(canary.pk)
    capsys.readouterr()
    call_command("jobs", health=True)
    assert capsys.readouterr().out.splitlines() == [
        "working: yes; oldest waiting: nothing; parked: 0",
        "default: 0 waiting, oldest nothing of 180 allowed",
        "reports: 0 waiting, oldest nothing of 2700 allowed",
        "imports: 0 waiting, oldest nothing of 900 allowed",
        "mail: 0 waiting, oldest nothing of 300 allowed",
    ]
