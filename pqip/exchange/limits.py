"""The limits of what may be brought in, all settings (`PQIP_IMPORT_LIMITS` overrides by name)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a file may come to. `docs/imports.md` lists the same."""

    #: Bytes of the file, and of everything packed into it.
    uploaded: int = 50 * MIB
    unpacked: int = 400 * MIB
    #: How many times larger than packed, and how many parts.
    ratio: int = 300
    entries: int = 5_000
    #: Of the table: rows beneath the header, columns, characters of a cell, characters of a row of CSV.
    rows: int = 1_000_000
    columns: int = 200
    cell: int = 32_767
    line: int = 2_000_000
    #: Of the process that reads a workbook: bytes, and seconds of work and of waiting.
    child_memory: int = 512 * MIB
    child_cpu: int = 120
    child_wall: int = 300
    #: Files of one person that may wait or be worked on at once, and days for which a file is kept.
    at_once: int = 5
    #: Milliseconds an import that holds records waits for somebody else's: less than the second after which a database looks
    #: for two that wait for each other, so that it is the file that lets go.
    patience: int = 750
    kept_days: int = 30


def limits() -> Limits:
    """What holds on this host."""
    return replace(Limits(), **getattr(settings, "PQIP_IMPORT_LIMITS", {}))
