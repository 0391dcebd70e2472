"""What the workforce asks of the floors above it, which answer by registering.

`role_links`: links to what else the record holds about a person (their place on the programme,
their work as an assessor), for users who may open them. `posts_stated`: applies what the programme
says to posts that HR has just stated or undone. `posts_changed`: works out what else follows from
where people hold their posts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from workforce.models import Person

#: A function that returns label and address of what an app knows about a person, for a user.
RoleLinks = Callable[[Person, Any], Sequence[tuple[str, str]]]

#: A function that works out what follows from the posts of these people, in the transaction that
#: changed them.
PostsChanged = Callable[[Collection[int]], None]

_role_links: list[RoleLinks] = []
_posts_stated: list[PostsChanged] = []
_posts_changed: list[PostsChanged] = []


def register_role_links(answer: RoleLinks) -> None:
    """Register a function that gives links. Registering the same one twice has no effect."""
    if answer not in _role_links:
        _role_links.append(answer)


def role_links(person: Person, user: Any) -> list[tuple[str, str]]:
    """Return every link about a person that this user may open."""
    return [link for answer in _role_links for link in answer(person, user)]


def register_posts_stated(answer: PostsChanged) -> None:
    """Register a function that applies the programme to stated posts.

    Registering one twice has no effect.
    """
    if answer not in _posts_stated:
        _posts_stated.append(answer)


def posts_stated(people: Collection[int]) -> None:
    """Apply the programme to the posts of these people, whom the caller has locked."""
    for answer in _posts_stated:
        answer(people)


def register_posts_changed(answer: PostsChanged) -> None:
    """Register a function that is called after posts changed. Registering one twice has no effect."""
    if answer not in _posts_changed:
        _posts_changed.append(answer)


def posts_changed(people: Collection[int]) -> None:
    """Work out everything that follows from the posts of these people."""
    for answer in _posts_changed:
        answer(people)
