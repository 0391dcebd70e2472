"""What every request carries, and how domain errors become pages."""

from __future__ import annotations

import logging
import re
import sys
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

from pqip.core.acting import origin, request_id
from pqip.core.errors import Conflict, NotAllowed, TooMany
from pqip.core.patience import is_away, took_too_long
from pqip.govuk.errors import broken, conflict, refused, too_many, too_slow, unavailable

SAFE_ID = re.compile(r"[\w-]{8,64}")
log = logging.getLogger("pqip.requests")


class RequestMiddleware:
    """Gives each request an id (our proxy's, where it is plain) for logs and audit, and marks it as coming from the web.

    A page whose query takes the database too long says what to do (503). A page for which the database or the cache does
    not answer is unavailable (503). Signing in counts attempts in the cache, and so is not possible without it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        name = given if settings.TRUSTED_PROXIES and SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        id_token, origin_token = request_id.set(name), origin.set("web")
        try:
            response = bad(request) or self.get_response(request)
            response["X-Request-Id"] = name
            return response
        finally:
            request_id.reset(id_token)
            origin.reset(origin_token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Conflict):
            return conflict(request, str(exception))
        if isinstance(exception, NotAllowed):
            return refused(request, exception)
        if isinstance(exception, TooMany):
            return too_many(request, exception.seconds, exception.kind)
        return away(request, exception)


def bad(request: HttpRequest) -> HttpResponse | None:
    """Return 400 for an address with a NUL character, which database text cannot hold and nobody types; None otherwise."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return bad_request(request, SuspiciousOperation("NUL in the address"))
    return None


def away(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """Return the page that says the service is unavailable where database or cache is the cause, logging one line; None
    otherwise.
    """
    if took_too_long(exception):
        log.warning("too slow", extra={"event": "too_slow", "path": request.path})
        return _logged(too_slow(request=request))
    if not is_away(exception):
        return None
    if not getattr(request, "is_told", False):
        request.is_told = True  # type: ignore[attr-defined]
        log.error(
            "unavailable",
            extra={
                "event": "unavailable",
                "path": request.path,
                "detail": type(exception).__name__,
            },
        )
    return _logged(unavailable(request=request))


def _logged(response: HttpResponse) -> HttpResponse:
    """Mark a response as logged; otherwise Django logs it too, with a traceback."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: handles every exception that nothing else caught, including those in middleware."""
    return away(request, sys.exc_info()[1]) or broken(request)


class PrivacyHeaders:
    """Keeps browsers and proxies from storing what a signed-in user saw, and pages from using a device's sensors.

    Signed-in responses say `Cache-Control: no-store`. The response that ends a session asks the browser to clear what it
    stored from this host, except cookies, since that would affect every other service of the same domain.
    """

    PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        response["Permissions-Policy"] = self.PERMISSIONS
        if was_signed_in or request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        if was_signed_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
