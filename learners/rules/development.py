"""The development of a PSO, whether or not they are a learner (rules C2 46, 47; C4 68, 72, 73).

This module says what is due when, and what is missing on a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.rules.dates import add_months

#: The induction covers the first three weeks in post (S3 §3.2). The diploma is due within 12 months
#: of the start of the role (S3 §3.4).
INDUCTION_DAYS, DIPLOMA_MONTHS = 21, 12
#: Codes of everything that may be missing, in the order in which it is shown.
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
    """Return the day three weeks after the first day in the role. It is overdue from the next day."""
    return start + dt.timedelta(days=INDUCTION_DAYS)


def diploma_due(start: dt.date) -> dt.date:
    """Return the first anniversary of the first day in the role.

    It moves to the last day of the month if that date does not exist. The diploma is overdue from
    the next day.
    """
    return add_months(start, DIPLOMA_MONTHS)


@dataclass(frozen=True)
class Developed:
    """What is recorded of a PSO's development as at a day.

    `items` is the number of induction items in force on the day they began, and `shown` is how many
    of them are recorded. `mandatory_overdue` counts overdue mandatory courses. `observed_on` is the
    latest observation that was held, and `observation_on` the next one that is planned. The VQ3 is
    `expected` of PSOs who began on or after the day in the reference data. It is not asked of
    anybody who `learns` on the programme, because the programme's own diploma replaces it (assumed;
    the report leaves learners out).
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
        """Return True if every item is recorded.

        Return False if no item was in force when they began, because nothing is known then.
        """
        return 0 < self.items <= self.shown

    @property
    def is_diploma_asked(self) -> bool:
        """Return True if the VQ3 is asked of them: it is expected and they are not on the
        programme.
        """
        return self.expected and not self.learns

    @property
    def is_diploma_open(self) -> bool:
        """Return True if the VQ3 is asked of them, or was begun anyway, and is not achieved yet."""
        return (
            self.achieved_on is None
            and not self.learns
            and (self.expected or self.registered_on is not None)
        )

    def is_diploma_due(self, on: dt.date) -> bool:
        """Return True if the VQ3 is asked of them and due on or before the day."""
        return self.is_diploma_asked and diploma_due(self.started_on) <= on

    @property
    def is_diploma_in_time(self) -> bool:
        """Return True if they achieved the VQ3 on or before the due day."""
        return self.achieved_on is not None and self.achieved_on <= diploma_due(self.started_on)

    def is_diploma_overdue(self, on: dt.date) -> bool:
        """Return True if the VQ3 is not achieved and was due before the day."""
        return (
            self.is_diploma_asked and self.achieved_on is None and diploma_due(self.started_on) < on
        )

    def missing(self, on: dt.date) -> list[str]:
        """Return the codes of what is missing on the day, in the order of `MISSING`.

        An assessor is needed until the diploma is achieved.
        """
        found = {
            "induction": self.items > 0
            and not self.is_inducted
            and induction_due(self.started_on) < on,
            "mentor": not self.has_mentor,
            "observation": self.observed_on is None
            and (self.observation_on is None or self.observation_on < on),
            "registration": self.is_diploma_open and self.registered_on is None,
            "assessor": self.is_diploma_open and not self.has_assessor,
            "vq3": self.is_diploma_overdue(on),
            "mandatory": self.mandatory_overdue > 0,
        }
        return [code for code, is_missing in found.items() if is_missing]
