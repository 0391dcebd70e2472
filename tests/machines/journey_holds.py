"""What must hold of the journey after every step, said from the facts anew."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from django.db.models import Q

from assessments.models import AssessorRecord
from learners.derived.posts import people_behind
from learners.facts.posts import differences
from learners.models import (
    Allocation,
    BoardAppeal,
    Enrolment,
    Event,
    ModuleResult,
    WithdrawalVerdict,
)
from pqip.core.clock import today
from tests.machines.driver import Broken
from tests.machines.journey_world import JourneyWorld
from tests.machines.world import ledger_proved, one_instant
from workforce.models import PersonMerge, Spell

#: From each status the words that may follow, as the contract has them (*Facts and dates*).
LEGAL = {
    "due_to_start": {
        "started": "active",
        "did_not_start": "did_not_start",
        "withdrawn": "did_not_start",
    },
    "active": {"deferred": "deferred", "withdrawn": "withdrawn", "completed": "completed"},
    "deferred": {"resumed": "active", "withdrawn": "withdrawn"},
    "withdrawn": {},
    "completed": {},
    "did_not_start": {},
}
ORDER = ["started", "did_not_start", "deferred", "resumed", "withdrawn", "completed"]
BOARD = ["referred_to_board", "board_decision"]
HERE = ("due_to_start", "active", "deferred")
LAST = dt.date.max
#: Grades that no learner holds any more.
QUALIFIED = {"PO", "SPO", "PTA", "SPTA", "VQ3A", "QDO"}


def holds(world: JourneyWorld) -> Iterator[Broken]:
    places = list(Enrolment.objects.select_related("entry_cohort"))
    events: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.live():
        events[event.enrolment_id].append(event)
    for place in places:
        yield from histories_are_legal(world, place, events[place.pk])
        yield from standing_is_told(world, place, events[place.pk])
        yield from the_board_hears_one_at_a_time(world, place, events[place.pk])
    yield from one_place_at_a_time(world, places)
    yield from the_service_ends_with_two(world, events)
    yield from recorded_after_enrolled(world, places)
    yield from looked_after_by_another(world)
    yield from named_by_the_rule(world)
    yield from attempts_follow(world)
    yield from one_post_at_a_time(world)
    yield from posts_follow(world)
    yield from ledger_proved(world, "learners")
    yield from ledger_proved(world, "workforce")
    yield from one_instant(world)


def walked(events: Iterable[Event], until: dt.date = LAST) -> tuple[str, Event | None]:
    """The status that the words lead to, and the first that may not follow."""
    status = "due_to_start"
    told = [event for event in events if event.kind in ORDER and event.effective_on <= until]
    for event in sorted(told, key=lambda one: (one.effective_on, ORDER.index(one.kind), one.pk)):
        if event.kind not in LEGAL[status]:
            return status, event
        status = LEGAL[status][event.kind]
    return status, None


def histories_are_legal(
    world: JourneyWorld, place: Enrolment, events: list[Event]
) -> Iterator[Broken]:
    status, wrong = walked(events)
    if wrong is not None:
        yield Broken(f"{wrong.kind} after {status}", world.of(place))
    if sum(event.kind == "enrolled" for event in events) != 1:
        yield Broken("a place without its first terms", world.of(place))


def standing_is_told(
    world: JourneyWorld, place: Enrolment, events: list[Event]
) -> Iterator[Broken]:
    status, _wrong = walked(events, today())
    if place.status != status:
        yield Broken(
            "a place stands otherwise than its events say",
            f"{world.of(place)}: {place.status}, events say {status}",
        )


def the_board_hears_one_at_a_time(
    world: JourneyWorld, place: Enrolment, events: list[Event]
) -> Iterator[Broken]:
    """A referral, its decision on that day or later, another referral after that day; an appeal against a decision on record.

    A job's file may load history in which a decision was recorded nowhere: then a referral may follow another.
    """
    board = [event for event in events if event.kind in BOARD]
    decided = {event.effective_on for event in board if event.kind == "board_decision"}
    for appeal in BoardAppeal.objects.live().filter(enrolment=place):
        if (
            appeal.decision_on not in decided
            or not 0 <= (appeal.effective_on - appeal.decision_on).days <= 28
        ):
            yield Broken("an appeal without its decision, or out of time", world.of(place))
    by_job = Q(recorded_by="job:import") | Q(voided_by="job:import")
    may_follow = Event.objects.filter(by_job, enrolment=place, kind__in=BOARD).exists()
    days = sorted((event.effective_on, BOARD.index(event.kind)) for event in board)
    for number, (on, is_decision) in enumerate(days):
        before, was_decision = days[number - 1] if number else (None, 1)
        if is_decision and was_decision:
            yield Broken("a decision of nothing that was referred", f"{world.of(place)} on {on}")
        if not is_decision and not may_follow and (not was_decision or before == on):
            yield Broken("two referrals at once", f"{world.of(place)} on {on}")


def one_place_at_a_time(world: JourneyWorld, places: list[Enrolment]) -> Iterator[Broken]:
    open_: dict[int, list[str]] = defaultdict(list)
    for place in places:
        if place.status in HERE:
            open_[place.person_id].append(place.entry_cohort.code)
    for person, cohorts in open_.items():
        if len(cohorts) > 1:
            yield Broken(
                "two places at once", f"{world.name(person)}: {', '.join(sorted(cohorts))}"
            )


def the_service_ends_with_two(
    world: JourneyWorld, events: dict[int, list[Event]]
) -> Iterator[Broken]:
    """What the Service ends was proposed by one and approved by another, or the file named who approved."""
    approved = {
        (one.proposal.enrolment_id, one.proposal.effective_on): one
        for one in WithdrawalVerdict.objects.live().filter(approved=True).select_related("proposal")
    }
    for own in events.values():
        for event in own:
            if event.kind == "withdrawn" and event.ended_by == "service":
                verdict = approved.get((event.enrolment_id, event.effective_on))
                by_file = (
                    event.recorded_by == "job:import"
                )  # history from before the region was opened needs none
                if verdict is None and event.approved_by_id is None and not by_file:
                    yield Broken(
                        "ended by the Service, approved by nobody", world.of(event.enrolment)
                    )
                elif verdict is not None and verdict.recorded_by == verdict.proposal.recorded_by:
                    yield Broken(
                        "ended by the Service, approved by who proposed it",
                        world.of(event.enrolment),
                    )


def recorded_after_enrolled(world: JourneyWorld, places: list[Enrolment]) -> Iterator[Broken]:
    first = Event.objects.filter(kind="enrolled").order_by("-recorded_at")
    began = dict(first.values_list("enrolment", "recorded_at"))
    for place in places:
        early = (
            Event.objects.filter(enrolment=place, recorded_at__lt=began[place.pk]).first()
            if place.pk in began
            else None
        )
        if early is not None:
            yield Broken("recorded before its enrolment", f"{world.of(place)}: {early.kind}")


def looked_after_by_another(world: JourneyWorld) -> Iterator[Broken]:
    rows: dict[Any, list[Allocation]] = defaultdict(list)
    for row in Allocation.objects.live().order_by("effective_on"):
        rows[row.person_id, row.role, row.unit].append(row)
        if row.person_id == row.other_id:
            yield Broken("looks after themself", f"{world.name(row.person_id)} as {row.role}")
    for (person, role, _unit), own in rows.items():
        for one, other in pairwise(own):
            if (one.ended_on or LAST) >= other.effective_on:
                yield Broken("two at once in one role", f"{role} of {world.name(person)}")


def named_by_the_rule(world: JourneyWorld) -> Iterator[Broken]:
    """Whoever is named as assessor or countersigner might be, on the day it was recorded: of an assessor's or an officer's grade,
    or registered for the award, and no learner. What is only recorded anew, as when it ends, is not asked again."""
    rows = Allocation.objects.live().filter(
        role__in=("pta", "countersigner"), recorded_at__gt=world.since
    )
    for row in rows.select_related("other__grade"):
        if Allocation.objects.filter(
            role=row.role, effective_on=row.effective_on, voided_at=row.recorded_at
        ).exists():
            continue
        who = f"{world.name(row.other_id)} of {world.name(row.person_id)} from {row.effective_on} to {row.ended_on}"
        award = AssessorRecord.objects.live().filter(person=row.other_id).first()
        grades = grades_within(row)
        if row.role == "countersigner":
            if award is None or award.achieved_on is None or award.countersign_from is None:
                yield Broken("a countersigner without award or authority", who)
        elif grades & {"PSO", "CA"} and not (award and (award.registered_on or award.achieved_on)):
            yield Broken("an assessor of a grade that does not assess", who)
        is_now = row.effective_on <= today() <= (row.ended_on or LAST)
        here = Enrolment.objects.filter(person=row.other_id, status__in=("active", "deferred"))
        if is_now and not grades & QUALIFIED and here.exists():
            yield Broken(f"a learner is {row.role}", who)


def grades_within(row: Allocation) -> set[str]:
    """The grades of whoever is named on the days of it; that of their record where no post is known."""
    posts = list(Spell.objects.live().filter(person=row.other_id).select_related("grade"))
    if not posts:
        return {row.other.grade.code} if row.other.grade else set()
    return {
        one.grade.code
        for one in posts
        if one.effective_on <= (row.ended_on or LAST) and row.effective_on <= (one.ended_on or LAST)
    }


def attempts_follow(world: JourneyWorld) -> Iterator[Broken]:
    live = ModuleResult.objects.live().select_related("enrolment")
    rows = {(one.enrolment_id, one.module_id, one.attempt): one for one in live}
    for (place, module, attempt), one in rows.items():
        if attempt > 1 and getattr(rows.get((place, module, attempt - 1)), "outcome", "") != "fail":
            yield Broken(
                "an attempt without a fail before it",
                f"{world.of(one.enrolment)}, attempt {attempt}",
            )


def one_post_at_a_time(world: JourneyWorld) -> Iterator[Broken]:
    rows: dict[int, list[Spell]] = defaultdict(list)
    for row in Spell.objects.live().order_by("effective_on"):
        rows[row.person_id].append(row)
    for person, own in rows.items():
        for one, other in pairwise(own):
            if (one.ended_on or LAST) >= other.effective_on:
                yield Broken("two posts at once", world.name(person))


def posts_follow(world: JourneyWorld) -> Iterator[Broken]:
    """Posts are at every moment what the programme and HR say of them together.

    Of whom nobody but the programme ever stated a post, and whose record was never merged, the two agree today.
    """
    for person in people_behind():
        yield Broken("a post that does not follow what was said", world.name(person))
    stated = set(Spell.objects.filter(follows_programme=False).values_list("person", flat=True))
    merged = {key for pair in PersonMerge.objects.values_list("stays", "goes") for key in pair}
    for each in differences(today()):
        if each.kind != "not_told" and each.person_id not in stated | merged:
            yield Broken(
                "a post that does not follow the programme",
                f"{world.name(each.person_id)}: {each.kind}",
            )
