"""Before day one: the steps of an arrangement, its state, and how its days are counted (rules C5 79
to 81).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov

#: The target for the checks (S3 §2.6). Whether calendar or working days are meant is not known;
#: calendar days are counted.
TARGET_DAYS = 25

ASKED, PAUSED, RESUMED, AGREED = "asked", "paused", "resumed", "agreed"
DONE, DONE_ACTION_TAKEN, NOT_NEEDED = "done", "done_action_taken", "not_needed"
#: States in which nothing is left to arrange.
FINISHED = frozenset({DONE, DONE_ACTION_TAKEN, NOT_NEEDED})

_WITH_CLOCK = (ASKED, PAUSED, RESUMED, DONE, NOT_NEEDED)
#: States that may be recorded for each arrangement. Mentors are allocations, and agreed adjustments
#: are support needs.
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
#: States that may follow each state; "" is an arrangement of which nothing is recorded.
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
    """A state of an arrangement that was recorded for a day."""

    on: dt.date
    state: str


@dataclass(frozen=True)
class Days:
    """Days since an arrangement was started, and how many of them its clock was paused for the
    candidate.
    """

    calendar: int
    paused: int

    @property
    def counted(self) -> int:
        """The number of days on which the clock ran, which is compared with the target."""
        return self.calendar - self.paused

    @property
    def is_past_target(self) -> bool:
        """True if the clock has run for longer than the target."""
        return self.counted > TARGET_DAYS


@dataclass(frozen=True)
class ArrangementState:
    """The state of an arrangement ("" if nothing is recorded), since when, and its days if it has a
    clock.

    `told_before_change` means that the learner was told, and that what they were told has changed
    since.
    """

    state: str = ""
    since: dt.date | None = None
    days: Days | None = None
    told_before_change: bool = False

    @property
    def is_finished(self) -> bool:
        """True if nothing is left to arrange."""
        return self.state in FINISHED and not self.told_before_change


def arrangement_state(steps: Iterable[Step], on: dt.date) -> ArrangementState:
    """Return the state of an arrangement on a day, from its steps in the order they were recorded."""
    past = [step for step in steps if step.on <= on]
    return (
        ArrangementState(past[-1].state, past[-1].on, days(past, on))
        if past
        else ArrangementState()
    )


def days(steps: Sequence[Step], on: dt.date) -> Days | None:
    """Return the days from the latest start to the end, or to `on` if it has not ended.

    Return None if the arrangement was never started. The clock is paused from a pause to the next
    step.
    """
    starts = [place for place, step in enumerate(steps) if step.state == ASKED]
    if not starts:
        return None
    run = steps[starts[-1] :]
    last = run[-1].on if run[-1].state in FINISHED else on
    until = [step.on for step in run[1:]] + [last]
    paused = sum(
        (end - step.on).days for step, end in zip(run, until, strict=True) if step.state == PAUSED
    )
    return Days((last - run[0].on).days, paused)


def told_state(steps: Iterable[Step], changes: Iterable[dt.date], on: dt.date) -> ArrangementState:
    """Return the state of something that a learner is told.

    It is as `arrangement_state`, but the learner must be told again once it has changed.
    """
    found = arrangement_state(steps, on)
    stale = found.since is not None and any(found.since < day <= on for day in changes)
    return ArrangementState(found.state, found.since, found.days, stale)


@dataclass(frozen=True)
class Adjustment:
    """An adjustment: the day it was agreed, the day it was in place, and the first day it is no
    longer needed.
    """

    agreed: dt.date
    placed: dt.date | None = None
    ended: dt.date | None = None


def adjustments_state(
    steps: Iterable[Step], needs: Iterable[Adjustment], on: dt.date
) -> ArrangementState:
    """Return the state of the adjustments agreed with a learner.

    They are agreed while one that is in force is not in place, done once all are, and not needed
    once all have ended.
    """
    agreed = [need for need in needs if need.agreed <= on]
    in_force = [need for need in agreed if need.ended is None or need.ended > on]
    if not in_force:
        ends = [need.ended for need in agreed if need.ended is not None]
        return ArrangementState(NOT_NEEDED, max(ends)) if ends else arrangement_state(steps, on)
    waiting = [need.agreed for need in in_force if need.placed is None or need.placed > on]
    if waiting:
        return ArrangementState(AGREED, min(waiting))
    return ArrangementState(DONE, max(need.placed for need in in_force if need.placed is not None))


def mentor_state(
    allocations: Iterable[tuple[dt.date, dt.date | None]], start: dt.date | None, on: dt.date
) -> ArrangementState:
    """Return the state of the mentor or buddy.

    It is arranged if somebody is allocated for the first day, or for `on` once the first day is
    past.
    """
    day = max(start, on) if start else on
    first = [
        begins for begins, ends in allocations if begins <= day and (ends is None or ends >= day)
    ]
    return ArrangementState(DONE, min(first)) if first else ArrangementState()


def next_states(arrangement: str, state: str) -> list[str]:
    """Return the states that may be recorded next, the most likely first."""
    return [each for each in FOLLOWS[state] if each in RECORDABLE[arrangement]]


def can_be_done(arrangement: str, found: ArrangementState) -> bool:
    """Return True if the arrangement only needs to be recorded as done."""
    return not found.is_finished and DONE in next_states(
        arrangement, found.state if found.state != AGREED else ""
    )


def check_step(
    arrangement: str, steps: Sequence[Step], state: str, on: dt.date, today: dt.date, note: str = ""
) -> None:
    """Raise RuleBroken for a step that may not follow, is dated before the last one, or is still to
    come.

    Of the family-connection check only that it was done, and whether action was taken, is kept. Of
    cases handed over only that it was done is kept.
    """
    if arrangement == "cases_handed_over" and note:
        raise RuleBroken("Of cases handed over only that it was done is kept.", "note")
    if arrangement == "family_connection" and note:
        raise RuleBroken(
            "Of this check only that it was done, and whether action was taken, is kept.", "note"
        )
    if on > today:
        raise RuleBroken("This cannot have happened on a day to come.", "on")
    if steps and on < steps[-1].on:
        raise RuleBroken(
            f"The step before was on {date_gov(steps[-1].on)}; this cannot have been earlier.", "on"
        )
    if state not in next_states(arrangement, steps[-1].state if steps else ""):
        raise RuleBroken("This cannot follow what is recorded already.", "state")
    if Step(on, state) in steps:
        raise RuleBroken(f"This is already recorded for {date_gov(on)}.", "on")
