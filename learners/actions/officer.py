"""After completion: the officer's post, and what is kept of the newly qualified's protection."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.models import Enrolment, Event, NewlyQualified, NewlyQualifiedWorkshop, OfficerPost
from learners.rules.qualified import PERCENT, last_protected_day
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from workforce.models import Pdu, Person, Region

NOT_COMPLETED = "They have not completed by that date."


def offer_post(
    *, by: Any, enrolment: Enrolment, on: dt.date, region: Region, pdu: Pdu | None = None, preference_met: bool | None = None
) -> OfficerPost:
    """A post offered on a day. Raises RuleBroken while another offer is open or accepted, or before they are near the end."""
    if pdu is not None and pdu.region_id != region.pk:
        raise RuleBroken(f"This unit is not in {region}.", "pdu")
    _check_not_to_come(on, "on")
    with act(by=by):
        held = _hold(enrolment)
        if held.status not in {"active", "deferred", "completed"}:
            raise RuleBroken("A post is offered to those on the programme, or who have completed it.")
        before = OfficerPost.objects.live().filter(enrolment=held).exclude(answer=OfficerPost.Answer.DECLINED)
        if before.exists():
            raise RuleBroken("They have an offer that is open or accepted. Record its answer, or undo it, first.")
        return OfficerPost.objects.create(
            enrolment=held, effective_on=on, region=region, pdu=pdu, preference_met=preference_met
        )


def answer_post(*, by: Any, post: OfficerPost, answer: str, on: dt.date) -> OfficerPost:
    """They accepted or declined. Raises RuleBroken for a day before the offer or to come, Conflict where it was answered."""
    _check_not_to_come(on, "on")
    if on < post.effective_on:
        raise RuleBroken("The answer cannot come before the offer.", "on")
    with act(by=by):
        _hold(post.enrolment)
        if post.answer:
            raise Conflict("This offer has been answered already.")
        return supersede(post, by=by, reason="Answered", answer=answer, answered_on=on)


def undo_post(*, by: Any, post: OfficerPost, reason: str) -> None:
    """The offer was recorded in error."""
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    void([post], by=by, reason=reason.strip())


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
    """Nine months of protection from their first day as an officer, and what is kept of it (rule C4 69).

    What was recorded before is voided and kept. Raises RuleBroken where they had not completed by that day.
    """
    if reduction_until is not None and (reduction_from is None or reduction_until < reduction_from):
        raise RuleBroken("The reduction must begin before it ends.", "reduction_until")
    if not 0 < reduction_percent <= 100:
        raise RuleBroken("The reduction must be between 1% and 100%.", "reduction_percent")
    with act(by=by):
        held = _hold(enrolment)
        if any(who is not None and who.pk == held.person_id for who in (mentor, pta)):
            raise RuleBroken("Nobody looks after themselves.", "mentor" if mentor and mentor.pk == held.person_id else "pta")
        _check_completed(held, on)
        void(NewlyQualified.objects.live().filter(enrolment=held), by=by, reason="Recorded anew")
        return NewlyQualified.objects.create(
            enrolment=held, effective_on=on, protected_until=last_protected_day(on), reduction_percent=reduction_percent,
            reduction_from=reduction_from, reduction_until=reduction_until, mentor=mentor, pta=pta, office_moved=office_moved,
        )


def attend_workshop(*, by: Any, enrolment: Enrolment, title: str, on: dt.date, is_mandatory: bool) -> NewlyQualifiedWorkshop:
    """A workshop for the newly qualified, attended on a day (rule C4 70)."""
    _check_not_to_come(on, "on")
    with act(by=by):
        held = _hold(enrolment)
        _check_completed(held, on)
        if NewlyQualifiedWorkshop.objects.live().filter(enrolment=held, title__iexact=title.strip(), effective_on=on).exists():
            raise RuleBroken("This workshop is recorded for that day already.", "title")
        return NewlyQualifiedWorkshop.objects.create(
            enrolment=held, title=title.strip(), effective_on=on, is_mandatory=is_mandatory
        )


def _hold(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)


def _check_completed(enrolment: Enrolment, on: dt.date) -> None:
    if not Event.objects.live().filter(enrolment=enrolment, kind="completed", effective_on__lte=on).exists():
        raise RuleBroken(NOT_COMPLETED, "on")


def _check_not_to_come(on: dt.date, field: str) -> None:
    if on > today():
        raise RuleBroken("The day cannot be to come.", field)
