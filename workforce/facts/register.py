"""The professional register: who is on it, the status of each entry, and who should be on it.

It is as at a day and as known at an instant.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import EssentialQualification, RegisterChange, RegisterEntry, Spell
from workforce.models.people import PersonQuerySet
from workforce.rules.register import ACTIVE, CPD

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _EntryState(TypedDict):
        status: str
        since: dt.date
        declared_on: dt.date | None

    #: An entry with its status, as `entries` returns it.
    EntryWithState = WithAnnotations[RegisterEntry, _EntryState]


def entries(
    on: dt.date, known_at: dt.datetime | None = None
) -> ScopedLedgerQuerySet[EntryWithState]:
    """Return entries made by a day.

    Each has its `status`, the day it holds from (`since`), and the day of the last declaration
    (`declared_on`).
    """
    changes = (
        RegisterChange.objects.known_at(known_at)
        .as_at(on)
        .filter(person=OuterRef("person"), award_type=OuterRef("award_type"))
        .order_by("-effective_on", "-id")
    )
    last, declared = changes.exclude(kind=CPD), changes.filter(kind=CPD)
    return (
        RegisterEntry.objects.known_at(known_at)
        .as_at(on)
        .annotate(
            status=Coalesce(Subquery(last.values("kind")[:1]), Value(ACTIVE)),
            since=Coalesce(Subquery(last.values("effective_on")[:1]), F("effective_on")),
            declared_on=Subquery(declared.values("effective_on")[:1]),
        )
    )


def needing(on: dt.date, known_at: dt.datetime | None = None) -> QuerySet[Spell]:
    """Return posts held on a day that need the qualification as a probation officer.

    A row for the function counts before the one for its grade.
    """
    requirements = EssentialQualification.objects.known_at(known_at).as_at(on)
    rows = requirements.filter(grade=OuterRef("grade")).order_by("-effective_on", "-id")
    own = rows.filter(function=OuterRef("function")).exclude(function="").values("is_essential")[:1]
    every = rows.filter(function="").values("is_essential")[:1]
    posts = Spell.objects.known_at(known_at).in_force(on)
    return posts.annotate(
        is_essential=Coalesce(Subquery(own), Subquery(every), Value(False))
    ).filter(is_essential=True)


def unregistered(on: dt.date, known_at: dt.datetime | None = None) -> QuerySet[Spell]:
    """Return posts that need the qualification, held on a day by people of the Service without an
    active entry.
    """
    active = entries(on, known_at).filter(person=OuterRef("person"), status=ACTIVE)
    return needing(on, known_at).filter(~Exists(active), person__organisation="")


def without_entry(people: PersonQuerySet, on: dt.date) -> PersonQuerySet:
    """Filter these people for those who hold a post that needs an entry today and have no active
    one.
    """
    return people.filter(Exists(unregistered(on).filter(person=OuterRef("pk"))))
