"""The context that every page's frame needs: context processor `pqip.govuk.shell.shell`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from pqip.govuk.navigation import navigation_for, section_of

SERVICE_NAME = "Manage probation qualifications"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return brand and demonstration flags, the user's navigation, and where the search box posts to."""
    return {
        "govuk_brand": getattr(settings, "PQIP_GOVUK_BRAND", False),
        "is_demo": getattr(settings, "PQIP_DEMO", False),
        "navigation": navigation_for(request),
        "section": section_of(request),
        "find_url": _find_url(request),
        "time_left": _time_left(request),
    }


def _time_left(request: HttpRequest) -> dict[str, int] | None:
    """Return the seconds a page needs to warn somebody before they are signed out; None where nobody is signed in."""
    left = getattr(request, "session_left", None)
    if left is None:
        return None
    return {
        "left": min(left),
        "warn": settings.SESSION_WARNING_SECONDS,
        "minutes": settings.SESSION_IDLE_SECONDS // 60,
    }


def _find_url(request: HttpRequest) -> str:
    """Return where the box in the header posts to; "" when signed out or where no such page exists."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    try:
        return reverse(getattr(settings, "PQIP_FIND_URL_NAME", "find"))
    except NoReverseMatch:
        return ""
