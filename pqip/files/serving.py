"""Handing a kept file out: only as it was when it was kept, and always as something to save."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger("security.files")
GONE, CHANGED = "file_gone", "file_changed"


def serve(
    request: HttpRequest, path: Path, *, sha256: str, name: str, content_type: str, instead: str, taken: Callable[[], None]
) -> HttpResponse:
    """The file as a download called `name`; `taken` is called before, where it may be served.

    A file that is gone, or no longer the one whose SHA-256 was kept, is not: a page says so, with what to do `instead`, and the
    security log has a line.
    """
    content = open_unchanged(path, sha256)
    if isinstance(content, str):
        log.error("file not served", extra={"event": content, "path": request.path})
        said = {"is_changed": content == CHANGED, "instead": instead}
        return render(request, "file_not_served.html", said, status=410)
    try:
        taken()
    except BaseException:  # it may not be taken now: what was opened for it is closed
        content.close()
        raise
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def open_unchanged(path: Path, sha256: str) -> BinaryIO | str:
    """The file, at its beginning, once all of it was read and is what it was; else why not (`GONE`, `CHANGED`)."""
    try:
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        return CHANGED
    file.seek(0)
    return file
