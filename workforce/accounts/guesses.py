"""Limits on attempts at a password or a second factor's code, without locking out the owner.

On a device where the account signed in before, only that device's own attempts count. On any other,
three limits count: attempts at this account from this address, attempts from this address at any
account, and, more slowly, attempts at this account from everywhere. Owners whose account is
attacked from many addresses sign in on a known device, or with a link by e-mail, which makes a
device known. A right answer takes its attempt back.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_reset
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from django.dispatch import receiver
from django.http import HttpRequest

from pqip.core.limits import CountedUse, Limit, count
from pqip.govuk import signin
from workforce.accounts.devices import CODE, PASSWORD, account_of, known


def count_guess(request: HttpRequest, what: str, account: str) -> CountedUse:
    """Count an attempt before it is checked. Raises TooMany if one of the limits is reached."""
    return count(request, what, _limits(request, what, account))


def _limits(request: HttpRequest, what: str, account: str) -> list[Limit]:
    if device := known(request, what, account):
        return [Limit("guess_on_known_device", f"{what}|{account}|{device}")]
    return [
        Limit("guess_from_address", f"{what}|{account}|{get_ip(request)}"),
        Limit("guess_at_any_account"),
        Limit("guess_from_anywhere", f"{what}|{account}"),
    ]


@receiver(password_reset)
def reset_guesses(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Reset the attempts on this device, because a link mailed to the account was opened here."""
    if device := known(request, PASSWORD, account_of(user)):
        Limit("guess_on_known_device", f"{PASSWORD}|{account_of(user)}|{device}").forget(request)


class CountedCode:
    """Mixin for forms that ask for a code of the second factor."""

    user: Any

    def clean_code(self) -> str:
        guess = count_guess(context.request, CODE, account_of(self.user))
        code = super().clean_code()  # type: ignore[misc]
        guess.take_back()
        return code


class ChangePasswordForm(signin.ChangePasswordForm):
    """Asks for the current password, which counts as an attempt: the user may have left the desk."""

    def clean_oldpassword(self) -> str:
        guess = count_guess(context.request, PASSWORD, account_of(self.user))
        old = super().clean_oldpassword()
        guess.take_back()
        return old


class AuthenticateForm(CountedCode, signin.AuthenticateForm):
    """The form for the code while signing in."""


class SecondFactorAgainForm(CountedCode, signin.SecondFactorAgainForm):
    """The form for the code before a sensitive action."""
