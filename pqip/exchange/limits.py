"""The limits for imported files. All are settings (`PQIP_IMPORT_LIMITS` overrides them by name)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a file may contain. `docs/imports.md` lists the same limits."""

    #: Bytes of the file, and of its unpacked content.
    uploaded: int = 50 * MIB
    unpacked: int = 400 * MIB
    #: The ratio of unpacked to packed size, and the number of parts.
    ratio: int = 300
    entries: int = 5_000
    #: For the table: rows below the header, columns, characters in a cell, characters in a row of CSV.
    rows: int = 1_000_000
    columns: int = 200
    cell: int = 32_767
    line: int = 2_000_000
    #: For the process that reads a workbook: bytes of memory, seconds of processor time and of waiting.
    child_memory: int = 512 * MIB
    child_cpu: int = 120
    child_wall: int = 300
    #: The files of one user that may wait or be processed at once, and the days for which a file is kept.
    at_once: int = 5
    #: Milliseconds for which an import that holds locks waits for another lock: less than the second after which the
    #: database looks for deadlocks, so that it is the import that gives up.
    patience: int = 750
    kept_days: int = 30


def limits() -> Limits:
    """Return the limits on this host."""
    return replace(Limits(), **getattr(settings, "PQIP_IMPORT_LIMITS", {}))
