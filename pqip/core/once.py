"""A form that is sent twice is processed once.

A double click, back and send again, a retry after a network fault, two tabs, two at the very same moment: the form's token
(`tokens.py`) is saved, once, in the transaction of what the form does. A second request waits for the first and is
redirected to its result. Where its answers differ from those recorded, nothing is recorded, and the user is told so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest

from pqip.core import clock
from pqip.core.models import SentForm
from pqip.core.sealing import opened, sealed
from pqip.core.tokens import GOOD_FOR, NAME, FormToken, read_token
from pqip.core.typed import fingerprint_of, forget

#: One day longer than a token is valid, so that a used token is always still known.
REMEMBERED = dt.timedelta(seconds=GOOD_FOR) + dt.timedelta(days=1)

SAID = "said of a form"
CLAIM = (
    "INSERT INTO core_sentform (token, account_id, answers, went_to, said) VALUES (%s, %s, %s, '', '') "
    "ON CONFLICT (token) DO NOTHING"
)


class AlreadySent(Exception):
    """This form has been sent before, and what it asks for is done: `first` is its record."""

    def __init__(self, first: SentForm) -> None:
        super().__init__()
        self.first = first


@dataclass
class Sending:
    """One request that sends a form. `became` records its result, for whoever sends the form again."""

    token: FormToken | None
    went_to: str = ""
    said: str = ""
    is_done: bool = False

    def became(self, went_to: str, said: str) -> None:
        self.went_to, self.said = went_to, said


def sending_of(request: Any) -> Sending:
    """Return the form that this request sends, with its token where that belongs to the user; without a token nothing is
    checked.

    The middleware has usually set it already, except where a request was set aside for a fresh sign-in and resumed without
    passing the middleware.
    """
    if not hasattr(request, "sending"):
        token = read_token(request.POST.get(NAME, ""))
        is_own = (
            token is not None
            and token.is_good
            and token.account == str(getattr(request.user, "public_id", ""))
        )
        request.sending = Sending(token if is_own else None)
    sending: Sending = request.sending
    return sending


@contextmanager
def once(request: HttpRequest) -> Iterator[Sending]:
    """Run what is within once for each form, in one transaction with its token.

    Raises AlreadySent where the form was processed before, after waiting for a request that is processing it now.
    """
    sending = sending_of(request)
    if sending.token is None:
        yield sending
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [sending.token.key, request.user.pk, fingerprint_of(request)])
            if cursor.rowcount == 0:
                raise AlreadySent(SentForm.objects.get(token=sending.token.key))
        yield sending
        SentForm.objects.filter(token=sending.token.key).update(
            went_to=sending.went_to, said=sealed(SAID, sending.said)
        )
    sending.is_done = True
    forget(request)


def message_of(first: SentForm) -> str:
    """Return the message shown when a form was processed. It may name somebody and is therefore stored encrypted."""
    return opened(SAID, first.said)


def done_before(token: FormToken, user: Any) -> SentForm | None:
    """Return the record of a form that this account has sent, or None."""
    return SentForm.objects.filter(token=token.key, account=user.pk).first()


def forget_old() -> int:
    """Delete the tokens of forms that can no longer be sent; return how many."""
    return SentForm.objects.filter(sent_at__lt=clock.now() - REMEMBERED).delete()[0]
