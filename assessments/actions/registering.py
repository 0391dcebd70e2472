"""Register candidates for a qualification, and put right what is known of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, Min

from assessments.actions.holding import hold
from assessments.actions.refusals import refusals
from assessments.models import (
    Qualification,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Submission,
    UnitSignoff,
    VersionMove,
)
from assessments.rules.registering import IN_FUTURE, Firsts, check_dates, check_day
from pqip.core.acting import act
from pqip.core.bulk import copy_rows, take_keys
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede
from workforce.models import Person

CORRECTED_MEANWHILE = "Somebody else has just corrected this registration. Yours was not saved."
#: What a fact of a registration states.
FACT_FIELDS = ("effective_on", "target_on", "centre_number", "certificated_on", "certificate_number")


def register_candidate(
    *, person: Person, qualification: Qualification, registered_on: dt.date, by: Any,
    target_on: dt.date | None = None, centre_number: str = "", version: QualificationVersion | None = None,
) -> Registration:
    """Register a person on the version in force on the day, or on the one chosen for them.

    Raises RuleBroken where they are registered already, or for a version of another qualification.
    """
    if registered_on > today():
        raise RuleBroken(IN_FUTURE, "registered_on")
    check_dates(began=registered_on, target=target_on, certificated=None, today=today())
    if version is not None and version.qualification_id != qualification.pk:
        raise RuleBroken("Select a version of that qualification.", "version")
    version = version or qualification.version_on(registered_on)
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


def correct_registration(*, fact: RegistrationFact, reason: str, by: Any, **changes: Any) -> RegistrationFact:
    """Put right what is known of a registration (`FACT_FIELDS`), with a reason.

    Raises RuleBroken for dates that cannot be, or a day that another version of the qualification was in force on or that
    the candidate was assessed before (`rules/registering.py`); Conflict where somebody has corrected it meanwhile.
    """
    if not reason.strip():
        raise RuleBroken("Say why the registration is corrected.", "reason")
    with refusals(CORRECTED_MEANWHILE), act(by=by, reason=reason):
        hold(registrations=[fact.registration_id])
        stated = {**{name: getattr(fact, name) for name in FACT_FIELDS}, **changes}
        if stated["effective_on"] != fact.effective_on:
            check_day(
                stated["effective_on"], today=today(), is_same_version=_is_same_version(fact, stated["effective_on"]),
                firsts=firsts([fact.registration_id])[fact.registration_id],
            )
        check_dates(
            began=stated["effective_on"], target=stated["target_on"], certificated=stated["certificated_on"], today=today()
        )
        return supersede(fact, by=by, reason=reason, **changes)


def firsts(registrations: Collection[int]) -> dict[int, Firsts]:
    """Of each of these registrations (by key), the first days on which the candidate was assessed."""
    found: dict[int, dict[str, dt.date]] = {key: {} for key in registrations}
    for name, rows in (
        ("submitted", Submission.objects.live().values(of=F("evidence__registration"))),
        ("moved", VersionMove.objects.live().values(of=F("registration"))),
        ("signed_off", UnitSignoff.objects.live().values(of=F("registration"))),
    ):
        for row in rows.filter(of__in=found).order_by().annotate(first=Min("effective_on")):
            found[row["of"]][name] = row["first"]
    return {key: Firsts(**days) for key, days in found.items()}


def _is_same_version(fact: RegistrationFact, day: dt.date) -> bool:
    """Whether another day registered leaves the version as it is: chosen, or the one in force on the day as much as before."""
    held = fact.registration
    of_day, before = (held.qualification.version_on(one) for one in (day, fact.effective_on))
    return held.version.by_choice or of_day in (held.version, before)


def register_many(*, qualification: Qualification, registered_on: Mapping[int, dt.date], by: Any) -> None:
    """Register people (key → day) who are not registered yet, in a fixed number of queries."""
    held = Registration.objects.filter(qualification=qualification, person__in=list(registered_on))
    wanted = sorted(set(registered_on) - set(held.values_list("person_id", flat=True)))
    if not wanted:
        return
    versions = list(qualification.versions.filter(by_choice=False).order_by("from_date"))
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
