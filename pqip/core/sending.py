"""What happens to forms on their way in and out: see `once.py` and `typed.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from pqip.core import typed as typed_text
from pqip.core.models import SentForm
from pqip.core.once import Sending, done_before, said_of
from pqip.core.tokens import NAME, new_token, read_token
from pqip.govuk.errors import already_sent, open_too_long

#: Answers after which it is asked whether somebody else, or the other of two clicks, was the first with this very form.
SAYS_NO = {200, 403, 404, 409}
TWICE = "You sent this more than once. It has been recorded once."


class SendingMiddleware:
    """Leads a form that was sent before to what came of it, and keeps what was typed where a session has ended.

    Stands after whatever says who is signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST":
            return response
        if _asks_to_sign_in(request, response):
            return _kept_for_later(request, response)
        sending: Sending | None = getattr(request, "sending", None)
        if sending and sending.token and not sending.is_done and response.status_code in SAYS_NO:
            first = done_before(sending.token, request.user)
            return outcome(request, first) if first else response
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or not request.user.is_authenticated or typed_text.page_of(request) is None:
            return None
        said = request.POST.get(NAME)
        if not said:
            return None
        token = read_token(said)
        if token is None or token.account != str(request.user.public_id):  # type: ignore[union-attr]
            return open_too_long(
                request
            )  # shown to somebody else, who was signed in here before: nothing of it is given to anybody
        if typed_text.KEEP in request.POST:
            return _shown_again(request)
        if (first := done_before(token, request.user)) is not None:
            return outcome(request, first)
        if not token.is_good:
            return open_too_long(request)
        request.sending = Sending(token)  # type: ignore[attr-defined]
        return None


def outcome(request: HttpRequest, first: SentForm) -> HttpResponse:
    """Where the first led, and what it said; or, where something else was sent, that nothing of it was recorded."""
    if first.answers != typed_text.fingerprint_of(request):
        typed = typed_text.typed_in(request)
        if typed is not None:
            typed_text.keep(request, typed.anew(new_token(request.user)))
        return already_sent(request, first.went_to)
    typed_text.forget(request)
    if said := said_of(first):
        messages.success(request, said)
    messages.info(request, TWICE)
    return redirect(first.went_to)


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    where = response.headers.get("Location", "").partition("?")[0]
    return response.status_code == 302 and not request.user.is_authenticated and where == resolve_url("account_login")


def _kept_for_later(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The sign-in page, after which the form is there again with what was typed."""
    typed = typed_text.typed_in(request)
    if typed is None:
        return response
    typed_text.keep(request, typed)
    return redirect(reverse("account_login", query={"next": typed.path, "kept": "yes"}))


def _shown_again(request: HttpRequest) -> HttpResponse:
    """The page's script found the session ended; it has begun again meanwhile, in another tab."""
    typed = typed_text.typed_in(request)
    if typed is not None:
        typed_text.keep(request, typed)
    return redirect(request.get_full_path())
