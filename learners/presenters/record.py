"""The learner's record: who it is, where they are, and what may be recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from learners.facts.milestones_outlook import Outlook
from learners.facts.progress import ProgressGroup
from learners.models import Allocation, Enrolment, Segment
from learners.models.enrolments import Status
from learners.ports.vocational import Progress
from learners.presenters.statuses import status_tag
from learners.queries.records import may
from learners.rules.dates import months_between
from learners.rules.events_moves import ENDED
from pqip.core.formats import date_gov, hours, plural
from pqip.govuk.pages import Action, Fact, Identity, SummaryRow, Tag

RECORD, ALLOCATE = "learners.record_event", "learners.allocate"
#: The permissions to open a person's own page and to change their posts.
STAFF = ("workforce.view_person", "workforce.manage_people")

#: For each progress group, its words and colour.
PROGRESS = {
    "on_track": ("On track", "green"),
    "behind": ("Behind", "yellow"),
    "at_risk": ("Needs action", "orange"),
}
#: For each status, the events that may be recorded: URL name and words.
ENDING = [("withdraw", "Withdraw")]
COMPLETE = ("complete", "Complete")
#: The number of days before the planned end from which completing is offered first.
NEAR_THE_END = dt.timedelta(days=90)
TERMS = [
    ("extend", "Extend"),
    ("move_pathway", "Move to another pathway"),
    ("move_region", "Move to another region"),
    ("change_fte", "Change hours"),
    ("move_cohort", "Move to another cohort"),
    ("refer_to_board", "Refer to the progression board"),
]
DOABLE: dict[str, list[tuple[str, str]]] = {
    Status.DUE_TO_START: [("start", "Confirm start"), ("did_not_start", "Did not start")],
    Status.ACTIVE: [("defer", "Start a break"), *ENDING, *TERMS, COMPLETE],
    Status.DEFERRED: [("resume", "End the break"), *ENDING, *TERMS],
    Status.COMPLETED: [
        ("qualify", "Record qualification"),
        ("register", "Record joining the register"),
    ],
    Status.WITHDRAWN: [],
    Status.DID_NOT_START: [],
}


def identity(enrolment: Enrolment) -> Identity:
    """Return the heading that says whose record it is."""
    return Identity(
        enrolment.person.name,
        [
            Fact("Staff number", enrolment.person.staff_number),
            Fact("Pathway", enrolment.pathway),
            Fact("Region", enrolment.region),
        ],
        [status_tag(enrolment.status)],
    )


def months_gone(enrolment: Enrolment, on: dt.date) -> str:
    """Return the months on the programme, such as *7 of 15 months*.

    Once the planned end has passed, it is *16 months; 15 were planned*.
    """
    start, end = enrolment.start_date, enrolment.planned_end
    if start is None or on < start:
        return "Not started"
    gone = months_between(start, on)
    if end is None:
        return f"{plural(gone, 'month')}; the length of this pathway at these hours is not known"
    months = months_between(start, end)
    if end < on and enrolment.status in {Status.ACTIVE, Status.DEFERRED}:
        return f"{plural(gone, 'month')}; {months} were planned"
    return f"{gone} of {plural(months, 'month')}"


def ended_on(segments: Iterable[Segment], on: dt.date) -> dt.date | None:
    """Return the day the enrolment ended, or None if it has not by that day."""
    return next(
        (one.from_on for one in segments if one.status in ENDED and one.from_on <= on), None
    )


def where_they_are(
    enrolment: Enrolment,
    progress: Progress | None,
    on: dt.date,
    ended: dt.date | None = None,
    *,
    group: ProgressGroup | None = None,
    outlook: Outlook | None = None,
) -> list[SummaryRow]:
    """Return the rows of *Where they are*.

    They are status, progress with its reasons (if `group`), pathway, months gone by `ended` or else `on`, planned end,
    the day it ended (if `ended`), and vocational units achieved (if `progress`).
    """
    rows = [
        SummaryRow("Status", tag=status_tag(enrolment.status)),
        *(
            [SummaryRow("Progress", _why(group), tag=Tag(*PROGRESS[group.progress]))]
            if group
            else []
        ),
        SummaryRow("Pathway", enrolment.pathway),
        SummaryRow("Months gone", months_gone(enrolment, ended or on)),
        SummaryRow("Planned end", planned_end(enrolment, outlook), empty="Not known"),
    ]
    if ended:
        rows.append(SummaryRow("Ended", date_gov(ended)))
    if progress is not None:
        rows.append(SummaryRow("Vocational diploma", f"{units_of(progress)} achieved"))
    return rows


def _why(group: ProgressGroup) -> str:
    """Return the reasons as one sentence."""
    sentence = "; ".join(group.reasons)
    return sentence[:1].upper() + sentence[1:]


def planned_end(enrolment: Enrolment, outlook: Outlook | None, who: str = "they") -> str:
    """Return the planned end, and during a break the return that it depends on."""
    on = outlook.on("planned_end") if outlook and outlook.returns_on else enrolment.planned_end
    return f"{date_gov(on)} {outlook.condition('planned_end', who) if outlook else ''}".strip()


def units_of(progress: Progress | None) -> str:
    """Return the units achieved, such as *2 of 6 units*; empty for somebody who is not registered."""
    return (
        f"{progress.units_achieved} of {plural(progress.units_total, 'unit')}" if progress else ""
    )


def who_looks_after_them(
    enrolment: Enrolment, user: Any, ahead: Mapping[str, Allocation]
) -> list[SummaryRow]:
    """Return the place and people, with a link to name anybody who is missing.

    `ahead` gives the person who takes each role on a later day.
    """
    return [
        _who(enrolment, "pta", "Practice tutor assessor", user, ahead),
        _who(enrolment, "line_manager", "Line manager", user, ahead),
        SummaryRow("Region", enrolment.region),
        SummaryRow("Probation delivery unit", enrolment.pdu or "", empty="Whole region"),
        SummaryRow("Cohort", enrolment.cohort),
        SummaryRow("Hours", hours(enrolment.fte)),
        SummaryRow(
            "Started" if enrolment.status != Status.DUE_TO_START else "Due to start",
            date_gov(enrolment.start_date),
        ),
    ]


def _who(
    enrolment: Enrolment, role: str, label: str, user: Any, ahead: Mapping[str, Allocation]
) -> SummaryRow:
    """Return the row of a role: who has it, or will have it and from when, or a link to name
    somebody.
    """
    coming = ahead.get(role)
    who_has_it = getattr(enrolment, role) or (
        f"{coming.other}, from {date_gov(coming.effective_on)}" if coming else ""
    )
    address = reverse("learners:allocate", args=[enrolment.public_id])
    link = f"{address}?role={role}" if not who_has_it and may(user, ALLOCATE, enrolment) else ""
    return SummaryRow(label, who_has_it, link, empty="None allocated")


def doable(enrolment: Enrolment, user: Any, on: dt.date) -> list[Action]:
    """Return what this user may record about the learner on a day, the most likely first.

    Decisions of the board are on its own page.
    """
    staff = [
        Action(
            "Post, name and number", reverse("workforce:person", args=[enrolment.person.public_id])
        )
    ]
    staff = staff if all(may(user, code, enrolment.person) for code in STAFF) else []
    if not may(user, RECORD, enrolment):
        return staff
    steps = DOABLE[Status(enrolment.status)]
    if (
        COMPLETE in steps
        and enrolment.planned_end is not None
        and on >= enrolment.planned_end - NEAR_THE_END
    ):
        steps = [COMPLETE, *(step for step in steps if step != COMPLETE)]
    return [
        *(
            Action(label, reverse(f"learners:{name}", args=[enrolment.public_id]))
            for name, label in steps
        ),
        *staff,
    ]
