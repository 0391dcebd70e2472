"""The progression board: refer a learner to it, record what it decided (rule C2 44)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.changing import changing
from learners.models import Enrolment, Event
from pqip.core.errors import RuleBroken


def refer_to_board(*, by: Any, enrolment: Enrolment, on: dt.date, note: str) -> Event:
    """Refer a learner about whose progress there is concern; `note` says what it is."""
    with changing(enrolment, by=by) as history:
        return history.add("referred_to_board", on, note=note)


def record_board_decision(*, by: Any, enrolment: Enrolment, on: dt.date, board_outcome: str, note: str = "") -> Event:
    """Record what the board decided. Raises RuleBroken without a referral on or before that day."""
    with changing(enrolment, by=by) as history:
        referred = (e.effective_on for e in history.events if e.kind == "referred_to_board")
        if not any(day <= on for day in referred):
            raise RuleBroken("There is no referral to the board on or before that date.", "effective_on")
        return history.add("board_decision", on, board_outcome=board_outcome, note=note)
