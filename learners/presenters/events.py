"""Events in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from learners.models.events import Destination, EndedBy, Event, EventKind
from learners.presenters.words import reason_words
from pqip.core.formats import date_gov, hours, lower_first

#: Kinds of event whose note says why somebody is on a break. It is shown only to users who may see
#: it.
PRIVATE_NOTES = frozenset({EventKind.DEFERRED})


def title_of(event: Event) -> str:
    """Return what happened, in a few words."""
    words = {
        "enrolled": lambda: f"Given a place on the {event.to_pathway} pathway in {event.to_region}",
        "moved_pathway": lambda: f"Moved to the {event.to_pathway} pathway",
        "moved_region": lambda: (
            f"Moved to {event.to_region}" + (f", {event.to_pdu}" if event.to_pdu else "")
        ),
        "moved_cohort": lambda: f"Moved to {event.to_cohort}",
        "changed_fte": lambda: f"Hours changed to {lower_first(hours(event.to_fte))}",
        "extended": lambda: f"Extended to {date_gov(event.extended_to)}",
    }
    return words[event.kind]() if event.kind in words else EventKind(event.kind).label


def details_of(event: Event, reasons: Mapping[str, str], *, see_break_reason: bool) -> str:
    """Return what else is recorded about the event, in one or two short sentences."""
    parts = [*_ending(event, reasons), *_dates(event)]
    if event.board_outcome:
        parts.append(event.board_outcome)
    why = "/".join(filter(None, [event.kind, event.board_outcome, event.reason]))
    if why in reasons and (see_break_reason or event.kind not in PRIVATE_NOTES):
        parts.append(f"Reason: {reasons[why]}")
    if event.approved_by:
        parts.append(f"Approved by {event.approved_by}")
    if event.note and (see_break_reason or event.kind not in PRIVATE_NOTES):
        parts.append(event.note)
    return ". ".join(part.rstrip(".") for part in parts) + ("." if parts else "")


def _ending(event: Event, reasons: Mapping[str, str]) -> list[str]:
    if event.kind not in {EventKind.WITHDRAWN, EventKind.DID_NOT_START}:
        return []
    sentences = [f"Reason: {lower_first(reason_words(event.reason, reasons))}"]
    if event.destination:
        sentences.append(Destination(event.destination).label)
    if event.ended_by:
        sentences.append(f"Decided by {lower_first(EndedBy(event.ended_by).label)}")
    return sentences


def _dates(event: Event) -> list[str]:
    known: list[tuple[str, Any]] = [
        ("Expected back on", event.expected_return),
        ("Exit interview offered on", event.exit_interview_offered_on),
        ("Exit interview held on", event.exit_interview_held_on),
    ]
    return [f"{words} {date_gov(day)}" for words, day in known if day]
