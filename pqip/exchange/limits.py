"""The limits of what may be brought in, all settings (`PQIP_IMPORT_LIMITS` overrides by name)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bytes, counts and seconds."""

    uploaded: int = 50 * MIB
    unpacked: int = 400 * MIB
    rows: int = 1_000_000
    columns: int = 200
    cell: int = 32_767
    entries: int = 5_000
    child_memory: int = 512 * MIB
    child_cpu: int = 120
    child_wall: int = 300


def limits() -> Limits:
    """What holds on this host."""
    return replace(Limits(), **getattr(settings, "PQIP_IMPORT_LIMITS", {}))
