"""The middleware for forms that are sent: see `once.py` and `typed.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from pqip.core import typed as typed_text
from pqip.core.models import SentForm
from pqip.core.once import Sending, done_before, message_of
from pqip.core.tokens import NAME, new_token, read_token
from pqip.govuk.errors import already_sent, open_too_long

#: The status codes after which it is checked whether this form was already processed: by somebody else, or by the other of
#: two clicks.
CHECKED_STATUSES = {200, 403, 404, 409}
TWICE = "You sent this more than once. It has been recorded once."


class SendingMiddleware:
    """Redirects a form that was sent before to its result, and keeps what was typed where a session has ended.

    It must come after the middleware that sets the signed-in user.
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
        if (
            sending
            and sending.token
            and not sending.is_done
            and response.status_code in CHECKED_STATUSES
        ):
            first = done_before(sending.token, request.user)
            return outcome(request, first) if first else response
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if (
            request.method != "POST"
            or not request.user.is_authenticated
            or typed_text.page_of(request) is None
        ):
            return None
        sent_token = request.POST.get(NAME)
        if not sent_token:
            return None
        token = read_token(sent_token)
        if token is None or token.account != str(request.user.public_id):
            return open_too_long(
                request
            )  # the page was shown to another account, which was signed in here before: nothing of it is given to anybody
        if typed_text.KEEP in request.POST:
            return _shown_again(request)
        if (first := done_before(token, request.user)) is not None:
            return outcome(request, first)
        if not token.is_good:
            return open_too_long(request)
        request.sending = Sending(token)  # type: ignore[attr-defined]
        return None


def outcome(request: HttpRequest, first: SentForm) -> HttpResponse:
    """Return a redirect to where the first request led, with its message; or, where other answers were sent, a page that
    says nothing was recorded.
    """
    if first.answers != typed_text.fingerprint_of(request):
        typed = typed_text.typed_in(request)
        if typed is not None:
            typed_text.keep(request, typed.with_token(new_token(request.user)))
        return already_sent(request, first.went_to)
    typed_text.forget(request)
    if message := message_of(first):
        messages.success(request, message)
    messages.info(request, TWICE)
    return redirect(first.went_to)


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    where = response.headers.get("Location", "").partition("?")[0]
    return (
        response.status_code == 302
        and not request.user.is_authenticated
        and where == resolve_url("account_login")
    )


def _kept_for_later(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the sign-in page, after which the form is shown again with what was typed."""
    typed = typed_text.typed_in(request)
    if typed is None:
        return response
    typed_text.keep(request, typed)
    return redirect(reverse("account_login", query={"next": typed.path, "kept": "yes"}))


def _shown_again(request: HttpRequest) -> HttpResponse:
    """Keep what was typed and redirect to the page.

    The page's script found that the session had ended; the user has signed in again meanwhile, in another tab.
    """
    typed = typed_text.typed_in(request)
    if typed is not None:
        typed_text.keep(request, typed)
    return redirect(request.get_full_path())
