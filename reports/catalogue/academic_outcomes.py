"""Outcomes of university modules."""

from __future__ import annotations

from pqip.core.formats import number
from pqip.govuk.charts import BarChart, Chart, Series
from reports.catalogue.base import CODE, NUMBER, PEOPLE, PERCENT, Report, ReportColumn, Rows
from reports.catalogue.keys import PATHWAY
from reports.figures.academic_outcomes import academic_outcomes
from reports.figures.names import Names
from reports.suppression.families import by_family

WHO, TO_DATE = "Learners who started and entered the module", "To date"
HANDED_IN, ASKED_ON = "The day handed in, else due", "The day they asked"
COLUMNS = [
    ReportColumn(
        "university",
        "University",
        "The university of the region the learner applied in; not_recorded where the record does "
        "not say which taught them.",
        CODE,
        lookup="university",
    ),
    ReportColumn(
        "level5_held",
        "Level 5 held",
        "Whether the learner came with a level 5 qualification.",
        CODE,
        lookup="level5_held",
    ),
    ReportColumn(
        "pathway",
        "Pathway",
        "Route through the programme at the start, so that moving a learner flatters no pathway.",
        CODE,
        lookup=PATHWAY.lookup,
    ),
    ReportColumn("module", "Module", "University module, of level 5 or 6.", CODE, lookup="module"),
    ReportColumn(
        "entered",
        "Entered",
        "Learners with an attempt handed in or due, or who asked for more time for it.",
        PEOPLE,
        WHO,
        HANDED_IN,
        TO_DATE,
    ),
    ReportColumn(
        "passed", "Passed", "Of those, passed at any attempt.", PEOPLE, WHO, HANDED_IN, TO_DATE
    ),
    ReportColumn(
        "first_attempt_passed",
        "Passed at the first attempt",
        "Of those, passed at the first attempt.",
        PEOPLE,
        WHO,
        HANDED_IN,
        TO_DATE,
    ),
    ReportColumn(
        "median_mark",
        "Median mark",
        "Median of each learner's mark at their latest attempt that has one.",
        NUMBER,
        WHO,
        HANDED_IN,
        TO_DATE,
        hides_with=("entered", "passed", "first_attempt_passed", "marked"),
    ),
    ReportColumn(
        "extensions_asked",
        "Asked for more time",
        "Learners who asked the university for more time for the module, once or more.",
        PEOPLE,
        WHO,
        ASKED_ON,
        TO_DATE,
    ),
    ReportColumn(
        "extension_rate",
        "Extension rate (%)",
        "Asked for more time ÷ entered × 100.",
        PERCENT,
        WHO,
        ASKED_ON,
        TO_DATE,
        hides_with=("entered", "extensions_asked"),
    ),
]


def extensions_by_university(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the chart of modules that learners entered, with and without an extension, by university, from the rows shown."""
    sums: dict[str, list[int]] = {}
    for row in rows:
        if isinstance(row["extensions_asked"], int) and isinstance(row["entered"], int):
            own = sums.setdefault(row["university"], [0, 0])
            own[0] += row["extensions_asked"]
            own[1] += max(row["entered"] - row["extensions_asked"], 0)
    asked, others = ([each[nth] for each in sums.values()] for nth in (0, 1))
    entered = sum(asked) + sum(others)
    if not entered:
        return []
    title = f"More time was asked for {number(sum(asked))} of {number(entered)} modules that learners entered"
    return [
        BarChart(
            title=title,
            subtitle=f"Modules that learners entered, by university and whether more time was asked for, {period}",
            labels=[names.of("university", name) for name in sums],
            stacked=True,
            description="One bar for each university. A learner counts once for each module entered; numbers not shown are left out.",  # noqa: E501
            series=[Series("More time asked for", asked), Series("Not asked for", others)],
        )
    ]


#: Counts that could be worked out from the columns though none states them: learners who did not pass, passed later or did
#: not ask for an extension; and the number of marks.
UNSAID = [
    ReportColumn(name, name, "", PEOPLE)
    for name in ("not_passed", "passed_later", "not_asked", "marked")
]
FAMILIES = [
    ("entered", "passed", "first_attempt_passed", "not_passed", "passed_later"),
    ("extensions_asked", "not_asked"),
    ("marked",),
]
hidden = by_family([*COLUMNS, *UNSAID], FAMILIES)


def suppressed(rows: Rows, threshold: int) -> Rows:
    """Hide small counts and those from which they could be worked out; also a median of few marks."""
    unsaid = (
        row
        | {
            "not_passed": row["entered"] - row["passed"],
            "passed_later": row["passed"] - row["first_attempt_passed"],
            "not_asked": row["entered"] - row["extensions_asked"],
        }
        for row in rows
    )
    return hidden(list(unsaid), threshold)


REPORT = Report(
    "academic-outcomes",
    "Academic outcomes",
    "How do learners do at university, and how many ask for more time?",
    COLUMNS,
    academic_outcomes,
    "University, level 5 held, pathway, module.",
    suppress=suppressed,
    charts=extensions_by_university,
    for_whom="Learning managers, the national team",
    of_people=False,
)
