"""Record that a learner left the programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from learners.actions.events import History, changing
from learners.actions.withdrawals_coding import check_coding
from learners.models import Enrolment, Event, WithdrawalDetail
from learners.rules.events import check_interviews
from learners.rules.withdrawals import check_dates, needs_approval, without
from pqip.core.clock import today
from pqip.core.errors import RuleBroken


def withdraw(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    reason: str = "",
    other_reasons: Sequence[str] = (),
    ended_by: str = "",
    destination: str = "",
    told_on: dt.date | None = None,
    last_activity_on: dt.date | None = None,
    would_return: str = WithdrawalDetail.WouldReturn.NOT_ASKED,
    exit_interview_offered_on: dt.date | None = None,
    exit_interview_held_on: dt.date | None = None,
    note: str = "",
) -> Event:
    """Record that the learner left on a day. Before the first day it means that they did not start.

    One `reason` counts in reports. Raises RuleBroken for reasons that do not fit who ended it or
    were not in use on that day, and for what the Service ends: that is proposed, and somebody else
    approves it.
    """
    if needs_approval(ended_by):
        raise RuleBroken(
            "A withdrawal that the Service ends is proposed, and somebody else approves it.",
            "ended_by",
        )
    if ended_by or reason:
        check_coding(on, ended_by, reason, other_reasons, note)
    check_interviews(exit_interview_offered_on, exit_interview_held_on)
    with changing(enrolment, by=by) as history:
        event = history.add(
            "withdrawn",
            on,
            reason=reason,
            other_reasons=without(reason, other_reasons),
            ended_by=ended_by,
            destination=destination,
            exit_interview_offered_on=exit_interview_offered_on,
            exit_interview_held_on=exit_interview_held_on,
            note=note,
        )
        add_detail(history, on, told_on, last_activity_on, would_return)
        return event


def add_detail(
    history: History,
    on: dt.date,
    told_on: dt.date | None,
    last_activity_on: dt.date | None,
    would_return: str,
) -> None:
    """Record the dates around a withdrawal, if both are known."""
    if told_on is None or last_activity_on is None:
        return
    check_dates(told_on, last_activity_on, on)
    if told_on > today():
        raise RuleBroken("The day they were told cannot be to come.", "told_on")
    WithdrawalDetail.objects.create(
        enrolment=history.enrolment,
        effective_on=on,
        told_on=told_on,
        last_activity_on=last_activity_on,
        would_return=would_return or WithdrawalDetail.WouldReturn.NOT_ASKED,
    )
