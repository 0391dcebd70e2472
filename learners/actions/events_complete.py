"""Record that a learner completed the programme."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.events import changing
from learners.facts.strands import missing_proof
from learners.models import Enrolment, Event
from pqip.core.errors import RuleBroken

WITHOUT_PROOF = "learners.complete_without_proof"


def complete(*, by: Any, enrolment: Enrolment, on: dt.date, reason: str = "") -> Event:
    """Record that university, vocational and role training are all complete on a day (rule C2 29).

    If the record does not prove all three, `by` needs the permission to record it anyway and a
    reason, which is kept. Raises RuleBroken otherwise, with what is missing.
    """
    with changing(enrolment, by=by, reason=reason) as history:
        missing = missing_proof(enrolment, on)
        if missing:
            _check_excused(by, missing, reason)
        return history.add("completed", on, note=reason if missing else "")


def _check_excused(by: Any, missing: list[str], reason: str) -> None:
    what = "The record does not show that they completed: " + "; ".join(missing) + "."
    if not getattr(by, "can", lambda _: False)(WITHOUT_PROOF):
        raise RuleBroken(what)
    if not reason.strip():
        raise RuleBroken(f"{what} Give the reason for recording it all the same.", "reason")
