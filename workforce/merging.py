"""What each relation to a person becomes when two records of one person are merged, said by the floor it belongs to.

Every foreign key to `Person` says which it is, or `undeclared` names it and a check of the project fails. So no fact is
forgotten, and none is moved by a guess.

    merging.register(Spell, person=How.RECORDED)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from pqip.govuk.formats import short_date
from workforce.models import Person


class How(Enum):
    """What becomes of what a relation says."""

    #: A dated fact: voided, and recorded anew for who stays, at one instant.
    RECORDED = "recorded"
    #: An identity: the row itself is of who stays from then on; `belonging` answers whose it was known to be before.
    POINTED = "pointed"
    #: Somebody's judgement or authority, which stays under the record that gave it: that record is the one kept. Of two, both
    #: of which have some, neither can go.
    ANCHOR = "anchor"
    #: Repeats what facts say, and is worked out anew from them.
    FOLLOWS = "follows"
    #: Kept by something of its own (`merge_people`), or is about the very record.
    APART = "apart"


@dataclass(frozen=True)
class Kind:
    """How one model's relations move. `about`: the path to the person whom a row is about, where a relation names another,
    so that nobody comes to have judged, looked after or been allocated to themself. `words` says one row in words, `title`
    what such rows are."""

    model: type[models.Model]
    how: dict[str, How]
    about: str
    words: Callable[[Any], str]
    mend: str
    title: str

    def fields(self, how: How) -> list[str]:
        return [name for name, said in self.how.items() if said is how]

    def of(self, how: How, keys: Collection[int]) -> models.Q:
        """Rows with one of these people in a relation that moves so."""
        return any_of(self.fields(how), keys)

    @property
    def is_ledger(self) -> bool:
        return getattr(self.model, "is_ledger", False)

    def standing(self) -> models.QuerySet:
        """Rows that count now."""
        rows = self.model._base_manager.all()
        return rows.filter(voided_at=None) if self.is_ledger else rows


def any_of(names: Collection[str], keys: Collection[int]) -> models.Q:
    """Rows with one of these people in one of these relations."""
    found = models.Q(pk__in=[])
    for name in names:
        found |= models.Q(**{f"{name}__in": list(keys)})
    return found


#: Identity rows of who goes that hold nothing and may stay behind, and the facts that are voided with them.
Spare = Callable[[int, int], tuple[Collection[int], Sequence[models.Model]]]


@dataclass
class _Said:
    kinds: dict[type[models.Model], Kind] = field(default_factory=dict)
    spares: dict[type[models.Model], Spare] = field(default_factory=dict)
    holds: list[Callable[[Collection[int]], None]] = field(default_factory=list)
    after: list[Callable[[Collection[int]], None]] = field(default_factory=list)


_said = _Said()
UNDO = "Undo or correct one of them first."


def register(
    model: type[models.Model], *, about: str = "", words: Callable[[Any], str] | None = None, mend: str = UNDO, title: str = "",
    **how: How,
) -> None:
    """Say how a model's relations to people move. Saying it again replaces it."""
    _said.kinds[model] = Kind(model, how, about, words or described, mend, title or str(model._meta.verbose_name_plural))


def register_spare(model: type[models.Model], spare: Spare) -> None:
    """Say which identity rows of who goes hold nothing that who stays has not."""
    _said.spares[model] = spare


def register_hold(hold: Callable[[Collection[int]], None]) -> None:
    """Hold what hangs from these people, in the order of `docs/architecture.md`; asked in the order of the floors."""
    if hold not in _said.holds:
        _said.holds.append(hold)


def register_after(after: Callable[[Collection[int]], None]) -> None:
    """Work out anew what follows from the facts of these people."""
    if after not in _said.after:
        _said.after.append(after)


def kinds() -> list[Kind]:
    """Every kind, floor by floor."""
    return list(_said.kinds.values())


def spares() -> dict[type[models.Model], Spare]:
    return _said.spares


def hold(people: Collection[int]) -> None:
    for one in _said.holds:
        one(people)


def work_out(people: Collection[int]) -> None:
    for one in _said.after:
        one(people)


def described(row: Any) -> str:
    """A row in words: what it is, and from when."""
    day = getattr(row, "effective_on", None)
    said = str(row._meta.verbose_name)
    return f"{said} of {short_date(day)}" if day else said


def relations() -> Iterator[tuple[type[models.Model], str]]:
    """Every foreign key to a person, by model and field, from the model registry."""
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            if one.is_relation and one.related_model is Person:
                yield model, one.name


def undeclared() -> list[str]:
    """Relations that nobody has said anything of, and sayings of relations that are gone."""
    said = {(kind.model, name) for kind in kinds() for name in kind.how}
    return sorted(f"{model._meta.label}.{name}" for model, name in said ^ set(relations()))


@checks.register
def every_relation_says(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """A relation to a person says what becomes of it when two records are merged."""
    return [
        checks.Error(f"{name} does not say what becomes of it when two records of a person are merged.",
                     hint="Register it: workforce/merging.py.", id="workforce.E010")
        for name in undeclared()
    ]
