"""Runs: asked for with their job, made once, announced by a link, downloaded within scope, deleted in time."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.errors import NotAllowed
from pqip.core.models import AccessEntry
from pqip.core.patience import TakesTooLong
from pqip.jobs.models import Job
from pqip.jobs.running import run as do
from pqip.messages.models import Message
from reports.actions import make_run as making
from reports.actions.expire_runs import expire_runs
from reports.actions.request_run import request_run
from reports.actions.schedule_month import schedule_month
from reports.models import Run
from tests.factories import workforce as w
from tests.factories.learners import enrolment
from tests.personas import client_for, persona
from workforce.models import Region

pytestmark = pytest.mark.django_db

END = dt.date(2025, 9, 30)
SCHEDULER = NamedJob("reports.month")


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return tmp_path


def asked(by: object, **more: object) -> Run:
    return request_run(
        by=by, **{"report": "monthly-status", "as_at": END, "formats": ["csv", "xlsx"], **more}
    )


def made(run: Run) -> Run:
    """Its job done, as a worker does it."""
    assert do(Job.objects.get(key=f"report-run:{run.pk}").pk)
    run.refresh_from_db()
    return run


def test_a_run_is_made_with_its_hash_and_rows(files: Path) -> None:
    enrolment()
    run = made(asked(persona("national")))
    assert run.state == Run.State.READY
    assert run.known_at is not None
    found = run.files.get(format="csv")
    content = (files / found.path).read_bytes()
    assert (found.sha256, found.size, found.rows) == (sha256(content).hexdigest(), len(content), 1)


def test_the_same_message_twice_makes_one(files: Path) -> None:
    run = made(asked(persona("national")))
    job = Job.objects.get(key=f"report-run:{run.pk}")
    assert not do(job.pk)
    assert run.files.count() == 2
    assert Message.objects.count() == 1


def test_a_run_whose_writing_breaks_is_never_ready(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = asked(persona("national"))
    monkeypatch.setattr(making, "write", lambda *arguments: 1 / 0)
    assert not do(Job.objects.get(key=f"report-run:{run.pk}").pk)
    run.refresh_from_db()
    assert (run.state, run.files.count()) == (Run.State.WAITING, 0)


def test_the_message_is_a_link_and_nothing_else() -> None:
    enrolment()
    run = made(asked(persona("national")))
    message = Message.objects.get()
    assert reverse("reports:run", args=[run.public_id]) in message.body
    assert "Jones" not in message.body


def test_nobody_asks_outside_their_scope() -> None:
    with pytest.raises(NotAllowed):
        asked(persona("regional_manager"), region=w.region("WAL"))
    with pytest.raises(NotAllowed):
        asked(persona("regional_manager"), region=w.region("NE"), reason="I would like to see")


def test_a_download_is_within_scope_and_logged() -> None:
    manager = persona("regional_manager")
    run = made(asked(manager, region=w.region("NE")))
    address = reverse("reports:download", args=[run.public_id, "csv"])
    response = client_for(manager).get(address)
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbfregion")
    national = client_for(persona("national"))
    assert str(manager) in national.get(reverse("reports:downloads")).content.decode()
    assert (
        AccessEntry.objects.get(kind="download").detail["sha256"]
        == run.files.get(format="csv").sha256
    )
    assert client_for(persona("regional_manager", region="WAL")).get(address).status_code == 404
    assert (
        client_for(persona("regional_manager")).get(address).status_code == 404
    )  # somebody else's own


def test_a_file_that_names_many_people_asks_who_takes_it_out(settings: Any) -> None:
    enrolment(), enrolment()
    settings.FRESH_EXPORT_ROWS, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 1, -1
    manager = persona("national")
    client = client_for(manager)
    stored = {
        name: reverse("reports:download", args=[made(asked(manager, report=name)).public_id, "csv"])
        for name in ("progression", "monthly-status")
    }
    at_once = {name: reverse("reports:file", args=[name]) for name in stored}
    for doors in (stored, at_once):
        assert client.get(doors["progression"]).url.startswith("/accounts/reauthenticate/")
        assert b"".join(client.get(doors["monthly-status"]).streaming_content), (
            "counts of people are nobody"
        )
    settings.FRESH_EXPORT_ROWS = 2
    for doors in (stored, at_once):
        assert b"".join(client.get(doors["progression"]).streaming_content)


def test_whoever_left_the_role_downloads_nothing() -> None:
    manager = persona("regional_manager")
    run = made(asked(manager, region=w.region("NE")))
    with acting_as(by=NamedJob("test")):
        manager.grants.update(ends_on=dt.date(2020, 1, 1))
    assert (
        client_for(manager)
        .get(reverse("reports:download", args=[run.public_id, "csv"]))
        .status_code
        == 403
    )


def test_the_month_is_asked_for_once_for_every_region_and_the_nation() -> None:
    for _ in range(2):
        schedule_month(by=SCHEDULER, period="2025-10", due_on=dt.date(2025, 10, 1))
    runs = Run.objects.all()
    places = {"All regions", *Region.objects.exclude(code="NAT").values_list("name", flat=True)}
    reports = ("monthly-status", "progression", "attrition")
    assert {(one.report, one.place) for one in runs} == {
        (report, place) for report in reports for place in places
    }
    assert {one.as_at for one in runs} == {END}
    assert Job.objects.filter(kind="reports.make").count() == 39


def test_the_month_is_announced_once_all_of_it_is_ready() -> None:
    manager, national = persona("regional_manager"), persona("national")
    persona("regional_manager", region="WAL")
    enrolment()
    with acting_as(by=SCHEDULER):
        runs = schedule_month(by=SCHEDULER, period="2025-10", due_on=dt.date(2025, 10, 1))
    north = [one for one in runs if one.region_id == w.region("NE").pk]
    for one in north[:2]:
        made(one)
    assert not Message.objects.exists()
    made(north[2])
    assert [message.to_user_id for message in Message.objects.all()] == [manager.pk]
    for one in runs:
        if one.region_id is None:
            made(one)
    assert Message.objects.filter(to_user=national).count() == 1
    page = client_for(national).get(reverse("reports:month")).content.decode()
    assert "Reports for September 2025" in page
    assert page.count("Excel (") == 6
    assert page.index(">All regions<span") < page.index(">North East<span")


def test_where_learners_stood_is_worked_out_once_for_those_who_see_the_same(settings: Any) -> None:
    """A stored report's day and moment stay as they are; who may see something else is asked anew, and so is by other assumed
    numbers."""
    national = persona("national")
    enrolment(start=dt.date(2025, 1, 15))
    for one in schedule_month(by=SCHEDULER, period="2025-10", due_on=dt.date(2025, 10, 1)):
        if one.region_id is None:
            made(one)
    client = client_for(national)
    first = pages_stood(client)
    with patch("reports.views.stood.answer_in_page", side_effect=AssertionError):
        assert pages_stood(client) == first
    assert ("Active", "1") in first
    enrolment(start=dt.date(2025, 1, 16))  # is known only later than the month was
    assert pages_stood(client) == first
    with (
        patch("reports.views.stood.rights_of", return_value="of somebody who sees less"),
        patch("reports.views.stood.answer_in_page", side_effect=TakesTooLong) as worked_out,
    ):
        assert pages_stood(client) == []
    assert worked_out.called
    settings.PQIP_UNITS_AT_RISK = 1
    with patch("reports.views.stood.answer_in_page", side_effect=TakesTooLong):
        assert pages_stood(client) == []


def pages_stood(client: Client) -> list[tuple[str, str]]:
    """What the first page says of where learners stood: words and numbers."""
    page = client.get(reverse("reports:month")).context_data["stood"]
    return [(count.label, f"{count.number}") for count in page]


def test_a_months_files_name_nobody(files: Path) -> None:
    persona("regional_manager")
    enrolment()
    runs = schedule_month(by=SCHEDULER, period="2025-10", due_on=dt.date(2025, 10, 1))
    run = made(next(one for one in runs if one.report == "progression" and one.region))
    assert b"Jones" not in (files / run.files.get(format="csv").path).read_bytes()


def test_files_are_deleted_in_time_and_the_row_stays(
    files: Path, django_capture_on_commit_callbacks: object
) -> None:
    run = made(asked(persona("national")))
    with acting_as(by=NamedJob("test")):
        Run.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert expire_runs(by=NamedJob("reports.expire")) == 1
    run.refresh_from_db()
    assert run.state == Run.State.EXPIRED
    assert not (files / run.files.first().path).exists()
    assert (
        client_for(run.requested_by)
        .get(reverse("reports:download", args=[run.public_id, "csv"]))
        .status_code
        == 404
    )


def test_a_copy_is_asked_for_from_the_page() -> None:
    manager = persona("regional_manager")
    client = client_for(manager)
    address = reverse("reports:request", args=["attrition"]) + "?as_at=2025-09-30&region=NE"
    assert client.get(address).status_code == 200
    response = client.post(address, {"formats": ["ods"]})
    run = Run.objects.get()
    assert (run.report, run.as_at, run.suppressed, run.formats) == ("attrition", END, True, ["ods"])
    assert response["Location"] == reverse("reports:run", args=[run.public_id])
    page = client.get(response["Location"]).content.decode()
    assert "data-look-again" in page
    assert (
        "data-look-again"
        not in client.get(reverse("reports:run", args=[made(run).public_id])).content.decode()
    )
