"""What pages of the workforce read: always through scope, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.core.scope import Scope, check_everywhere
from pqip.core.words import sought
from workforce.facts import register
from workforce.facts.opening import openings
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
from workforce.ports import merging
from workforce.ports.merging import How
from workforce.queries import alike as known_people

VIEW, MANAGE_PEOPLE, ACCOUNTS = (
    "workforce.view_person",
    "workforce.manage_people",
    "workforce.manage_accounts",
)
MERGE = "workforce.merge_people"
ACCESS_LOG = "workforce.view_access_log"


def people(user: Any, permission: str = VIEW) -> PersonQuerySet:
    """Return staff within reach."""
    return Person.objects.visible_to(user, permission)


def for_lists(rows: PersonQuerySet) -> PersonQuerySet:
    """Fetch what every list shows of a person in one query."""
    return rows.select_related("region", "pdu", "grade")


def regions_with_openings() -> list[tuple[Region, dt.datetime | None]]:
    """Return every region with the instant of its opening, or None."""
    opened = openings()
    return [
        (region, opened.get(region.pk)) for region in Region.objects.exclude(code=Region.NATIONAL)
    ]


def register_entries(user: Any) -> QuerySet[register.EntryWithState]:
    """Return the entries of the register within reach, as they are today."""
    return (
        register.entries(today())
        .visible_to(user, VIEW)
        .select_related("person__region", "person__pdu", "person__grade")
    )


def register_of(person: Person) -> list[register.EntryWithState]:
    """Return the entries of somebody fetched through scope, as they are today."""
    return list(register.entries(today()).filter(person=person).order_by("effective_on"))


def register_history(person: Person) -> QuerySet[RegisterChange]:
    """Return the changes of entries of somebody fetched through scope, the latest first."""
    return RegisterChange.objects.live().filter(person=person).order_by("-effective_on", "-id")


def register_changes(person: Person, public_id: Any) -> QuerySet[RegisterChange]:
    """Return the change with that identifier of somebody fetched through scope, even if undone."""
    return RegisterChange.objects.filter(person=person, public_id=public_id)


def entries_by(person: Person, award_type: str) -> QuerySet[RegisterEntry]:
    """Return what was recorded of an entry by an award, for a person fetched through scope.

    Undone and corrected rows are included.
    """
    return RegisterEntry.objects.filter(person=person, award_type=award_type)


def lacks_entry(person: Person) -> bool:
    """Return True if somebody holds a post that needs the qualification and has no active entry."""
    return register.unregistered(today()).filter(person=person).exists()


def without_entry(user: Any) -> PersonQuerySet:
    """Return people within reach who hold a post that needs the qualification and have no active
    entry.
    """
    return register.without_entry(people(user), today())


def current_record_key(person: Person) -> int | None:
    """Return the key of the ledger row with somebody's current details.

    A form compares it to see whether they have changed since.
    """
    return PersonRecord.objects.live().filter(person=person).values_list("pk", flat=True).first()


def posts(person: Person) -> QuerySet[Spell]:
    """Return the posts of a person fetched through scope, the latest first."""
    return (
        Spell.objects.live()
        .filter(person=person)
        .select_related("region", "pdu", "grade")
        .order_by("-effective_on")
    )


def absences(user: Any, person: Person) -> QuerySet[Absence]:
    """Return a person's absences, the latest first, for users who may manage people."""
    return (
        Absence.objects.live()
        .visible_to(user, MANAGE_PEOPLE)
        .filter(person=person)
        .order_by("-effective_on")
    )


def posts_begun(person: Person, on: dt.date) -> QuerySet[Spell]:
    """Return what was recorded of a post that began on a day, for a person fetched through scope.

    Undone and corrected rows are included.
    """
    return Spell.objects.filter(person=person, effective_on=on).select_related(
        "person", "region", "pdu", "grade"
    )


def absences_begun(user: Any, person: Person, kind: str, on: dt.date) -> QuerySet[Absence]:
    """Return what was recorded of an absence of a kind from a day, for users who may manage people.

    Undone and corrected rows are included.
    """
    rows = Absence.objects.visible_to(user, MANAGE_PEOPLE).filter(
        person=person, kind=kind, effective_on=on
    )
    return rows.select_related("person")


def accounts(user: Any) -> UserQuerySet:
    """Return accounts within an administrator's reach."""
    return User.objects.visible_to(user, ACCOUNTS)


def with_roles(rows: UserQuerySet) -> UserQuerySet:
    """Fetch the person, the roles and their places of each account."""
    return rows.select_related("person").prefetch_related(Prefetch("grants", grants()))


def grants() -> QuerySet[RoleGrant]:
    """Return roles with their places, the latest first."""
    return RoleGrant.objects.select_related("region", "pdu", "given_by", "user").order_by(
        "-starts_on", "pk"
    )


