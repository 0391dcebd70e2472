"""What the workforce asks of the floors above it, answered by registering.

`role_links`: what else the record holds about a person (their place on the programme, their work as an assessor), as
links for those who may open them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from workforce.models import Person

#: Label and address of what a floor knows about a person, for a user.
RoleLinks = Callable[[Person, Any], Sequence[tuple[str, str]]]

_role_links: list[RoleLinks] = []


def register_role_links(answer: RoleLinks) -> None:
    """Add an answer; the same one twice counts once."""
    if answer not in _role_links:
        _role_links.append(answer)


def role_links(person: Person, user: Any) -> list[tuple[str, str]]:
    """Every link about a person that this user may open."""
    return [link for answer in _role_links for link in answer(person, user)]
