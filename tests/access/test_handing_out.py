"""Every file that is taken out: asked for anew where it holds many people (AU12), limited (AU13), and handed over afterwards."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from pqip.core.access import every_url, is_library
from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.models import AccessEntry, ExportAllowance, RowsTaken
from pqip.core.rows_taken import take
from pqip.exchange.datasets import registry
from reports.catalogue import REPORTS
from tests.access import table
from tests.access.records import RECORDS, World, build
from tests.factories.workforce import BY, PASSWORD, grade, grant, person, region
from tests.personas import client_for, persona
from workforce.actions.exports import allow_export
from workforce.models import Target, User

PROJECT = Path(__file__).resolve().parents[2]
START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
AGAIN, PURPOSE = "/accounts/reauthenticate/", "/file/purpose/"
ROWS = table.read()
#: Files that are about nobody: reference data, counts, and forms to fill in. What imports and stored reports hand out needs
#: more than a record to be there: tests/exchange/test_pages.py, tests/reports/test_runs.py.
OF_NOBODY = {
    "workforce:reference_kind",
    "assessments:assessor_capacity",
    "exchange:template",
    "reports:file",
    "learners:courses",
    "learners:campaigns",
    "learners:intakes",
    "assessments:sessions",
    "assessments:meetings",
    "jobs:attention",
    "exchange:list",
    "reports:runs",
    "reports:explorer",
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every test looks and none writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def later(time_machine: Any) -> Any:
    """Moves the clock so many minutes after the beginning."""
    time_machine.move_to(START, tick=False)
    return lambda minutes: time_machine.move_to(START + dt.timedelta(minutes=minutes), tick=False)


def is_file(answer: Any) -> bool:
    return answer.get("Content-Disposition", "").startswith("attachment")


def asked(client: Client, address: str) -> Any:
    """The answer, to its end, with nothing left behind."""
    with transaction.atomic():
        answer = client.get(address, {"format": "csv"})
        transaction.set_rollback(True)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def doors(world: World) -> Iterator[tuple[str, Client, str]]:
    """Every address that gives a file to somebody who may have it."""
    for name, _path, view in every_url():
        roles = (
            []
            if is_library(view)
            else [role for role in world.people if ROWS[name][role] in {"opens", "near"}]
        )
        for role in roles[:1]:
            client = client_for(world.people[role])
            client.raise_request_exception = False
            address = reverse(name, kwargs=RECORDS[ROWS[name]["record"]](world.home))
            if is_file(asked(client, address)):
                yield name, client, address


def test_every_file_about_people_asks_who_takes_it_out(
    world: World, later: Any, settings: Any, django_db_blocker: Any
) -> None:
    settings.FRESH_EXPORT_ROWS = -1  # so that a file with no rows is one with many
    with django_db_blocker.unblock():
        found = list(doors(world))
        later(11)
        answers = {name: asked(client, address) for name, client, address in found}
        later(0)
        settings.FRESH_EXPORT_ROWS, settings.PURPOSE_ROWS = 1000, -1
        purposes = {name: asked(client, address) for name, client, address in found}
        settings.ROWS_A_DAY = dict.fromkeys(settings.ROWS_A_DAY, -1)
        capped = {name: asked(client, address) for name, client, address in found}
    every = set(answers) - OF_NOBODY
    assert {
        name
        for name, answer in purposes.items()
        if answer.status_code == 302 and answer.url.startswith(PURPOSE)
    } == every
    assert {name for name, answer in capped.items() if answer.status_code == 403} == every
    asking = {
        name
        for name, answer in answers.items()
        if answer.status_code == 302 and answer.url.startswith(AGAIN)
    }
    assert {name for name, answer in answers.items() if is_file(answer)} <= OF_NOBODY
    assert asking == every
    assert len(asking) > 30


def test_a_report_that_tells_whom_a_row_is_about_is_about_people_and_every_other_is_not() -> None:
    every = {report.name: report for one in REPORTS.values() for report in (one, *one.more)}
    tells = {
        name
        for name, one in every.items()
        if {"learner", "assessor", "staff_number"} & {c.name for c in one.columns}
    }
    assert (
        {name for name, one in every.items() if one.of_people}
        == tells
        == {"progression", "countersigning"}
    )
    assert not [
        one.name for one in every.values() if any(beside.of_people for beside in one.more)
    ], "counted by its main table"


def test_a_dataset_with_a_staff_number_is_about_people_and_one_of_places_or_criteria_is_not() -> (
    None
):
    of_nobody = {name for name, one in registry.items() if not one.of_people}
    assert of_nobody == {"intakes", "targets", "staffing", "records-complete", "criteria"}
    numbered = {
        name
        for name, one in registry.items()
        if {"staff_number", "evidence_reference"} & set(one.columns)
    }
    assert {name for name, one in registry.items() if one.of_people} == numbered


@pytest.mark.django_db
def test_only_rows_about_people_are_counted(later: Any, settings: Any) -> None:
    """Two regions' targets, a report of counts and the list of courses are about nobody."""
    settings.ROWS_A_DAY = {"own": 1, "place": 1, "nation": 1}
    settings.PQIP_UNUSUAL_ROWS = settings.FRESH_EXPORT_ROWS = settings.PURPOSE_ROWS = 0
    manager, team = persona("learning_manager"), persona("national")
    with acting_as(by=BY):
        for code in ("NE", "YH"):
            told = {"region": region(code), "grade": grade("PO"), "target_fte": 10}
            Target.objects.create(effective_on=START.date(), **told)
    later(0)
    targets = reverse("exchange:filled", args=["targets", "csv"])
    counts, courses = (
        reverse("reports:file", args=["training"]),
        reverse("learners:courses") + "?format=csv",
    )
    for who, address in ((team, targets), (team, counts), (manager, counts), (manager, courses)):
        answer = client_for(who).get(address)
        assert is_file(answer), address
        b"".join(answer)  # to its end, which closes the file
    assert not RowsTaken.objects.exists()
    lines = AccessEntry.objects.filter(kind="export")
    assert [line.detail["rows"] for line in lines.filter(what="exchange:targets")] == [2], (
        "and yet each is a line"
    )
    assert (lines.count(), lines.filter(detail__has_key="unusual").count()) == (4, 0)


