"""An assessor's candidates: stage, next plan, and a coloured table of units."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from assessments.facts.caseload import UnitsOf
from assessments.models import AssessmentPlan, Registration
from assessments.presenters.words import candidate_cell
from assessments.rules.stages import FINISHED, MIDDLE, NEAR, NOT_YET, PAST, STAGES, STARTING, Course
from pqip.core.clock import today
from pqip.core.formats import short_date
from pqip.govuk.pages import Tab, Tag
from pqip.govuk.tables import Cell, Column, Table

TONES = {
    NOT_YET: "grey",
    STARTING: "turquoise",
    MIDDLE: "blue",
    NEAR: "yellow",
    PAST: "orange",
    FINISHED: "grey",
}
COLUMNS = [
    Column("Candidate", sort="name", second="Staff number"),
    Column("Qualification"),
    Column("Stage", sort="end", second="Planned end"),
    Column("Units achieved", second="Criteria met"),
    Column("Next planned", second="What"),
    Column("Returned", numeric=True),
    Column("To decide", numeric=True),
    Column("To be countersigned", numeric=True),
    Column("Oldest since"),
]
UNIT_TAGS = {
    "achieved": ("Achieved", "green"),
    "signed_off": ("Signed off", "turquoise"),
    "all_met": ("All met", "blue"),
    "nothing": ("Nothing yet", "grey"),
    "not_chosen": ("Not chosen", "grey"),
}
MAP_NOTE = (
    "Achieved: every criterion met, and signed off. Signed off: signed off, but a criterion is no longer met. "
    "All met: waits to be signed off."
)


def stage_cell(course: Course, on: dt.date) -> Cell:
    """Return the cell with the stage, whether they are on a break, and the planned end."""
    stage = course.stage(on)
    pause = (Tag("On a break", "purple"),) if course.is_paused else ()
    return Cell(tags=(Tag(STAGES[stage], TONES[stage]), *pause), second=short_date(course.ends_on))


def row(
    of: Registration,
    counts: dict[str, Any],
    progress: dict[str, Any],
    course: Course,
    plan: AssessmentPlan | None,
) -> list[Any]:
    """Return the cells of a candidate in the caseload today."""
    on = today()
    planned = (
        Cell(short_date(plan.due_on), second=plan.what, tags=_late(plan, on))
        if plan
        else Cell(empty="Nothing planned")
    )
    return [
        candidate_cell(of),
        of.qualification,
        stage_cell(course, on),
        Cell(
            _of(progress, "units_achieved", "units_total"),
            second=_of(progress, "criteria_met", "criteria_total", " criteria"),
        ),
        planned,
        counts.get("returned", 0),
        counts.get("to_decide", 0),
        counts.get("countersigning", 0),
        Cell(short_date(counts.get("oldest")), empty="Nothing waits"),
    ]


def _late(plan: AssessmentPlan, on: dt.date) -> tuple[Tag, ...]:
    return (Tag("Day has passed", "orange"),) if plan.due_on < on else ()


def _of(progress: dict[str, Any], part: str, total: str, what: str = "") -> str:
    return f"{progress[part]} of {progress[total]}{what}" if progress else ""


def stage_tabs(courses: Iterable[Course], url: str, asked: str, on: dt.date) -> list[Tab]:
    """Return a tab for everybody and one for each stage that somebody is at, with counts; no tabs where there is
    nobody.
    """
    stages = Counter(course.stage(on) for course in courses)
    found = [
        Tab(words, f"{url}?stage={key}", key == asked, stages[key])
        for key, words in STAGES.items()
        if stages[key]
    ]
    return [Tab("Everybody", url, asked not in STAGES, stages.total()), *found] if found else []


def unit_maps(rows: Sequence[Registration], groups: Sequence[UnitsOf]) -> list[Table]:
    """Return a table for each version of a qualification, with candidates as rows and units as columns."""
    return [_unit_map([row for row in rows if row.pk in group.states], group) for group in groups]


def _unit_map(rows: Sequence[Registration], group: UnitsOf) -> Table:
    columns = [Column("Candidate"), *(Column(f"Unit {unit.number}") for unit in group.units)]
    body = [
        [
            Cell(row.person.name),
            *(
                unit_tag(*group.states[row.pk][unit.pk], group.criteria[unit.pk])
                for unit in group.units
            ),
        ]
        for row in rows
    ]
    return Table(f"Units by candidate, {group.name}", columns, body, note=MAP_NOTE)


def unit_tag(state: str, met: int, criteria: int) -> Tag:
    """Return the tag for a unit's state, with the number of criteria where some are met."""
    if state == "some_met":
        return Tag(f"{met} of {criteria} met", "yellow")
    return Tag(*UNIT_TAGS[state])
