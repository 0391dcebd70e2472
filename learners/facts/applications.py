"""Applications and the stages they have come through, for many at once, as SQL.

An application has reached a stage once it is recorded, or a later one is: a stage may be left out, and a merit list
may be of an earlier
campaign. Checks and vetting go on side by side, so that neither says anything of the other.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import ApplicantEqualityRecord, ApplicationRecord
from learners.rules.applications import RANK, STAGES, WITH_RESULT
from pqip.core.known import as_known, known_sql

#: Every stage of the funnel, with those of which one must be recorded for it to be reached.
FUNNEL = ("applied", *STAGES)
COMES_AFTER = {
    stage: [stage, *(each for each in STAGES if RANK[each] > RANK[stage])] for stage in STAGES
}
#: One row an application: the day of each stage, and its result where it has one.
REACHED = """
SELECT g.application_id, {days}
FROM learners_applicationstage g
WHERE g.effective_on <= %(as_at)s AND {known}
GROUP BY g.application_id
"""


def applications(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """SQL of what each application said, and its parameters. Columns: application_id and those of `ApplicationContent`."""
    return as_known(ApplicationRecord, known_at, from_first=False)


def equality(known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
    """SQL of the answers of those who had been asked by then. Columns: application_id, sex, ethnicity, disability, age_band."""
    return as_known(ApplicantEqualityRecord, known_at, from_first=False)


def stages(known_at: dt.datetime | None, wanted: str = "") -> str:
    """SQL of the stages recorded by `%(as_at)s`. Columns: application_id, `<stage>_on` of every stage and end,
    `<stage>_passed` of
    those with a result. `wanted` is SQL of the applications in question, as a query of keys.
    """
    days = [
        f"max(g.effective_on) FILTER (WHERE g.stage = '{stage}') AS {stage}_on"
        for stage in (*STAGES, "rejected", "withdrew", "feedback")
    ]
    days += [
        f"bool_and(g.passed) FILTER (WHERE g.stage = '{stage}') AS {stage}_passed"
        for stage in WITH_RESULT
    ]
    known = known_sql("g", known_at)
    within = f" AND g.application_id IN ({wanted})" if wanted else ""
    return REACHED.format(days=", ".join(days), known=f"{known}{within}")


def reached(stage: str, alias: str = "f") -> str:
    """SQL of whether an application has reached a stage, of a row joined with `stages`."""
    if stage == "applied":
        return "TRUE"
    recorded = ", ".join(f"{alias}.{each}_on" for each in COMES_AFTER[stage])
    return f"coalesce({recorded}) IS NOT NULL"


def passed(stage: str, alias: str = "f") -> str:
    """SQL of whether it has passed the stage: with that result, or by having come to a later one. Stages without a
    result are passed once
    they are reached.
    """
    if stage not in WITH_RESULT:
        return reached(stage, alias)
    later = [f"{alias}.{each}_on" for each in COMES_AFTER[stage] if each != stage]
    return f"coalesce({alias}.{stage}_passed, coalesce({', '.join(later)}) IS NOT NULL)"


def days_in_stage(stage: str, alias: str = "f", application: str = "a") -> str:
    """SQL of the calendar days from the stage before to this one; of the checks without those for which the clock was stopped."""
    if stage == "applied":
        return "NULL::integer"
    before = [f"{alias}.{each}_on" for each in STAGES if RANK[each] < RANK[stage]]
    since = ", ".join([*before, f"{application}.applied_on"])
    days = f"{alias}.{stage}_on - greatest({since})"
    if stage != "checks":
        return f"({days})"
    return f"CASE WHEN {alias}.checks_on IS NOT NULL THEN greatest({days} - {application}.paused_days, 0) END"
