"""Pages for what went wrong, in the service's voice. Django's own handlers show 400, 403, 404 and 500 from their templates."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from pqip.core.clock import london, now, today
from pqip.govuk.formats import plural, time_gov


def conflict(request: HttpRequest, message: str, *, back_url: str = "/", typed: dict[str, object] | None = None) -> HttpResponse:
    """409: somebody else was faster. `typed` shows what the person had entered, so that nothing of it is lost."""
    context = {"message": message, "back_url": back_url, "typed": typed or {}}
    return render(request, "409.html", context, status=409)


def too_many(request: HttpRequest, retry_after: int = 60, kind: str = "") -> HttpResponse:
    """429: asked or guessed too often; `retry_after` in seconds. What was typed is sent again by the page's button.

    `kind` says of what: `password` or `code` where it was guessed at, else what was asked, such as `search`.
    """
    guessed = kind in {"password", "code", ""}
    context = {"when": again_words(retry_after), "kind": kind, "typed": [] if guessed else typed_in(request)}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(retry_after)
    return response


def again_words(seconds: int) -> str:
    """When something may be tried again: `in 20 seconds`, `at 3:42pm`, `tomorrow at 9:05am`."""
    if seconds < 2 * 60:
        return f"in {plural(seconds, 'second')}"
    then = now() + dt.timedelta(seconds=seconds + 59)  # never a minute too soon
    day = "tomorrow " if london(then).date() > today() else ""
    return f"{day}at {time_gov(then)}"


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, to be sent again; but no password, and nothing of a form with a file, which has to be chosen anew."""
    posted = request.POST.lists() if request.method == "POST" and not request.FILES else ()
    return [
        (name, value) for name, values in posted for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]


def unavailable(retry_after: int = 300) -> HttpResponse:
    """503: closed for a while; needs neither request, database nor session."""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(retry_after)})
