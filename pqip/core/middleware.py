"""What every request carries, and how errors of the domain become pages."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pqip.core.acting import origin, request_id
from pqip.core.errors import Conflict, NotAllowed

SAFE_ID = re.compile(r"[\w-]{8,64}")
security = logging.getLogger("security.authz")


class RequestMiddleware:
    """Gives each request an id (a proxy's, if it is plain) that logs and audit carry, and says it came from the web."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        name = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        id_token, origin_token = request_id.set(name), origin.set("web")
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = name
            return response
        finally:
            request_id.reset(id_token)
            origin.reset(origin_token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Conflict):
            return render(request, "409.html", {"message": str(exception)}, status=409)
        if isinstance(exception, NotAllowed):
            security.warning("not allowed", extra={"event": "denied", "path": request.path})
            return render(request, "403.html", status=403)
        return None
