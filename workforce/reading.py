"""What pages of the workforce read: always through scope, in as many queries at any number of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.models import AccessEntry
from pqip.core.scope import Scope
from pqip.core.words import sought
from workforce import known_people, merging, register_facts
from workforce.merging import How
from workforce.models import (
    Absence,
    Grade,
    Pdu,
    Person,
    PersonMerge,
    PersonRecord,
    Region,
    RegisterChange,
    RegisterEntry,
    RoleGrant,
    Spell,
    User,
)
from workforce.models.accounts import UserQuerySet
from workforce.models.people import PersonQuerySet
from workforce.opening import openings

VIEW, MANAGE_PEOPLE, ACCOUNTS = "workforce.view_person", "workforce.manage_people", "workforce.manage_accounts"
MERGE = "workforce.merge_people"
ACCESS_LOG = "workforce.view_access_log"


def people(user: Any, permission: str = VIEW) -> PersonQuerySet:
    """Staff within reach."""
    return Person.objects.visible_to(user, permission)


def for_lists(rows: PersonQuerySet) -> PersonQuerySet:
    """With what every list shows of a person, in one query."""
    return rows.select_related("region", "pdu", "grade")


def regions_with_openings() -> list[tuple[Region, dt.datetime | None]]:
    """Every region, and since when its record is kept here."""
    opened = openings()
    return [(region, opened.get(region.pk)) for region in Region.objects.exclude(code=Region.NATIONAL)]


def register_entries(user: Any) -> QuerySet[RegisterEntry]:
    """The register within reach as it stands today."""
    return register_facts.entries(today()).visible_to(user, VIEW).select_related("person__region", "person__pdu", "person__grade")


def register_of(person: Person) -> list[RegisterEntry]:
    """How the entries of somebody fetched through scope stand today."""
    return list(register_facts.entries(today()).filter(person=person).order_by("effective_on"))


def register_history(person: Person) -> QuerySet[RegisterChange]:
    """What happened to the entries of somebody fetched through scope, latest first."""
    return RegisterChange.objects.live().filter(person=person).order_by("-effective_on", "-id")


def register_changes(person: Person, public_id: Any) -> QuerySet[RegisterChange]:
    """One of them, undone or not."""
    return RegisterChange.objects.filter(person=person, public_id=public_id)


def entries_by(person: Person, award_type: str) -> QuerySet[RegisterEntry]:
    """What was recorded of an entry by an award, undone and corrected rows too; of a person fetched through scope."""
    return RegisterEntry.objects.filter(person=person, award_type=award_type)


def lacks_entry(person: Person) -> bool:
    """Whether somebody holds a post that needs the qualification, and has no active entry."""
    return register_facts.unregistered(today()).filter(person=person).exists()


def without_entry(user: Any) -> PersonQuerySet:
    """People within reach who do."""
    return register_facts.without_entry(people(user), today())


def known_as(person: Person) -> int | None:
    """Which row of the ledger says what somebody is called now, so that a form knows whether that has changed since."""
    return PersonRecord.objects.live().filter(person=person).values_list("pk", flat=True).first()


def posts(person: Person) -> QuerySet[Spell]:
    """The posts a person has held, latest first; asked of a person already fetched through scope."""
    return Spell.objects.live().filter(person=person).select_related("region", "pdu", "grade").order_by("-effective_on")


def absences(user: Any, person: Person) -> QuerySet[Absence]:
    """A person's absences, for those who may manage people, latest first."""
    return Absence.objects.live().visible_to(user, MANAGE_PEOPLE).filter(person=person).order_by("-effective_on")


def posts_begun(person: Person, on: dt.date) -> QuerySet[Spell]:
    """What was recorded of a post that began on a day, undone and corrected rows too; of a person fetched through scope."""
    return Spell.objects.filter(person=person, effective_on=on).select_related("person", "region", "pdu", "grade")


def absences_begun(user: Any, person: Person, kind: str, on: dt.date) -> QuerySet[Absence]:
    """What was recorded of an absence of a kind from a day, undone and corrected rows too, for those who may manage people."""
    rows = Absence.objects.visible_to(user, MANAGE_PEOPLE).filter(person=person, kind=kind, effective_on=on)
    return rows.select_related("person")


def accounts(user: Any) -> UserQuerySet:
    """Accounts within an administrator's reach."""
    return User.objects.visible_to(user, ACCOUNTS)


def with_roles(rows: UserQuerySet) -> UserQuerySet:
    """Accounts with their person and their roles, place and all."""
    return rows.select_related("person").prefetch_related(Prefetch("grants", grants()))


