"""The development of a PSO, learner or not: what is due when, and what is missing on a day (rules C2 46, 47; C4 68, 72, 73)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.rules.dates import add_months

#: Induction covers the first three weeks in post (S3 §3.2); the diploma is due within 12 months of starting the role (S3 §3.4).
INDUCTION_DAYS, DIPLOMA_MONTHS = 21, 12
#: What may be missing, in order.
MISSING = {
    "induction": "Induction not complete",
    "mentor": "No mentor",
    "observation": "No observation planned or held",
    "registration": "Not registered for the VQ3",
    "assessor": "No VQ3 assessor",
    "vq3": "VQ3 overdue",
    "mandatory": "Mandatory courses overdue",
}


def induction_due(start: dt.date) -> dt.date:
    """Three weeks after the first day in the role. Overdue from the day after."""
    return start + dt.timedelta(days=INDUCTION_DAYS)


def diploma_due(start: dt.date) -> dt.date:
    """The anniversary of the first day in the role, clipped to the month. Overdue from the day after."""
    return add_months(start, DIPLOMA_MONTHS)


@dataclass(frozen=True)
class Developed:
    """What is recorded of a PSO's development as at a day, by when it was true.

    `items` of the induction were in force on the day they began, `shown` of them recorded; `mandatory_overdue` is how many
    mandatory courses are; `observed_on` the latest observation held, `observation_on` the next planned. The VQ3 is `expected`
    of those who began on or after the day in the reference data. Of whoever `learns` on the programme no VQ3 is asked: its own
    diploma takes the place (assumed; the report leaves learners out).
    """

    started_on: dt.date
    learns: bool = False
    expected: bool = True
    items: int = 0
    shown: int = 0
    has_mentor: bool = False
    has_assessor: bool = False
    registered_on: dt.date | None = None
    achieved_on: dt.date | None = None
    observed_on: dt.date | None = None
    observation_on: dt.date | None = None
    mandatory_overdue: int = 0

    @property
    def is_inducted(self) -> bool:
        """Every item recorded. Where none was in force when they began, nothing is known, and it is not."""
        return 0 < self.items <= self.shown

    @property
    def is_diploma_asked(self) -> bool:
        """Expected of them: they began late enough, and do not learn on the programme."""
        return self.expected and not self.learns

    @property
    def is_diploma_open(self) -> bool:
        """Asked of them, or begun though nobody asked, and not achieved yet."""
        return self.achieved_on is None and not self.learns and (self.expected or self.registered_on is not None)

    def is_diploma_due(self, on: dt.date) -> bool:
        return self.is_diploma_asked and diploma_due(self.started_on) <= on

    @property
    def is_diploma_in_time(self) -> bool:
        """Achieved on or before the anniversary."""
        return self.achieved_on is not None and self.achieved_on <= diploma_due(self.started_on)

    def is_diploma_overdue(self, on: dt.date) -> bool:
        return self.is_diploma_asked and self.achieved_on is None and diploma_due(self.started_on) < on

    def missing(self, on: dt.date) -> list[str]:
        """Codes of what is missing on the day, in the order of `MISSING`. An assessor is needed until the diploma is achieved."""
        found = {
            "induction": self.items > 0 and not self.is_inducted and induction_due(self.started_on) < on,
            "mentor": not self.has_mentor,
            "observation": self.observed_on is None and (self.observation_on is None or self.observation_on < on),
            "registration": self.is_diploma_open and self.registered_on is None,
            "assessor": self.is_diploma_open and not self.has_assessor,
            "vq3": self.is_diploma_overdue(on),
            "mandatory": self.mandatory_overdue > 0,
        }
        return [code for code, is_missing in found.items() if is_missing]
