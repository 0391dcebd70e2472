"""About which places a user may ask, and whom they may see named."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from pqip.core.clock import today
from pqip.core.scope import Scope
from pqip.core.words import folded
from reports.figures.asking import OFFICER, PlaceFilter, Question
from workforce.data_quality import ABOUT_LEARNER, ABOUT_PERSON, ABOUT_PLACE, Check
from workforce.models import Grade, Pdu, Region

VIEW = "reports.view_reports"
TABLES = {"region": "workforce_region", "pdu": "workforce_pdu"}
ASSESSORS = """
SELECT id FROM workforce_person WHERE region_id = ANY(%(regions)s) OR pdu_id = ANY(%(pdus)s) OR id = %(self)s
UNION SELECT person_id FROM learners_allocation
WHERE %(countersigns)s AND role = 'countersigner' AND other_id = %(person)s AND voided_at IS NULL
    AND effective_on <= %(today)s AND (ended_on IS NULL OR ended_on >= %(today)s)
"""
NAMED = "SELECT id FROM learners_enrolment e WHERE {conditions}"


def find_place(kind: str, text: str) -> tuple[int, str, int | None] | None:
    """Return key, name and region key of a region or unit, by code or exact name; None where there is none."""
    for key, name, region_id, code in _places(kind):
        if folded(text) in (folded(code), folded(name)):
            return key, name, region_id
    return None


def codes_of_places(kind: str) -> list[str]:
    """Return the codes of every region or unit."""
    return [code for *_, code in _places(kind)]


def _places(kind: str) -> list[tuple[int, str, int | None, str]]:
    region = "region_id" if kind == "pdu" else "NULL::bigint"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, name, {region}, code FROM {TABLES[kind]} ORDER BY code")  # noqa: S608
        return cursor.fetchall()


def part_within(
    scope: Scope,
    *,
    region: int | None = None,
    pdu: int | None = None,
    pdu_region: int | None = None,
) -> PlaceFilter | None:
    """Return the part of the requested place that lies within a scope; None where no part does."""
    if pdu is not None:
        if scope.covers_region(pdu_region) or pdu in scope.pdus:
            return PlaceFilter(False, pdus=frozenset({pdu}))
    elif region is not None:
        if scope.covers_region(region):
            return PlaceFilter(False, regions=frozenset({region}))
        own = scope.pdus & _units_of(region)
        if own:
            return PlaceFilter(False, pdus=own)
    elif scope:
        return PlaceFilter(scope.everywhere, scope.regions, scope.pdus)
    return None


def unrestricted_question(
    as_at: dt.date,
    known_at: dt.datetime,
    place: PlaceFilter,
    *,
    by_pdu: bool = False,
    grade: str = OFFICER,
) -> Question:
    """The question of a named operator or job, who sees everything the place holds."""
    return Question(as_at, known_at, place, by_pdu=by_pdu or bool(place.pdus), grade=grade)


def question_for(
    user: Any,
    as_at: dt.date,
    known_at: dt.datetime,
    place: PlaceFilter,
    *,
    by_pdu: bool = False,
    grade: str = OFFICER,
) -> Question:
    """Return a user's question: names, assessors and equality breakdowns as far as they may see them."""
    return Question(
        as_at,
        known_at,
        place,
        by_pdu=by_pdu or bool(place.pdus),
        names=_named(user),
        with_names=user.can("learners.view_learner"),
        assessors=_assessors(user),
        equality=user.can("workforce.view_equality"),
        grade=grade,
    )


def unnamed_question(
    as_at: dt.date,
    known_at: dt.datetime,
    place: PlaceFilter,
    *,
    by_pdu: bool = False,
    grade: str = OFFICER,
) -> Question:
    """Return the question of a file with several readers: nobody is named, and special category data is not broken down."""
    return Question(
        as_at,
        known_at,
        place,
        by_pdu=by_pdu or bool(place.pdus),
        names=frozenset(),
        with_names=False,
        assessors=frozenset(),
        equality=False,
        grade=grade,
    )


def rights_of(user: Any) -> str:
    """Return what an answer about any place may show a user.

    Once this has changed, an earlier answer is no longer theirs to see.
    """
    scopes = (user.scope("learners.view_learner"), user.scope("reports.view_assessors"))
    reach = [
        [one.everywhere, sorted(one.regions), sorted(one.pdus), sorted(one.own), one.person_id]
        for one in scopes
    ]
    return json.dumps([*reach, user.can("workforce.view_equality")])


def opens_everybody(user: Any, permissions: Iterable[str], place: PlaceFilter) -> bool:
    """Return whether one of the permissions reaches a whole place, so that everybody counted there may be opened by name.

    Whoever reaches only people tied to them does not reach a place.
    """
    return any(_reaches(user.scope(permission), place) for permission in permissions)


def _reaches(scope: Scope, place: PlaceFilter) -> bool:
    if place.everywhere or scope.everywhere:
        return scope.everywhere
    if not (place.regions or place.pdus):
        return False
    pdus = place.pdus - scope.pdus
    return place.regions <= scope.regions and (
        not pdus or pdus <= frozenset[int]().union(*map(_units_of, scope.regions))
    )


