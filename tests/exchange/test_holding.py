"""A file holds nobody up: a check holds nothing while it compares and little while it writes; what it says stays the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection

import learners.imports  # noqa: F401  (registers the datasets)
from pqip.core.acting import Job
from pqip.core.background.errors import NotYet
from pqip.exchange import engine
from pqip.exchange.datasets import Context, Row, registry
from pqip.exchange.outcome import Listener
from tests.exchange.contract import DATASETS, WORLD
from tests.exchange.test_contract import csv_file, load, world  # noqa: F401  (fixtures)
from tests.harness.database import RealDatabase, say
from workforce.imports.staff import Staff
from workforce.models import Person

BY = Job("import")
HEAD = ["staff_number", "email", "first_name", "last_name", "grade", "region", "fte", "start_date"]


def staff_file(path: Path, rows: int, name: str) -> Path:
    post = ["PO", "NE", "1.0", "2024-03-01"]
    csv_file(
        path, [HEAD, *([f"H{n:05}", f"h{n}@example.com", "Sam", name, *post] for n in range(rows))]
    )
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("dataset", DATASETS)
def test_a_check_in_pieces_says_what_importing_the_whole_does(
    world: Callable[[str], None], tmp_path: Path, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world(dataset)
    rows = WORLD[dataset]
    csv_file(tmp_path / "a.csv", [list(rows[0]), *(list(row.values()) for row in rows)])
    monkeypatch.setattr(engine, "PIECE", 1)
    told = engine.check(registry[dataset], tmp_path / "a.csv", by=BY)
    assert (told.problems, told.counts["new"]) == ([], len(rows))
    done = engine.apply(registry[dataset], tmp_path / "a.csv", by=BY, expected=told.digest)
    assert (done.digest, done.counts, done.news) == (told.digest, told.counts, told.news)


class Watched(Listener):
    """How many people are held as each row is told and as each piece has been written, seen from another connection."""

    def __init__(self, database: RealDatabase) -> None:
        self.other = psycopg2.connect(database.environment["DATABASE_URL"])
        self.other.autocommit = True
        self.compared, self.written = [0], list[int]()

    def held(self) -> int:
        with self.other.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM workforce_person) - (SELECT count(*) FROM ("
                "SELECT FROM workforce_person FOR NO KEY UPDATE SKIP LOCKED) free)"
            )
            return int(cursor.fetchone()[0])

    def row(self, row: Row) -> None:
        if row.number % 500 == 0:
            self.compared.append(self.held())


@pytest.fixture
def watched(real_db: RealDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """1,200 people on record, and a file that changes each of them."""
    engine.apply(registry["staff"], staff_file(tmp_path / "before.csv", 1_200, "Jones"), by=BY)
    seen = Watched(real_db)

    def finish(self: Staff, context: Context) -> None:
        seen.written.append(seen.held())

    monkeypatch.setattr(Staff, "finish", finish)
    yield seen
    seen.other.close()


def test_a_check_holds_nothing_while_it_compares_and_a_piece_while_it_writes(
    watched: Watched, tmp_path: Path
) -> None:
    told = engine.check(
        registry["staff"], staff_file(tmp_path / "a.csv", 1_200, "Smith"), by=BY, listener=watched
    )
    assert told.counts["changed"] == 1_200
    assert set(watched.compared) == {0}
    assert watched.written == [500, 500, 200]
    assert not Person.objects.filter(last_name="Smith").exists()


def test_what_does_not_change_is_never_held(watched: Watched, tmp_path: Path) -> None:
    path = staff_file(tmp_path / "a.csv", 1_200, "Jones")
    path.write_text(path.read_text("utf-8-sig").replace("Sam,Jones", "Kim,Jones", 7), "utf-8")
    done = engine.apply(registry["staff"], path, by=BY, listener=watched)
    assert (done.counts["changed"], done.counts["unchanged"]) == (7, 1_193)
    assert (set(watched.compared), watched.written) == ({0}, [7])


@pytest.mark.parametrize("run", [engine.check, engine.apply])
def test_a_file_lets_go_where_somebody_holds_what_it_is_about(
    watched: Watched, tmp_path: Path, run: Any
) -> None:
    """Not for long, and before the database would look for two that wait for each other."""
    path = staff_file(tmp_path / "a.csv", 1_200, "Smith")
    with watched.other.cursor() as cursor:
        cursor.execute(
            "BEGIN; SELECT FROM workforce_person WHERE staff_number = 'H00007' FOR NO KEY UPDATE"
        )
        with pytest.raises(NotYet, match="working on the same records"):
            run(registry["staff"], path, by=BY)
        cursor.execute("ROLLBACK")
    assert not Person.objects.filter(last_name="Smith").exists()
    assert run(registry["staff"], path, by=BY).counts["changed"] == 1_200


def test_a_post_changed_between_comparing_and_writing_stops_the_file(
    watched: Watched, tmp_path: Path
) -> None:
    path = staff_file(tmp_path / "a.csv", 600, "Smith")
    told = engine.check(registry["staff"], path, by=BY)

    def rename(row: Row) -> None:
        if row.number == 600:
            with watched.other.cursor() as cursor:
                cursor.execute("BEGIN")
                say("job:test", cursor=cursor)
                cursor.execute(
                    "UPDATE workforce_person SET first_name = 'Kim' WHERE staff_number = 'H00003'; COMMIT"
                )

    watched.row = rename  # type: ignore[method-assign]
    with pytest.raises(engine.Conflict):
        engine.apply(registry["staff"], path, by=BY, expected=told.digest, listener=watched)
    assert not Person.objects.filter(last_name="Smith").exists()
    connection.close()
