"""Who may ask about which places, and whom they may see named."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import connection

from pqip.core.clock import today
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.scope import Scope
from pqip.core.words import folded
from reports.figures.asking import Place, Question
from workforce.data_quality import ABOUT_LEARNER, ABOUT_PERSON, ABOUT_PLACE, Check
from workforce.models import Pdu, Region

VIEW = "reports.view_reports"
PLACES = {"region": ("workforce_region", "a region"), "pdu": ("workforce_pdu", "a unit")}
ASSESSORS = """
SELECT id FROM workforce_person WHERE region_id = ANY(%(regions)s) OR pdu_id = ANY(%(pdus)s) OR id = %(self)s
UNION SELECT person_id FROM learners_allocation
WHERE %(countersigns)s AND role = 'countersigner' AND other_id = %(person)s AND voided_at IS NULL
    AND effective_on <= %(today)s AND (ended_on IS NULL OR ended_on >= %(today)s)
"""
NAMED = "SELECT id FROM learners_enrolment e WHERE {conditions}"


def find_place(kind: str, text: str) -> tuple[int, str, int | None]:
    """Key, name and region key of a region or unit, by code or exact name. Raises RuleBroken with what there is."""
    table, words = PLACES[kind]
    region = "region_id" if kind == "pdu" else "NULL::bigint"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, name, {region}, code FROM {table} ORDER BY code")  # noqa: S608
        rows = cursor.fetchall()
    for key, name, region_id, code in rows:
        if folded(text) in (folded(code), folded(name)):
            return key, name, region_id
    known = ", ".join(row[3] for row in rows[:20]) + (", …" if len(rows) > 20 else "")
    raise RuleBroken(f'"{text}" is not {words}. Use one of {known}.', kind)


def place_within(scope: Scope, *, region: int | None = None, pdu: int | None = None, pdu_region: int | None = None) -> Place:
    """What of the place asked for lies within a scope. Raises NotAllowed where nothing does."""
    if pdu is not None:
        if scope.covers_region(pdu_region) or pdu in scope.pdus:
            return Place(False, pdus=frozenset({pdu}))
    elif region is not None:
        if scope.covers_region(region):
            return Place(False, regions=frozenset({region}))
        own = scope.pdus & _units_of(region)
        if own:
            return Place(False, pdus=own)
    elif scope:
        return Place(scope.everywhere, scope.regions, scope.pdus)
    raise NotAllowed("That place is outside what you may see.")


def whole_question(as_at: dt.date, known_at: dt.datetime, place: Place, *, by_pdu: bool = False) -> Question:
    """The question of a named operator or job, who sees everything the place holds."""
    return Question(as_at, known_at, place, by_pdu=by_pdu or bool(place.pdus))


def question_for(user: Any, as_at: dt.date, known_at: dt.datetime, place: Place, *, by_pdu: bool = False) -> Question:
    """A user's question: names, assessors and equality breakdowns as far as they may see them."""
    return Question(
        as_at, known_at, place, by_pdu=by_pdu or bool(place.pdus),
        names=_named(user), with_names=user.can("learners.view_learner"),
        assessors=_assessors(user), equality=user.can("workforce.view_equality"),
    )


def unnamed_question(as_at: dt.date, known_at: dt.datetime, place: Place, *, by_pdu: bool = False) -> Question:
    """The question of a file that several will read: nobody is named, no special category data is broken down."""
    return Question(
        as_at, known_at, place, by_pdu=by_pdu or bool(place.pdus), names=frozenset(), with_names=False,
        assessors=frozenset(), equality=False,
    )


def rights_of(user: Any) -> str:
    """Who and what an answer may show a user of any place. Where it has changed, an answer made before is not theirs any more."""
    scopes = (user.scope("learners.view_learner"), user.scope("reports.view_assessors"))
    reach = [[one.everywhere, sorted(one.regions), sorted(one.pdus), sorted(one.own), one.person_id] for one in scopes]
    return json.dumps([*reach, user.can("workforce.view_equality")])


#: What somebody needs to see by name whom a check is about; places name nobody.
NAMED_BY = {ABOUT_PERSON: "workforce.view_person", ABOUT_LEARNER: "learners.view_learner", ABOUT_PLACE: VIEW}


def opened_as(user: Any, check: Check) -> str:
    """As what somebody may open whom a check is about: learners, staff or places; empty for those who get counts."""
    kinds = [check.about, *([ABOUT_PERSON] if check.as_staff else [])]
    return next((kind for kind in kinds if user.can(NAMED_BY[kind])), "")


def _named(user: Any) -> frozenset[int] | None:
    """Enrolments whose learner the user may see by name; None for all."""
    scope = user.scope("learners.view_learner")
    if scope.everywhere:
        return None
    conditions = ["e.region_id = ANY(%(regions)s)", "e.pdu_id = ANY(%(pdus)s)"]
    own = {"learner": "person_id", "pta": "pta_id", "line_manager": "line_manager_id"}
    conditions += [f"e.{column} = %(person)s" for relation, column in own.items() if relation in scope.own]
    return _keys(NAMED.format(conditions=" OR ".join(conditions)), _parameters(scope))


def _assessors(user: Any) -> frozenset[int] | None:
    """Assessors whose own row the user may see; None for all."""
    scope = user.scope("reports.view_assessors")
    if scope.everywhere:
        return None
    own = {"self": scope.person_id if "pta" in scope.own else None, "countersigns": "countersigner" in scope.own,
           "today": today()}
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
    """Regions (code, key, name) and units (code, key, name, region) whose reports the user may see."""
    scope = user.scope(VIEW)
    asked = _parameters(scope) | {"everywhere": scope.everywhere}
    with connection.cursor() as cursor:
        cursor.execute(REGIONS, asked)
        regions = cursor.fetchall()
        cursor.execute(PDUS, asked)
        return regions, cursor.fetchall()


def names_of(place: Place) -> str:
    """The names of what a place covers. Reference data, which everybody may read."""
    regions = Region._default_manager.filter(pk__in=place.regions).order_by("order", "code").values_list("name", flat=True)
    pdus = Pdu._default_manager.filter(pk__in=place.pdus).order_by("region__order", "name").values_list("name", flat=True)
    return ", ".join([*regions, *pdus])


def place_names() -> tuple[dict[int, str], dict[int, str]]:
    """The names of every region and unit, by key. Reference data, which everybody may read."""
    regions, pdus = Region._default_manager, Pdu._default_manager
    return dict(regions.values_list("pk", "name")), dict(pdus.values_list("pk", "name"))


def region_and_pdu(region: str, pdu: str) -> tuple[Region | None, Pdu | None]:
    """The region and unit of two codes; None for an empty one. Reference data, which everybody may read."""
    regions, pdus = Region._default_manager, Pdu._default_manager
    return (regions.get(code=region) if region else None), (pdus.get(code=pdu) if pdu else None)
