"""Each line of the audit says from where it came, and nothing reads it but the history and the loading of reference data."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from pqip.core.models import AuditEntry
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import run
from tests.core.test_source import SOURCES, named
from tests.factories.workforce import BY
from tests.jobs.conftest import does  # noqa: F401  (fixture)
from tests.personas import client_for, persona
from workforce.actions.people import correct_person
from workforce.models import Person, User

pytestmark = pytest.mark.django_db
#: Who reads the audit: what defines it, the learner's history, and loading, which leaves alone what a person changed.
READERS = {
    "pqip/core/models.py",
    "pqip/core/reference_loading.py",
    "learners/queries/records.py",
    "learners/queries/history_changes.py",
}


def last(table: str) -> AuditEntry:
    return AuditEntry.objects.filter(table_name=table).latest("id")


def test_a_change_on_screen_says_so_with_its_request(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1  # which names the request
    who, account = persona("administrator"), persona("hr_partner")
    page = reverse("workforce:switch_off", args=[account.public_id])
    assert (
        client_for(who)
        .post(page, {"reason": "Left"}, headers={"X-Request-Id": "abc-12345678"})
        .status_code
        == 302
    )
    entry = last("workforce_user")
    assert (entry.actor, entry.origin, entry.request_id, entry.reason) == (
        f"user:{who.pk}",
        "web",
        "abc-12345678",
        "Left",
    )


def test_a_change_by_a_worker_says_so(does: Callable[..., None]) -> None:
    somebody = persona("hr_partner").person

    def work(job: Job) -> None:
        correct_person(by=job.requester(), person=somebody, reason="Asked for", first_name="Kim")

    does("test.work", work)
    run(enqueue("test.work", key="one", by=BY).pk)
    entry = last("workforce_person")
    assert (entry.actor, entry.origin, entry.reason) == ("job:test", "worker", "Asked for")


def test_a_change_by_a_command_or_a_file_says_so(tmp_path: Path) -> None:
    call_command("create_user", "new@example.com", "--role", "learning_manager", "--region", "NE")
    made = User.objects.get(email="new@example.com")
    entry = AuditEntry.objects.get(table_name="workforce_user", row_key=made.pk, operation="insert")
    assert (entry.origin, entry.actor.partition(":")[0]) == ("command", "job")
    file = tmp_path / "staff.csv"
    file.write_text(
        "staff_number,email,first_name,last_name,grade,region,fte,start_date\nQ1,q1@x.org,A,B,PO,NE,1,2024-03-01\n"
    )
    call_command("import_data", "staff", str(file))
    entry = last("workforce_person")
    assert (entry.row_key, entry.actor) == (Person.objects.get(staff_number="Q1").pk, "job:import")


def test_nothing_else_reads_the_audit() -> None:
    def reads(path: Path) -> bool:
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        return any(getattr(node, "id", getattr(node, "name", "")) == "AuditEntry" for node in tree)

    code = [path for path in SOURCES if "migrations" not in path.parts]
    assert {named(path) for path in code if reads(path)} == READERS
    assert {
        named(path) for path in code if "core_auditentry" in path.read_text(encoding="utf-8")
    } == {"pqip/core/guards.py"}
