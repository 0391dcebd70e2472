"""Two breakdowns crossed, on request: only where everything is shown in full. Beside the other tables, and those of other
places and months, they could tell of single people, and no proof is made that they do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from learners.facts.applications import FUNNEL
from pqip.core.formats import lower_first
from reports.catalogue.base import CODE, PEOPLE, PERCENT, Report, ReportColumn, Rows
from reports.catalogue.cohort_outcomes import COLUMNS as OUTCOMES
from reports.catalogue.recruitment_funnel import KEYS
from reports.figures.asking import Question
from reports.figures.crossed import APPLICANTS_BY, STARTERS_BY, funnel_crossed, outcomes_crossed
from reports.figures.names import CODE_NAMES
from reports.suppression.declared import ANSWERS, ANSWERS_OF_LEARNERS

#: Rows of one table on a page.
MOST_ROWS = 1_000
IN_FULL_ONLY = (
    "Two breakdowns crossed are shown only to whoever is shown this report in full: beside the other tables they could tell of "
    "single people."
)
CUT_OFF = f"The crossed table shows its first {MOST_ROWS:,} rows. Choose a region, or breakdowns with fewer groups."


TOO_LONG = "The crossed table takes too long just now. Choose a region, or try again in a minute."


@dataclass(frozen=True)
class Crossing:
    """What a report may be crossed by, in words; the figure; its columns beside the groups; and the names of the groups."""

    by: dict[str, str]
    figure: Callable[[Question, str, str], Rows]
    before: tuple[ReportColumn, ...]
    columns: tuple[ReportColumn, ...]

    def table(self, first: str, second: str) -> Report:
        """Return the report that is the crossed table."""
        keys = [
            ReportColumn(
                key, self.by[name], f"{self.by[name]}, as in the first table.", CODE, lookup=name
            )
            for key, name in (("first", first), ("second", second))
        ]
        title = f"{self.by[first]} by {lower_first(self.by[second])}"
        columns = [*self.before, *keys, *self.columns]
        return Report(
            "crossed",
            title,
            "",
            columns,
            lambda question: self.figure(question, first, second),
            "",
            of_people=False,
        )


def _reached(stage: str) -> ReportColumn:
    title = CODE_NAMES["stage"][stage]
    words = (
        "Applications for which the stage, or a later one, is dated on or before the as-at date."
    )
    return ReportColumn(stage, title, words, PEOPLE)


CROSSINGS = {
    "cohort-outcomes": Crossing(
        {name: CODE_NAMES["breakdown"][name] for name in STARTERS_BY},
        outcomes_crossed,
        (),
        tuple(OUTCOMES[2:]),
    ),
    "recruitment-funnel": Crossing(
        {name: CODE_NAMES["applicants_by"][name] for name in APPLICANTS_BY},
        funnel_crossed,
        (KEYS[0],),
        (
            *map(_reached, FUNNEL),
            ReportColumn("started_rate", "Started (%)", "Started ÷ applied × 100.", PERCENT),
            ReportColumn("started_lower", "Lower limit (%)", "Lower 95% limit, Wilson.", PERCENT),
            ReportColumn("started_upper", "Upper limit (%)", "Upper 95% limit, Wilson.", PERCENT),
        ),
    ),
}


def choices_of(report: str, *, equality: bool) -> list[tuple[str, str]]:
    """Return what a report may be crossed by: equality answers only for who may see them; nothing for other reports."""
    crossing = CROSSINGS.get(report)
    if crossing is None:
        return []
    answers = ANSWERS.get(report, ANSWERS_OF_LEARNERS)
    return [(name, words) for name, words in crossing.by.items() if equality or name not in answers]
