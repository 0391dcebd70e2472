"""The university strand as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from learners.facts.modules_attention import Flags
from learners.models import ExtensionRequest, ModuleResult, UniversityAward
from learners.presenters.statuses import ANSWERS, OUTCOMES
from learners.rules.entry import NO_FIRST_TERMS
from learners.rules.modules import Required
from pqip.core.formats import number, short_date
from pqip.govuk.pages import Action, Empty, Tag
from pqip.govuk.tables import Cell, Column, Table

#: The states of a required module, the first that applies: its column in the facts, its words and
#: its colour.
STANDS = [
    ("is_last_failed", "Failed at the last attempt", "red"),
    ("is_fourth_late", "Overdue", "red"),
    ("is_unrecorded", "Result not recorded", "yellow"),
    ("is_awaited", "Result awaited", "blue"),
]


def required_table(rows: Iterable[Mapping[str, Any]], today: dt.date) -> Table:
    """Return a table of every module required of the learner, recorded or not.

    It shows when each is due, where the date comes from, and its state.
    """
    columns = [
        Column("Module"),
        Column("Level", numeric=True),
        Column("Due"),
        Column("How it stands"),
    ]
    body = [
        [
            Cell(row["title"], second=row["code"]),
            row["level"],
            Cell(short_date(row["due_on"]), second=Required.of(row).how, empty="Not known"),
            Cell(tags=[_state_tag(row, today)]),
        ]
        for row in rows
    ]
    note = "A result not recorded is for the service to record. Modules held at entry are not required, and not listed."
    return Table(
        "Required modules", columns, body, note=note, empty=Empty("No module is required of them.")
    )


def _state_tag(row: Mapping[str, Any], today: dt.date) -> Tag:
    if row["passed_on"]:
        return Tag("Passed", "green")
    found = next((Tag(words, colour) for name, words, colour in STANDS if row[name]), None)
    if found or not row["overdue_since"] or row["overdue_since"] >= today:
        return found or Tag("To do", "blue")
    return Tag("Overdue", "red")


def awards_table(
    rows: Iterable[UniversityAward], titles: Mapping[str, str], *, see_class: bool, of: UUID | None
) -> Table:
    """Return a table of university awards, with the classification only for users who may see
    marks.
    """
    columns = [
        Column("Award"),
        Column("Awarded on"),
        *([Column("Classification")] if see_class else []),
    ]
    body = [
        [
            Cell(titles.get(row.award, row.award), second=row.award),
            short_date(row.effective_on),
            *([row.classification] if see_class else []),
            Cell(actions=_amend_award(row, of) if of else ()),
        ]
        for row in rows
    ]
    return Table(
        "Awards of the university",
        [*columns, Column("Actions", hidden=True)],
        body,
        empty=Empty("No award is recorded. Completing the programme needs it."),
    )


def _amend_award(row: UniversityAward, of: UUID) -> list[Action]:
    return [
        Action(
            label, reverse(f"learners:{name}", args=[of, row.award]), "link", f"award {row.award}"
        )
        for label, name in {"Correct": "correct_award", "Undo": "undo_award"}.items()
    ]


def results_table(
    results: Iterable[ModuleResult], today: dt.date, *, see_marks: bool, of: Any = None
) -> Table:
    """Return a table of attempts, module by module, with marks only for users who may see them.

    `of` is the learner's public identifier for users who may correct and undo results.
    """
    columns = [
        Column("Module"),
        Column("Attempt", numeric=True),
        Column("Due"),
        Column("Handed in"),
        Column("Outcome"),
    ]
    marks = [Column("Mark", numeric=True)] if see_marks else []
    rows = [
        [
            *_row(result, today),
            *([number(result.mark)] if see_marks else []),
            Cell(actions=_amend(result, of) if of else ()),
        ]
        for result in results
    ]
    return Table(
        "Results",
        [*columns, *marks, Column("Actions", hidden=True)],
        rows,
        empty=Empty("No result is recorded yet."),
    )


def _amend(result: ModuleResult, of: Any) -> list[Action]:
    where, hidden = (
        [of, result.module.code, result.attempt],
        f" {result.module.title}, attempt {result.attempt}",
    )
    return [
        Action(label, reverse(f"learners:{name}", args=where), "link", hidden)
        for label, name in {"Correct": "correct_result", "Undo": "undo_result"}.items()
    ]


def strand_words(
    university: object, modules: Sequence[str], found: Flags, last_attempt: int, *, is_stated: bool
) -> str:
    """Return who teaches them, which modules they need not take again, and why the strand needs
    action; what is missing comes first.
    """
    sentences = [] if is_stated else [NO_FIRST_TERMS]
    sentences.append(f"University: {university or 'not known'}.")
    if modules:
        sentences.append(f"Held at entry: {', '.join(modules)}.")
    if found.failed_last_attempt:
        sentences.append(
            f"Needs action: a required module was failed at attempt {last_attempt}, the last permitted."
        )
    if found.fourth_late:
        sentences.append(
            "Needs action: the fourth knowledge module was to be passed within the first 6 months."
        )
    if found.is_overdue:
        sentences.append(f"Needs action: a required module is {found.days_overdue} days overdue.")
    return " ".join(sentences)


def requests_table(rows: Iterable[ExtensionRequest], *, of: UUID, may_answer: bool) -> Table:
    """Return a table of requests for more time, the latest first."""
    columns = [
        Column("Module"),
        Column("Attempt", numeric=True),
        Column("Asked"),
        Column("Until"),
        Column("Answer"),
    ]
    body = [
        [
            Cell(row.module.title, second=row.module.code),
            row.attempt,
            short_date(row.effective_on),
            short_date(row.asked_until),
            _answer(row, of, may_answer=may_answer),
        ]
        for row in rows
    ]
    return Table(
        "Requests for more time", columns, body, empty=Empty("They have not asked for more time.")
    )


def _answer(row: ExtensionRequest, of: UUID, *, may_answer: bool) -> Cell:
    url = reverse("learners:answer_extension", args=[of, row.public_id])
    hidden = f"request of {short_date(row.effective_on)} for {row.module.title}"
    waits = may_answer and not row.answer
    return Cell(
        tags=[ANSWERS[row.answer]],
        second=short_date(row.answered_on),
        actions=[Action("Record the answer", url, kind="link", hidden=hidden)] if waits else [],
    )


def _row(result: ModuleResult, today: dt.date) -> list[object]:
    due = result.extended_to or result.due_date
    late = (
        result.outcome == "pending"
        and result.submitted_date is None
        and due is not None
        and due < today
    )
    second = (
        f"extended from {short_date(result.due_date)}"
        if result.extended_to and result.due_date
        else ""
    )
    return [
        Cell(result.module.title, second=result.module.code),
        result.attempt,
        Cell(short_date(due), second=second),
        short_date(result.submitted_date),
        Tag("Overdue", "red") if late else OUTCOMES[result.outcome],
    ]
