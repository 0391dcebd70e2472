"""How places on the programme ended: withdrawals proposed, recorded and checked; and leavers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from learners.models import (
    Event,
    LeaverWords,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from learners.models.events import Destination, EndedBy, EventKind
from learners.presenters.words import reason_words
from pqip.core.formats import date_gov, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

Reasons = Mapping[str, str]
LEARNER = Column("Learner", sort="name", second="Staff number")
PROPOSAL_COLUMNS = [
    LEARNER,
    Column("Takes effect", sort="on"),
    Column("Main reason"),
    Column("Proposed by", second="Proposed on"),
    Column("Actions", hidden=True),
]
CODING_COLUMNS = [
    LEARNER,
    Column("Left", sort="on"),
    Column("Main reason", second="Other reasons"),
    Column("Who ended it"),
    Column("Recorded by"),
    Column("Actions", hidden=True),
]
APPROVAL_COLUMNS = [
    LEARNER,
    Column("What", second="Until"),
    Column("Takes effect", sort="on"),
    Column("Recorded by", second="Recorded on"),
    Column("Actions", hidden=True),
]
LEAVER_COLUMNS = [
    LEARNER,
    Column("Left", sort="on"),
    Column("Interview offered", sort="offered"),
    Column("Interview held"),
    Column("Words"),
]


def _who(row: Any, url: str = "learners:ending") -> Cell:
    who = row.enrolment.person
    return Cell(who.name, record_url(url, row.enrolment.public_id), second=who.staff_number)


def proposal_row(
    row: WithdrawalProposal, reasons: Reasons, names: Mapping[str, str]
) -> list[object]:
    """Return the row of a waiting proposal."""
    url = reverse("learners:decide_withdrawal", args=[row.public_id])
    decide = Action("Decide", url, "link", f"withdrawal of {row.enrolment.person}")
    return [
        _who(row),
        short_date(row.effective_on),
        reason_words(row.reason, reasons),
        Cell(names.get(row.recorded_by, row.recorded_by), second=short_date(row.recorded_at)),
        Cell(actions=[decide]),
    ]


def approval_row(row: Event, names: Mapping[str, str]) -> list[object]:
    """Return the row of an event that somebody else recorded in the user's name."""
    url = reverse("learners:dispute_approval", args=[row.public_id])
    dispute = Action("Dispute", url, "link", f"approval for {row.enrolment.person}")
    return [
        _who(row, "learners:programme"),
        Cell(row.get_kind_display(), second=short_date(row.extended_to)),
        short_date(row.effective_on),
        Cell(names.get(row.recorded_by, row.recorded_by), second=short_date(row.recorded_at)),
        Cell(actions=[dispute]),
    ]


def approved(row: Event, reasons: Reasons) -> list[SummaryRow]:
    """Return the rows that show what somebody else recorded in the user's name."""
    if row.kind == EventKind.WITHDRAWN:
        return coded(row, reasons)
    return [
        SummaryRow("Learner", row.enrolment.person.name),
        SummaryRow("Approved on", date_gov(row.effective_on)),
        SummaryRow("New end", date_gov(row.extended_to)),
        SummaryRow("Why more time", row.note, empty="Not recorded"),
    ]


def coding_row(row: Event, reasons: Reasons, names: Mapping[str, str]) -> list[object]:
    """Return the row of a withdrawal whose coding must be checked."""
    hidden = f"coding of {row.enrolment.person}"
    actions = [
        Action(
            "It is right", reverse("learners:agree_coding", args=[row.public_id]), "link", hidden
        ),
        Action("Correct", reverse("learners:correct_coding", args=[row.public_id]), "link", hidden),
    ]
    beside = ", ".join(reason_words(code, reasons) for code in row.other_reasons)
    return [
        _who(row),
        short_date(row.effective_on),
        Cell(reason_words(row.reason, reasons), second=beside),
        ended_by(row),
        names.get(row.recorded_by, row.recorded_by),
        Cell(actions=actions),
    ]


def ended_by(row: Any) -> str:
    """Return who ended it, in words."""
    return EndedBy(row.ended_by).label if row.ended_by else "Not recorded"


