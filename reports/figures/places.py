"""Which whole regions a question is about."""

from __future__ import annotations

from reports.figures.asking import Query, Question

CODES = 'SELECT code FROM workforce_region WHERE id = ANY(%(place_regions)s) ORDER BY "order", code'


def whole_regions(question: Question) -> list[str] | None:
    """Return the codes of the regions asked about, None for all; none where a part of a region is asked about."""
    if question.place.everywhere:
        return None
    if question.place.pdus:
        return []
    return [code for (code,) in Query(question).tuples(CODES)]
