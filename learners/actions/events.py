"""The frame of every change to an enrolment.

A change is one transaction: it locks, checks the history, and keeps the dates and the post. The
lock on the person and the enrolment makes two users who act at once act one after the other: the
second sees what the first recorded, and learns why their own change no longer fits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from learners.derived.enrolments import refresh
from learners.derived.posts import follow_posts
from learners.facts.timelines import known_timings
from learners.models import Enrolment, Event
from learners.models.holding import hold
from learners.rules.board import at_fault, key
from learners.rules.events import check_history, overtaken_start
from learners.rules.events_terms import ASKED, check_terms
from learners.rules.places import BOUNDS, check_one_place, place_period
from learners.rules.posts import KINDS
from learners.rules.timeline import StatusPeriod, at, timeline
from pqip.core.acting import acting_as
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.formats import date_gov
from pqip.core.ledger import supersede, void

NEVER_STARTED = "Left before the first day, so did not start"


class History:
    """The live events of an enrolment while it is being changed."""

    def __init__(self, enrolment: Enrolment, *, by: Any) -> None:
        self.enrolment = enrolment
        self.by = by
        self.events = list(Event.objects.live().filter(enrolment=enrolment))
        #: Keys of events of the board that did not follow before this change either.
        self.excused = at_fault(self.events)
        #: True if the days of the place may have changed.
        self.days_may_change = False
        #: True if what the programme says about the post may have changed.
        self.post_may_change = False

    def add(self, kind: str, on: dt.date, **content: Any) -> Event:
        """Record an event.

        Raises RuleBroken if it is recorded already or does not fit the other events.
        """
        self._check_other_day(kind, on)
        event = Event(enrolment=self.enrolment, kind=kind, effective_on=on, **content)
        self._check_terms(event)
        overtaken = overtaken_start(self.events, kind, on)
        if overtaken is not None:
            self.undo(overtaken, NEVER_STARTED)
        self.events.append(event)
        self._note(event)
        self.check(event)
        event.save(force_insert=True)
        return event

    def undo(self, event: Event, reason: str) -> None:
        """Void an event."""
        self._note(event)
        void([event], by=self.by, reason=reason)
        self.events = [each for each in self.events if each.pk != event.pk]

    def bring_back_start(self) -> None:
        """Record the start again that a withdrawal before the first day had voided."""
        overtaken = (
            Event.objects.filter(
                enrolment=self.enrolment, kind="started", void_reason=NEVER_STARTED
            )
            .order_by("id")
            .last()
        )
        if overtaken is not None and not any(event.kind == "started" for event in self.events):
            again = Event(
                enrolment=self.enrolment,
                kind="started",
                effective_on=overtaken.effective_on,
                note=overtaken.note,
            )
            again.save(force_insert=True)
            self.events.append(again)
            self._note(again)

    def correct(self, event: Event, reason: str, **changes: Any) -> Event:
        """Void an event and record the corrected one in its place."""
        self.events = [each for each in self.events if each.pk != event.pk]
        self._check_other_day(event.kind, changes.get("effective_on", event.effective_on))
        fresh = supersede(event, by=self.by, reason=reason, **changes)
        if key(event) in self.excused:
            self.excused.add(key(fresh))
        self._check_terms(fresh)
        self.events.append(fresh)
        self._note(fresh)
        self.check(fresh)
        return fresh

    def check(self, new: Event | None = None) -> None:
        """Raise RuleBroken if the live events do not follow from each other."""
        check_history(self.events, new, self.excused)

    def current(self, event: Event) -> Event:
        """Return the event as it is now. Raises Conflict if somebody has undone or corrected it."""
        found = next((each for each in self.events if each.pk == event.pk), None)
        if found is None:
            raise Conflict("This has already been undone or corrected by somebody else.")
        return found

    def period_on(self, on: dt.date) -> StatusPeriod:
        """Return the period of the timeline that holds on a day."""
        return at(timeline(self.events, known_timings()), on)

    def check_one_place(self) -> None:
        """Raise RuleBroken if the place would be held on a day on which the person has another."""
        elsewhere = Event.objects.live().filter(
            enrolment__person=self.enrolment.person_id, kind__in=BOUNDS
        )
        others: dict[int, list[Event]] = {}
        for event in elsewhere.exclude(enrolment=self.enrolment):
            others.setdefault(event.enrolment_id, []).append(event)
        check_one_place(place_period(self.events), map(place_period, others.values()))

    def _check_other_day(self, kind: str, on: dt.date) -> None:
        if any(event.kind == kind and event.effective_on == on for event in self.events):
            raise RuleBroken(f"This is already recorded for {date_gov(on)}.", "effective_on")

    def _note(self, event: Event) -> None:
        self.days_may_change |= event.kind in BOUNDS
        self.post_may_change |= event.kind in KINDS

    def _check_terms(self, event: Event) -> None:
        """Check what the event requires of the learner's terms, without the event itself."""
        check_terms(event, self.period_on(event.effective_on) if event.kind in ASKED else None)


@contextmanager
def changing(enrolment: Enrolment, *, by: Any, reason: str = "") -> Iterator[History]:
    """Lock the person and the enrolment for a change of its history.

    At the end, its segments, its own columns and the post are brought up to date. The person is
    locked first, because the days of the place and the post may change: two changes at once come
    one after the other.
    """
    with acting_as(by=by, reason=reason):
        hold(people=[enrolment.person_id], enrolments=[enrolment.pk])
        own = Enrolment.objects.get(pk=enrolment.pk)
        history = History(own, by=by)
        yield history
        if history.days_may_change:
            history.check_one_place()
        refresh([own.pk])
        if history.post_may_change:
            follow_posts([own.person_id])
    enrolment.refresh_from_db()
