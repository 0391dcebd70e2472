"""What becomes of each relation to a person when two records of one person are merged.

Each app registers its own. Every foreign key to `Person` must be registered: `undeclared` lists
those that are not, and a system check then fails. So no fact is forgotten, and none is moved by a
guess.

    merging.register(Spell, person=How.RECORDED)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from pqip.core.columns import own_field
from pqip.core.formats import short_date
from workforce.models import Person


class How(Enum):
    """What becomes of a relation to a person."""

    #: A dated fact: it is voided, and recorded anew for the person who stays, at one instant.
    RECORDED = "recorded"
    #: An identity: the row itself belongs to the person who stays from then on; `belonging` answers
    #: whose it was before.
    POINTED = "pointed"
    #: Somebody's judgement or authority, which stays under the record that gave it, so that record
    #: is kept. If both records have some, neither can go.
    ANCHOR = "anchor"
    #: A copy of what facts say, which is worked out anew from them.
    FOLLOWS = "follows"
    #: Handled by its own code (`merge_people`), or about the record itself.
    APART = "apart"


@dataclass(frozen=True)
class Follows:
    """Rows that the service works out from other facts, among rows that somebody stated.

    `column` tells the two apart, and `instead_of` is the relation to the row that such a row
    replaces. They are voided with `reason` when they are worked out again.
    """

    column: str
    instead_of: str
    reason: str


@dataclass(frozen=True)
class Kind:
    """How the relations of one model to people move in a merge.

    `about` is the path to the person whom a row is about, if a relation names somebody else. It
    ensures that nobody comes to have judged, looked after or been allocated to themselves. `words`
    describes one row, and `title` names such rows.
    """

    model: type[models.Model]
    how: dict[str, How]
    about: str
    words: Callable[[Any], str]
    mend: str
    title: str
    follows: Follows | None = None

    def fields(self, how: How) -> list[str]:
        """Return the names of the relations that move in that way."""
        return [name for name, said in self.how.items() if said is how]

    def of(self, how: How, keys: Collection[int]) -> models.Q:
        """Return a filter for rows with one of these people in a relation that moves in that way."""
        return any_of(self.fields(how), keys)

    @property
    def is_ledger(self) -> bool:
        """True if the rows are dated facts."""
        return getattr(self.model, "is_ledger", False)

    def current(self) -> models.QuerySet:
        """Return the rows that are in force now."""
        rows = self.model._base_manager.all()
        return rows.filter(voided_at=None) if self.is_ledger else rows

    def is_worked_out(self, row: Any) -> bool:
        """Return True if the service worked the row out from other facts."""
        return self.follows is not None and getattr(row, self.follows.column)

    def stated(self, since: dt.datetime) -> models.QuerySet:
        """Return the rows that somebody stated and that count now.

        They are in force, or were recorded since an instant and then replaced by rows that were
        worked out and that nobody corrected.
        """
        if self.follows is None:
            return self.current()
        stated = self.model._base_manager.filter(**{self.follows.column: False})
        name = f"{self.follows.instead_of}__{self.follows.instead_of}"
        put_right = stated.filter(**{name: models.OuterRef("pk")})
        gave_way = models.Q(void_reason=self.follows.reason, recorded_at__gte=since)
        return stated.filter(models.Q(voided_at=None) | (gave_way & ~models.Exists(put_right)))

    def remade(self, rows: Sequence[Any]) -> list[Any]:
        """Return the rows of one person that are worked out again rather than moved.

        They do not depend on a row that somebody stated, and nobody stated a row in the place of
        one.
        """
        if self.follows is None:
            return []
        name = own_field(self.model, self.follows.instead_of).attname
        if any(getattr(row, name) is not None and not self.is_worked_out(row) for row in rows):
            return []
        return [row for row in rows if self.is_worked_out(row) and getattr(row, name) is None]


def any_of(names: Collection[str], keys: Collection[int]) -> models.Q:
    """Return a filter for rows with one of these people in one of these relations."""
    found = models.Q(pk__in=[])
    for name in names:
        found |= models.Q(**{f"{name}__in": list(keys)})
    return found


#: A function that returns identity rows of the person who goes that hold nothing and may stay
#: behind, and the facts voided with them.
Spare = Callable[[int, int], tuple[Collection[int], Sequence[models.Model]]]


@dataclass
class _Registry:
    kinds: dict[type[models.Model], Kind] = field(default_factory=dict)
    spares: dict[type[models.Model], Spare] = field(default_factory=dict)
    holds: list[Callable[[Collection[int]], None]] = field(default_factory=list)
    after: list[Callable[[Collection[int]], None]] = field(default_factory=list)


_registry = _Registry()
UNDO = "Undo or correct one of them first."


def register(
    model: type[models.Model],
    *,
    about: str = "",
    words: Callable[[Any], str] | None = None,
    mend: str = UNDO,
    title: str = "",
    follows: Follows | None = None,
    **how: How,
) -> None:
    """Register how a model's relations to people move. A second registration replaces the first."""
    title = title or str(model._meta.verbose_name_plural)
    _registry.kinds[model] = Kind(model, how, about, words or described, mend, title, follows)


def register_spare(model: type[models.Model], spare: Spare) -> None:
    """Register which identity rows of the person who goes hold nothing that the person who stays
    lacks.
    """
    _registry.spares[model] = spare


def register_hold(hold: Callable[[Collection[int]], None]) -> None:
    """Register a function that locks the rows that belong to these people.

    The functions are called in the order of the apps, lowest first (`docs/architecture.md`).
    """
    if hold not in _registry.holds:
        _registry.holds.append(hold)


def register_after(after: Callable[[Collection[int]], None]) -> None:
    """Register a function that works out again what follows from the facts of these people."""
    if after not in _registry.after:
        _registry.after.append(after)


def kinds() -> list[Kind]:
    """Return every kind, in the order of the apps, lowest first."""
    return list(_registry.kinds.values())


def spares() -> dict[type[models.Model], Spare]:
    """Return, by model, the function that finds rows which may stay behind."""
    return _registry.spares


def hold(people: Collection[int]) -> None:
    """Lock everything that belongs to these people."""
    for one in _registry.holds:
        one(people)


def work_out(people: Collection[int]) -> None:
    """Work out again everything that follows from the facts of these people."""
    for one in _registry.after:
        one(people)


def described(row: Any) -> str:
    """Return a description of a row: its kind, and the day from which it holds."""
    day = getattr(row, "effective_on", None)
    title = str(row._meta.verbose_name)
    return f"{title} of {short_date(day)}" if day else title


def relations() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every foreign key to a person, as model and field name, from the model registry."""
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            if one.is_relation and one.related_model is Person:
                yield model, one.name


def undeclared() -> list[str]:
    """Return relations that are not registered, and registrations of relations that no longer
    exist.
    """
    declared = {(kind.model, name) for kind in kinds() for name in kind.how}
    return sorted(f"{model._meta.label}.{name}" for model, name in declared ^ set(relations()))


@checks.register
def every_relation_says(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """System check: fail unless every relation to a person is registered."""
    return [
        checks.Error(
            f"{name} does not say what becomes of it when two records of a person are merged.",
            hint="Register it: workforce/ports/merging.py.",
            id="workforce.E010",
        )
        for name in undeclared()
    ]
