"""Tie an account to its person, whose own learners and work it then reaches."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from pqip.core.acting import act
from workforce.models import Person, User


def tie_by_address(*, by: Any, user: User) -> Person | None:
    """Tie an account to the one person on record with its e-mail address who has no account yet.

    An account tied already stays so. None where nobody has the address, or several have (`with_address`).
    """
    if user.person is not None:
        return user.person
    with act(by=by, reason="Account tied to a person by e-mail address"):
        found = list(with_address(user.email).filter(user=None).select_for_update(no_key=True, of=("self",))[:2])
        if len(found) != 1:
            return None
        User.objects.filter(pk=user.pk).update(person=found[0])
    user.person = found[0]
    return user.person


def with_address(email: str) -> QuerySet[Person]:
    """Everybody on record with an e-mail address, in any case."""
    return Person.objects.standing().filter(email__iexact=email)
