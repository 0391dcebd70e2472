"""For the recruitment funnel: the same applicants grouped in many ways, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from reports.catalogue.base import ReportColumn, Rows
from reports.figures.asking import Row
from reports.suppression.declared import declared
from reports.suppression.listing import within_blocks
from reports.suppression.marks import SUPPRESSED, hide, hide_dependants

#: What would give a hidden number of applicants away at any stage.
OF_APPLIED = (
    "rate_from_application",
    "rate_lower",
    "rate_upper",
    "relative_rate",
    "relative_lower",
    "relative_upper",
)


def through_stages(columns: Sequence[ReportColumn]) -> Callable[[Rows, int], Rows]:
    """Return a function that hides small numbers at a stage, more of them until none follows from the sum, and the
    rates with them.

    Breakdowns of a campaign that too few have declared are left out.
    """
    within = within_blocks(("campaign", "breakdown", "stage"), "reached", ("passed",))

    def suppress(rows: Rows, threshold: int) -> Rows:
        shown: Rows = []
        for _, own in groupby(rows, key=lambda row: row["campaign"]):
            kept = declared(
                list(own), lambda row: row["reached"] if row["stage"] == "applied" else 0
            )
            for _, one in groupby(kept, key=lambda row: row["breakdown"]):
                shown += _breakdown(list(one), threshold)
        return shown

    def _breakdown(rows: Rows, threshold: int) -> Rows:
        """Hide stage by stage; the rows keep their order."""
        stages = list(dict.fromkeys(row["stage"] for row in rows))
        order = sorted(range(len(rows)), key=lambda nth: (stages.index(rows[nth]["stage"]), nth))
        found = dict(zip(order, within([rows[nth] for nth in order], threshold), strict=True))
        hidden = [found[nth] for nth in range(len(rows))]
        before: Row = {}
        for nth, row in enumerate(hidden):
            hidden[nth] = _with_rates(row, before if row["stage"] != stages[0] else {}, hidden)
            before = row
        return hidden

    def _with_rates(row: Row, before: Row, rows: Rows) -> Row:
        """Hide the rates of a row from which its number, or that of the stage before or of the applicants, could be
        worked out.
        """
        first = next(each for each in rows if each["group"] == row["group"])
        row = hide_dependants(row, columns)
        if first["reached"] is SUPPRESSED:
            row = hide(row, [name for name in OF_APPLIED if name in row])
        return hide(row, ["rate_from_previous"]) if before.get("reached") is SUPPRESSED else row

    return suppress
