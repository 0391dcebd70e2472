"""Assessors in words: status, award and authority."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments.models import AssessorRecord
from pqip.core.formats import date_gov, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Event, Fact, Identity, SummaryRow, Tag
from pqip.govuk.tables import Cell
from workforce.models import Person


def status_tag(record: AssessorRecord | None, on: dt.date) -> Tag:
    """Return the tag for trainee, qualified or lapsed on the day."""
    if record is None:
        return Tag("Not an assessor", "grey")
    if record.is_qualified(on):
        return Tag("Qualified", "green")
    return (
        Tag("Lapsed", "orange")
        if record.lapsed_on and record.lapsed_on <= on
        else Tag("Trainee", "blue")
    )


def row(record: AssessorRecord, counts: dict[str, int], on: dt.date) -> list[Any]:
    """Return the cells of an assessor in the list."""
    url = record_url("assessments:assessor", record.person.public_id)
    allowed = [code for code in record.allowed_qualifications if record.may_countersign(code, on)]
    return [
        Cell(record.person.name, url, second=record.person.staff_number),
        status_tag(record, on),
        short_date(record.registered_on),
        short_date(record.achieved_on),
        Cell(", ".join(allowed), empty="No"),
        Cell(counts["caseload"], second=_target(record)),
        counts["waiting"],
    ]


def _target(record: AssessorRecord) -> str:
    return "" if record.target_caseload is None else f"of {record.target_caseload}"


#: An end within this number of days is soon.
SOON_DAYS = 90
ENDINGS = {
    "lapsed_on": "Award lapses",
    "countersign_until": "Countersigns until",
    "assure_until": "Quality assures until",
}


def ending_row(record: AssessorRecord, trainees: int, on: dt.date) -> list[Any]:
    """Return the cells of an assessor whose award or authority ends or has ended."""
    url = record_url("assessments:assessor", record.person.public_id)
    days = [getattr(record, name) for name in ENDINGS]
    soonest = min(day for day in days if day is not None)
    who = Cell(record.person.name, url, second=record.person.staff_number)
    return [
        who,
        *(Cell(short_date(day), empty="No end") for day in days),
        ending_tag(soonest, on),
        trainees,
    ]


def ending_tag(soonest: dt.date, on: dt.date) -> Tag:
    """Return the tag for an end in the past, soon or later.

    An award ends on its lapse date; an authority still holds on its last day.
    """
    if soonest < on:
        return Tag("Has ended", "orange")
    return (
        Tag("Ends soon", "yellow")
        if soonest <= on + dt.timedelta(days=SOON_DAYS)
        else Tag("Ends later", "grey")
    )


def identity(person: Person, record: AssessorRecord | None, on: dt.date) -> Identity:
    """Return the identity shown above an assessor's record."""
    known = [Fact("Staff number", person.staff_number), Fact("Region", person.region or "")]
    return Identity(person.name, known, [status_tag(record, on)])


def rows(record: AssessorRecord | None) -> list[SummaryRow]:
    """Return summary rows for award and authority."""
    if record is None:
        return []
    return [
        SummaryRow(
            "Registered for the award", date_gov(record.registered_on), empty="Not registered"
        ),
        SummaryRow("Award achieved", date_gov(record.achieved_on), empty="Not yet"),
        SummaryRow("Certificate number", record.certificate_number),
        SummaryRow("Award lapsed", date_gov(record.lapsed_on), empty="No"),
        *_authority(record),
        *_assuring(record),
        *_competence(record),
        SummaryRow("Target caseload", record.target_caseload, empty="Not recorded"),
    ]


def _authority(record: AssessorRecord) -> list[SummaryRow]:
    if record.countersign_from is None:
        return [SummaryRow("May countersign", "No")]
    return [
        SummaryRow(
            "May countersign", ", ".join(record.allowed_qualifications), empty="No qualification"
        ),
        SummaryRow("May countersign from", date_gov(record.countersign_from)),
        SummaryRow(
            "Last day they may countersign", date_gov(record.countersign_until), empty="No last day"
        ),
        SummaryRow("Hours a week for countersigning", record.weekly_hours, empty="Not recorded"),
    ]


def _assuring(record: AssessorRecord) -> list[SummaryRow]:
    if record.assure_from is None:
        return [SummaryRow("May quality assure", "No")]
    return [
        SummaryRow(
            "May quality assure", ", ".join(record.assured_qualifications), empty="No qualification"
        ),
        SummaryRow("May quality assure from", date_gov(record.assure_from)),
        SummaryRow(
            "Last day they may quality assure", date_gov(record.assure_until), empty="No last day"
        ),
    ]


def _competence(record: AssessorRecord) -> list[SummaryRow]:
    confirmed = SummaryRow(
        "Occupational competence confirmed", date_gov(record.competent_on), empty="Not yet"
    )
    if record.competent_on is None:
        return [confirmed]
    return [
        confirmed,
        SummaryRow(
            "Competent to assess", ", ".join(record.may_assess), empty="No qualification named"
        ),
    ]


def timeline(records: list[AssessorRecord]) -> list[Event]:
    """Return the history of the record as events, latest first."""
    return [Event(_title(record), record.known_from, detail=_detail(record)) for record in records]


def _title(record: AssessorRecord) -> str:
    return (
        f"Recorded: award achieved on {date_gov(record.achieved_on)}"
        if record.achieved_on
        else "Recorded: no award yet"
    )


def _detail(record: AssessorRecord) -> str:
    return f"Changed later: {record.void_reason}" if record.is_void else ""
