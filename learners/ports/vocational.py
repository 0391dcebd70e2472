"""What learners asks of the vocational strand, which is on a higher floor and registers itself.

    vocational.answer(Strand())          # in the app's `ready`
    vocational.vocational().progress_of(…)

A system check fails if nobody has registered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from learners.rules.allocations import Assessing


@dataclass(frozen=True)
class Uncountersigned:
    """What waits to be countersigned for one assessor.

    It holds the qualifications, and the keys of the people whose evidence it is.
    """

    codes: frozenset[str]
    candidates: frozenset[int]


@dataclass(frozen=True)
class Units:
    """The number of units of the vocational diploma somebody has achieved on a day, and of how many."""

    units_achieved: int = 0
    units_total: int = 0

    @property
    def is_complete(self) -> bool:
        """True if every unit is achieved."""
        return 0 < self.units_total <= self.units_achieved


@dataclass(frozen=True)
class Progress(Units):
    """The progress of somebody with the vocational diploma on a day, in units and criteria.

    What waits for a decision is among the next steps.
    """

    criteria_met: int = 0
    criteria_total: int = 0


@dataclass(frozen=True)
class DueStep:
    """A next step in the vocational strand, due `on` a day, or None if no date is set.

    `waiting_for` is `learner` or `service`. Whether it is overdue follows the rules of the strand,
    which may allow for weekends.
    """

    title: str
    on: dt.date | None
    waiting_for: str = "learner"
    url: str = ""
    overdue: bool = False
    permission: str = ""

    def for_user(self, user: Any) -> DueStep:
        """Return the step, without its address if the user may not open it (`permission`)."""
        return self if user.can(self.permission) else replace(self, url="")


@dataclass(frozen=True)
class Diploma:
    """Somebody's diploma for PSOs (VQ3) on a day: registration, achievement, and its page."""

    registered_on: dt.date
    achieved_on: dt.date | None = None
    url: str = ""


class VocationalProvider(Protocol):
    """The questions about the vocational strand.

    Each is asked about many people at once, by their internal keys, in a fixed number of queries.
    """

    def register(self, registered_on: Mapping[int, dt.date], *, by: Any) -> None:
        """Register each person (key → day) for the diploma, unless they are registered already."""

    def progress_of(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, Progress]:
        """Return the progress of each person on a day. People who are not registered are left out."""

    def units_of(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, Units]:
        """Return the units alone of each person on a day, which takes half as long: for lists."""

    def due_next(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, list[DueStep]]:
        """Return the next steps of each person, the soonest first. People without any are left out."""

    def due_steps(self, as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
        """Return SQL of the same steps of everybody, as at a day and as known at an instant, and
        its parameters.

        Its columns are person_id, title, due_on, is_of_learner (False means that the service must
        act) and is_overdue.
        """

    def assessors(self, person_ids: Collection[int]) -> Mapping[int, Assessing]:
        """Return what is recorded of each person as an assessor, as known now.

        People about whom nothing is recorded are left out.
        """

    def hold_standing(self, person_ids: Collection[int]) -> None:
        """Lock the award and authority of each person as an assessor until the transaction ends.

        Whoever would change their dates waits.
        """

    def awaiting_countersigning(self, person_ids: Collection[int]) -> Mapping[int, Uncountersigned]:
        """Return what waits to be countersigned for each assessor.

        People with nothing are left out.
        """

    def pso_diplomas(
        self, person_ids: Collection[int], as_at: dt.date, known_at: dt.datetime | None = None
    ) -> Mapping[int, Diploma]:
        """Return the diploma for PSOs of each person, as at a day and as known at an instant.

        People who are not registered are left out.
        """


_answers: list[VocationalProvider] = []


def answer(strand: VocationalProvider) -> None:
    """Register the provider. A later registration replaces an earlier one."""
    _answers[:] = [strand]


def vocational() -> VocationalProvider:
    """Return the registered provider. Raises ImproperlyConfigured if there is none."""
    if not _answers:
        raise ImproperlyConfigured(
            "No app answers learners.ports.vocational; assessments does so when it starts."
        )
    return _answers[0]


@register()
def somebody_answers(**kwargs: Any) -> list[Error]:
    """System check: fail if no provider is registered."""
    if _answers:
        return []
    return [
        Error(
            "No app answers learners.ports.vocational.",
            hint="Call learners.ports.vocational.answer in the app's ready().",
            id="learners.E001",
        )
    ]
