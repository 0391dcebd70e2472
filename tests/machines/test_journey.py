"""The journey driven at random: histories stay legal, one place and one post at a time, and the past stays what it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.machines import journey_around, journey_beside, journey_files  # noqa: F401  (add their steps)
from tests.machines.driver import Machine
from tests.machines.journey_holds import holds
from tests.machines.journey_steps import steps
from tests.machines.journey_world import begin, world_in


@pytest.fixture
def machine(real_db: Any, folder: Path) -> Machine:
    world = world_in(folder)
    return Machine("The journey", steps, lambda: begin(world), holds)


def test_what_must_hold_holds_after_every_step(
    machine: Machine, holds_on_every_run: Callable[[Machine], None]
) -> None:
    holds_on_every_run(machine)


@pytest.mark.fault
def test_what_must_hold_holds_for_long(
    machine: Machine, holds_for_long: Callable[[Machine], None]
) -> None:
    holds_for_long(machine)
