"""The protection of newly qualified officers: how long it lasts, and which parts are missing (rules
C4 69 and 70).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.rules.dates import add_months

#: Nine months with 20% less work (S3 §3.6; W42b). Whether an absence makes them longer is not
#: known: here it does not.
MONTHS, PERCENT = 9, 20
#: The months within which a mandatory workshop must be attended (assumed; not from the service).
WORKSHOP_MONTHS = 3

NOT_RECORDED = "not_recorded"
EXCEPTIONS = {
    NOT_RECORDED: "Protection not recorded",
    "reduction": "Reduction not in force",
    "mentor": "No mentor",
    "workshops": "No mandatory workshop",
    "pta": "Practice tutor assessor not retained",
    "office": "Moved office",
}


def last_protected_day(first: dt.date, months: int = MONTHS) -> dt.date:
    """Return the last day before that many calendar months are complete."""
    return add_months(first, months) - dt.timedelta(days=1)


def first_that_protects(on: dt.date, months: int = MONTHS) -> dt.date:
    """Return the earliest first day whose protection still covers the day `on`.

    Queries use it to look no further back than needed.
    """
    return add_months(on, -months) - dt.timedelta(days=3)


@dataclass(frozen=True)
class ProtectionRecord:
    """What is recorded of somebody's protection as at a day.

    `workshops` is the number of mandatory workshops attended by then.
    """

    from_on: dt.date
    until: dt.date
    percent: int = PERCENT
    reduction_from: dt.date | None = None
    reduction_until: dt.date | None = None
    has_mentor: bool = False
    keeps_pta: bool = False
    office_moved: bool | None = None
    workshops: int = 0

    def is_protected(self, on: dt.date) -> bool:
        """Return True if the day lies in the protected period."""
        return self.from_on <= on <= self.until

    def percent_on(self, on: dt.date) -> int:
        """Return the percentage of work taken from them on that day."""
        begun = self.reduction_from is not None and self.reduction_from <= on
        return (
            self.percent
            if begun and (self.reduction_until is None or self.reduction_until >= on)
            else 0
        )

    def is_reduced(self, on: dt.date) -> bool:
        """Return True if the reduction in force on that day is 20% or more."""
        return self.percent_on(on) >= PERCENT

    def exceptions(self, on: dt.date) -> list[str]:
        """Return the codes of what is missing on a protected day, in the order of `EXCEPTIONS`."""
        late = on >= add_months(self.from_on, WORKSHOP_MONTHS)
        broken = {
            "reduction": not self.is_reduced(on),
            "mentor": not self.has_mentor,
            "workshops": late and not self.workshops,
            "pta": not self.keeps_pta,
            "office": self.office_moved is True,
        }
        return (
            [code for code, is_broken in broken.items() if is_broken]
            if self.is_protected(on)
            else []
        )
