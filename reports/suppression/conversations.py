"""For support conversations: small counts of a region, and the fewest others that would give them away.

What is left of a total (called for and offered; offered, and nothing came of it yet; agreed, not done and not overdue) is
in no column, but could be worked out, so it is protected like the rest.
"""

from __future__ import annotations

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide
from reports.suppression.solving import TOTAL, Sums, hidden

#: Each total, and its parts among the columns.
PARTS = {
    "called_for": ("not_offered",),
    "offered": ("held", "declined"),
    "actions_agreed": ("actions_done", "actions_overdue"),
}


def withheld(rows: Rows, threshold: int) -> Rows:
    """Return the rows with the counts hidden that may not be told."""
    return [_withheld(row, threshold) for row in rows]


def _withheld(row: Row, threshold: int) -> Row:
    sums = Sums()
    for total, parts in PARTS.items():
        sums.count(total, row[total], cost=TOTAL)
        for part in parts:
            sums.count(part, row[part])
        rest = f"the rest of {total}"
        sums.count(rest, row[total] - sum(row[part] for part in parts))
        sums.adds_up(total, [*parts, rest])
    return hide(row, [str(name) for name in hidden(sums, threshold).cells if name in row])
