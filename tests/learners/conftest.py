"""The vocational strand as these tests state it, so that the floor is tested without the one above."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from learners.ports import vocational as ports


class Stated:
    """Answers what the test says."""

    def __init__(self) -> None:
        self.registered: dict[int, dt.date] = {}
        self.progress: dict[int, ports.Progress] = {}
        self.steps: dict[int, list[ports.DueStep]] = {}
        self.diplomas: dict[int, ports.Diploma] = {}
        self.assessing: dict[int, ports.Assessing] = {}

    def register(self, registered_on: Mapping[int, dt.date], *, by: Any) -> None:
        self.registered.update(registered_on)

    def progress_of(
        self, person_ids: Collection[int], as_at: dt.date
    ) -> Mapping[int, ports.Progress]:
        return {key: self.progress[key] for key in person_ids if key in self.progress}

    units_of = progress_of

    def due_next(
        self, person_ids: Collection[int], as_at: dt.date
    ) -> Mapping[int, list[ports.DueStep]]:
        return {key: self.steps[key] for key in person_ids if key in self.steps}

    def due_steps(self, as_at: dt.date, known_at: dt.datetime | None) -> tuple[str, dict[str, Any]]:
        stated = [
            {
                "person_id": key,
                "title": step.title,
                "due_on": step.on,
                "is_of_learner": step.waiting_for == "learner",
                "is_overdue": step.overdue,
            }
            for key, steps in self.steps.items()
            for step in steps
        ]
        sql = """SELECT * FROM jsonb_to_recordset(%(stated_steps)s::jsonb)
            AS s (person_id bigint, title text, due_on date, is_of_learner boolean, is_overdue boolean)"""
        return sql, {"stated_steps": json.dumps(stated, default=str)}

    def assessors(self, person_ids: Collection[int]) -> Mapping[int, ports.Assessing]:
        return {key: self.assessing[key] for key in person_ids if key in self.assessing}

    def hold_standing(self, person_ids: Collection[int]) -> None:
        """Nobody re-dates anything here."""

    def awaiting_countersigning(
        self, person_ids: Collection[int]
    ) -> Mapping[int, ports.Uncountersigned]:
        return {}

    def pso_diplomas(
        self, person_ids: Collection[int], as_at: dt.date, known_at: dt.datetime | None = None
    ) -> Mapping[int, ports.Diploma]:
        return {key: self.diplomas[key] for key in person_ids if key in self.diplomas}


@pytest.fixture
def vocational(monkeypatch: pytest.MonkeyPatch) -> Stated:
    stated = Stated()
    monkeypatch.setattr(ports, "_answers", [stated])
    return stated
