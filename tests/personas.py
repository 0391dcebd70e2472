"""Personas: an account of each role in one line, so that an access test is one line too.

manager = persona("learning_manager", region="NE")
client_for(manager).get(...)
"""

from __future__ import annotations

import time
from copy import deepcopy

from django.test import Client

import tests.harness.browsers  # noqa: F401  (scripts sign in as well)
from tests.factories.workforce import person, user
from workforce.models import Person, User
from workforce.roles import ROLES

#: The region of those who must not be reached.
HOME, ELSEWHERE = "NE", "WAL"


def persona(role: str, *, region: str = "", pdu: str = "", of: Person | None = None) -> User:
    """Return an account with the role, belonging to a person; in a region where the role needs one (default: the North
    East).
    """
    place = region or (HOME if ROLES[role].needs_place and not ROLES[role].national else "")
    who = of or person(
        in_region=place or HOME, in_pdu=pdu, first_name=ROLES[role].title, last_name="Persona"
    )
    return user(role, in_region=place, in_pdu=pdu, person=who)


def everybody(region: str = HOME) -> dict[str, User]:
    """Return one persona for each role."""
    return {
        role: persona(
            role, region=region if ROLES[role].needs_place and not ROLES[role].national else ""
        )
        for role in ROLES
    }


def client_for(who: User | None = None) -> Client:
    """Return a browser signed in as `who`; signed out for None."""
    client = Client()
    if who is not None:
        client.force_login(who)
    return client


class SignedIn:
    """Browsers of users who sign in once, each as it is just after: for sweeps whose requests change nothing."""

    #: Seconds after which a user signs in again, well within the lifetime of a session.
    GOOD_FOR = 600

    def __init__(self) -> None:
        self._kept: dict[int, tuple[float, Client]] = {}

    def client_for(self, who: User) -> Client:
        """Return a new browser with the cookies of the signed-in user."""
        if who.pk not in self._kept or time.monotonic() - self._kept[who.pk][0] > self.GOOD_FOR:
            self._kept[who.pk] = time.monotonic(), client_for(who)
        client = Client()
        client.cookies = deepcopy(self._kept[who.pk][1].cookies)
        return client
