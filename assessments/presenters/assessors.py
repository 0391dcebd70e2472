"""Assessors: status, award and authority in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assessments.models import AssessorRecord
from pqip.govuk.formats import date_gov, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Event, Fact, Identity, SummaryRow, Tag
from pqip.govuk.tables import Cell
from workforce.models import Person


def status_tag(record: AssessorRecord | None, on: dt.date) -> Tag:
    """Trainee, qualified or lapsed, on the day."""
    if record is None:
        return Tag("Not an assessor", "grey")
    if record.is_qualified(on):
        return Tag("Qualified", "green")
    return Tag("Lapsed", "orange") if record.lapsed_on and record.lapsed_on <= on else Tag("Trainee", "blue")


def row(record: AssessorRecord, counts: dict[str, int], on: dt.date) -> list[Any]:
    """An assessor in the list."""
    url = record_url("assessments:assessor", record.person.public_id)
    allowed = [code for code in record.allowed_qualifications if record.may_countersign(code, on)]
    return [
        Cell(record.person.name, url, second=record.person.staff_number), status_tag(record, on),
        short_date(record.registered_on), short_date(record.achieved_on), Cell(", ".join(allowed), empty="No"),
        counts["caseload"], counts["waiting"],
    ]


def identity(person: Person, record: AssessorRecord | None, on: dt.date) -> Identity:
    """Whose record it is."""
    known = [Fact("Staff number", person.staff_number), Fact("Region", person.region or "")]
    return Identity(person.name, known, [status_tag(record, on)])


def rows(record: AssessorRecord | None) -> list[SummaryRow]:
    """Award and authority."""
    if record is None:
        return []
    return [
        SummaryRow("Registered for the award", date_gov(record.registered_on), empty="Not registered"),
        SummaryRow("Award achieved", date_gov(record.achieved_on), empty="Not yet"),
        SummaryRow("Certificate number", record.certificate_number),
        SummaryRow("Award lapsed", date_gov(record.lapsed_on), empty="No"),
        *_authority(record),
    ]


def _authority(record: AssessorRecord) -> list[SummaryRow]:
    if record.countersign_from is None:
        return [SummaryRow("May countersign", "No")]
    return [
        SummaryRow("May countersign", ", ".join(record.allowed_qualifications), empty="No qualification"),
        SummaryRow("May countersign from", date_gov(record.countersign_from)),
        SummaryRow("Last day they may countersign", date_gov(record.countersign_until), empty="No last day"),
    ]


def timeline(records: list[AssessorRecord]) -> list[Event]:
    """How the record came to be, latest first."""
    return [Event(_title(record), record.recorded_at, detail=_detail(record)) for record in records]


def _title(record: AssessorRecord) -> str:
    return f"Recorded: award achieved on {date_gov(record.achieved_on)}" if record.achieved_on else "Recorded: no award yet"


def _detail(record: AssessorRecord) -> str:
    return f"Changed later: {record.void_reason}" if record.is_void else ""
