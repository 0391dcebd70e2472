"""The supply forecast as a report: its rows, its scope, the same bytes for the same question, and what is kept."""

from __future__ import annotations

import datetime as dt
import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.ledger import void
from pqip.core.snapshot import after_the_snapshot, snapshot
from reports.actions.expire_runs import expire_runs
from reports.actions.keep_forecast import KEPT_DAYS
from reports.catalogue import find
from reports.catalogue.notes import not_guessed
from reports.derived import forecasts
from reports.derived.forecasts import forecast_of, is_kept
from reports.figures.asking import PlaceFilter, Question
from reports.models import ForecastAsked, ForecastKept, Run
from reports.queries.scenarios import what_if
from reports.rules.forecast_scenarios import Scenario
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.factories.reports import answered, rows
from tests.personas import client_for, persona
from workforce.models import Region, Target

pytestmark = pytest.mark.django_db
END, BY = dt.date(2025, 6, 30), w.BY
NAME = "supply-forecast"


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The digests of inputs that a forecast is worked out from, as it happens."""
    found: list[str] = []
    whole = forecasts.forecast

    def counting(made: Any, grade: str, **more: Any) -> Any:
        found.append(made.digest)
        return whole(made, grade, **more)

    monkeypatch.setattr(forecasts, "forecast", counting)
    return found


def target(region: str, fte: int, on: dt.date = dt.date(2025, 4, 1), grade: str = "PO") -> Target:
    with acting_as(by=BY):
        return Target.objects.create(
            region=w.region(region), grade=w.grade(grade), effective_on=on, target_fte=fte
        )


@pytest.fixture
def world() -> None:
    """Three officers in the North East, two in Wales; a learner in each; a target in the North East."""
    for number, region in enumerate(("NE", "NE", "NE", "WAL", "WAL")):
        w.spell(w.person(), dt.date(2010 + 3 * number, 1, 4), in_region=region)
    for region in ("NE", "WAL"):
        made = make.enrolment(in_region=region)
        w.spell(made.person, dt.date(2025, 1, 15), in_region=region, in_grade="PSO")
    target("NE", 4)


@pytest.mark.usefixtures("world")
def test_sixty_months_of_each_region_in_which_anybody_is_or_is_to_be() -> None:
    found = rows(NAME, END)
    assert [(row["region"], row["month"]) for row in found[:2]] == [
        ("NE", "2025-07"),
        ("NE", "2025-08"),
    ]
    assert [row["region"] for row in found] == ["NE"] * 60 + ["WAL"] * 60
    assert found[59]["month"] == "2030-06"
    for row in found:
        assert row["grade"] == "PO"
        assert row["in_post_p10"] <= row["in_post_median"] <= row["in_post_p90"]
        assert (
            (row["target_fte"] is None) == (row["gap_median"] is None) == (row["region"] == "WAL")
        )
    first = found[0]
    assert (first["target_fte"], first["gap_median"]) == (
        4.0,
        round(4 - first["in_post_median"], 1),
    )
    assert 0 <= first["probability_target_met"] <= 100
    assert sum(row["expected_qualifying"] for row in found if row["region"] == "NE") > 0


@pytest.mark.usefixtures("world")
def test_the_same_question_has_the_same_bytes_and_is_worked_out_once(
    worked_out: list[str], tmp_path: Path
) -> None:
    instant = now()
    first = made(tmp_path, instant)
    assert len(worked_out) == 1
    assert made(tmp_path, instant) == first
    assert len(worked_out) == 1, "kept by what it is made from"
    with acting_as(by=BY):
        ForecastAsked.objects.all().delete()
        ForecastKept.objects.all().delete()
    assert made(tmp_path, instant) == first
    assert worked_out == [worked_out[0]] * 2, "worked out again to the same"


@pytest.mark.usefixtures("world")
def test_what_is_recorded_since_changes_the_answer_of_now_and_none_of_before(
    worked_out: list[str], tmp_path: Path
) -> None:
    instant = now()
    before = made(tmp_path, instant)
    late = w.spell(w.person(), dt.date(2024, 1, 8))
    assert not is_kept(Question(END, now()))
    then = now()
    after = made(tmp_path, then)
    assert after != before
    assert made(tmp_path, instant) == before
    void([late], by=BY, reason="Somebody else's")
    assert body(made(tmp_path, now())) == body(before), "undone, the numbers are what they were"
    assert made(tmp_path, then) == after
    assert len(worked_out) == 2, "the same inputs have one answer"


@pytest.mark.usefixtures("world")
def test_what_is_loaded_as_recorded_long_ago_changes_what_was_known_since() -> None:
    """Three officers known; twenty more are loaded, as recorded in 2021. What was known in 2020 stays kept."""

    def in_post(instant: dt.datetime) -> float:
        with snapshot(instant) as known_at:
            found = forecast_of(Question(END, known_at)).forecast
        return found.place("NE").months[0].in_post_median

    before, early = now(), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert in_post(before) <= 3
    in_post(early)
    with acting_as(by=BY, recorded_at=dt.datetime(2021, 1, 1, tzinfo=dt.UTC)):
        for _ in range(20):
            w.spell(w.person(), dt.date(2015, 1, 5))
    assert not is_kept(Question(END, before)), "nor at the very instant of the answer"
    assert not is_kept(Question(END, now()))
    assert is_kept(Question(END, early))
    assert in_post(now()) > 20
    assert in_post(before) > 20
    assert is_kept(Question(END, before)), "asked again, it is kept again"


@pytest.mark.usefixtures("world")
def test_what_is_undone_as_of_long_ago_changes_what_was_known_since() -> None:
    """Twenty officers recorded in 2019 are undone today, as of 2021, and nothing is recorded beside it: they themselves say
    nothing of when that was loaded. What was known in 2020 stays as it was, and kept.
    """

    def in_post(instant: dt.datetime) -> float:
        with snapshot(instant) as known_at:
            found = forecast_of(Question(END, known_at)).forecast
        return found.place("NE").months[0].in_post_median

    with acting_as(by=BY, recorded_at=dt.datetime(2019, 1, 1, tzinfo=dt.UTC)):
        posts = [w.spell(w.person(), dt.date(2015, 1, 5)) for _ in range(20)]
    before, early = now(), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert in_post(before) > 20
    known_early = in_post(early)
    with acting_as(by=BY, recorded_at=dt.datetime(2021, 1, 1, tzinfo=dt.UTC)):
        void(posts, by=BY, reason="Never theirs")
    assert not is_kept(Question(END, before)), "nor at the very instant of the answer"
    assert not is_kept(Question(END, now()))
    assert is_kept(Question(END, early))
    assert in_post(before) <= 3
    assert in_post(early) == known_early
    assert is_kept(Question(END, before)), "asked again, it is kept again"


@pytest.mark.usefixtures("world")
def test_what_is_loaded_of_something_else_leaves_an_answer_kept() -> None:
    before = now()
    with snapshot(before) as known_at:
        forecast_of(Question(END, known_at))
    with acting_as(by=BY, recorded_at=dt.datetime(2019, 1, 1, tzinfo=dt.UTC)):
        w.absence(w.person(), dt.date(2019, 1, 1))
    assert is_kept(Question(END, before))


@pytest.mark.usefixtures("world")
def test_a_what_if_is_made_in_as_many_runs_as_the_forecast(settings: Any) -> None:
    settings.PQIP_FORECAST_RUNS = 137
    inputs = forecasts.inputs_of(END, now())
    same = what_if(inputs, "PO", Scenario("as it stands"), "NE")
    assert ForecastKept.objects.get().answer["forecast"]["runs"] == 137
    assert same.place("NE") == forecasts.forecast_from(inputs, "PO").forecast.place("NE")


def made(folder: Path, known_at: dt.datetime, *more: str, format: str = "json") -> bytes:
    path = folder / f"made.{format}"
    call_command(
        "report", NAME, "--as-at", str(END), "--known-at", known_at.isoformat(), "--format", format, "-o", str(path), *more
    )  # fmt: skip
    return path.read_bytes()


def body(made: bytes) -> bytes:
    """Without what says when it was known."""
    return made[made.index(b'"rows"') :]


@pytest.mark.usefixtures("world")
def test_what_nothing_was_recorded_since_is_found_again_at_a_later_instant(
    worked_out: list[str],
) -> None:
    with snapshot() as instant:
        forecast_of(Question(END, instant))
    with snapshot() as later:
        assert is_kept(Question(END, later))
        begun = time.process_time()
        with CaptureQueriesContext(connection) as asked:
            forecast_of(Question(END, later))
        took = time.process_time() - begun
    assert len(worked_out) == 1
    assert ForecastAsked.objects.count() == 1
    assert len(asked) <= 3, "when it was asked, whether anything was recorded since, and the answer"
    assert took < 0.1, "seconds of work, however busy the machine is"


@pytest.mark.usefixtures("world")
def test_another_grade_is_asked_for_and_others_reports_take_none() -> None:
    out = io.StringIO()
    call_command("report", NAME, "--as-at", str(END), "--grade", "pso", stdout=out)
    lines = out.getvalue().splitlines()
    assert {line.split(",")[1] for line in lines[1:]} == {"PSO"}
    with pytest.raises(CommandError, match='"ZZ" is not a grade'):
        call_command("report", NAME, "--as-at", str(END), "--grade", "ZZ")
    with pytest.raises(CommandError, match="attrition is not about one grade"):
        call_command("report", "attrition", "--as-at", str(END), "--grade", "PO")


@pytest.mark.usefixtures("world")
def test_a_national_target_has_rows_of_its_own_against_the_sum_of_the_regions() -> None:
    target("NAT", 7)
    target("NAT", 9, dt.date(2026, 1, 1))
    found = rows(NAME, END)
    national = [row for row in found if row["region"] == "NAT"]
    assert [row["region"] for row in found[-60:]] == ["NAT"] * 60
    assert [row["target_fte"] for row in national] == [7.0] * 6 + [9.0] * 54
    with snapshot() as instant:
        whole = forecast_of(Question(END, instant)).forecast.nation.months[0]
    assert national[0]["gap_median"] == round(7 - whole.in_post_median, 1)
    assert national[0]["probability_target_met"] is None, (
        "no region but one has a target of its own"
    )
    wales = PlaceFilter(False, frozenset({w.region("WAL").pk}))
    assert {row["region"] for row in rows(NAME, END, place=wales)} == {"WAL"}


NATION = ["--region", "NAT"]


@pytest.mark.usefixtures("world")
def test_the_nation_by_itself_has_sixty_months_against_its_own_target_or_the_sum() -> None:
    """A target of 4 in the North East and of 2 in each of eleven other regions: 26. The nation's own of 30 goes before it."""
    place = PlaceFilter(False, frozenset({w.region("NAT").pk}))
    found = rows(NAME, END, place=place)
    with snapshot() as instant:
        whole = forecast_of(Question(END, instant)).forecast.nation.months
    assert [(row["region"], row["month"]) for row in (found[0], found[59])] == [
        ("NAT", "2025-07"),
        ("NAT", "2030-06"),
    ]
    assert len(found) == 60
    assert [row["in_post_median"] for row in found] == [
        round(one.in_post_median, 1) for one in whole
    ]
    assert {row["target_fte"] for row in found} == {None}, "not every region has one"
    for region in Region.objects.exclude(code__in=("NAT", "NE")):
        target(region.code, 2)
    summed = rows(NAME, END, place=place)
    assert {row["target_fte"] for row in summed} == {26.0}
    assert summed[0]["gap_median"] == round(26 - whole[0].in_post_median, 1)
    assert summed[0]["probability_target_met"] is not None
    target("NAT", 30)
    own = rows(NAME, END, place=place)
    assert {row["target_fte"] for row in own} == {30.0}
    assert {row["probability_target_met"] for row in own} == {None}
    assert own == [row for row in rows(NAME, END) if row["region"] == "NAT"]


