"""When a forecast that is kept stands for the question, and when a page may wait for one."""

from __future__ import annotations

import datetime as dt
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.snapshot import safe_known_at, snapshot
from reports.derived import forecasts
from reports.derived.forecasts import SUPPLY, answer_from, at_once, digest_of, forecast_of, remember
from reports.figures.asking import Question
from reports.models import ForecastAsked, ForecastKept
from reports.rules.forecast_inputs import Grade, Inputs, Intake, Learners, Region, Target
from tests.factories.workforce import BY, person, spell

END = dt.date(2025, 6, 30)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _few_runs(settings: Any) -> None:
    settings.PQIP_FORECAST_RUNS = 2


@pytest.mark.django_db
@pytest.mark.parametrize(("runs", "waits"), [(999, True), (1000, True), (1001, False)])
def test_a_page_waits_for_up_to_a_thousand_runs_and_for_what_is_kept(
    settings: Any, runs: int, waits: bool
) -> None:
    settings.PQIP_FORECAST_RUNS = runs
    question = Question(END, now())
    assert at_once(question) is waits
    remember(question, SUPPLY, "d", read_at=now())
    assert at_once(question) is waits, "what it is answered from is known, and the answer is not"
    answer_from(SUPPLY, "d", question.grade, lambda: "worked out")
    assert at_once(question)


@pytest.mark.django_db
def test_what_is_kept_of_a_day_is_found_until_something_is_recorded() -> None:
    spell(person())
    instant = safe_known_at()
    question = Question(END, instant)
    assert digest_of(question, SUPPLY) is None
    made = forecast_of(question)
    kept = ForecastAsked.objects.get()
    later = replace(question, known_at=instant + SECOND)
    assert digest_of(question, SUPPLY) == digest_of(later, SUPPLY) == kept.digest
    assert digest_of(replace(question, known_at=instant - SECOND), SUPPLY) is None
    assert digest_of(replace(question, as_at=END + dt.timedelta(days=1)), SUPPLY) is None
    assert digest_of(question, "another question") is None
    assert digest_of(question, SUPPLY, "of another kind") is None
    assert forecast_of(question) == made
    spell(person())
    assert digest_of(replace(question, known_at=now()), SUPPLY) is None


@pytest.mark.django_db
def test_a_question_of_now_is_worked_out_from_what_is_there_and_not_written_down() -> None:
    question = Question(END, None)
    first = forecast_of(question)
    assert digest_of(question, SUPPLY) is None
    assert not ForecastAsked.objects.exists()
    assert ForecastKept.objects.count() == 1, "by what it is made from"
    assert forecast_of(question) == first


@pytest.mark.django_db
def test_an_answer_is_worked_out_once() -> None:
    worked = iter(["first", "second"])
    for digest, answer in (("d", "first"), ("d", "first"), ("e", "second"), ("d", "first")):
        assert answer_from(SUPPLY, digest, "PO", lambda: next(worked)) == answer
    with acting_as(by=BY):
        ForecastKept.objects.all().delete()
    with pytest.raises(StopIteration):
        answer_from(SUPPLY, "d", "PO", lambda: next(worked))


HEADS = Grade("PO", heads=(0, 1, 0, 0, 0))
AIMED = Grade("PO", targets=(Target(0, 4.0),))
LEARNER, INTAKE = Learners("PQIP15", 3, 9, False, 1), Intake("PQIP15", 1, 10, 15)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("region", "known_of"),
    [
        (Region("NE"), []),
        (Region("NE", grades=(HEADS,)), ["PO"]),
        (Region("NE", grades=(AIMED,)), ["PO"]),
        (Region("NE", learners=(LEARNER,)), ["PO", "PSO"]),
        (Region("NE", intakes=(INTAKE,)), ["PO", "PSO"]),
        (Region("NE", learners=(LEARNER,), intakes=(INTAKE,)), ["PO", "PSO"]),
        (Region("NE", learners=(LEARNER,), grades=(Grade("SPO", heads=(1, 0, 0, 0, 0)),)), ["PO", "PSO", "SPO"]),
    ],
)  # fmt: skip
def test_a_region_is_known_of_where_anybody_is_in_post_meant_to_be_or_on_the_way(
    region: Region, known_of: list[str]
) -> None:
    """Whoever is on the way is on the way to an officer's post, and is in a PSO's until then."""
    other = Region("WAL", grades=(HEADS, Grade("PSO", heads=(1, 0, 0, 0, 0))))
    made = Inputs(END, (region, other))
    found = {grade: forecasts.forecast_from(made, grade).known for grade in ("PO", "PSO", "SPO")}
    assert [grade for grade, known in found.items() if "NE" in known] == known_of


def test_a_forecast_is_not_changed_once_it_is_made() -> None:
    made = forecasts.Answered(None, ("NE",))  # type: ignore[arg-type]
    assert made == forecasts.Answered(None, ("NE",))  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError):
        made.known = ()  # type: ignore[misc]


def test_within_a_snapshot_nothing_is_asked_twice(real_db: Any) -> None:
    spell(person())
    with snapshot() as instant:
        forecast_of(Question(END, instant))
    with snapshot() as instant, CaptureQueriesContext(connection) as asked:
        question = Question(END, instant)
        forecasts.inputs_of(END, instant)
        assert forecasts.is_kept(question)
        first = len(asked)
        forecasts.inputs_of(END, instant)
        assert forecasts.is_kept(question)
    assert first > 3
    assert [each["sql"].split()[0] for each in asked[first:]] == ["SELECT"], "who asked before"
