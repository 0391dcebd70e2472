"""What learners asks of the vocational strand, which stands on a higher floor and answers by registering.

    ports.answer(Strand())          # in the app's `ready`
    ports.vocational().progress_of(…)

A system check fails when nobody has answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from learners.rules.looking_after import Assessing


@dataclass(frozen=True)
class Uncountersigned:
    """What waits to be countersigned of one assessor: of which qualifications, and on whose evidence (keys of people)."""

    codes: frozenset[str]
    candidates: frozenset[int]


@dataclass(frozen=True)
class Progress:
    """How far somebody is with the vocational diploma on a day. What waits is among the next steps."""

    units_achieved: int = 0
    units_total: int = 0
    criteria_met: int = 0
    criteria_total: int = 0

    @property
    def is_complete(self) -> bool:
        return 0 < self.units_total <= self.units_achieved


@dataclass(frozen=True)
class DueStep:
    """A next step on the vocational strand, due `on` a day; None means no date is set. `waiting_for` is `learner` or `service`.

    It is overdue by the rules of the strand, which may allow for weekends.
    """

    title: str
    on: dt.date | None
    waiting_for: str = "learner"
    url: str = ""
    overdue: bool = False
    permission: str = ""

    def for_user(self, user: Any) -> DueStep:
        """The step without its address for somebody who may not open it (`permission`)."""
        return self if user.can(self.permission) else replace(self, url="")


@dataclass(frozen=True)
class Diploma:
    """Somebody's diploma for PSOs (VQ3) on a day: since when, when it was achieved, and where it is shown."""

    registered_on: dt.date
    achieved_on: dt.date | None = None
    url: str = ""


class VocationalStrand(Protocol):
    """The questions. Every one is asked for many people at once, by their internal keys, in a fixed number of queries."""

    def register(self, registered_on: Mapping[int, dt.date], *, by: Any) -> None:
        """Register each person (key → day) for the diploma, unless they are registered for it already."""

    def progress_of(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, Progress]:
        """How far each person is on a day; people not registered are left out."""

    def due_next(self, person_ids: Collection[int], as_at: dt.date) -> Mapping[int, list[DueStep]]:
        """The next steps of each person, soonest first; people with none are left out."""

    def due_steps(self, as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
        """SQL of the same steps of everybody, as at a day and as known at an instant, and its parameters: person_id, title,
        due_on, is_of_learner (else it is for the service to do), is_overdue."""

    def assessors(self, person_ids: Collection[int]) -> Mapping[int, Assessing]:
        """What is on record of each person as assessor, as known now; people of whom nothing is are left out."""

    def hold_standing(self, person_ids: Collection[int]) -> None:
        """Hold what each person is on record as, as assessor, until the transaction ends: whoever re-dates it waits."""

    def awaiting_countersigning(self, person_ids: Collection[int]) -> Mapping[int, Uncountersigned]:
        """What of each assessor waits to be countersigned; people with nothing are left out."""

    def pso_diplomas(
        self, person_ids: Collection[int], as_at: dt.date, known_at: dt.datetime | None = None
    ) -> Mapping[int, Diploma]:
        """The diploma for PSOs of each person as at a day, as known at an instant; people not registered are left out."""


_answers: list[VocationalStrand] = []


def answer(strand: VocationalStrand) -> None:
    """Register who answers. The last to register answers."""
    _answers[:] = [strand]


def vocational() -> VocationalStrand:
    """Who answers. Raises ImproperlyConfigured when nobody does."""
    if not _answers:
        raise ImproperlyConfigured("No app answers learners.ports; assessments does so when it starts.")
    return _answers[0]


@register()
def somebody_answers(**kwargs: Any) -> list[Error]:
    """The house is not whole while nobody answers."""
    if _answers:
        return []
    return [Error("No app answers learners.ports.", hint="Call learners.ports.answer in the app's ready().", id="learners.E001")]
