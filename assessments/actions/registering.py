"""Register candidates for a qualification."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assessments.actions.refusals import refusals
from assessments.models import Qualification, QualificationVersion, Registration, RegistrationFact
from pqip.core.acting import act
from pqip.core.bulk import copy_rows, take_keys
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from workforce.models import Person

#: What a fact of a registration states.
FACT_FIELDS = ("effective_on", "target_on", "centre_number", "certificated_on", "certificate_number")


def register_candidate(
    *, person: Person, qualification: Qualification, registered_on: dt.date, by: Any,
    target_on: dt.date | None = None, centre_number: str = "",
) -> Registration:
    """Register a person on the version in force on the day. Raises RuleBroken where they are registered already."""
    if registered_on > today():
        raise RuleBroken("The date registered must be today or in the past.", "registered_on")
    if target_on and target_on < registered_on:
        raise RuleBroken("The target date must be on or after the date registered.", "target_on")
    version = qualification.version_on(registered_on)
    if version is None:
        raise RuleBroken(f"{qualification} has no units or criteria yet.", "qualification")
    if Registration.objects.filter(person=person, qualification=qualification).exists():
        raise RuleBroken(f"{person} is already registered for {qualification}.", "qualification")
    with refusals(f"{person} has just been registered for {qualification} by somebody else."), act(by=by):
        registration = Registration.objects.create(person=person, qualification=qualification, version=version)
        RegistrationFact.objects.create(
            registration=registration, effective_on=registered_on, target_on=target_on, centre_number=centre_number,
        )
    return registration


def register_many(*, qualification: Qualification, registered_on: Mapping[int, dt.date], by: Any) -> None:
    """Register people (key → day) who are not registered yet, in a fixed number of queries."""
    held = Registration.objects.filter(qualification=qualification, person__in=list(registered_on))
    wanted = sorted(set(registered_on) - set(held.values_list("person_id", flat=True)))
    if not wanted:
        return
    versions = list(qualification.versions.order_by("from_date"))
    if not versions:
        raise RuleBroken(f"{qualification} has no units or criteria yet.", "qualification")
    with act(by=by):
        keys = dict(zip(wanted, take_keys(Registration, len(wanted)), strict=True))
        copy_registrations(
            (key, person, qualification.pk, version_for(versions, registered_on[person]).pk) for person, key in keys.items()
        )
        copy_registration_facts((key, registered_on[person], None, "", None, "") for person, key in keys.items())


def copy_registrations(rows: Iterable[tuple[int, int, int, int]]) -> None:
    """Write registrations in bulk: key, person, qualification, version."""
    copy_rows(Registration, ["id", "person_id", "qualification_id", "version_id"], rows)


def copy_registration_facts(rows: Iterable[Sequence[Any]]) -> None:
    """Write what is known of registrations in bulk: registration and `FACT_FIELDS`."""
    copy_rows(RegistrationFact, ["registration_id", *FACT_FIELDS], rows)


def version_for(versions: list[QualificationVersion], day: dt.date) -> QualificationVersion:
    """Of versions in order of their dates, the one in force on the day; before the first, the first."""
    return [version for version in versions if version.from_date <= day or version is versions[0]][-1]
