"""One transaction records at one instant: what is voided and what takes its place are never both known, nor neither."""

from __future__ import annotations

import datetime as dt
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, connections, transaction

from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.ledger import supersede, void
from pqip.core.snapshot import safe_known_at
from workforce.models import Grade, Region, Target

BY = Job("test")
DAY = dt.date(2026, 1, 1)
SECOND = dt.timedelta(seconds=1)


def target(on: dt.date = DAY, grade: str = "PO") -> Target:
    with acting_as(by=BY):
        row = Target(
            region=Region.objects.get(code="NE"),
            grade=Grade.objects.get(code=grade),
            effective_on=on,
            target_fte=10,
        )
        row.save(force_insert=True)
    row.refresh_from_db()
    return row


def known(at: dt.datetime) -> list[int]:
    return sorted(
        int(row.target_fte)
        for row in Target.objects.known_at(at).filter(effective_on=DAY, grade__code="PO")
    )


def void_and_take_back(row: Target) -> None:
    with acting_as(by=BY):
        void([row], by=BY, reason="Wrong")
        raise RuleBroken("No.")


@pytest.mark.django_db
def test_void_and_replacement_carry_one_instant_however_they_are_nested() -> None:
    row = target()
    with acting_as(by=BY):
        with acting_as(by=Job("inner")):
            void([row], by=BY, reason="Wrong")
        fresh = target()
        other = target(DAY + dt.timedelta(days=1))
    row.refresh_from_db()
    assert row.voided_at == fresh.recorded_at == other.recorded_at
    for at in (row.recorded_at, row.voided_at - dt.timedelta(microseconds=1), row.voided_at, now()):
        assert known(at) == [10]


@pytest.mark.django_db
def test_what_a_savepoint_takes_back_takes_its_instant_along() -> None:
    row = target()
    with acting_as(by=BY):
        with pytest.raises(RuleBroken):
            void_and_take_back(row)
        fresh = supersede(row, by=BY, reason="Wrong", target_fte=12)
        later = target(DAY + dt.timedelta(days=1))
    row.refresh_from_db()
    fresh.refresh_from_db()
    assert row.voided_at == fresh.recorded_at == later.recorded_at


@pytest.mark.django_db
def test_a_stated_time_holds_for_all_that_is_nested() -> None:
    stated = dt.datetime(2020, 5, 1, 12, tzinfo=dt.UTC)
    with acting_as(by=BY, recorded_at=stated):
        row = target()
        fresh = supersede(row, by=BY, reason="Wrong", target_fte=12)
        with (
            pytest.raises(ValueError, match="recorded when the whole is"),
            acting_as(by=BY, recorded_at=stated + SECOND),
        ):
            pass
    row.refresh_from_db()
    fresh.refresh_from_db()
    assert row.recorded_at == row.voided_at == fresh.recorded_at == stated
    assert known(stated) == known(now()) == [12]


@pytest.mark.django_db
def test_nothing_is_corrected_as_of_a_time_before_it_was_recorded() -> None:
    row = target()
    with (
        pytest.raises(RuleBroken, match="State a later time of recording"),
        acting_as(by=BY, recorded_at=row.recorded_at - SECOND),
    ):
        supersede(row, by=BY, reason="Wrong", target_fte=12)
    with acting_as(by=BY, recorded_at=row.recorded_at):
        supersede(row, by=BY, reason="Wrong", target_fte=12)
    assert known(row.recorded_at) == [12]


@pytest.mark.django_db
def test_nothing_is_stated_beside_what_was_known_then() -> None:
    row = target()
    void([row], by=BY, reason="Wrong")
    row.refresh_from_db()
    with (
        pytest.raises(RuleBroken, match="Something else was known of the same until"),
        acting_as(by=BY, recorded_at=row.recorded_at),
    ):
        target()
    with acting_as(by=BY, recorded_at=row.voided_at):
        target()
    assert known(row.recorded_at) == known(row.voided_at) == [10]


def test_a_change_that_somebody_else_made_after_ours_began_is_not_corrected_as_of_before(
    real_db: object,
) -> None:
    row = target()
    corrected: list[Target] = []

    def other() -> None:
        try:
            corrected.append(supersede(row, by=BY, reason="Theirs", target_fte=11))
        finally:
            connections.close_all()

    def ours() -> None:
        with acting_as(by=BY):
            target(DAY + dt.timedelta(days=1))  # takes the instant of ours
            theirs = Thread(target=other)
            theirs.start()
            theirs.join()
            supersede(corrected[0], by=BY, reason="Ours", target_fte=12)

    with pytest.raises(Conflict, match="at the same moment"):
        ours()
    assert known(now()) == [11]
    assert not Target.objects.filter(effective_on=DAY + dt.timedelta(days=1)).exists()


def test_known_at_waits_for_a_write_from_its_first_fact_to_its_end(real_db: object) -> None:
    began, go_on = Signal(), Signal()
    instants: list[dt.datetime] = []

    def write() -> None:
        try:
            with acting_as(by=BY):
                instants.append(target().recorded_at)
                with pytest.raises(RuleBroken):
                    void_and_take_back(
                        target(grade="PSO")
                    )  # what is taken back does not end the wait
                began.set()
                go_on.wait(20)
                instants.append(target(grade="SPO").recorded_at)
        finally:
            connections.close_all()

    writer = Thread(target=write)
    writer.start()
    began.wait(20)
    with transaction.atomic():
        connection.ensure_connection()
        assert safe_known_at() < instants[0]
    go_on.set()
    writer.join()
    assert instants[0] == instants[1] <= safe_known_at()
