"""Every file that is taken out of the service goes through here: limited, asked for anew where it holds many people, and logged.

Whoever takes out more rows about people than a page of a list shows, in one file or in several within ten minutes, says who they
are again, when they last did so more than ten minutes ago (ASVS 7.5.3), by the same mechanism as before roles are changed. Then a
page hands them the file, and leads back.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from pqip.core.access_log import log_access, rows_taken
from pqip.core.clock import now
from pqip.core.limits import count_asked
from pqip.core.models import AccessEntry


def hand_out(
    request: HttpRequest, kind: AccessEntry.Kind, what: str, detail: dict[str, Any], *, rows: int, of_people: bool = True
) -> None:
    """Let the signed-in person take out a file of so many rows, and write it down.

    Leads them to say who they are where that is needed. Raises TooMany where they take out more than a person works with.
    """
    is_old = of_people and is_reauthentication_required(request, app="pqip")
    if is_old and _lately(request.user, rows) > settings.FRESH_EXPORT_ROWS:
        raise ImmediateHttpResponse(redirect(_asking(request)))
    count_asked(request, "export")
    log_access(request.user, kind, what, detail)


def _lately(user: Any, rows: int) -> int:
    """Rows taken out for as long as a sign-in is fresh, with these: many small files are a large one."""
    since = now() - dt.timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    return rows + rows_taken(user, since) if rows <= settings.FRESH_EXPORT_ROWS else rows


def _asking(request: HttpRequest) -> str:
    """The page that asks who they are, which then leads to the page with the file."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    back = f"{came_from.path}?{came_from.query}".rstrip("?") if came_from.netloc == request.get_host() else ""
    then = f"{reverse('file')}?{urlencode({'of': request.get_full_path(), 'back': back})}"
    return f"{get_adapter().get_reauthentication_methods(request.user)[0]['url']}?{urlencode({'next': then})}"
