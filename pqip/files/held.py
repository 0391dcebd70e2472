"""A file chosen on a form that came back with an error elsewhere on it: held for who chose it and for that page, some hours long.

Only what may be kept is held: it was looked at and scanned, and is again when a record keeps it. It lies in `held/` under a name
of ours. The page carries a signed reference, good for the same account and page alone. One page of an account holds one file for
a field, so that nobody fills the disk by sending again. No row keeps it: it goes once the form is done, or with the nightly
tidying.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from pqip.core.errors import RuleBroken
from pqip.core.typed import HOURS
from pqip.files.documents import accept
from pqip.files.serving import open_unchanged
from pqip.files.stores import Store, register
from pqip.files.writing import keep_whole

SALT = "held file"
#: What the page's hidden field adds to the name of the field of the file.
SUFFIX = "-held"

register(Store("held", "Files chosen on forms that have not been sent yet", belongs=lambda paths: set(), gone=lambda: ()))


class HeldFile(UploadedFile):
    """A file that was held, as if it had been sent just now, with its reference."""

    reference = ""


def take_up(request: HttpRequest, form: Any) -> None:
    """Give a form that was sent without a file the one that is held for it; the field says so where it is no longer there."""
    for name, field in _fields(form):
        reference = form.data.get(form.add_prefix(name) + SUFFIX, "") if form.is_bound else ""
        if not reference or form.files.get(form.add_prefix(name)):
            continue
        held = _opened(request, name, reference)
        if held is None:
            field.stopped = "lost"
        elif request.method == "POST":
            form.files.setlist(form.add_prefix(name), [held])
        else:  # the form comes back to be looked at
            held.close()
            field.held = (held.name, reference)


def hold(request: HttpRequest, form: Any) -> None:
    """Hold the files of a form that comes back with errors elsewhere; a field that does not hold asks for its file again."""
    for name, field in _fields(form):
        upload = form.files.get(form.add_prefix(name))
        if not upload or name in form.errors:
            continue
        if not field.holds:
            form.add_error(name, field.error_messages["again"])
            continue
        try:
            field.held = (upload.name, _reference(request, name, upload))
        except RuleBroken as broken:
            form.add_error(name, broken.message)


def let_go(request: HttpRequest, form: Any) -> None:
    """Delete what was held for a form that is done."""
    for name, field in _fields(form):
        if field.holds and form.data.get(form.add_prefix(name) + SUFFIX):
            _path(request, name).unlink(missing_ok=True)


def _fields(form: Any) -> list[tuple[str, Any]]:
    return [(name, field) for name, field in form.fields.items() if hasattr(field, "holds")]


def _reference(request: HttpRequest, name: str, upload: UploadedFile) -> str:
    """What stands for an upload on the page. Raises RuleBroken where the file may not be kept, or there is no room."""
    if isinstance(upload, HeldFile):
        return upload.reference
    accept(upload, name)
    path, own = _path(request, name), PurePath(upload.name or "file").name[-150:]
    sha256 = keep_whole(upload.chunks(), path, name)
    return signing.dumps({"of": path.name, "name": own, "size": upload.size, "sha256": sha256}, salt=SALT)


def _opened(request: HttpRequest, name: str, reference: str) -> HeldFile | None:
    """The file of a reference; None where it is another's, of another page, too old, or no longer there as it was."""
    try:
        said = signing.loads(reference, salt=SALT, max_age=HOURS * 60 * 60)
    except signing.BadSignature:
        return None
    path = _path(request, name)
    content = open_unchanged(path, said["sha256"]) if said["of"] == path.name else ""
    if isinstance(content, str):
        return None
    held = HeldFile(content, said["name"], size=said["size"])
    held.reference = reference
    return held


def _path(request: HttpRequest, name: str) -> Path:
    """Where the file of one field, of one page, of one account is held; the name says nothing."""
    whose = f"{request.user.public_id} {request.path} {name}"  # type: ignore[union-attr]
    return Path(settings.MEDIA_ROOT) / "held" / salted_hmac(SALT, whose, algorithm="sha256").hexdigest()