@pytest.mark.django_db
def test_a_page_s_worth_is_handed_out_and_more_is_asked_for(later: Any, settings: Any) -> None:
    client = client_for(persona("learning_manager"))
    for number in range(settings.FRESH_EXPORT_ROWS - 1):  # and the persona's own record
        person(f"N{number:03}")
    later(11)
    assert is_file(client.get("/staff/?format=csv"))
    person("ONEMORE")
    assert client.get("/staff/?format=csv").url.startswith(AGAIN)
    assert AccessEntry.objects.count() == 1, "nothing was taken out, and nothing logged"


@pytest.mark.django_db
def test_a_page_s_worth_needs_no_purpose_and_more_is_asked_what_for(
    later: Any, settings: Any
) -> None:
    client = client_for(persona("learning_manager"))
    for number in range(settings.PURPOSE_ROWS - 1):  # and the persona's own record
        person(f"N{number:03}")
    later(0)
    file = "/staff/?region=NE&format=csv"
    assert is_file(client.get(file))
    later(11)
    person("ONEMORE")
    settings.FRESH_EXPORT_ROWS = 1000
    led = client.get(file, headers={"Referer": "http://testserver/staff/?region=NE"})
    assert led.url.startswith(PURPOSE)
    assert AccessEntry.objects.filter(kind="export").count() == 1, (
        "nothing was taken out, and nothing logged"
    )
    assert "What is it for?" in client.get(led.url).content.decode()
    missing = client.post(led.url, {"purpose": "meeting", "words": " "})
    assert missing.status_code == 200
    assert client.post(led.url, {"purpose": "gossip", "words": "Board papers"}).status_code == 200
    assert not is_file(client.get(file))
    then = client.post(led.url, {"purpose": "meeting", "words": "Board papers"}).url
    shown = client.get(then)
    assert (shown.context["file_url"], shown.context["back_to"]) == (file, "/staff/?region=NE")
    assert is_file(client.get(file))
    line = AccessEntry.objects.filter(kind="export").latest("pk")
    assert (line.detail["purpose"], line.detail["reason"]) == (
        "meeting",
        "For a report or a meeting: Board papers",
    )
    assert (
        "Board papers"
        in client_for(persona("data_protection")).get("/access-log/").content.decode()
    )
    later(22)
    assert client.get(file).url.startswith(PURPOSE), "what was said ten minutes ago is asked again"


