"""For attrition: a curve shows only points between which nobody, or the threshold or more, withdrew and completed."""

from __future__ import annotations

from itertools import groupby

from reports.catalogue.base import Rows
from reports.figures.asking import Row
from reports.suppression.marks import hide, is_small

EVENTS = ("withdrawn", "completed")
ESTIMATES = ("retained_percent", "lower", "upper", "withdrawn_incidence_percent", "completed_incidence_percent")


def thin(rows: Rows, threshold: int) -> Rows:
    """Hide estimates that would tell how few left since the last one shown, counts beside them, and small counts at risk."""
    groups = groupby(rows, key=lambda row: (row["breakdown"], row["group"]))
    return [row for _, group in groups for row in _thinned(list(group), threshold)]


def _thinned(rows: Rows, threshold: int) -> Rows:
    since = dict.fromkeys(EVENTS, 0)
    shown_before, ended, shown = True, False, []
    for row in rows:
        since = {name: since[name] + row[name] for name in EVENTS}
        ended = ended or row["number_at_risk"] < threshold
        shows = not ended and not any(is_small(count, threshold) for count in since.values())
        hidden = [] if shows else list(ESTIMATES)
        if not (shows and shown_before):
            hidden += EVENTS
        shown.append(hide(row, [*hidden, *_small(row, ended, threshold)]))
        shown_before = shows
        since = dict.fromkeys(EVENTS, 0) if shows else since
    return shown


def _small(row: Row, ended: bool, threshold: int) -> list[str]:
    names = ["deferred"] if is_small(row["deferred"], threshold) or ended else []
    return [*names, "number_at_risk"] if ended else names
