"""What we change of django-allauth: nobody signs up, mail goes through our messages, secrets are kept encrypted."""

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

#: allauth's mail, by the prefix of its templates → our notice. Any other mail of allauth's is not sent.
NOTICES = {"account/email/password_reset_key": "password_reset"}
SIGN_IN = Job("sign-in")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the mail to our messages, which send it once and tell when it did not arrive."""
        notice = NOTICES.get(template_prefix)
        if notice and self._may_be_mailed(email):
            link = settings.SITE_ADDRESS + urlsplit(context["password_reset_url"]).path  # not at the host that was asked
            reference = f"{notice}:{get_random_string(22)}"
            send(notice, to=email, reference=reference, by=SIGN_IN, context={"link": link}, is_one_time=True)

    def _may_be_mailed(self, email: str) -> bool:
        """A few mails in a while, whoever asks for them: the one that is there already works, and the page says the same."""
        try:
            count(self.request, "mail", [Limit("mail_a_link", email.strip().lower())])
        except TooMany:
            return False
        return True

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Every guess at a password is counted before it is looked at, also when it is asked for again."""
        guess = count_guess(request, PASSWORD, credentials.get("email", "").strip().lower())
        user = super().authenticate(request, **credentials)
        if user and is_made_up(user.email) and not settings.PQIP_DEMO:
            return None
        if user:
            guess.take_back()
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Somebody who has only just signed in is not asked for the password twice."""
        since = clock.now().timestamp() - self.request.session.get(SIGNED_IN, 0)
        return since > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT and super().is_reauthentication_required(app=app, **kwargs)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages say what happened; no banner repeats it."""


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted with a key made from SECRET_KEY; older keys still open them."""

    def encrypt(self, text: str) -> str:
        return cipher("second factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher("second factor").decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Where a second factor is required nobody takes it off; an administrator resets it."""
        return not settings.REQUIRE_SECOND_FACTOR
