"""Support needs: record, change and remove. They say what is done for a learner, never why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Enrolment, SupportNeed
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov
from pqip.core.ledger import lock_live, supersede, void
from workforce.models import Person

MEANWHILE = "Somebody else has changed this."


def add_support(
    *,
    by: Any,
    enrolment: Enrolment,
    agreed_on: dt.date,
    adjustment: str,
    in_place_on: dt.date | None = None,
    review_on: dt.date | None = None,
    owner: Person | None = None,
) -> SupportNeed:
    """Record an adjustment agreed on a day. The same adjustment again is recorded once.

    Raises RuleBroken for days to come, for dates in the wrong order, and if the adjustment is
    recorded for that day with other content.
    """
    _check(agreed_on, in_place_on, review_on)
    with acting_as(by=by):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        content = {
            "in_place_on": in_place_on,
            "review_on": review_on,
            "owner_id": owner.pk if owner else None,
        }
        there = SupportNeed.objects.live().filter(
            enrolment=held, effective_on=agreed_on, adjustment__iexact=adjustment.strip()
        )
        same = there.filter(ended_on=None, **content).first()
        if same is None and there.exists():
            raise RuleBroken(
                "This adjustment is recorded for that day already. Change it instead.", "adjustment"
            )
        return same or SupportNeed.objects.create(
            enrolment=held, effective_on=agreed_on, adjustment=adjustment.strip(), **content
        )


def change_support(
    *,
    by: Any,
    need: SupportNeed,
    agreed_on: dt.date,
    ended_on: dt.date | None = None,
    **content: Any,
) -> SupportNeed:
    """Replace an adjustment by a changed one, or record the day from which it is no longer needed.

    Raises RuleBroken as `add_support` does, and Conflict if somebody changed it.
    """
    _check(agreed_on, content["in_place_on"], content["review_on"])
    if ended_on is not None and ended_on < agreed_on:
        raise RuleBroken(
            f"It was agreed on {date_gov(agreed_on)}; it cannot have ended before.", "ended_on"
        )
    with acting_as(by=by, reason="Changed"):
        held = lock_live(need, MEANWHILE)
        return supersede(
            held, by=by, reason="Changed", effective_on=agreed_on, ended_on=ended_on, **content
        )


def remove_support(*, by: Any, need: SupportNeed, reason: str) -> None:
    """Undo an adjustment recorded in error. Raises Conflict if somebody changed it.

    One that is no longer needed is changed instead.
    """
    with acting_as(by=by, reason=reason):
        void([lock_live(need, MEANWHILE)], by=by, reason=reason)


def _check(agreed_on: dt.date, in_place_on: dt.date | None, review_on: dt.date | None) -> None:
    if agreed_on > today():
        raise RuleBroken("It cannot have been agreed on a day to come.", "agreed_on")
    if in_place_on is not None and in_place_on > today():
        raise RuleBroken(
            "It cannot be in place from a day to come. Leave this blank until it is.", "in_place_on"
        )
    if in_place_on is not None and in_place_on < agreed_on:
        raise RuleBroken(
            f"It was agreed on {date_gov(agreed_on)}; it cannot have been in place before.",
            "in_place_on",
        )
    if review_on is not None and review_on < agreed_on:
        raise RuleBroken(
            f"It was agreed on {date_gov(agreed_on)}; a review cannot be before.", "review_on"
        )
