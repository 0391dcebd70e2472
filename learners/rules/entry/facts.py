"""What an applicant came with, and the thresholds of their campaign. None means not recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from learners.rules.dates import add_months

#: The four level 5 knowledge modules (S4).
KNOWLEDGE_MODULES = ("CJS", "UCCB", "PPP", "REHAB")
#: A learner who holds exactly as many modules as the short pathway needs completes the fourth
#: within this many months (rule C1 3).
FOURTH_MODULE_MONTHS = 6


@dataclass(frozen=True)
class Thresholds:
    """The numbers in one version of the rules. The defaults are those in force today."""

    level_required: int = 3
    modules_for_short: int = 3
    modules_started: int = 1
    level5_credits: int = 120
    service_months: int = 6
    minimum_age: int = 18
    rejoin_months: int = 12
    short_without_level5: bool = False


@dataclass(frozen=True)
class Applicant:
    """What is known about an applicant as at the day they applied.

    `left_on` is the day they last left the programme, or None. `selection_over` is True once a
    pathway is decided: the answer about a formal procedure has been deleted by then, and is not
    reported as missing.
    """

    applied_on: dt.date
    route: str = "external"
    level5_held: bool | None = None
    modules_held: Collection[str] = ()
    modules_started: Collection[str] = ()
    level5_credits: int | None = None
    level3_held: bool | None = None
    born_on: dt.date | None = None
    has_experience: bool | None = None
    right_to_work: bool | None = None
    resident_three_years: bool | None = None
    pso_from: dt.date | None = None
    pso_until: dt.date | None = None
    days_absent: int = 0
    directly_employed: bool | None = None
    probation_passed: bool | None = None
    mandatory_in_date: bool | None = None
    assignment_done: bool | None = None
    procedure_bars: bool | None = None
    selection_over: bool = False
    left_on: dt.date | None = None
    rejoin_agreed: bool | None = None
    offered_on: dt.date | None = None
    starts_on: dt.date | None = None

    @property
    def level(self) -> int | None:
        """The highest level they are known to hold, or None. A level 5 implies a level 3."""
        if self.level5_held:
            return 5
        return None if self.level3_held is None else 3 if self.level3_held else 0

    @property
    def age(self) -> int | None:
        """Whole years on the day they applied.

        Somebody born on 29 February has their birthday on 1 March in other years.
        """
        if self.born_on is None:
            return None
        before = (self.applied_on.month, self.applied_on.day) < (
            self.born_on.month,
            self.born_on.day,
        )
        return self.applied_on.year - self.born_on.year - before

    def served_on(self, months: int) -> dt.date | None:
        """Return the day on which they complete that many months of *effective* service, or None.

        A long absence does not count (rule C1 10).
        """
        return (
            None
            if self.pso_from is None
            else add_months(self.pso_from, months) + dt.timedelta(days=self.days_absent)
        )


def modules_counted(held: Collection[str], started: Collection[str], allowed: int) -> int:
    """Return how many knowledge modules count (rules C1 2 and 6).

    Those held count, and as many of those begun as the rules allow.
    """
    known = set(KNOWLEDGE_MODULES)
    covered = known & set(held)
    return len(covered) + min(len(known & set(started) - covered), allowed)


def owes_fourth(*, level5_held: bool | None, counted: int, needed: int) -> bool:
    """Return True if they came with a level 5 and exactly the modules needed (rule C1 3).

    They still have the fourth module to do.
    """
    return bool(level5_held) and counted == needed < len(KNOWLEDGE_MODULES)
