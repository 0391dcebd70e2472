"""Logs for every request who saw what: records opened, files downloaded, and refusals.

One middleware does this for all pages, so that none can forget it. A page that shows somebody's record holds the row it
fetched, on its view or in its context; the person follows from the row's scope. A model whose page names people without
being about one person, such as an import or a meeting, declares `names_people`. Reading one's own record is not logged.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from pqip.core.access_log import collecting_downloads, log_access, log_access_to, write_downloads
from pqip.core.models import AccessEntry

security = logging.getLogger("security.authz")
#: What every page's frame holds: the account it is shown to, which no page opens by that.
OF_THE_FRAME = "user"
REFUSED = {403: "denied", 404: "not found"}
#: Paths from a row to the person it is about, where its scope does not say.
LEADS = (
    "person_id",
    "enrolment",
    "registration",
    "evidence",
    "decision",
    "signoff",
    "proposal",
    "event",
    "user",
)


class WatchingMiddleware:
    """Writes the access log. A page or file for which the log cannot be written is not sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with collecting_downloads() as downloads:
            response = self.get_response(request)
        write_downloads(
            downloads,
            _file_details(response) if downloads else {},
            getattr(response, "about", None),
        )
        match, user = request.resolver_match, request.user
        if match is None or not user.is_authenticated:
            return response
        if response.status_code in REFUSED:
            _refused(request, match, response.status_code)
        elif response.status_code == 200:
            _opened(user, match.view_name, response)
        return response


def _refused(request: HttpRequest, match: ResolverMatch, status: int) -> None:
    """Write a refusal to the security log, and to the log that the data protection officer sees.

    A record out of reach looks the same as one that does not exist.
    """
    name, asked = match.view_name, match.kwargs
    entry = {"event": REFUSED[status], "path": request.path, "user_key": request.user.pk}
    security.warning("refused", extra=entry)
    if status == 404 and not asked:
        return
    detail = {
        "status": status,
        "method": request.method,
        **{key: str(value) for key, value in asked.items()},
    }
    try:
        log_access(request.user, AccessEntry.Kind.REFUSED, name[:100], detail)
    except DatabaseError:
        security.warning("refusal not kept", extra=entry)


def _opened(user: Any, name: str, response: HttpResponse) -> None:
    shown = getattr(response, "context_data", None) or {}
    view = shown.get("view")
    if view is None:
        return
    held = vars(view) | {name: value for name, value in shown.items() if name != OF_THE_FRAME}
    rows = [row for row in held.values() if isinstance(row, models.Model)]
    people = {key for row in rows if (key := person_of(row))}
    if others := people - {user.person_id}:
        log_access_to(user, AccessEntry.Kind.OPENED, f"{name} page", {}, sorted(others))
    elif not people and (named := [row for row in rows if getattr(row, "names_people", False)]):
        log_access(user, AccessEntry.Kind.OPENED, f"{name} page", {"record": _identifiers(named)})


def person_of(row: models.Model) -> int | None:
    """Return the internal key of the person a row is about; None where it is about nobody, or about several people."""
    path = getattr(row, "SCOPE", {}).get("learner")
    if path:
        return _follow(row, path)
    for name in LEADS:
        found = getattr(row, name, None)
        if isinstance(found, models.Model):
            found = person_of(found)
        if found:
            return found
    return None


def _follow(row: Any, path: str) -> int | None:
    for step in path.split("__"):
        row = getattr(row, step, None)
    return row


def _identifiers(rows: Iterable[Any]) -> list[str]:
    return sorted({str(getattr(row, "public_id", "")) for row in rows})


def _file_details(response: HttpResponse) -> dict[str, Any]:
    """Return what is known of a finished file: its columns, where its maker gave them, and its SHA-256."""
    details = {"columns": response.columns} if hasattr(response, "columns") else {}
    if response.status_code != 200:
        return {"status": response.status_code}
    if not response.streaming:
        return details | {"sha256": hashlib.sha256(response.content).hexdigest()}
    file = getattr(response, "file_to_stream", None)
    if file is not None and file.seekable():
        details["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
    return details
