"""Pages for what went wrong, in the service's voice: what happened, what was kept, what to do.

Whoever had filled in a form gets it back, and nobody else does. Where the database answers, it is kept for them and the page
leads to the form as it is now, filled in; where it does not, the page itself carries the form, to be sent again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from pqip.core import typed as typed_text
from pqip.core.acting import request_id
from pqip.core.clock import london, now, today
from pqip.core.errors import NotAllowed
from pqip.core.tokens import NAME, new_token
from pqip.core.typed import Typed
from pqip.govuk.formats import plural, time_gov


def conflict(request: HttpRequest, message: str, *, back_url: str = "", typed: dict[str, object] | None = None) -> HttpResponse:
    """409: somebody else was faster. `typed` shows what the person had entered, where the form is not one that is kept."""
    given = _given_back(request)
    back_url = back_url or (request.get_full_path() if request.method == "POST" else "/")
    entered = {**(typed or {}), **({label: said for _name, label, said in typed_text.words_of(request, given)} if given else {})}
    context = {"message": message, "back_url": back_url, "entered": entered, "kept": given}
    return render(request, "409.html", context, status=409)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the role does not include it, or a rule about who may; the page says which."""
    why = str(exception) if isinstance(exception, NotAllowed) else ""
    return render(request, "403.html", {"why": why, **_shown(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is none, or none within reach."""
    return render(request, "404.html", _shown(request), status=404)


def already_sent(request: HttpRequest, went_to: str) -> HttpResponse:
    """409: the form was sent before, with other answers."""
    return render(request, "already_sent.html", {**_shown(request), "went_to": went_to}, status=409)


def open_too_long(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page is too old to be sent, or was shown to somebody else. Settings name it for Django's own check of tokens."""
    typed = _own(request)
    if typed is not None:
        kept = typed if typed.is_good else typed.anew(new_token(request.user))
        typed_text.keep(request, kept)
    elif not request.user.is_authenticated and typed_text.typed_in(request) is not None:
        return redirect(reverse("account_login", query={"next": request.get_full_path()}))
    return render(request, "403_csrf.html", {"kept": typed, "back_url": request.get_full_path()}, status=403)


def too_many(request: HttpRequest, retry_after: int = 60, kind: str = "") -> HttpResponse:
    """429: asked or guessed too often; `retry_after` in seconds. What was typed is sent again by the page's button.

    `kind` says of what: `password` or `code` where it was guessed at, else what was asked, such as `search`.
    """
    guessed = kind in {"password", "code", ""}
    context = {"when": again_words(retry_after), "kind": kind, "typed": [] if guessed else _all_sent(request)}
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


def too_slow(retry_after: int = 60, request: HttpRequest | None = None) -> HttpResponse:
    """503: what was asked takes longer than a page may; says what to do, and needs neither database nor session."""
    html = render_to_string("slow.html", _to_send_again(request))
    return HttpResponse(html, status=503, headers={"Retry-After": str(retry_after), "Cache-Control": "private, no-store"})


def unavailable(retry_after: int = 300, request: HttpRequest | None = None) -> HttpResponse:
    """503: closed for a while; needs neither database nor session. With the request, a form that was sent comes back in it."""
    html = render_to_string("503.html", _to_send_again(request))
    return HttpResponse(html, status=503, headers={"Retry-After": str(retry_after), "Cache-Control": "private, no-store"})


def broken(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; as little is asked of anything as for 503. It says that the people who run the service have been
    told where they have been (`pqip/messages/telling.py`)."""
    told = getattr(request, "administrators_told", False)
    html = render_to_string("500.html", {"administrators_told": told, "name": request_id.get(), **_to_send_again(request)})
    return HttpResponse(html, status=500, headers={"Cache-Control": "private, no-store"})


def _own(request: HttpRequest) -> Typed | None:
    """What was sent, where its page was shown to who is signed in."""
    typed = typed_text.typed_in(request)
    return typed if typed and request.user.is_authenticated and typed.account == str(request.user.public_id) else None


def _given_back(request: HttpRequest) -> Typed | None:
    """What was sent, now kept for the form as it is; or what was kept before of a page that cannot be opened any more."""
    if not hasattr(request, "session") or not request.user.is_authenticated:
        return None
    typed = _own(request)
    if typed is not None:
        typed_text.keep(request, typed)
        return typed
    return typed_text.given_back(request)


def _shown(request: HttpRequest) -> dict[str, Any]:
    """What was typed in words, to be copied from the page."""
    typed = _own(request)
    return {"entered": {label: said for _name, label, said in typed_text.words_of(request, typed)} if typed else {}}


def _to_send_again(request: HttpRequest | None) -> dict[str, Any]:
    """The form as it was sent, with its own token: sent twice, it is done once. What was typed in words can be changed."""
    typed = typed_text.typed_in(request) if request is not None else None
    if request is None or typed is None:
        return {"form_again": None}
    words = list(typed_text.words_of(request, typed))
    seen = {name for name, _label, _said in words}
    hidden = [(name, value) for name, values in typed.answers if name not in seen for value in values]
    hidden.append((NAME, typed.token.text))
    return {
        "form_again": {"url": typed.path, "words": words, "hidden": hidden, "files": typed.files},
        "csrf_token": get_token(request),
    }


def _all_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, to be sent again; but no password, and nothing of a form with a file, which has to be chosen anew."""
    posted = request.POST.lists() if request.method == "POST" and not request.FILES else ()
    return [
        (name, value) for name, values in posted for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
