"""Requests a message: its row and its job, in the caller's transaction."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.template.loader import render_to_string

from pqip.core.background.queue import enqueue
from pqip.core.errors import RuleBroken
from pqip.messages.models import Message


def send(
    kind: str,
    *,
    to: Any,
    reference: str,
    by: Any,
    context: dict[str, Any] | None = None,
    is_one_time: bool = False,
) -> Message:
    """Send the notice `kind` to a user or an address, at most once for each reference; return the message.

    The text is that of `templates/messages/<kind>.txt`, subject on the first line, filled with `context`, which holds links
    and counts and never personal details. Sending again with the same reference returns the existing message. Nothing is
    sent when the caller's transaction fails. With `is_one_time` the text holds a one-time link and is deleted once it has
    been sent or cannot be.
    """
    user, address = (None, to) if isinstance(to, str) else (to, to.email)
    subject, body = words(kind, context or {})
    wanted = {
        "to_user": user,
        "kind": kind,
        "subject": subject,
        "body": body,
        "is_one_time": is_one_time,
    }
    with transaction.atomic():
        message, created = Message.objects.get_or_create(
            reference=reference, address=address, defaults=wanted
        )
        if created:
            _ask(message, by)
    return message


def send_again(message: Message, *, by: Any) -> None:
    """Send a message again that failed or may not have arrived, because a person has decided so.

    Raises RuleBroken where it is on its way, known to have arrived, or its text has been deleted. Only holders of
    `jobs.manage` may do this.
    """
    if message.is_one_time:
        raise RuleBroken(
            "This e-mail carried a one-time link, which is kept nowhere. Send a new link from the person’s account."
        )
    with transaction.atomic():
        again = Message.objects.filter(pk=message.pk).needing_attention()
        if not again.update(state=Message.State.WAITING, error="", attempts=0):
            raise RuleBroken("This message is on its way or has arrived.")
        message.refresh_from_db()
        _ask(message, by, f":again:{uuid4().hex}")


def words(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    """Return subject and body of a notice, as plain text."""
    subject, _, body = render_to_string(f"messages/{kind}.txt", context).strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _ask(message: Message, by: Any, again: str = "") -> None:
    """Enqueue the job of a message. Sending it again has a key of its own, so that the finished job is not reused."""
    enqueue(
        "messages.send",
        key=f"message:{message.pk}{again}",
        payload={"message": message.pk},
        by=by,
        queue="mail",
    )
