"""A learner's first page, in their own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.urls import reverse

from learners.models import Allocation, Challenge, Enrolment
from learners.models.enrolments import Status
from learners.outlook_facts import Outlook
from learners.ports import Progress
from learners.presenters.next_steps import SHOWN
from learners.presenters.record import months_gone, planned_end, units_of
from pqip.govuk.formats import date_gov, hours
from pqip.govuk.pages import Action, Due, SummaryRow

SERVICE = "the service"
GOING = (Status.ACTIVE, Status.DEFERRED, Status.DUE_TO_START)
ROLES = {"pta": "Your practice tutor assessor", "line_manager": "Your line manager", "mentor": "Your mentor"}


def is_going(enrolment: Enrolment) -> tuple[bool, dt.date]:
    """What sorts the place somebody has now before those that ended."""
    return enrolment.status in GOING, enrolment.start_date or dt.date.min


def where_you_are(enrolment: Enrolment, on: dt.date) -> str:
    """The first sentence."""
    if enrolment.status == Status.DUE_TO_START:
        return f"You start on {date_gov(enrolment.start_date)}." if enrolment.start_date else "Your first day is not set yet."
    if enrolment.status == Status.DEFERRED:
        return "You are on a break. Your dates move on by every day of it."
    if enrolment.status == Status.ACTIVE:
        return f"You are on the programme: {months_gone(enrolment, on)} gone." if enrolment.planned_end else \
            "You are on the programme."
    return {
        Status.COMPLETED: "You have completed the programme.", Status.WITHDRAWN: "You have left the programme.",
    }.get(Status(enrolment.status), "You did not start the programme.")


def your_programme(
    enrolment: Enrolment, progress: Progress | None, on: dt.date, outlook: Outlook | None = None
) -> list[SummaryRow]:
    rows = [
        SummaryRow("Your pathway", enrolment.pathway), SummaryRow("Your hours", hours(enrolment.fte)),
        SummaryRow("Started" if enrolment.status != Status.DUE_TO_START else "You start", date_gov(enrolment.start_date)),
        SummaryRow("Planned end", planned_end(enrolment, outlook, "you"), empty="Not known"),
    ]
    return rows + ([SummaryRow("Vocational diploma", f"{units_of(progress)} achieved")] if progress else [])


def your_people(enrolment: Enrolment, people: Iterable[Allocation], on: dt.date) -> list[SummaryRow]:
    """Who is there for them now, with where to write to, and their office."""
    now = {row.role: row.other for row in _current(people, on)}
    rows = [
        SummaryRow(words, f"{now[role].name}, {now[role].email}".rstrip(", ") if role in now else "",
                   empty="Nobody yet: the service owes you one")
        for role, words in ROLES.items()
    ]
    return [*rows, SummaryRow("Your office", enrolment.pdu or enrolment.region)]


def is_theirs(step: Due) -> bool:
    """Whether it is the learner's turn: what waits for the service is never their delay."""
    return step.waiting_for != SERVICE


def next_for_you(steps: Iterable[Due]) -> list[Due]:
    """The next five things that are the learner's to do."""
    return [replace(step, waiting_for="") for step in steps if is_theirs(step)][:SHOWN]


def waits_for_others(
    enrolment: Enrolment, steps: Iterable[Due], said: Iterable[Challenge], people: Iterable[Allocation], on: dt.date
) -> list[Due]:
    """What the learner need not do anything about: it waits for the service."""
    if enrolment.status not in GOING:
        return []
    held = {row.role for row in _current(people, on)}
    owed = [Due(f"{words} is to be allocated", None, "People") for role, words in ROLES.items() if role not in held]
    theirs = [replace(step, waiting_for="") for step in steps if not is_theirs(step)]
    answers = [Due(f"An answer on {row.item}", None, "Your record") for row in said if not row.outcome]
    return [*theirs, *owed, *answers]


def your_links(enrolment: Enrolment, others: Sequence[Enrolment]) -> list[Action]:
    """Where else to go from here."""
    def to(label: str, name: str, key: object) -> Action:
        return Action(label, reverse(f"learners:{name}", args=[key]), "link")

    return [
        to("Your record, all strands on one line", "learner", enrolment.public_id),
        to("What happened so far", "history", enrolment.public_id),
        to("What if your dates change", "what_if", enrolment.public_id),
        to("Who has read your support needs", "support_readings", enrolment.public_id),
        to("Record a study or VQ day that was lost", "own_day", enrolment.public_id),
        to("Give your own account of a review, a break or a withdrawal", "tell", enrolment.public_id),
        to("Say that something is wrong", "challenge", enrolment.public_id),
        *(to(f"Your place in {place.cohort}", "learner", place.public_id) for place in others),
    ]


def _current(people: Iterable[Allocation], on: dt.date) -> list[Allocation]:
    return [row for row in people if row.unit is None and row.effective_on <= on and (row.ended_on is None or row.ended_on >= on)]
