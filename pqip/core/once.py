"""The same form sent twice makes one record.

A double click, back and send again, a retry after the network broke, two tabs, two at the very same moment: the form's token
(`tokens.py`) is written in the transaction of what the form does, once. Whoever comes second waits for the first and is led to
what came of it. Where the answers are others than those that were recorded, nothing is recorded, and they are told so.
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

#: A day longer than a token is good for, so that no token outlives the memory of what was done with it.
REMEMBERED = dt.timedelta(seconds=GOOD_FOR) + dt.timedelta(days=1)

SAID = "said of a form"
CLAIM = (
    "INSERT INTO core_sentform (token, account_id, answers, went_to, said) VALUES (%s, %s, %s, '', '') "
    "ON CONFLICT (token) DO NOTHING"
)


class AlreadySent(Exception):
    """This form has been sent before, and what it asked for is done: `first` tells."""

    def __init__(self, first: SentForm) -> None:
        super().__init__()
        self.first = first


@dataclass
class Sending:
    """One form on its way. `became` says what came of it, for whoever sends it again."""

    token: FormToken | None
    went_to: str = ""
    said: str = ""
    is_done: bool = False

    def became(self, went_to: str, said: str) -> None:
        self.went_to, self.said = went_to, said


def claimed(request: Any) -> Sending:
    """The form that this request sends; one without a token is not held to once.

    Usually told by the middleware. A request that was set aside for a fresh sign-in comes back without having passed it.
    """
    if not hasattr(request, "sending"):
        token = read_token(request.POST.get(NAME, ""))
        is_own = token is not None and token.is_good and token.account == str(getattr(request.user, "public_id", ""))
        request.sending = Sending(token if is_own else None)
    sending: Sending = request.sending
    return sending


@contextmanager
def once(request: HttpRequest) -> Iterator[Sending]:
    """What is done within is done once for each form: one transaction with the token.

    Raises AlreadySent where the form was done before, after waiting for who is doing it now.
    """
    sending = claimed(request)
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


def said_of(first: SentForm) -> str:
    """What was said when a form was done. It may name somebody, so that it is kept sealed."""
    return opened(SAID, first.said)


def done_before(token: FormToken, user: Any) -> SentForm | None:
    """What came of a form that this account has sent."""
    return SentForm.objects.filter(token=token.key, account=user.pk).first()


def forget_old() -> int:
    """Clear the tokens of forms that can no longer be sent; how many."""
    return SentForm.objects.filter(sent_at__lt=clock.now() - REMEMBERED).delete()[0]
