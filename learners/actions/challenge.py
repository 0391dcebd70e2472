"""A learner says that something on their record is wrong, and somebody else answers."""

from __future__ import annotations

from typing import Any

from learners.models import Challenge, Enrolment
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, take_hold


def challenge(*, by: Any, enrolment: Enrolment, item: str, says: str) -> Challenge:
    """The learner says what is wrong with `item`. The same words again while they wait are the same challenge."""
    if not says.strip():
        raise RuleBroken("Say what is wrong.", "says")
    with act(by=by):
        Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        said = {"enrolment": enrolment, "item": item.strip(), "says": says.strip()}
        waiting = Challenge.objects.live().filter(outcome="", **said).first()
        return waiting or Challenge.objects.create(effective_on=today(), **said)


def answer_challenge(*, by: Any, challenge: Challenge, outcome: str, answer: str) -> Challenge:
    """It has been corrected, or stands as recorded, with why.

    Raises RuleBroken for the learner themself, Conflict where it has been answered.
    """
    if getattr(by, "person_id", None) == challenge.enrolment.person_id:
        raise RuleBroken("Somebody else must answer what you said is wrong.")
    if not answer.strip():
        raise RuleBroken("Say what was done, or why it stands.", "answer")
    with act(by=by):
        held = take_hold(challenge, "This has been answered by somebody else.", outcome="")
        return supersede(held, by=by, reason="Answered", outcome=outcome, answer=answer.strip(), answered_on=today())
