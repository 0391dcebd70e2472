"""How long there is left before somebody is signed out, and a way to stay: for the warning that every page carries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.generic import View

from pqip.core.access import PUBLIC, PermissionRequired


class SessionLeft(PermissionRequired, View):
    """GET only asks. POST is a request like any other, after which there is the whole time again. Nobody has 0 seconds."""

    permission = PUBLIC

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        idle, whole = getattr(request, "session_left", (0, 0))
        answer = JsonResponse({"left": max(0, min(idle, whole)), "may_stay": whole > idle})
        answer["Cache-Control"] = "private, no-store"
        return answer

    post = get
