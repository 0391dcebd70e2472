"""Reviews by three parties: plan, hold, record what each says, agree, and set actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings

from learners.models import Enrolment, Manageable, Review, ReviewAction, ReviewPart, Segment
from learners.models.enrolments import GOING, Status
from learners.models.holding import hold
from learners.models.reviews import Party
from learners.rules.reviews import MONTHS, check_held, due_days
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import lock_live, supersede, supersede_all, void
from pqip.core.pii_check import refuse_case_identifiers
from workforce.models import Person

LAID_ANEW = "Reviews laid out anew"
NOBODY_ELSE = "Each party speaks for themself."


def months_between() -> int:
    """Return the number of months between reviews."""
    return int(getattr(settings, "PQIP_REVIEW_MONTHS", MONTHS))


def plan_reviews(*, by: Any, enrolment: Enrolment) -> list[Review]:
    """Plan three-way reviews from the start to the planned end, around breaks, and return the new
    ones.

    Reviews that were held, are due by today, or have anything recorded stay. Others that are not on
    the new schedule are voided.
    """
    with acting_as(by=by, reason=LAID_ANEW):
        hold(people=[enrolment.person_id], enrolments=[enrolment.pk])
        held = Enrolment.objects.get(pk=enrolment.pk)
        if held.status not in GOING:
            raise RuleBroken("Reviews are laid out for those on the programme, or about to start.")
        if held.start_date is None or held.planned_end is None:
            raise RuleBroken(
                "Reviews follow the start and the planned end, which are not both known."
            )
        away = (
            Segment.objects.filter(enrolment=held, status=Status.DEFERRED)
            .exclude(to_on=None)
            .order_by("from_on")
        )
        breaks = [
            (first, last)
            for first, last in away.values_list("from_on", "to_on")
            if last is not None
        ]
        wanted = set(due_days(held.start_date, held.planned_end, months_between(), breaks))
        rows = list(Review.objects.live().filter(person=held.person_id))
        with_content: set[dt.date] = set()
        for ledger in (ReviewPart, ReviewAction, Manageable):
            with_content |= set(
                ledger.objects.live().filter(person=held.person_id).values_list("due_on", flat=True)
            )
        stale = [
            row
            for row in rows
            if row.held_on is None
            and row.kind == Review.Kind.THREE_WAY
            and row.effective_on > today()
            and row.effective_on not in wanted | with_content
        ]
        void(stale, by=by, reason=LAID_ANEW)
        missing = sorted(wanted - {row.effective_on for row in rows})
        return Review.objects.bulk_create(
            Review(person_id=held.person_id, effective_on=day) for day in missing if day >= today()
        )


def hold_review(*, by: Any, person: Person, due_on: dt.date, held_on: dt.date) -> Review:
    """Record that the review due on that day was held.

    The same day again changes nothing. Another day voids what the parties agreed.
    """
    check_held(held_on, today())
    with acting_as(by=by):
        hold(people=[person.pk])
        row = _review(person.pk, due_on)
        if row.held_on == held_on:
            return row
        agree_anew([(person.pk, due_on)], by=by)
        return supersede(row, by=by, reason="Held", held_on=held_on)


def agree_anew(reviews: Collection[tuple[int, dt.date]], *, by: Any) -> None:
    """Void what the parties agreed about these reviews (person, due day), which were held on
    another day.
    """
    people, days = {person for person, _ in reviews}, {due_on for _, due_on in reviews}
    agreed = (
        ReviewPart.objects.live().filter(person__in=people, due_on__in=days).exclude(agreed_on=None)
    )
    stale = [part for part in agreed if (part.person_id, part.due_on) in set(reviews)]
    supersede_all(stale, by=by, reason="Held on another day", agreed_on=None)


def parties_of(user: Any, enrolment: Enrolment) -> list[Party]:
    """Return which of the three parties a user is.

    They are two if the assessor is also the line manager.
    """
    who = getattr(user, "person_id", None)
    if who is None:
        return []
    parties = (
        (Party.LEARNER, enrolment.person_id),
        (Party.PTA, enrolment.pta_id),
        (Party.LINE_MANAGER, enrolment.line_manager_id),
    )
    return [party for party, person in parties if person == who]


def say(*, by: Any, enrolment: Enrolment, due_on: dt.date, said: str) -> ReviewPart:
    """Record what a party says at a review, in their own words.

    Other words void their agreement. Raises RuleBroken for blank words and for anybody but the
    three parties.
    """
    if not said.strip():
        raise RuleBroken("Enter what you say.", "said")
    refuse_case_identifiers("said", said)
    return _part(by, enrolment, due_on, said=said.strip())


def agree(*, by: Any, enrolment: Enrolment, due_on: dt.date) -> ReviewPart:
    """Record that a party agrees the record of a review.

    Raises RuleBroken if it was not held yet, and for anybody but the three parties.
    """
    if _review(enrolment.person_id, due_on).held_on is None:
        raise RuleBroken("A review is agreed once it has been held.")
    return _part(by, enrolment, due_on, agreed_on=today())


def _part(by: Any, enrolment: Enrolment, due_on: dt.date, **stated: Any) -> ReviewPart:
    """Record the statement for each party that the user is, and return the last."""
    parties = parties_of(by, enrolment)
    if not parties:
        raise RuleBroken(NOBODY_ELSE)
    with acting_as(by=by):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.person_id)
        _review(enrolment.person_id, due_on)
        rows = ReviewPart.objects.live().filter(person=enrolment.person_id, due_on=due_on)
        held = {row.party: row for row in rows}
        return [
            _state(held.get(party), enrolment.person_id, due_on, party, by, stated)
            for party in parties
        ][-1]


def _state(
    held: ReviewPart | None,
    person: int,
    due_on: dt.date,
    party: Party,
    by: Any,
    stated: dict[str, Any],
) -> ReviewPart:
    if held is None:
        return ReviewPart.objects.create(
            person_id=person, due_on=due_on, party=party, effective_on=today(), **stated
        )
    if stated.get("said") == held.said or (stated.get("agreed_on") and held.agreed_on):
        return held
    more = {"agreed_on": None, "effective_on": today()} if "said" in stated else {}
    return supersede(held, by=by, reason="Said at the review", **stated, **more)


def answer_manageable(
    *, by: Any, enrolment: Enrolment, due_on: dt.date, answer: str
) -> Manageable | None:
    """Record the learner's own optional answer; a blank answer removes it.

    Raises RuleBroken for anybody else.
    """
    if Party.LEARNER not in parties_of(by, enrolment):
        raise RuleBroken("Only the learner answers this.")
    with acting_as(by=by):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.person_id)
        _review(enrolment.person_id, due_on)
        held = Manageable.objects.live().filter(person=enrolment.person_id, due_on=due_on)
        if held.filter(answer=answer).exists():
            return held.first()
        void(held, by=by, reason="Answered anew")
        if not answer:
            return None
        return Manageable.objects.create(
            person_id=enrolment.person_id, due_on=due_on, answer=answer, effective_on=today()
        )


def add_action(
    *, by: Any, person: Person, due_on: dt.date, owner: str, what: str, do_by: dt.date
) -> ReviewAction:
    """Record an action that a party agreed to do by a day. Sent twice, it is recorded once."""
    if not what.strip():
        raise RuleBroken("Enter what is to be done.", "what")
    refuse_case_identifiers("what", what)
    with acting_as(by=by):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        _review(person.pk, due_on)
        stated = {
            "person": person,
            "due_on": due_on,
            "owner": owner,
            "what": what.strip(),
            "do_by": do_by,
        }
        same = ReviewAction.objects.live().filter(done_on=None, **stated).first()
        return same or ReviewAction.objects.create(effective_on=today(), **stated)


def finish_action(*, by: Any, action: ReviewAction, on: dt.date) -> ReviewAction:
    """Record the day on which an action was done. Raises Conflict if that is recorded already."""
    if on > today():
        raise RuleBroken("It cannot have been done on a day to come.", "on")
    with acting_as(by=by):
        held = lock_live(action, "Somebody else has recorded this already.", done_on=None)
        return supersede(held, by=by, reason="Done", done_on=on)


def _review(person_id: int, due_on: dt.date) -> Review:
    row = (
        Review.objects.live()
        .select_for_update(no_key=True, of=("self",))
        .filter(person=person_id, effective_on=due_on)
        .first()
    )
    if row is None:
        raise Conflict("This review has been moved or taken back.")
    return row
