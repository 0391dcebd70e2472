"""Challenges: a learner says that something on their record is wrong, and somebody else answers."""

from __future__ import annotations

from typing import Any

from learners.models import Challenge, Enrolment
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, supersede


def challenge(*, by: Any, enrolment: Enrolment, item: str, says: str) -> Challenge:
    """Record what the learner says is wrong with `item`.

    The same words again, while they wait for an answer, are recorded once.
    """
    if not says.strip():
        raise RuleBroken("Say what is wrong.", "says")
    with acting_as(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        content = {"enrolment": enrolment, "item": item.strip(), "says": says.strip()}
        waiting = Challenge.objects.live().filter(outcome="", **content).first()
        return waiting or Challenge.objects.create(effective_on=today(), **content)


def answer_challenge(*, by: Any, challenge: Challenge, outcome: str, answer: str) -> Challenge:
    """Record that the item was corrected, or is right as recorded, and why.

    Raises RuleBroken for the learner themselves, and Conflict if it is answered already.
    """
    if getattr(by, "person_id", None) == challenge.enrolment.person_id:
        raise RuleBroken("Somebody else must answer what you said is wrong.")
    if not answer.strip():
        raise RuleBroken("Say what was done, or why it stands.", "answer")
    with acting_as(by=by):
        held = lock_live(challenge, "This has been answered by somebody else.", outcome="")
        return supersede(
            held,
            by=by,
            reason="Answered",
            outcome=outcome,
            answer=answer.strip(),
            answered_on=today(),
        )