@pytest.mark.usefixtures("world")
def test_the_command_answers_for_the_nation_and_other_reports_know_it_as_before(
    tmp_path: Path,
) -> None:
    lines = made(tmp_path, now(), *NATION, format="csv").decode("utf-8-sig").splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {"NAT"}
    assert len(lines) == 61
    out = io.StringIO()
    call_command("report", "monthly-status", "--as-at", str(END), *NATION, stdout=out)
    assert len(out.getvalue().splitlines()) == 1, "nobody learns in the nation as a place"


@pytest.mark.usefixtures("world")
def test_the_page_of_the_nation_leads_to_the_nations_months() -> None:
    client = client_for(persona("national"))
    page = client.get(reverse("reports:forecast"), {"as_at": str(END)}).content.decode()
    [address] = re.findall(r'href="([^"]*supply-forecast/[^"]*)"', page)
    asked = unescape(address)
    assert "region=NAT" in asked
    shown = client.get(asked)
    assert shown.status_code == 200
    assert "July 2025" in shown.content.decode() or "2025-07" in shown.content.decode()
    file = client.get(
        reverse("reports:file", args=[NAME]), {"as_at": str(END), "region": "NAT", "format": "csv"}
    )
    assert b"".join(file.streaming_content).decode().count("NAT,PO,") == 60


