"""allauth writes accounts itself, so its forms run as somebody: the signed-in person, or the job *sign-in*."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from pqip.core.access import is_library
from pqip.core.acting import Job, act

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ActingMiddleware:
    """Runs allauth's unsafe requests within `act`; our own views act in their actions. Stands last of all middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method in SAFE or not is_library(view):
            return None
        user = request.user
        by = user if user.is_authenticated else Job("sign-in")
        with act(by=by, reason="Account"):
            return view(request, *args, **kwargs)
