"""Before day one: what may follow what of an arrangement, where it stands, and how its days count (rules C5 79 to 81)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pqip.core.errors import RuleBroken
from pqip.govuk.formats import date_gov

#: The target for checks (S3 §2.6). Whether calendar or working days are meant is not known; calendar days are counted.
TARGET_DAYS = 25

ASKED, PAUSED, RESUMED, AGREED = "asked", "paused", "resumed", "agreed"
DONE, DONE_ACTION_TAKEN, NOT_NEEDED = "done", "done_action_taken", "not_needed"
#: Nothing is left to arrange.
FINISHED = frozenset({DONE, DONE_ACTION_TAKEN, NOT_NEEDED})

_WITH_CLOCK = (ASKED, PAUSED, RESUMED, DONE, NOT_NEEDED)
#: What may be recorded of each arrangement. Mentors stand in allocations; adjustments agreed, among the support needs.
RECORDABLE: dict[str, tuple[str, ...]] = {
    "pathway_told": (DONE,),
    "checks": _WITH_CLOCK,
    "vetting": _WITH_CLOCK,
    "contract": (ASKED, DONE),
    "office": (DONE,),
    "equipment": (ASKED, DONE, NOT_NEEDED),
    "mentor": (),
    "adjustments": (ASKED, NOT_NEEDED),
    "family_connection": (DONE, DONE_ACTION_TAKEN),
    "cases_handed_over": (DONE,),
}
#: What may follow each state; "" is an arrangement of which nothing is recorded.
FOLLOWS: dict[str, tuple[str, ...]] = {
    "": (ASKED, DONE, DONE_ACTION_TAKEN, NOT_NEEDED),
    ASKED: (PAUSED, DONE, NOT_NEEDED),
    PAUSED: (RESUMED, DONE, NOT_NEEDED),
    RESUMED: (PAUSED, DONE, NOT_NEEDED),
    DONE: (ASKED, DONE, DONE_ACTION_TAKEN),
    DONE_ACTION_TAKEN: (),
    NOT_NEEDED: (ASKED, DONE),
}


@dataclass(frozen=True)
class Step:
    """What was recorded of an arrangement on a day."""

    on: dt.date
    state: str


@dataclass(frozen=True)
class Days:
    """Days since an arrangement was started, and how many of them its clock stood still for the candidate."""

    calendar: int
    paused: int

    @property
    def counted(self) -> int:
        """Days on which the clock ran: what a target is compared with."""
        return self.calendar - self.paused

    @property
    def is_past_target(self) -> bool:
        return self.counted > TARGET_DAYS


@dataclass(frozen=True)
class Standing:
    """Where an arrangement stands: its state ("" where nothing is recorded), since when, and its days where it has a clock.

    `told_before_change`: the learner was told, and what they were told has changed since.
    """

    state: str = ""
    since: dt.date | None = None
    days: Days | None = None
    told_before_change: bool = False

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED and not self.told_before_change


def standing(steps: Iterable[Step], on: dt.date) -> Standing:
    """Where an arrangement stands on a day, from its steps in the order they were taken."""
    taken = [step for step in steps if step.on <= on]
    return Standing(taken[-1].state, taken[-1].on, days(taken, on)) if taken else Standing()


def days(steps: Sequence[Step], on: dt.date) -> Days | None:
    """Days from the latest start to the end, or to `on` while it lasts; None where it was never started.

    The clock stands still from a pause to whatever follows it.
    """
    starts = [place for place, step in enumerate(steps) if step.state == ASKED]
    if not starts:
        return None
    run = steps[starts[-1]:]
    last = run[-1].on if run[-1].state in FINISHED else on
    until = [step.on for step in run[1:]] + [last]
    paused = sum((end - step.on).days for step, end in zip(run, until, strict=True) if step.state == PAUSED)
    return Days((last - run[0].on).days, paused)


def told(steps: Iterable[Step], changes: Iterable[dt.date], on: dt.date) -> Standing:
    """As `standing`, of what a learner is told: it is to be told again once it has changed."""
    found = standing(steps, on)
    stale = found.since is not None and any(found.since < day <= on for day in changes)
    return Standing(found.state, found.since, found.days, stale)


@dataclass(frozen=True)
class Adjustment:
    """An adjustment: the day agreed, in place, and the first day it is needed no more."""

    agreed: dt.date
    placed: dt.date | None = None
    ended: dt.date | None = None


def adjustments(steps: Iterable[Step], needs: Iterable[Adjustment], on: dt.date) -> Standing:
    """Agreed while one of those in force is not in place, done once all are, not needed once all have ended."""
    agreed = [need for need in needs if need.agreed <= on]
    in_force = [need for need in agreed if need.ended is None or need.ended > on]
    if not in_force:
        ends = [need.ended for need in agreed if need.ended is not None]
        return Standing(NOT_NEEDED, max(ends)) if ends else standing(steps, on)
    waiting = [need.agreed for need in in_force if need.placed is None or need.placed > on]
    if waiting:
        return Standing(AGREED, min(waiting))
    return Standing(DONE, max(need.placed for need in in_force if need.placed is not None))


def mentored(allocations: Iterable[tuple[dt.date, dt.date | None]], start: dt.date | None, on: dt.date) -> Standing:
    """A mentor or buddy: arranged where somebody is allocated for the first day, or for `on` once that has passed."""
    day = max(start, on) if start else on
    first = [begins for begins, ends in allocations if begins <= day and (ends is None or ends >= day)]
    return Standing(DONE, min(first)) if first else Standing()


def next_states(arrangement: str, state: str) -> list[str]:
    """What may be recorded next of an arrangement that stands there, the likeliest first."""
    return [each for each in FOLLOWS[state] if each in RECORDABLE[arrangement]]


def can_be_done(arrangement: str, found: Standing) -> bool:
    """Whether `done` is what an arrangement that stands there still lacks."""
    return not found.is_finished and DONE in next_states(arrangement, found.state if found.state != AGREED else "")


def check_step(
    arrangement: str, steps: Sequence[Step], state: str, on: dt.date, today: dt.date, note: str = ""
) -> None:
    """Raises RuleBroken for a step that may not follow, for a day to come, or before the step before.

    Of the family-connection check nothing is kept but that it was done, and whether action was taken; of cases handed over
    nothing but that it was done.
    """
    if arrangement == "cases_handed_over" and note:
        raise RuleBroken("Of cases handed over only that it was done is kept.", "note")
    if arrangement == "family_connection" and note:
        raise RuleBroken("Of this check only that it was done, and whether action was taken, is kept.", "note")
    if on > today:
        raise RuleBroken("This cannot have happened on a day to come.", "on")
    if steps and on < steps[-1].on:
        raise RuleBroken(f"The step before was on {date_gov(steps[-1].on)}; this cannot have been earlier.", "on")
    if state not in next_states(arrangement, steps[-1].state if steps else ""):
        raise RuleBroken("This cannot follow what is recorded already.", "state")
    if Step(on, state) in steps:
        raise RuleBroken(f"This is already recorded for {date_gov(on)}.", "on")
