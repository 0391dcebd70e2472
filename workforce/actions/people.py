"""People of the Service: recorded, corrected, renumbered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from pqip.core.acting import act
from pqip.core.errors import RuleBroken
from workforce.actions.posts import begin_post
from workforce.models import Person

PERSONAL = ("first_name", "last_name", "email", "date_of_birth", "organisation")


def record_person(
    *, by: Any, staff_number: str, first_name: str, last_name: str, starts_on: dt.date, post: dict[str, Any], **personal: Any
) -> Person:
    """Somebody new, with their first post. `post` as `begin_post` takes it. Raises RuleBroken for a number that is taken."""
    with act(by=by):
        try:
            with transaction.atomic():
                person = Person.objects.create(
                    staff_number=staff_number, first_name=first_name, last_name=last_name, **personal
                )
        except IntegrityError:
            raise RuleBroken("This staff number is taken.", "staff_number") from None
        begin_post(by=by, person=person, on=starts_on, **post)
    person.refresh_from_db()
    return person


def correct_person(*, by: Any, person: Person, reason: str = "", **changes: Any) -> Person:
    """Correct personal attributes (`PERSONAL`). Posts are changed by their own actions."""
    unknown = set(changes) - set(PERSONAL)
    if unknown:
        raise TypeError(f"Not an attribute of a person: {', '.join(sorted(unknown))}.")
    with act(by=by, reason=reason):
        held = Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        for name, value in changes.items():
            setattr(held, name, value)
        held.save(update_fields=[*changes])
    person.refresh_from_db()
    return person


def change_staff_number(*, by: Any, person: Person, staff_number: str, reason: str) -> Person:
    """Give somebody another staff number, such as the payroll's instead of `APP:` and the application's."""
    with act(by=by, reason=reason):
        try:
            with transaction.atomic():
                Person.objects.filter(pk=person.pk).update(staff_number=staff_number)
        except IntegrityError:
            raise RuleBroken("This staff number is taken.", "staff_number") from None
    person.refresh_from_db()
    return person
