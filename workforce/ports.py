"""What the workforce asks of the floors above it, answered by registering.

`role_links`: what else the record holds about a person (their place on the programme, their work as an assessor), as
links for those who may open them. `posts_stated`: what the programme says of posts that HR has just stated or undone.
`posts_changed`: what else follows from where people hold their posts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from workforce.models import Person

#: Label and address of what a floor knows about a person, for a user.
RoleLinks = Callable[[Person, Any], Sequence[tuple[str, str]]]

#: Works out what follows from the posts of these people, within the transaction that changed them.
PostsChanged = Callable[[Collection[int]], None]

_role_links: list[RoleLinks] = []
_posts_stated: list[PostsChanged] = []
_posts_changed: list[PostsChanged] = []


def register_role_links(answer: RoleLinks) -> None:
    """Add an answer; the same one twice counts once."""
    if answer not in _role_links:
        _role_links.append(answer)


def role_links(person: Person, user: Any) -> list[tuple[str, str]]:
    """Every link about a person that this user may open."""
    return [link for answer in _role_links for link in answer(person, user)]


def register_posts_stated(answer: PostsChanged) -> None:
    """Add what lays the programme over posts that were stated; the same one twice counts once."""
    if answer not in _posts_stated:
        _posts_stated.append(answer)


def posts_stated(people: Collection[int]) -> None:
    """Have laid over the posts of these people, who are held, what the programme says of them."""
    for answer in _posts_stated:
        answer(people)


def register_posts_changed(answer: PostsChanged) -> None:
    """Add what is worked out after posts changed; the same one twice counts once."""
    if answer not in _posts_changed:
        _posts_changed.append(answer)


def posts_changed(people: Collection[int]) -> None:
    """Have everything worked out that follows from the posts of these people."""
    for answer in _posts_changed:
        answer(people)
