"""The SQL condition for a decision that needs a countersignature, for every relation that asks.

A decision needs one where its stamp says so. It also does where it was returned or disagreed with while one was
needed: that outcome stands, whatever the stamp says later, until the evidence is decided again. A countersignature on
a decision that never needed one changes nothing.
"""

from __future__ import annotations


def needed_sql(stamp: str, outcome: str) -> str:
    """Return the SQL condition that a decision needs a countersignature.

    Its stamp says so, or it was returned or disagreed with while one was needed and that outcome still stands. `stamp`
    and `outcome` are the aliases of its live stamp and of its live countersignature, which may be missing (outer join).
    Needs the parameter `known_at`.
    """
    return (
        f"({stamp}.is_needed OR coalesce({outcome}.outcome IN ('returned', 'disagreed') AND assessments_stays_against("
        f"{outcome}.decision_id, {outcome}.outcome, {outcome}.recorded_at, %(known_at)s), false))"
    )
