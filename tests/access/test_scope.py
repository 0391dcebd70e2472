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
#: Rooms that read through `visible_to` and functions of `queries/` only.
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
#: Functions of `queries/` that read facts about people past scope, and why that is safe.
OF_NO_RECORD = {
    "workforce.records.person_numbered": "an administrator ties an account to a staff number typed whole",
    "workforce.records.grants": "roles, joined to accounts fetched through scope",
    "workforce.alike.numbers_on_record": "somebody new is compared with everybody; whoever is out of reach is never named",
    "workforce.alike.alike_on_record": "somebody new is compared with everybody; whoever is out of reach is never named",
    "learners.records.names_of_accounts": "names of accounts, by the keys that an audit fetched through scope holds",
    "learners.development._current": "allocations, joined to people within reach or to a key",
    "learners.needs._unread": "a condition on enrolments, joined to those within reach",
    "learners.needs._no_mentor": "a condition on enrolments, joined to those within reach",
    "learners.needs._no_offer": "a condition on enrolments, joined to those within reach",
    "learners.withdrawals.undecided": "read through scope by `proposals`, and for enrolments that a file reaches",
    "assessments.open_work._in_force_today": "allocations, joined to assessors within reach or to keys",
    "assessments.open_work._without_authority": "a condition on assessors, joined to those within reach",
    "assessments.sampling_agreement.regions": "the reader's own allocations as external quality assurer",
    "assessments.sampling_agreement.region_plans": "plans of regions fetched by `regions` or `regions_sampled`",
    "assessments.sampling_agreement.agreements_on": "what was said of the plan of a region fetched by `regions`",
    "assessments.sampling_agreement.shares": "counts by assessor of a region fetched by `regions`; no candidate is named",
    "reports.recipients._readers": "accounts that may see the whole of a place's reports, for who plans them",
}
#: What reads through scope, or refuses whoever has none.
THROUGH_SCOPE = re.compile(r"visible_to|reach_of\(user|check_everywhere\(user|\.scope\(")

keys = st.frozensets(st.integers(1, 4), max_size=3)
scopes = st.builds(
    Scope,
    everywhere=st.booleans(),
    regions=keys,
    pdus=keys,
    own=st.frozensets(st.sampled_from(["pta", "learner"]), max_size=2),
    person_id=st.none() | st.integers(1, 4),
    follows_post=st.booleans(),
)
PATHS = {
    name: name for name in ("region", "pdu", "region_of_post", "pdu_of_post", "pta", "learner")
}
rows = st.fixed_dictionaries({name: st.integers(1, 4) for name in PATHS})


def reaches(scope: Scope, row: dict[str, int]) -> bool:
    """In words: everywhere, or its region, or its unit, those of its post where that counts, or a relation of one's own."""
    if scope.everywhere or row["region"] in scope.regions or row["pdu"] in scope.pdus:
        return True
    if scope.follows_post and (
        row["region_of_post"] in scope.regions or row["pdu_of_post"] in scope.pdus
    ):
        return True
    return scope.person_id is not None and any(
        row[relation] == scope.person_id for relation in scope.own
    )


def matches(scope: Scope, row: dict[str, int]) -> bool:
    """The condition, worked out by hand over one row."""
    condition = scope.condition(PATHS)
    if scope.everywhere:
        return not condition
    tests = [child for child in _flat(condition) if child[0] != "pk__in"]
    return any(
        row[path.removesuffix("__in")] in (value if path.endswith("__in") else {value})
        for path, value in tests
    )


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
def test_two_scopes_of_a_person_reach_the_union(
    one: Scope, other: Scope, row: dict[str, int]
) -> None:
    same = Scope(
        other.everywhere, other.regions, other.pdus, other.own, one.person_id, one.follows_post
    )
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
    seen = Person.objects.visible_to(
        persona("regional_manager", region="NE", pdu="N54DUR"), "workforce.view_person"
    )
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
    return [
        path for path in found if set(path.relative_to(PROJECT).with_suffix("").parts) & set(ROOMS)
    ]


