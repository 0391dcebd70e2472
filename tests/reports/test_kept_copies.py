"""What somebody asked for they can open, whoever they are and whatever they reach; and only as it was when it was made."""

from __future__ import annotations

import datetime as dt
import logging
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.models import AccessEntry
from pqip.jobs.models import Job
from pqip.jobs.running import run as do
from reports.catalogue import REPORTS
from reports.models import Run
from tests.factories import workforce as w
from tests.factories.learners import enrolment
from tests.personas import client_for, persona
from workforce.models import Pdu, RoleGrant, User
from workforce.roles import ROLES

pytestmark = pytest.mark.django_db
DAY = "2025-09-30"
YESTERDAY = dt.date.today() - dt.timedelta(days=1)
ASKING = [code for code, role in ROLES.items() if "reports.request_report" in role.permissions]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return tmp_path


def in_a_unit(role: str) -> User:
    """Somebody whose role is narrowed to one unit of the North East."""
    user = persona(role)
    with acting_as(by=NamedJob("test")):
        held = RoleGrant.objects.get(user=user)
        RoleGrant.objects.filter(pk=held.pk).update(ends_on=YESTERDAY)
        RoleGrant.objects.create(
            user=user,
            role=role,
            region=held.region,
            pdu=Pdu.objects.filter(region__code="NE").first(),
            starts_on=YESTERDAY,
        )
    return user


def of_two_regions(role: str) -> User:
    user = persona(role)
    with acting_as(by=NamedJob("test")):
        RoleGrant.objects.create(
            user=user, role=role, region=w.region("LON"), starts_on=dt.date(2020, 1, 1)
        )
    return user


def ask(user: User, report: str = "monthly-status", **place: str) -> Run:
    """Ask as the page's own link does."""
    client, asked = client_for(user), {"as_at": DAY, **place}
    page = client.get(reverse("reports:report", args=[report]), asked).content.decode()
    assert reverse("reports:request", args=[report]) in page, "the page offers to keep a copy"
    address = (
        reverse("reports:request", args=[report])
        + "?"
        + "&".join(f"{key}={value}" for key, value in asked.items())
    )
    answer = client.post(address, {"formats": ["csv"]})
    assert answer.status_code == 302
    run = Run.objects.latest("pk")
    assert answer["Location"] == reverse("reports:run", args=[run.public_id])
    return run


def opens(user: User, run: Run) -> tuple[int, int]:
    """What its page and its file answer."""
    client = client_for(user)
    page = client.get(reverse("reports:run", args=[run.public_id]))
    file = client.get(reverse("reports:download", args=[run.public_id, "csv"]))
    assert not file.streaming or b"".join(file.streaming_content)
    return page.status_code, file.status_code


def made(run: Run) -> Run:
    assert do(Job.objects.get(key=f"report-run:{run.pk}").pk)
    run.refresh_from_db()
    return run


EVERY = [{}, {"region": "NE"}, {"region": "NE", "pdu": "unit"}]
WHO = [(role, persona, place) for role in ASKING for place in EVERY]
WHO += [("regional_manager", in_a_unit, {}), ("regional_manager", in_a_unit, {"pdu": "unit"})]
WHO += [("iqa", in_a_unit, {}), ("learning_manager", in_a_unit, {})]
WHO += [("regional_manager", of_two_regions, {}), ("learning_manager", of_two_regions, {})]


@pytest.mark.parametrize(("role", "who", "place"), WHO)
def test_whoever_may_ask_opens_what_they_asked_for(
    role: str, who: Any, place: dict[str, str]
) -> None:
    user = who(role)
    enrolment()
    unit = Pdu.objects.filter(region__code="NE").first()
    run = ask(
        user, **{key: unit.code if value == "unit" else value for key, value in place.items()}
    )
    assert opens(user, run) == (200, 404)
    assert opens(user, made(run)) == (200, 200)
    listed = client_for(user).get(reverse("reports:runs")).content.decode()
    assert reverse("reports:run", args=[run.public_id]) in listed
    assert opens(persona("regional_manager", region="WAL"), run) == (404, 404)


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_is_opened_by_a_regional_manager_who_asked_for_all_within_reach(
    report: str,
) -> None:
    user = persona("regional_manager")
    run = made(ask(user, report))
    assert opens(user, run) == (200, 200)
    assert run.place == "North East"


def test_what_was_lost_of_the_reach_is_not_seen_in_what_was_asked_before() -> None:
    """A copy of two regions is theirs while both are."""
    user = of_two_regions("regional_manager")
    both, one = made(ask(user)), made(ask(user, region="NE"))
    assert both.place == "North East, London"
    with acting_as(by=NamedJob("test")):
        RoleGrant.objects.filter(user=user, region=w.region("LON")).update(
            ends_on=dt.date(2020, 2, 1)
        )
    assert (opens(user, both), opens(user, one)) == ((404, 404), (200, 200))


def test_a_copy_covers_what_was_within_reach_when_it_was_made() -> None:
    """Asked for of one region, and made when there were two: it is of two, and says so."""
    user = persona("regional_manager")
    run = ask(user)
    with acting_as(by=NamedJob("test")):
        more = {"region": w.region("WAL"), "starts_on": dt.date(2020, 1, 1)}
        wales = RoleGrant.objects.create(user=user, role="regional_manager", **more)
    assert made(run).place == "North East, Wales"
    with acting_as(by=NamedJob("test")):
        RoleGrant.objects.filter(pk=wales.pk).update(ends_on=dt.date(2020, 2, 1))
    assert opens(user, run) == (404, 404)


@pytest.mark.parametrize(("harm", "said", "event"), [
    (lambda path: path.write_bytes(path.read_bytes()[:-1]), "no longer the file that was kept", "file_changed"),
    (lambda path: path.write_bytes(path.read_bytes().replace(b"NE", b"SW")), "no longer the file that was kept", "file_changed"),
    (lambda path: path.unlink(), "no longer where it was kept", "file_gone"),
])  # fmt: skip
def test_a_file_that_is_not_what_was_made_is_not_served(
    files: Path, harm: Any, said: str, event: str, caplog: pytest.LogCaptureFixture
) -> None:
    user = persona("regional_manager")
    enrolment()
    run = made(ask(user, region="NE"))
    kept = run.files.get()
    assert sha256((files / kept.path).read_bytes()).hexdigest() == kept.sha256
    harm(files / kept.path)
    with caplog.at_level(logging.ERROR, "security.files"):
        answer = client_for(user).get(reverse("reports:download", args=[run.public_id, "csv"]))
    assert answer.status_code == 410
    page = answer.content.decode()
    assert said in page
    assert "Ask for the report again" in page
    assert "monthly" not in answer.get("Content-Disposition", "")
    assert [(one.name, one.event) for one in caplog.records] == [("security.files", event)]
    assert not AccessEntry.objects.filter(kind="download").exists()
