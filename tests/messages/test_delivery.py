"""At most once for each reference, and never in doubt about doubt (F26, REP5)."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pqip.core import clock
from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from pqip.jobs.models import Job
from pqip.jobs.running import run
from pqip.messages.delivery import GIVE_UP_AFTER, could_not_be_delivered
from pqip.messages.models import Message
from pqip.messages.sending import send, send_again
from tests.messages.conftest import Server, free_port

pytestmark = pytest.mark.django_db
SYSTEM = NamedJob("test")
ADDRESS = "reader@example.org"


def ask(kind: str, reference: str = "report-ready:1", to: Any = ADDRESS) -> Message:
    return send(
        kind,
        to=to,
        reference=reference,
        by=SYSTEM,
        context={"count": 2, "link": "https://x.test/r?a=1&b=2"},
    )


def deliver(message: Message) -> Message:
    """Let a worker do the message's newest job now."""
    job = Job.objects.filter(kind="messages.send", payload__message=message.pk).latest("pk")
    Job.objects.filter(pk=job.pk).update(not_before=None)
    run(job.pk)
    message.refresh_from_db()
    return message


def job_state(message: Message) -> str:
    return Job.objects.filter(payload__message=message.pk).latest("pk").state


def test_a_message_arrives_in_plain_words(mail_server: Server, notice: str) -> None:
    message = deliver(ask(notice))
    assert (message.state, message.attempts, job_state(message)) == ("sent", 1, "done")
    (envelope,) = mail_server.taken
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == [ADDRESS]
    assert mail["Subject"] == "2 reports are ready"
    assert str(message.public_id) in mail["Message-ID"]
    assert mail.get_content().splitlines() == [
        "Sign in to read them & more:",
        "https://x.test/r?a=1&b=2",
    ]


def test_the_same_reference_is_one_message(mail_server: Server, notice: str) -> None:
    first = ask(notice)
    assert ask(notice).pk == first.pk
    deliver(first)
    deliver(ask(notice))
    assert len(mail_server.taken) == 1
    assert Job.objects.filter(kind="messages.send").count() == 1


def test_a_temporary_no_is_tried_again_later_and_costs_no_attempt_of_the_job(
    mail_server: Server, notice: str
) -> None:
    mail_server.data = "451 Try later"
    message = deliver(ask(notice))
    assert (message.state, job_state(message)) == ("waiting", "waiting")
    for _ in range(4):
        deliver(message)
    mail_server.data = "250 Taken"
    assert deliver(message).state == "sent"
    assert (message.attempts, len(mail_server.taken)) == (6, 1)


def test_a_server_that_is_down_loses_nothing(notice: str, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    message = deliver(ask(notice))
    assert (message.state, message.error) == ("waiting", "The mail server could not be reached.")
    Message.objects.update(created_at=clock.now() - dt.timedelta(days=4))
    assert deliver(message).state == "waiting", "the clock gives nothing up; so many tries do"
    Message.objects.update(attempts=GIVE_UP_AFTER - 1)
    assert deliver(message).state == "failed"


@pytest.mark.parametrize("step", ["recipient", "data"])
def test_a_no_for_good_is_told_and_not_repeated(
    mail_server: Server, notice: str, step: str
) -> None:
    setattr(mail_server, step, "550 No such mailbox")
    told: list[Message] = []

    def hear(sender: object, message: Message, **kwargs: object) -> None:
        told.append(message)

    could_not_be_delivered.connect(hear)
    message = deliver(ask(notice))
    assert (message.state, job_state(message)) == ("failed", "done")
    assert message.error == "The mail server refused it for good (code 550)."
    assert told == [message]
    assert deliver(message).attempts == 1


def test_silence_after_the_message_was_taken_is_unknown_and_not_repeated(
    mail_server: Server, notice: str
) -> None:
    mail_server.silence = 1.5
    message = deliver(ask(notice))
    assert (message.state, job_state(message), len(mail_server.taken)) == ("unknown", "done", 1)
    assert "Ask the recipient" in message.error
    deliver(ask(notice))
    assert len(mail_server.taken) == 1


def test_a_worker_that_died_while_sending_leaves_unknown(mail_server: Server, notice: str) -> None:
    message = ask(notice)
    Message.objects.update(state="sending", attempts=1)
    assert deliver(message).state == "unknown"
    assert mail_server.taken == []


def test_a_person_may_send_again_what_may_not_have_arrived(
    mail_server: Server, notice: str
) -> None:
    message = ask(notice)
    Message.objects.update(state="unknown", attempts=1)
    send_again(message, by=SYSTEM)
    assert deliver(message).state == "sent"
    with pytest.raises(RuleBroken):
        send_again(message, by=SYSTEM)


def test_test_systems_write_only_to_those_they_may(
    mail_server: Server, notice: str, settings: Any
) -> None:
    settings.MESSAGES_ALLOWED = ["example.com", "tester@example.org"]
    assert deliver(ask(notice)).state == "failed"
    assert deliver(ask(notice, to="Tester@Example.org")).state == "sent"
    assert deliver(ask(notice, to="someone@example.com")).state == "sent"
    assert len(mail_server.taken) == 2


def test_a_closed_account_gets_nothing(
    mail_server: Server, notice: str, django_user_model: Any
) -> None:
    with acting_as(by=SYSTEM):
        user = django_user_model.objects.create(email="gone@example.org", is_active=True)
        message = ask(notice, to=user)
        django_user_model.objects.filter(pk=user.pk).update(is_active=False)
    assert deliver(message).state == "failed"
    assert mail_server.taken == []


def ask_one_time(kind: str) -> Message:
    context = {"count": 2, "link": "https://x.test/key/secret"}
    return send(kind, to=ADDRESS, reference="link:1", by=SYSTEM, context=context, is_one_time=True)


def test_a_one_time_link_is_forgotten_once_it_has_been_sent(
    mail_server: Server, notice: str
) -> None:
    message = deliver(ask_one_time(notice))
    assert b"https://x.test/key/secret" in mail_server.taken[0].content
    assert (message.state, message.body, message.kind, message.address) == (
        "sent",
        "",
        notice,
        ADDRESS,
    )
    assert message.sent_at is not None
    assert not any(
        "secret" in str(row) for row in (*Message.objects.values(), *Job.objects.values())
    )


def test_one_that_could_not_be_sent_is_forgotten_too_and_asked_for_anew(
    mail_server: Server, notice: str
) -> None:
    mail_server.data = "550 No such mailbox"
    message = deliver(ask_one_time(notice))
    assert (message.state, message.body) == ("failed", "")
    with pytest.raises(RuleBroken, match="Send a new link"):
        send_again(message, by=SYSTEM)


def test_one_that_waits_keeps_its_words(mail_server: Server, notice: str) -> None:
    mail_server.data = "451 Try later"
    message = deliver(ask_one_time(notice))
    assert "secret" in message.body
    mail_server.data = "250 Taken"
    assert deliver(message).body == ""


def test_the_database_keeps_no_one_time_link_of_what_has_ended(notice: str) -> None:
    message = ask_one_time(notice)
    with pytest.raises(IntegrityError, match="post_one_time_forgotten"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state="failed")
