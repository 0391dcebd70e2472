"""Register candidates for a qualification, and correct what is known about a registration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, Min, QuerySet

from assessments.models import (
    Qualification,
    QualificationVersion,
    Registration,
    RegistrationFact,
    Submission,
    UnitSignoff,
    VersionMove,
)
from assessments.models.holding import hold
from assessments.rules.registrations import IN_FUTURE, Firsts, check_dates, check_day
from pqip.core.acting import acting_as
from pqip.core.bulk import copy_rows, take_keys
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede
from pqip.core.refusals import translate_db_errors
from workforce.models import Person

CORRECTED_MEANWHILE = "Somebody else has just corrected this registration. Yours was not saved."
#: The fields of a registration fact.
FACT_FIELDS = (
    "effective_on",
    "target_on",
    "centre_number",
    "certificated_on",
    "certificate_number",
)


def register_candidate(
    *,
    person: Person,
    qualification: Qualification,
    registered_on: dt.date,
    by: Any,
    target_on: dt.date | None = None,
    centre_number: str = "",
    version: QualificationVersion | None = None,
) -> Registration:
    """Register a person and return the registration.

    It is on `version`, or on the version in force on the day. Raises RuleBroken where they are registered already, or
    where `version` belongs to another qualification.
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
    with (
        translate_db_errors(
            f"{person} has just been registered for {qualification} by somebody else."
        ),
        acting_as(by=by),
    ):
        registration = Registration.objects.create(
            person=person, qualification=qualification, version=version
        )
        RegistrationFact.objects.create(
            registration=registration,
            effective_on=registered_on,
            target_on=target_on,
            centre_number=centre_number,
        )
    return registration


def correct_registration(
    *, fact: RegistrationFact, reason: str, by: Any, **changes: Any
) -> RegistrationFact:
    """Correct what is known about a registration (`FACT_FIELDS`), with a reason, and return the new fact.

    Raises RuleBroken for impossible dates, for a day on which another version was in force and for a day after the
    candidate was first assessed (`rules/registrations.py`); Conflict where somebody else has corrected it meanwhile.
    """
    if not reason.strip():
        raise RuleBroken("Say why the registration is corrected.", "reason")
    with translate_db_errors(CORRECTED_MEANWHILE), acting_as(by=by, reason=reason):
        hold(registrations=[fact.registration_id])
        stated = {**{name: getattr(fact, name) for name in FACT_FIELDS}, **changes}
        if stated["effective_on"] != fact.effective_on:
            check_day(
                stated["effective_on"],
                today=today(),
                is_same_version=_is_same_version(fact, stated["effective_on"]),
                firsts=firsts([fact.registration_id])[fact.registration_id],
            )
        check_dates(
            began=stated["effective_on"],
            target=stated["target_on"],
            certificated=stated["certificated_on"],
            today=today(),
        )
        return supersede(fact, by=by, reason=reason, **changes)


def firsts(registrations: Collection[int]) -> dict[int, Firsts]:
    """Return, for each of these registrations (by key), the first days on which the candidate was assessed."""
    found: dict[int, dict[str, dt.date]] = {key: {} for key in registrations}
    ledgers: dict[str, QuerySet[Any, Any]] = {
        "submitted": Submission.objects.live().values(of=F("evidence__registration")),
        "moved": VersionMove.objects.live().values(of=F("registration")),
        "signed_off": UnitSignoff.objects.live().values(of=F("registration")),
    }
    for name, rows in ledgers.items():
        for row in rows.filter(of__in=found).order_by().annotate(first=Min("effective_on")):
            found[row["of"]][name] = row["first"]
    return {key: Firsts(**days) for key, days in found.items()}


def _is_same_version(fact: RegistrationFact, day: dt.date) -> bool:
    """Return whether moving the registration to `day` leaves its version as it is: a chosen one, or one in force on
    both days.
    """
    held = fact.registration
    of_day, before = (held.qualification.version_on(one) for one in (day, fact.effective_on))
    return held.version.by_choice or of_day in (held.version, before)


def register_many(
    *, qualification: Qualification, registered_on: Mapping[int, dt.date], by: Any
) -> None:
    """Register people (by key, with their day) who are not registered yet, in a fixed number of queries."""
    held = Registration.objects.filter(qualification=qualification, person__in=list(registered_on))
    wanted = sorted(set(registered_on) - set(held.values_list("person_id", flat=True)))
    if not wanted:
        return
    versions = list(qualification.versions.filter(by_choice=False).order_by("from_date"))
    if not versions:
        raise RuleBroken(f"{qualification} has no units or criteria yet.", "qualification")
    with acting_as(by=by):
        keys = dict(zip(wanted, take_keys(Registration, len(wanted)), strict=True))
        copy_registrations(
            (key, person, qualification.pk, version_for(versions, registered_on[person]).pk)
            for person, key in keys.items()
        )
        copy_registration_facts(
            (key, registered_on[person], None, "", None, "") for person, key in keys.items()
        )


def copy_registrations(rows: Iterable[tuple[int, int, int, int]]) -> None:
    """Insert registrations in bulk. Each row is the key, person, qualification and version."""
    copy_rows(Registration, ["id", "person_id", "qualification_id", "version_id"], rows)


def copy_registration_facts(rows: Iterable[Sequence[Any]]) -> None:
    """Insert registration facts in bulk. Each row is the registration followed by `FACT_FIELDS`."""
    copy_rows(RegistrationFact, ["registration_id", *FACT_FIELDS], rows)


def version_for(versions: list[QualificationVersion], day: dt.date) -> QualificationVersion:
    """Return the version in force on the day, from versions in order of their dates; the first where the day is before
    all of them.
    """
    return [version for version in versions if version.from_date <= day or version is versions[0]][
        -1
    ]
