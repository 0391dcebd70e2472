"""Every download goes through here: it is limited, confirmed where it holds many people, and logged.

A user who takes out more rows about people than one page of a list shows, in one file or several within ten minutes, must
say again who they are if they last did so more than ten minutes ago (ASVS 7.5.3), by the same mechanism as before roles are
changed. They must also say what the file is for (`purpose.py`), which is logged with it. Then a page hands them the file
and leads back.

Nobody takes out more rows about people in a day than their widest role allows (`PQIP_ROWS_A_DAY_…`), unless somebody else
has allowed them more (`ExportAllowance`). Whether the rows are about people is declared once, with the dataset, report or
list (`of_people`), and is true by default.
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

from pqip.core.access_log import log_access
from pqip.core.clock import now
from pqip.core.errors import NotAllowed
from pqip.core.limits import count_asked
from pqip.core.models import AccessEntry
from pqip.core.purpose import purpose_of
from pqip.core.rows_taken import A_DAY, counting, rows_allowed, rows_taken, take, unusual


def hand_out(
    request: HttpRequest,
    kind: AccessEntry.Kind,
    what: str,
    detail: dict[str, Any],
    *,
    rows: int,
    of_people: bool = True,
) -> None:
    """Let the signed-in user take out a file with this many rows, and log it.

    `of_people` says whether the rows are about people; only such rows are counted. The user is redirected where they must
    first say who they are or what the file is for. Raises TooMany where they take out more than their work needs,
    NotAllowed where the day's rows exceed what their roles allow.
    """
    details = _counted(request, rows) if of_people else {}
    if not of_people:
        count_asked(request, "export")
    log_access(request.user, kind, what, details | {"rows": rows} | detail)


def _counted(request: HttpRequest, rows: int) -> dict[str, Any]:
    """Check a file about people and count it, in one step; return its purpose for the log, and whether the amount is
    unusual.
    """
    with counting(request.user):
        purpose = _known_who_and_what_for(request, rows)
        count_asked(request, "export")
        take(request.user, rows)
    return purpose | unusual(request.user)


def _known_who_and_what_for(request: HttpRequest, rows: int) -> dict[str, str]:
    """Return the purpose of a file about people, for the log.

    Raises ImmediateHttpResponse with a redirect where the user must first sign in again or state the purpose; NotAllowed
    where the day's rows exceed what their roles allow.
    """
    recent_rows, purpose = _rows_recently(request.user, rows), purpose_of(request)
    is_unsaid = recent_rows > settings.PURPOSE_ROWS and not purpose
    if recent_rows > settings.FRESH_EXPORT_ROWS and is_reauthentication_required(
        request, app="pqip"
    ):
        raise ImmediateHttpResponse(
            redirect(_asking(request, "file_purpose" if is_unsaid else "file"))
        )
    _within_a_day(request.user, rows)
    if is_unsaid:
        raise ImmediateHttpResponse(redirect(_on_the_way(request, "file_purpose")))
    return purpose


def _rows_recently(user: Any, rows: int) -> int:
    """Return the rows taken out during the validity of a sign-in, including these: many small files count as a large one."""
    since = now() - dt.timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
    return rows + rows_taken(user, since)


def _within_a_day(user: Any, rows: int) -> None:
    """Raise NotAllowed where the day's files would hold more rows about people than the user's roles and allowances give."""
    since = now() - A_DAY
    allowed = user.rows_a_day
    if (
        taken_out := rows_taken(user, since)
    ) + rows > allowed and taken_out + rows > allowed + rows_allowed(user, since):
        raise NotAllowed(
            f"This file has {rows:,} rows about people, and you have taken out {taken_out:,} since this time yesterday. Your "
            f"roles allow {allowed:,} within a day. Ask for less, or ask the data protection officer to allow you more."
        )


def _asking(request: HttpRequest, then: str) -> str:
    """Return the address of the page that asks who they are, and then leads to the page `then`."""
    asked = {"next": _on_the_way(request, then)}
    return (
        f"{get_adapter().get_reauthentication_methods(request.user)[0]['url']}?{urlencode(asked)}"
    )


def _on_the_way(request: HttpRequest, page: str) -> str:
    """Return the address of a page before the requested file, which then leads back to where the user was."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    back = (
        f"{came_from.path}?{came_from.query}".rstrip("?")
        if came_from.netloc == request.get_host()
        else ""
    )
    return f"{reverse(page)}?{urlencode({'of': request.get_full_path(), 'back': back})}"
