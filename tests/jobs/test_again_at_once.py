"""Two administrators start the same work again at the same moment."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from pqip.core.errors import Conflict
from pqip.jobs.again import retry_parked
from pqip.jobs.running import run
from reports.models import Run
from tests.jobs.pieces import PIECES, SYSTEM, state_of
from tests.jobs.test_again import is_cut_off


def test_two_administrators_at_once_start_it_once(
    real_db: Any, monkeypatch: pytest.MonkeyPatch, woken: list, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    piece = PIECES["reports.make"]()
    is_cut_off(piece, monkeypatch)
    woken.clear()
    together, said = threading.Barrier(2), []

    def start() -> None:
        together.wait()
        try:
            said.append(retry_parked(piece.job, by=SYSTEM))
        except Conflict as faster:
            said.append(str(faster))
        connection.close()

    both = [threading.Thread(target=start) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(said) == ["", "Somebody else has dealt with this work. It waits for a worker."]
    assert woken == [(piece.job.pk, "reports")]
    assert run(piece.job.pk)
    assert state_of(Run.objects.get()) == Run.State.READY