@pytest.mark.django_db
def test_after_the_password_comes_what_it_is_for(later: Any, settings: Any) -> None:
    settings.FRESH_EXPORT_ROWS = settings.PURPOSE_ROWS = 0
    client = client_for(persona("learning_manager"))
    later(11)
    led = client.get("/staff/?format=csv")
    then = parse_qs(urlsplit(led.url).query)["next"][0]
    assert then.startswith(PURPOSE)
    assert client.post(AGAIN, {"password": PASSWORD, "next": then}).url == then


@pytest.mark.django_db
def test_a_page_that_asks_what_for_is_of_a_file(later: Any) -> None:
    later(0)
    client = client_for(persona("learning_manager"))
    assert client.get(PURPOSE).status_code == 404
    assert client.get(PURPOSE, {"of": "https://evil.example"}).status_code == 404
    assert client.get(PURPOSE, {"of": "/staff/?format=csv"}).status_code == 200


FILE = "/staff/?region=NE&format=csv"


@pytest.mark.django_db
def test_a_day_has_so_many_rows_and_more_needs_somebody_else(
    time_machine: Any, settings: Any
) -> None:
    """Four people are in the list: eight rows are two files, and a third is refused until it is allowed, for a day."""
    settings.ROWS_A_DAY = {"own": 1, "place": 8, "nation": 1}
    manager, officer = persona("learning_manager"), persona("data_protection")
    person("N1"), person("N2")
    client = client_for(manager)
    assert [is_file(client.get(FILE)) for _ in range(3)] == [True, True, False]
    refused = client.get(FILE)
    assert refused.status_code == 403
    assert (
        "you have taken out 8 since this time yesterday. Your roles allow 8 within a day"
        in refused.content.decode()
    )
    assert AccessEntry.objects.filter(kind="refused", user=manager).exists()
    page = client_for(officer).post(
        "/access-log/allow/", {"email": manager.email, "rows": "4", "reason": "The year's return"}
    )
    assert page.status_code == 302
    assert [is_file(client.get(FILE)) for _ in range(2)] == [True, False]
    time_machine.move_to(now() + dt.timedelta(days=1, minutes=1))
    client = client_for(manager)
    settings.ROWS_A_DAY["place"] = 3
    assert client.get(FILE).status_code == 403, "the allowance is over"
    settings.ROWS_A_DAY["place"] = 4
    assert is_file(client.get(FILE)), "and what was taken out yesterday counts no more"


@pytest.mark.django_db
def test_what_was_taken_out_is_counted_for_good() -> None:
    who = persona("learning_manager")
    with acting_as(by=who):
        take(who, 3)
    for change in (
        lambda: RowsTaken.objects.update(rows=0),
        lambda: RowsTaken.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), acting_as(by=who):
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        take(who, 1)  # names nobody who acts
    assert RowsTaken.objects.get().rows == 3


