"""Runs allauth's forms, which write accounts themselves, as the signed-in user or the job
*sign-in*.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from pqip.core.access import is_library
from pqip.core.acting import Job, acting_as

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class _ErrorResponse(Exception):
    """Rolls back what was written when the response is an error."""


class ActingMiddleware:
    """Runs allauth's unsafe requests within `acting_as`; our own views act in their actions.

    It is the last middleware. An error response leaves nothing written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or not _is_allauth_view(request):
            return self.get_response(request)
        user = request.user
        try:
            with acting_as(by=user if user.is_authenticated else Job("sign-in"), reason="Account"):
                response = self.get_response(request)
                if response.status_code >= 400:
                    raise _ErrorResponse
        except _ErrorResponse:
            pass
        return response


def _is_allauth_view(request: HttpRequest) -> bool:
    try:
        return is_library(resolve(request.path_info).func)
    except Resolver404:
        return False
