"""Scope equals a slow reference written from the words, and reading goes through it only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st

from pqip.core.permissions import catalogue
from pqip.core.scope import Scope
from tests.factories.workforce import grant, person, user
from tests.personas import persona
from workforce.actions.accounts import confirm_role, end_role, give_role
from workforce.models import Person
from workforce.roles import ROLES

PROJECT = Path(__file__).resolve().parents[2]
#: Rooms that read through `visible_to` and functions of `reading.py` only.
ROOMS = ("views", "forms", "tasks", "presenters", "render", "catalogue")
APPS = ("workforce", "learners", "assessments", "reports", "pqip/exchange/views")
#: What may follow `.objects` in them: the methods that take the user.
SCOPED = {"visible_to", "made_by"}

keys = st.frozensets(st.integers(1, 4), max_size=3)
scopes = st.builds(
    Scope, everywhere=st.booleans(), regions=keys, pdus=keys, own=st.frozensets(st.sampled_from(["pta", "learner"]), max_size=2),
    person_id=st.none() | st.integers(1, 4),
)
rows = st.fixed_dictionaries({name: st.integers(1, 4) for name in ("region", "pdu", "pta", "learner")})
PATHS = {"region": "region", "pdu": "pdu", "pta": "pta", "learner": "learner"}


def reaches(scope: Scope, row: dict[str, int]) -> bool:
    """In words: everywhere, or its region, or its unit, or a relation of one's own to the person."""
    if scope.everywhere or row["region"] in scope.regions or row["pdu"] in scope.pdus:
        return True
    return scope.person_id is not None and any(row[relation] == scope.person_id for relation in scope.own)


def matches(scope: Scope, row: dict[str, int]) -> bool:
    """The condition, worked out by hand over one row."""
    condition = scope.condition(PATHS)
    if scope.everywhere:
        return not condition
    tests = [child for child in _flat(condition) if child[0] != "pk__in"]
    return any(row[path.removesuffix("__in")] in (value if path.endswith("__in") else {value}) for path, value in tests)


def _flat(condition):
    for child in condition.children:
        if isinstance(child, tuple):
            yield child
        else:
            yield from _flat(child)


@settings(max_examples=300, deadline=None)
@given(scope=scopes, row=rows)
def test_a_scope_reaches_what_its_words_say(scope: Scope, row: dict[str, int]) -> None:
    assert matches(scope, row) == reaches(scope, row)


@settings(max_examples=200, deadline=None)
@given(one=scopes, other=scopes, row=rows)
def test_two_scopes_of_a_person_reach_the_union(one: Scope, other: Scope, row: dict[str, int]) -> None:
    same = Scope(other.everywhere, other.regions, other.pdus, other.own, one.person_id)
    assert reaches(one | same, row) == (reaches(one, row) or reaches(same, row))


@pytest.mark.django_db
def test_asking_without_the_permission_is_an_error_never_an_empty_list() -> None:
    with pytest.raises(PermissionDenied):
        Person.objects.visible_to(persona("administrator"), "workforce.view_person")


@pytest.mark.django_db
def test_each_role_counts_for_itself() -> None:
    """An assessor in one region and a regional manager in another gains neither in both."""
    who = user("regional_manager", in_region="NE", person=person(in_region="WAL"))
    grant(who, "learning_manager", in_region="WAL")
    assert len(who.scope("workforce.manage_people").regions) == 1
    assert len(who.scope("workforce.view_person").regions) == 2


@pytest.mark.django_db
def test_a_unit_narrows_a_role() -> None:
    near, far = person(in_pdu="N54DUR"), person(in_pdu="N54SUND")
    seen = Person.objects.visible_to(persona("regional_manager", region="NE", pdu="N54DUR"), "workforce.view_person")
    assert near in seen
    assert far not in seen


@pytest.mark.django_db
def test_losing_a_role_is_felt_at_the_next_request() -> None:
    from tests.personas import client_for

    who = persona("regional_manager")
    client = client_for(who)
    assert client.get("/staff/").status_code == 200
    end_role(by=persona("administrator"), grant=who.grants.get())
    assert client.get("/staff/").status_code == 403


@pytest.mark.django_db
def test_a_role_that_waits_or_has_ended_gives_nothing() -> None:
    who, first, second = user(), persona("administrator"), persona("administrator")
    waiting = give_role(by=first, user=who, role="national")
    assert not who.can("workforce.view_person")
    confirm_role(by=second, grant=waiting)
    who.__dict__.pop("grants_today", None)
    assert who.can("workforce.view_person")


def test_every_permission_of_every_role_is_in_the_catalogue() -> None:
    given_out = {code for role in ROLES.values() for code in role.permissions}
    assert given_out <= set(catalogue)


def test_every_permission_is_given_to_somebody() -> None:
    given_out = {code for role in ROLES.values() for code in role.permissions}
    assert set(catalogue) - given_out == set()


def modules() -> list[Path]:
    found = [path for app in APPS for path in (PROJECT / app).rglob("*.py")]
    return [path for path in found if set(path.relative_to(PROJECT).with_suffix("").parts) & set(ROOMS)]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_page_reads_past_scope(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reads = {node.value: node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    managers = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager"}]
    past = [node.lineno for node in managers if reads.get(node) not in SCOPED]
    assert past == [], f"read through `visible_to` in reading.py instead, lines {past}"
