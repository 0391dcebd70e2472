"""A learner's first page, addressed to the learner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.urls import reverse

from learners.facts.milestones_outlook import Outlook
from learners.models import Allocation, Challenge, Enrolment
from learners.models.enrolments import GOING, Status
from learners.ports.vocational import Progress
from learners.presenters.next_due import SHOWN
from learners.presenters.record import months_gone, planned_end, units_of
from pqip.core.formats import date_gov, hours
from pqip.core.spans import holds
from pqip.govuk.pages import Action, Due, SummaryRow

SERVICE = "the service"
ROLES = {
    "pta": "Your practice tutor assessor",
    "line_manager": "Your line manager",
    "mentor": "Your mentor",
}


def is_going(enrolment: Enrolment) -> tuple[bool, dt.date]:
    """Return a sort key by which the current place comes before those that ended."""
    return enrolment.status in GOING, enrolment.start_date or dt.date.min


def where_you_are(enrolment: Enrolment, on: dt.date) -> str:
    """Return the first sentence of the page."""
    if enrolment.status == Status.DUE_TO_START:
        return (
            f"You start on {date_gov(enrolment.start_date)}."
            if enrolment.start_date
            else "Your first day is not set yet."
        )
    if enrolment.status == Status.DEFERRED:
        return "You are on a break. Your dates move on by every day of it."
    if enrolment.status == Status.ACTIVE:
        return (
            f"You are on the programme: {months_gone(enrolment, on)} gone."
            if enrolment.planned_end
            else "You are on the programme."
        )
    return {
        Status.COMPLETED: "You have completed the programme.",
        Status.WITHDRAWN: "You have left the programme.",
    }.get(Status(enrolment.status), "You did not start the programme.")


def your_programme(
    enrolment: Enrolment, progress: Progress | None, on: dt.date, outlook: Outlook | None = None
) -> list[SummaryRow]:
    """Return the rows about the learner's programme."""
    rows = [
        SummaryRow("Your pathway", enrolment.pathway),
        SummaryRow("Your hours", hours(enrolment.fte)),
        SummaryRow(
            "Started" if enrolment.status != Status.DUE_TO_START else "You start",
            date_gov(enrolment.start_date),
        ),
        SummaryRow("Planned end", planned_end(enrolment, outlook, "you"), empty="Not known"),
    ]
    return rows + (
        [SummaryRow("Vocational diploma", f"{units_of(progress)} achieved")] if progress else []
    )


def your_people(
    enrolment: Enrolment, people: Iterable[Allocation], on: dt.date
) -> list[SummaryRow]:
    """Return who is there for them now, with e-mail addresses, and their office."""
    now = {row.role: row.other for row in _current(people, on)}
    rows = [
        SummaryRow(
            words,
            f"{now[role].name}, {now[role].email}".rstrip(", ") if role in now else "",
            empty="Nobody yet: the service owes you one",
        )
        for role, words in ROLES.items()
    ]
    return [*rows, SummaryRow("Your office", enrolment.pdu or enrolment.region)]


def is_theirs(step: Due) -> bool:
    """Return True if the learner must act. What waits for the service never counts as their delay."""
    return step.waiting_for != SERVICE


def next_for_you(steps: Iterable[Due]) -> list[Due]:
    """Return the next five things for the learner to do."""
    return [replace(step, waiting_for="") for step in steps if is_theirs(step)][:SHOWN]


def waits_for_others(
    enrolment: Enrolment,
    steps: Iterable[Due],
    challenges: Iterable[Challenge],
    people: Iterable[Allocation],
    on: dt.date,
) -> list[Due]:
    """Return what waits for the service, so that the learner need not do anything."""
    if enrolment.status not in GOING:
        return []
    held = {row.role for row in _current(people, on)}
    owed = [
        Due(f"{words} is to be allocated", None, "People")
        for role, words in ROLES.items()
        if role not in held
    ]
    theirs = [replace(step, waiting_for="") for step in steps if not is_theirs(step)]
    answers = [
        Due(f"An answer on {row.item}", None, "Your record")
        for row in challenges
        if not row.outcome
    ]
    return [*theirs, *owed, *answers]


def your_links(enrolment: Enrolment, others: Sequence[Enrolment]) -> list[Action]:
    """Return links to the learner's other pages."""

    def to(label: str, name: str, key: object) -> Action:
        return Action(label, reverse(f"learners:{name}", args=[key]), "link")

    return [
        to("Your record, all strands on one line", "learner", enrolment.public_id),
        to("What happened so far", "history", enrolment.public_id),
        to("What if your dates change", "what_if", enrolment.public_id),
        to("Your support conversations", "conversations_of", enrolment.public_id),
        to("Who has read your support needs", "support_readings", enrolment.public_id),
        to("Record a study or VQ day that was lost", "own_day", enrolment.public_id),
        to(
            "Give your own account of a review, a break or a withdrawal",
            "tell",
            enrolment.public_id,
        ),
        to("Say that something is wrong", "challenge", enrolment.public_id),
        *(to(f"Your place in {place.cohort}", "learner", place.public_id) for place in others),
    ]


def _current(people: Iterable[Allocation], on: dt.date) -> list[Allocation]:
    return [row for row in people if row.unit is None and holds(row, on)]
