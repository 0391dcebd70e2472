"""Ties an account to its person, so that roles for own learners and work reach theirs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from pqip.core.acting import acting_as
from pqip.core.errors import RuleBroken
from workforce.models import Person, User
from workforce.queries.records import person_numbered


def tie_by_address(*, by: Any, user: User) -> Person | None:
    """Tie an account to the one person with its e-mail address who has no account yet, and return
    the person.

    An account that is tied already stays so. Return None if nobody has the address, or several
    people have (see `with_address`).
    """
    if user.person is not None:
        return user.person
    with acting_as(by=by, reason="Account tied to a person by e-mail address"):
        found = list(
            with_address(user.email)
            .filter(user=None)
            .select_for_update(no_key=True, of=("self",))[:2]
        )
        if len(found) != 1:
            return None
        User.objects.filter(pk=user.pk).update(person=found[0])
    user.person = found[0]
    return user.person


def person_to_tie(staff_number: str) -> Person | None:
    """Return the person with a staff number, to tie an account to; None if the number is blank.

    Raises RuleBroken if nobody has the number.
    """
    if not staff_number:
        return None
    person = person_numbered(staff_number)
    if person is None:
        raise RuleBroken("No person has this staff number. Import them first.", "staff_number")
    return person


def with_address(email: str) -> QuerySet[Person]:
    """Return everybody with an e-mail address, in any case."""
    return Person.objects.not_merged().filter(email__iexact=email)
