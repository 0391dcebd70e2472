"""PSOs in post for tests, and what is recorded about their development. Nothing is random."""

from __future__ import annotations

import datetime as dt

from assessments.models import Qualification, Registration, RegistrationFact
from learners.models import Allocation, InductionItem, InductionRecord, PracticeObservation
from pqip.core.acting import Job, acting_as
from tests.factories import workforce
from workforce.models import Person

BY = Job("test")


def pso(start: dt.date, of: str = "NE", last_day: dt.date | None = None) -> Person:
    """Return somebody who holds a PSO's post from a day on."""
    who = workforce.person(in_region=of, in_grade="PSO")
    workforce.spell(who, start, in_region=of, in_grade="PSO", ended_on=last_day)
    return who


def diploma(
    who: Person, registered_on: dt.date | None = None, certificated_on: dt.date | None = None
) -> Registration:
    """Return a registration for the VQ3, with a certificate where a day is given; without any day it has no facts yet."""
    vq3 = Qualification.objects.get(code="VQ3")
    with acting_as(by=BY):
        version = vq3.version_on(registered_on or workforce.LONG_AGO)
        made = Registration.objects.create(person=who, qualification=vq3, version=version)
        if registered_on is None:
            return made
        RegistrationFact.objects.create(
            registration=made, effective_on=registered_on, certificated_on=certificated_on
        )
    return made


def looked_after(who: Person, role: str, on: dt.date, until: dt.date | None = None) -> None:
    with acting_as(by=BY):
        Allocation.objects.create(
            person=who, other=workforce.person(), role=role, effective_on=on, ended_on=until
        )


def items() -> list[str]:
    """Return the codes of the induction's items, as they ship."""
    return list(InductionItem.objects.live().order_by("order").values_list("code", flat=True))


def inducted(who: Person, on: dt.date, *, without: int = 0) -> None:
    """Record that a PSO was shown all items of the induction on a day, except the last `without`."""
    shown = items()
    with acting_as(by=BY):
        for code in shown[: len(shown) - without]:
            InductionRecord.objects.create(person=who, item=code, effective_on=on)


def observation(who: Person, on: dt.date, held_on: dt.date | None = None) -> PracticeObservation:
    with acting_as(by=BY):
        observer = workforce.person() if held_on else None
        return PracticeObservation.objects.create(
            person=who, effective_on=on, observer=observer, held_on=held_on
        )
