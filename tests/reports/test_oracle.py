"""Every report against paper: random small worlds imported from files, compared column by column, as known before and after."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from pqip.core.acting import acting_as
from pqip.core.snapshot import safe_known_at
from tests.factories import workforce as w
from tests.factories.reports import rows
from tests.learners.files import bring_in, done
from tests.reports.oracle.arithmetic import Line
from tests.reports.oracle.cohorts import attrition, cohort_outcomes
from tests.reports.oracle.paper import (
    Paper,
    countersigning,
    monthly_status,
    progression,
    withdrawals,
)
from tests.reports.oracle.posts import RETURNED, make_posts, workforce_position
from tests.reports.oracle.world import ASSESSORS, Fact, World, content, make
from workforce.models import Person, RecordsComplete, StaffingReturn, Target

pytestmark = pytest.mark.django_db

DAYS = [
    dt.date(2024, 2, 29),
    dt.date(2025, 4, 30),
    dt.date(2025, 12, 29),
    dt.date(2026, 2, 28),
    dt.date(2026, 6, 15),
    dt.date(2026, 8, 31),
]
ORDER = (
    "learners",
    "events",
    "allocations",
    "module-results",
    "training",
    "assessors",
    "evidence",
    "decisions",
    "unit-signoffs",
)
REPORTS: dict[str, tuple[Callable[[Paper], list[Line]], tuple[str, ...]]] = {
    "monthly-status": (monthly_status, ("region", "cohort", "pathway")),
    "progression": (progression, ("staff_number",)),
    "withdrawals": (withdrawals, ("quarter", "region", "pathway", "reason", "destination")),
    "countersigning": (countersigning, ("region", "assessor")),
    "cohort-outcomes": (cohort_outcomes, ("breakdown", "group")),
    "attrition": (attrition, ("breakdown", "group", "month_on_programme")),
}
STAFF = {
    "first_name": "Kit",
    "last_name": "Assessor",
    "grade": "PTA",
    "fte": "1.0",
    "start_date": "2015-01-01",
}


def told(dataset: str, fact: Fact) -> Fact:
    """A fact as a row of its import file."""
    row = {
        name: ";".join(value) if isinstance(value, list) else str(value)
        for name, value in content(fact).items()
    }
    match dataset:
        case "evidence":
            row |= {"qualification": "VQ5", "title": "Observation", "method": "observation"}
        case "unit-signoffs":
            row |= {"qualification": "VQ5", "signed_off_by": "C1"}
        case "decisions":
            row |= {
                "feedback": "Clear.",
                "countersigner": "C1" if row["countersigned_on"] else "",
                "countersign_feedback": "Say more."
                if row["countersign_outcome"] == "returned"
                else "",
            }
    return row


def bring_in_phase(tmp_path: Path, world: World, phase: int) -> None:
    for dataset in ORDER:
        facts = [fact for fact in world.facts.get(dataset, []) if fact["since"] == phase]
        rows = [told(dataset, fact) for fact in facts]
        if dataset == "events":
            rows = [row for row in rows if row["event"] != "started"]
            if phase == 2:
                gone = [told(dataset, fact) for fact in world.facts["events"] if fact["until"] == 2]
                rows += [{**row, "void": "yes", "void_reason": "Not theirs"} for row in gone]
        if rows:
            done(bring_in(tmp_path, {"events": "learner-events"}.get(dataset, dataset), *rows))


def staff(tmp_path: Path) -> None:
    places = {number: region for number, (_, _, _, region) in ASSESSORS.items()} | {"C1": "NE"}
    done(
        bring_in(
            tmp_path,
            "staff",
            *(
                {
                    **STAFF,
                    "staff_number": number,
                    "email": f"{number.lower()}@example.com",
                    "region": region,
                }
                for number, region in places.items()
            ),
        )
    )
    authority = {"countersign_from": "2016-01-01", "allowed_qualifications": "VQ5"}
    done(
        bring_in(
            tmp_path,
            "assessors",
            {"staff_number": "C1", "taqa_achieved_on": "2016-01-01", **authority},
        )
    )


def printed(name: str, day: dt.date, known_at: dt.datetime) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command(
        "report",
        name,
        "--as-at",
        day.isoformat(),
        "--known-at",
        known_at.isoformat(),
        "--format",
        "json",
        stdout=out,
    )
    rows: list[dict[str, Any]] = json.loads(out.getvalue())["rows"]
    return rows


def differences(name: str, paper: Paper, known_at: dt.datetime) -> list[str]:
    """What the report and the paper do not agree on: the keys, the column, what is printed, what is written."""
    figure, keys = REPORTS[name]
    ours = {tuple(row[key] for key in keys): row for row in printed(name, paper.day, known_at)}
    theirs = {tuple(row[key] for key in keys): row for row in figure(paper)}
    where = f"{name} {paper.day} phase {paper.phase}"
    found = [
        f"{where} {key}: {'missing' if key in theirs else 'too many'}"
        for key in ours.keys() ^ theirs.keys()
    ]
    for key in ours.keys() & theirs.keys():
        columns = ours[key].keys() - {"learner"}
        assert columns == theirs[key].keys()
        found += [
            f"{where} {key} {column}: {ours[key][column]!r}, on paper {theirs[key][column]!r}"
            for column in sorted(columns)
            if ours[key][column] != theirs[key][column]
        ]
    return found


@pytest.mark.parametrize("seed", [1])
def test_every_report_says_what_paper_says(tmp_path: Path, seed: int) -> None:
    world = make(seed, 45)
    staff(tmp_path)
    bring_in_phase(tmp_path, world, 1)
    before = safe_known_at()
    bring_in_phase(tmp_path, world, 2)
    known = {1: before, 2: safe_known_at()}
    wrong = [
        line
        for phase, known_at in known.items()
        for day in DAYS
        for name in REPORTS
        for line in differences(name, Paper(world, phase, day), known_at)
    ]
    assert not wrong, f"{len(wrong)} differences:\n" + "\n".join(wrong[:40])


def record(facts: dict[str, list[Fact]]) -> None:
    """The posts, absences, targets and returns as facts."""
    people: dict[int, Person] = {}
    for post in facts["posts"]:
        who = people.setdefault(post["person"], w.person())
        w.spell(
            who,
            post["from"],
            in_region=post["region"],
            in_pdu=post["pdu"],
            in_grade=post["grade"],
            fte=post["fte"],
            ended_on=post["to"],
            contract=post["contract"],
            leave_reason=post["leave_reason"],
        )
    for absence in facts["absences"]:
        said = {"ended_on": absence["to"], "fte_lost": absence["fte_lost"]}
        w.absence(people[absence["person"]], absence["from"], absence["kind"], **said)
    with acting_as(by=w.BY):
        for fact in facts["complete"]:
            RecordsComplete.objects.create(
                region=w.region(fact["region"]),
                grade=w.grade(fact["grade"]),
                effective_on=fact["from"],
                ended_on=fact["to"],
            )
        for model, name, fixed in (
            (Target, "targets", {}),
            (StaffingReturn, "returns", {"source": "return"}),
        ):
            for fact in facts[name]:
                place = {
                    "region": w.region(fact["region"]),
                    "pdu": w.pdu(fact["pdu"]) if fact["pdu"] else None,
                }
                said = {column: fact[column] for column in RETURNED if column in fact}
                fte = {"target_fte" if name == "targets" else "fte": fact["fte"]}
                model.objects.create(
                    **place,
                    **said,
                    **fte,
                    **fixed,
                    grade=w.grade(fact["grade"]),
                    effective_on=fact["on"],
                )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_posts_are_counted_as_on_paper(seed: int) -> None:
    facts = make_posts(seed, 40)
    record(facts)
    for day in (dt.date(2025, 10, 31), dt.date(2026, 2, 28), dt.date(2026, 6, 30)):
        for by_pdu in (False, True):
            found = {
                (row["region"], row["pdu"], row["grade"]): row
                for row in rows("workforce-position", day, by_pdu=by_pdu)
            }
            paper = {
                (row["region"], row["pdu"], row["grade"]): row
                for row in workforce_position(facts, day, units=by_pdu)
            }
            assert found.keys() == paper.keys()
            for key, line in paper.items():
                assert {
                    name: value for name, value in found[key].items() if value != line.get(name)
                } == {}, (day, key, line)
