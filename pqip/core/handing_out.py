"""Every file that is taken out of the service goes through here: limited, asked for anew where it holds many people, and logged.

Whoever takes out more rows about people than a page of a list shows, in one file or in several within ten minutes, says who they
are again, when they last did so more than ten minutes ago (ASVS 7.5.3), by the same mechanism as before roles are changed, and
what the file is for (`purpose.py`), which the log keeps beside it. Then a page hands them the file, and leads back.

Nobody takes out more rows about people within a day than their widest role's (`PQIP_ROWS_A_DAY_…`), unless somebody else has
allowed them so many more (`ExportAllowance`).
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

from pqip.core.access_log import log_access, rows_allowed, rows_taken
from pqip.core.clock import now
from pqip.core.errors import NotAllowed
from pqip.core.limits import count_asked
from pqip.core.models import AccessEntry
from pqip.core.purpose import purpose_of

A_DAY = dt.timedelta(days=1)


def hand_out(
    request: HttpRequest, kind: AccessEntry.Kind, what: str, detail: dict[str, Any], *, rows: int, of_people: bool = True
) -> None:
    """Let the signed-in person take out a file of so many rows, and write it down.

    Leads them to say who they are, and what it is for, where that is needed. Raises TooMany where they take out more than a
    person works with, NotAllowed where a day's rows are more than their roles allow.
    """
    purpose = _known_who_and_what_for(request, rows) if of_people else {}
    count_asked(request, "export")
    log_access(request.user, kind, what, purpose | {"rows": rows} | detail)


def _known_who_and_what_for(request: HttpRequest, rows: int) -> dict[str, str]:
    """What a file about people is for, in words for the log; leads away from the file where something is to be answered first."""
    lately, purpose = _lately(request.user, rows), purpose_of(request)
    is_unsaid = lately > settings.PURPOSE_ROWS and not purpose
    if lately > settings.FRESH_EXPORT_ROWS and is_reauthentication_required(request, app="pqip"):
        raise ImmediateHttpResponse(redirect(_asking(request, "file_purpose" if is_unsaid else "file")))
    _within_a_day(request.user, rows)
    if is_unsaid:
        raise ImmediateHttpResponse(redirect(_on_the_way(request, "file_purpose")))
    return purpose


def _lately(user: Any, rows: int) -> int:
    """Rows taken out for as long as a sign-in is fresh, with these: many small files are a large one."""
    since = now() - dt.timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    return rows + rows_taken(user, since)


def _within_a_day(user: Any, rows: int) -> None:
    """Raises NotAllowed where a day's files would hold more rows about people than their roles and allowances give."""
    since = now() - A_DAY
    allowed = user.rows_a_day
    if (taken := rows_taken(user, since)) + rows > allowed and taken + rows > allowed + rows_allowed(user, since):
        raise NotAllowed(
            f"This file has {rows:,} rows about people, and you have taken out {taken:,} since this time yesterday. Your roles "
            f"allow {allowed:,} within a day. Ask for less, or ask the data protection officer to allow you more."
        )


def _asking(request: HttpRequest, then: str) -> str:
    """The page that asks who they are, which then leads to the page with the file, or to the one that asks what it is for."""
    asked = {"next": _on_the_way(request, then)}
    return f"{get_adapter().get_reauthentication_methods(request.user)[0]['url']}?{urlencode(asked)}"


def _on_the_way(request: HttpRequest, page: str) -> str:
    """A page on the way to the file that was asked for, which leads back to where they were."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    back = f"{came_from.path}?{came_from.query}".rstrip("?") if came_from.netloc == request.get_host() else ""
    return f"{reverse(page)}?{urlencode({'of': request.get_full_path(), 'back': back})}"
