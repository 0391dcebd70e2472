"""Protected characteristics are published only when enough people have declared theirs (rule C5 83)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.catalogue.base import PEOPLE, ReportColumn, Rows
from reports.figures.asking import Row
from reports.figures.settings import DECLARATION
from reports.figures.starters import NOT_STATED, PROTECTED
from reports.suppression.marks import is_small


def declared(rows: Rows, count: Callable[[Row], int]) -> Rows:
    """Return the rows without breakdowns by protected characteristics that too few have declared.

    `count` returns a row's people.
    """
    least, kept = int(DECLARATION.value), []
    for breakdown in dict.fromkeys(row["breakdown"] for row in rows):
        own = [row for row in rows if row["breakdown"] == breakdown]
        everyone = sum(map(count, own))
        stated = sum(count(row) for row in own if row["group"] != NOT_STATED)
        if breakdown not in PROTECTED or stated * 100 > least * everyone:
            kept += own
    return kept


#: Breakdowns by what only equality answers tell, by report: a learner's age follows from the record, an applicant's does not.
ANSWERS = {"recruitment-funnel": PROTECTED}
ANSWERS_OF_LEARNERS = PROTECTED - {"age_band"}


def without_few_answers(
    report: str, rows: Rows, columns: Sequence[ReportColumn], threshold: int
) -> Rows:
    """Return the rows without breakdowns by equality answers in which a number of people is small.

    For whoever may open everybody counted but may not read their answers: a breakdown in full would tell them.
    """
    answers = ANSWERS.get(report, ANSWERS_OF_LEARNERS)
    people = [one.name for one in columns if one.kind == PEOPLE]
    told = {
        (row.get("campaign"), row["breakdown"])
        for row in rows
        if row.get("breakdown") in answers
        and any(is_small(row.get(name), threshold) for name in people)
    }
    return [row for row in rows if (row.get("campaign"), row.get("breakdown")) not in told]
