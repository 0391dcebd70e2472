"""Who is on the professional register, how their entry stands, and who should be: as at a day, as known at an instant."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from workforce.models import EssentialQualification, RegisterChange, RegisterEntry, Spell
from workforce.models.people import PersonQuerySet
from workforce.rules.register import ACTIVE, CPD


def entries(on: dt.date, known_at: dt.datetime | None = None) -> QuerySet[RegisterEntry]:
    """Entries made by a day, each with its `status`, `since` when, and the last day of a declaration (`declared_on`)."""
    changes = RegisterChange.objects.known_at(known_at).as_at(on).filter(
        person=OuterRef("person"), award_type=OuterRef("award_type")
    ).order_by("-effective_on", "-id")
    last, declared = changes.exclude(kind=CPD), changes.filter(kind=CPD)
    return RegisterEntry.objects.known_at(known_at).as_at(on).annotate(
        status=Coalesce(Subquery(last.values("kind")[:1]), Value(ACTIVE)),
        since=Coalesce(Subquery(last.values("effective_on")[:1]), F("effective_on")),
        declared_on=Subquery(declared.values("effective_on")[:1]),
    )


def needing(on: dt.date, known_at: dt.datetime | None = None) -> QuerySet[Spell]:
    """Posts held on a day that need the qualification as a probation officer: a function's own row counts before its grade's."""
    said = EssentialQualification.objects.known_at(known_at).as_at(on)
    rows = said.filter(grade=OuterRef("grade")).order_by("-effective_on", "-id")
    own = rows.filter(function=OuterRef("function")).exclude(function="").values("is_essential")[:1]
    every = rows.filter(function="").values("is_essential")[:1]
    posts = Spell.objects.known_at(known_at).in_force(on)
    return posts.annotate(is_essential=Coalesce(Subquery(own), Subquery(every), Value(False))).filter(is_essential=True)


def unregistered(on: dt.date, known_at: dt.datetime | None = None) -> QuerySet[Spell]:
    """Posts that need the qualification, held on a day by people of the Service without an active entry in the register."""
    active = entries(on, known_at).filter(person=OuterRef("person"), status=ACTIVE)
    return needing(on, known_at).filter(~Exists(active), person__organisation="")


def without_entry(people: PersonQuerySet, on: dt.date) -> PersonQuerySet:
    """Those of these people who hold such a post today."""
    return people.filter(Exists(unregistered(on).filter(person=OuterRef("pk"))))
