"""Loading an older system's history: who else must agree to a stated time of recording."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from pqip.core.clock import now
from pqip.core.errors import RuleBroken
from pqip.core.scope import Scope

#: Higher floors say from when on the past is settled, such as the latest known-at of a report that was made.
settled: list[Callable[[Scope], dt.datetime | None]] = []


def may_state(recorded_at: dt.datetime, scope: Scope) -> None:
    """Refuse a stated time in the future, or before an answer already given of places in the scope (docs/architecture.md)."""
    if recorded_at > now():
        raise RuleBroken("The stated time of recording must not be in the future.", "recorded_at")
    given = [instant for ask in settled if (instant := ask(scope)) is not None and instant >= recorded_at]
    if given:
        raise RuleBroken(
            f"Reports have been made of what was known up to {max(given):%-d %B %Y %H:%M} UTC. "
            "State a later time, or leave --recorded-at out.", "recorded_at",
        )
