"""Stores signed-in sessions so that reading or writing their table gives access to no account.

The browser's cookie holds the session's key and a proof made with SECRET_KEY, so a key read in the
database is not enough. The session's data is signed together with its key, so it is not valid in
another row.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse


class SessionStore(db.SessionStore):
    """Django's session store, with each row signed for its own key."""

    @property
    def key_salt(self) -> str:
        return f"{super().key_salt} {self.session_key}"


class Sessions(SessionMiddleware):
    """Django's session middleware, with a proof in the cookie."""

    def process_request(self, request: HttpRequest) -> None:
        key = key_in(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
        request.session = self.SessionStore(key)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie.value:
            written = cookie_of(cookie.value)
            cookie.set(settings.SESSION_COOKIE_NAME, written, written)
        return response


def cookie_of(key: str) -> str:
    """Return the value of a session's cookie."""
    return _signer().sign(key)


def key_in(cookie: str) -> str | None:
    """Return the session's key, or None for a cookie that this service did not issue.

    Current and earlier secrets are accepted.
    """
    try:
        return _signer().unsign(cookie)
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(salt="session cookie", sep=".")
