"""A line manager confirms that they have read what they must know about a learner."""

from __future__ import annotations

from typing import Any

from learners.models import Enrolment, ManagerAcknowledgement
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import void


def acknowledge(*, by: Any, enrolment: Enrolment) -> ManagerAcknowledgement:
    """Record that their line manager has read it today, replacing an earlier confirmation.

    Raises RuleBroken for anybody else.
    """
    with acting_as(by=by):
        held = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        if held.line_manager_id is None or getattr(by, "person_id", None) != held.line_manager_id:
            raise RuleBroken("Only their line manager can say that they have read this.")
        before = ManagerAcknowledgement.objects.live().filter(
            enrolment=held, manager_id=held.line_manager_id
        )
        void(before, by=by, reason="Read again")
        return ManagerAcknowledgement.objects.create(
            enrolment=held, manager_id=held.line_manager_id, effective_on=today()
        )
