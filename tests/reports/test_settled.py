"""History loaded from an older system cannot say that it was known before an answer that has been given already."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pqip.core.acting import Job, act
from reports.models import Run
from tests.personas import persona
from workforce.models import Pdu, Region, Spell

pytestmark = pytest.mark.django_db
HEAD = "staff_number,email,first_name,last_name,grade,region,fte,start_date"
ANSWERED = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def answered(*, region: str = "", pdu: str = "", state: str = "ready") -> None:
    """A run that told what was known on 2 March 2026 at 9am."""
    with act(by=Job("test")):
        Run.objects.create(
            report="monthly-status", as_at=dt.date(2026, 2, 28), known_at=ANSWERED, ready_at=ANSWERED, state=state,
            formats=["csv"], region=Region.objects.filter(code=region).first(), pdu=Pdu.objects.filter(code=pdu).first(),
        )


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def load(recorded_at: str, by: str = "") -> None:
        path = tmp_path / "staff.csv"
        path.write_text(f"{HEAD}\nS1,s1@example.com,Sam,Jones,PSO,NE,1.0,2024-03-01\n")
        call_command("import_data", "staff", str(path), "--recorded-at", recorded_at, *(["--by", by] if by else []))

    return load


@pytest.mark.parametrize("state", ["ready", "expired"])
def test_what_was_answered_later_stands(load: Any, state: str) -> None:
    answered(state=state)
    with pytest.raises(CommandError, match=r"what was known up to 2 March 2026 09:00 UTC\. State a later time"):
        load("2026-03-01")
    assert not Spell.objects.exists()
    load("2026-03-02T09:01")
    assert Spell.objects.get().recorded_at == dt.datetime(2026, 3, 2, 9, 1, tzinfo=dt.UTC)


def test_what_could_not_be_made_answered_nothing(load: Any) -> None:
    answered(state="failed")
    load("2026-03-01")


@pytest.mark.parametrize(
    ("place", "is_settled"),
    [({}, True), ({"region": "NE"}, True), ({"pdu": "N54DUR"}, True), ({"region": "WAL"}, False)],
)
def test_only_answers_of_the_importers_places_count(load: Any, place: dict[str, str], is_settled: bool) -> None:
    answered(**place)
    manager = persona("learning_manager", region="NE")
    if is_settled:
        with pytest.raises(CommandError, match="State a later time"):
            load("2026-03-01", by=manager.email)
    else:
        load("2026-03-01", by=manager.email)


def test_a_time_to_come_is_refused_and_one_without_a_zone_is_londons(load: Any) -> None:
    with pytest.raises(CommandError, match="must not be in the future"):
        load("2199-01-01")
    load("2025-07-01T12:00")
    assert Spell.objects.get().recorded_at == dt.datetime(2025, 7, 1, 11, tzinfo=dt.UTC)
