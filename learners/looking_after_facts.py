"""What is on record of people who take a role in looking after others, and how many they look after already."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from learners import ports
from learners.models import Allocation, Segment
from learners.models.enrolments import Status
from learners.rules.looking_after import ASSESSING, DAY, LINE_MANAGER, MENTOR, PTA, Asked, Somebody, Stretch, refusal
from workforce.models import Absence, Person, Spell

#: Grades among whom somebody is offered by name to look after a learner, and so many of them at most. VQ3 assessors are there for
#: PSOs.
OFFERED = {PTA: ASSESSING - {"VQ3A"}, LINE_MANAGER: {"SPO"}, MENTOR: {"PO", "SPO"}}
LISTED = 300
AWAY = (Absence.Kind.LONG_TERM_ABSENCE, Absence.Kind.CAREER_BREAK)


def somebodies(people: Collection[int], on: dt.date, said: str = "name") -> dict[int, Somebody]:
    """What is on record of each of these people, in as many queries at any number; `said` is how words name them."""
    keys = sorted(set(people))
    posts, learns, away = _posts(keys), _learns(keys), _away(keys, on)
    assessing = ports.vocational().assessors(keys)
    return {
        one.pk: Somebody(
            getattr(one, said), one.grade.code if one.grade else "", bool(one.organisation), posts[one.pk], learns[one.pk],
            away[one.pk], assessing.get(one.pk),
        ) for one in Person.objects.filter(pk__in=keys).select_related("grade")
    }


@dataclass(frozen=True)
class Choice:
    """Somebody who may take a role, how many they have it for, and their target where there is one."""

    person: Person
    load: int
    target: int | None = None

    def over(self, more: int) -> bool:
        """Whether so many more are more than their target."""
        return self.target is not None and self.load + more > self.target


def choice_of(person: Person, role: str, on: dt.date) -> Choice:
    """How many somebody has a role for on a day, and of how many as an assessor."""
    target = ports.vocational().assessors([person.pk]).get(person.pk) if role == PTA else None
    return Choice(person, caseloads([person.pk], role, on).get(person.pk, 0), target.target_caseload if target else None)


def choices(people: QuerySet[Person], role: str, place: tuple[int | None, int | None], on: dt.date) -> list[Choice]:
    """Who of these people may take a role from today on in a region and unit, best placed first: of the unit, then with most
    room. Only roles with grades of their own are offered so."""
    region, pdu = place
    if role not in OFFERED or region is None:
        return []
    rows = people.filter(region=region, grade__code__in=OFFERED[role]).select_related("region", "pdu")
    listed = list(rows.order_by("sort_name", "pk")[:LISTED])
    keys = [one.pk for one in listed]
    known, loads = somebodies(keys, on), caseloads(keys, role, on)
    asked = Asked(role, Stretch(on), on)
    found = []
    for one in listed:
        if not refusal(known[one.pk], asked):
            assessing = known[one.pk].assessing if role == PTA else None
            found.append(Choice(one, loads.get(one.pk, 0), assessing.target_caseload if assessing else None))
    return sorted(found, key=lambda one: (pdu is None or one.person.pdu_id != pdu, one.over(1), one.load, one.person.sort_name))


def caseloads(people: Collection[int], role: str, on: dt.date, without: Collection[int] = ()) -> dict[int, int]:
    """How many people each of these has the role for on a day, but for those `without`."""
    rows = Allocation.objects.live().in_force(on).filter(other__in=list(people), role=role).exclude(person__in=list(without))
    return dict(rows.order_by().values_list("other").annotate(Count("person", distinct=True)))


def over_target(
    role: str, more: Mapping[int, int], on: dt.date, *, without: Collection[int] = (), said: str = "name"
) -> list[str]:
    """Who of these (by key, with how many they are given) would have a role for more than their target, in words.

    To those they are given come those they have it for on the day, but for the people `without`.
    """
    targets = {key: one.target_caseload for key, one in ports.vocational().assessors(more).items()} if role == PTA else {}
    loads = caseloads(list(targets), role, on, without)
    whole = {key: (loads.get(key, 0) + more[key], target) for key, target in targets.items() if target is not None}
    over = {key: pair for key, pair in whole.items() if pair[0] > pair[1]}
    names = sorted((str(getattr(one, said)), one.pk) for one in Person.objects.filter(pk__in=over))
    return [f"{name} would have {over[key][0]} where the target is {over[key][1]}." for name, key in names]


def _posts(keys: list[int]) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = defaultdict(list)
    rows = Spell.objects.live().filter(person__in=keys).order_by("person", "effective_on")
    for person, first, last, grade in rows.values_list("person_id", "effective_on", "ended_on", "grade__code"):
        found[person].append(Stretch(first, last, grade))
    return found


def _learns(keys: list[int]) -> dict[int, list[Stretch]]:
    """When they are on the programme, or on a break of it."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    rows = Segment.objects.filter(enrolment__person__in=keys, status__in=[Status.ACTIVE, Status.DEFERRED]).order_by("from_on")
    for person, first, after in rows.values_list("enrolment__person_id", "from_on", "to_on"):
        found[person].append(Stretch(first, after - DAY if after else None))
    return found


def _away(keys: list[int], on: dt.date) -> dict[int, list[Stretch]]:
    """Absences; without a last day they end when a return is expected, unless that day has gone by."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    rows = Absence.objects.live().filter(person__in=keys, kind__in=AWAY).order_by("effective_on")
    for person, first, last, expected in rows.values_list("person_id", "effective_on", "ended_on", "expected_end_date"):
        back = last or (expected if expected and expected >= on else None)
        found[person].append(Stretch(first, back))
    return found