def grants() -> QuerySet[RoleGrant]:
    """Roles given, with their places, latest first."""
    return RoleGrant.objects.select_related("region", "pdu", "given_by", "user").order_by("-starts_on", "pk")


def to_confirm(user: Any, grants: Iterable[RoleGrant]) -> set[int]:
    """Keys of the roles that wait for somebody like this user to confirm them, in one query."""
    keys = [grant.pk for grant in grants if grant.is_waiting]
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT k FROM unnest(%s) AS k WHERE workforce_why_not_confirm(k, %s) IS NULL", [keys, user.pk])
        return {key for (key,) in cursor.fetchall()}


def access_entries(user: Any, words: str = "") -> QuerySet[AccessEntry]:
    """Who saw and took out what: all of it, or of accounts that match words, or of whose staff number they are.

    Raises PermissionDenied where not national.
    """
    if not user.scope(ACCESS_LOG).everywhere:
        raise PermissionDenied(ACCESS_LOG)
    if not words.strip():
        return AccessEntry._default_manager.all()
    looked = Q(*(Q(user__search_name__contains=word) for word in sought(words)))
    whose = Person._default_manager.filter(staff_number__iexact=words.strip()).values("pk")
    return AccessEntry._default_manager.filter(looked | Q(person_key__in=whose))


def staff_numbers(person_keys: Iterable[int | None]) -> dict[int, str]:
    """The staff numbers of people by their internal keys, in one query."""
    keys = {key for key in person_keys if key}
    return dict(Person.objects.filter(pk__in=keys).values_list("pk", "staff_number")) if keys else {}


def merged(user: Any, *, undone: bool = False) -> QuerySet[PersonMerge]:
    """Records merged into others, for those who may merge; those undone too where asked."""
    rows = PersonMerge.objects.all() if undone else PersonMerge.objects.live()
    return rows.visible_to(user, MERGE).select_related("stays", "goes")


def stays_of(user: Any, public_id: Any) -> Person | None:
    """Whom a record that was merged into another's now belongs to, within reach."""
    merge = PersonMerge.objects.live().filter(goes__public_id=public_id)
    return Person.objects.visible_to(user, VIEW).filter(took_in__in=merge).first()


def merged_into(person: Person) -> list[PersonMerge]:
    """Records merged into a person's, which was fetched through scope."""
    return list(PersonMerge.objects.live().filter(stays=person).select_related("stays", "goes").order_by("recorded_at"))


def held(*people: int) -> list[tuple[str, list[int]]]:
    """Of people who are to be merged: how many facts of each kind stand of each, in order of kinds."""
    found = []
    for kind in merging.kinds():
        moving = [name for name, how in kind.how.items() if how in (How.RECORDED, How.POINTED, How.ANCHOR)]
        if moving and kind.model is not PersonMerge:
            counts = [kind.standing().filter(merging.any_of(moving, [key])).count() for key in people]
            found.append((kind.title[:1].upper() + kind.title[1:], counts))
    return [(name, counts) for name, counts in found if any(counts)]


def alike(user: Any, person: Person) -> PersonQuerySet:
    """Within reach of merging, others who share an e-mail address, or a name and date of birth, with somebody."""
    found = known_people.alike_on_record([known_people.told_of(person)], Q(), but={person.staff_number})
    numbers = {known.number for mark in known_people.told_of(person).marks for known in found.get(mark, ())}
    return people(user, MERGE).filter(staff_number__in=numbers)


def regions() -> QuerySet[Region]:
    """The twelve regions; not the national figure."""
    return Region.objects.exclude(code=Region.NATIONAL)


def pdus() -> QuerySet[Pdu]:
    """Units that are open, region by region."""
    return Pdu.objects.filter(closed_on=None).select_related("region").order_by("region__order", "name")


def regions_within(scope: Scope) -> QuerySet[Region]:
    """Regions in which somebody reaches anything at all."""
    if scope.everywhere:
        return regions()
    return regions().filter(Q(pk__in=scope.regions) | Q(pk__in=Pdu.objects.filter(pk__in=scope.pdus).values("region")))


def pdus_within(scope: Scope) -> QuerySet[Pdu]:
    """Units within reach that are open, region by region."""
    return pdus() if scope.everywhere else pdus().filter(Q(region__in=scope.regions) | Q(pk__in=scope.pdus))


def grades() -> QuerySet[Grade]:
    return Grade.objects.all()


def person_numbered(staff_number: str) -> Person | None:
    """The person an account is tied to, by their staff number; None where none is given. Raises RuleBroken for none."""
    if not staff_number:
        return None
    person = Person.objects.numbered(staff_number.strip()).first()
    if person is None:
        raise RuleBroken("No person has this staff number. Import them first.", "staff_number")
    return person
