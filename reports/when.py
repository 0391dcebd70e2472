"""Reading days and instants as people write them."""

from __future__ import annotations

import datetime as dt
import re

from pqip.core.clock import london
from pqip.core.errors import RuleBroken

ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})")
BRITISH = re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})")


def read_date(text: str, name: str = "as_at") -> dt.date:
    """A day written 2026-10-31 or 31/10/2026. Raises RuleBroken."""
    match = ISO.fullmatch(text.strip()) or BRITISH.fullmatch(text.strip())
    try:
        if match:
            return dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        pass
    raise RuleBroken(f'{name}: "{text}" is not a date. Write it like 2026-10-31 or 31/10/2026.', "as_at")


def read_instant(text: str, name: str = "known_at") -> dt.datetime:
    """An instant written 2026-11-02T09:00, in London time where it has no zone. Raises RuleBroken."""
    try:
        return london(dt.datetime.fromisoformat(text.strip())).astimezone(dt.UTC)
    except ValueError:
        raise RuleBroken(f'{name}: "{text}" is not a date and time. Write it like 2026-11-02T09:00.', "known_at") from None