def to_confirm(user: Any, grants: Iterable[RoleGrant]) -> set[int]:
    """Return the keys of waiting roles that this user may confirm, in one query."""
    keys = [grant.pk for grant in grants if grant.is_waiting]
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k FROM unnest(%s) AS k WHERE workforce_why_not_confirm(k, %s) IS NULL",
            [keys, user.pk],
        )
        return {key for (key,) in cursor.fetchall()}


def access_entries(user: Any, words: str = "") -> QuerySet[AccessEntry]:
    """Return who saw and took out what: all of it, or that of accounts that match words.

    If the words are a staff number, what was read about that person is included. Raises
    PermissionDenied without the permission for the whole country.
    """
    check_everywhere(user, ACCESS_LOG)
    if not words.strip():
        return AccessEntry._default_manager.all()
    looked = Q(*(Q(user__search_name__contains=word) for word in sought(words)))
    whose = Person._default_manager.filter(staff_number__iexact=words.strip()).values("pk")
    return AccessEntry._default_manager.filter(looked | Q(person_key__in=whose))


def staff_numbers(person_keys: Iterable[int | None]) -> dict[int, str]:
    """Return the staff numbers of people by their internal keys, in one query."""
    keys = {key for key in person_keys if key}
    return (
        dict(Person.objects.filter(pk__in=keys).values_list("pk", "staff_number")) if keys else {}
    )


def merged(user: Any, *, undone: bool = False) -> QuerySet[PersonMerge]:
    """Return merges for users who may merge; with `undone`, undone merges are included."""
    rows = PersonMerge.objects.all() if undone else PersonMerge.objects.live()
    return rows.visible_to(user, MERGE).select_related("stays", "goes")


def stays_of(user: Any, public_id: Any) -> Person | None:
    """Return the person within reach to whom a merged record belongs now, or None."""
    merge = PersonMerge.objects.live().filter(goes__public_id=public_id)
    return Person.objects.visible_to(user, VIEW).filter(took_in__in=merge).first()


def merged_into(person: Person) -> list[PersonMerge]:
    """Return the merges into the record of a person who was fetched through scope."""
    return list(
        PersonMerge.objects.live()
        .filter(stays=person)
        .select_related("stays", "goes")
        .order_by("recorded_at")
    )


def held(*people: int) -> list[tuple[str, list[int]]]:
    """Return the number of facts of each kind for each of two people who are to be merged, in order
    of kinds.
    """
    found = []
    for kind in merging.kinds():
        moving = [
            name for name, how in kind.how.items() if how in (How.RECORDED, How.POINTED, How.ANCHOR)
        ]
        if moving and kind.model is not PersonMerge:
            counts = [
                kind.current().filter(merging.any_of(moving, [key])).count() for key in people
            ]
            found.append((kind.title[:1].upper() + kind.title[1:], counts))
    return [(name, counts) for name, counts in found if any(counts)]


def alike(user: Any, person: Person) -> PersonQuerySet:
    """Return others who share an e-mail address, or a name and date of birth, with somebody.

    They are within the user's reach for merging.
    """
    found = known_people.alike_on_record(
        [known_people.details_of(person)], Q(), but={person.staff_number}
    )
    numbers = {
        known.number
        for mark in known_people.details_of(person).marks
        for known in found.get(mark, ())
    }
    return people(user, MERGE).filter(staff_number__in=numbers)


def regions() -> QuerySet[Region]:
    """Return the twelve regions, without the national figure."""
    return Region.objects.exclude(code=Region.NATIONAL)


def pdus() -> QuerySet[Pdu]:
    """Return units that are open, region by region."""
    return (
        Pdu.objects.filter(closed_on=None)
        .select_related("region")
        .order_by("region__order", "name")
    )


def regions_within(scope: Scope) -> QuerySet[Region]:
    """Return regions in which somebody reaches anything at all."""
    if scope.everywhere:
        return regions()
    return regions().filter(
        Q(pk__in=scope.regions) | Q(pk__in=Pdu.objects.filter(pk__in=scope.pdus).values("region"))
    )


def pdus_within(scope: Scope) -> QuerySet[Pdu]:
    """Return units within reach that are open, region by region."""
    return (
        pdus()
        if scope.everywhere
        else pdus().filter(Q(region__in=scope.regions) | Q(pk__in=scope.pdus))
    )


def grades() -> QuerySet[Grade]:
    """Return the grades."""
    return Grade.objects.all()


def person_numbered(staff_number: str) -> Person | None:
    """Return the person with this whole staff number; None where nobody has it."""
    return Person.objects.numbered(staff_number.strip()).first()
