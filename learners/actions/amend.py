"""Undo or correct what was recorded. The mistake stays in the history, with the reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import History, changing
from learners.models import Enrolment, Event, WithdrawalDetail, WithdrawalProposal, WithdrawalVerdict
from learners.rules.approvals import check_said
from learners.rules.history import check_history
from learners.rules.withdrawal import check_dates
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void


def void_event(*, by: Any, event: Event, reason: str) -> None:
    """Undo an event. Raises RuleBroken where what is left would not follow, Conflict where it is undone already."""
    check_said(reason, "reason")
    if event.kind == "enrolled":
        raise RuleBroken("The first terms cannot be undone, only corrected.")
    with changing(event.enrolment, by=by, reason=reason) as history:
        take_out(history, history.held(event), by=by, reason=reason)


def take_out(history: History, event: Event, *, by: Any, reason: str) -> None:
    """An event goes, with what was recorded around it. Raises RuleBroken where what is left would not follow."""
    history.undo(event, reason)
    if event.kind in {"withdrawn", "did_not_start"}:
        history.bring_back_start()
        _undo_around(history.enrolment, by=by, reason=reason)
    check_history(history.events)


def correct_event(*, by: Any, event: Event, reason: str, **changes: Any) -> Event:
    """Void an event and record it as it should have been. Raises as `void_event`."""
    check_said(reason, "reason")
    with changing(event.enrolment, by=by, reason=reason) as history:
        fresh = history.correct(history.held(event), reason, **changes)
        if fresh.kind == "withdrawn" and fresh.effective_on != event.effective_on:
            _move_detail(history.enrolment, fresh.effective_on, by=by, reason=reason)
        return fresh


def _undo_around(enrolment: Enrolment, *, by: Any, reason: str) -> None:
    """What was recorded around a withdrawal goes with it: its dates, and the proposal that was approved."""
    void(WithdrawalDetail.objects.live().filter(enrolment=enrolment), by=by, reason=reason)
    approved = WithdrawalVerdict.objects.live().filter(proposal__enrolment=enrolment, approved=True)
    proposals = list(WithdrawalProposal.objects.live().filter(pk__in=approved.values("proposal")))
    void(approved, by=by, reason=reason)
    void(proposals, by=by, reason=reason)


def _move_detail(enrolment: Enrolment, on: dt.date, *, by: Any, reason: str) -> None:
    """The dates around a withdrawal stay; they must still come before it. Raises RuleBroken where they do not."""
    detail = WithdrawalDetail.objects.live().filter(enrolment=enrolment).first()
    if detail is not None:
        check_dates(detail.told_on, detail.last_activity_on, on)
        supersede(detail, by=by, reason=reason, effective_on=on)
