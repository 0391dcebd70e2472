"""Before day one: the checklist, what a manager must know, and who kept in touch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from learners.facts.starting import Readiness
from learners.models import Allocation, Contact, Enrolment, ManagerAcknowledgement, StarterStep
from learners.models.enrolments import Status
from learners.models.starting import Arrangement
from learners.rules.starting import (
    AGREED,
    ASKED,
    DONE,
    DONE_ACTION_TAKEN,
    NOT_NEEDED,
    PAUSED,
    RESUMED,
    TARGET_DAYS,
    ArrangementState,
    next_states,
)
from pqip.core.clock import london
from pqip.core.formats import date_gov, hours, number, plural, short_date
from pqip.govuk.pages import Action, Empty, SummaryRow, Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.facts.opening import is_open, openings

TAGS = {
    "": Tag("Not started", "grey"),
    ASKED: Tag("Started", "blue"),
    PAUSED: Tag("Paused", "purple"),
    RESUMED: Tag("Resumed", "blue"),
    AGREED: Tag("Agreed, not yet in place", "yellow"),
    DONE: Tag("Done", "green"),
    DONE_ACTION_TAKEN: Tag("Done, action taken", "green"),
    NOT_NEEDED: Tag("Not needed", "grey"),
}
NOT_RECORDED = Tag("Not recorded here", "grey")
TELL_AGAIN = Tag("Changed since: tell again", "yellow")
#: Words of the links that record the next step.
VERBS = {
    ASKED: "Start",
    PAUSED: "Pause",
    RESUMED: "Resume",
    DONE: "Done",
    DONE_ACTION_TAKEN: "Done, action taken",
}
TARGET_NOTE = (
    f"{TARGET_DAYS} days is the target for pre-employment checks. Whether it means calendar or working days is not known: "
    "calendar days are counted here, without those on which the clock stood still for the candidate."
)


def state_tag(enrolment: Enrolment, found: ArrangementState) -> Tag:
    """Return a tag for the state of an arrangement.

    For somebody who has started, an arrangement without a record is not called *not started*.
    """
    if not found.state and enrolment.status != Status.DUE_TO_START:
        return NOT_RECORDED
    return TELL_AGAIN if found.told_before_change else TAGS[found.state]


def before_opening(enrolment: Enrolment) -> str:
    """Return why nothing may be recorded for somebody who started before their region was opened;
    empty otherwise.
    """
    start, opened = enrolment.start_date, openings().get(enrolment.region_id or 0)
    if start is None or enrolment.status == Status.DUE_TO_START or is_open(opened, start):
        return ""
    since = f" on {date_gov(london(opened).date())}" if opened else ""
    reason = f"They started before the record of {enrolment.region} was kept here{since}"
    return f"{reason}, so what was arranged may be recorded elsewhere."


def countdown(enrolment: Enrolment, on: dt.date) -> str:
    """Return when they start and how far away it is, such as *Due to start on 4 June 2026, in 30
    days.*
    """
    start = enrolment.start_date
    if start is None:
        return "No start date is known."
    if enrolment.status != Status.DUE_TO_START:
        return (
            f"Started on {date_gov(start)}."
            if enrolment.status != Status.DID_NOT_START
            else "Did not start."
        )
    return f"Due to start on {date_gov(start)}, {in_days(start, on)}."


def in_days(start: dt.date, on: dt.date) -> str:
    """Return the distance to a day: *in 30 days*, *today*, *2 days ago*."""
    ahead = (start - on).days
    if ahead == 0:
        return "today"
    return f"in {plural(ahead, 'day')}" if ahead > 0 else f"{plural(-ahead, 'day')} ago"


def lead(enrolment: Enrolment, ready: Readiness, on: dt.date) -> str:
    """Return when they start and, until then, how much is left to arrange."""
    starts, missing = countdown(enrolment, on), len(ready.missing())
    if enrolment.status != Status.DUE_TO_START:
        return f"{starts} {before_opening(enrolment)}".strip()
    left = (
        f"{missing} of {len(ready.states)} are still to be arranged."
        if missing
        else "Everything is arranged."
    )
    return f"{starts} {left}"


def checklist(
    enrolment: Enrolment,
    ready: Readiness,
    steps: Iterable[StarterStep],
    mentor: Allocation | None,
    links: Mapping[str, bool],
) -> Table:
    """Return a table of every arrangement with its state.

    `links` says whether to offer the links `prepare`, `allocate` and `support`.
    """
    owners: dict[str, Any] = {}
    for step in steps:
        owners.setdefault(step.arrangement, step.owner)
    what = {
        Arrangement.PATHWAY_TOLD.value: enrolment.pathway,
        Arrangement.OFFICE.value: enrolment.pdu or enrolment.region,
        Arrangement.MENTOR.value: mentor.other.name if mentor else "",
    }
    rows = [
        [
            Cell(Arrangement(key).label, second=what.get(key) or ""),
            state_tag(enrolment, found),
            short_date(found.since),
            owners.get(key) or "",
            days_cell(key, found),
            Cell(actions=_links(enrolment, key, found, links, undo=key in owners)),
        ]
        for key, found in ready.states.items()
    ]
    columns = [
        Column("What"),
        Column("Where it stands"),
        Column("Since"),
        Column("Who looks after it"),
        Column("Days"),
        Column("Actions", hidden=True),
    ]
    return Table("What is arranged", columns, rows, caption_hidden=True, note=TARGET_NOTE)


def days_cell(arrangement: str, found: ArrangementState) -> Cell:
    """Return a cell with the days on which the clock of an arrangement ran, and the days on which
    it was paused.

    It says *past the target* only if there is a target.
    """
    if found.days is None:
        return Cell()
    late = arrangement == Arrangement.CHECKS and found.days.is_past_target
    paused = (
        f"{plural(found.days.calendar, 'calendar day')}, {number(found.days.paused)} paused"
        if found.days.paused
        else ""
    )
    tags = [Tag(f"Past {TARGET_DAYS} days", "yellow")] if late else []
    return Cell(plural(found.days.counted, "day"), tags=tags, second=paused)


def _links(
    enrolment: Enrolment,
    key: str,
    found: ArrangementState,
    links: Mapping[str, bool],
    *,
    undo: bool,
) -> list[Action]:
    label = f"of: {Arrangement(key).label}"
    if key == Arrangement.MENTOR:
        url = f"{reverse('learners:allocate', args=[enrolment.public_id])}?role=mentor"
        return (
            [Action("Allocate", url, "link", "a mentor")]
            if links["allocate"] and not found.is_finished
            else []
        )
    shown = []
    if key == Arrangement.ADJUSTMENTS and links["support"]:
        shown.append(
            Action("Support needs", reverse("learners:support", args=[enrolment.public_id]), "link")
        )
    if not links["prepare"]:
        return shown
    if found.state not in (AGREED, DONE) or key != Arrangement.ADJUSTMENTS:
        url = reverse("learners:starter_step", args=[enrolment.public_id, key])
        states = [
            state
            for state in next_states(key, found.state)
            if state in VERBS and _is_likely(found, state)
        ]
        shown += [
            Action(_verb(found, state), f"{url}?state={state}", "link", label) for state in states
        ]
    if undo:
        url = reverse("learners:undo_step", args=[enrolment.public_id, key])
        shown.append(Action("Undo", url, "link", f"the latest step {label}"))
    return shown


def _verb(found: ArrangementState, state: str) -> str:
    if found.told_before_change:
        return "Told again"
    return "Start again" if found.is_finished and state == ASKED else VERBS[state]


def _is_likely(found: ArrangementState, state: str) -> bool:
    """Return False for a finished arrangement, which is seldom done again, unless the learner must
    be told again.
    """
    return not found.is_finished or state in (ASKED, DONE_ACTION_TAKEN)


def steps_table(steps: Iterable[StarterStep], names: Mapping[str, str]) -> Table:
    """Return a table of every step, the latest first."""
    rows = [
        [
            short_date(row.effective_on),
            Cell(row.get_arrangement_display(), second=row.note),
            row.get_state_display(),
            names.get(row.recorded_by, ""),
        ]
        for row in steps
    ]
    columns = [Column("Date"), Column("What"), Column("Step"), Column("Recorded by")]
    return Table("Every step", columns, rows, empty=Empty("No step is recorded yet."))


def contacts_table(
    enrolment: Enrolment, rows: Iterable[Contact], names: Mapping[str, str], *, may_undo: bool
) -> Table:
    """Return a table of contacts, the latest first."""
    body = [
        [
            short_date(row.effective_on),
            row.get_means_display(),
            row.about,
            names.get(row.recorded_by, ""),
            Cell(actions=[_undo_contact(enrolment, row)] if may_undo else ()),
        ]
        for row in rows
    ]
    columns = [
        Column("Date"),
        Column("How"),
        Column("What it was about"),
        Column("Who"),
        Column("Actions", hidden=True),
    ]
    return Table("Keeping in touch", columns, body, empty=Empty("Nobody has been in touch yet."))


def _undo_contact(enrolment: Enrolment, row: Contact) -> Action:
    url = reverse("learners:undo_contact", args=[enrolment.public_id, row.public_id])
    return Action("Undo", url, "link", f"the contact of {date_gov(row.effective_on)}")


def brief_rows(
    enrolment: Enrolment, ready: Readiness, mentor: Allocation | None, on: dt.date
) -> list[SummaryRow]:
    """Return the rows that a line manager must know before a learner starts.

    Adjustments are shown below, in their own table.
    """
    pathway_told = ready.states[Arrangement.PATHWAY_TOLD]
    rows = [
        SummaryRow("Start", countdown(enrolment, on)),
        SummaryRow("Pathway", enrolment.pathway),
        SummaryRow(
            "Told of it",
            f"On {date_gov(pathway_told.since)}" if pathway_told.since else "",
            empty="Not yet" if enrolment.status == Status.DUE_TO_START else NOT_RECORDED.text,
            tag=TELL_AGAIN if pathway_told.told_before_change else None,
        ),
        SummaryRow("Hours", hours(enrolment.fte)),
        SummaryRow("Office", enrolment.pdu or enrolment.region),
        SummaryRow("Practice tutor assessor", enrolment.pta or "", empty="None allocated"),
        SummaryRow("Mentor or buddy", mentor.other if mentor else "", empty="None allocated"),
    ]
    asked = (Arrangement.VETTING, Arrangement.EQUIPMENT, Arrangement.FAMILY_CONNECTION)
    rows += [SummaryRow(each.label, tag=state_tag(enrolment, ready.states[each])) for each in asked]
    return [
        *rows,
        SummaryRow(
            "Last contact", date_gov(ready.last_contact), empty="Nobody has been in touch yet"
        ),
    ]


def read_table(
    rows: Iterable[ManagerAcknowledgement], current: dt.date | None, line_manager: Any
) -> Table:
    """Return a table of the line managers who have read it."""
    body = [
        [
            Cell(row.manager.name, second=row.manager.staff_number),
            short_date(row.effective_on),
            _read_tag(row, current, line_manager),
        ]
        for row in rows
    ]
    columns = [Column("Line manager"), Column("Read on"), Column("Status")]
    return Table(
        "Read by", columns, body, empty=Empty("No line manager has said that they have read this.")
    )


def _read_tag(row: ManagerAcknowledgement, current: dt.date | None, line_manager: Any) -> Tag:
    if line_manager is None or row.manager_id != line_manager.pk:
        return Tag("Not their manager now", "grey")
    return (
        Tag("Read", "green") if current is not None else Tag("Adjustments recorded since", "yellow")
    )
