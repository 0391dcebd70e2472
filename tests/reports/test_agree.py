"""Programme and posts in every report: two small files worked out on paper, and random histories whose sums agree."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.urls import reverse

from learners.actions.qualified_officers import answer_post, offer_post
from learners.facts.posts import differences
from learners.models import Enrolment, Event
from pqip.core.acting import Job
from tests.factories import workforce as w
from tests.forms.filling import date
from tests.learners.files import bring_in, done
from tests.personas import client_for, persona
from tests.reports.agreeing import learners_agree, movements_agree
from tests.reports.oracle.world import make
from tests.reports.test_oracle import DAYS, bring_in_phase, staff
from workforce.models import RecordsComplete

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
LEARNERS = """staff_number,first_name,last_name,region,pdu,cohort,pathway,entry_route,fte,start_date,level5_held
A,Ann,Ash,NE,N54DUR,Spring,PQIP21,external,1.0,2025-03-03,yes
B,Bo,Birch,NE,N54DUR,Spring,PQIP21,external,1.0,2025-03-03,yes
C,Cy,Cedar,NE,,Spring,PQIP21,external,1.0,2025-03-03,yes
D,Di,Dogwood,WAL,,Spring,PQIP21,external,0.8,2025-03-03,yes
E,Ed,Elm,NE,,Autumn,PQIP21,external,1.0,2024-03-04,yes
F,Fi,Fir,NE,,Spring,PQIP21,external,1.0,2025-03-03,yes
"""
EVENTS = """staff_number,event,effective_date,destination,to_region,to_pdu,to_fte
A,withdrawn,2025-09-15,left_service,,,
B,moved_region,2025-10-01,,WAL,WPTGWT,
C,changed_fte,2025-11-03,,,,0.6
D,withdrawn,2025-12-01,returned_to_pso,,,
E,completed,2025-12-05,,,,
E,qualified,2025-12-12,,,,
F,withdrawn,2025-03-01,left_service,,,
"""
#: E's officer post, answered on screen: accepted for Wales, from 5 January 2026.
FIRST_DAY = dt.date(2026, 1, 5)
#: On paper. F left before the first day: never in post. Joiners of twelve months in the North East: A, B and C on 3 March 2025;
#: E, who began on 4 March 2024, up to 3 March 2025.
#: As at → grade and region → in post (FTE), people, learners (FTE), joiners, leavers, qualified of 12 months.
PAPER: dict[str, dict[tuple[str, str], tuple[str, int, str, int, int, int]]] = {
    "2025-03-02": {("PSO", "NE"): ("1.0", 1, "1.0", 1, 0, 0)},
    "2025-03-03": {
        ("PSO", "NE"): ("4.0", 4, "4.0", 4, 0, 0),
        ("PSO", "WAL"): ("0.8", 1, "0.8", 1, 0, 0),
    },
    "2025-09-14": {
        ("PSO", "NE"): ("4.0", 4, "4.0", 3, 0, 0),
        ("PSO", "WAL"): ("0.8", 1, "0.8", 1, 0, 0),
    },
    "2025-09-15": {
        ("PSO", "NE"): ("3.0", 3, "3.0", 3, 1, 0),
        ("PSO", "WAL"): ("0.8", 1, "0.8", 1, 0, 0),
    },
    "2025-09-30": {
        ("PSO", "NE"): ("3.0", 3, "3.0", 3, 1, 0),
        ("PSO", "WAL"): ("0.8", 1, "0.8", 1, 0, 0),
    },
    "2025-10-01": {
        ("PSO", "NE"): ("2.0", 2, "2.0", 3, 1, 0),
        ("PSO", "WAL"): ("1.8", 2, "1.8", 1, 0, 0),
    },
    "2025-11-03": {
        ("PSO", "NE"): ("1.6", 2, "1.6", 3, 1, 0),
        ("PSO", "WAL"): ("1.8", 2, "1.8", 1, 0, 0),
    },
    "2025-12-01": {
        ("PSO", "NE"): ("1.6", 2, "1.6", 3, 1, 0),
        ("PSO", "WAL"): ("1.8", 2, "1.0", 1, 0, 0),
    },
    "2025-12-31": {
        ("PSO", "NE"): ("1.6", 2, "0.6", 3, 1, 0),
        ("PSO", "WAL"): ("1.8", 2, "1.0", 1, 0, 0),
    },
    "2026-01-05": {
        ("PSO", "NE"): ("0.6", 1, "0.6", 3, 1, 0),
        ("PSO", "WAL"): ("1.8", 2, "1.0", 1, 0, 0),
        ("PO", "WAL"): ("1.0", 1, "0", 0, 0, 1),
    },
    "2026-09-15": {
        ("PSO", "NE"): ("0.6", 1, "0.6", 0, 0, 0),
        ("PSO", "WAL"): ("1.8", 2, "1.0", 0, 0, 0),
        ("PO", "WAL"): ("1.0", 1, "0", 0, 0, 1),
    },
    "2027-01-05": {
        ("PSO", "NE"): ("0.6", 1, "0.6", 0, 0, 0),
        ("PSO", "WAL"): ("1.8", 2, "1.0", 0, 0, 0),
        ("PO", "WAL"): ("1.0", 1, "0", 0, 0, 0),
    },
}


@pytest.fixture
def files(tmp_path: Path) -> None:
    """The two files, brought in by the command; then the offer and its answer on screen."""
    for name, text in (("learners", LEARNERS), ("learner-events", EVENTS)):
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        call_command("import_data", name, str(path), stdout=io.StringIO())
    ed = Enrolment.objects.get(person__staff_number="E")
    manager = client_for(persona("learning_manager"))
    address = reverse("learners:offer_post", args=[ed.public_id])
    offer = {**date("on", dt.date(2025, 12, 8)), "region": w.region("WAL").pk}
    assert manager.post(address, offer).status_code == 302
    post = ed.officer_posts.get(voided_at=None)
    answer = {
        "answer": "accepted",
        **date("on", dt.date(2025, 12, 15)),
        **date("begins_on", FIRST_DAY),
    }
    address = reverse("learners:answer_post", args=[ed.public_id, post.public_id])
    assert manager.post(address, answer).status_code == 302


def printed(name: str, day: str) -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("report", name, "--as-at", day, "--format", "csv", stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue().lstrip("\ufeff"))))


@pytest.mark.usefixtures("files")
def test_in_post_before_and_after_each_event_as_on_paper() -> None:
    for day, wanted in PAPER.items():
        found = {
            (row["grade"], row["region"]): (
                Decimal(row["in_post_fte"]),
                int(row["in_post_headcount"]),
                Decimal(row["learners_fte"]),
                int(row["joiners_12m"]),
                int(row["leavers_12m"]),
                int(row["qualified_12m"]),
            )
            for row in printed("workforce-position", day)
        }
        told = {
            key: (Decimal(fte), heads, Decimal(learners), *rest)
            for key, (fte, heads, learners, *rest) in wanted.items()
        }
        assert found == told, day
    assert differences(dt.date(2026, 9, 15)) == []


@pytest.mark.usefixtures("files")
def test_officers_by_region_and_the_newly_qualified_as_on_paper() -> None:
    # E qualified on 12 December 2025 and began on 5 January 2026 in Wales: newly qualified there until 4 October 2026.
    for day, wanted in (
        ("2026-01-04", []),
        ("2026-01-05", ["WAL"]),
        ("2026-10-04", ["WAL"]),
        ("2026-10-05", []),
    ):
        assert [row["region"] for row in printed("newly-qualified", day)] == wanted, day
    page = (
        client_for(persona("national"))
        .get(reverse("reports:report", args=["workforce-position"]), {"as_at": "2026-01-05"})
        .content.decode()
    )
    assert "Qualified" in page
    assert "Learners per manager" in page


@pytest.mark.usefixtures("files")
def test_the_receiving_region_reaches_the_officer_and_the_other_still_does() -> None:
    ed = Enrolment.objects.get(person__staff_number="E")
    address = reverse("learners:learner", args=[ed.public_id])
    for region, status in (("NE", 200), ("WAL", 200), ("GM", 404)):
        who = w.user("learning_manager", in_region=region)
        assert client_for(who).get(address).status_code == status, region
    bo = Enrolment.objects.get(person__staff_number="B")
    assert (
        client_for(w.user("learning_manager", in_region="NE"))
        .get(reverse("learners:learner", args=[bo.public_id]))
        .status_code
        == 404
    )


def test_case_28_a_return_stands_until_the_records_are_declared_complete(tmp_path: Path) -> None:
    place = {"region": "NE", "grade": "PSO"}
    done(
        bring_in(
            tmp_path,
            "staffing",
            {**place, "as_at": "2026-03-31", "fte": "500.3", "source": "Region"},
        )
    )
    done(
        bring_in(
            tmp_path, "targets", {**place, "effective_from": "2025-04-01", "target_fte": "455.4"}
        )
    )
    rows = [line.split(",") for line in LEARNERS.strip().splitlines()]
    hours = ["1.0"] * 7 + ["0.8", "0.6"]
    learners = [
        dict(zip(rows[0], rows[1], strict=True))
        | {"staff_number": f"P{nth}", "last_name": f"P{nth}", "fte": fte}
        for nth, fte in enumerate(hours)
    ]
    done(bring_in(tmp_path, "learners", *learners))
    said = ("in_post_fte", "learners_fte", "vacancy_rate", "source", "source_date")
    [row] = printed("workforce-position", "2026-07-09")
    assert tuple(row[name] for name in said) == ("500.30", "8.40", "0.0", "return", "2026-03-31")
    old = "Totals that were returned more than 100 days before the as-at date stand for: North East"
    address = reverse("reports:report", args=["workforce-position"])
    national = client_for(persona("national"))
    for day, is_old in (("2026-07-09", False), ("2026-07-10", True)):  # 100 and 101 days
        assert (old in national.get(address, {"as_at": day}).content.decode()) is is_old
    [row] = printed("workforce-position", "2026-03-30")
    assert (row["source"], row["in_post_fte"]) == ("records", "8.40"), "no return stands yet"
    complete = {**place, "complete_from": "2026-07-01", "complete_until": "2026-07-31"}
    done(bring_in(tmp_path, "records-complete", complete))
    found = [
        printed("workforce-position", day)[0]["source"]
        for day in ("2026-06-30", "2026-07-01", "2026-07-31", "2026-08-01")
    ]
    assert found == ["return", "records", "records", "return"]
    assert done(bring_in(tmp_path, "records-complete", complete)) == "1 unchanged"
    assert (
        done(bring_in(tmp_path, "records-complete", {**complete, "complete_until": ""}))
        == "1 changed"
    )
    assert RecordsComplete.objects.live().get().ended_on is None


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_of_all_reports_agree_on_random_histories(tmp_path: Path, seed: int) -> None:
    """Files in two goes, some of it voided and some recorded late; then posts offered, accepted and declined."""
    world, random = make(seed, 60), Random(seed)
    world.facts["events"] = [
        each for each in world.facts["events"] if each["event"] != "extended"
    ]  # says nothing of a post
    staff(tmp_path)
    for phase in (1, 2):
        bring_in_phase(tmp_path, world, phase)
    for event in (
        Event.objects.live().filter(kind="completed").select_related("enrolment").order_by("pk")
    ):
        offer = offer_post(
            by=BY,
            enrolment=event.enrolment,
            on=event.effective_on,
            region=w.region(random.choice(["NE", "WAL"])),
        )
        answer = random.choice(["accepted", "accepted", "declined"])
        later = event.effective_on + random.choice([0, 1, 30]) * DAY
        begins = (
            later + random.choice([0, 20]) * DAY
            if answer == "accepted" and random.random() < 0.5
            else None
        )
        answer_post(
            by=BY, post=offer, answer=answer, on=min(later, dt.date(2026, 11, 1)), begins_on=begins
        )
    wrong = [line for day in DAYS for line in (*learners_agree(day), *movements_agree(day))]
    assert wrong == []
    left = [each for day in DAYS for each in differences(day)]
    assert {each.kind for each in left} <= {"not_told"}
