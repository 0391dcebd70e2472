"""Scope: whose records a user may reach with one permission.

A `Scope` is the union of everything, of regions, of delivery units and of the people tied to a person by a relation (own
learners, own record). The app that knows accounts computes it; each model declares which of its paths lead to a region, a
unit and a related person. Asking without the permission is an error, never an empty list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import models

from pqip.core.ledger import LedgerQuerySet


@dataclass(frozen=True)
class Scope:
    """What a user reaches with one permission. `own` names relations: `learner`, `pta`, `line_manager`, …

    `follows_post` says whether the permission also reaches an officer from the place of their post.
    """

    everywhere: bool = False
    regions: frozenset[int] = frozenset()
    pdus: frozenset[int] = frozenset()
    own: frozenset[str] = frozenset()
    person_id: int | None = None
    follows_post: bool = False

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.regions or self.pdus or (self.own and self.person_id))

    def __or__(self, other: Scope) -> Scope:
        return Scope(
            self.everywhere or other.everywhere,
            self.regions | other.regions,
            self.pdus | other.pdus,
            self.own | other.own,
            self.person_id or other.person_id,
            self.follows_post or other.follows_post,
        )

    def covers_region(self, region_id: int | None) -> bool:
        """Return whether the scope covers all of a region."""
        return self.everywhere or region_id in self.regions

    def covers(self, region_id: int | None, pdu_id: int | None = None) -> bool:
        """Return whether the scope covers a unit, or all of a region. A blank place is the whole country."""
        return self.covers_region(region_id) or (pdu_id is not None and pdu_id in self.pdus)

    def condition(self, paths: Mapping[str, str]) -> models.Q:
        """Return the filter for a model whose `paths` lead to `region`, `pdu` and each related person.

        `region_of_post` and `pdu_of_post` lead to where somebody holds their post; they count where the permission follows
        it.
        """
        if self.everywhere:
            return models.Q()
        parts = models.Q(pk__in=[])
        for path, reached in self._reached(paths):
            parts |= models.Q(**{f"{path}__in": reached})
        return parts

    def reaches(self, row: models.Model) -> bool:
        """Return without a query whether a row, whose `SCOPE` leads to its own columns, is within the scope, as `condition`
        says.
        """
        return self.everywhere or any(
            getattr(row, path) in reached
            for path, reached in self._reached(row.SCOPE)  # type: ignore[attr-defined]
        )

    def _reached(self, paths: Mapping[str, str]) -> Iterator[tuple[str, frozenset[int]]]:
        """Yield each path that may lead into the scope, and the keys to which it must lead."""
        for kind, places in (("region", self.regions), ("pdu", self.pdus)):
            for name in (kind, *([f"{kind}_of_post"] if self.follows_post else [])):
                if places and name in paths:
                    yield paths[name], places
        if self.person_id:
            for relation in sorted(self.own & set(paths)):
                yield paths[relation], frozenset({self.person_id})


def reach_of(user: Any, permission: str) -> Scope:
    """Return what `user` may reach with `permission`. Raises PermissionDenied without it."""
    scope = user.scope(permission)
    if not scope:
        raise PermissionDenied(permission)
    return scope


def check_everywhere(user: Any, permission: str) -> None:
    """Raise PermissionDenied unless `user` reaches the whole country with `permission`: for rows that have no place."""
    if not user.scope(permission).everywhere:
        raise PermissionDenied(permission)


class ScopedMixin:
    """Adds `visible_to` to a queryset whose model declares `SCOPE`, a mapping from kind to path."""

    def visible_to(self, user: Any, permission: str) -> Self:
        """Return the rows that `user` may reach with `permission`. Raises PermissionDenied without it."""
        scope = reach_of(user, permission)
        return self.filter(scope.condition(self.model.SCOPE))  # type: ignore[attr-defined]


class ScopedQuerySet(ScopedMixin, models.QuerySet):
    """Queryset of identities: people, learners, evidence."""


class ScopedLedgerQuerySet(ScopedMixin, LedgerQuerySet):
    """Queryset of ledgers with facts about people."""
