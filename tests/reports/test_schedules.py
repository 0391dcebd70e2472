"""What is made each month and who is told: the usual until somebody says otherwise, on a page, within what each may see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.core.models import AccessEntry, AuditEntry
from reports.actions.schedule_month import schedule_month
from reports.actions.schedules import add_recipient, change_schedule, remove_recipient
from reports.models import Run, Schedule
from reports.models.schedule import USUAL, schedule_of
from reports.queries.recipients import accounts_told
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.models import User

pytestmark = pytest.mark.django_db

SCHEDULER = NamedJob("reports.month")


def place(code: str) -> Schedule:
    found = schedule_of(code)
    assert found is not None
    return found


def who(code: str) -> list[tuple[User, bool]]:
    return [(one.user, one.by_role) for one in accounts_told(place(code))]


def month() -> set[tuple[str, str]]:
    made = schedule_month(by=SCHEDULER, period="2025-10", due_on=dt.date(2025, 10, 1))
    return {(run.region.code if run.region else "nation", run.report) for run in made}


def test_every_region_and_the_nation_have_the_usual_reports() -> None:
    made = month()
    assert {report for code, report in made if code == "WAL"} == set(USUAL)
    assert len({code for code, _ in made}) == 13
    assert ("NAT", USUAL[0]) not in made
    assert not Schedule.objects.exists()


def test_a_place_has_what_its_schedule_says() -> None:
    administrator = persona("administrator")
    change_schedule(by=administrator, schedule=place("NE"), reports=["withdrawals"], is_active=True)
    change_schedule(by=administrator, schedule=place("WAL"), reports=[], is_active=False)
    made = month()
    assert {report for code, report in made if code == "NE"} == {"withdrawals"}
    assert not [code for code, _ in made if code == "WAL"]
    assert place("WAL").reports == list(USUAL)
    assert AuditEntry.objects.filter(
        table_name="reports_schedule", actor=f"user:{administrator.pk}"
    ).exists()


def test_an_active_place_has_at_least_one_known_report() -> None:
    by = persona("national")
    for names in ([], ["headcount"]):
        with pytest.raises(RuleBroken):
            change_schedule(by=by, schedule=place("NE"), reports=names, is_active=True)
    assert not Schedule.objects.exists()


def test_roles_say_who_is_told() -> None:
    manager, learning, national = (
        persona("regional_manager"),
        persona("learning_manager"),
        persona("national"),
    )
    persona("iqa")
    persona("regional_manager", region="WAL")
    w.user("regional_manager", in_region="NE", in_pdu="N54DUR")  # sees a part of it only
    assert {user for user, _ in who("NE")} == {manager, learning}
    assert who("nation") == [(national, True)]


def test_somebody_is_told_beside_and_another_no_longer() -> None:
    manager, quality, national = persona("regional_manager"), persona("iqa"), persona("national")
    add_recipient(by=national, schedule=place("NE"), email=quality.email.upper())
    add_recipient(by=national, schedule=place("NE"), email=national.email)
    assert set(who("NE")) == {(manager, True), (quality, False), (national, False)}
    remove_recipient(by=national, schedule=place("NE"), user=manager)
    assert set(who("NE")) == {(quality, False), (national, False)}
    add_recipient(by=national, schedule=place("NE"), email=manager.email)
    remove_recipient(by=national, schedule=place("NE"), user=quality)
    assert set(who("NE")) == {(manager, True), (national, False)}


def test_nobody_is_told_of_what_they_may_not_see() -> None:
    national, wales = persona("national"), persona("learning_manager", region="WAL")
    for email in (
        wales.email,
        persona("pta").email,
        persona("data_protection").email,
        "nobody@example.com",
    ):
        with pytest.raises(RuleBroken, match="role first"):
            add_recipient(by=national, schedule=place("NE"), email=email)
    with pytest.raises(RuleBroken, match="already"):
        add_recipient(by=national, schedule=place("nation"), email=national.email)
    add_recipient(by=national, schedule=place("WAL"), email=national.email)
    with acting_as(by=NamedJob("test")):
        national.grants.update(ends_on=dt.date(2020, 1, 1))
    assert national not in [user for user, _ in who("WAL")]


def test_only_those_who_keep_schedules_change_them() -> None:
    manager = persona("regional_manager")
    with pytest.raises(NotAllowed):
        change_schedule(by=manager, schedule=place("NE"), reports=["attrition"], is_active=True)
    with pytest.raises(NotAllowed):
        remove_recipient(by=manager, schedule=place("NE"), user=manager)


@pytest.fixture
def client() -> Client:
    return client_for(persona("administrator"))


def test_the_pages_show_and_change_it(client: Client) -> None:
    manager, quality = persona("regional_manager"), persona("iqa")
    listed = client.get(reverse("reports:schedules")).content.decode()
    assert "North East" in listed
    assert "All regions" in listed
    page = reverse("reports:schedule", args=["NE"])
    assert manager.email in client.get(page).content.decode()
    client.post(reverse("reports:add_recipient", args=["NE"]), {"email": quality.email})
    client.post(reverse("reports:remove_recipient", args=["NE", manager.public_id]))
    client.post(
        reverse("reports:change_schedule", args=["NE"]),
        {"is_active": "yes", "reports": ["withdrawals", "attrition"]},
    )
    client.get(page)  # says what was done
    shown = client.get(page).content.decode()
    assert quality.email in shown
    assert manager.email not in shown
    assert "Withdrawals, Attrition" in shown
    assert "1 person added, 1 left out" in client.get(reverse("reports:schedules")).content.decode()


def test_a_page_says_what_is_wrong(client: Client) -> None:
    answer = client.post(
        reverse("reports:add_recipient", args=["NE"]), {"email": "nobody@example.com"}
    ).content.decode()
    assert "Give them a role first." in answer
    answer = client.post(
        reverse("reports:change_schedule", args=["NE"]), {"is_active": "yes"}
    ).content.decode()
    assert "Choose at least one report" in answer
    assert client.get(reverse("reports:schedule", args=["NAT"])).status_code == 404


def test_who_downloaded_what_is_told_to_those_allowed() -> None:
    manager, national = persona("regional_manager"), persona("national")
    address = reverse("reports:file", args=["attrition"]) + "?as_at=2025-09-30&region=NE&format=csv"
    b"".join(client_for(manager).get(address).streaming_content)
    for user in (national, persona("data_protection")):
        page = client_for(user).get(reverse("reports:downloads")).content.decode()
        assert str(manager) in page
        assert "North East" in page
    assert client_for(manager).get(reverse("reports:downloads")).status_code == 403
    assert AccessEntry.objects.filter(kind="export").count() == 1
    assert Run.objects.count() == 0
