"""How long a session lasts: so long after the last request, and so long after signing in, whatever happens between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from pqip.core import clock

SIGNED_IN, SEEN = "signed-in-at", "seen-at"
#: The time of the last request is written at most this often, so that reading pages does not write each time.
WRITTEN_EVERY = 60


@receiver(user_logged_in)
def note_the_time(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Signing in starts both clocks."""
    request.session[SIGNED_IN] = request.session[SEEN] = int(clock.now().timestamp())


class SessionLimits:
    """Signs out whoever has been idle, or signed in, for longer than the settings allow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            instant = int(clock.now().timestamp())
            if is_over(request.session, instant):
                logout(request)
            elif instant - request.session.get(SEEN, 0) >= WRITTEN_EVERY:
                request.session[SEEN] = instant
        return self.get_response(request)


def is_over(session: Any, instant: int) -> bool:
    """Whether a session has passed either limit; one without times has only begun."""
    signed_in, seen = session.get(SIGNED_IN, instant), session.get(SEEN, instant)
    return instant - signed_in >= settings.SESSION_ABSOLUTE_SECONDS or instant - seen >= settings.SESSION_IDLE_SECONDS


def end_sessions(user: Any) -> int:
    """End every session of an account at once; how many there were."""
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
    return len(keys)


def end_every_session() -> int:
    """End everybody's sessions at once; how many there were."""
    ended = UserSession.objects.count()
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    return ended
