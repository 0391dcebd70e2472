"""Health pages: ready while requests can be served, whatever the broker does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as BrokerAway

from pqip.pages import health

pytestmark = pytest.mark.django_db


def away(error: Exception):
    def check() -> bool:
        raise error

    return check


def test_files_are_well_where_one_can_be_written_and_there_is_room(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "not" / "there" / "yet"
    assert Client().get("/health/ready").json()["files"] == "ok"
    assert not (tmp_path / "not").exists()
    with monkeypatch.context() as patched:
        patched.setattr(health.os, "access", lambda folder, _mode: folder != tmp_path)
        assert Client().get("/health/ready").json()["files"] == "failing"
    monkeypatch.setattr(health, "LEAST_ROOM", 1 << 60)
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["files"]) == (200, "failing")


def test_live_asks_nobody(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert Client().get("/health/live").status_code == 200


@pytest.mark.parametrize(
    ("check", "stands_for", "status"),
    [
        ("_database", away(OperationalError()), 503), ("_migrations", lambda: False, 503), ("_broker", away(BrokerAway()), 200),
        ("_files", away(OSError()), 200),
    ],
)  # fmt: skip
def test_ready(
    monkeypatch: pytest.MonkeyPatch, check: str, stands_for: object, status: int
) -> None:
    stands_for.__name__ = check  # type: ignore[attr-defined]
    monkeypatch.setattr(health, check, stands_for)
    answer = Client().get("/health/ready")
    assert answer.status_code == status
    assert answer.json()[check.removeprefix("_")] == "failing"


def test_a_database_that_is_away_is_waited_for_once_and_leaves_one_line(
    monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    asked = []

    def stands_for(name: str):
        def check() -> bool:
            asked.append(name)
            raise OperationalError

        check.__name__ = name
        return check

    for name in ("_database", "_migrations", "_work"):
        monkeypatch.setattr(health, name, stands_for(name))
    monkeypatch.setattr(health, "_broker", lambda: True)
    answer = Client().get("/health/ready")
    assert (answer.status_code, asked) == (503, ["_database"])
    found = {name for name, word in answer.json().items() if word == "failing"}
    assert found == {"status", "database", "migrations", "work"}
    assert [record.name for record in caplog.records] == ["pqip.health"]
