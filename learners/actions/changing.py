"""The frame of every change to an enrolment: one transaction, held, the history checked, its dates and post kept.

Holding the person and the enrolment makes two people who act at once act one after the other: the second sees what the
first recorded and is told why theirs no longer fits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from learners.actions.derive import known_timings, refresh
from learners.actions.follow_posts import follow_posts
from learners.actions.holding import hold
from learners.models import Enrolment, Event
from learners.rules.history import check_history, overtaken_start
from learners.rules.places import BOUNDS, check_one_place, held
from learners.rules.posts import KINDS
from learners.rules.terms import ASKED, check_terms
from learners.rules.timeline import Stretch, at, timeline
from pqip.core.acting import act
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from pqip.govuk.formats import date_gov

NEVER_STARTED = "Left before the first day, so did not start"


class History:
    """The live events of an enrolment while it is being changed."""

    def __init__(self, enrolment: Enrolment, *, by: Any) -> None:
        self.enrolment = enrolment
        self.by = by
        self.events = list(Event.objects.live().filter(enrolment=enrolment))
        #: Whether the days of the place itself may have changed.
        self.is_moved = False
        #: Whether what the programme says of the post may have changed.
        self.is_said = False

    def add(self, kind: str, on: dt.date, **content: Any) -> Event:
        """Record an event. Raises RuleBroken where it is recorded already or does not fit the rest."""
        if any(event.kind == kind and event.effective_on == on for event in self.events):
            raise RuleBroken(f"This is already recorded for {date_gov(on)}.", "effective_on")
        event = Event(enrolment=self.enrolment, kind=kind, effective_on=on, **content)
        self._check_terms(event)
        overtaken = overtaken_start(self.events, kind, on)
        if overtaken is not None:
            self.undo(overtaken, NEVER_STARTED)
        self.events.append(event)
        self._note(event)
        check_history(self.events, event)
        event.save(force_insert=True)
        return event

    def undo(self, event: Event, reason: str) -> None:
        """Void an event."""
        self._note(event)
        void([event], by=self.by, reason=reason)
        self.events = [each for each in self.events if each.pk != event.pk]

    def bring_back_start(self) -> None:
        """Record again the start that an undone withdrawal from before the first day had made untrue."""
        overtaken = (
            Event.objects.filter(enrolment=self.enrolment, kind="started", void_reason=NEVER_STARTED).order_by("id").last()
        )
        if overtaken is not None and not any(event.kind == "started" for event in self.events):
            again = Event(enrolment=self.enrolment, kind="started", effective_on=overtaken.effective_on, note=overtaken.note)
            again.save(force_insert=True)
            self.events.append(again)
            self._note(again)

    def correct(self, event: Event, reason: str, **changes: Any) -> Event:
        """Void an event and record what is right in its place."""
        fresh = supersede(event, by=self.by, reason=reason, **changes)
        self.events = [each for each in self.events if each.pk != event.pk]
        self._check_terms(fresh)
        self.events.append(fresh)
        self._note(fresh)
        check_history(self.events, fresh)
        return fresh

    def held(self, event: Event) -> Event:
        """The event as it stands now. Raises Conflict where somebody has undone or corrected it."""
        found = next((each for each in self.events if each.pk == event.pk), None)
        if found is None:
            raise Conflict("This has already been undone or corrected by somebody else.")
        return found

    def standing(self, on: dt.date) -> Stretch:
        """Where the enrolment stands on a day."""
        return at(timeline(self.events, known_timings()), on)

    def check_one_place(self) -> None:
        """Raise RuleBroken where the place would be held on a day on which the person has another."""
        elsewhere = Event.objects.live().filter(enrolment__person=self.enrolment.person_id, kind__in=BOUNDS)
        others: dict[int, list[Event]] = {}
        for event in elsewhere.exclude(enrolment=self.enrolment):
            others.setdefault(event.enrolment_id, []).append(event)
        check_one_place(held(self.events), map(held, others.values()))

    def _note(self, event: Event) -> None:
        self.is_moved |= event.kind in BOUNDS
        self.is_said |= event.kind in KINDS

    def _check_terms(self, event: Event) -> None:
        """What the event asks of where the learner stands without it."""
        check_terms(event, self.standing(event.effective_on) if event.kind in ASKED else None)


@contextmanager
def changing(enrolment: Enrolment, *, by: Any, reason: str = "") -> Iterator[History]:
    """Hold the person and the enrolment and change its history; its segments, its own columns and the post follow at the end.

    The person first, since the days of the place and the post may change: two at once come one after the other.
    """
    with act(by=by, reason=reason):
        hold(people=[enrolment.person_id], enrolments=[enrolment.pk])
        own = Enrolment.objects.get(pk=enrolment.pk)
        history = History(own, by=by)
        yield history
        if history.is_moved:
            history.check_one_place()
        refresh([own.pk])
        if history.is_said:
            follow_posts([own.person_id])
    enrolment.refresh_from_db()
