"""What gates before any timing: statements at two sizes, and that an index answers whatever asks of evidence and decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from assessments.models import Decision, Qualification
from assessments.views.assessors import Assessors
from assessments.views.caseload import Caseload
from learners.views.lists import LearnerList
from pqip.core.acting import acting_as
from pqip.core.snapshot import snapshot
from reports.catalogue import find
from reports.figures.asking import PlaceFilter
from reports.queries.places import unrestricted_question
from tests.factories import assessments, learners, workforce
from tests.personas import HOME, persona
from tools.bench.exact import statements, whole_reads
from tools.bench.measuring import assert_equal
from tools.bench.workloads import BUILDERS
from tools.bench.workloads.learners import WORDS
from tools.bench.workloads.pages import ListOf
from workforce.models import User

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 12
START, DECIDED = dt.date(2025, 1, 15), dt.date(2025, 8, 10)
NAMES = ["month", "caseload", "region", "first", "filtered", "searched"]
#: Small tables are read whole for good reason; without these ways the planner shows whether an index could answer. With
#: as many rows as a nation has, `make bench` asks it as it is.
INDEXES_ONLY = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_material")


@pytest.fixture
def asked() -> dict[str, Callable[[], Any]]:
    """What the benchmark measures, asked by personas."""
    national, manager, pta = persona("national"), persona("learning_manager"), persona("pta")
    assessments.trainee(pta.person)
    add(FEW, pta.person)
    return {
        "month": month,
        "caseload": ListOf(Caseload, pta).table,
        "region": ListOf(Assessors, manager).table,
        "first": ListOf(LearnerList, national).table,
        "filtered": ListOf(LearnerList, national, region=HOME, status="active").table,
        "searched": ListOf(LearnerList, national, words="Sam Oka").table,
    }


def month() -> list[dict[str, Any]]:
    with snapshot() as known_at:
        return find("monthly-status").figure(
            unrestricted_question(dt.date(2025, 8, 31), known_at, PlaceFilter())
        )


def add(number: int, assessor: Any = None) -> None:
    """So many more learners of the home region, of one assessor or each of their own, with a decision that waits."""
    for _ in range(number):
        who = workforce.person(in_region=HOME)
        learners.enrolment(who=who, start=START, in_region=HOME)
        trainee = assessor or assessments.trainee(workforce.person(in_region=HOME))
        assessments.allocate(who, trainee)
        candidate = assessments.registration(who, START, of=Qualification.objects.get(code="VQ5"))
        assessments.decision(assessments.evidence(candidate), trainee, DECIDED)


@pytest.mark.parametrize("name", NAMES)
def test_as_many_statements_at_any_size(asked: dict[str, Callable[[], Any]], name: str) -> None:
    few = statements(asked[name])
    add(MANY, asked["caseload"].__self__.user.person if name == "caseload" else None)  # type: ignore[attr-defined]
    many = statements(asked[name])
    assert len(many) == len(few), "\n".join(many)


@pytest.mark.parametrize("name", NAMES)
def test_no_large_table_is_read_whole(asked: dict[str, Callable[[], Any]], name: str) -> None:
    by_index_only()
    assert without_index(asked[name]) == []


@pytest.mark.parametrize("name", NAMES)
def test_ours_and_the_limit_give_the_same(asked: dict[str, Callable[[], Any]], name: str) -> None:
    """What `make bench` asks before it times anything; here its accounts are the personas, with somebody for each to find."""
    with acting_as(by=assessments.BY):
        for who in User.objects.select_related("person"):
            who.email = f"{who.grants.get().role.replace('_', '.')}@example.com"
            who.save()
    first, last = WORDS.split()
    elsewhere = workforce.person(in_region="LON", first_name=first, last_name=last)
    learners.enrolment(who=elsewhere, start=START, in_region="LON")
    assessments.registration(elsewhere, START, of=Qualification.objects.get(code="VQ5"))
    assert_equal(BUILDERS[name]())


def test_a_whole_read_is_found() -> None:
    by_index_only()
    asking = Decision.objects.filter(feedback="never said").order_by()
    assert without_index(lambda: list(asking)) == ["Seq Scan of assessments_decision"]


def by_index_only() -> None:
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL {way} = off" for way in INDEXES_ONLY))


def without_index(work: Callable[[], Any]) -> list[str]:
    return [read for read in whole_reads(work) if read.startswith("Seq Scan")]
