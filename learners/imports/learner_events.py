"""The `learner-events` dataset: what happened to learners after they were enrolled."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from learners.actions.approvals_dispute import tell_approvers
from learners.imports.common import (
    CORRECTED,
    NO_LEARNER,
    EventRow,
    Hours,
    LearnerDataset,
    Place,
    copy_events,
    pathway_codes,
    places,
    void_rows,
)
from learners.imports.current import Rows, events
from learners.imports.learner_events_approvers import Approvers
from learners.imports.learner_events_checks import VOIDED, Checks, Stated
from learners.imports.learner_events_rules import (
    BELONGS,
    CONTENT,
    EventPlan,
    Histories,
    check_columns,
    refuse_before_enrolment,
    stated_values,
)
from learners.models import (
    BoardAppeal,
    Cohort,
    Event,
    Reason,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from learners.models.events import Destination, EndedBy
from learners.models.holding import hold
from learners.rules.board import DECIDED
from pqip.core.ledger import LedgerModel
from pqip.core.words import folded
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    ImportColumn,
    ListOf,
    Text,
    Words,
    YesNo,
    one_of,
)
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers
from workforce.imports.lookups import pdu_codes, region_codes, regions_of_units

KINDS = (
    "deferred",
    "resumed",
    "extended",
    "withdrawn",
    "completed",
    "moved_pathway",
    "moved_region",
    "changed_fte",
    "referred_to_board",
    "board_decision",
    "qualified",
    "registered",
)


class LearnerEventsResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    event = ImportColumn(Words(KINDS), key=True, required=True)
    effective_date = ImportColumn(Date(), key=True, required=True, help="The day it was true.")
    cohort = ImportColumn(Text(40), help="Needed where the learner has more than one enrolment.")
    reason = ImportColumn(
        Code("reason", "a reason"),
        help="The one reason for a withdrawal that counts. Blank: not recorded.",
    )
    other_reasons = ImportColumn(
        ListOf(Code("reason", "a reason")), help="Others, separated by semicolons."
    )
    ended_by = ImportColumn(Words(EndedBy.choices))
    destination = ImportColumn(Words(Destination.choices))
    exit_interview_offered_on = ImportColumn(Date())
    exit_interview_held_on = ImportColumn(Date())
    to_pathway = ImportColumn(Code("pathway", "a pathway"))
    to_region = ImportColumn(Code("region", "a region"))
    to_pdu = ImportColumn(Code("pdu", "a probation delivery unit"))
    to_fte = ImportColumn(Hours())
    expected_return = ImportColumn(Date(), help="When somebody on a break is expected back.")
    extended_to = ImportColumn(Date(), help="The new end that was approved.")
    board_outcome = ImportColumn(Text(60))
    approved_by = numbers.staff_number(
        help="Staff number of who approved an extension, or a withdrawal that the Service ended: needed for that."
    )
    note = ImportColumn(Text(4000, lines=True), help="Never anything about people on probation.")
    void = ImportColumn(YesNo(), help="yes: the event with this key was recorded in error.")
    void_reason = ImportColumn(Text(500, lines=True))


@register
class LearnerEvents(LearnerDataset):
    name, title = "learner-events", "Events of learners"
    resource = LearnerEventsResource
    #: All rows are one batch, because a history is checked as a whole.
    batch = 1_000_000

    def codes(self, context: Context) -> dict[str, Codes]:
        context.memory["units"] = regions_of_units()
        context.memory["cohorts"] = dict(Cohort.objects.values_list("id", "code"))
        labels = dict(Reason.objects.values_list("code", "label"))
        reasons = Codes({code: code for code in [*labels, Reason.NOT_RECORDED]}, labels)
        return {
            "reason": reasons,
            "pathway": pathway_codes(),
            "region": region_codes(),
            "pdu": pdu_codes(),
        }

    def current(self, context: Context) -> Rows:
        return events(context, KINDS)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = places([row["staff_number"] for row in rows], context)
        named = [(row, place) for row in rows if (place := _place(row, found, context)) is not None]
        histories = Histories({place.id for _, place in named})
        refuse_before_enrolment(named, context)
        approvers = Approvers(rows, context, histories.approvers)
        context.codes["approver"] = approvers.codes
        checks = Checks(context, approvers, [place.id for _, place in named])
        for row, place in named:
            check_columns(row, context)
            approvers.key(row)
            if row["void"]:
                checks.ask_undo(row, place)
        stated = [
            event
            for row, place in named
            if not row.wrong and (event := self._plan(row, place, histories, context))
        ]
        histories.refuse_illegal(checks.is_history_of({place.id: place for _, place in named}))
        histories.refuse_second_place({place.id: place.person_id for _, place in named})
        for each in stated:
            if not each.row.wrong:
                checks.ask(each, histories.events[each.place.id])

    def write(self, rows: list[Row], context: Context) -> None:
        plans: list[EventPlan] = [row.data for row in rows]
        people = {plan.person for plan in plans}
        hold(people=people, enrolments=[plan.enrolment for plan in plans])
        reasons: dict[str, list[int]] = {}
        for plan in plans:
            for key, reason in plan.voided.items():
                reasons.setdefault(reason, []).append(key)
        for reason, keys in reasons.items():
            void_rows(Event, keys, reason)
        undone = [row for row in rows if row["void"]]
        _undo_around([row.data.enrolment for row in undone if row["event"] == "withdrawn"])
        _undo_appeals(
            {
                (row.data.enrolment, row["effective_date"])
                for row in undone
                if row["event"] == DECIDED
            }
        )
        copy_events(event for plan in plans for event in plan.events)
        self.touched(context, [plan.enrolment for plan in plans])
        self.posts_may_change(context, people)
        named = {
            event.approved_by_id for plan in plans for event in plan.events if event.approved_by_id
        }
        context.memory.setdefault("named", set()).update(
            named - {getattr(context.by, "person_id", None)}
        )

    def finish(self, context: Context) -> None:
        super().finish(context)
        tell_approvers(context.memory.get("named", set()), by=context.by)

    def _plan(
        self, row: Row, place: Place, histories: Histories, context: Context
    ) -> Stated | None:
        key = (row["event"], row["effective_date"])
        live, gone = histories.live(place.id, *key), histories.was_voided(place.id, *key)
        if row["void"]:
            _plan_void(row, place, live, gone, histories)
        elif live is None and gone:
            row.error(
                "event",
                "was recorded for that day and voided. It cannot be named again; record it for the day that is right",
            )
        else:
            return _plan_event(row, place, live, histories, context)
        return None


def _undo_around(enrolments: list[int]) -> None:
    """Void what was recorded around withdrawals that are voided, as on screen: dates and approved
    proposals.
    """
    void_rows(WithdrawalDetail, _keys(WithdrawalDetail, enrolment__in=enrolments), VOIDED)
    proposals = _keys(
        WithdrawalProposal,
        enrolment__in=enrolments,
        verdicts__approved=True,
        verdicts__voided_at=None,
    )
    void_rows(WithdrawalVerdict, _keys(WithdrawalVerdict, proposal__in=proposals), VOIDED)
    void_rows(WithdrawalProposal, proposals, VOIDED)


def _undo_appeals(decisions: set[tuple[int, dt.date]]) -> None:
    """Void appeals against decisions of the board that are voided, as on screen."""
    rows = BoardAppeal.objects.live().filter(
        enrolment__in={enrolment for enrolment, _ in decisions}
    )
    found = rows.values_list("pk", "enrolment_id", "decision_on")
    void_rows(BoardAppeal, [pk for pk, *decision in found if tuple(decision) in decisions], VOIDED)


def _keys(model: type[LedgerModel], **wanted: Any) -> list[int]:
    return list(model._base_manager.filter(voided_at=None, **wanted).values_list("pk", flat=True))


def _place(row: Row, found: dict[str, list[Place]], context: Context) -> Place | None:
    """Return the enrolment that the row is about.

    If it cannot be told, add an error to the row and return None.
    """
    own = found.get(row["staff_number"] or "", [])
    if row["staff_number"] and not own:
        row.error("staff_number", NO_LEARNER)
    if not own:
        return None
    codes: dict[int, str] = context.memory["cohorts"]
    named = {
        place.id: {codes[key] for key in (place.entry_cohort_id, place.cohort_id) if key}
        for place in own
    }
    if row["cohort"]:
        own = [
            place
            for place in own
            if folded(row["cohort"]) in {folded(code) for code in named[place.id]}
        ]
        if not own:
            row.error(
                "cohort",
                f"is not a cohort of this learner. {one_of(sorted(set().union(*named.values())))}",
            )
            return None
    if len(own) > 1:
        listed = one_of(sorted({codes[place.entry_cohort_id] for place in own}))
        row.error("cohort", f"this learner has more than one enrolment. {listed}.", quote=False)
        return None
    return own[0]


def _plan_void(
    row: Row, place: Place, live: EventRow | None, gone: bool, histories: Histories
) -> None:
    if live is None and not gone:
        row.error(
            "void",
            "there is no such event to void. Check staff number, event and date.",
            quote=False,
        )
    elif live is None:
        row.unchanged()
    else:
        plan = EventPlan(
            place.id, place.person_id, voided={live.id or 0: row["void_reason"] or VOIDED}
        )
        plan.events = histories.void(row, live)
        row.changed({"void": False}, {"void": True}, plan)


def _plan_event(
    row: Row, place: Place, live: EventRow | None, histories: Histories, context: Context
) -> Stated | None:
    """Return what the row records, or None if it changes nothing."""
    content = {name: row[column] for column, name in CONTENT.items() if row[column] is not None}
    if row["approved_by"]:
        content["approved_by_id"] = context.codes["approver"].find(row["approved_by"])
    elif row["event"] == "extended":
        content["approved_by_id"] = getattr(context.by, "person_id", None)
    if content.get("reason") == Reason.NOT_RECORDED:
        content["reason"] = ""
    content["other_reasons"] = [
        code for code in content.get("other_reasons", []) if code != content.get("reason")
    ]
    stated = EventRow(None, place.id, row["event"], row["effective_date"], **content)
    plan = EventPlan(place.id, place.person_id, events=[stated])
    if live is None:
        plan.voided = histories.add(row, stated)
        row.new(stated_values(stated, context), plan)
        return Stated(row, place, None, stated)
    event = replace(
        live, id=None, **{name: getattr(stated, name) for name in _stated_attributes(row)}
    )
    plan.events, plan.voided = [event], {live.id or 0: CORRECTED}
    before, after = stated_values(live, context), stated_values(event, context)
    row.settle(before, after, plan)
    if row.kind == "unchanged":
        return None
    histories.correct(row, live, event)
    return Stated(row, place, live, event)


def _stated_attributes(row: Row) -> list[str]:
    """Return the attributes that the row states about its event.

    A column that belongs to other events leaves what is recorded, such as a break's reason. The
    approver stays if the cell is blank.
    """
    own = (
        column
        for column in CONTENT
        if column in row.given and row["event"] in BELONGS.get(column, (row["event"],))
    )
    return [CONTENT[column] for column in own if column != "approved_by" or row[column]]
