"""Applications as a table, and one of them with its stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from learners.models import Application, ApplicationStage
from learners.presenters.campaigns import stage_name
from learners.rules.applications import (
    days_in_stages,
    days_of_notice,
    latest_stage,
    merit_until,
    outcome,
)
from pqip.core.clock import today
from pqip.core.formats import date_gov, plural, short_date
from pqip.govuk.pages import Action, Empty, Fact, Identity, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table

OUTCOME_WORDS = {
    "in_progress": "In progress",
    "rejected": "Not successful",
    "withdrew": "Withdrew",
    "started": "Started",
}
OUTCOME_COLOURS = {
    "in_progress": "blue",
    "rejected": "grey",
    "withdrew": "grey",
    "started": "green",
}
COLUMNS = [
    Column("Application", sort="number"),
    Column("Region", sort="region"),
    Column("Route"),
    Column("Applied", sort="applied"),
    Column("Furthest stage"),
    Column("Outcome"),
]
STAGES = [
    Column("Stage"),
    Column("Day"),
    Column("Result"),
    Column("Days since the stage before", numeric=True),
    Column("Actions", hidden=True),
]
NOT_KNOWN = "Not known"


def list_table(
    title: str,
    rows: Sequence[Application],
    stages: Mapping[int, Sequence[ApplicationStage]],
    sorting: Sorting,
    *,
    is_filtered: bool,
) -> Table:
    """Applications with how far they have come."""
    body = [_listed(row, stages[row.pk]) for row in rows]
    empty = (
        Empty("No application matches.", "Remove a filter.")
        if is_filtered
        else Empty("No application is recorded in your regions yet.")
    )
    return Table(title, COLUMNS, body, caption_hidden=True, sorting=sorting, empty=empty)


def _listed(row: Application, stages: Sequence[ApplicationStage]) -> list[Any]:
    return [
        Cell(row.application_number, url=reverse("learners:application", args=[row.public_id])),
        str(row.region),
        row.get_route_display(),
        short_date(row.applied_on),
        stage_name(latest_stage(stages) or "applied"),
        Cell(tags=(outcome_tag(stages),)),
    ]


def outcome_tag(stages: Sequence[ApplicationStage]) -> Tag:
    """What has come of an application, as a status."""
    found = outcome(stages, today())
    return Tag(OUTCOME_WORDS[found], OUTCOME_COLOURS[found])


def identity(row: Application, stages: Sequence[ApplicationStage]) -> Identity:
    """Which application it is. It names nobody."""
    facts = [Fact("Campaign", str(row.campaign)), Fact("Region", str(row.region))]
    return Identity(f"Application {row.application_number}", facts, [outcome_tag(stages)])


def about(
    row: Application,
    stages: Sequence[ApplicationStage],
    offices: Mapping[str, str],
    earlier: Application | None,
) -> list[SummaryRow]:
    """What an application says, and what follows from its stages."""
    notice = days_of_notice(stages)
    merit = merit_until(stages)
    ranked = "; ".join(
        f"{nth}. {offices.get(code, code)}" for nth, code in enumerate(row.offices, 1)
    )
    rows = [
        SummaryRow("Route", row.get_route_display()),
        SummaryRow("Applied on", date_gov(row.applied_on)),
        _earlier(row, earlier),
        SummaryRow("Worked for the Service before", _yes_no(row.is_returner), empty=NOT_KNOWN),
        SummaryRow(
            "Would also consider a PSO post", _yes_no(row.would_take_pso_post), empty="Not asked"
        ),
        SummaryRow("Offices they prefer", ranked),
        SummaryRow("Office offered", str(row.offered_pdu or "")),
        SummaryRow("Office accepted", str(row.accepted_pdu or "")),
        SummaryRow(
            "Clock of the checks stopped",
            plural(row.paused_days, "day") if row.paused_days else "No",
        ),
    ]
    if merit:
        words = f"until {date_gov(merit)}" if merit >= today() else f"ended on {date_gov(merit)}"
        rows.append(SummaryRow("Merit list", words))
    if notice is not None:
        rows.append(
            SummaryRow("Notice", f"{plural(notice, 'day')} from the confirmed offer to the start")
        )
    return rows


def _earlier(row: Application, earlier: Application | None) -> SummaryRow:
    if earlier is None:
        return SummaryRow("Earlier application", row.previous_number, empty="None")
    address = reverse("learners:application", args=[earlier.public_id])
    return SummaryRow(
        "Earlier application",
        row.previous_number,
        change_url=address,
        change="Open",
        hidden="earlier application",
    )


def _yes_no(value: bool | None) -> str:
    return {True: "Yes", False: "No"}.get(value, "") if value is not None else ""


def stages_table(
    row: Application, stages: Sequence[ApplicationStage], *, may_change: bool
) -> Table:
    """The stages an application has come through, with the days that each took."""
    took = days_in_stages(row.applied_on, stages, row.paused_days)
    body = [
        [
            str(stage.get_stage_display()),
            short_date(stage.effective_on),
            result_words(stage),
            "" if stage.stage not in took else str(took[stage.stage]),
            Cell(actions=_actions(stage) if may_change else []),
        ]
        for stage in stages
    ]
    note = "Of the checks, days on which the clock was stopped do not count."
    return Table("Stages", STAGES, body, note=note, empty=Empty("Nothing has happened to it yet."))


def result_words(stage: ApplicationStage) -> str:
    """The result of a stage in words; empty for one that has none."""
    return (
        {True: "Passed", False: "Not passed"}.get(stage.passed, "")
        if stage.passed is not None
        else ""
    )


def _actions(stage: ApplicationStage) -> list[Action]:
    hidden = f" {stage.get_stage_display()}"
    names = {"Correct": "correct_stage", "Undo": "undo_stage"}
    return [
        Action(label, reverse(f"learners:{name}", args=[stage.public_id]), "link", hidden)
        for label, name in names.items()
    ]


def stage_summary(stage: ApplicationStage) -> list[SummaryRow]:
    """Which stage it is."""
    return [
        SummaryRow("Application", stage.application.application_number),
        SummaryRow("Stage", str(stage.get_stage_display())),
        SummaryRow("Day", date_gov(stage.effective_on)),
        SummaryRow("Result", result_words(stage), empty="None"),
    ]
