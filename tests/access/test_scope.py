"""Scope equals a slow reference written from the words, and reading goes through it only."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st

from pqip.core.permissions import catalogue
from pqip.core.scope import Scope
from tests.factories.workforce import grant, person, user
from tests.personas import persona
from workforce.actions.accounts import confirm_role, end_role, give_role
from workforce.models import Person, User
from workforce.roles import ROLES

PROJECT = Path(__file__).resolve().parents[2]
#: Rooms that read through `visible_to` and functions of `reading.py` only.
ROOMS = ("views", "forms", "tasks", "presenters", "render", "catalogue")
APPS = ("workforce", "learners", "assessments", "reports", "pqip")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
#: What may follow a manager in them: the methods that take the user.
SCOPED = {"visible_to", "made_by"}
#: What pages read past scope, and why: the model and what follows its manager.
PAST_SCOPE = {
    "AccessEntry.create": "a page writes that somebody looked",
    "Job.parked": "background work, which administrators look after: keys and dates",
    "Message.needing_attention": "e-mails that did not arrive, which administrators look after: they name nobody",
    "ImportRun.select_related": "the worker's own run, checked against who asked for it",
    "column.remote_field.model.all": "what a row of reference data may refer to",
    "rows.model.filter": "the rows of a page, by keys that were fetched through scope",
}
#: Functions of `reading.py` that read facts about people past scope, and why that is safe.
OF_NO_RECORD = {
    "person_numbered": "an administrator ties an account to a staff number typed whole",
    "names_of_actors": "names of accounts, by the keys that an audit fetched through scope holds",
    "access_entries": "the data protection officer's whole log, searched by a staff number typed whole",
    "grants": "roles, joined to accounts fetched through scope",
}

keys = st.frozensets(st.integers(1, 4), max_size=3)
scopes = st.builds(
    Scope, everywhere=st.booleans(), regions=keys, pdus=keys, own=st.frozensets(st.sampled_from(["pta", "learner"]), max_size=2),
    person_id=st.none() | st.integers(1, 4), follows_post=st.booleans(),
)
PATHS = {name: name for name in ("region", "pdu", "region_of_post", "pdu_of_post", "pta", "learner")}
rows = st.fixed_dictionaries({name: st.integers(1, 4) for name in PATHS})


def reaches(scope: Scope, row: dict[str, int]) -> bool:
    """In words: everywhere, or its region, or its unit, those of its post where that counts, or a relation of one's own."""
    if scope.everywhere or row["region"] in scope.regions or row["pdu"] in scope.pdus:
        return True
    if scope.follows_post and (row["region_of_post"] in scope.regions or row["pdu_of_post"] in scope.pdus):
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
    assert scope.reaches(SimpleNamespace(SCOPE=PATHS, **row)) == reaches(scope, row)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(one=scopes, other=scopes, row=rows)
def test_two_scopes_of_a_person_reach_the_union(one: Scope, other: Scope, row: dict[str, int]) -> None:
    same = Scope(other.everywhere, other.regions, other.pdus, other.own, one.person_id, one.follows_post)
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
    assert len(who.scope("workforce.import_staff").regions) == 1
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


def reads(tree: ast.AST) -> list[tuple[str, str, int]]:
    """Every read through a manager: the model, what follows the manager, the line."""
    follows = {node.value: node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    managers = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in MANAGERS]
    return [(ast.unparse(node.value), follows.get(node, ""), node.lineno) for node in managers]


def calls(tree: ast.AST) -> list[str]:
    """What is called, with its first argument: `get_object_or_404(Person`."""
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return [f"{ast.unparse(node.func)}({ast.unparse(node.args[0])}" for node in made]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_page_reads_past_scope(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    past = [f"{line}: {model}" for model, then, line in reads(tree) if then not in SCOPED and f"{model}.{then}" not in PAST_SCOPE]
    assert past == [], "read through `visible_to` in reading.py instead"
    assert [call for call in calls(tree) if re.search(r"get_(?:object|list)_or_404\([A-Z]\w*$", call)] == [], "fetches first"
    assert not any(re.search(r"\b(?:cursor|connection)\b", call) for call in calls(tree)), "pages speak no SQL"


def functions() -> list[tuple[str, ast.FunctionDef]]:
    """Every function of every app's `reading.py`."""
    found = [(app, ast.parse((PROJECT / app / "reading.py").read_text(encoding="utf-8"))) for app in APPS[:3]]
    return [(f"{app}.{node.name}", node) for app, tree in found for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize(("name", "function"), functions(), ids=lambda value: value if isinstance(value, str) else "")
def test_facts_about_people_are_read_through_scope_or_of_a_record_that_was(name: str, function: ast.FunctionDef) -> None:
    """A function that reads a scoped model without `visible_to` takes the record it reads of, its rows or their keys.

    Keys are internal, so they come from a record too: addresses hold none (`test_urls.py`).
    """
    about_people = {model.__name__ for model in apps.get_models() if hasattr(model, "SCOPE") or model is User}
    past = [model for model, then, _line in reads(function) if model in about_people]
    given = " ".join(ast.unparse(one.annotation) for one in function.args.args if one.arg != "user" and one.annotation)
    of_a_record = re.search(r"\bint\b|QuerySet", given) or any(re.search(rf"\b{model}\b", given) for model in about_people)
    scoped = "visible_to" in ast.unparse(function) or of_a_record or function.name in OF_NO_RECORD
    assert not past or scoped, f"{name} reads {past} past scope"
