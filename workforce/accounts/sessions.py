"""Limits a session: a time after the last request, and a time after signing in, whatever happens
between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pqip.core import clock

SIGNED_IN, SEEN = "signed-in-at", "seen-at"
#: Seconds between updates of the time of the last request, so that reading pages does not write
#: each time.
WRITTEN_EVERY = 60
#: Seconds by which the clocks of two web servers may differ. A session seen later than that from
#: now was seen by a clock that had jumped ahead, and has ended.
CLOCKS_DIFFER = 5 * 60
#: The page that says how much time is left.
ASKED = "workforce:session"


@receiver(user_logged_in)
def start_clocks(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Start both clocks when somebody signs in."""
    request.session[SIGNED_IN] = request.session[SEEN] = int(clock.now().timestamp())


@receiver(authentication_step_completed)
def renew_session_key(
    sender: Any, request: HttpRequest, *, reauthenticated: bool = False, **kwargs: Any
) -> None:
    """Give a new session key to somebody who confirms their identity, as at signing in.

    A key that was stolen before is then useless.
    """
    if reauthenticated:
        before = request.session.session_key
        request.session.cycle_key()
        UserSession.objects.filter(session_key=before).update(
            session_key=request.session.session_key
        )


class SessionLimits:
    """Signs out users who have been idle, or signed in, for longer than the settings allow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            instant = int(clock.now().timestamp())
            if min(left(request.session, instant)) <= 0:
                logout(request)
            else:
                if instant - request.session.get(SEEN, 0) >= WRITTEN_EVERY and not _only_asks(
                    request
                ):
                    request.session[SEEN] = instant
                request.session_left = left(request.session, instant)  # type: ignore[attr-defined]
        return self.get_response(request)


def _only_asks(request: HttpRequest) -> bool:
    """Return True if a page's script only asks how much time is left, which is not activity of the
    user.
    """
    return request.method == "GET" and request.path_info == reverse(ASKED)


def left(session: Any, instant: int) -> tuple[int, int]:
    """Return the seconds until a session ends without requests, and until it ends in any case.

    A session without times has just begun.
    """
    signed_in, seen = session.get(SIGNED_IN, instant), session.get(SEEN, instant)
    if max(signed_in, seen) > instant + CLOCKS_DIFFER:
        return 0, 0
    return settings.SESSION_IDLE_SECONDS - (instant - seen), settings.SESSION_ABSOLUTE_SECONDS - (
        instant - signed_in
    )


def end_sessions(user: Any) -> int:
    """End every session of an account at once, and return how many there were."""
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
    return len(keys)


def end_every_session() -> int:
    """End everybody's sessions at once, and return how many there were."""
    ended = UserSession.objects.count()
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    return ended
