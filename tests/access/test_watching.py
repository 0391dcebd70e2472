"""What every request leaves in the log: a record opened, a file taken out, what was refused. One piece of code, all addresses."""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from pqip.core.access import every_url, is_library
from pqip.core.access_log import DOWNLOAD_KINDS
from pqip.core.models import AccessEntry
from pqip.pages.generic import ListPage
from tests.access import table
from tests.access.records import RECORDS, World, build
from tests.factories.workforce import person, user
from tests.personas import client_for, persona
from workforce.models import User
from workforce.roles import ROLES

ROWS = table.read()
OURS = {name: view for name, _path, view in every_url() if not is_library(view)}
#: Lists that are no file, and why.
NO_FILE: dict[str, str] = {}
#: Kinds of record whose page is about nobody by name, and why.
OF_NOBODY = {
    "": "a list, or a page of the service",
    "course": "a course",
    "scenario": "a what if of one's own, about nobody",
    "dataset": "a kind of file",
    "dataset's template": "a template; filled in, it is an export",
    "campaign": "a campaign, with how many applied",
    "campaign's places": "places of a campaign",
    "application": "an application, which names nobody",
    "application's stage": "a stage of an application, which names nobody",
    "intake": "an intake and days of courses",
    "planned intake": "an intake of a region",
    "planned day": "a list of many; its rows open each record",
    "job": "keys and dates",
    "message": "an address, of which the words are forgotten",
    "sheet": "a list of many, made to be printed; its rows open each record",
    "reference kind": "reference data",
    "reference row": "reference data",
    "region to open": "a region",
    "report": "figures; the people behind one are a line of their own",
    "check": "a list of many; its rows open each record",
    "place": "a place and names of reports",
    "region's plan": "assessors; the page has a line of its own, as every external one",
    "run": "figures",
    "run's file": "a download, which has its own line",
}
#: Pages that leave nothing for those who may open them here, and why.
LEAVES_NOTHING = {
    "assessments:correct_cpd": "one's own entry alone",
    "assessments:undo_cpd": "one's own entry alone",
    "exchange:run": "one's own file; the page comes again by itself while a worker is busy",
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; what a test opens is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def openers(name: str, world: World) -> list[User]:
    """Who may open an address and is not its subject: one of each sort of reach is enough."""
    roles = [role for role in ROLES if ROWS[name][role] in {"opens", "near"} and role != "learner"]
    return [world.people[role] for role in roles[:2]]


@pytest.mark.parametrize(
    "name", sorted(name for name, row in ROWS.items() if row["record"] not in OF_NOBODY)
)
def test_every_page_of_a_record_leaves_one_line(
    name: str, world: World, django_db_blocker: Any
) -> None:
    """Whose address names somebody, or something of theirs, and shows it: who opened it, and whose it is."""
    with django_db_blocker.unblock():
        for who in openers(name, world):
            answer, lines = opened(name, world, who)
            if answer.status_code != 200:
                continue
            if name in LEAVES_NOTHING:
                assert lines == []
                continue
            wanted = 2 if ROWS[name]["record"] == "two records" else 1
            found = [line for line in lines if line.kind in {"opened", *DOWNLOAD_KINDS}]
            assert len(found) == wanted, f"{name}: {[(line.kind, line.what) for line in lines]}"
            assert all(line.person_key or line.detail.get("record") for line in found), name
            assert {line.user for line in found} == {who}


def opened(name: str, world: World, who: User) -> tuple[Any, list[AccessEntry]]:
    client = client_for(who)
    client.raise_request_exception = False
    with transaction.atomic():
        before = list(AccessEntry.objects.values_list("pk", flat=True))
        answer = client.get(reverse(name, kwargs=RECORDS[ROWS[name]["record"]](world.home)))
        if answer.streaming:
            b"".join(answer.streaming_content)
        lines = list(AccessEntry.objects.exclude(pk__in=before))
        transaction.set_rollback(True)
    return answer, lines


def test_the_kinds_that_are_about_nobody_are_kinds() -> None:
    assert set(OF_NOBODY) <= set(RECORDS)
    assert set(LEAVES_NOTHING) <= set(ROWS)


def test_most_pages_of_records_are_opened_here(world: World, django_db_blocker: Any) -> None:
    """So that the test above cannot pass by opening nothing: few addresses only lead elsewhere or have nothing to show."""
    with django_db_blocker.unblock():
        of_people = [name for name, row in ROWS.items() if row["record"] not in OF_NOBODY]
        shown = [name for name in of_people if openers(name, world)]
    assert len(shown) > len(of_people) * 0.9


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["learners:list", "learners:decisions", "reports:index"])
def test_a_list_opens_nobody_not_even_whose_account_it_is_shown_to(name: str) -> None:
    """The frame of every page holds the account, also one that belongs to nobody on record."""
    reader = user("learning_manager", in_region="NE")
    assert reader.person_id is None
    assert client_for(reader).get(reverse(name)).status_code == 200
    assert not AccessEntry.objects.filter(user=reader).exists()


@pytest.mark.django_db
def test_what_is_written_holds_no_value_and_one_s_own_record_leaves_nothing() -> None:
    who = person(last_name="Sentinel")
    reader, themself = (
        persona("regional_manager"),
        user("regional_manager", in_region="NE", person=who),
    )
    for one in (reader, themself):
        assert (
            client_for(one).get(reverse("workforce:person", args=[who.public_id])).status_code
            == 200
        )
    line = AccessEntry.objects.get()
    assert (line.user, line.kind, line.what, line.person_key) == (
        reader,
        "opened",
        "workforce:person page",
        who.pk,
    )
    assert "Sentinel" not in str(line.detail)


