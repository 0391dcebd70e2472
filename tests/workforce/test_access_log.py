"""Who saw what: the data protection officer's first page."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from pqip.core.access_log import log_access
from pqip.core.acting import acting_as, actor_name
from pqip.core.clock import now
from pqip.core.models import AccessEntry
from tests.factories.workforce import person
from tests.harness.database import acting_as_owner
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
PAGE = "/access-log/"


def read(**asked: str) -> str:
    return client_for(persona("data_protection")).get(PAGE, asked).content.decode()


def test_it_is_where_the_data_protection_officer_lands() -> None:
    page = client_for(persona("data_protection")).get("/", follow=True)
    assert page.redirect_chain[-1][0] == PAGE
    assert "Nobody has read or taken out anything that is logged yet." in page.content.decode()


def test_an_entry_says_who_did_what_of_whom_and_why() -> None:
    manager, learner = persona("learning_manager"), person("P77", last_name="Unmentioned")
    log_access(
        manager, "view", "learners:support-needs", {"reason": "Her review"}, person_key=learner.pk
    )
    page = read()
    assert all(
        words in page
        for words in (manager.email, "Viewed", "Support needs", "Learners", "P77", "Her review")
    )
    assert "Unmentioned" not in page


def test_it_is_narrowed_by_what_was_done_where_and_when() -> None:
    manager = persona("learning_manager")
    log_access(manager, "export", "workforce:staff", {"rows": 7})
    with acting_as(by=manager), acting_as_owner():  # nobody else says when
        AccessEntry.objects.create(
            user=manager,
            actor=actor_name(manager),
            kind="download",
            what="reports:attrition",
            at=now() - dt.timedelta(days=8),
        )
    cell = {"Staff": ">Staff<", "Attrition": ">Attrition<"}

    def seen(**asked: str) -> set[str]:
        page = read(**asked)
        return {name for name in cell if f"{name}<span" in page}

    assert seen() == {"Staff", "Attrition"}
    assert seen(kind="export") == {"Staff"}
    assert seen(area="reports") == {"Attrition"}
    assert seen(days="7") == {"Staff"}
    assert seen(days="30") == {"Staff", "Attrition"}


def test_whoever_looked_is_found_by_words_that_are_posted() -> None:
    one, other = persona("learning_manager"), persona("national")
    log_access(one, "view", "reports:attrition", {})
    log_access(other, "view", "reports:attrition", {})
    page = (
        client_for(persona("data_protection"))
        .post(PAGE, {"words": one.email}, follow=True)
        .content.decode()
    )
    assert one.email in page
    assert other.email not in page


def test_whose_record_it_was_is_found_by_their_number_and_handed_out_as_a_file() -> None:
    manager, asking, other = persona("learning_manager"), person("Q77"), person("Q78")
    for who in (asking, other):
        log_access(manager, "opened", "workforce:person", {}, person_key=who.pk)
    client = client_for(persona("data_protection"))
    found = client.post(PAGE, {"words": " q77 "})
    page = client.get(found.url).content.decode()
    assert "Q77" in page
    assert "Q78" not in page
    _header, *rows = csv.reader(
        io.StringIO(client.get(f"{found.url}&format=csv").content.decode("utf-8-sig"))
    )
    assert [(row[2], row[6]) for row in rows] == [(manager.email, "Q77")]
