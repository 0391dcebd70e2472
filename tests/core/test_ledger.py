"""What a ledger gives: two times, corrections, an actor for every write. `test_every_ledger.py` attacks each of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from pqip.core.acting import Job, acting_as
from pqip.core.bulk import copy_rows
from pqip.core.errors import Conflict, NotAllowed
from pqip.core.ledger import supersede, void
from pqip.core.models import AuditEntry
from pqip.core.snapshot import safe_known_at
from tests.harness.database import say
from workforce.models import Grade, Region, Target, University

pytestmark = pytest.mark.django_db
TESTER = Job("test")
YEAR = dt.date(2026, 1, 1)


def target(fte: int = 10, on: dt.date = YEAR) -> Target:
    with acting_as(by=TESTER):
        return Target.objects.create(
            region=Region.objects.get(code="NE"),
            grade=Grade.objects.get(code="PO"),
            effective_on=on,
            target_fte=fte,
        )


def refused(sql: str, *, named: bool = True) -> str:
    """What the database says to a statement, which it must refuse."""
    with pytest.raises(DatabaseError) as error:
        run(sql, "job:attack" if named else "")
    return str(error.value)


def run(sql: str, actor: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        say(actor)
        cursor.execute(sql)


def test_a_write_without_an_actor_is_refused() -> None:
    assert "names no actor" in refused(
        "INSERT INTO workforce_university (name) VALUES ('X')", named=False
    )


def test_a_copy_without_an_actor_is_refused() -> None:
    with pytest.raises(DatabaseError, match="names no actor"), transaction.atomic():
        copy_rows(University, ["name"], [("X",)])


def test_a_copy_with_an_actor_leaves_its_audit() -> None:
    with acting_as(by=TESTER, reason="why"):
        copy_rows(University, ["name"], [("X",), ("Y",)])
    entries = AuditEntry.objects.filter(table_name="workforce_university", actor="job:test")
    assert [
        (entry.operation, entry.after["name"], entry.reason) for entry in entries.order_by("id")
    ] == [("insert", "X", "why"), ("insert", "Y", "why")]


def test_the_database_says_when_and_by_whom() -> None:
    row = target()
    row.refresh_from_db()
    assert row.recorded_by == "job:test"
    assert row.recorded_at is not None
    assert row.voided_at is None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM core_auditentry",
        "UPDATE core_auditentry SET actor = 'job:nobody'",
        "TRUNCATE core_auditentry",
        "INSERT INTO core_auditentry (at, actor) VALUES (now(), 'job:x')",
    ],
)
def test_the_application_may_not_rewrite_the_audit(statement: str) -> None:
    target()
    assert "permission denied" in refused(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [("DELETE FROM core_auditentry", "append only"), ("TRUNCATE core_auditentry", "append only")],
)
def test_nor_may_the_owner_by_mistake(as_owner, statement: str, said: str) -> None:
    target()
    with as_owner():
        assert said in refused(statement)


def test_a_row_is_voided_once() -> None:
    row = target()
    void([row], by=TESTER, reason="Wrong")
    with pytest.raises(Conflict):
        void([row], by=TESTER, reason="Wrong again")
    row.refresh_from_db()
    assert (row.voided_by, row.void_reason) == ("job:test", "Wrong")


def test_a_correction_keeps_what_was_known() -> None:
    row = target(10)
    before = safe_known_at()
    fresh = supersede(row, by=TESTER, reason="Typing error", target_fte=12)
    assert fresh.pk != row.pk
    assert [found.target_fte for found in Target.objects.known_at(before)] == [10]
    assert [found.target_fte for found in Target.objects.live()] == [12]


def test_stated_recording_time_is_kept_beside_the_real_one() -> None:
    stated = dt.datetime(2020, 5, 1, 12, tzinfo=dt.UTC)
    with acting_as(by=TESTER, recorded_at=stated):
        row = Target.objects.create(
            region=Region.objects.get(code="NE"),
            grade=Grade.objects.get(code="PO"),
            effective_on=YEAR,
            target_fte=1,
        )
    row.refresh_from_db()
    assert row.recorded_at == stated
    assert row.loaded_at > stated


def test_nobody_cannot_act() -> None:
    with pytest.raises(NotAllowed), acting_as(by=None):
        pass


def test_the_actor_is_put_back() -> None:
    with acting_as(by=Job("outer")):
        with acting_as(by=Job("inner")):
            target()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('pqip.actor', true)")
            assert cursor.fetchone() == ("job:outer",)
