"""After completion: the officer's post, and the protection of newly qualified officers.

An accepted post ends the PSO's post and begins an officer's post in its region and unit, from the
first day as an officer (`learners/derived/posts.py`). Undoing the offer undoes that.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.derived.posts import follow_posts
from learners.facts.qualified import protected_until
from learners.facts.qualified_officers import officers
from learners.models import Enrolment, Event, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.models.holding import hold
from learners.rules.qualified import PERCENT
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from workforce.models import Pdu, Person, Region

NOT_COMPLETED = "They have not completed by that date."
OVER_BY_THEN = (
    "Their protection was over by that day. It counts from their first day as an officer on record."
)


def offer_post(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    region: Region,
    pdu: Pdu | None = None,
    preference_met: bool | None = None,
) -> OfficerPost:
    """Record the offer of a post on a day.

    Raises RuleBroken while another offer is open or accepted, and for somebody who is not on the
    programme and has not completed it.
    """
    if pdu is not None and pdu.region_id != region.pk:
        raise RuleBroken(f"This unit is not in {region}.", "pdu")
    _check_not_to_come(on, "on")
    with acting_as(by=by):
        held = _hold(enrolment)
        if held.status not in {"active", "deferred", "completed"}:
            raise RuleBroken(
                "A post is offered to those on the programme, or who have completed it."
            )
        before = (
            OfficerPost.objects.live()
            .filter(enrolment=held)
            .exclude(answer=OfficerPost.Answer.DECLINED)
        )
        if before.exists():
            raise RuleBroken(
                "They have an offer that is open or accepted. Record its answer, or undo it, first."
            )
        return OfficerPost.objects.create(
            enrolment=held, effective_on=on, region=region, pdu=pdu, preference_met=preference_met
        )


def answer_post(
    *, by: Any, post: OfficerPost, answer: str, on: dt.date, begins_on: dt.date | None = None
) -> OfficerPost:
    """Record that they accepted the post, to begin on a day, or declined it.

    Without that day the post begins with the answer, or once they have completed. Raises RuleBroken
    for a day before the offer or to come, and Conflict if it is answered already.
    """
    _check_not_to_come(on, "on")
    if on < post.effective_on:
        raise RuleBroken("The answer cannot come before the offer.", "on")
    if begins_on is not None and answer != OfficerPost.Answer.ACCEPTED:
        raise RuleBroken("A first day goes with a post that was accepted.", "begins_on")
    with acting_as(by=by):
        held = _hold(post.enrolment)
        if post.answer:
            raise Conflict("This offer has been answered already.")
        ended = (
            Event.objects.live()
            .filter(enrolment=held, kind="completed")
            .values_list("effective_on", flat=True)
            .first()
        )
        if begins_on is not None and ended is not None and begins_on < ended:
            raise RuleBroken(
                "The first day as an officer cannot come before the day they completed.",
                "begins_on",
            )
        answered = supersede(
            post, by=by, reason="Answered", answer=answer, answered_on=on, begins_on=begins_on
        )
        follow_posts([held.person_id])
        return answered


def undo_post(*, by: Any, post: OfficerPost, reason: str) -> None:
    """Undo an offer recorded in error, and the post that followed from it."""
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    with acting_as(by=by, reason=reason.strip()):
        held = _hold(post.enrolment)
        void([post], by=by, reason=reason.strip())
        follow_posts([held.person_id])


def record_protection(
    *,
    by: Any,
    enrolment: Enrolment,
    on: dt.date,
    reduction_percent: int = PERCENT,
    reduction_from: dt.date | None = None,
    reduction_until: dt.date | None = None,
    mentor: Person | None = None,
    pta: Person | None = None,
    office_moved: bool | None = None,
) -> NewlyQualified:
    """Record nine months of protection and what the officer receives in that time (rule C4 69).

    The protection begins with the first day as an officer, or with qualifying if that is later. The
    first day is that of the recorded post, or `on` if none is recorded. What was recorded before is
    voided and kept. Raises RuleBroken if they had not completed by that day, and if the protection
    was over by then.
    """
    if reduction_until is not None and (reduction_from is None or reduction_until < reduction_from):
        raise RuleBroken("The reduction must begin before it ends.", "reduction_until")
    if not 0 < reduction_percent <= 100:
        raise RuleBroken("The reduction must be between 1% and 100%.", "reduction_percent")
    with acting_as(by=by):
        held = _hold(enrolment)
        if any(who is not None and who.pk == held.person_id for who in (mentor, pta)):
            raise RuleBroken(
                "Nobody looks after themselves.",
                "mentor" if mentor and mentor.pk == held.person_id else "pta",
            )
        _check_completed(held, on)
        officer = officers(max(on, today()), None, [held.pk]).get(held.pk)
        until = protected_until(on, officer)
        if until < on:
            raise RuleBroken(OVER_BY_THEN, "on")
        void(NewlyQualified.objects.live().filter(enrolment=held), by=by, reason="Recorded anew")
        return NewlyQualified.objects.create(
            enrolment=held,
            effective_on=on,
            protected_until=until,
            reduction_percent=reduction_percent,
            reduction_from=reduction_from,
            reduction_until=reduction_until,
            mentor=mentor,
            pta=pta,
            office_moved=office_moved,
        )


def attend_workshop(
    *, by: Any, enrolment: Enrolment, title: str, on: dt.date, is_mandatory: bool
) -> NewlyQualifiedWorkshop:
    """Record a workshop for the newly qualified that was attended on a day (rule C4 70)."""
    _check_not_to_come(on, "on")
    with acting_as(by=by):
        held = _hold(enrolment)
        _check_completed(held, on)
        if (
            NewlyQualifiedWorkshop.objects.live()
            .filter(enrolment=held, title__iexact=title.strip(), effective_on=on)
            .exists()
        ):
            raise RuleBroken("This workshop is recorded for that day already.", "title")
        return NewlyQualifiedWorkshop.objects.create(
            enrolment=held, title=title.strip(), effective_on=on, is_mandatory=is_mandatory
        )


def _hold(enrolment: Enrolment) -> Enrolment:
    """Lock the person and the enrolment, and return the enrolment as it is now."""
    hold(people=[enrolment.person_id], enrolments=[enrolment.pk])
    return Enrolment.objects.get(pk=enrolment.pk)


def _check_completed(enrolment: Enrolment, on: dt.date) -> None:
    if (
        not Event.objects.live()
        .filter(enrolment=enrolment, kind="completed", effective_on__lte=on)
        .exists()
    ):
        raise RuleBroken(NOT_COMPLETED, "on")


def _check_not_to_come(on: dt.date, field: str) -> None:
    if on > today():
        raise RuleBroken("The day cannot be to come.", field)
