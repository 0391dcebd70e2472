"""Error pages in the service's voice: what happened, what was kept, what to do.

A user who had filled in a form gets it back, and nobody else does. Where the database answers, the answers are kept and the
page links to the present form, filled in; where it does not, the page itself carries the form, to be sent again.
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
from pqip.core.access import is_signed_in
from pqip.core.acting import request_id
from pqip.core.clock import london, now, today
from pqip.core.errors import NotAllowed
from pqip.core.formats import plural, time_gov
from pqip.core.tokens import NAME, new_token
from pqip.core.typed import Typed


def conflict(
    request: HttpRequest,
    message: str,
    *,
    back_url: str = "",
    typed: dict[str, object] | None = None,
) -> HttpResponse:
    """Return 409: somebody else was faster.

    `typed` shows what the user entered, where the form is not one whose answers are kept.
    """
    given = _given_back(request)
    back_url = back_url or (request.get_full_path() if request.method == "POST" else "/")
    entered = {
        **(typed or {}),
        **(
            {label: text for _name, label, text in typed_text.words_of(request, given)}
            if given
            else {}
        ),
    }
    context = {"message": message, "back_url": back_url, "entered": entered, "kept": given}
    return render(request, "409.html", context, status=409)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return 403: the role does not allow it, or a rule forbids it; the page says which."""
    why = str(exception) if isinstance(exception, NotAllowed) else ""
    lacks_person = bool(getattr(getattr(request, "user", None), "lacks_person", False))
    return render(
        request,
        "403.html",
        {"why": why, "lacks_person": lacks_person, **_shown(request)},
        status=403,
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return 404: it does not exist, or is out of the user's reach."""
    return render(request, "404.html", _shown(request), status=404)


def already_sent(request: HttpRequest, went_to: str) -> HttpResponse:
    """Return 409: the form was sent before, with other answers."""
    return render(request, "already_sent.html", {**_shown(request), "went_to": went_to}, status=409)


def open_too_long(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403: the page is too old to be sent, or was shown to somebody else. Also used for Django's own token check."""
    typed = _own(request)
    if typed is not None:
        kept = typed if typed.is_good else typed.with_token(new_token(request.user))
        typed_text.keep(request, kept)
    elif not request.user.is_authenticated and typed_text.typed_in(request) is not None:
        return redirect(reverse("account_login", query={"next": request.get_full_path()}))
    return render(
        request, "403_csrf.html", {"kept": typed, "back_url": request.get_full_path()}, status=403
    )


def too_many(request: HttpRequest, retry_after: int = 60, kind: str = "") -> HttpResponse:
    """Return 429: requested or guessed too often; `retry_after` is in seconds. A button sends again what was typed.

    `kind` is `password` or `code` for guesses, otherwise the kind of request, such as `search`.
    """
    guessed = kind in {"password", "code", ""}
    context = {
        "when": again_words(retry_after),
        "kind": kind,
        "typed": [] if guessed else _all_sent(request),
    }
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(retry_after)
    return response


def again_words(seconds: int) -> str:
    """Return when something may be tried again: `in 20 seconds`, `at 3:42pm`, `tomorrow at 9:05am`."""
    if seconds < 2 * 60:
        return f"in {plural(seconds, 'second')}"
    then = now() + dt.timedelta(
        seconds=seconds + 59
    )  # rounded up, so that it is never a minute too early
    day = "tomorrow " if london(then).date() > today() else ""
    return f"{day}at {time_gov(then)}"


def too_slow(retry_after: int = 60, request: HttpRequest | None = None) -> HttpResponse:
    """Return 503: the request takes longer than a page may. It says what to do, and needs neither database nor session."""
    html = render_to_string("slow.html", _to_send_again(request))
    return HttpResponse(
        html,
        status=503,
        headers={"Retry-After": str(retry_after), "Cache-Control": "private, no-store"},
    )


def unavailable(retry_after: int = 300, request: HttpRequest | None = None) -> HttpResponse:
    """Return 503: the service is unavailable.

    Needs neither database nor session. With `request`, the page carries a form that was sent.
    """
    html = render_to_string("503.html", _to_send_again(request))
    return HttpResponse(
        html,
        status=503,
        headers={"Retry-After": str(retry_after), "Cache-Control": "private, no-store"},
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Return 500: a fault of ours; it needs as little as 503 does.

    It says that the people who run the service have been told, where that is so (`pqip/messages/telling.py`).
    """
    are_told = getattr(request, "administrators_told", False)
    html = render_to_string(
        "500.html",
        {"administrators_told": are_told, "name": request_id.get(), **_to_send_again(request)},
    )
    return HttpResponse(html, status=500, headers={"Cache-Control": "private, no-store"})


def _own(request: HttpRequest) -> Typed | None:
    """Return what was sent, where its page was shown to the user who is signed in; else None."""
    typed = typed_text.typed_in(request)
    return (
        typed
        if typed and request.user.is_authenticated and typed.account == str(request.user.public_id)
        else None
    )


def _given_back(request: HttpRequest) -> Typed | None:
    """Return what was sent, after keeping it for the present form; or what was kept earlier for a page that cannot be
    shown.
    """
    if not hasattr(request, "session") or not is_signed_in(request):
        return None
    typed = _own(request)
    if typed is not None:
        typed_text.keep(request, typed)
        return typed
    return typed_text.given_back(request)


def _shown(request: HttpRequest) -> dict[str, Any]:
    """Return the typed text, to be copied from the page."""
    typed = _own(request)
    return {
        "entered": {label: text for _name, label, text in typed_text.words_of(request, typed)}
        if typed
        else {}
    }


def _to_send_again(request: HttpRequest | None) -> dict[str, Any]:
    """Return the form as it was sent, with its own token, so that sending it twice does it once.

    Typed text can be changed.
    """
    typed = typed_text.typed_in(request) if request is not None else None
    if request is None or typed is None:
        return {"form_again": None}
    words = list(typed_text.words_of(request, typed))
    seen = {name for name, _label, _said in words}
    hidden = [
        (name, value) for name, values in typed.answers if name not in seen for value in values
    ]
    hidden.append((NAME, typed.token.text))
    return {
        "form_again": {"url": typed.path, "words": words, "hidden": hidden, "files": typed.files},
        "csrf_token": get_token(request),
    }


def _all_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a sent form, to be sent again.

    Passwords are left out, and so is everything of a form with a file, which has to be chosen again.
    """
    posted = request.POST.lists() if request.method == "POST" and not request.FILES else ()
    return [
        (name, value)
        for name, values in posted
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name
    ]
