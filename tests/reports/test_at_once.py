"""Two reports of one month are ready at the same moment: both are, neither waits for the other, and the month is told once."""

from __future__ import annotations

import datetime as dt
import time
from threading import Thread
from typing import Any

import pytest
from django.db import connections

from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.messages.models import Message
from reports.actions import make_run
from reports.actions.schedule_month import schedule_month
from reports.models import Run, RunFile
from tests.factories import workforce as w
from tests.personas import persona


def test_the_last_two_of_a_month_at_once(real_db: object, monkeypatch: pytest.MonkeyPatch) -> None:
    manager, said = persona("regional_manager"), []
    schedule_month(by=Job("reports.month"), period="2025-10", due_on=dt.date(2025, 10, 1))
    runs = list(Run.objects.filter(region=w.region("NE")).order_by("-pk"))
    monkeypatch.setattr(make_run, "_tidy", lambda kept: None)
    # Each takes its time between holding what it changes and telling, so that the two meet.
    monkeypatch.setattr(RunFile.objects, "bulk_create", lambda rows: time.sleep(0.3))

    def ready(run: Any) -> None:
        try:
            with acting_as(by=Job("reports.make")):
                make_run._ready(run, now(), [])
            said.append("ready")
        except Exception as broken:
            said.append(repr(broken))
        finally:
            connections.close_all()

    each = [Thread(target=ready, args=(run,)) for run in runs]
    for one in each:
        one.start()
    for one in each:
        one.join()
    assert said == ["ready"] * len(runs)
    assert list(Message.objects.values_list("to_user", flat=True)) == [manager.pk]
