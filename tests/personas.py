"""Personas: somebody of each role in one line, so that an access test is one line too.

    manager = persona("learning_manager", region="NE")
    client_for(manager).get(...)
"""

from __future__ import annotations

from django.test import Client

import tests.harness.browsers  # noqa: F401  (scripts sign in as well)
from tests.factories.workforce import person, user
from workforce.models import Person, User
from workforce.roles import ROLES

#: A region of its own for whoever must not be reached.
HOME, ELSEWHERE = "NE", "WAL"


def persona(role: str, *, region: str = "", pdu: str = "", of: Person | None = None) -> User:
    """An account with the role: in a region where the role needs one (the North East unless told), a person of the Service."""
    place = region or (HOME if ROLES[role].needs_place and not ROLES[role].national else "")
    who = of or person(in_region=place or HOME, in_pdu=pdu, first_name=ROLES[role].title, last_name="Persona")
    return user(role, in_region=place, in_pdu=pdu, person=who)


def everybody(region: str = HOME) -> dict[str, User]:
    """One persona for each role."""
    return {role: persona(role, region=region if ROLES[role].needs_place and not ROLES[role].national else "") for role in ROLES}


def client_for(who: User | None = None) -> Client:
    """A browser signed in as `who`; signed out for None."""
    client = Client()
    if who is not None:
        client.force_login(who)
    return client
