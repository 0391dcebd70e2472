"""Shared wording of assessment: states as tags, people and evidence as cells."""

from __future__ import annotations

import datetime as dt

from assessments.models import Decision, Evidence, Registration, Submission, Wait
from pqip.core.formats import lower_first, plural, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Fact, Identity, Tag
from pqip.govuk.tables import Cell

MET, NOT_YET = "Competent", "Not yet competent"


def submission_of(piece: Evidence) -> Submission | None:
    """Return the current submission of a piece of evidence, or None. Needs `submitted` to be prefetched."""
    return next(iter(piece.submitted), None)  # type: ignore[attr-defined]


def title_of(piece: Evidence) -> str:
    """Return the title of a piece of evidence, or *Undone* where it has no current submission."""
    submission = submission_of(piece)
    return submission.title if submission else "Undone"


def piece_cell(piece: Evidence, url: str = "") -> Cell:
    """Return a cell with the title of a piece of evidence above its reference."""
    return Cell(
        title_of(piece),
        url or record_url("assessments:evidence", piece.public_id),
        second=piece.reference,
    )


def candidate_cell(registration: Registration) -> Cell:
    """Return a cell with the candidate's name above their staff number."""
    url = record_url("assessments:candidate", registration.public_id)
    return Cell(registration.person.name, url, second=registration.person.staff_number)


def waited(since: dt.date, overdue_before: dt.date, on: dt.date) -> Cell:
    """Return a cell with the day a wait began, how long it has lasted, and whether that is overdue."""
    tags = (Tag("Overdue", "red"),) if since < overdue_before else ()
    return Cell(short_date(since), second=plural((on - since).days, "day"), tags=tags)


def wait_tag(wait: Wait | None) -> Tag:
    """Return the tag of what a piece of evidence waits for, if anything."""
    if wait is None:
        return Tag("Decided", "green")
    if wait.kind == Wait.Kind.COUNTERSIGNATURE:
        return Tag("With the countersigner", "blue")
    return Tag("Returned", "orange") if wait.decision_id else Tag("To decide", "yellow")


def outcome_words(decision: Decision) -> str:
    """Return the outcome in numbers, such as *2 competent, 1 not yet competent*."""
    met, not_met = len(decision.criteria_met), len(decision.criteria_not_met)
    parts = [f"{met} {lower_first(MET)}"] if met else []
    parts += [f"{not_met} {lower_first(NOT_YET)}"] if not_met else []
    return ", ".join(parts) or "Nothing named"


def identity(registration: Registration) -> Identity:
    """Return the identity of the candidate, shown above their assessment."""
    who = registration.person
    return Identity(
        who.name,
        [
            Fact("Staff number", who.staff_number),
            Fact("Qualification", registration.title),
            Fact("Version", registration.current_version.name),
        ],
    )
