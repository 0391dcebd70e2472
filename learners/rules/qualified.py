"""The newly qualified: how long they are protected, and what of it is not kept (rules C4 69 and 70)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.rules.dates import add_months

#: Nine months at 20% less work (S3 §3.6; W42b). Whether an absence makes it longer is not known: it does not here.
MONTHS, PERCENT = 9, 20
#: A mandatory workshop is attended within so many months (assumed; not from the service).
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
    """The day before so many calendar months are complete."""
    return add_months(first, months) - dt.timedelta(days=1)


def first_that_protects(on: dt.date, months: int = MONTHS) -> dt.date:
    """The earliest day whose nine months reach `on`, to look no further back than needed."""
    return add_months(on, -months) - dt.timedelta(days=3)


@dataclass(frozen=True)
class Kept:
    """What is recorded of somebody's protection as at a day. `workshops`: mandatory ones attended by then."""

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
        return self.from_on <= on <= self.until

    def percent_on(self, on: dt.date) -> int:
        """How much of their work is taken from them on that day, in per cent."""
        begun = self.reduction_from is not None and self.reduction_from <= on
        return self.percent if begun and (self.reduction_until is None or self.reduction_until >= on) else 0

    def is_reduced(self, on: dt.date) -> bool:
        """At least 20% less work is in force on that day."""
        return self.percent_on(on) >= PERCENT

    def exceptions(self, on: dt.date) -> list[str]:
        """What is not kept on a protected day, in the order of `EXCEPTIONS`."""
        late = on >= add_months(self.from_on, WORKSHOP_MONTHS)
        broken = {
            "reduction": not self.is_reduced(on), "mentor": not self.has_mentor, "workshops": late and not self.workshops,
            "pta": not self.keeps_pta, "office": self.office_moved is True,
        }
        return [code for code, is_broken in broken.items() if is_broken] if self.is_protected(on) else []
