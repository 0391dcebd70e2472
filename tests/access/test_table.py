"""Every address as every role: signed out, without the permission, another's record, one's own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from pqip.core.access import PUBLIC, SIGNED_IN, declared_permission, every_url, is_library
from tests.access import table
from tests.access.records import RECORDS, World, build
from tests.personas import SignedIn, client_for
from tests.trust.secrets import plant, told
from workforce.models import User
from workforce.roles import ROLES

ROWS = table.read()
WRITING = bool(os.environ.get("PQIP_WRITE_ACCESS"))
OURS = {name: callback for name, _path, callback in every_url() if not is_library(callback)}
#: Addresses that lead somewhere else by design.
LEADS = {"workforce:home", "workforce:manage_email"}
#: Addresses that ask for more than they declare (a dataset's own permission, sight of the learner), and whom that leaves out.
ASKS_MORE = {
    "exchange:bring": {"national", "administrator"},
    "exchange:filled": {"national", "administrator"},
    "exchange:template": {"national", "administrator"},
    "assessments:learner": {"eqa"},
    "reports:behind_check": {"hr_partner"},  # of a check of learners
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every test looks and none writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        for place in (made.home, made.elsewhere):
            plant(place.learner, place.extra["gone"])
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def signed_in(world: World) -> SignedIn:
    """Each request is undone after it is answered, so that one session of each person does for all."""
    return SignedIn()


def test_every_address_has_a_row() -> None:
    assert set(OURS) - set(ROWS) == set(), "add a row to tests/access/table.csv"
    assert set(ROWS) - set(OURS) == set(), "these addresses are gone"


def test_every_row_names_a_known_record() -> None:
    assert {row["record"] for row in ROWS.values()} <= set(RECORDS)


@pytest.mark.parametrize("name", sorted(set(ROWS) & set(OURS)))
def test_who_may_open(name: str, world: World, signed_in: SignedIn, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        found = {"signed_out": signed_out(name, world)}
        found |= {role: opened(name, world, who, signed_in) for role, who in world.people.items()}
    if WRITING:
        table.fill_in(name, found)
        ROWS[name].update(found)
    assert {column: ROWS[name][column] for column in found} == found


@pytest.mark.parametrize("name", sorted(set(ROWS) & set(OURS)))
def test_the_table_agrees_with_the_declared_permission(name: str) -> None:
    permission = declared_permission(OURS[name])
    if permission == PUBLIC:
        assert ROWS[name]["signed_out"] == "opens"
        return
    assert ROWS[name]["signed_out"] == "sign-in"
    allowed = {
        role
        for role, kind in ROLES.items()
        if permission == SIGNED_IN or permission in kind.permissions
    }
    opens = {role for role in ROLES if ROWS[name][role] != "refused"}
    assert opens <= allowed, "a role without the permission gets in"
    assert allowed - opens == ASKS_MORE.get(name, set())


def test_another_s_record_answers_as_one_that_does_not_exist(
    world: World, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        client = client_for(world.people["learning_manager"])
        client.raise_request_exception = False
        for name in ("workforce:person", "learners:learner"):
            theirs = client.get(
                reverse(name, kwargs=RECORDS[ROWS[name]["record"]](world.elsewhere))
            )
            nobodys = client.get(reverse(name, kwargs={"public_id": uuid.uuid4()}))
            assert (theirs.status_code, _without_tokens(theirs)) == (404, _without_tokens(nobodys))


def signed_out(name: str, world: World) -> str:
    answer = _get(Client(), name, RECORDS[ROWS[name]["record"]](world.home))
    if answer.status_code == 302 and answer.url.startswith("/accounts/login/"):
        return "sign-in"
    return (
        "opens"
        if answer.status_code < 400 or answer.status_code == 503
        else str(answer.status_code)
    )


def opened(name: str, world: World, who: User, signed_in: SignedIn) -> str:
    """What the address does for somebody, in the table's words."""
    client, record = signed_in.client_for(who), RECORDS[ROWS[name]["record"]]
    here, there = record(world.home), record(world.elsewhere)
    answers = [_get(client, name, here)]
    # An address without a record is asked once, and so is one that is refused whatever the record.
    is_the_same = here == there or answers[0].status_code == 403
    answers.append(answers[0] if is_the_same else _get(client, name, there))
    assert [told(answer.said, who) for answer in answers] == [set(), set()], (
        "told to whoever may not read it"
    )
    home, elsewhere = map(_word, answers)
    if name in LEADS:
        return "leads" if home in {"leads", "opens"} else home
    if (home, elsewhere) == ("404", "404"):
        return "none"
    if (home, elsewhere) == ("opens", "404"):
        return "near"
    return home if home == elsewhere else f"{home} here, {elsewhere} elsewhere"


def _get(client: Client, name: str, kwargs: dict[str, Any]) -> Any:
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.get(reverse(name, kwargs=kwargs))
        transaction.set_rollback(True)
    content = (
        b"".join(answer.streaming_content) if answer.streaming else answer.content
    )  # to its end, which closes its file
    answer.said = content.decode(errors="replace")
    return answer


def _word(answer: Any) -> str:
    """405 and 409 are answers of a page that opens: it takes another method, or has nothing to do now."""
    words = {403: "refused", 404: "404", 405: "opens", 409: "opens", 200: "opens", 302: "leads"}
    return words.get(answer.status_code, str(answer.status_code))


def _without_tokens(answer: Any) -> str:
    """What a page shows, without its forms' token and the seconds left until somebody is signed out."""
    lines = answer.content.decode().splitlines()
    own = ("csrfmiddlewaretoken", "data-left")
    return "\n".join(line for line in lines if not any(word in line for word in own))
