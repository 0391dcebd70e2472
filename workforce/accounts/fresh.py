"""A recent sign-in, required before somebody gets more rights or access."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pqip.core.access import OfPage, refusal


class FreshSignIn(OfPage):
    """Mixin for pages that change who may do what (ASVS 7.5.3).

    A user who signed in or confirmed their identity more than ten minutes ago is asked again before
    the page opens, so that nothing typed is lost. A user who may not open the page is refused as
    usual.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        fresh = reauthentication_required(super().dispatch, app="workforce")
        return refusal(request, self.permission) or fresh(request, *args, **kwargs)
