"""Browsers on which an account has signed in before, recognised by a cookie.

Wrong attempts by somebody else lock out strangers, but not the owner on a known device
(`guesses.py`). The cookie holds a random number and, for each account that signed in there, a proof
made with SECRET_KEY. It names nobody and signs nobody in. A forged proof, or one copied from
another browser, gives no more than that browser's own few attempts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Any

from allauth.account.signals import password_reset
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

#: What is guessed: a password or a code. Whoever sets a password from a link in a mail has proved
#: the mailbox, but not the second factor.
PASSWORD, CODE = "password", "code"
#: The most proofs in a cookie: the latest accounts on a shared desk have two each.
KEPT = 20
DAYS = 90
WRITTEN = re.compile(r"[0-9a-f]{32}(?:\.[0-9a-f]{32})*")


def known(request: HttpRequest, what: str, account: str) -> str:
    """Return the device's number if `account` has signed in on it before; else an empty text."""
    device, proofs = _read(request)
    wanted = list(_proofs(device, what, account)) if device else []
    return (
        device
        if any(constant_time_compare(proof, one) for proof in proofs for one in wanted)
        else ""
    )


class KnownDevices:
    """Writes the cookie after somebody has signed in or set a password from a link."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if learnt := getattr(request, "learnt_device", None):
            device, proofs = _read(request)
            device = device or token_hex(16)
            new = [next(_proofs(device, what, account)) for what, account in learnt]
            earlier = [proof for proof in proofs if proof not in new]
            response.set_cookie(
                settings.KNOWN_DEVICE_COOKIE_NAME,
                ".".join([device, *[*earlier, *new][-KEPT:]]),
                max_age=DAYS * 24 * 60 * 60,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


@receiver(user_logged_in)
def signed_in_here(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Remember the device for password and code, which were both right."""
    _learn(request, user, PASSWORD, CODE)


@receiver(password_reset)
def reset_here(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Remember the device for the password, because a link mailed to the account was opened here."""
    _learn(request, user, PASSWORD)


def _learn(request: HttpRequest, user: Any, *what: str) -> None:
    request.learnt_device = [(one, account_of(user)) for one in what]  # type: ignore[attr-defined]


def account_of(user: Any) -> str:
    """Return how attempts and devices name an account: by the address typed to sign in, known or
    not.
    """
    return user.email.strip().lower()


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    written = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, "")
    if not WRITTEN.fullmatch(written):
        return "", []
    device, *proofs = written.split(".")
    return device, proofs[-KEPT:]


def _proofs(device: str, what: str, account: str) -> Iterator[str]:
    """Yield the proof made with the current key, then those made with earlier keys that are still
    valid.
    """
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(
            "known device", f"{what}|{device}|{account}", secret=secret, algorithm="sha256"
        ).hexdigest()[:32]
