"""Keeps the chosen file of a form that came back with an error in another field, for some hours, for the same user and
page.

Only a file that may be kept is held: it was inspected and scanned, and is again when a record keeps it. It is stored in
`held/` under a generated name. The page carries a signed reference, valid only for the same account and page. One page of
an account holds one file for each field, so that sending again cannot fill the disk. No row refers to it: it is deleted
once the form is done, or by the nightly tidying.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.crypto import salted_hmac

from pqip.core.access import SignedInRequest
from pqip.core.errors import RuleBroken
from pqip.core.files.stores import Store, register
from pqip.core.files.writing import write_file
from pqip.core.typed import HOURS
from pqip.files.documents import accept
from pqip.files.serving import open_unchanged

SALT = "held file"
#: The suffix of the hidden field's name, after the name of the file field.
SUFFIX = "-held"

register(
    Store(
        "held",
        "Files chosen on forms that have not been sent yet",
        referenced=lambda paths: set(),
        missing_files=lambda: (),
    )
)


class HeldFile(UploadedFile):
    """A held file, as if it had just been sent, with its reference."""

    reference = ""


def take_up(request: SignedInRequest, form: Any) -> None:
    """Give a form that was sent without a file the one held for it; the field has an error where that is no longer there."""
    for name, field in _fields(form):
        reference = form.data.get(form.add_prefix(name) + SUFFIX, "") if form.is_bound else ""
        if not reference or form.files.get(form.add_prefix(name)):
            continue
        held = _opened(request, name, reference)
        if held is None:
            field.stopped = "lost"
        elif request.method == "POST":
            form.files.setlist(form.add_prefix(name), [held])
        else:  # the form is shown again
            held.close()
            field.held = (held.name, reference)


def hold(request: SignedInRequest, form: Any) -> None:
    """Hold the files of a form that comes back with errors elsewhere; the other file fields ask for their file again."""
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


def let_go(request: SignedInRequest, form: Any) -> None:
    """Delete what was held for a form that is done."""
    for name, field in _fields(form):
        if field.holds and form.data.get(form.add_prefix(name) + SUFFIX):
            _path(request, name).unlink(missing_ok=True)


def _fields(form: Any) -> list[tuple[str, Any]]:
    return [(name, field) for name, field in form.fields.items() if hasattr(field, "holds")]


def _reference(request: SignedInRequest, name: str, upload: UploadedFile) -> str:
    """Return the reference of an upload for the page.

    Raises RuleBroken where the file may not be kept, or there is no room.
    """
    if isinstance(upload, HeldFile):
        return upload.reference
    accept(upload, name)
    path, own = _path(request, name), PurePath(upload.name or "file").name[-150:]
    sha256 = write_file(upload.chunks(), path, name)
    return signing.dumps(
        {"of": path.name, "name": own, "size": upload.size, "sha256": sha256}, salt=SALT
    )


def _opened(request: SignedInRequest, name: str, reference: str) -> HeldFile | None:
    """Return the file of a reference; None for one of another account or page, too old, missing or changed."""
    try:
        stored = signing.loads(reference, salt=SALT, max_age=HOURS * 60 * 60)
    except signing.BadSignature:
        return None
    path = _path(request, name)
    content = open_unchanged(path, stored["sha256"]) if stored["of"] == path.name else ""
    if isinstance(content, str):
        return None
    held = HeldFile(content, stored["name"], size=stored["size"])
    held.reference = reference
    return held


def _path(request: SignedInRequest, name: str) -> Path:
    """Return where the file of one field of one page of one account is held; its name reveals nothing."""
    whose = f"{request.user.public_id} {request.path} {name}"
    return (
        Path(settings.MEDIA_ROOT)
        / "held"
        / salted_hmac(SALT, whose, algorithm="sha256").hexdigest()
    )
