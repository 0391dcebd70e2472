"""People of the Service: recorded, corrected, renumbered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from pqip.core.acting import act
from pqip.core.errors import RuleBroken
from workforce.actions.posts import begin_post
from workforce.models import Person
from workforce.rules.numbers import fault

NUMBER_ONCE = {"workforce_person_number_once", "workforce_person_staff_number_key"}
PERSONAL = ("first_name", "last_name", "email", "date_of_birth", "organisation")


def record_person(
    *, by: Any, staff_number: str, first_name: str, last_name: str, starts_on: dt.date, post: dict[str, Any], **personal: Any
) -> Person:
    """Somebody new, with their first post. `post` as `begin_post` takes it.

    Raises RuleBroken for a number of no form, or that somebody has, in whatever case.
    """
    _check_form(staff_number)
    with act(by=by):
        with _taken():
            person = Person.objects.create(staff_number=staff_number, first_name=first_name, last_name=last_name, **personal)
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
    change_staff_numbers(by=by, numbers={person.pk: staff_number}, reason=reason)
    person.refresh_from_db()
    return person


def change_staff_numbers(*, by: Any, numbers: Mapping[int, str], reason: str) -> None:
    """Give people other staff numbers, by their keys. Raises RuleBroken for one of no form, or that somebody else has."""
    for number in numbers.values():
        _check_form(number)
    with act(by=by, reason=reason), _taken():
        held = list(Person.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True, of=("self",)))
        for person in held:
            person.staff_number = numbers[person.pk]
        Person.objects.bulk_update(held, ["staff_number"], batch_size=1000)


def _check_form(number: str) -> None:
    if said := fault(number, settings.PQIP_STAFF_NUMBER_FORM):
        raise RuleBroken(f"“{number}” {said}.", "staff_number")


@contextmanager
def _taken() -> Iterator[None]:
    """Turns the database's word that a number is somebody's into ours."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") not in NUMBER_ONCE:
            raise
        raise RuleBroken("This staff number is taken.", "staff_number") from None
