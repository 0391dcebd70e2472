"""Two sweepers at once (F19)."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from django.db import connection

from pqip.core import clock
from pqip.jobs import sweeping
from pqip.jobs.models import Job
from tests.faults.plant import Plant


def test_two_sweepers_send_each_job_once(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: Counter[int] = Counter()
    together = threading.Barrier(2)

    def sweep() -> None:
        together.wait()
        for _ in range(3):
            sweeping.sweep()
        connection.close()

    for number in range(100):
        plant.ask("drill.mark", f"job-{number}")
    Job.objects.update(wake_at=clock.now() - dt.timedelta(seconds=1))
    monkeypatch.setattr(sweeping, "wake", lambda number, queue: bool(sent.update([number])) or True)
    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()
    assert len(sent) == 100
    assert set(sent.values()) == {1}
