"""A piece of evidence in words and tables: what was submitted, the state of each criterion, and its history."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from assessments.models import (
    Countersignature,
    CountersignStamp,
    Criterion,
    Decision,
    Evidence,
    EvidenceFile,
    Submission,
)
from assessments.models.decisions import Judgement
from assessments.presenters.words import MET, NOT_YET, outcome_words
from pqip.core.formats import date_gov, lower_first
from pqip.govuk.pages import Action, Empty, Event, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table


def summary(piece: Evidence, submission: Submission | None) -> list[SummaryRow]:
    """Return summary rows of what was submitted."""
    if submission is None:
        return [
            SummaryRow("Reference", piece.reference),
            SummaryRow("State", tag=Tag("Undone", "grey")),
        ]
    rows = [
        SummaryRow("Reference", piece.reference),
        SummaryRow("Title", submission.title),
        SummaryRow("How it was gathered", submission.get_method_display()),
        SummaryRow("Submitted", date_gov(submission.effective_on)),
    ]
    if submission.part:
        rows.append(SummaryRow("Part of the portfolio", submission.get_part_display()))
    if submission.description:
        rows.append(SummaryRow("Description", submission.description))
    return [
        *rows,
        SummaryRow(
            "Declared to name nobody",
            "Yes" if submission.is_declared else "Not said: it came from a file",
        ),
    ]


def files_table(files: list[EvidenceFile], may_change: bool) -> Table:
    """Return the table of files kept with the evidence."""
    rows = [
        [
            Cell(one.name, reverse("assessments:file", args=[one.public_id])),
            one.kind.upper(),
            filesizeformat(one.size),
            Cell(
                actions=[
                    Action(
                        "Take away",
                        reverse("assessments:remove_file", args=[one.public_id]),
                        "link",
                        one.name,
                    )
                ]
                if may_change
                else []
            ),
        ]
        for one in files
    ]
    columns = [Column("File"), Column("Kind"), Column("Size"), Column("Action", hidden=True)]
    return Table("Files", columns, rows, empty=Empty("No file is kept with it."))


def attempts_table(attempts: list[Evidence], this: Evidence) -> Table | None:
    """Return the table of submissions in the chain; None where there was only one."""
    if len(attempts) == 1:
        return None
    rows = [
        [
            str(number),
            Cell(
                one.reference,
                "" if one == this else reverse("assessments:evidence", args=[one.public_id]),
            ),
            "This piece" if one == this else "",
        ]
        for number, one in enumerate(attempts, 1)
    ]
    return Table("Attempts", [Column("Attempt"), Column("Evidence"), Column("Shown here")], rows)


def decision_summary(decision: Decision) -> list[SummaryRow]:
    """Return summary rows of a decision: what, by whom, and the feedback."""
    return [
        SummaryRow("Decided by", decision.assessor.name),
        SummaryRow("Decided on", date_gov(decision.effective_on)),
        SummaryRow("Outcome", outcome_words(decision)),
        SummaryRow("Confirmed of the evidence", _confirmed(decision), empty="Not said"),
        SummaryRow("Feedback to the learner", decision.feedback, empty="No feedback was given"),
    ]


def countersigned(given: Countersignature | None) -> list[SummaryRow]:
    """Return summary rows of a countersignature: who, when, and the feedback; none where there is none."""
    if given is None:
        return [SummaryRow("Countersigned", "", empty="Not countersigned")]
    outcome = f"{given.get_outcome_display()} by {given.countersigner.name} on {date_gov(given.effective_on)}"
    return [
        SummaryRow("Countersigned", outcome),
        SummaryRow("What they said", given.feedback, empty="Nothing was said"),
    ]


def _confirmed(decision: Decision) -> str:
    """Return what was confirmed of the evidence, such as *Valid, authentic, current*."""
    words = [
        label.partition(":")[0] for value, label in Judgement.choices if value in decision.judged
    ]
    return ", ".join(words[:1] + [lower_first(word) for word in words[1:]])


def criteria_table(criteria: dict[int, Criterion], met: list[int], not_met: list[int]) -> Table:
    """Return the table of the criteria named and what was found of each."""
    found = {
        **dict.fromkeys(not_met, Tag(NOT_YET, "orange")),
        **dict.fromkeys(met, Tag(MET, "green")),
    }
    rows = [
        [Cell(one.code), one.text, found.get(key, Tag("Not decided", "grey"))]
        for key, one in criteria.items()
    ]
    return Table("Criteria", [Column("Criterion"), Column("What it asks"), Column("Found")], rows)


def criteria_left(history: dict[str, list[Any]]) -> tuple[list[int], list[int]]:
    """Return the keys of the criteria that the live decisions, in order, leave met, and of those left not yet met.

    A criterion with which a countersigner disagreed is not yet met.
    """
    against = {one.decision_id: one.disagreed for one in history["signatures"] if not one.is_void}
    found: dict[int, bool] = {}
    for decision in history["decisions"]:
        if not decision.is_void:
            found |= dict.fromkeys(decision.criteria_met, True) | dict.fromkeys(
                decision.criteria_not_met, False
            )
            found |= dict.fromkeys(against.get(decision.pk, []), False)
    return [key for key, met in found.items() if met], [
        key for key, met in found.items() if not met
    ]


def timeline(history: dict[str, list[Any]]) -> list[Event]:
    """Return everything recorded as events, newest first. An event that was undone says so, and why."""
    events = [event for rows in history.values() for row in rows for event in _events(row)]
    return sorted(events, key=lambda event: event.when, reverse=True)


def _events(row: Any) -> list[Event]:
    title, by, detail = _entry(row)
    events = [Event(title, row.recorded_at, by=by, detail=detail)] if title else []
    if row.is_void and not isinstance(row, CountersignStamp):
        events.append(Event(f"Undone: {lower_first(title)}", row.voided_at, detail=row.void_reason))
    return events


def _entry(row: Any) -> tuple[str, str, str]:
    """Return the title of an event, who did it, and a short sentence."""
    if isinstance(row, Submission):
        return "Evidence logged", "", f"{row.title}, submitted on {date_gov(row.effective_on)}."
    if isinstance(row, Decision):
        title = f"Decision {row.number}: {outcome_words(row)}"
        return (
            title,
            row.assessor.name,
            f"Dated {date_gov(row.effective_on)}. {row.feedback}".strip(),
        )
    if isinstance(row, Countersignature):
        imported = "Imported. " if row.is_imported else ""
        title = f"Countersignature: {lower_first(row.get_outcome_display())}"
        return (
            title,
            row.countersigner.name,
            f"{imported}Dated {date_gov(row.effective_on)}. {row.feedback}".strip(),
        )
    if isinstance(row, CountersignStamp):
        need = "needs a countersignature" if row.is_needed else "needs no countersignature"
        return f"Stamped: decision {row.decision.number} {need}", "", ""
    return "", "", ""
