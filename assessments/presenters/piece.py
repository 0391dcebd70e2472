"""A piece of evidence: what was submitted, what each criterion stands at, and everything that happened."""

from __future__ import annotations

from typing import Any

from assessments.models import Countersignature, CountersignStamp, Criterion, Decision, Evidence, Submission
from assessments.presenters.words import MET, NOT_YET, outcome_words
from pqip.govuk.formats import date_gov
from pqip.govuk.pages import Event, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table


def summary(piece: Evidence, submission: Submission | None) -> list[SummaryRow]:
    """What was submitted."""
    if submission is None:
        return [SummaryRow("Reference", piece.reference), SummaryRow("State", tag=Tag("Undone", "grey"))]
    rows = [
        SummaryRow("Reference", piece.reference),
        SummaryRow("Title", submission.title),
        SummaryRow("How it was gathered", submission.get_method_display()),
        SummaryRow("Submitted", date_gov(submission.effective_on)),
    ]
    return [*rows, SummaryRow("Description", submission.description)] if submission.description else rows


def decision_summary(decision: Decision) -> list[SummaryRow]:
    """What was decided, by whom, with which words."""
    return [
        SummaryRow("Decided by", decision.assessor.name),
        SummaryRow("Decided on", date_gov(decision.effective_on)),
        SummaryRow("Outcome", outcome_words(decision)),
        SummaryRow("Feedback to the learner", decision.feedback, empty="No feedback was given"),
    ]


def criteria_table(criteria: dict[int, Criterion], met: list[int], not_met: list[int]) -> Table:
    """Each criterion named, and what was found."""
    said = {**dict.fromkeys(not_met, Tag(NOT_YET, "orange")), **dict.fromkeys(met, Tag(MET, "green"))}
    rows = [[Cell(one.code), one.text, said.get(key, Tag("Not decided", "grey"))] for key, one in criteria.items()]
    return Table("Criteria", [Column("Criterion"), Column("What it asks"), Column("Found")], rows)


def standing(decisions: list[Decision]) -> tuple[list[int], list[int]]:
    """What the live decisions, in order, leave each criterion at: keys met, keys not yet met."""
    found: dict[int, bool] = {}
    for decision in decisions:
        found |= dict.fromkeys(decision.criteria_met, True) | dict.fromkeys(decision.criteria_not_met, False)
    return [key for key, met in found.items() if met], [key for key, met in found.items() if not met]


def timeline(history: dict[str, list[Any]]) -> list[Event]:
    """Everything recorded, newest first; what was undone says so and why."""
    events = [event for rows in history.values() for row in rows for event in _events(row)]
    return sorted(events, key=lambda event: event.when, reverse=True)


def _events(row: Any) -> list[Event]:
    title, by, detail = _said(row)
    events = [Event(title, row.recorded_at, by=by, detail=detail)] if title else []
    if row.is_void and not isinstance(row, CountersignStamp):
        events.append(Event(f"Undone: {title[0].lower()}{title[1:]}", row.voided_at, detail=row.void_reason))
    return events


def _said(row: Any) -> tuple[str, str, str]:
    """Title, who, and one short sentence."""
    if isinstance(row, Submission):
        return "Evidence logged", "", f"{row.title}, submitted on {date_gov(row.effective_on)}."
    if isinstance(row, Decision):
        title = f"Decision {row.number}: {outcome_words(row)}"
        return title, row.assessor.name, f"Dated {date_gov(row.effective_on)}. {row.feedback}".strip()
    if isinstance(row, Countersignature):
        imported = "Imported. " if row.is_imported else ""
        title = f"Countersignature: {row.get_outcome_display().lower()}"
        return title, row.countersigner.name, f"{imported}Dated {date_gov(row.effective_on)}. {row.feedback}".strip()
    if isinstance(row, CountersignStamp):
        need = "needs a countersignature" if row.is_needed else "needs no countersignature"
        return f"Stamped: decision {row.decision.number} {need}", "", ""
    return "", "", ""