def coded(row: Event | WithdrawalProposal, reasons: Reasons) -> list[SummaryRow]:
    """Return the rows that show how a withdrawal is coded."""
    return [
        SummaryRow("Learner", row.enrolment.person.name),
        SummaryRow("Takes effect", date_gov(row.effective_on)),
        SummaryRow("Who ended it", ended_by(row)),
        SummaryRow("Main reason", reason_words(row.reason, reasons)),
        SummaryRow(
            "Other reasons",
            ", ".join(reason_words(code, reasons) for code in row.other_reasons),
            empty="None",
        ),
        SummaryRow(
            "Where they went",
            Destination(row.destination).label if row.destination else "",
            empty="Not recorded",
        ),
        SummaryRow("Note", row.note, empty="None"),
    ]


def proposed(row: WithdrawalProposal, reasons: Reasons) -> list[SummaryRow]:
    """Return the rows that show what is proposed."""
    days = [
        SummaryRow("Told", date_gov(row.told_on)),
        SummaryRow("Last activity", date_gov(row.last_activity_on)),
    ]
    return [*coded(row, reasons)[:2], *days, *coded(row, reasons)[2:]]


def withdrawal_table(
    event: Event, detail: WithdrawalDetail | None, reasons: Reasons, *, checked: bool
) -> Table:
    """Return a table of a withdrawal with its dates, coding and interview."""
    rows: list[list[object]] = [
        ["Told", date_gov(detail.told_on) if detail else "Not recorded"],
        ["Last activity", date_gov(detail.last_activity_on) if detail else "Not recorded"],
        *([row.key, row.value or row.empty] for row in coded(event, reasons)[1:]),
        ["Would return", detail.get_would_return_display() if detail else "Not asked"],
        ["Exit interview offered", date_gov(event.exit_interview_offered_on) or "No"],
        ["Exit interview held", date_gov(event.exit_interview_held_on) or "No"],
        ["Coding", Tag("Checked", "green") if checked else Tag("To be checked", "blue")],
    ]
    return Table("Withdrawal", [Column("What"), Column("Recorded")], rows)


def proposals_table(
    rows: Iterable[tuple[WithdrawalProposal, WithdrawalVerdict | None]],
    reasons: Reasons,
    *,
    may_decide: bool,
    may_take_back: bool,
) -> Table:
    """Return a table of what the Service proposed, and the decisions."""
    columns = [
        Column("Takes effect"),
        Column("Main reason"),
        Column("Decision"),
        Column("Actions", hidden=True),
    ]
    body = [
        [
            short_date(row.effective_on),
            reason_words(row.reason, reasons),
            _verdict(verdict),
            Cell(actions=[] if verdict else _decide(row, may_decide, may_take_back)),
        ]
        for row, verdict in rows
    ]
    return Table("Proposed by the Service", columns, body)


def _verdict(row: WithdrawalVerdict | None) -> Cell:
    if row is None:
        return Cell(tags=[Tag("Waits for approval", "blue")])
    tag = Tag("Approved", "green") if row.approved else Tag("Refused", "grey")
    return Cell(short_date(row.effective_on), second=row.note, tags=[tag])


def _decide(row: WithdrawalProposal, may_decide: bool, may_take_back: bool) -> list[Action]:
    links = {
        "decide_withdrawal": ("Decide", may_decide),
        "take_back_withdrawal": ("Take back", may_take_back),
    }
    return [
        Action(label, reverse(f"learners:{name}", args=[row.public_id]), "link", "this proposal")
        for name, (label, may) in links.items()
        if may
    ]


def leaver_row(row: Any) -> list[object]:
    """Return the row of somebody who left, and whether they were heard."""
    return [
        _who(row, "learners:leaver"),
        short_date(row.effective_on),
        Cell(short_date(row.exit_interview_offered_on), empty="No"),
        Cell(short_date(row.exit_interview_held_on), empty="No"),
        "Yes" if row.has_words else "No",
    ]


def words_table(row: LeaverWords | None, reasons: Reasons) -> Table:
    """Return a table of what the leaver said."""
    body: list[list[object]] = []
    if row is not None:
        first, *others = row.reasons or [""]
        body = [
            ["Said on", date_gov(row.effective_on)],
            ["Reason they gave first", reason_words(first, reasons) if first else "None"],
            [
                "Other reasons they gave",
                ", ".join(reason_words(code, reasons) for code in others) or "None",
            ],
            ["Their own words", row.words or "None"],
        ]
    return Table(
        "What they said themselves",
        [Column("What"), Column("Recorded")],
        body,
        empty=Empty("Nothing is recorded yet."),
    )
