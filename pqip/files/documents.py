"""Documents and pictures kept with a record: which are allowed, and the messages about those refused.

Other people open them in their own programs, so they must contain nothing that runs, is loaded from elsewhere, or is
another file. Only a child process with limits inspects them (`pqip/core/files/looking/`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath
from threading import BoundedSemaphore
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile

from pqip.core.errors import RuleBroken
from pqip.core.files.looking import refused
from pqip.core.files.looking.archives import ArchiveLimits, look_at_directory
from pqip.core.files.looking.refused import Suspect
from pqip.core.files.writing import room
from pqip.core.scanning import contents, refuse_infected

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
#: The limits of a document, which is a zip inside, and the most pixels of a picture.
MOST = ArchiveLimits(unpacked=200 * MIB, ratio=300, entries=5_000)
MOST_PIXELS = 120_000_000
#: For the process that inspects a file: bytes of memory, seconds of processor time, seconds of waiting.
CHILD_MEMORY, CHILD_CPU, CHILD_WALL = 512 * MIB, 20, 40


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name endings, the type it is served as, its first bytes, and whether it is a zip inside."""

    endings: tuple[str, ...]
    served_as: str
    begins: bytes
    is_zip: bool = False


OPEN_XML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS: dict[str, Kind] = {
    "pdf": Kind((".pdf",), "application/pdf", b"%PDF-"),
    "docx": Kind((".docx",), OPEN_XML, b"PK\x03\x04", is_zip=True),
    "odt": Kind((".odt",), "application/vnd.oasis.opendocument.text", b"PK\x03\x04", is_zip=True),
    "png": Kind((".png",), "image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": Kind((".jpg", ".jpeg"), "image/jpeg", b"\xff\xd8\xff"),
}
TAKES = "PDF, Word (DOCX), OpenDocument (ODT), PNG or JPEG"

TOO_LARGE = f"The selected file must be smaller than {MOST_BYTES // MIB} MB."
AS_PDF = "Save it as a PDF and bring that instead."
PRINTED = "Print it to a new PDF and bring that instead."
OTHERWISE = (
    "The content of the selected file is not that of a {ending} file, or it needs a password."
)
#: The message for each fault.
WORDS = {
    refused.TOO_MANY: f"The selected file holds too many parts. {AS_PDF}",
    refused.DAMAGED: "The selected file is damaged. Save it again and bring it anew.",
    refused.NOT_ONE: OTHERWISE,
    refused.TOO_LARGE: "The selected file unpacks to more than this service takes.",
    refused.RATIO: "The selected file unpacks to more than this service takes.",
    refused.PASSWORD: "The selected file needs a password. Save it without one and bring it anew.",
    refused.NAMES: "The selected file is damaged: it holds unsafe names. Save it again and bring it anew.",
    refused.TWO_KINDS: "The selected file is two kinds of file in one. Save it again as one kind.",
    refused.DEFINITIONS: f"The selected file holds definitions that may not be used. {AS_PDF}",
    refused.MACROS: "The selected file holds macros or scripts. Save it without them and try again.",
    refused.LINKS: f"The selected file takes parts of it from elsewhere. {AS_PDF}",
    refused.PROGRAMS: f"The selected file takes data from other programs. {AS_PDF}",
    refused.TEMPLATE: f"The selected file takes its template from elsewhere. {AS_PDF}",
    refused.HOLDS_FILES: "The selected file holds other files. Take them out, or bring each of them on its own.",
    refused.ACTIONS: f"The selected file does things by itself when it is opened or used, such as running a script. {PRINTED}",
    refused.PIXELS: f"The selected picture has more than {MOST_PIXELS // 1_000_000} million points. Make it smaller.",
    refused.UNUSUAL: f"The selected file is put together in a way that cannot be checked. {PRINTED}",
}
#: The most files inspected at once in one web server process, and the seconds another waits: each may take a processor and
#: as much memory as `CHILD_MEMORY`, and the rest is for other pages.
AT_ONCE, WAIT_SECONDS = 2, 10
slots = BoundedSemaphore(AT_ONCE)
BUSY = "Several files are being checked at the moment. Wait a minute, then choose the file again and send it."
COULD_NOT = "The selected file could not be checked: it is damaged, or too large. Save it again, or as a PDF."


def accept(upload: UploadedFile, field: str) -> str:
    """Return the kind of an upload that may be kept, decided by its content and confirmed by its name.

    Raises RuleBroken for `field`. The virus scanner sees the file before anything inspects it.
    """
    kind, ending = _named(upload, field)
    file = contents(upload)
    _refuse_beginning(file, kind, ending, field)
    refuse_infected(file, field)
    try:
        with room(field):
            look_inside(file, kind)
    except Suspect as suspect:
        raise RuleBroken(WORDS[suspect.code].format(ending=ending), field) from suspect
    except TimeoutError as error:
        raise RuleBroken(COULD_NOT, field) from error
    except Busy as error:
        raise RuleBroken(BUSY, field) from error
    file.seek(0)
    return kind


class Busy(Exception):
    """So many files are being inspected that another has to wait."""


def look_inside(file: BinaryIO, kind: str) -> None:
    """Inspect a file of a kind. Raises Suspect, Busy, or TimeoutError where the inspection did not end in time."""
    if KINDS[kind].is_zip:
        look_at_directory(file, MOST)
    verdict = _from_child(file, kind)
    if verdict in refused.EVERY:
        raise Suspect(verdict)
    if verdict != "fine":
        raise TimeoutError(kind)


def _from_child(file: BinaryIO, kind: str) -> str:
    """Return what the child process says about the file; "" where the process died."""
    child = Path(refused.__file__).with_name("child.py")
    command = [
        sys.executable,
        "-I",
        "-S",
        str(child),
        kind,
        str(CHILD_MEMORY),
        str(CHILD_CPU),
        str(MOST_PIXELS),
    ]
    if not slots.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        return _ran(command, file)
    finally:
        slots.release()


def _ran(command: list[str], file: BinaryIO) -> str:
    with _on_disk(file) as source:
        try:
            ran = subprocess.run(  # noqa: S603
                command, stdin=source, capture_output=True, timeout=CHILD_WALL, check=False,
                env={"PATH": os.environ.get("PATH", "")},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return ""
    return ran.stdout.decode("utf-8", "replace").strip() if ran.returncode == 0 else ""


def _on_disk(file: BinaryIO) -> BinaryIO:
    """Return a copy of a file that another process can read, at its beginning.

    It has no name, and is deleted when closed.
    """
    copy = tempfile.TemporaryFile()  # noqa: SIM115  (whoever asked closes it)
    file.seek(0)
    shutil.copyfileobj(file, copy, MIB)
    copy.flush()
    copy.seek(0)
    return copy


def _named(upload: UploadedFile, field: str) -> tuple[str, str]:
    if not upload.size:
        raise RuleBroken("The selected file is empty.", field)
    if upload.size > MOST_BYTES:
        raise RuleBroken(TOO_LARGE, field)
    ending = PurePath(upload.name or "").suffix.lower()
    named = next((name for name, kind in KINDS.items() if ending in kind.endings), None)
    if named is None:
        raise RuleBroken(f"The selected file must be a {TAKES} file.", field)
    return named, ending


def _refuse_beginning(file: BinaryIO, kind: str, ending: str, field: str) -> None:
    file.seek(0)
    if not file.read(16).startswith(KINDS[kind].begins):
        raise RuleBroken(OTHERWISE.format(ending=ending), field)