@pytest.mark.usefixtures("world")
def test_learners_without_a_planned_end_are_named_beside_the_forecast_and_never_guessed() -> None:
    """Two in the North East, one in Wales: 27 months part time, of which nobody says how long they last."""
    for region in ("NE", "NE", "WAL"):
        make.enrolment(on="PQIP27", fte="0.8", in_region=region)
    said = "have no planned end on record"
    notes = answered(NAME, END).notes
    assert next(one for one in notes if said in one).startswith("3 learners have no planned end")
    with snapshot() as instant:
        wales = Question(END, instant, PlaceFilter(False, frozenset({w.region("WAL").pk})))
        assert find(NAME).beside([], wales)[-1].startswith("1 learner has no planned end on record")
        assert forecast_of(wales).no_end == {"NE": 2, "WAL": 1}
        senior = replace(wales, grade="SPO")
        assert not any("planned end" in one for one in find(NAME).beside([], senior))
    assert not_guessed(0, 1)[0].startswith("1 place planned is of a pathway whose length is not")
    assert len(not_guessed(2, 5)) == 2
    client = client_for(persona("national"))
    for asked, words in (
        ("", "3 learners have"),
        ("WAL", "1 learner has"),
        ("NE", "2 learners have"),
    ):
        page = client.get(
            reverse("reports:forecast"), {"as_at": str(END), "region": asked}
        ).content.decode()
        assert f"{words} no planned end" in page, asked
        assert f"{reverse('reports:data_quality')}?as_at=2025-06-30" in page


