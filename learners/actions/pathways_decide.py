"""Decide a learner's pathway. The rules only advise."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import History, changing
from learners.facts.entry import entry_of
from learners.models import Enrolment, Pathway, PathwayDecision, SelectionAnswer
from learners.models.enrolments import Status
from learners.rules.entry import check_decision, check_open, stated
from pqip.core.acting import acting_as
from pqip.core.ledger import void


def decide_pathway(
    *, by: Any, enrolment: Enrolment, on: dt.date, chosen: Pathway, reason: str = ""
) -> PathwayDecision:
    """Record the pathway decided on a day. A learner on another pathway moves to it from that day.

    A choice that the rules do not advise needs a reason. The answer about a formal procedure is
    deleted, because selection is over. Raises RuleBroken without a needed reason, and as a move to
    another pathway does.
    """
    with changing(enrolment, by=by, reason=reason) as history:
        entry = stated(entry_of(history.enrolment))
        check_decision(chosen, entry.advice, reason)
        _move(history, on, chosen, reason)
        void(
            [row for row in entry.decisions if row.effective_on == on],
            by=by,
            reason=reason or "Decided again",
        )
        decision = PathwayDecision.objects.create(
            enrolment=enrolment,
            effective_on=on,
            rules=entry.rules,
            chosen=chosen,
            reason=reason,
            advised=Pathway.objects.filter(code=entry.advice.pathway).first()
            if entry.advice.pathway
            else None,
        )
        SelectionAnswer.objects.filter(enrolment=enrolment).delete()
    return decision


def forget_selection_answers(*, by: Any) -> None:
    """Delete the answers about a formal procedure of everybody who has started or did not start.

    For them selection is over.
    """
    with acting_as(by=by, reason="Selection is over"):
        SelectionAnswer.objects.exclude(enrolment__status=Status.DUE_TO_START).delete()


def _move(history: History, on: dt.date, chosen: Pathway, reason: str) -> None:
    period = history.period_on(on)
    if period.pathway_id == chosen.pk:
        return
    if period.status == Status.DUE_TO_START and period.start_date is not None:
        check_open(chosen, period.start_date)
    history.add("moved_pathway", on, to_pathway=chosen, note=reason)
