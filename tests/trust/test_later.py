"""What was asked for is looked at again when it is done: rights that went stop it, and a report is of one moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from pqip.core.snapshot import snapshot
from pqip.jobs.models import Job
from pqip.jobs.running import run as do
from reports.actions.request_run import request_run
from reports.catalogue import REPORTS, find
from reports.models import Run
from tests.factories import workforce as w
from tests.factories.learners import enrolment
from tests.harness.database import say
from tests.personas import client_for, persona
from workforce.actions.accounts import end_role, switch_off
from workforce.models import University, User


def asked(by: User, **more: Any) -> Run:
    return request_run(
        by=by, report="monthly-status", as_at=dt.date(2025, 9, 30), formats=["csv"], **more
    )


def tried(run: Run, times: int = 3) -> None:
    """Its job done as a worker does it, until it is set aside."""
    job = Job.objects.get(key=f"report-run:{run.pk}")
    for _ in range(times):
        Job.objects.filter(pk=job.pk).update(not_before=None)
        do(job.pk)
    run.refresh_from_db()


@pytest.mark.django_db
@pytest.mark.parametrize("gone", ["role", "account"])
def test_a_report_of_somebody_who_may_no_longer_see_it_is_not_made(
    gone: str, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    enrolment()
    manager, administrator = persona("regional_manager"), persona("administrator")
    run = asked(manager, region=w.region("NE"))
    if gone == "role":
        end_role(by=administrator, grant=manager.grants.get())
    else:
        switch_off(by=administrator, user=manager, reason="Left")
    tried(run)
    assert (run.state, run.files.count()) == (Run.State.FAILED, 0)
    assert Job.objects.get(key=f"report-run:{run.pk}").state == "parked"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert client_for(manager).get(f"/reports/runs/{run.public_id}/").status_code in {302, 403, 404}


def test_what_is_recorded_while_a_report_is_made_is_not_in_it(real_db: Any) -> None:
    with snapshot():
        before = University.objects.count()
        with (
            psycopg2.connect(real_db.environment["DATABASE_URL"]) as other,
            other.cursor() as cursor,
        ):
            say("job:test", cursor=cursor)
            cursor.execute("INSERT INTO workforce_university (name) VALUES ('Meanwhile')")
        assert University.objects.count() == before
    assert University.objects.count() == before + 1


@pytest.mark.django_db
def test_a_report_made_says_by_which_definitions(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    enrolment()
    first, second = asked(persona("national")), asked(persona("national"))
    tried(first, 1)
    report = find("monthly-status")
    other = [replace(report.columns[0], definition="Otherwise."), *report.columns[1:]]
    monkeypatch.setitem(REPORTS, "monthly-status", replace(report, columns=other))
    tried(second, 1)
    assert (first.state, second.state) == (Run.State.READY, Run.State.READY)
    assert len(first.definitions) > 0
    assert first.definitions != second.definitions
