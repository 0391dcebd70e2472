"""What `make t` keeps: the servers outlive a run and end by themselves, and the template is named for what it is made of."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest

from pqip.core import guards
from pqip.embedded.places import PROJECT, Place
from pqip.embedded.servers import Servers
from tests.faults.machines import wait_until
from tests.harness import kept, schema

RUN = "from tests.harness.servers import own_servers; own_servers()"
KEEP = "from tests.harness import kept; kept.IDLE_SECONDS = {}; kept.keep(kept.place({!r}))"


@pytest.fixture
def place() -> Iterator[Place]:
    where = kept.place(f"try-{os.getpid()}")
    yield where
    kept.stop(where)
    assert not where.folder.exists()


def python(script: str, name: str = "") -> None:
    here = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "PQIP_TEST_SERVERS")
    }
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=here | {"PQIP_TEST_KEPT": name},
        check=True,
        timeout=120,
    )


def answers(place: Place) -> bool:
    try:
        psycopg2.connect(Servers(place).database_url()).close()
    except psycopg2.OperationalError:
        return False
    return True


def started(place: Place) -> float:
    return (place.data / "postmaster.pid").stat().st_mtime


def test_they_are_there_for_the_next_run_until_they_are_stopped(place: Place) -> None:
    name = f"try-{os.getpid()}"
    python(RUN, name)
    wait_until((place.folder / "kept-by").exists, 60, "a process keeps them")
    assert answers(place)
    first = started(place)
    python(RUN, name)
    assert started(place) == first
    assert kept.stop(place) == "The test servers are stopped, and their data is gone."
    assert not place.folder.exists()
    assert kept.stop(place) == "No test servers are kept."


def test_they_end_once_nobody_has_used_them_for_so_long(place: Place) -> None:
    place.make()
    (place.folder / "used").touch()
    python(KEEP.format(0, f"try-{os.getpid()}"))
    wait_until(lambda: not place.folder.exists(), 60, "they are gone with their data")


def test_what_a_crash_left_is_not_used(place: Place) -> None:
    place.make()
    (place.data / "base").mkdir(parents=True)
    (place.data / "PG_VERSION").write_text("18")
    place.lock.touch()
    python(RUN, f"try-{os.getpid()}")
    wait_until((place.folder / "kept-by").exists, 60, "a process keeps them")
    assert answers(place)


@pytest.mark.parametrize(
    "part", ["migrations/0001_first.py", "sql/guards.sql", "reference/kinds.csv"]
)
def test_the_template_changes_with_what_it_is_made_of(
    part: str, tmp_path: Path, monkeypatch: Any
) -> None:
    apps = SimpleNamespace(
        get_app_configs=lambda: [SimpleNamespace(path=str(tmp_path))],
        get_models=schema.apps.get_models,
    )
    monkeypatch.setattr(schema, "apps", apps)
    before = schema.schema_key()
    assert schema.schema_key() == before
    (tmp_path / "views.py").write_text("pass")
    assert schema.schema_key() == before
    file = tmp_path / part
    file.parent.mkdir()
    file.write_text("one")
    one = schema.schema_key()
    file.write_text("other")
    assert len({before, one, schema.schema_key()}) == 3


def test_the_template_changes_with_what_models_say_to_the_guards(
    monkeypatch: Any, settings: Any
) -> None:
    before = schema.schema_key()
    with monkeypatch.context() as other:
        other.setattr(guards, "rights_of", lambda model: "")
        rights = schema.schema_key()
    with monkeypatch.context() as other:
        other.setattr(guards, "triggers_of", lambda model: ["CREATE TRIGGER another"])
        triggers = schema.schema_key()
    settings.SECRET_KEY = "another key that acts are signed with, 50 letters long"
    assert len({before, rights, triggers, schema.schema_key()}) == 4
