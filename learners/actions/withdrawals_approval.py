"""Withdrawals that the Service starts: one person proposes, and another approves or refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from learners.actions.events import changing
from learners.actions.withdrawals import add_detail
from learners.actions.withdrawals_coding import check_coding
from learners.models import (
    Enrolment,
    Event,
    WithdrawalDetail,
    WithdrawalProposal,
    WithdrawalVerdict,
)
from learners.models.enrolments import Status
from learners.rules.approvals import check_approver, check_none_waits
from learners.rules.withdrawals import SERVICE, check_dates, without
from pqip.core.acting import actor_name
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import void

ENDED = frozenset({Status.WITHDRAWN, Status.COMPLETED, Status.DID_NOT_START})
AGAIN = "Proposed again"


def propose_withdrawal(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    told_on: dt.date,
    last_activity_on: dt.date,
    reason: str,
    other_reasons: Sequence[str] = (),
    destination: str = "",
    note: str = "",
) -> WithdrawalProposal:
    """Propose that the Service ends the programme on a day.

    Raises RuleBroken while another proposal waits.
    """
    check_dates(told_on, last_activity_on, on)
    check_coding(on, SERVICE, reason, other_reasons, note)
    with changing(enrolment, by=by) as history:
        held = history.enrolment
        if held.status in ENDED:
            raise RuleBroken("They have left or completed already.")
        before = list(WithdrawalProposal.objects.live().filter(enrolment=held))
        decided = set(
            WithdrawalVerdict.objects.live()
            .filter(proposal__in=before)
            .values_list("proposal_id", flat=True)
        )
        check_none_waits(waits=any(row.pk not in decided for row in before))
        void([row for row in before if row.effective_on == on], by=by, reason=AGAIN)
        return WithdrawalProposal.objects.create(
            enrolment=held,
            effective_on=on,
            told_on=told_on,
            last_activity_on=last_activity_on,
            reason=reason,
            other_reasons=without(reason, other_reasons),
            destination=destination,
            note=note,
        )


def decide_withdrawal(
    *, by: Any, proposal: WithdrawalProposal, approved: bool, note: str = ""
) -> Event | None:
    """Approve a proposal, which records the withdrawal, or refuse it, which needs a reason.

    Raises RuleBroken for the proposer, and Conflict if it was decided or taken back in the
    meantime.
    """
    if not approved and not note.strip():
        raise RuleBroken("Give the reason for refusing it.", "note")
    with changing(proposal.enrolment, by=by) as history:
        held = _waiting(proposal)
        own = getattr(by, "person_id", None)
        check_approver(
            approver=actor_name(by),
            proposer=held.recorded_by,
            is_learner=own == history.enrolment.person_id,
        )
        WithdrawalVerdict.objects.create(
            proposal=proposal, effective_on=today(), approved=approved, note=note.strip()
        )
        if not approved:
            return None
        event = history.add(
            "withdrawn",
            proposal.effective_on,
            reason=proposal.reason,
            other_reasons=proposal.other_reasons,
            ended_by=proposal.ended_by,
            destination=proposal.destination,
            note=proposal.note,
            approved_by_id=own,
        )
        not_asked = WithdrawalDetail.WouldReturn.NOT_ASKED
        add_detail(
            history, proposal.effective_on, proposal.told_on, proposal.last_activity_on, not_asked
        )
        return event


def take_back(*, by: Any, proposal: WithdrawalProposal, reason: str) -> None:
    """Take back a proposal made in error.

    Raises Conflict if it was decided or taken back in the meantime.
    """
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    with changing(proposal.enrolment, by=by, reason=reason):
        _waiting(proposal)
        void([proposal], by=by, reason=reason.strip())


def _waiting(proposal: WithdrawalProposal) -> WithdrawalProposal:
    """Return the proposal as it is now. Raises Conflict if it no longer waits."""
    held = WithdrawalProposal.objects.live().filter(pk=proposal.pk).first()
    if held is None or WithdrawalVerdict.objects.live().filter(proposal=held).exists():
        raise Conflict("This proposal has been decided or taken back by somebody else.")
    return held
