"""Undo or correct an event. The mistake stays in the history, with the reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.board import move_appeals, undo_appeals
from learners.actions.events import History, changing
from learners.models import (
    Enrolment,
    Event,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from learners.rules.approvals import check_reason_given
from learners.rules.board import DECIDED
from learners.rules.withdrawals import check_dates
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void


def void_event(*, by: Any, event: Event, reason: str) -> None:
    """Undo an event.

    Raises RuleBroken if the remaining events would not follow, and Conflict if it is undone
    already.
    """
    check_reason_given(reason, "reason")
    if event.kind == "enrolled":
        raise RuleBroken("The first terms cannot be undone, only corrected.")
    with changing(event.enrolment, by=by, reason=reason) as history:
        take_out(history, history.current(event), by=by, reason=reason)


def take_out(history: History, event: Event, *, by: Any, reason: str) -> None:
    """Void an event and what was recorded around it.

    Raises RuleBroken if the remaining events would not follow.
    """
    history.undo(event, reason)
    if event.kind in {"withdrawn", "did_not_start"}:
        history.bring_back_start()
        _undo_around(history.enrolment, by=by, reason=reason)
    if event.kind == DECIDED:
        undo_appeals(history.enrolment, event.effective_on, by=by, reason=reason)
    history.check()


def correct_event(*, by: Any, event: Event, reason: str, **changes: Any) -> Event:
    """Void an event and record the corrected one. Raises as `void_event` does."""
    check_reason_given(reason, "reason")
    with changing(event.enrolment, by=by, reason=reason) as history:
        fresh = history.correct(history.current(event), reason, **changes)
        if fresh.kind == "withdrawn" and fresh.effective_on != event.effective_on:
            _move_detail(history.enrolment, fresh.effective_on, by=by, reason=reason)
        if fresh.kind == DECIDED and fresh.effective_on != event.effective_on:
            move_appeals(
                history.enrolment, event.effective_on, fresh.effective_on, by=by, reason=reason
            )
        return fresh


def _undo_around(enrolment: Enrolment, *, by: Any, reason: str) -> None:
    """Void what was recorded around a withdrawal: its dates, and the approved proposal."""
    void(WithdrawalDetail.objects.live().filter(enrolment=enrolment), by=by, reason=reason)
    approved = WithdrawalVerdict.objects.live().filter(proposal__enrolment=enrolment, approved=True)
    proposals = list(WithdrawalProposal.objects.live().filter(pk__in=approved.values("proposal")))
    void(approved, by=by, reason=reason)
    void(proposals, by=by, reason=reason)


def _move_detail(enrolment: Enrolment, on: dt.date, *, by: Any, reason: str) -> None:
    """Move the dates around a withdrawal to its new day.

    Raises RuleBroken if they do not come before it.
    """
    detail = WithdrawalDetail.objects.live().filter(enrolment=enrolment).first()
    if detail is not None:
        check_dates(detail.told_on, detail.last_activity_on, on)
        supersede(detail, by=by, reason=reason, effective_on=on)
