"""Statuses as tags. Red is only for what is urgent, and no status is urgent."""

from __future__ import annotations

from learners.models.enrolments import Status
from pqip.govuk.pages import Tag

COLOURS = {
    Status.DUE_TO_START: "blue",
    Status.ACTIVE: "green",
    Status.DEFERRED: "yellow",
    Status.COMPLETED: "turquoise",
    Status.WITHDRAWN: "grey",
    Status.DID_NOT_START: "grey",
}
OUTCOMES = {
    "pass": Tag("Pass", "green"),
    "fail": Tag("Fail", "yellow"),
    "pending": Tag("Pending", "blue"),
}
ANSWERS = {
    "": Tag("Waiting", "blue"),
    "agreed": Tag("Agreed", "green"),
    "refused": Tag("Refused", "grey"),
}
TRAINING = {
    "booked": Tag("Booked", "blue"),
    "attended": Tag("Attended", "green"),
    "did_not_attend": Tag("Did not attend", "yellow"),
    "cancelled": Tag("Cancelled", "grey"),
}


def status_tag(status: str) -> Tag:
    """Return a tag for the status of an enrolment."""
    return Tag(Status(status).label, COLOURS[Status(status)])
