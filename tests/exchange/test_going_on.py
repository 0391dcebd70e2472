"""Decisions go on while a file about all of the people concerned is checked and applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command

from pqip.exchange import engine
from tests.exchange.going_on import Nation

ROWS = 4_000


def test_decisions_go_on_while_files_are_checked_and_applied(real_db: Any, tmp_path: Path) -> None:
    """What is measured is waiting for locks, which a busy machine does not change: 95% wait less than a second."""
    nation = Nation(ROWS, tmp_path)
    for dataset, rows in nation.files():
        for run in (engine.check, engine.apply):
            with nation.deciding() as went:
                nation.bring(dataset, rows, run)
            print(f"{dataset}, {run.__name__}: {went}")
            assert went.seconds, f"nobody decided anything during {run.__name__} of {dataset}"
            assert went.is_fine, f"{run.__name__} of {dataset}: {went}"
    call_command("check_ledger")
