"""What must hold of the journey after every step, said from the facts anew."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from assessments.models import AssessorRecord
from learners.models import Allocation, Enrolment, Event, ModuleResult, WithdrawalVerdict
from pqip.core.clock import today
from tests.machines.driver import Broken
from tests.machines.journey_world import JourneyWorld
from tests.machines.world import ledger_proved, one_instant
from workforce.models import Spell

#: From each status the words that may follow, as the contract has them (*Facts and dates*).
LEGAL = {
    "due_to_start": {"started": "active", "did_not_start": "did_not_start", "withdrawn": "did_not_start"},
    "active": {"deferred": "deferred", "withdrawn": "withdrawn", "completed": "completed"},
    "deferred": {"resumed": "active", "withdrawn": "withdrawn"},
    "withdrawn": {}, "completed": {}, "did_not_start": {},
}
ORDER = ["started", "did_not_start", "deferred", "resumed", "withdrawn", "completed"]
HERE = ("due_to_start", "active", "deferred")
LAST = dt.date.max


def holds(world: JourneyWorld) -> Iterator[Broken]:
    places = list(Enrolment.objects.select_related("entry_cohort"))
    events: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.live():
        events[event.enrolment_id].append(event)
    for place in places:
        yield from histories_are_legal(world, place, events[place.pk])
        yield from standing_is_told(world, place, events[place.pk])
    yield from one_place_at_a_time(world, places)
    yield from the_service_ends_with_two(world, events)
    yield from recorded_after_enrolled(world, places)
    yield from looked_after_by_another(world)
    yield from attempts_follow(world)
    yield from one_post_at_a_time(world)
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


def histories_are_legal(world: JourneyWorld, place: Enrolment, events: list[Event]) -> Iterator[Broken]:
    status, wrong = walked(events)
    if wrong is not None:
        yield Broken(f"{wrong.kind} after {status}", world.of(place))
    if sum(event.kind == "enrolled" for event in events) != 1:
        yield Broken("a place without its first terms", world.of(place))


def standing_is_told(world: JourneyWorld, place: Enrolment, events: list[Event]) -> Iterator[Broken]:
    status, _wrong = walked(events, today())
    if place.status != status:
        yield Broken("a place stands otherwise than its events say", f"{world.of(place)}: {place.status}, events say {status}")


def one_place_at_a_time(world: JourneyWorld, places: list[Enrolment]) -> Iterator[Broken]:
    open_: dict[int, list[str]] = defaultdict(list)
    for place in places:
        if place.status in HERE:
            open_[place.person_id].append(place.entry_cohort.code)
    for person, cohorts in open_.items():
        if len(cohorts) > 1:
            yield Broken("two places at once", f"{world.name(person)}: {', '.join(sorted(cohorts))}")


def the_service_ends_with_two(world: JourneyWorld, events: dict[int, list[Event]]) -> Iterator[Broken]:
    """What the Service ends was proposed by one and approved by another, or the file named who approved."""
    approved = {
        (one.proposal.enrolment_id, one.proposal.effective_on): one
        for one in WithdrawalVerdict.objects.live().filter(approved=True).select_related("proposal")
    }
    for own in events.values():
        for event in own:
            if event.kind == "withdrawn" and event.ended_by == "service":
                verdict = approved.get((event.enrolment_id, event.effective_on))
                by_file = event.recorded_by == "job:import"  # history from before the region was opened needs none
                if verdict is None and event.approved_by_id is None and not by_file:
                    yield Broken("ended by the Service, approved by nobody", world.of(event.enrolment))
                elif verdict is not None and verdict.recorded_by == verdict.proposal.recorded_by:
                    yield Broken("ended by the Service, approved by who proposed it", world.of(event.enrolment))


def recorded_after_enrolled(world: JourneyWorld, places: list[Enrolment]) -> Iterator[Broken]:
    first = Event.objects.filter(kind="enrolled").order_by("-recorded_at")
    began = dict(first.values_list("enrolment", "recorded_at"))
    for place in places:
        early = Event.objects.filter(enrolment=place, recorded_at__lt=began[place.pk]).first() if place.pk in began else None
        if early is not None:
            yield Broken("recorded before its enrolment", f"{world.of(place)}: {early.kind}")


def looked_after_by_another(world: JourneyWorld) -> Iterator[Broken]:
    rows: dict[Any, list[Allocation]] = defaultdict(list)
    assessors = set(AssessorRecord.objects.live().values_list("person", flat=True))
    for row in Allocation.objects.live().order_by("effective_on"):
        rows[row.person_id, row.role, row.unit].append(row)
        if row.person_id == row.other_id:
            yield Broken("looks after themself", f"{world.name(row.person_id)} as {row.role}")
        if row.role in ("pta", "countersigner") and row.other_id not in assessors:
            who = f"{world.name(row.other_id)} of {world.name(row.person_id)}"
            yield Broken(f"somebody who is no assessor is {row.role}", who)
    for (person, role, _unit), own in rows.items():
        for one, other in pairwise(own):
            if (one.ended_on or LAST) >= other.effective_on:
                yield Broken("two at once in one role", f"{role} of {world.name(person)}")


def attempts_follow(world: JourneyWorld) -> Iterator[Broken]:
    live = ModuleResult.objects.live().select_related("enrolment")
    rows = {(one.enrolment_id, one.module_id, one.attempt): one for one in live}
    for (place, module, attempt), one in rows.items():
        if attempt > 1 and getattr(rows.get((place, module, attempt - 1)), "outcome", "") != "fail":
            yield Broken("an attempt without a fail before it", f"{world.of(one.enrolment)}, attempt {attempt}")


def one_post_at_a_time(world: JourneyWorld) -> Iterator[Broken]:
    rows: dict[int, list[Spell]] = defaultdict(list)
    for row in Spell.objects.live().order_by("effective_on"):
        rows[row.person_id].append(row)
    for person, own in rows.items():
        for one, other in pairwise(own):
            if (one.ended_on or LAST) >= other.effective_on:
                yield Broken("two posts at once", world.name(person))
