"""Documents and pictures that people keep with a record: what they may be, and what is said of one that is not taken.

They are opened by other people, in programs of theirs, so what a file would do there counts: nothing that runs, takes from
elsewhere, or holds other files. Only a child process with limits looks into one (`looking/`).
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
from pqip.core.scanning import refuse_infected
from pqip.files.looking import refused
from pqip.files.looking.archives import Most, look_at_directory
from pqip.files.looking.refused import Suspect
from pqip.files.writing import room

MIB = 1024 * 1024
MOST_BYTES = 20 * MIB
#: Of a document, which is a zip inside; of a picture, its points.
MOST = Most(unpacked=200 * MIB, ratio=300, entries=5_000)
MOST_PIXELS = 120_000_000
#: Of the process that looks into a file: bytes, seconds of work, seconds of waiting.
CHILD_MEMORY, CHILD_CPU, CHILD_WALL = 512 * MIB, 20, 40


@dataclass(frozen=True)
class Kind:
    """A kind of file: how its name may end, what it is served as, how its content begins, and whether it is a zip inside."""

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
OTHERWISE = "The content of the selected file is not that of a {ending} file, or it needs a password."
#: What is said of each fault.
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
#: Files looked into at once in one process of the web server, and seconds one more waits: each may take a core, and as much
#: memory as `CHILD_MEMORY`, and the rest is for other pages.
AT_ONCE, WAIT_SECONDS = 2, 10
slots = BoundedSemaphore(AT_ONCE)
BUSY = "Several files are being checked at the moment. Wait a minute, then choose the file again and send it."
COULD_NOT = "The selected file could not be checked: it is damaged, or too large. Save it again, or as a PDF."


def accept(upload: UploadedFile, field: str) -> str:
    """The kind of an upload that may be kept, told by its content and agreed by its name.

    Raises RuleBroken for `field`. The virus scanner comes before anything looks into the file.
    """
    kind, ending = _named(upload, field)
    _refuse_beginning(upload, kind, ending, field)
    refuse_infected(upload.file, field)
    try:
        with room(field):
            look_inside(upload.file, kind)
    except Suspect as suspect:
        raise RuleBroken(WORDS[suspect.code].format(ending=ending), field) from suspect
    except TimeoutError as error:
        raise RuleBroken(COULD_NOT, field) from error
    except Busy as error:
        raise RuleBroken(BUSY, field) from error
    upload.file.seek(0)
    return kind


class Busy(Exception):
    """So many files are being looked into that one more has to wait."""


def look_inside(file: BinaryIO, kind: str) -> None:
    """Look into a file of a kind. Raises Suspect, Busy, or TimeoutError where whoever looked came to no end."""
    if KINDS[kind].is_zip:
        look_at_directory(file, MOST)
    said = _from_child(file, kind)
    if said in refused.EVERY:
        raise Suspect(said)
    if said != "fine":
        raise TimeoutError(kind)


def _from_child(file: BinaryIO, kind: str) -> str:
    """What a child process says that reads the file. Empty where it died."""
    child = Path(__file__).parent / "looking" / "child.py"
    command = [sys.executable, "-I", "-S", str(child), kind, str(CHILD_MEMORY), str(CHILD_CPU), str(MOST_PIXELS)]
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
    """A copy of a file that another process can read, at its beginning. It has no name, and is gone when it is closed."""
    copy: BinaryIO = tempfile.TemporaryFile()  # type: ignore[assignment]  # noqa: SIM115  (whoever asked closes it)
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


def _refuse_beginning(upload: UploadedFile, kind: str, ending: str, field: str) -> None:
    upload.file.seek(0)
    if not upload.file.read(16).startswith(KINDS[kind].begins):
        raise RuleBroken(OTHERWISE.format(ending=ending), field)
