"""Assessment driven at random: what is released stays achieved, nobody judges themself, and the past stays what it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.machines import assessment_files, assessment_quality  # noqa: F401  (add their steps)
from tests.machines.assessment_holds import holds
from tests.machines.assessment_steps import steps
from tests.machines.assessment_world import begin, world_in
from tests.machines.driver import Machine


@pytest.fixture
def machine(real_db: Any, folder: Path) -> Machine:
    world = world_in(folder)
    return Machine("Assessment", steps, lambda: begin(world), holds)


def test_what_must_hold_holds_after_every_step(
    machine: Machine, holds_on_every_run: Callable[[Machine], None]
) -> None:
    holds_on_every_run(machine)


@pytest.mark.fault
def test_what_must_hold_holds_for_long(
    machine: Machine, holds_for_long: Callable[[Machine], None]
) -> None:
    holds_for_long(machine)
