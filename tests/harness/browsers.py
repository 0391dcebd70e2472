"""Adapts Django's test client, which signs in and reads its session without the middleware.

It is told how the cookie is written, and it sees the context of a page, which Jinja2 does not report by itself.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.jinja2 import Template
from django.test import Client
from django.test.client import ClientMixin
from django.test.signals import template_rendered

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


def _render_and_report(
    self: Template, context: Any = None, request: HttpRequest | None = None
) -> str:
    """Render with the context itself: the engine adds to it, and what follows the page sees that."""
    template_rendered.send(sender=self, template=self, context=dict(context or {}))
    return _rendered(self, context, request)


_rendered = Template.render
Template.render = _render_and_report
ClientMixin._set_login_cookies = _signed_in
Client.session = property(_session)
