"""What a learner said is wrong, as tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from learners.models import Challenge, OwnAccount
from pqip.core.formats import short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table


def own_challenges_table(rows: Iterable[Challenge]) -> Table:
    """Return a table of what a learner said is wrong and its outcome, for the learner."""
    columns = [Column("What"), Column("Said on"), Column("What came of it")]
    body = [
        [Cell(row.item, second=row.says), short_date(row.effective_on), outcome(row)]
        for row in rows
    ]
    return Table(
        "What you said is wrong",
        columns,
        body,
        empty=Empty("Nothing. You can say so on any page of your record."),
    )


def outcome(row: Challenge) -> Cell:
    """Return a cell with the outcome and the answer."""
    if not row.outcome:
        return Cell(tags=[Tag("Waiting for an answer", "yellow")])
    words = row.get_outcome_display()
    return Cell(f"{words} on {short_date(row.answered_on)}", second=row.answer)


def accounts_table(rows: Iterable[OwnAccount]) -> list[Table]:
    """Return a table of the learner's own accounts, if there are any."""
    body = [[short_date(row.about_on), row.account, short_date(row.effective_on)] for row in rows]
    columns = [Column("Of"), Column("Their own account"), Column("Given on")]
    return [Table("What the learner says", columns, body)] if body else []


def challenges_table(rows: Iterable[Challenge], sorting: Sorting) -> Table:
    """Return a table of what learners said is wrong and nobody has answered."""
    columns = [
        Column("Learner", sort="name", second="Staff number"),
        Column("What it is about"),
        Column("What is wrong"),
        Column("Said on", sort="on"),
        Column("Action", hidden=True),
    ]
    body = [
        [
            Cell(
                row.enrolment.person.name,
                record_url("learners:history", row.enrolment.public_id),
                second=row.enrolment.person.staff_number,
            ),
            row.item,
            row.says,
            short_date(row.effective_on),
            Cell(
                actions=[
                    Action(
                        "Answer",
                        reverse("learners:answer_challenge", args=[row.public_id]),
                        "link",
                        f" {row.enrolment.person.name} on {row.item}",
                    )
                ]
            ),
        ]
        for row in rows
    ]
    empty = Empty("No learner waits for an answer.")
    return Table(
        "What learners said is wrong",
        columns,
        body,
        caption_hidden=True,
        sorting=sorting,
        empty=empty,
    )


def challenged(row: Challenge) -> list[SummaryRow]:
    """Return the rows that show what must be answered."""
    return [
        SummaryRow("About", row.item),
        SummaryRow("What is wrong", row.says),
        SummaryRow("Said on", short_date(row.effective_on)),
    ]
