"""Compare what is kept beside forecasts with the ledgers (`manage.py check_ledger`).

A forecast itself is kept by the digest of what it is made from: whatever else it is made from has another.
"""

from __future__ import annotations

from collections.abc import Iterator

from pqip.core import proof
from reports.derived.support_there import differing


@proof.check("What the forecast's demand is set against")
def demand() -> Iterator[str]:
    """Yield a sentence for each day of which something else would be shown than the facts say."""
    for day in differing():
        yield f"As at {day}: who and what is kept as there differs from what is recorded."
