"""How assessment is said: states as tags, people and pieces as cells."""

from __future__ import annotations

import datetime as dt

from assessments.models import Decision, Evidence, Registration, Submission, Wait
from pqip.govuk.formats import lower_first, plural, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Fact, Identity, Tag
from pqip.govuk.tables import Cell

MET, NOT_YET = "Competent", "Not yet competent"


def submission_of(piece: Evidence) -> Submission | None:
    """The submission that stands; `submitted` was fetched with the piece."""
    return next(iter(piece.submitted), None)  # type: ignore[attr-defined]


def title_of(piece: Evidence) -> str:
    submission = submission_of(piece)
    return submission.title if submission else "Undone"


def piece_cell(piece: Evidence, url: str = "") -> Cell:
    """A piece of evidence: its title over its reference."""
    return Cell(title_of(piece), url or record_url("assessments:evidence", piece.public_id), second=piece.reference)


def candidate_cell(registration: Registration) -> Cell:
    """The candidate over their staff number."""
    url = record_url("assessments:candidate", registration.public_id)
    return Cell(registration.person.name, url, second=registration.person.staff_number)


def waited(since: dt.date, overdue_before: dt.date, on: dt.date) -> Cell:
    """Since when something has waited, how long, and whether that is overdue."""
    tags = (Tag("Overdue", "red"),) if since < overdue_before else ()
    return Cell(short_date(since), second=plural((on - since).days, "day"), tags=tags)


def wait_tag(wait: Wait | None) -> Tag:
    """What a piece of evidence waits for, if anything."""
    if wait is None:
        return Tag("Decided", "green")
    if wait.kind == Wait.Kind.COUNTERSIGNATURE:
        return Tag("With the countersigner", "blue")
    return Tag("Returned", "orange") if wait.decision_id else Tag("To decide", "yellow")


def outcome_words(decision: Decision) -> str:
    """*2 competent, 1 not yet competent*."""
    met, not_met = len(decision.criteria_met), len(decision.criteria_not_met)
    parts = [f"{met} {lower_first(MET)}"] if met else []
    parts += [f"{not_met} {lower_first(NOT_YET)}"] if not_met else []
    return ", ".join(parts) or "Nothing named"


def identity(registration: Registration) -> Identity:
    """Whose assessment it is."""
    who = registration.person
    return Identity(who.name, [
        Fact("Staff number", who.staff_number), Fact("Qualification", registration.title),
        Fact("Version", registration.current_version.name),
    ])
