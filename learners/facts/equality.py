"""Which answers to equality questions are offered, for the day and the place of an application."""

from __future__ import annotations

import datetime as dt

from learners.models import OfferedAnswer
from learners.rules.equality import offered


def answers_offered(on: dt.date, nation: str) -> dict[str, list[tuple[str, str]]]:
    """Codes and words of the answers to each question, in their order, as they are offered on a day in a nation."""
    rows: dict[str, list[OfferedAnswer]] = {}
    for row in OfferedAnswer.objects.live():
        rows.setdefault(row.question, []).append(row)
    return {question: offered(own, on, nation) for question, own in rows.items()}
