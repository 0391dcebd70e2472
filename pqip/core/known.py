"""SQL of what is known at an instant, for the relations that answer about many people at once."""

from __future__ import annotations

import datetime as dt
from typing import Any


def known_sql(alias: str, known_at: dt.datetime | None) -> str:
    """The condition that keeps a ledger's rows as known at `%(known_at)s`; what is known now where it is None."""
    if known_at is None:
        return f"{alias}.voided_at IS NULL"
    return f"({alias}.recorded_at <= %(known_at)s AND ({alias}.voided_at IS NULL OR {alias}.voided_at > %(known_at)s))"


def when(as_at: dt.date, known_at: dt.datetime | None) -> dict[str, Any]:
    """The parameters of a day and an instant."""
    return {"as_at": as_at} if known_at is None else {"as_at": as_at, "known_at": known_at}