@pytest.mark.usefixtures("world")
def test_a_regional_manager_sees_their_region_on_the_page_and_in_files() -> None:
    client = client_for(persona("regional_manager", region="WAL"))
    page = client.get(reverse("reports:report", args=[NAME]), {"as_at": str(END)})
    text = page.content.decode()
    assert page.status_code == 200
    assert ("Wales" in text, "North East" in text) == (True, False)
    assert 'name="grade"' in text
    asked = {"as_at": str(END), "region": "NE", "format": "csv"}
    assert client.get(reverse("reports:file", args=[NAME]), asked).status_code == 404
    whole = client_for(persona("national")).get(
        reverse("reports:file", args=[NAME]), {"as_at": str(END), "format": "csv"}
    )
    lines = b"".join(whole.streaming_content).decode().splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {"NE", "WAL"}


@pytest.mark.usefixtures("world")
def test_the_page_asks_for_a_grade_and_its_copy_is_of_that_grade() -> None:
    client = client_for(persona("regional_manager"))
    asked = {"as_at": str(END), "grade": "PSO"}
    page = client.get(reverse("reports:report", args=[NAME]), asked)
    assert "Probation services officer" in page.content.decode()
    client.post(
        f"{reverse('reports:request', args=[NAME])}?as_at={END}&grade=PSO", {"formats": ["csv"]}
    )
    assert Run.objects.get().grade == "PSO"
    wrong = client.get(reverse("reports:report", args=[NAME]), {**asked, "grade": "ZZ"})
    assert "Select a valid choice" in wrong.content.decode() or wrong.context["form"].errors


@pytest.mark.usefixtures("world")
def test_a_page_waits_for_what_is_kept_and_leaves_the_rest_to_the_worker(settings: Any) -> None:
    settings.PQIP_FORECAST_RUNS = forecasts.FEW_RUNS + 1
    client, where = client_for(persona("national")), reverse("reports:report", args=[NAME])
    instant = now()
    asked = {"as_at": str(END), "known_at": instant.isoformat()}
    page = client.get(where, asked)
    assert (page.status_code, Run.objects.get().is_page) == (302, True)
    with snapshot(instant):
        forecast_of(Question(END, instant))
    assert client.get(where, asked).status_code == 200


@pytest.mark.usefixtures("world")
def test_a_unit_alone_has_no_forecast_and_the_page_says_why() -> None:
    unit = w.pdu("WPTNWS")
    place = PlaceFilter(False, pdus=frozenset({unit.pk}))
    assert rows(NAME, END, place=place) == []
    with snapshot() as instant:
        said = find(NAME).beside([], Question(END, instant, place))
    assert "A unit alone has none" in said[-1]


@pytest.mark.usefixtures("world")
def test_what_was_kept_long_is_let_go_of_and_made_again() -> None:
    first = answered(NAME, END, known_at=(instant := now())).main.rows
    old = now() - dt.timedelta(days=KEPT_DAYS, minutes=1)
    with acting_as(by=BY):
        ForecastKept.objects.update(made_at=old)
        ForecastAsked.objects.update(made_at=old)
    expire_runs(by=BY)
    assert (ForecastKept.objects.count(), ForecastAsked.objects.count()) == (0, 0)
    assert answered(NAME, END, known_at=instant).main.rows == first


def breaks_after(do: Callable[[], None]) -> None:
    with snapshot():
        after_the_snapshot(do)
        assert 1 / 0


def test_what_waits_for_the_end_of_a_snapshot_is_done_then_and_not_after_an_error() -> None:
    done: list[str] = []

    def later(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    with snapshot():
        after_the_snapshot(later("within"))
        assert done == []
    assert done == ["within"]
    with pytest.raises(ZeroDivisionError):
        breaks_after(later("never"))
    after_the_snapshot(later("at once"))
    assert done == ["within", "at once"]
