"""Where a second factor is required, a user without one sets it up before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pqip.core.access import PUBLIC, declared_permission

HAS_ONE = "second-factor"
#: allauth's pages that a user without a second factor may open: to set one up, and to sign out.
OPEN = {"mfa_activate_totp", "mfa_reauthenticate", "account_reauthenticate", "account_logout"}


class SecondFactorMiddleware:
    """Sends signed-in users without a second factor to the page that sets one up.

    See `settings.REQUIRE_SECOND_FACTOR`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if (
            not settings.REQUIRE_SECOND_FACTOR
            or not request.user.is_authenticated
            or _is_open(request, view)
        ):
            return None
        return None if _has_one(request) else redirect("mfa_activate_totp")


def _is_open(request: HttpRequest, view: Any) -> bool:
    match = request.resolver_match
    return declared_permission(view) == PUBLIC or (match is not None and match.view_name in OPEN)


def _has_one(request: HttpRequest) -> bool:
    """Return True if the user has a second factor.

    The database is asked until they have one; resetting a second factor ends the account's
    sessions.
    """
    if not request.session.get(HAS_ONE) and is_mfa_enabled(request.user):
        request.session[HAS_ONE] = True
    return bool(request.session.get(HAS_ONE))
