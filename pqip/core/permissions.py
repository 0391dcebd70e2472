"""The catalogue of permissions. Each app declares its own in its `permissions.py`, with a plain sentence for each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Permission:
    """Something that a user may do: a code such as `learners.view_learner`, and what it allows, in words."""

    code: str
    sentence: str
    #: What it allows belongs to no region: a role that gives it for a place gives nothing.
    whole_country: bool = False
    #: It also reaches officers who came through the programme from the region and unit of their post.
    follows_post: bool = False


catalogue: dict[str, Permission] = {}


def register(*permissions: Permission) -> None:
    """Add permissions to the catalogue. Raises ValueError for a code declared twice."""
    for permission in permissions:
        if catalogue.get(permission.code, permission) != permission:
            raise ValueError(f"Permission {permission.code} is declared twice.")
        catalogue[permission.code] = permission


def is_of_whole_country(code: str) -> bool:
    """Return whether a permission counts only where the role is for the whole country."""
    return code in catalogue and catalogue[code].whole_country


def does_follow_post(code: str) -> bool:
    """Return whether a permission also reaches officers from the place of their post."""
    return code in catalogue and catalogue[code].follows_post