@pytest.mark.django_db
def test_nobody_allows_themself_more(later: Any) -> None:
    officer, other = persona("data_protection"), persona("regional_manager")
    later(0)
    with pytest.raises(NotAllowed, match="Somebody else"):
        allow_export(by=officer, email=officer.email, rows=1, reason="Mine")
    with pytest.raises(NotAllowed, match="may not allow"):
        allow_export(by=other, email=officer.email, rows=1, reason="Theirs")
    for email, rows in (("nobody@example.com", 1), (other.email, 0), (other.email, 1_000_001)):
        with pytest.raises(RuleBroken):
            allow_export(by=officer, email=email, rows=rows, reason="No")
    with (
        pytest.raises(IntegrityError, match="core_allowance_not_to_oneself"),
        transaction.atomic(),
        acting_as(by=officer),
    ):
        ExportAllowance.objects.create(user=officer, given_by=officer, rows=1, reason="Mine")
    assert not ExportAllowance.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "rows"), [("pta", 2_000), ("learning_manager", 50_000), ("national", 300_000)]
)
def test_what_a_day_allows_follows_from_how_far_a_role_reaches(role: str, rows: int) -> None:
    who = persona(role)
    assert who.rows_a_day == rows
    grant(who, "data_protection")
    assert User.objects.get(pk=who.pk).rows_a_day == 300_000, "the widest of several"


@pytest.mark.django_db
def test_many_small_files_are_a_large_one(later: Any, settings: Any) -> None:
    client, address, settings.PURPOSE_ROWS = (
        client_for(persona("learning_manager")),
        "/staff/?region=NE&format=csv",
        1000,
    )
    for number in range(settings.FRESH_EXPORT_ROWS // 2):
        person(f"N{number:03}")
    later(11)
    assert is_file(client.get(address))
    answer = client.get(address)
    assert not is_file(answer)
    assert answer.url.startswith(AGAIN)
    client.post(AGAIN, {"password": PASSWORD})
    assert is_file(client.get(address))


@pytest.mark.django_db
def test_after_the_password_a_page_hands_over_the_file_and_leads_back(
    later: Any, settings: Any
) -> None:
    settings.FRESH_EXPORT_ROWS = 0
    client = client_for(persona("learning_manager"))
    later(11)
    file, page = "/staff/?region=NE&format=csv", "/staff/?region=NE"
    led = client.get(file, headers={"Referer": f"http://testserver{page}"}).url
    then = parse_qs(urlsplit(led).query)["next"][0]
    assert client.post(AGAIN, {"password": PASSWORD, "next": then}).url == then
    shown = client.get(then)
    assert (shown.context["file_url"], shown.context["back_to"]) == (file, page)
    assert is_file(client.get(file))
    later(22)
    assert client.get(file).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["//evil.example/x", "https://evil.example", "/\\\\evil.example", "javascript:alert(1)", ""],
)
def test_the_page_leads_nowhere_else(address: str) -> None:
    client = client_for(persona("learning_manager"))
    assert client.get("/file/", {"of": address}).status_code == 404
    assert (
        client.get("/file/", {"of": "/staff/?format=csv", "back": address}).context["back_to"] == ""
    )


@pytest.mark.django_db
def test_another_service_is_no_way_back(later: Any, settings: Any) -> None:
    settings.FRESH_EXPORT_ROWS = 0
    client = client_for(persona("learning_manager"))
    later(11)
    led = client.get("/staff/?format=csv", headers={"Referer": "https://evil.example/staff/"}).url
    assert "evil" not in led


#: Make the response that whoever hands the file out gives.
MAKE_THEM = {"pqip/pages/lists.py", "pqip/files/serving.py"}


def test_files_are_handed_out_in_one_place() -> None:
    """Whatever makes a response of a file hands it out there; nothing else logs that somebody took something out."""
    for app in ("pqip", "workforce", "learners", "assessments", "reports"):
        for path in (PROJECT / app).rglob("*.py"):
            text, name = path.read_text(), path.relative_to(PROJECT).as_posix()
            called = {
                ast.unparse(node.func).split(".")[-1]
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Call)
            }
            if {
                "FileResponse",
                "StreamingHttpResponse",
                "list_file",
                "csv_file",
                "serve",
            } & called and name not in MAKE_THEM:
                assert "hand_out" in called | {one.lstrip("_") for one in called}, name
            if "log_access" in called and name != "pqip/core/handing_out.py":
                assert "Kind.DOWNLOAD" not in text, name
                assert "Kind.EXPORT" not in text, name
