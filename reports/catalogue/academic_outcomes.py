"""Outcomes of university modules."""

from __future__ import annotations

from pqip.core.formats import number
from pqip.govuk.charts import BarChart, Chart, Series
from reports.catalogue.base import CODE, COUNT, NUMBER, PEOPLE, PERCENT, Report, ReportColumn, Rows
from reports.catalogue.keys import PATHWAY
from reports.figures.academic_outcomes import academic_outcomes, by_level5, summed
from reports.figures.names import Names
from reports.suppression.families import by_family
from reports.suppression.marks import hide

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


GRADUATES = {"yes": "Graduates (level 5 held)", "no": "Non-graduates"}
WHO_THEY_ARE = {"yes": "graduates", "no": "non-graduates"}


def graduates_and_others(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return the chart of modules passed at the first attempt and later by learners with and without level 5, side by side, from
    the rows shown.
    """
    counts = ("entered", "passed", "first_attempt_passed")
    shown = [row for row in rows if all(isinstance(row[name], int) for name in counts)]
    sums = {
        level: [sum(row[name] for row in shown if row["level5_held"] == level) for name in counts]
        for level in GRADUATES
    }
    held = {level: own for level, own in sums.items() if own[0]}
    if not held:
        return []
    said = [
        f"{number(passed)} of {number(entered)} modules that {WHO_THEY_ARE[level]} entered"
        for level, (entered, passed, _first) in held.items()
    ]
    shows_all = len(shown) == len(rows)
    finding = f"{' and '.join(said)} were passed"
    return [
        BarChart(
            title=finding if shows_all else f"Of the numbers shown: {finding}",
            subtitle=f"Modules that learners entered, by level 5 held at the start and how they did, {period}",
            labels=[GRADUATES[level] for level in held],
            stacked=True,
            description="One bar for learners with level 5 and one for those without. A learner counts once for each module "
            "entered; numbers not shown are left out.",
            series=[
                Series("Passed at the first attempt", [own[2] for own in held.values()]),
                Series("Passed later", [own[1] - own[2] for own in held.values()]),
                Series("Not passed", [own[0] - own[1] for own in held.values()]),
            ],
        )
    ]


def charts(rows: Rows, names: Names, period: str) -> list[Chart]:
    """Return graduates and others side by side, then extensions by university."""
    return [
        *graduates_and_others(rows, names, period),
        *extensions_by_university(rows, names, period),
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


def summed_of_shown(rows: Rows, threshold: int) -> Rows:
    """Return graduates and others as the sums of what the report itself shows of them, so that nothing follows from both."""
    found: Rows = []
    for row in rows:
        parts = [
            part for part in suppressed(row["parts"], threshold) if isinstance(part["entered"], int)
        ]
        asked = [part for part in parts if isinstance(part["extensions_asked"], int)]
        shown = summed(row["level5_held"], parts)
        if len(asked) < len(row["parts"]):
            shown = hide(shown, ["extensions_asked", "extension_rate"])
        found.append(shown if parts else hide(row, [one.name for one in SIDE_BY_SIDE[1:]]))
    return found


def _modules(name: str, title: str, definition: str, date: str = HANDED_IN) -> ReportColumn:
    return ReportColumn(
        name, title, definition, COUNT, "Modules that learners who started entered", date, TO_DATE
    )


def _rate(name: str, title: str, definition: str, date: str = HANDED_IN) -> ReportColumn:
    return ReportColumn(
        name, title, definition, PERCENT, "Modules that learners who started entered", date, TO_DATE
    )


SIDE_BY_SIDE = [
    COLUMNS[1],
    _modules("entered", "Modules entered", "A learner counts once for each module entered."),
    _modules("passed", "Passed", "Of those, passed at any attempt."),
    _rate("passed_percent", "Passed (%)", "Passed ÷ modules entered × 100."),
    _modules("first_attempt_passed", "Passed at the first attempt", "Of those entered."),
    _rate(
        "first_attempt_percent",
        "Passed at the first attempt (%)",
        "Passed at the first attempt ÷ modules entered × 100.",
    ),
    _modules("extensions_asked", "More time asked for", "Of those entered.", ASKED_ON),
    _rate(
        "extension_rate",
        "Extension rate (%)",
        "More time asked for ÷ modules entered × 100.",
        ASKED_ON,
    ),
]
GRADUATES_TABLE = Report(
    "academic-outcomes-by-level5",
    "Graduates and non-graduates side by side",
    "Do learners with level 5 and those without do alike at university?",
    SIDE_BY_SIDE,
    by_level5,
    "Level 5 held first.",
    suppress=summed_of_shown,
    of_people=False,
)

REPORT = Report(
    "academic-outcomes",
    "Academic outcomes",
    "How do learners do at university, and how many ask for more time?",
    COLUMNS,
    academic_outcomes,
    "University, level 5 held, pathway, module.",
    suppress=suppressed,
    charts=charts,
    more=(GRADUATES_TABLE,),
    for_whom="Learning managers, the national team",
    of_people=False,
)
