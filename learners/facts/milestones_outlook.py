"""A learner's milestones as their record shows them.

During a break, and once a future break is recorded, the dates ahead are those of the expected
return: the same that are shown before the break is recorded. If no return is expected, or that day
has passed, they are those of a return today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from learners.facts.milestones import stored_stretches, strands_of
from learners.models import Enrolment
from learners.rules.events_moves import ACTIVE, DEFERRED, ENDED
from learners.rules.milestones import Milestone, milestones
from learners.rules.timeline import StatusPeriod, at
from pqip.core.formats import date_gov

STAYS = "does not move with the break"


@dataclass(frozen=True)
class Outlook:
    """Milestones in date order.

    Around a break it also holds the return that the dates assume, and which milestones the return
    moves or leaves.
    """

    milestones: Sequence[Milestone] = ()
    returns_on: dt.date | None = None
    is_expected: bool = False
    is_paused: bool = False
    moved: frozenset[str] = frozenset()
    stays: frozenset[str] = frozenset()

    def condition(self, code: str, who: str = "they") -> str:
        """Return what a date depends on, in words, or an empty text if it depends on no return."""
        if code in self.stays:
            return STAYS
        if code not in self.moved or self.returns_on is None:
            return ""
        return (
            f"if {who} return on {date_gov(self.returns_on)}"
            if self.is_expected
            else f"if {who} return today"
        )

    def on(self, code: str) -> dt.date | None:
        """Return the day of a milestone, or None if it is not known or does not exist."""
        return next((each.on for each in self.milestones if each.code == code), None)


def outlook_of(enrolment: Enrolment, day: dt.date) -> Outlook:
    """Return the milestones of a learner as at a day, as known now."""
    parts = stored_stretches(enrolment)
    if not parts:
        return Outlook()
    strands, pause = strands_of(enrolment, parts, day), _pause(parts, day)
    if pause is None:
        return Outlook(milestones(parts, strands, day))
    expected = pause.to_on or pause.expected_return
    back = max(expected or day, day, pause.from_on)
    before = {each.code: each.on for each in milestones(parts, strands, pause.from_on)}
    found = [_not_yet(each, day) for each in milestones(parts, strands, back)]
    ahead = [each for each in found if each.on and each.on >= day and each.done_on is None]
    moved = frozenset(each.code for each in ahead if before.get(each.code) not in (None, each.on))
    stays = frozenset(each.code for each in ahead if each.on and each.on >= pause.from_on) - moved
    is_paused = at(parts, day).status == DEFERRED
    return Outlook(
        found,
        back,
        expected == back,
        is_paused,
        moved,
        stays if moved or is_paused else frozenset(),
    )


def _pause(parts: Sequence[StatusPeriod], day: dt.date) -> StatusPeriod | None:
    """Return the break they are on, or else a future one.

    Return None if they are not on the programme, or the record says when they leave it.
    """
    if at(parts, day).status not in (ACTIVE, DEFERRED) or parts[-1].status in ENDED:
        return None
    return next(
        (
            part
            for part in reversed(parts)
            if part.status == DEFERRED and (part.to_on is None or part.to_on > day)
        ),
        None,
    )


def _not_yet(each: Milestone, day: dt.date) -> Milestone:
    """Return the milestone as not done if it is done only after `day`."""
    return replace(each, done_on=None) if each.done_on and each.done_on > day else each
