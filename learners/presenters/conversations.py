"""Support conversations, in words: to those who hold them in the third person, to the learner in the second."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from learners.facts.conversations import Called
from learners.models import Conversation, ConversationAction, Enrolment
from learners.rules.conversations import (
    ADJUSTMENT_DAYS,
    DAYS_LOST,
    LOST_DAYS,
    LOST_WITHIN,
    NO_ADJUSTMENT,
    NO_MENTOR,
    NO_PLACEMENT,
    NO_PTA,
    PLACEMENT_MONTHS,
    PTA_ABSENT,
    REVIEW_OVERDUE,
    WORK_WAITS,
)
from pqip.core.formats import date_gov, plural, short_date
from pqip.govuk.pages import Action, Due, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table

ONE, LEARNER, SERVICE = "learners:conversations_of", "learner", "the service"
STRAND = "Support conversation"


@dataclass(frozen=True)
class Words:
    """What calls for a conversation: in a list, on the page of somebody who holds it, and to the learner."""

    title: str
    of_one: str
    to_you: str


WORDS = {
    NO_PTA: Words(
        "No practice tutor assessor",
        "They have no practice tutor assessor.",
        "You have no practice tutor assessor.",
    ),
    PTA_ABSENT: Words(
        "Practice tutor assessor absent",
        "Their practice tutor assessor is absent, and nobody stands in.",
        "Your practice tutor assessor is absent, and nobody stands in.",
    ),
    NO_MENTOR: Words("No mentor", "They have no mentor.", "You have no mentor."),
    DAYS_LOST: Words(
        "Study or VQ days lost",
        f"They lost {LOST_DAYS} or more study or VQ days within {LOST_WITHIN} days.",
        f"You lost {LOST_DAYS} or more study or VQ days within {LOST_WITHIN} days.",
    ),
    NO_PLACEMENT: Words(
        "Placement not offered",
        f"No placement has been offered to them in {PLACEMENT_MONTHS} months on the programme.",
        f"No placement has been offered to you in {PLACEMENT_MONTHS} months on the programme.",
    ),
    NO_ADJUSTMENT: Words(
        "Adjustment not in place",
        f"An adjustment agreed more than {ADJUSTMENT_DAYS} days ago is not in place.",
        f"An adjustment agreed with you more than {ADJUSTMENT_DAYS} days ago is not in place.",
    ),
    REVIEW_OVERDUE: Words(
        "Review overdue", "A review with them is overdue.", "A review with you is overdue."
    ),
    WORK_WAITS: Words(
        "Assessed work waits",
        "Their evidence, or a decision on it, waits for longer than it should.",
        "Your evidence, or a decision on it, waits for longer than it should.",
    ),
}
OFFERED = Tag("Offered", "green")
TO_OFFER = Tag("To be offered", "yellow")


def calls_table(calls: Iterable[Called], *, own: bool) -> Table:
    """Return a table of what the service owes the learner that calls for a conversation."""
    body = [
        [
            Cell(
                WORDS[each.call].to_you if own else WORDS[each.call].of_one,
                second=f"Since {date_gov(each.since)}",
            ),
            Cell(tags=[OFFERED if each.is_answered else TO_OFFER]),
        ]
        for each in calls
    ]
    columns = [Column("What the service owes"), Column("Conversation")]
    title = "What the service owes you now" if own else "What calls for a conversation now"
    nothing = "Nothing that the service owes you" if own else "Nothing that the service owes them"
    return Table(title, columns, body, empty=Empty(f"{nothing} calls for a conversation now."))


def conversations_table(
    rows: Iterable[Conversation], of: Enrolment, *, own: bool, may_change: bool
) -> Table:
    """Return a table of the conversations offered, the latest first, with what came of each."""
    body = [
        [
            Cell(short_date(row.effective_on), second=_by(row)),
            came(row),
            Cell(actions=_conversation_actions(row, of) if may_change else []),
        ]
        for row in rows
    ]
    columns = [Column("Offered"), Column("What came of it"), Column("Actions", hidden=True)]
    nobody = "Nobody has offered you one yet." if own else "None was offered yet."
    title = "Conversations offered to you" if own else "Conversations offered"
    return Table(title, columns, body, empty=Empty(nobody))


def _by(row: Conversation) -> str:
    return f"By {row.offered_by.name}" if row.offered_by else ""


def came(row: Conversation) -> Cell:
    """Return a cell with what came of a conversation."""
    if row.held_on:
        return Cell(short_date(row.held_on), tags=[Tag("Held", "green")])
    if row.declined_on:
        return Cell(short_date(row.declined_on), tags=[Tag("Declined", "grey")])
    return Cell(tags=[Tag("Nothing yet", "blue")])


def _conversation_actions(row: Conversation, of: Enrolment) -> list[Action]:
    words = f" the conversation offered on {date_gov(row.effective_on)}"
    steps = {"correct_conversation": "Correct", "undo_conversation": "Undo"}
    if row.held_on:
        steps = {"agree_conversation_action": "Add something agreed", **steps}
    elif not row.declined_on:
        steps = {"conversation_outcome": "Record what came of it", **steps}
    return [_link(label, name, of, row, words) for name, label in steps.items()]


def agreed_table(
    rows: Iterable[ConversationAction], of: Enrolment, on: dt.date, *, own: bool, may_change: bool
) -> Table:
    """Return a table of what was agreed: what, by whom and by when, and whether it was done."""
    body = [
        [
            Cell(row.what, second=f"{_whom(row, own=own)}, agreed on {date_gov(row.effective_on)}"),
            Cell(short_date(row.do_by), tags=[Tag("Overdue", "red")] if _late(row, on) else []),
            Cell(
                short_date(row.done_on),
                empty="Not yet",
                actions=_agreed_actions(row, of) if may_change else [],
            ),
        ]
        for row in rows
    ]
    columns = [Column("What, by whom"), Column("By when"), Column("Done")]
    return Table("What was agreed", columns, body, empty=Empty("Nothing was agreed yet."))


def _whom(row: ConversationAction, *, own: bool) -> str:
    """Return who does it, to begin a line."""
    return "You" if own and row.owner == LEARNER else str(row.get_owner_display())


def _late(row: ConversationAction, on: dt.date) -> bool:
    return row.done_on is None and row.do_by < on


def _agreed_actions(row: ConversationAction, of: Enrolment) -> list[Action]:
    steps = {"correct_conversation_action": "Correct", "undo_conversation_action": "Undo"}
    if row.done_on is None:
        steps = {"finish_conversation_action": "Record as done", **steps}
    return [_link(label, name, of, row, f": {row.what}") for name, label in steps.items()]


def _link(
    label: str, name: str, of: Enrolment, row: Conversation | ConversationAction, words: str
) -> Action:
    url = reverse(f"learners:{name}", args=[of.public_id, row.public_id])
    return Action(label, url, "link", words)


def about(row: Conversation) -> list[SummaryRow]:
    """Return the rows that say which conversation it is."""
    found = came(row)
    return [
        SummaryRow("Offered on", date_gov(row.effective_on)),
        SummaryRow("Offered by", row.offered_by.name if row.offered_by else "", empty="Not known"),
        SummaryRow(
            "What came of it", f"{found.tags[0].text} {date_gov(row.held_on or row.declined_on)}"
        ),
    ]


def about_action(row: ConversationAction) -> list[SummaryRow]:
    """Return the rows that say what was agreed."""
    return [
        SummaryRow("What", row.what),
        SummaryRow("By whom", row.get_owner_display()),
        SummaryRow("By when", date_gov(row.do_by)),
        SummaryRow("Done on", date_gov(row.done_on), empty="Not yet"),
    ]


LIST_COLUMNS = [
    Column("Learner", sort="name", second="Staff number"),
    Column("What the service owes"),
    Column("Last conversation", second="To be done"),
]


def list_row(
    name: Cell,
    calls: Sequence[Called],
    last: Conversation | None,
    open_: Sequence[ConversationAction],
    on: dt.date,
) -> list[object]:
    """Return the row of a learner in the list of conversations."""
    late = sum(_late(row, on) for row in open_)
    tags = [Tag(f"{late} overdue", "red")] if late else []
    to_do = f"{plural(len(open_), 'thing')} to be done" if open_ else ""
    offered = f"Offered {short_date(last.effective_on)}" if last else ""
    found = Cell(
        offered,
        second=to_do,
        tags=[*(came(last).tags if last else ()), *tags],
        empty="None offered",
    )
    owed = Cell("; ".join(WORDS[each.call].title for each in calls), empty="Nothing now")
    return [name, owed, found]


def open_for(
    rows: Iterable[Conversation], agreed: Iterable[ConversationAction], on: dt.date
) -> list[Due]:
    """Return what is open of conversations for the learner's own first page, in no order.

    No other page lists it: it is for those who read conversations.
    """
    offers = [
        Due(
            f"A support conversation, offered on {date_gov(row.effective_on)}",
            None,
            STRAND,
            waiting_for=SERVICE,
        )
        for row in rows
        if row.held_on is None and row.declined_on is None
    ]
    tasks = [
        Due(
            row.what,
            row.do_by,
            STRAND,
            overdue=_late(row, on),
            waiting_for="" if row.owner == LEARNER else SERVICE,
        )
        for row in agreed
        if row.done_on is None
    ]
    return offers + tasks
