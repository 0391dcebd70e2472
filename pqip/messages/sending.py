"""Asking for a message: the row and its job, in the caller's transaction."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.template import Context, loader

from pqip.core.errors import RuleBroken
from pqip.jobs.queue import enqueue
from pqip.messages.models import Message


def send(
    kind: str, *, to: Any, reference: str, by: Any, context: dict[str, Any] | None = None, is_one_time: bool = False
) -> Message:
    """Send the notice `kind` to a user or an address, at most once for each reference.

    The words are those of `templates/messages/<kind>.txt`, subject on the first line, filled with `context`, which
    holds links and counts and never anybody's details. Asking again with the same reference returns the message
    there is. Nothing is sent when the caller's transaction fails. With `is_one_time` the words carry a one-time link, and
    are forgotten once they have been sent or cannot be.
    """
    user, address = (None, to) if isinstance(to, str) else (to, to.email)
    subject, body = words(kind, context or {})
    wanted = {"to_user": user, "kind": kind, "subject": subject, "body": body, "is_one_time": is_one_time}
    with transaction.atomic():
        message, created = Message.objects.get_or_create(reference=reference, address=address, defaults=wanted)
        if created:
            _ask(message, by)
    return message


def send_again(message: Message, *, by: Any) -> None:
    """Send what failed or may not have arrived once more, because a person has decided so.

    Raises RuleBroken when it is on its way, known to have arrived, or its words are forgotten. Who may: `jobs.manage`.
    """
    if message.is_one_time:
        raise RuleBroken("This e-mail carried a one-time link, which is kept nowhere. Send a new link from the person’s account.")
    with transaction.atomic():
        again = Message.objects.filter(pk=message.pk).needing_attention()
        if not again.update(state=Message.State.WAITING, error="", attempts=0):
            raise RuleBroken("This message is on its way or has arrived.")
        message.refresh_from_db()
        _ask(message, by, f":again:{uuid4().hex}")


def words(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a notice, as plain text."""
    template = loader.get_template(f"messages/{kind}.txt").template  # type: ignore[attr-defined]
    subject, _, body = template.render(Context(context, autoescape=False)).strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _ask(message: Message, by: Any, again: str = "") -> None:
    """A message is asked for once, and once more each time somebody decides to send it again: never by a job done already."""
    enqueue("messages.send", key=f"message:{message.pk}{again}", payload={"message": message.pk}, by=by, queue="mail")
