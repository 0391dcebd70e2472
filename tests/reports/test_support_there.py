"""What the forecast's demand is set against: kept, found again until something that it is made from is recorded, and proved."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pqip.core import proof
from pqip.core.acting import acting_as
from pqip.core.clock import now, today
from pqip.core.ledger import LedgerModel
from pqip.core.snapshot import snapshot
from reports.actions.make_forecasts import make_forecasts
from reports.derived import support_there
from reports.derived.forecasts import (
    ASSESSING,
    LEDGERS,
    MORE_LEDGERS,
    SUPPLY,
    SUPPORTING,
    forecast_of,
    is_kept,
)
from reports.derived.support_there import recorded_on
from reports.figures.asking import PlaceFilter, Question
from reports.figures.support_there import last_days, together
from reports.models import ForecastAsked, ForecastKept
from tests.factories import assessments as a
from tests.factories import workforce as w
from tests.reports.test_support_demand import world

pytestmark = pytest.mark.django_db
END = dt.date(2025, 6, 30)
BOTH = [ASSESSING, SUPPORTING]
__all__ = ["world"]


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each part that was worked out, and not found."""
    asked: list[str] = []
    for part, worked_out in support_there.PARTS.items():

        def counted(question: Question, part: str = part, worked_out: Any = worked_out) -> Any:
            asked.append(part)
            return worked_out(question)

        monkeypatch.setitem(support_there.PARTS, part, counted)
    return asked


def worked_out(question: Question) -> Any:
    return together(*(part(question) for part in support_there.PARTS.values()))


def ask(at: dt.datetime | None = None, **more: Any) -> Any:
    with snapshot(at) as instant:
        return recorded_on(Question(END, instant, **more))


def test_the_quarters_looked_at_end_on_their_last_days() -> None:
    """The first is that of the month after the day; a day within a quarter's last month belongs to the next."""
    assert [str(day) for day in last_days(dt.date(2025, 6, 30))][:2] == ["2025-09-30", "2025-12-31"]
    assert str(last_days(dt.date(2025, 7, 1))[0]) == "2025-09-30"
    found = last_days(dt.date(2025, 11, 15))
    assert (str(found[0]), str(found[-1]), len(found)) == ("2025-12-31", "2027-09-30", 8)


@pytest.mark.usefixtures("world")
def test_it_is_found_again_as_it_was_worked_out_wherever_one_asks(again: list[str]) -> None:
    first = ask()
    assert first.there["NE", dt.date(2025, 9, 30)].mentors == 1
    assert first.pace["NE"].decisions == 16
    assert first.hours[dt.date(2026, 3, 31)] == 3.0
    assert ask() == first
    place = PlaceFilter(everywhere=False, regions=frozenset({w.region("WAL").pk}))
    assert ask(place=place) == first
    assert again == BOTH
    with snapshot() as instant:
        assert worked_out(Question(END, instant)) == first


def test_a_fact_that_no_forecast_is_made_from_makes_it_anew_and_no_forecast(
    world: dict[str, Any], again: list[str]
) -> None:
    before = ask()
    with snapshot() as instant:
        forecast_of(Question(END, instant))
    then = now()
    other = w.person()
    w.spell(other, dt.date(2024, 1, 1))
    with snapshot() as instant:
        assert not is_kept(Question(END, instant), SUPPLY), "a post is what both are made from"
        forecast_of(Question(END, instant))
    ask()
    assert again == 2 * BOTH
    a.allocate(world["learner"].person, other, "mentor")
    after = ask()
    assert again == [*BOTH, *BOTH, SUPPORTING]
    assert after.there["NE", dt.date(2025, 9, 30)].mentors == 2
    with snapshot() as instant:
        assert is_kept(Question(END, instant), SUPPLY), "it knows of no mentor"
    a.decision(a.evidence(world["registration"], END), world["assessor"], END)
    assert ask().pace["NE"].decisions == 17
    assert again == [*BOTH, *BOTH, SUPPORTING, ASSESSING]
    assert ask(then) == before, "as known before"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("part", BOTH)
def test_every_ledger_that_it_reads_is_looked_at_for_what_is_new(part: str) -> None:
    """As known now, and at an instant after which something was recorded, when what is derived is not read as it stands."""
    then = now()
    later = w.person()
    w.spell(later, dt.date(2024, 1, 1))
    a.countersigner(later, weekly_hours="2.0")
    with CaptureQueriesContext(connection) as asked:
        for instant in (now(), then):
            support_there.PARTS[part](Question(END, instant))
    said = " ".join(each["sql"] for each in asked)
    ledgers = {one._meta.db_table for one in apps.get_models() if issubclass(one, LedgerModel)}
    read = {table for table in ledgers if re.search(rf"\b{table}\b", said)}
    assert len(read) > 9
    assert read - {*LEDGERS, *MORE_LEDGERS[part]} == set()
    assert set(MORE_LEDGERS[part]) - read == set(), "and no other"


@pytest.mark.usefixtures("world")
def test_a_setting_that_it_rests_on_makes_it_anew(again: list[str], settings: Any) -> None:
    ask()
    settings.PQIP_NEWLY_QUALIFIED_MONTHS = 12
    ask()
    assert again == 2 * BOTH
    settings.PQIP_TARGET_CASELOAD = 20
    ask()
    assert again == 3 * BOTH


@pytest.mark.usefixtures("world")
def test_of_no_instant_it_is_worked_out_from_what_is_there(again: list[str]) -> None:
    assert recorded_on(Question(END, None)) == recorded_on(Question(END, None))
    assert again == 2 * BOTH
    assert not ForecastAsked.objects.exists()


def test_the_worker_keeps_it_for_the_day(again: list[str]) -> None:
    make_forecasts()
    with snapshot() as instant:
        recorded_on(Question(today(), instant))
    assert again == BOTH


def said() -> list[str]:
    """What the check of it says."""
    title = "What the forecast's demand is set against"
    return [words for one in proof.checks() if one.title == title for words in one.differences()]


@pytest.mark.usefixtures("world")
def test_what_is_kept_otherwise_than_the_facts_say_is_told_of_its_day() -> None:
    assert said() == []
    ask()
    assert said() == []
    kept = ForecastKept.objects.get(what=SUPPORTING)
    kept.answer["hours"]["2025-09-30"] = 4.0
    with acting_as(by=w.BY):
        ForecastKept.objects.filter(pk=kept.pk).update(answer=kept.answer)
    assert said() == [
        "As at 2025-06-30: who and what is kept as there differs from what is recorded."
    ]
    w.spell(w.person(), dt.date(2024, 1, 1))
    assert said() == [], "nobody is shown it any longer"
    with acting_as(by=w.BY):
        ForecastKept.objects.all().delete()
    assert said() == []
