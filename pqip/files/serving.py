"""Serves a stored file: only exactly as it was stored, and always as a download."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

log = logging.getLogger("security.files")
GONE, CHANGED = "file_gone", "file_changed"


def serve(
    request: HttpRequest,
    path: Path,
    *,
    sha256: str,
    name: str,
    content_type: str,
    instead: str,
    before_sending: Callable[[], None],
) -> HttpResponseBase:
    """Return the file as a download called `name`; call `before_sending` first, where it may be served.

    A file that is missing, or whose SHA-256 has changed, is not served: a page says so, with what to do `instead`, and the
    security log has an entry.
    """
    content = open_unchanged(path, sha256)
    if isinstance(content, str):
        log.error("file not served", extra={"event": content, "path": request.path})
        context = {"is_changed": content == CHANGED, "instead": instead}
        return render(request, "file_not_served.html", context, status=410)
    try:
        before_sending()
    except (
        BaseException
    ):  # nothing is served where the user is asked to sign in again first, or is refused
        content.close()
        raise
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def open_unchanged(path: Path, sha256: str) -> BinaryIO | str:
    """Return the file, at its beginning, after all of it was read and is unchanged; otherwise why not (`GONE`, `CHANGED`)."""
    try:
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        return CHANGED
    file.seek(0)
    return file