#: The permission needed to see by name the people a check is about; places name nobody.
NAMED_BY = {
    ABOUT_PERSON: "workforce.view_person",
    ABOUT_LEARNER: "learners.view_learner",
    ABOUT_PLACE: VIEW,
}


def opened_as(user: Any, check: Check) -> str:
    """Return in which form the user may open the records of a check: learners, staff or places; "" where they get only
    counts.
    """
    kinds = [check.about, *([ABOUT_PERSON] if check.as_staff else [])]
    return next((kind for kind in kinds if user.can(NAMED_BY[kind])), "")


def _named(user: Any) -> frozenset[int] | None:
    """Return the enrolments (keys) whose learner the user may see by name; None for all."""
    scope = user.scope("learners.view_learner")
    if scope.everywhere:
        return None
    conditions = ["e.region_id = ANY(%(regions)s)", "e.pdu_id = ANY(%(pdus)s)"]
    own = {"learner": "person_id", "pta": "pta_id", "line_manager": "line_manager_id"}
    conditions += [
        f"e.{column} = %(person)s" for relation, column in own.items() if relation in scope.own
    ]
    return _keys(NAMED.format(conditions=" OR ".join(conditions)), _parameters(scope))


def _assessors(user: Any) -> frozenset[int] | None:
    """Return the assessors (keys) whose own row the user may see; None for all."""
    scope = user.scope("reports.view_assessors")
    if scope.everywhere:
        return None
    own = {
        "self": scope.person_id if "pta" in scope.own else None,
        "countersigns": "countersigner" in scope.own,
        "today": today(),
    }
    return _keys(ASSESSORS, _parameters(scope) | own) if scope else frozenset()


def _parameters(scope: Scope) -> dict[str, Any]:
    return {"regions": sorted(scope.regions), "pdus": sorted(scope.pdus), "person": scope.person_id}


def _units_of(region: int) -> frozenset[int]:
    return _keys("SELECT id FROM workforce_pdu WHERE region_id = %(region)s", {"region": region})


def _keys(sql: str, parameters: dict[str, Any]) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return frozenset(key for (key,) in cursor.fetchall())


REGIONS = """
SELECT code, id, name FROM workforce_region WHERE %(everywhere)s OR id = ANY(%(regions)s) ORDER BY "order", code
"""
PDUS = """
SELECT d.code, d.id, d.name, d.region_id FROM workforce_pdu d JOIN workforce_region r ON r.id = d.region_id
WHERE %(everywhere)s OR d.region_id = ANY(%(regions)s) OR d.id = ANY(%(pdus)s) ORDER BY r."order", d.name
"""


def places_of(user: Any) -> tuple[list[tuple[str, int, str]], list[tuple[str, int, str, int]]]:
    """Return the regions (code, key, name) and units (code, key, name, region) whose reports the user may see."""
    scope = user.scope(VIEW)
    asked = _parameters(scope) | {"everywhere": scope.everywhere}
    with connection.cursor() as cursor:
        cursor.execute(REGIONS, asked)
        regions = cursor.fetchall()
        cursor.execute(PDUS, asked)
        return regions, cursor.fetchall()


def grades() -> list[tuple[str, str]]:
    """Return codes and names of the grades. Reference data, which everybody may read."""
    return list(Grade._default_manager.order_by("order", "code").values_list("code", "name"))


def find_grade(text: str) -> str | None:
    """Return the code of a grade, by code or exact name; None where there is none."""
    for code, name in grades():
        if folded(text) in (folded(code), folded(name)):
            return code
    return None


def names_of(place: PlaceFilter) -> str:
    """Return the names of what a place covers. Reference data, which everybody may read."""
    regions = (
        Region._default_manager.filter(pk__in=place.regions)
        .order_by("order", "code")
        .values_list("name", flat=True)
    )
    pdus = (
        Pdu._default_manager.filter(pk__in=place.pdus)
        .order_by("region__order", "name")
        .values_list("name", flat=True)
    )
    return ", ".join([*regions, *pdus])


def place_names() -> tuple[dict[int, str], dict[int, str]]:
    """Return the names of every region and of every unit, by key. Reference data, which everybody may read."""
    regions, pdus = Region._default_manager, Pdu._default_manager
    return dict(regions.values_list("pk", "name")), dict(pdus.values_list("pk", "name"))


def region_of_unit(code: str) -> tuple[str, str]:
    """Return code and name of the region of a unit (code). Reference data, which everybody may read."""
    unit = Pdu._default_manager.select_related("region").get(code=code)
    return unit.region.code, unit.region.name


def region_and_pdu(region: str, pdu: str) -> tuple[Region | None, Pdu | None]:
    """Return the region and unit with these codes; None for an empty code. Reference data, which everybody may read."""
    regions, pdus = Region._default_manager, Pdu._default_manager
    return (regions.get(code=region) if region else None), (pdus.get(code=pdu) if pdu else None)
