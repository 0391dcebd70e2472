"""Rules of the `learner-events` dataset: which columns belong to which event, and that histories
fit together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Min

from learners.actions.events import NEVER_STARTED
from learners.imports.common import EVENT_COLUMNS, EventRow, Place, live_events
from learners.models import Enrolment, EntryRecord, Event
from learners.rules.board import KINDS, REFERRED, at_fault, key
from learners.rules.events import (
    check_expected_return,
    check_interviews,
    first_wrong,
    overtaken_start,
)
from learners.rules.places import BOUNDS, PlacePeriod, check_one_place, place_period
from learners.rules.withdrawals import needs_approval
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov, datetime_gov
from pqip.exchange.datasets import Context, Row

#: Column of the file → attribute of an event.
CONTENT = {
    "reason": "reason",
    "other_reasons": "other_reasons",
    "ended_by": "ended_by",
    "destination": "destination",
    "exit_interview_offered_on": "exit_interview_offered_on",
    "exit_interview_held_on": "exit_interview_held_on",
    "to_pathway": "to_pathway_id",
    "to_region": "to_region_id",
    "to_pdu": "to_pdu_id",
    "to_fte": "to_fte",
    "expected_return": "expected_return",
    "extended_to": "extended_to",
    "board_outcome": "board_outcome",
    "approved_by": "approved_by_id",
    "note": "note",
}
CODED = {"to_pathway": "pathway", "to_region": "region", "to_pdu": "pdu", "approved_by": "approver"}
LEAVING = (
    "reason",
    "other_reasons",
    "ended_by",
    "destination",
    "exit_interview_offered_on",
    "exit_interview_held_on",
)
#: The events to which each column belongs; `note` belongs to all.
BELONGS: dict[str, tuple[str, ...]] = dict.fromkeys(LEAVING, ("withdrawn",)) | {
    "to_pathway": ("moved_pathway",),
    "to_region": ("moved_region",),
    "to_pdu": ("moved_region",),
    "to_fte": ("changed_fte",),
    "expected_return": ("deferred",),
    "extended_to": ("extended",),
    "board_outcome": ("board_decision",),
    "approved_by": ("extended", "withdrawn"),
}
NEEDED = {
    "moved_pathway": "to_pathway",
    "moved_region": "to_region",
    "changed_fte": "to_fte",
    "extended": "extended_to",
}


def check_columns(row: Row, context: Context) -> None:
    """Add errors to a row whose columns do not fit its event, or whose dates do not agree."""
    kind = row["event"]
    if kind is None:
        return
    for column, owners in BELONGS.items():
        if row[column] not in (None, []) and kind not in owners:
            breaks = (
                " A break takes no reason in a file"
                if column == "reason" and kind == "deferred"
                else ""
            )
            row.error(column, f"goes with {' or '.join(owners)} only, not with {kind}.{breaks}")
    if (
        row["approved_by"]
        and kind == "withdrawn"
        and not needs_approval(row["ended_by"] or "")
        and not row["void"]
    ):
        row.error(
            "approved_by",
            "goes with a withdrawal that the Service ended only. Fill in ended_by, or leave it blank",
        )
    needed = NEEDED.get(kind)
    if needed and row[needed] is None and not row["void"] and not row.text(needed):
        row.error(needed, f"this column must be filled in for {kind}.", quote=False)
    if (
        row["to_pdu"] is not None
        and row["to_region"] is not None
        and context.memory["units"][row["to_pdu"]] != row["to_region"]
    ):
        row.error(
            "to_pdu",
            f"is not in {context.code('region', row['to_region'])}. Use a unit of that region, or leave it blank",
        )
    if row["effective_date"] is not None:
        _check_dates(row)


def refuse_before_enrolment(named: Iterable[tuple[Row, Place]], context: Context) -> None:
    """Refuse rows whose enrolment was recorded after the stated time of recording."""
    if context.recorded_at is None:
        return
    named = list(named)
    later = (
        EntryRecord.objects.filter(enrolment__in={place.id for _, place in named})
        .values("enrolment")
        .annotate(first=Min("recorded_at"))
        .filter(first__gt=context.recorded_at)
    )
    first = dict(later.values_list("enrolment", "first"))
    for row, place in named:
        if place.id in first:
            row.error(
                "staff_number",
                f"was enrolled on record on {datetime_gov(first[place.id])}, after the stated time of "
                "recording. State a later time, or none",
            )


def _check_dates(row: Row) -> None:
    try:
        check_expected_return(row["effective_date"], row["expected_return"])
        check_interviews(row["exit_interview_offered_on"], row["exit_interview_held_on"])
    except RuleBroken as broken:
        row.rule_error(broken.field or "", broken.message)


@dataclass
class EventPlan:
    """What a row of events results in: the enrolment and person, events to record, and events to
    void with the reason.
    """

    enrolment: int
    person: int
    events: list[EventRow] = field(default_factory=list)
    voided: dict[int, str] = field(default_factory=dict)


class Histories:
    """The histories of the enrolments that a file names, as they will be after it."""

    def __init__(self, enrolments: Collection[int]) -> None:
        self.events = live_events(enrolments)
        self.at_fault = {enrolment: at_fault(own) for enrolment, own in self.events.items()}
        self.index = {
            (e.enrolment_id, e.kind, e.effective_on): e for own in self.events.values() for e in own
        }
        gone = (
            Event.objects.exclude(voided_at=None).filter(enrolment_id__in=enrolments).order_by("id")
        )
        self.gone = set(gone.values_list("enrolment_id", "kind", "effective_on"))
        overtaken = gone.filter(kind="started", void_reason=NEVER_STARTED)
        self.overtaken = {
            values[1]: EventRow(*values) for values in overtaken.values_list(*EVENT_COLUMNS)
        }
        self.rows: dict[int, list[tuple[EventRow, Row]]] = {}
        self.approvers = {
            event.approved_by_id for event in self.index.values() if event.approved_by_id
        }

    def live(self, enrolment: int, kind: str, on: dt.date) -> EventRow | None:
        """Return the live event with that key, or None."""
        return self.index.get((enrolment, kind, on))

    def was_voided(self, enrolment: int, kind: str, on: dt.date) -> bool:
        """Return True if an event with that key was voided."""
        return (enrolment, kind, on) in self.gone

    def add(self, row: Row, event: EventRow) -> dict[int, str]:
        """Add an event. Return the keys to void because of it, with the reason.

        That is the start of somebody who left before their first day.
        """
        self._touch(row, event)
        overtaken = overtaken_start(self.events[event.enrolment_id], event.kind, event.effective_on)
        self.events[event.enrolment_id].append(event)
        if overtaken is None:
            return {}
        self.events[event.enrolment_id].remove(overtaken)
        return {overtaken.id: NEVER_STARTED} if overtaken.id else {}

    def correct(self, row: Row, old: EventRow, new: EventRow) -> None:
        """Put a corrected event in place of another."""
        self._touch(row, new)
        own = self.events[new.enrolment_id]
        own[own.index(old)] = new

    def void(self, row: Row, event: EventRow) -> list[EventRow]:
        """Remove an event. Return the events to record again because of it.

        That is the start that an undone withdrawal before the first day had made untrue.
        """
        self._touch(row, event)
        own = self.events[event.enrolment_id]
        own.remove(event)
        back = (
            self.overtaken.get(event.enrolment_id)
            if event.kind in {"withdrawn", "did_not_start"}
            else None
        )
        if back is None or any(each.kind == "started" for each in own):
            return []
        again = replace(back, id=None)
        own.append(again)
        return [again]

    def refuse_illegal(self, is_history: Callable[[int, dt.date], bool]) -> None:
        """Add to its row each event that does not follow, one error at a time for each history.

        Events of the board that did not follow before the file either are left alone. So is a
        second referral if it, or everything that the file says of the board, is history: the
        decision between the two referrals may be recorded nowhere.
        """
        for enrolment, touched in self.rows.items():
            events, excused = list(self.events[enrolment]), set(self.at_fault[enrolment])
            of_the_board = [event for event, _ in touched if event.kind in KINDS]
            is_past = bool(of_the_board) and all(
                is_history(enrolment, event.effective_on) for event in of_the_board
            )
            while (wrong := first_wrong(events, excused)) is not None:
                event, broken = wrong
                is_of_the_board = event.kind == REFERRED and key(event) in at_fault(events)
                may_be = is_of_the_board and key(event) not in excused
                if may_be and (is_past or is_history(enrolment, event.effective_on)):
                    excused.add(key(event))
                    continue
                _add_error(event, broken.message, touched)
                events.remove(event)

    def refuse_second_place(self, person_of: Mapping[int, int]) -> None:
        """Add an error to each row that gives somebody two places at once.

        `person_of` gives the person of each enrolment.
        """
        moved = {
            enrolment: next(row for event, row in touched if event.kind in BOUNDS)
            for enrolment, touched in self.rows.items()
            if any(event.kind in BOUNDS for event, _ in touched)
        }
        people = {person_of[enrolment] for enrolment in moved}
        whose = dict(Enrolment.objects.filter(person__in=people).values_list("pk", "person_id"))
        elsewhere = live_events(whose.keys() - self.events.keys())
        own: dict[int, dict[int, PlacePeriod | None]] = {}
        for enrolment, person in whose.items():
            own.setdefault(person, {})[enrolment] = place_period(
                self.events.get(enrolment) or elsewhere.get(enrolment, [])
            )
        for enrolment, row in moved.items():
            places = own[person_of[enrolment]]
            try:
                check_one_place(
                    places[enrolment], (days for key, days in places.items() if key != enrolment)
                )
            except RuleBroken as broken:
                row.rule_error("effective_date", broken.message)

    def _touch(self, row: Row, event: EventRow) -> None:
        self.rows.setdefault(event.enrolment_id, []).append((event, row))


def _add_error(event: Any, what: str, touched: list[tuple[EventRow, Row]]) -> None:
    """Add an error to the row of the event itself, or else to the first row that changed the
    history.
    """
    own = next((row for each, row in touched if each is event), None)
    if own is not None:
        own.rule_error("effective_date", what)
        return
    recorded = f"{event.kind} on {date_gov(event.effective_on)}"
    touched[0][1].error("effective_date", f"does not fit what is recorded: {recorded}. {what}")


def stated_values(event: EventRow, context: Context) -> dict[str, Any]:
    """Return what an event states, by column, in codes."""
    stated = {}
    for column, name in CONTENT.items():
        value = getattr(event, name)
        value = list(value) if isinstance(value, tuple) else value
        if value in (None, "", []):
            value = None
        elif column in CODED:
            value = context.code(CODED[column], value)
        stated[column] = value
    return stated
