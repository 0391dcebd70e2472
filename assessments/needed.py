"""Whether a decision counts as one that needs a countersignature, in SQL, for every relation that asks.

It does where its stamp says so. It does too where it was returned, or disagreed with, while one was needed: that stands
whatever the stamp says later, until the evidence is decided anew. A countersignature on a decision that never needed one
changes nothing.
"""

from __future__ import annotations


def needed_sql(stamp: str, outcome: str) -> str:
    """The condition over a live stamp and the live countersignature (or none), by their aliases; asks `%(known_at)s`."""
    return (
        f"({stamp}.is_needed OR coalesce({outcome}.outcome IN ('returned', 'disagreed') AND assessments_stays_against("
        f"{outcome}.decision_id, {outcome}.outcome, {outcome}.recorded_at, %(known_at)s), false))"
    )
