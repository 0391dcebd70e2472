"""Planned intakes: planned, changed and undone on screen and by file, each by who may, beside who has come of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from learners.actions.intakes import change_intake, plan_intake, undo_intake
from learners.facts.intakes import come, planned
from learners.models import Cohort, Pathway, PlannedIntake
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now, today
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.snapshot import snapshot
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.factories import learners as make
from tests.factories.workforce import region as place
from tests.personas import client_for, persona
from workforce.actions.opening import open_region

from .test_pages import at, date, text_of

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
ON = dt.date(2027, 3, 15)
HEAD = "cohort,region,pathway,starts_on,places"


def plan(
    code: str = "Intake 14",
    region: str = "NE",
    pathway: str = "PQIP15",
    on: dt.date = ON,
    places: int = 12,
) -> PlannedIntake:
    return plan_intake(
        by=BY, cohort=code, region=make.region(region), pathway=make.pathway(pathway), starts_on=on, places=places
    )  # fmt: skip


def said() -> set[tuple[str, str, str, dt.date, int]]:
    """What is planned now."""
    rows = PlannedIntake.objects.live()
    return set(
        rows.values_list("cohort__code", "region__code", "pathway__code", "effective_on", "places")
    )


def bring(
    folder: Path, *rows: str, by: Any = None, check: bool = False, **more: Any
) -> engine.Outcome:
    """Bring a file of intakes."""
    path = folder / "intakes.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    does = engine.check if check else engine.apply
    return does(registry["intakes"], path, by=by or Job("import"), **more)


@pytest.fixture
def closed() -> Pathway:
    """A pathway that took starters until 28 February 2027."""
    found = make.pathway("PQIP13")
    with acting_as(by=BY):
        found.closes_on = dt.date(2027, 2, 28)
        found.save()
    return found


def test_planned_once_changed_and_undone_with_all_of_it_kept() -> None:
    make.cohort()
    first = plan()
    with pytest.raises(RuleBroken, match="planned already"):
        plan(code="INTAKE  14", places=20)
    plan(code="Intake 90", pathway="PQIP21", places=0)
    assert Cohort.objects.filter(code="Intake 90").exists(), "a new cohort is created"
    assert change_intake(by=BY, intake=first, starts_on=ON, places=12, reason="Same") == first
    second = change_intake(by=BY, intake=first, starts_on=ON + DAY, places=10, reason="Fewer")
    with pytest.raises(Conflict):
        change_intake(by=BY, intake=first, starts_on=ON, places=9, reason="Too late")
    assert ("Intake 14", "NE", "PQIP15", ON + DAY, 10) in said()
    undo_intake(by=BY, intake=second, reason="Not in this region")
    with pytest.raises(Conflict):
        undo_intake(by=BY, intake=second, reason="Again")
    assert said() == {("Intake 90", "NE", "PQIP21", ON, 0)}
    assert PlannedIntake.objects.count() == 3
    assert plan(places=8).places == 8, "planned anew once it was undone"


@pytest.mark.parametrize(
    ("on", "refused"), [(dt.date(2027, 2, 28), False), (dt.date(2027, 3, 1), True)]
)
def test_a_pathway_that_is_closed_takes_no_starters_at_any_door(
    closed: Pathway, on: dt.date, refused: bool, tmp_path: Path
) -> None:
    place("NE")
    open_region(by=BY, region=make.region(), at=now())
    outcome = bring(tmp_path, f"Intake 14,NE,PQIP13,{on},5", check=True)
    assert outcome.is_wrong == refused
    if refused:
        assert "to 28 February 2027 only" in outcome.problems[0].message
        with pytest.raises(RuleBroken, match="to 28 February 2027 only"):
            plan(pathway="PQIP13", on=on)
        earlier = plan(pathway="PQIP13", on=on - DAY)
        with pytest.raises(RuleBroken, match="takes starters"):
            change_intake(by=BY, intake=earlier, starts_on=on, places=5, reason="Later")
    else:
        assert plan(pathway="PQIP13", on=on).effective_on == on


def test_another_number_of_a_pathway_closed_since_is_no_new_start(
    closed: Pathway, tmp_path: Path
) -> None:
    made = plan(pathway="PQIP13", on=dt.date(2027, 2, 1))
    with acting_as(by=BY):
        Pathway.objects.filter(pk=closed.pk).update(closes_on=dt.date(2026, 12, 31))
    open_region(by=BY, region=made.region, at=now())
    changed = change_intake(
        by=BY, intake=made, starts_on=made.effective_on, places=3, reason="Fewer"
    )
    assert changed.places == 3
    assert bring(tmp_path, "Intake 14,NE,PQIP13,2027-02-01,4").counts["changed"] == 1
    assert bring(tmp_path, "Intake 14,NE,PQIP13,2027-02-02,4").is_wrong


def test_a_file_creates_corrects_and_says_nothing_twice(tmp_path: Path) -> None:
    make.cohort()
    make.pathway()
    row, new = "intake 14,NE,PQIP15,2027-03-15,12", "Intake 90,North East,PQIP15,15/03/2027,7"
    seen = bring(tmp_path, row, new, check=True)
    assert (seen.counts["new"], seen.news) == (2, {"cohort": ["Intake 90"]})
    assert said() == set()
    assert not Cohort.objects.filter(code="Intake 90").exists()
    assert bring(tmp_path, row, new).counts["new"] == 2
    assert bring(tmp_path, row, new).writes == 0
    assert bring(tmp_path, row.replace(",12", ",10")).counts["changed"] == 1
    assert said() == {("Intake 14", "NE", "PQIP15", ON, 10), ("Intake 90", "NE", "PQIP15", ON, 7)}
    twice = bring(tmp_path, "Intake 14,NE,PQIP15,2027-03-15,1", "INTAKE 14,NE,PQIP15,2027-03-15,2")
    assert [problem.row for problem in twice.problems] == [3]


@pytest.mark.parametrize(("row", "column"), [
    ("Intake 14,NE,PQIP15,2027-03-15,-1", "places"), ("Intake 14,NE,PQIP15,2027-03-15,10000", "places"),
    ("Intake 14,NE,PQIP15,2027-03-15,1.5", "places"), ("Intake 14,NAT,PQIP15,2027-03-15,1", "region"),
    ("Intake 14,NE,PQIP99,2027-03-15,1", "pathway"), (",NE,PQIP15,2027-03-15,1", "cohort"),
    ("Intake 14,NE,PQIP15,,1", "starts_on"), (f"{'I' * 41},NE,PQIP15,2027-03-15,1", "cohort"),
])  # fmt: skip
def test_what_a_file_may_not_say(row: str, column: str, tmp_path: Path) -> None:
    make.pathway()
    place("NE")
    place("NAT")
    assert [problem.column for problem in bring(tmp_path, row).problems] == [column]


def test_another_region_is_refused_as_one_that_is_not_there(tmp_path: Path) -> None:
    make.pathway()
    place("WAL")
    manager, team = persona("learning_manager"), persona("national")
    outcome = bring(tmp_path, "Intake 14,WAL,PQIP15,2027-03-15,1", by=manager)
    assert [str(problem) for problem in outcome.problems] == [
        'row 2, region: "WAL" is not a region you look after. Use one of NE.'
    ]
    assert bring(tmp_path, "Intake 14,WAL,PQIP15,2027-03-15,1", by=team).counts["new"] == 1
    filled = [reverse("exchange:filled", args=["intakes", "csv"])] * 2
    theirs, all_of_it = (
        b"".join(client_for(who).get(where).streaming_content).decode()
        for who, where in zip((manager, team), filled, strict=True)
    )
    assert ["Intake 14" in file for file in (theirs, all_of_it)] == [False, True]


def test_history_is_loaded_as_recorded_then_until_the_region_is_opened(tmp_path: Path) -> None:
    place("NE")
    place("WAL")
    make.pathway()
    stated = now() - 700 * DAY
    rows = ["Intake 10,NE,PQIP15,2025-03-17,9", "Intake 10,WAL,PQIP15,2025-03-17,8"]
    assert bring(tmp_path, *rows, recorded_at=stated).counts["new"] == 2
    assert {row.recorded_at for row in PlannedIntake.objects.all()} == {stated}
    open_region(by=BY, region=make.region(), at=now())
    late = bring(tmp_path, *(row[:-1] + "5" for row in rows), recorded_at=stated + DAY)
    assert [(problem.row, problem.column) for problem in late.problems] == [(2, "region")]
    assert "whose record has been kept here" in late.problems[0].message


def test_what_was_planned_is_known_as_it_was() -> None:
    first = plan(places=12)
    then = now()
    change_intake(by=BY, intake=first, starts_on=ON, places=9, reason="Fewer")
    assert [known(None), known(then)] == [[9], [12]]


def known(instant: dt.datetime | None) -> list[int]:
    with snapshot(instant), connection.cursor() as cursor:
        sql, parameters = planned(instant)
        cursor.execute(f"SELECT places FROM ({sql}) p ORDER BY places", parameters)
        return [places for (places,) in cursor.fetchall()]


def test_started_counts_the_terms_of_the_start_and_due_those_of_today() -> None:
    """One started and moved away, one came from elsewhere, one withdrew, one is due, one did not start."""
    start, ahead = today() - 60 * DAY, today() + 30 * DAY
    make.enrolment(start=start)
    moved = make.enrolment(start=start)
    make.event(moved, "moved_region", today() - 5 * DAY, to_region=make.region("WAL"))
    left = make.enrolment(start=start)
    make.event(left, "withdrawn", today() - 5 * DAY)
    came = make.enrolment(start=start, in_region="WAL")
    make.event(came, "moved_region", today() - 5 * DAY, to_region=make.region())
    make.enrolment(start=ahead, started=False)
    gone = make.enrolment(start=ahead, started=False)
    make.event(gone, "did_not_start", today())
    of, pathway = make.cohort().pk, make.pathway().pk
    found = come([of], today())
    assert found[of, make.region().pk, pathway] == (3, 1)
    assert found[of, make.region("WAL").pk, pathway] == (1, 0)


def test_the_list_on_screen_by_region_and_year_with_what_came_of_it() -> None:
    make.enrolment(start=today() - 60 * DAY)
    plan(on=today() - 60 * DAY, places=17)
    plan(code="Intake 90", on=ON, places=31)
    plan(code="Intake 90", region="WAL", on=ON, places=53)
    page = text_of(client_for(persona("national")).get(at("intakes")))
    assert [word in page for word in ("17", "31", "53", "Change", "Plan an intake")] == [True] * 5
    page = text_of(client_for(persona("national")).get(f"{at('intakes')}?region=NE&year=2027"))
    assert [f"<td class=\"govuk-table__cell govuk-table__cell--numeric\">{n}</td>" in page for n in (17, 31, 53)] == [
        False, True, False,
    ]  # fmt: skip
    page = text_of(client_for(persona("regional_manager")).get(at("intakes")))
    assert ["53" in page, "Change" in page, "Plan an intake" in page] == [False, False, False]


def test_planned_changed_and_undone_on_screen_by_who_may() -> None:
    make.cohort()
    pathway = make.pathway()
    place("WAL")
    manager = client_for(persona("learning_manager"))
    asked = {"cohort": "Intake 14", "pathway": pathway.pk, **date("starts_on", ON), "places": "12"}
    assert manager.post(at("plan_intake"), asked).url == at("intakes")
    own, theirs = PlannedIntake.objects.live().get(), plan(region="WAL")
    page = manager.post(at("plan_intake"), asked)
    assert "This intake is planned already" in text_of(page)
    other = {**date("starts_on", ON), "places": "10", "reason": "Fewer"}
    assert manager.get(at("change_intake", theirs.public_id)).status_code == 404
    assert manager.post(at("change_intake", own.public_id), other).url == at("intakes")
    assert manager.post(at("change_intake", own.public_id), other).status_code == 409
    standing = PlannedIntake.objects.live().get(region__code="NE")
    assert (standing.places, manager.get(at("undo_intake", theirs.public_id)).status_code) == (
        10,
        404,
    )
    assert manager.post(at("undo_intake", standing.public_id), {"reason": "Not now"}).url == at(
        "intakes"
    )
    assert {row[1] for row in said()} == {"WAL"}
    regional = client_for(persona("regional_manager"))
    assert regional.get(at("intakes")).status_code == 200
    assert regional.get(at("plan_intake")).status_code == 403


def test_the_database_takes_no_second_plan_and_no_impossible_number() -> None:
    made = plan()
    of = {"cohort": made.cohort, "region": made.region, "effective_on": ON}
    for content in (
        {"pathway": made.pathway, "places": 1},
        {"pathway": make.pathway("PQIP21"), "places": 10_000},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), acting_as(by=BY):
            PlannedIntake.objects.create(**of, **content)
