"""Changes to django-allauth: nobody signs up, mail goes through our messages, and secrets are
encrypted.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from pqip.core import clock
from pqip.core.acting import Job
from pqip.core.addresses import client_address
from pqip.core.errors import TooMany
from pqip.core.limits import Limit, count
from pqip.core.sealing import cipher
from pqip.messages.sending import send
from workforce.accounts.demonstration import is_made_up
from workforce.accounts.devices import PASSWORD
from workforce.accounts.guesses import count_guess
from workforce.accounts.sessions import SIGNED_IN

#: For each prefix of allauth's mail templates, our notice. No other mail of allauth is sent.
NOTICES = {"account/email/password_reset_key": "password_reset"}
SIGN_IN = Job("sign-in")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the mail to our messages, which send it once and report if it was not delivered."""
        notice = NOTICES.get(template_prefix)
        if notice and self._may_be_mailed(email):
            link = (
                settings.SITE_ADDRESS + urlsplit(context["password_reset_url"]).path
            )  # the configured address, not the host in the request
            reference = f"{notice}:{get_random_string(22)}"
            send(
                notice,
                to=email,
                reference=reference,
                by=SIGN_IN,
                context={"link": link},
                is_one_time=True,
            )

    def _may_be_mailed(self, email: str) -> bool:
        """Return False if an address has had several mails lately, whoever asked for them.

        The link in the last mail still works, and the page says the same in either case.
        """
        try:
            count(self.request, "mail", [Limit("mail_a_link", email.strip().lower())])
        except TooMany:
            return False
        return True

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Count every attempt at a password before it is checked, also when it is asked for again."""
        guess = count_guess(request, PASSWORD, credentials.get("email", "").strip().lower())
        user = super().authenticate(request, **credentials)
        if user and is_made_up(user.email) and not settings.PQIP_DEMO:
            return None
        if user:
            guess.take_back()
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return False for somebody who has just signed in, so that the password is not asked for
        twice.
        """
        since = clock.now().timestamp() - self.request.session.get(SIGNED_IN, 0)
        return (
            since > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
            and super().is_reauthentication_required(app=app, **kwargs)
        )

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: the pages say what happened, and no banner repeats it."""


class MfaAdapter(DefaultMFAAdapter):
    """Encrypts secrets of the second factor with a key derived from SECRET_KEY.

    Keys derived from earlier secrets still decrypt them.
    """

    def encrypt(self, text: str) -> str:
        return cipher("second factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher("second factor").decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Return False if a second factor is required: then only an administrator resets it."""
        return not settings.REQUIRE_SECOND_FACTOR