@pytest.mark.django_db
def test_of_a_merge_both_are_written() -> None:
    one, other = person(), person()
    client_for(persona("national")).get(
        reverse("workforce:merge", args=[one.public_id, other.public_id])
    )
    assert set(AccessEntry.objects.values_list("person_key", flat=True)) == {one.pk, other.pk}


# --- what was refused


@pytest.mark.parametrize(
    "name", sorted(name for name, row in ROWS.items() if "refused" in row.values())
)
def test_every_refusal_for_want_of_a_permission_is_an_event(
    name: str, world: World, django_db_blocker: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with django_db_blocker.unblock(), caplog.at_level(logging.WARNING, logger="security.authz"):
        role = next(role for role in ROLES if ROWS[name][role] == "refused")
        answer, lines = opened(name, world, world.people[role])
    assert answer.status_code == 403
    assert [(line.kind, line.what, line.user, line.detail["status"]) for line in lines] == [
        ("refused", name, world.people[role], 403)
    ]
    event = next(record for record in caplog.records if record.name == "security.authz")
    assert (event.event, event.user_key) == ("denied", world.people[role].pk)


@pytest.mark.django_db
def test_out_of_reach_is_an_event_and_looks_as_what_is_not_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    manager, far = persona("learning_manager"), person(in_region="WAL")
    for key in (far.public_id, uuid.uuid4()):
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="security.authz"):
            assert (
                client_for(manager).get(reverse("workforce:person", args=[key])).status_code == 404
            )
        line = AccessEntry.objects.order_by("-pk")[0]
        assert (line.kind, line.user, line.person_key) == ("refused", manager, None)
        assert line.detail == {"status": 404, "method": "GET", "public_id": str(key)}
        assert [record.event for record in caplog.records if record.name == "security.authz"] == [
            "not found"
        ]


@pytest.mark.django_db
def test_a_refusal_by_an_action_is_one_too_and_the_data_protection_officer_sees_it() -> None:
    who = persona("administrator")
    give = reverse("workforce:give_role", args=[who.public_id])
    asked = {"role": "national", "region": "", "pdu": "", "starts_on": "2026-01-01", "ends_on": ""}
    assert client_for(who).post(give, asked).status_code == 403
    assert AccessEntry.objects.get(kind="refused").detail["method"] == "POST"
    page = client_for(persona("data_protection")).get("/access-log/?kind=refused").content.decode()
    assert "Was refused" in page
    assert who.email in page


@pytest.mark.django_db
def test_what_is_public_or_names_nothing_leaves_nothing() -> None:
    client = client_for(persona("administrator"))
    assert client.get("/no-such-page/").status_code == 404
    assert client_for().get("/staff/").status_code == 302
    assert not AccessEntry.objects.exists()


# --- what was taken out


LISTS = sorted(
    name
    for name, view in OURS.items()
    if issubclass(getattr(view, "view_class", object), ListPage) and not ROWS[name]["record"]
)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_taken_out_leaves_one_line_that_knows_its_file(
    name: str, world: World, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        role = next(role for role in ROLES if ROWS[name][role] in {"opens", "near"})
        client = client_for(world.people[role])
        with transaction.atomic():
            before = list(AccessEntry.objects.values_list("pk", flat=True))
            answer = client.get(reverse(name), {"format": "csv", "sort": "x"})
            lines = list(AccessEntry.objects.exclude(pk__in=before).filter(person_key=None))
            transaction.set_rollback(True)
    if answer["Content-Type"].startswith("text/html"):
        assert name in NO_FILE, name
        return
    (line,) = [line for line in lines if line.kind == "export"]
    assert line.user == world.people[role]
    assert line.detail["sha256"] == hashlib.sha256(answer.content).hexdigest()
    said = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert line.detail["columns"] == said[0]
    assert line.detail["rows"] >= 0
    assert line.detail["filters"] == {"sort": ["x"]}


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["csv", "json", "xlsx", "ods"])
def test_a_report_s_file_leaves_one_line_that_knows_it(format: str) -> None:
    who = persona("national")
    answer = client_for(who).get("/reports/monthly-status/file/", {"format": format})
    made = b"".join(answer.streaming_content)
    line = AccessEntry.objects.get()
    assert (line.kind, line.detail["format"], line.detail["sha256"]) == (
        "export",
        format,
        hashlib.sha256(made).hexdigest(),
    )
    assert "completion_rate" in line.detail["columns"]
    assert {"as_at", "known_at", "scope", "rows", "suppressed"} <= set(line.detail)


@pytest.mark.django_db
def test_a_file_that_was_not_given_says_so() -> None:
    from pqip.core.access_log import collecting_downloads, log_access, write_downloads

    who = persona("national")
    with collecting_downloads() as taken:
        log_access(who, "export", "a:b", {"rows": 1})
        assert not AccessEntry.objects.exists()
    write_downloads(taken, {"status": 500})
    assert AccessEntry.objects.get().detail == {"rows": 1, "status": 500}


@pytest.mark.django_db
def test_more_within_a_day_than_usual_is_an_event_and_a_remark(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PQIP_UNUSUAL_ROWS = 5
    manager = persona("learning_manager")
    for _ in range(2):
        person()
    with caplog.at_level(logging.WARNING, logger="security.authz"):
        for _ in range(2):
            assert client_for(manager).get("/staff/?format=csv").status_code == 200
    first, second = AccessEntry.objects.order_by("pk")
    assert "unusual" not in first.detail
    assert second.detail["unusual"] == first.detail["rows"] + second.detail["rows"]
    assert [record.event for record in caplog.records if record.name == "security.authz"] == [
        "unusual volume"
    ]
    page = (
        client_for(persona("data_protection")).get("/access-log/?remark=unusual").content.decode()
    )
    assert page.count(manager.email) == 2, "one line, with who and their address"
    assert "More than usual within a day" in page
