"""What every request leaves in the log of who saw what: records opened, files taken out, and what was refused.

One piece of code for all pages, so that none can forget it. A page that shows somebody's record holds the row it fetched, on
its view or in its context; whose it is follows from the row's own scope. A row whose page names people without being one
person's, such as an import or a meeting, says `names_people`. One's own record is one's own to read, and leaves nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, models
from django.http import HttpRequest, HttpResponse

from pqip.core.access_log import log_access, log_access_to, taking, write_taken
from pqip.core.models import AccessEntry

security = logging.getLogger("security.authz")
REFUSED = {403: "denied", 404: "not found"}
#: Where a row leads to the person it is about, when its scope does not say.
LEADS = ("person_id", "enrolment", "registration", "evidence", "decision", "signoff", "proposal", "event", "user")


class WatchingMiddleware:
    """Writes the log. A page or a file of which the log cannot be written is not given."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with taking() as taken:
            response = self.get_response(request)
        write_taken(taken, _told(response) if taken else {}, getattr(response, "about", None))
        match, user = request.resolver_match, request.user
        if match is None or not user.is_authenticated:
            return response
        if response.status_code in REFUSED:
            _refused(request, response.status_code)
        elif response.status_code == 200:
            _opened(user, match.view_name, response)
        return response


def _refused(request: HttpRequest, status: int) -> None:
    """An event of the security log, and a line that the data protection officer sees. What is out of reach looks as what is not
    there does."""
    name, asked = request.resolver_match.view_name, request.resolver_match.kwargs  # type: ignore[union-attr]
    said = {"event": REFUSED[status], "path": request.path, "user_key": request.user.pk}
    security.warning("refused", extra=said)
    if status == 404 and not asked:
        return
    detail = {"status": status, "method": request.method, **{key: str(value) for key, value in asked.items()}}
    try:
        log_access(request.user, AccessEntry.Kind.REFUSED, name[:100], detail)
    except DatabaseError:
        security.warning("refusal not kept", extra=said)


def _opened(user: Any, name: str, response: HttpResponse) -> None:
    shown = getattr(response, "context_data", None) or {}
    view = shown.get("view")
    if view is None:
        return
    rows = [row for row in {**vars(view), **shown}.values() if isinstance(row, models.Model)]
    people = {key for row in rows if (key := person_of(row))}
    if others := people - {user.person_id}:
        log_access_to(user, AccessEntry.Kind.OPENED, f"{name} page", {}, sorted(others))
    elif not people and (named := [row for row in rows if getattr(row, "names_people", False)]):
        log_access(user, AccessEntry.Kind.OPENED, f"{name} page", {"record": _identifiers(named)})


def person_of(row: models.Model) -> int | None:
    """The internal key of the person a row is about; None where it is about nobody, or about several."""
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


def _told(response: HttpResponse) -> dict[str, Any]:
    """What is known of a file once it is made: its columns, where its maker said them, and its SHA-256."""
    told = {"columns": response.columns} if hasattr(response, "columns") else {}
    if response.status_code != 200:
        return {"status": response.status_code}
    if not response.streaming:
        return told | {"sha256": hashlib.sha256(response.content).hexdigest()}
    file = getattr(response, "file_to_stream", None)
    if file is not None and file.seekable():
        told["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
    return told
