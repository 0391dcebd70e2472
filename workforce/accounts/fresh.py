"""A fresh sign-in before what gives somebody more rights, or lets somebody in."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse

from pqip.core.access import refusal


class FreshSignIn:
    """Mixin for pages that change who may do what: whoever signed in, or said who they are, more than ten minutes ago is asked
    again before the page opens, so that nothing typed is lost (ASVS 7.5.3). Who may not open it is refused as ever.
    """

    permission: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        fresh = reauthentication_required(super().dispatch, app="workforce")  # type: ignore[misc]
        return refusal(request, self.permission) or fresh(request, *args, **kwargs)
