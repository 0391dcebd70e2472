"""Protected characteristics are published only when enough people declared theirs (rule C5 83)."""

from __future__ import annotations

from collections.abc import Callable

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.figures.settings import DECLARATION
from reports.figures.starters import NOT_STATED, PROTECTED


def declared(rows: Rows, count: Callable[[Row], int]) -> Rows:
    """Without the breakdowns by protected characteristics of which too few have declared theirs; `count`: people of a row."""
    least, kept = int(DECLARATION.value), []
    for breakdown in dict.fromkeys(row["breakdown"] for row in rows):
        own = [row for row in rows if row["breakdown"] == breakdown]
        everyone = sum(map(count, own))
        stated = sum(count(row) for row in own if row["group"] != NOT_STATED)
        if breakdown not in PROTECTED or stated * 100 > least * everyone:
            kept += own
    return kept
