"""What changed of those who need action and those who are behind, worked out beforehand and kept: it takes a page too long."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pqip.core.snapshot import safe_known_at
from reports.derived.forecasts import answer_from, last_kept, remember
from reports.figures.asking import Question
from reports.figures.changes import changes_of_progress, days_compared
from reports.rules.changes import Change, Part

PROGRESS = "progress"


@dataclass(frozen=True)
class ProgressKept:
    """The changes kept of a month, by place (code), with the instant as known at which they were worked out."""

    known_at: dt.datetime
    of: dict[str, list[Change]]


def keep_progress(question: Question) -> None:
    """Work them out for every place, of the last complete month as known at the question's instant, and keep them."""
    read_at = safe_known_at()
    found = {
        code: [_written(one) for one in some]
        for code, some in changes_of_progress(question).items()
    }
    days = days_compared(question.as_at)
    digest = hashlib.sha256(json.dumps([str(days), found], sort_keys=True).encode()).hexdigest()
    answer_from(PROGRESS, digest, question.grade, lambda: found)
    remember(Question(days.until, question.known_at), PROGRESS, digest, read_at=read_at)


def progress_last_kept(question: Question) -> ProgressKept | None:
    """Those kept last of the last complete month; None where none are."""
    until = days_compared(question.as_at).until
    kept = last_kept(Question(until, question.known_at), PROGRESS)
    if kept is None or kept.as_at != until:
        return None
    return ProgressKept(
        kept.known_at, {code: [_read(one) for one in some] for code, some in kept.answer.items()}
    )


def _written(one: Change) -> dict[str, Any]:
    parts = [[each.why, each.people, str(each.by)] for each in one.parts]
    return {"what": one.what, "before": str(one.before), "after": str(one.after), "parts": parts}


def _read(kept: dict[str, Any]) -> Change:
    parts = tuple(Part(why, people, Decimal(by)) for why, people, by in kept["parts"])
    return Change(kept["what"], "", Decimal(kept["before"]), Decimal(kept["after"]), parts)
