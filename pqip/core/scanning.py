"""Asking a virus scanner about a file before it is kept.

Where the scanner is: `PQIP_SCANNER`, such as `clamd://scanner:3310` or `clamd:///run/clamav/clamd.sock`. Another product
is another entry of `SCANNERS`. Without a scanner files are refused, unless the data is made up (`PQIP_DEMO`).
"""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import BinaryIO
from urllib.parse import SplitResult, urlsplit

from clamav_client import clamd
from django.conf import settings

from pqip.core.errors import RuleBroken

INFECTED = "The selected file contains a virus. It was not kept."
UNCHECKED = "The selected file could not be checked for viruses. Try again in a few minutes; it was not kept."
#: Seconds a scanner may take.
TIMEOUT = 60
#: Files asked about at once by one process, and how many seconds one more waits: the other threads are for others' pages.
AT_ONCE, WAIT_SECONDS = 3, 10
slots = BoundedSemaphore(AT_ONCE)


def _ask_clamd(where: SplitResult, file: BinaryIO) -> bool:
    """Whether ClamAV's daemon finds the file clean. Raises OSError or ClamdError where it cannot say."""
    if where.hostname:
        scanner = clamd.ClamdNetworkSocket(where.hostname, where.port or 3310, timeout=TIMEOUT)
    else:
        scanner = clamd.ClamdUnixSocket(where.path, timeout=TIMEOUT)
    status, _name = scanner.instream(file)["stream"]
    if status == "ERROR":
        raise clamd.ClamdError("The scanner could not read the file.")
    return status == "OK"


#: How each kind of scanner is asked, by the scheme of its address.
SCANNERS: dict[str, Callable[[SplitResult, BinaryIO], bool]] = {"clamd": _ask_clamd}


def is_scanning() -> bool:
    """Whether a scanner is set."""
    return bool(settings.PQIP_SCANNER)


def refuse_infected(file: BinaryIO, field: str = "file") -> None:
    """Raise RuleBroken where the scanner finds something, or cannot be asked: never clean by default."""
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
