"""How long the machines run: a fixed number of sequences on every run, and for long where the fault drills ask for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pqip.core.clock import today
from tests.machines.driver import Machine, drive

#: Sequences and steps of a machine on every run.
SEQUENCES, LENGTH = 6, 40
#: Minutes of each machine in the fault drills, half an hour unless told.
MINUTES = "PQIP_MACHINE_MINUTES"
#: The first seed of a long run; another every day unless told.
SEED = "PQIP_MACHINE_SEED"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def holds_on_every_run() -> Callable[[Machine], None]:
    """The same few sequences each time."""

    def run(machine: Machine) -> None:
        driven = drive(machine, seed=1, length=LENGTH, sequences=SEQUENCES)
        assert not driven.found, driven.told(machine)
        assert driven.steps == SEQUENCES * LENGTH

    return run


@pytest.fixture
def holds_for_long(capfd: pytest.CaptureFixture[str]) -> Callable[[Machine], None]:
    """Fresh sequences for as long as `PQIP_MACHINE_MINUTES` says; what was run is printed, found or not."""

    def run(machine: Machine) -> None:
        seed = int(os.environ.get(SEED) or f"{today():%Y%m%d}0000")
        seconds = 60 * float(os.environ.get(MINUTES) or 30)
        driven = drive(
            machine, seed=seed, length=LENGTH, seconds=seconds, go_on=True, patience=300, tell=said
        )
        said(f"{driven.told(machine)}\n{used(driven)}")
        assert not driven.found, f"{len(driven.found)} kinds of fault, told above"

    def said(words: str) -> None:
        with capfd.disabled():
            print(f"\n{words}", flush=True)

    def used(driven: Any) -> str:
        return "Steps that went through: " + ", ".join(
            f"{name} {count}" for name, count in driven.done.most_common()
        )

    return run
