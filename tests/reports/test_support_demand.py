"""What the forecast asks of the service, as a report and on the forecast's page: what is there, as at a day and known at an
instant, beside what is needed of a region's own forecast.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from learners.models import NewlyQualified
from learners.rules.dates import add_months
from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.ledger import void
from pqip.core.snapshot import snapshot
from reports.derived.forecasts import forecast_of, inputs_of
from reports.figures.asking import PlaceFilter, Question, Row
from reports.figures.supply_forecast import with_its_page
from reports.figures.support_demand import Demand
from reports.queries.scenarios import what_if
from reports.rules.forecast_inputs import Intake
from reports.rules.forecast_scenarios import Scenario
from tests.factories import assessments as a
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.factories.reports import rows
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
END, BY = dt.date(2025, 6, 30), w.BY
NAME = "support-demand"
STARTED = dt.date(2024, 1, 1)


def posted(grade: str, **fields: Any) -> Any:
    who = w.person(in_grade=grade)
    w.spell(who, STARTED, in_grade=grade, **fields)
    return who


@pytest.fixture
def world() -> dict[str, Any]:
    """The North East: three learners, a mentor of two of them, two senior officers (one leaves at the end of the year), a
    practice tutor assessor of 20 places, a trainee one on the award, a PSO on the VQ3 until the end of October, a countersigner
    with 3 hours a week until the end of March, and an officer who qualified on 1 May and keeps both assessor and mentor. In the
    last eight weeks the trainee decided 8 pieces, the other 8. In Wales one officer.
    """
    learners = [make.enrolment() for _ in range(3)]
    mentor, assessor = posted("PO"), posted("PTA")
    for one in learners[:2]:
        a.allocate(one.person, mentor, "mentor")
    posted("SPO")
    posted("SPO", fte="0.5", ended_on=dt.date(2025, 12, 31))
    a.assessor(assessor, target_caseload=20)
    trainee = posted("PTA")
    a.registration(trainee, dt.date(2025, 1, 15), of=a.qualification("TAQA3"))
    a.assessor(trainee, achieved_on=None, registered_on=dt.date(2025, 1, 15), target_caseload=5)
    a.registration(posted("PSO"), dt.date(2024, 10, 31), of=a.qualification("VQ3"))
    giver = posted("PO")
    a.countersigner(giver, of=trainee, weekly_hours="3.0", countersign_until=dt.date(2026, 3, 31))
    registration = a.registration(learners[0].person)
    for nth in range(16):
        piece = a.evidence(registration, END - dt.timedelta(days=40))
        a.decision(piece, trainee if nth % 2 else assessor, END - dt.timedelta(days=30))
    officer = make.enrolment(start=dt.date(2023, 10, 2))
    make.event(officer, "completed", dt.date(2025, 5, 1))
    w.spell(officer.person, dt.date(2025, 5, 1))
    with acting_as(by=BY):
        NewlyQualified.objects.create(
            enrolment=officer,
            effective_on=dt.date(2025, 5, 1),
            protected_until=dt.date(2026, 1, 31),
            pta=assessor,
            mentor=mentor,
        )
    w.spell(w.person(in_region="WAL"), STARTED, in_region="WAL")
    return {
        "officer": officer,
        "assessor": assessor,
        "giver": giver,
        "learner": learners[2],
        "registration": registration,
    }


def of(resource: str, found: list[Row], region: str = "NE") -> list[Row]:
    return [one for one in found if (one["region"], one["resource"]) == (region, resource)]


def there(resource: str, found: list[Row], region: str = "NE") -> list[Any]:
    return [one["there"] for one in of(resource, found, region)]


def test_a_countersigner_counts_where_they_are_and_for_whom_and_once_in_the_nation(
    world: dict[str, Any],
) -> None:
    """Two hours a week of somebody in Wales who countersigns in the North East. Of another no hours are recorded."""
    for fields in ({"weekly_hours": "2.0", "of": world["assessor"]}, {}):
        other = w.person(in_region="WAL")
        w.spell(other, STARTED, in_region="WAL")
        a.countersigner(other, **fields)
    found = rows(NAME, END)
    assert there("countersigning", found) == [5.0] * 3 + [2.0] * 5
    assert there("countersigning", found, "WAL") == [2.0] * 8
    assert there("countersigning", found, "NAT") == [5.0] * 3 + [2.0] * 5
    assert {one["short"] for one in of("countersigning", found, "NAT")} == {0.0}


@pytest.mark.usefixtures("world")
def test_what_is_there_stays_but_for_what_is_recorded_of_later_days() -> None:
    """Quarters to 30 September 2025, …, 30 June 2027. Places ÷ 15: 20 of the assessor and 5 of the trainee one, for the VQ5."""
    found = rows(NAME, END)
    assert [one["quarter"] for one in of("mentors", found)] == [
        "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2",
    ]  # fmt: skip
    assert there("vq5_assessors", found) == [1.7] * 8
    assert there("vq3_assessors", found) == [0.0] * 8
    assert there("all_assessors", found) == [1.7] * 8
    assert there("line_managers", found) == [1.5] * 2 + [1.0] * 6, "the half post until December"
    assert there("mentors", found) == [1.0] * 8
    assert there("countersigning", found) == [3.0] * 3 + [0.0] * 5, "the authority until March"
    assert {one["there"] for one in of("level6_places", found)} == {None}
    assert {one["university"] for one in of("level6_places", found)} == {
        "Sheffield Hallam University"
    }
    assert {one["unit"] for one in of("countersigning", found)} == {"hours_a_week"}


@pytest.mark.usefixtures("world")
def test_what_is_needed_follows_from_the_regions_own_forecast() -> None:
    """At the end of September: learners and people who qualify as forecast, one officer protected until January, the PSO until
    the end of October, the trainee assessor until January; 2 decisions a week of 6 people, half of them to be countersigned.
    """
    with snapshot() as instant:
        place = forecast_of(Question(END, instant)).forecast.place("NE")
    first = {one["resource"]: one for one in rows(NAME, END) if one["region"] == "NE"
             and one["quarter"] == "2025-Q3"}  # fmt: skip
    learners = sum(one.heads[2] for one in place.learners)
    qualify = sum(one.expected_qualifying for one in place.months[:3])
    assert 2 < learners <= 3
    assert first["line_managers"]["needed"] == pytest.approx(learners / 2, abs=0.051)
    assert first["mentors"]["needed"] == pytest.approx((learners + 1 + qualify) / 2, abs=0.051)
    vq5 = learners + 1 + qualify
    assert first["vq5_assessors"]["needed"] == pytest.approx(vq5 / 15, abs=0.051)
    assert first["vq3_assessors"]["needed"] == pytest.approx(1 / 15, abs=0.11), "and who joins"
    assert first["award_assessors"]["needed"] == pytest.approx(1 / 15, abs=0.06)
    assert first["vq3_assessors"]["short"] == first["vq3_assessors"]["needed"]
    assert first["countersigning"]["needed"] == pytest.approx(0.3, abs=0.1), "1 a week, 20 minutes"
    assert first["level6_places"]["needed"] == 0, "nobody begins in the quarter"


def test_it_is_answered_as_at_a_day_and_as_known_at_an_instant(world: dict[str, Any]) -> None:
    before = now()
    was = rows(NAME, END, before)
    void([world["giver"].assessor_records.get()], by=BY, reason="Somebody else’s")
    void([NewlyQualified.objects.get()], by=BY, reason="Somebody else’s")
    after = rows(NAME, END)
    assert there("countersigning", after) == [0.0] * 8
    assert of("mentors", after)[0]["needed"] == of("mentors", was)[0]["needed"], (
        "protected all the same, though nothing is recorded of it"
    )
    assert of("vq5_assessors", after)[1]["needed"] <= of("vq5_assessors", was)[1]["needed"]
    assert rows(NAME, END, before) == was
    earlier = rows(NAME, add_months(END, -12))
    assert there("mentors", earlier) == [0.0] * 8, "nobody was mentored"
    assert there("line_managers", earlier) == [1.5] * 6 + [1.0] * 2


@pytest.mark.usefixtures("world")
def test_the_nation_adds_up_and_a_region_sees_itself_alone() -> None:
    whole = rows(NAME, END)
    assert list(dict.fromkeys(row["region"] for row in whole)) == ["NE", "WAL", "NAT"]
    for nation in of("mentors", whole, "NAT"):
        parts = [
            one
            for region in ("NE", "WAL")
            for one in of("mentors", whole, region)
            if one["quarter"] == nation["quarter"]
        ]
        assert nation["needed"] == pytest.approx(sum(one["needed"] for one in parts), abs=0.11)
        assert nation["there"] == sum(one["there"] for one in parts)
        assert nation["short"] == pytest.approx(sum(one["short"] for one in parts), abs=0.11)
    managers = of("line_managers", whole, "NAT")
    assert {one["there"] for one in managers} == {None}, "of Wales nobody says who is there"
    place = PlaceFilter(everywhere=False, regions=frozenset({w.region().pk}))
    assert rows(NAME, END, place=place) == [one for one in whole if one["region"] == "NE"]
    unit = PlaceFilter(everywhere=False, pdus=frozenset({w.pdu("N54DUR").pk}))
    assert rows(NAME, END, place=unit) == []


@pytest.mark.usefixtures("world")
def test_the_same_question_has_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one.csv", "two.csv"):
        call_command(
            "report", NAME, "--as-at", str(END), "--known-at", now().isoformat(), "-o", str(tmp_path / name),
        )  # fmt: skip
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


@pytest.mark.usefixtures("world")
def test_what_the_worker_made_for_the_page_is_not_learned_again_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with snapshot() as instant:
        question = Question(END, instant)
        with_its_page(question)
    monkeypatch.setattr("reports.figures.support_demand.inputs_of", lambda *_: pytest.fail("again"))
    with snapshot(instant):
        assert Demand(question).of_region("NE")


@pytest.mark.usefixtures("world")
def test_the_page_says_what_is_short_first_and_sets_a_what_if_beside_it() -> None:
    client, address = client_for(persona("regional_manager")), reverse("reports:forecast")
    asked = {"region": "NE", "as_at": str(END)}
    text = client.get(address, asked).content.decode()
    assert "What this asks of the service" in text
    assert "Short first:" in text
    assert "July to September 2025" in text
    assert f"{reverse('reports:report', args=[NAME])}?" in text
    assert "What is needed, side by side" not in text
    more = {"places": "60", "pathway": "PQIP21", "start": "2025-09"}
    text = client.get(address, asked | more).content.decode()
    assert "What is needed, side by side" in text
    assert "University, from level 5 (places)" in text
    national, nation = client_for(persona("national")), {"as_at": str(END)}
    text = national.get(address, nation).content.decode()
    assert "What this asks of the service" in text
    assert "What is needed, side by side" not in text
    text = national.get(address, nation | {"carried_on": "1", "leaving": "50"}).content.decode()
    assert "What is needed, side by side" in text
    assert "What if: " in text


@pytest.mark.usefixtures("world")
def test_the_nation_under_a_what_if_is_the_sum_of_its_regions_under_it() -> None:
    """Places in one region ask for places at its university, and for as many in the nation."""
    with snapshot() as instant:
        question = Question(END, instant)
        demand, made = Demand(question), inputs_of(END, instant)
        more = Scenario(name="", regions=("NE",), places=(Intake("PQIP21", 2, 60, 21),))
        otherwise = what_if(made, "PO", more, "NAT")
        nation = demand.of_nation(otherwise)
        parts = [demand.of_region(code, otherwise.place(code)) for code in demand.codes]
        planned = demand.of_nation()
    sums = lambda rows: {  # noqa: E731
        name: sum(one["needed"] for one in rows if one["resource"] == name)
        for name in ("mentors", "level5_places")
    }
    added = {name: sum(sums(rows)[name] for rows in parts) for name in sums(nation)}
    assert sums(nation) == pytest.approx(added, abs=1)
    assert sums(nation)["level5_places"] > sums(planned)["level5_places"] + 30
