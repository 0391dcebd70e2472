"""After completion: the award, the post and the protection; newly qualified officers as a list and
as a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.urls import reverse

from learners.facts.qualified import Protection, protected_months
from learners.models import Enrolment, Event, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.rules.qualified import EXCEPTIONS, PERCENT, WORKSHOP_MONTHS, ProtectionRecord
from pqip.core.formats import date_gov, lower_first, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table

COLUMNS = [
    Column("Officer", sort="name", second="Staff number"),
    Column("Office", sort="office", second="Region"),
    Column("Protected until"),
    Column("Not kept"),
]
ANSWERS = {
    "": Tag("Waiting", "blue"),
    "accepted": Tag("Accepted", "green"),
    "declined": Tag("Declined", "grey"),
}
PREFERENCE = {
    True: "Where they asked to go",
    False: "Not where they asked to go",
    None: "Preference not recorded",
}


def qualified_row(row: Enrolment, found: Protection) -> list[object]:
    """Return the row of a newly qualified officer, with the missing parts of the protection."""
    missing = ", ".join(lower_first(EXCEPTIONS[code]) for code in found.exceptions)
    until = (
        Cell(short_date(found.record.until))
        if found.record
        else Cell(tags=[Tag("Not recorded", "yellow")])
    )
    region, pdu = (row.post_region, row.post_pdu) if row.post_region_id else (row.region, row.pdu)
    return [
        Cell(
            row.person.name,
            record_url("learners:ending", row.public_id),
            second=row.person.staff_number,
        ),
        Cell(pdu or region, second=region if pdu else ""),
        until,
        Cell(missing[:1].upper() + missing[1:], tags=[] if missing else [Tag("Nothing", "green")]),
    ]


def proof_table(missing: Sequence[str]) -> Table:
    """Return a table of what the record lacks of the three elements."""
    body = [[words[:1].upper() + words[1:]] for words in missing]
    empty = Empty("University, vocational and role training are all proved.")
    return Table(
        "Still to be proved before completion", [Column("What is missing")], body, empty=empty
    )


def award_table(events: Iterable[Event]) -> Table:
    """Return a table of completion, award and register."""
    on = {event.kind: event.effective_on for event in events}
    steps = {
        "completed": "Completed the programme",
        "qualified": "Qualified",
        "registered": "Joined the professional register",
    }
    return Table(
        "Award and register",
        [Column("Step"), Column("Date")],
        [[words, date_gov(on.get(kind)) or "Not recorded"] for kind, words in steps.items()],
    )


def posts_table(rows: Iterable[OfficerPost], *, of: UUID, may_record: bool) -> Table:
    """Return a table of posts offered, and the answers."""
    columns = [
        Column("Offered"),
        Column("Office"),
        Column("Preference"),
        Column("Answer"),
        Column("Actions", hidden=True),
    ]
    body = [
        [
            short_date(row.effective_on),
            Cell(row.pdu or row.region, second=row.region if row.pdu else ""),
            PREFERENCE[row.preference_met],
            _answer(row),
            Cell(actions=_post_actions(row, of) if may_record else []),
        ]
        for row in rows
    ]
    return Table("Officer's post", columns, body, empty=Empty("No post has been offered yet."))


def _answer(row: OfficerPost) -> Cell:
    """Return a cell with their answer, and their first day if they accepted."""
    begins = f"An officer from {short_date(row.begins_on)}" if row.begins_on else ""
    return Cell(short_date(row.answered_on), tags=[ANSWERS[row.answer]], second=begins)


def _post_actions(row: OfficerPost, of: UUID) -> list[Action]:
    links = (
        {"answer_post": "Record the answer", "undo_post": "Undo"}
        if not row.answer
        else {"undo_post": "Undo"}
    )
    hidden = f"post offered on {date_gov(row.effective_on)}"
    return [
        Action(label, reverse(f"learners:{name}", args=[of, row.public_id]), "link", hidden)
        for name, label in links.items()
    ]


def protection_table(
    row: NewlyQualified | None, record: ProtectionRecord | None, on: dt.date
) -> Table:
    """Return a table of the nine months of protection as planned and as kept."""
    columns = [Column("What"), Column("Planned"), Column("Kept"), Column("Status")]
    title, empty = "Newly qualified: planned and kept", Empty("Protection is not recorded yet.")
    if row is None or record is None:
        return Table(title, columns, [], empty=empty)
    broken = record.exceptions(on)
    body: list[list[object]] = [
        [
            "Protected",
            f"{protected_months()} months, as an officer from {date_gov(row.effective_on)}",
            f"Until {date_gov(record.until)}",
            _period(record, on),
        ],
        [
            "Reduction of work",
            f"{PERCENT}% throughout",
            _reduction(row),
            _status("reduction", broken, record, on),
        ],
        [
            "Mentor",
            "A named mentor",
            row.mentor.name if row.mentor else "None",
            _status("mentor", broken, record, on),
        ],
        [
            "Practice tutor assessor",
            "Retained",
            row.pta.name if row.pta else "None",
            _status("pta", broken, record, on),
        ],
        [
            "Mandatory workshops",
            f"One within {WORKSHOP_MONTHS} months (assumed)",
            str(record.workshops),
            _status("workshops", broken, record, on),
        ],
        [
            "Office",
            "Stays",
            {True: "Moved", False: "Stayed", None: "Not recorded"}[row.office_moved],
            _status("office", broken, record, on),
        ],
    ]
    return Table(title, columns, body, empty=empty)


def _period(record: ProtectionRecord, on: dt.date) -> Tag:
    if on < record.from_on:
        return Tag("To begin", "blue")
    return Tag("Protected", "green") if record.is_protected(on) else Tag("Ended", "grey")


def _status(code: str, broken: Sequence[str], record: ProtectionRecord, on: dt.date) -> Tag | str:
    if not record.is_protected(on):
        return ""
    return Tag("Not kept", "yellow") if code in broken else Tag("Kept", "green")


def _reduction(row: NewlyQualified) -> str:
    if row.reduction_from is None:
        return "Not begun"
    until = f" to {date_gov(row.reduction_until)}" if row.reduction_until else ""
    return f"{row.reduction_percent}% from {date_gov(row.reduction_from)}{until}"


def workshops_table(rows: Iterable[NewlyQualifiedWorkshop]) -> Table:
    """Return a table of workshops attended, the latest first."""
    body = [
        [row.title, short_date(row.effective_on), "Mandatory" if row.is_mandatory else "Flexible"]
        for row in rows
    ]
    return Table(
        "Workshops",
        [Column("Workshop"), Column("Attended"), Column("Kind")],
        body,
        empty=Empty("None attended yet."),
    )
