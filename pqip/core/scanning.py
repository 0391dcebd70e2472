"""Asks a virus scanner about a file before it is kept.

`PQIP_SCANNER` says where the scanner is, such as `clamd://scanner:3310` or `clamd:///run/clamav/clamd.sock`. Support for
another product is another entry of `SCANNERS`. Without a scanner files are refused, unless the data is made up
(`PQIP_DEMO`).
"""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import BinaryIO, cast
from urllib.parse import SplitResult, urlsplit

from clamav_client import clamd
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pqip.core.errors import RuleBroken

INFECTED = "The selected file contains a virus. It was not kept."
UNCHECKED = "The selected file could not be checked for viruses. Try again in a few minutes; it was not kept."
#: The most seconds that a scanner may take.
TIMEOUT = 60
#: The most files that one process has scanned at once, and the seconds for which another waits; its other threads serve
#: pages.
AT_ONCE, WAIT_SECONDS = 3, 10
slots = BoundedSemaphore(AT_ONCE)


def _ask_clamd(where: SplitResult, file: BinaryIO) -> bool:
    """Return whether ClamAV's daemon finds the file clean. Raises OSError or ClamdError where it cannot tell."""
    if where.hostname:
        scanner = clamd.ClamdNetworkSocket(where.hostname, where.port or 3310, timeout=TIMEOUT)
    else:
        scanner = clamd.ClamdUnixSocket(where.path, timeout=TIMEOUT)
    status, _name = scanner.instream(file)["stream"]
    if status == "ERROR":
        raise clamd.ClamdError("The scanner could not read the file.")
    return status == "OK"


#: The function that asks each kind of scanner, by the scheme of its address.
SCANNERS: dict[str, Callable[[SplitResult, BinaryIO], bool]] = {"clamd": _ask_clamd}


def is_scanning() -> bool:
    """Return whether a scanner is configured."""
    return bool(settings.PQIP_SCANNER)


def contents(upload: UploadedFile) -> BinaryIO:
    """Return the content of an upload. Raises ValueError for an upload that has been closed."""
    if upload.file is None:
        raise ValueError("The upload is closed.")
    return cast(BinaryIO, upload.file)


def refuse_infected(file: BinaryIO, field: str = "file") -> None:
    """Raise RuleBroken where the scanner finds something or cannot be asked; a file is never clean by default."""
    if not is_scanning():
        if settings.PQIP_DEMO:
            return
        raise RuleBroken(UNCHECKED, field)
    if not slots.acquire(timeout=WAIT_SECONDS):
        raise RuleBroken(UNCHECKED, field)
    try:
        where = urlsplit(settings.PQIP_SCANNER)
        file.seek(0)
        is_clean = SCANNERS[where.scheme](where, file)
    except (OSError, clamd.ClamdError, KeyError, ValueError) as error:
        raise RuleBroken(UNCHECKED, field) from error
    finally:
        slots.release()
        file.seek(0)
    if not is_clean:
        raise RuleBroken(INFECTED, field)