def reads(tree: ast.AST) -> list[tuple[str, str, int]]:
    """Every read through a manager: the model, what follows the manager, the line."""
    follows = {node.value: node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    managers = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in MANAGERS
    ]
    return [(ast.unparse(node.value), follows.get(node, ""), node.lineno) for node in managers]


def calls(tree: ast.AST) -> list[str]:
    """What is called, with its first argument: `get_object_or_404(Person`."""
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return [f"{ast.unparse(node.func)}({ast.unparse(node.args[0])}" for node in made]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_page_reads_past_scope(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    past = [
        f"{line}: {model}"
        for model, then, line in reads(tree)
        if then not in SCOPED and f"{model}.{then}" not in PAST_SCOPE
    ]
    assert past == [], "read through `visible_to` in queries/ instead"
    assert [
        call for call in calls(tree) if re.search(r"get_(?:object|list)_or_404\([A-Z]\w*$", call)
    ] == [], "fetches first"
    assert not any(re.search(r"\b(?:cursor|connection)\b", call) for call in calls(tree)), (
        "pages speak no SQL"
    )


def functions() -> list[tuple[str, ast.FunctionDef]]:
    """Every function of every app's `queries/`, by app, module and name."""
    return [
        (f"{app}.{path.stem}.{node.name}", node)
        for app in APPS[:4]
        for path in sorted((PROJECT / app / "queries").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]


def asks_for_the_reader(name: str, function: ast.FunctionDef, scoped: set[str]) -> bool:
    """Whether what it reads is joined to the rows that another function of these rooms finds for the same reader."""
    asked = [
        node.func
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.args[0]) == "user"
    ]
    module = name.rpartition(".")[0]
    for each in asked:
        last = ast.unparse(each).rpartition(".")[2]
        own, others = f"{module}.{last}", [one for one in NAMED if one.endswith(f".{last}")]
        meant = [own] if isinstance(each, ast.Name) and own in NAMED else others
        if meant and scoped.issuperset(meant):
            return True
    return False


def through_scope() -> set[str]:
    """Functions of `queries/` that read through scope: by themselves, or by way of one that does."""
    found = {name for name, one in functions() if THROUGH_SCOPE.search(ast.unparse(one))}
    while more := {
        name
        for name, one in functions()
        if name not in found and asks_for_the_reader(name, one, found)
    }:
        found |= more
    return found


NAMED = {name for name, _ in functions()}
SCOPED_READS = through_scope()


def past_scope(name: str, function: ast.FunctionDef) -> list[str]:
    """Models about people that a function reads neither through scope nor of a record, rows or keys that it is given.

    Keys are internal, so they come from a record too: addresses hold none (`test_urls.py`).
    """
    about_people = {
        model.__name__ for model in apps.get_models() if hasattr(model, "SCOPE") or model is User
    }
    past = [model for model, then, _line in reads(function) if model in about_people]
    given = " ".join(
        ast.unparse(one.annotation)
        for one in (*function.args.args, *function.args.kwonlyargs)
        if one.arg != "user" and one.annotation
    )
    of_a_record = re.search(r"\bint\b|QuerySet", given) or any(
        re.search(rf"\b{model}\b", given) for model in about_people
    )
    return [] if of_a_record or name in SCOPED_READS else past


@pytest.mark.parametrize(
    ("name", "function"), functions(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_facts_about_people_are_read_through_scope_or_of_a_record_that_was(
    name: str, function: ast.FunctionDef
) -> None:
    past = past_scope(name, function)
    assert not past or name in OF_NO_RECORD, f"{name} reads {past} past scope"


def test_every_reason_is_needed() -> None:
    by_name = dict(functions())
    assert [name for name in OF_NO_RECORD if not past_scope(name, by_name[name])] == []
