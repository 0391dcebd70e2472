"""A learner's milestones as their record shows them.

While they are on a break, and once one is recorded that lies ahead, the dates ahead are those of their expected return: the
same that are shown before the break is recorded. Without a day on which they are expected, or once it has passed, those of a
return today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from learners.milestone_facts import kept, strands_of
from learners.models import Enrolment
from learners.rules.milestones import Milestone, milestones
from learners.rules.moves import ACTIVE, DEFERRED, ENDED
from learners.rules.timeline import Stretch, at
from pqip.govuk.formats import date_gov

STAYS = "does not move with the break"


@dataclass(frozen=True)
class Outlook:
    """Milestones in order of date, and on or before a break the return they go by and which of them it moves."""

    milestones: Sequence[Milestone] = ()
    returns_on: dt.date | None = None
    is_expected: bool = False
    is_paused: bool = False
    moved: frozenset[str] = frozenset()
    stays: frozenset[str] = frozenset()

    def condition(self, code: str, who: str = "they") -> str:
        """What a date depends on, in words; empty where it depends on no return."""
        if code in self.stays:
            return STAYS
        if code not in self.moved or self.returns_on is None:
            return ""
        return f"if {who} return on {date_gov(self.returns_on)}" if self.is_expected else f"if {who} return today"

    def on(self, code: str) -> dt.date | None:
        """The day of a milestone; None where it is not known, or there is none."""
        return next((each.on for each in self.milestones if each.code == code), None)


def outlook_of(enrolment: Enrolment, day: dt.date) -> Outlook:
    """The milestones of a learner as at a day, as known now."""
    parts = kept(enrolment)
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
    return Outlook(found, back, expected == back, is_paused, moved, stays if moved or is_paused else frozenset())


def _pause(parts: Sequence[Stretch], day: dt.date) -> Stretch | None:
    """The break they are on, or else the one that lies ahead; none for whoever is not, or will no longer be, on the programme."""
    if at(parts, day).status not in (ACTIVE, DEFERRED) or parts[-1].status in ENDED:
        return None
    return next((part for part in reversed(parts) if part.status == DEFERRED and (part.to_on is None or part.to_on > day)), None)


def _not_yet(each: Milestone, day: dt.date) -> Milestone:
    """What lies ahead is not done, whatever will be so on the return."""
    return replace(each, done_on=None) if each.done_on and each.done_on > day else each
