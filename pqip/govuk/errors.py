"""Pages for what went wrong, in the service's voice. Django's own handlers show 400, 403, 404 and 500 from their templates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def conflict(request: HttpRequest, message: str, *, back_url: str = "/", typed: dict[str, object] | None = None) -> HttpResponse:
    """409: somebody else was faster. `typed` shows what the person had entered, so that nothing of it is lost."""
    context = {"message": message, "back_url": back_url, "typed": typed or {}}
    return render(request, "409.html", context, status=409)


def too_many(request: HttpRequest, retry_after: int = 60) -> HttpResponse:
    """429: asked too often; `retry_after` in seconds."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(retry_after)
    return response


def too_slow(retry_after: int = 60) -> HttpResponse:
    """503: what was asked takes longer than a page may; says what to do, and needs neither database nor session."""
    return HttpResponse(render_to_string("slow.html"), status=503, headers={"Retry-After": str(retry_after)})


def unavailable(retry_after: int = 300) -> HttpResponse:
    """503: closed for a while; needs neither request, database nor session."""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(retry_after)})
