"""allauth writes accounts itself, so its forms run as somebody: the signed-in person, or the job *sign-in*."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from pqip.core.access import is_library
from pqip.core.acting import Job, act

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class _SaysNo(Exception):
    """Takes back what was written on the way to an answer that says no."""


class ActingMiddleware:
    """Runs allauth's unsafe requests within `act`; our own views act in their actions. Stands last of all middleware.

    An answer that says no, or that something broke, leaves nothing written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or not _is_allauths(request):
            return self.get_response(request)
        user = request.user
        try:
            with act(by=user if user.is_authenticated else Job("sign-in"), reason="Account"):
                response = self.get_response(request)
                if response.status_code >= 400:
                    raise _SaysNo
        except _SaysNo:
            pass
        return response


def _is_allauths(request: HttpRequest) -> bool:
    try:
        return is_library(resolve(request.path_info).func)
    except Resolver404:
        return False
