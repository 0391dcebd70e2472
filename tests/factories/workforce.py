"""People, posts and accounts for tests. Reference data is loaded with the database. Nothing is random."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from pqip.core.acting import Job, acting_as
from workforce.models import (
    Absence,
    Grade,
    Pdu,
    Person,
    Region,
    RegisterChange,
    RegisterEntry,
    RoleGrant,
    Spell,
    User,
)

BY = Job("test")
LONG_AGO = dt.date(2015, 1, 1)
PASSWORD = "correct horse battery staple"
_numbers = count(1)


def region(code: str = "NE") -> Region:
    return Region.objects.get(code=code)


def pdu(code: str) -> Pdu:
    return Pdu.objects.get(code=code)


def grade(code: str = "PO") -> Grade:
    return Grade.objects.get(code=code)


def person(
    staff_number: str = "",
    *,
    first_name: str = "Sam",
    last_name: str = "Okafor",
    in_region: str = "NE",
    in_pdu: str = "",
    in_grade: str = "PO",
    **fields: Any,
) -> Person:
    """Return a person with a place and a grade, without a spell; see `spell`."""
    number = staff_number or f"W{next(_numbers):06}"
    with acting_as(by=BY):
        return Person.objects.create(
            staff_number=number,
            first_name=first_name,
            last_name=last_name,
            region=region(in_region) if in_region else None,
            pdu=pdu(in_pdu) if in_pdu else None,
            grade=grade(in_grade) if in_grade else None,
            **{"email": f"{number.lower()}@example.com", **fields},
        )


def spell(
    of: Person,
    start: dt.date = LONG_AGO,
    *,
    in_region: str = "NE",
    in_pdu: str = "",
    in_grade: str = "PO",
    fte: str = "1.0",
    **fields: Any,
) -> Spell:
    """Return a spell in post; the person's own columns are left as they are."""
    with acting_as(by=BY):
        return Spell.objects.create(
            person=of,
            effective_on=start,
            region=region(in_region),
            pdu=pdu(in_pdu) if in_pdu else None,
            grade=grade(in_grade),
            fte=fte,
            **{"post_start_date": start, **fields},
        )


def absence(of: Person, start: dt.date, kind: str = "career_break", **fields: Any) -> Absence:
    with acting_as(by=BY):
        return Absence.objects.create(person=of, effective_on=start, kind=kind, **fields)


def entered(of: Person, on: dt.date = LONG_AGO, award: str = "DIPPS") -> RegisterChange:
    """Record an entry in the professional register, with a declaration on the same day; return the declaration."""
    with acting_as(by=BY):
        RegisterEntry.objects.create(person=of, award_type=award, qualified_on=on, effective_on=on)
        return RegisterChange.objects.create(
            person=of, award_type=award, kind="cpd_declared", effective_on=on
        )


def user(
    role: str = "",
    *,
    in_region: str = "",
    in_pdu: str = "",
    email: str = "",
    person: Person | None = None,
    password: str | None = PASSWORD,
    **fields: Any,
) -> User:
    """Return an account, with a role where one is named."""
    with acting_as(by=BY):
        made = User.objects.create_user(
            email or f"{role or 'nobody'}{next(_numbers)}@example.com",
            password,
            person=person,
            **fields,
        )
    if role:
        grant(made, role, in_region=in_region, in_pdu=in_pdu)
    return made


def grant(
    to: User,
    role: str,
    *,
    in_region: str = "",
    in_pdu: str = "",
    starts_on: dt.date = LONG_AGO,
    **fields: Any,
) -> RoleGrant:
    """Return a role granted to an account."""
    with acting_as(by=BY):
        made = RoleGrant.objects.create(
            user=to,
            role=role,
            region=region(in_region) if in_region else None,
            pdu=pdu(in_pdu) if in_pdu else None,
            starts_on=starts_on,
            **fields,
        )
    to.__dict__.pop("grants_today", None)
    return made
