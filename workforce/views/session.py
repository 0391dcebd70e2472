"""How much time is left before a user is signed out, and a way to stay, for the warning on every
page.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.generic import View

from pqip.core.access import PUBLIC, PermissionRequired


class SessionLeft(PermissionRequired, View):
    """Returns the time left as JSON.

    GET only asks. POST is a request like any other and starts the time again. A user who is not
    signed in has 0 seconds.
    """

    permission = PUBLIC

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        idle, absolute = getattr(request, "session_left", (0, 0))
        answer = JsonResponse({"left": max(0, min(idle, absolute)), "may_stay": absolute > idle})
        answer["Cache-Control"] = "private, no-store"
        return answer

    post = get
