"""Hands one message to the mail server, at most once.

Before that, the row says *being sent*. Only a definite refusal is followed by another try; where the connection breaks
after the message may have been handed over, nobody can know, and a person decides.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.dispatch import Signal

from pqip.core import clock
from pqip.core.background.errors import NotYet
from pqip.core.background.queue import Job, finishing
from pqip.messages.models import Message

log = logging.getLogger(__name__)

#: Sent with `message` when a message cannot be delivered, inside the transaction that records this.
could_not_be_delivered = Signal()

#: A server that cannot take mail now is asked again after a minute, then after twice as long, up to half an hour.
LONGEST_WAIT = dt.timedelta(minutes=30)
#: This number of tries takes three days; tries are counted, not timed, so that no message is given up because a clock
#: jumps.
GIVE_UP_AFTER = 150

SWITCHED_OFF = "The account is closed, or mail to this address is switched off."
CUT_OFF = "The connection broke after the message may have been handed over. Ask the recipient before sending it again."


class Refused(Exception):
    """The mail server will never accept this message."""


class NotNow(Exception):
    """The mail server did not accept the message; it may later."""


def deliver(job: Job) -> None:
    """Send the message of `job`, and record the result together with the end of the job."""
    message = Message.objects.get(pk=job.payload["message"])
    if message.state == Message.State.SENDING:
        return _end(job, message, Message.State.UNKNOWN, CUT_OFF)
    if message.state != Message.State.WAITING:
        return _end(job, message, message.state, message.error)
    if not may_be_sent(message):
        return _end(job, message, Message.State.FAILED, SWITCHED_OFF)
    _begin(message)
    try:
        hand_over(message)
    except Refused as error:
        _end(job, message, Message.State.FAILED, str(error))
    except NotNow as error:
        _later(job, message, str(error))
    except OSError as error:
        log.warning(
            "Message %s: %s after the connection was open.", message.pk, type(error).__name__
        )
        _end(job, message, Message.State.UNKNOWN, CUT_OFF)
    else:
        _end(job, message, Message.State.SENT, "")
    return None


def may_be_sent(message: Message) -> bool:
    """Return False for a closed account, and for addresses outside MESSAGES_ALLOWED where that is set (test systems)."""
    if message.to_user is not None and not message.to_user.is_active:
        return False
    allowed = [entry.lower() for entry in getattr(settings, "MESSAGES_ALLOWED", [])]
    address = message.address.lower()
    return not allowed or address in allowed or address.rpartition("@")[2] in allowed


def hand_over(message: Message) -> None:
    """Hand the message to the mail server.

    Raises Refused or NotNow for a definite refusal, OSError where the result is not known.
    """
    server = get_connection()
    try:
        server.open()
    except OSError as error:  # smtplib's errors are OSErrors
        raise NotNow("The mail server could not be reached.") from error
    try:
        server.send_messages([_mail(message, server)])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        raise _refusal(error) from error
    finally:
        with contextlib.suppress(Exception):
            server.close()


def _mail(message: Message, server: BaseEmailBackend) -> EmailMessage:
    headers = {
        "Message-ID": f"<{message.public_id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('> ')}>"
    }
    return EmailMessage(
        message.subject, message.body, to=[message.address], headers=headers, connection=server
    )


def _refusal(error: Exception) -> Refused | NotNow:
    """Return what the server's code means: 5xx is permanent, anything else may pass."""
    refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
    code = next(iter(refused.values()))[0] if refused else getattr(error, "smtp_code", 0)
    if 500 <= code < 600:
        return Refused(f"The mail server refused it for good (code {code}).")
    return NotNow(f"The mail server could not take it at the moment (code {code}).")


def _begin(message: Message) -> None:
    """Commit that the message is being sent before it is, so that a worker that dies now leaves a trace."""
    held = Message.objects.filter(pk=message.pk, state=Message.State.WAITING)
    if not held.update(state=Message.State.SENDING, attempts=F("attempts") + 1):
        raise NotYet("Another worker is sending it.", dt.timedelta(minutes=1))
    message.attempts += 1


def given_up(job: Job) -> None:
    """Handle a message whose job was set aside: one that may have been handed over is marked in doubt; one that waits goes
    on waiting.
    """
    message = Message.objects.select_for_update().get(pk=job.payload["message"])
    if message.state == Message.State.SENDING:
        _ended(message, Message.State.UNKNOWN, CUT_OFF)


def allow_restart(job: Job) -> str | None:
    """Return None where the job of a message may be restarted: the message was certainly not handed over; otherwise why
    not.
    """
    message = Message.objects.select_for_update().get(pk=job.payload["message"])
    if message.state == Message.State.SENDING:
        _ended(message, Message.State.UNKNOWN, CUT_OFF)
    return {
        Message.State.WAITING: None,
        Message.State.SENT: "This e-mail has been sent.",
        Message.State.UNKNOWN: "This e-mail may have arrived. Ask the recipient; “E-mails” can send it once more.",
        Message.State.FAILED: "This e-mail could not be delivered. “E-mails” says why, and can send it once more.",
    }[Message.State(message.state)]


def _end(job: Job, message: Message, state: str, error: str) -> None:
    with finishing(job):
        _ended(message, state, error)


def _ended(message: Message, state: str, error: str) -> None:
    sent_at = message.sent_at or clock.now() if state == Message.State.SENT else None
    ended = {"state": state, "error": error, "sent_at": sent_at} | (
        {"body": ""} if message.is_one_time else {}
    )
    Message.objects.filter(pk=message.pk).update(**ended)
    message.state, message.error = state, error
    if state in (Message.State.FAILED, Message.State.UNKNOWN):
        log.warning("Message %s (%s): %s", message.pk, message.kind, state)
        could_not_be_delivered.send_robust(Message, message=message)


def _later(job: Job, message: Message, error: str) -> None:
    if message.attempts >= GIVE_UP_AFTER:
        return _end(job, message, Message.State.FAILED, f"{error} It was tried for three days.")
    being_sent = Message.objects.filter(pk=message.pk, state=Message.State.SENDING)
    being_sent.update(state=Message.State.WAITING, error=error)
    raise NotYet(error, min(dt.timedelta(minutes=2 ** min(message.attempts - 1, 10)), LONGEST_WAIT))
