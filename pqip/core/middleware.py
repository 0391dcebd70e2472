"""What every request carries, and how errors of the domain become pages."""

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
    """Gives each request an id (a proxy of ours', if it is plain) that logs and audit carry, and says it came from the web.

    A page whose question takes the database too long says what to do (503). One that the database or the cache does not answer
    is unavailable (503): so signing in, which counts attempts in
    the cache, stays shut while the cache is away.
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
    """400 for an address with the sign that no text of the database may hold: nobody types it, and no page has to think of it."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return bad_request(request, SuspiciousOperation("NUL in the address"))
    return None


def away(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """The page that says the service is unavailable, where database or cache is why; a request leaves one line in the log."""
    if took_too_long(exception):
        log.warning("too slow", extra={"event": "too_slow", "path": request.path})
        return _logged(too_slow(request=request))
    if not is_away(exception):
        return None
    if not getattr(request, "is_told", False):
        request.is_told = True  # type: ignore[attr-defined]
        log.error("unavailable", extra={"event": "unavailable", "path": request.path, "detail": type(exception).__name__})
    return _logged(unavailable(request=request))


def _logged(response: HttpResponse) -> HttpResponse:
    """An answer that a line of ours tells of: Django adds one, with a traceback, to those that it knows nothing of."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: whatever nobody caught, wherever it happened, on the way in and on the way out too."""
    return away(request, sys.exc_info()[1]) or broken(request)


class PrivacyHeaders:
    """Nothing a signed-in person saw is kept by a browser or a proxy, and no page may use a device's sensors.

    Signed-in responses say `Cache-Control: no-store`. The response that ends a session asks the browser to forget what it
    kept of this host; not its cookies, since that would reach every other service of the same domain.
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
