"""Nobody has a second place while one is open: on every screen, undone, corrected, two at once, and beneath them all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction

from learners.actions.enrolments import enrol
from learners.actions.events_amend import correct_event, void_event
from learners.actions.events_did_not_start import did_not_start
from learners.actions.events_start import start
from learners.actions.withdrawals import withdraw
from learners.derived.proof import own_columns
from learners.imports import learners_placing as placing
from learners.models import Enrolment, Event
from learners.ports import vocational as ports
from learners.rules.places import PlacePeriod, check_one_place, place_period
from pqip.core.acting import Job
from pqip.core.errors import Conflict, RuleBroken
from pqip.exchange.refused import AGAIN as CHECK_AGAIN
from pqip.exchange.refused import MEANWHILE
from tests.factories import learners as make
from workforce.models import Person

from .conftest import Stated
from .files import bring_in, day, learner, wrong

BY = Job("test")
FIRST, LEFT, AGAIN = day("2025-01-15"), day("2025-06-01"), day("2026-01-15")


def again(who: Person, on: dt.date = AGAIN, cohort: str = "Intake 16") -> Enrolment:
    return enrol(
        by=BY,
        person=who,
        cohort=make.cohort(cohort),
        pathway=make.pathway(),
        region=make.region(),
        fte=Decimal(1),
        start_date=on,
        entry_route="external",
        level5_held=True,
        modules_held=["CJS", "UCCB", "PPP"],
    )


@pytest.mark.django_db
def test_the_end_of_the_first_lets_another_begin(vocational: Stated) -> None:
    made = make.enrolment(start=FIRST)
    with pytest.raises(RuleBroken, match="on the programme already"):
        again(made.person)
    left = withdraw(by=BY, enrolment=made, on=LEFT)
    with pytest.raises(RuleBroken, match="another place of theirs ended on 1 June 2025"):
        again(made.person, LEFT - dt.timedelta(days=1))
    second = again(made.person)
    with pytest.raises(RuleBroken, match="on the programme already"):
        void_event(by=BY, event=left, reason="Mixed up")
    with pytest.raises(RuleBroken, match="on the programme already"):
        correct_event(by=BY, event=left, reason="Later", effective_on=AGAIN + dt.timedelta(days=1))
    with pytest.raises(RuleBroken, match="on the programme already"):
        start(by=BY, enrolment=second, on=LEFT - dt.timedelta(days=1))
    assert (
        correct_event(by=BY, event=left, reason="Later", effective_on=AGAIN).effective_on == AGAIN
    )
    assert not list(own_columns())


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["on screen", "by file"])
def test_an_undone_end_gives_no_second_place(vocational: Stated, tmp_path: Path, how: str) -> None:
    """Left, and given a place anew: the end of the first is undone neither way."""
    made = make.enrolment(who=make.person("L1"), start=FIRST)
    left = withdraw(by=BY, enrolment=made, on=LEFT)
    again(made.person)
    if how == "on screen":
        with pytest.raises(RuleBroken, match="on the programme already"):
            void_event(by=BY, event=left, reason="Mixed up")
    else:
        row = {
            "staff_number": "L1",
            "cohort": "Intake 14",
            "event": "withdrawn",
            "effective_date": LEFT.isoformat(),
            "void": "yes",
            "void_reason": "Mixed up",
        }
        assert "on the programme already" in wrong(bring_in(tmp_path, "learner-events", row))[0]
    assert not list(own_columns())


@pytest.mark.django_db
def test_a_place_that_was_not_taken_up_is_not_taken_up_beside_another(vocational: Stated) -> None:
    made = make.enrolment(start=AGAIN, started=False)
    given_up = did_not_start(by=BY, enrolment=made, on=FIRST)
    again(made.person)
    with pytest.raises(RuleBroken, match="on the programme already"):
        void_event(by=BY, event=given_up, reason="Mixed up")


@pytest.mark.django_db
def test_a_file_that_meets_a_place_given_at_the_same_moment_says_so(
    vocational: Stated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another connection records after the file was compared is met by the database, in plain words."""
    make.enrolment(who=make.person("L1"), start=FIRST)
    monkeypatch.setattr(placing, "check_one_place", lambda *_places: None)
    told = wrong(
        bring_in(tmp_path, "learners", learner(cohort="Intake 16", start_date="2026-01-15"))
    )
    assert told == [
        f"the file: {MEANWHILE} They are on the programme already. End that place first. {CHECK_AGAIN}"
    ]


@pytest.mark.django_db
def test_a_place_given_up_before_it_began_is_none(vocational: Stated) -> None:
    made = make.enrolment(start=AGAIN, started=False)
    make.event(made, "did_not_start", LEFT)
    assert place_period(made.events.live()) is None
    check_one_place(None, [PlacePeriod(FIRST, None)])
    again(made.person)


@pytest.mark.django_db
def test_the_database_refuses_a_second_place() -> None:
    made = make.enrolment(start=FIRST)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="learners_enrolment_one_place"), transaction.atomic():
        make.enrolment(who=made.person, start=AGAIN, in_cohort="Intake 16")


def test_two_managers_enrol_somebody_at_once(
    real_db: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_answers", [Stated()])
    who = make.person("L1")
    make.pathway(), make.region(), make.cohort("Intake 16"), make.cohort("Intake 17")
    said = together(lambda: again(who, cohort="Intake 16"), lambda: again(who, cohort="Intake 17"))
    assert said.count("done") == 1
    assert "on the programme already" in " ".join(said)


def test_an_end_is_undone_while_another_place_begins(
    real_db: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_answers", [Stated()])
    made = make.enrolment(start=FIRST)
    make.cohort("Intake 16")
    left = withdraw(by=BY, enrolment=made, on=LEFT)
    said = together(
        lambda: again(Person.objects.get(pk=made.person_id)),
        lambda: void_event(by=BY, event=Event.objects.get(pk=left.pk), reason="Mixed up"),
    )
    assert said.count("done") == 1, said
    assert "on the programme already" in " ".join(said)


def together(*acts: object) -> list[str]:
    """What came of two that begin at the same moment."""
    ready, said = Barrier(len(acts)), []

    def run(do: object) -> None:
        ready.wait()
        try:
            do()  # type: ignore[operator]
            said.append("done")
        except (RuleBroken, Conflict) as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    each = [Thread(target=run, args=(do,)) for do in acts]
    for one in each:
        one.start()
    for one in each:
        one.join()
    return said
