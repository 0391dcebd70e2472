"""Django's test client signs in and reads its session without the middleware, so it is told how the cookie is written."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.test.client import ClientMixin

from workforce.accounts.session_store import SessionStore, cookie_of, key_in

_plain = ClientMixin._set_login_cookies


def _signed_in(self: ClientMixin, request: HttpRequest) -> None:
    _plain(self, request)
    cookie = self.cookies[settings.SESSION_COOKIE_NAME]
    cookie.set(settings.SESSION_COOKIE_NAME, *[cookie_of(cookie.value)] * 2)


def _session(self: Client) -> Any:
    cookie = self.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie:
        return SessionStore(key_in(cookie.value))
    session = SessionStore()
    session.save()
    self.cookies[settings.SESSION_COOKIE_NAME] = cookie_of(session.session_key)
    return session


ClientMixin._set_login_cookies = _signed_in
Client.session = property(_session)
