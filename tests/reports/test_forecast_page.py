"""The forecast's page: its answer in words, a *what if* beside the plan, and what ifs that are kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.jobs.models import Job
from pqip.jobs.running import run as do
from reports.actions.scenarios import MOST, keep_scenario, remove_scenario
from reports.derived import forecast_effects, forecasts
from reports.figures.forecast_backtest import Held
from reports.forms.forecast import KeepForm
from reports.models import ForecastKept, Run
from reports.models import Scenario as KeptScenario
from reports.presenters import forecast as shows
from reports.presenters.forecast import Shown
from reports.presenters.forecast_trust import DOUBTED
from reports.queries.scenarios import what_if
from reports.rules.forecast import forecast as engine
from reports.rules.forecast_answers import Month, Place
from reports.rules.forecast_scenarios import Scenario, applied
from tests.factories import workforce as w
from tests.factories.learners import enrolment
from tests.factories.workforce import grade, region
from tests.personas import client_for, persona
from workforce.models import Target

DAY = dt.date(2025, 9, 30)
BY = NamedJob("test")


def place(gaps: list[float | None], closes: int | None = None, until: int | None = None) -> Place:
    months = tuple(
        Month(
            month=number + 1,
            target_fte=None if gap is None else 100.0,
            in_post_p10=80.0,
            in_post_median=100.0 - (gap or 0),
            in_post_p90=110.0,
            expected_qualifying=1.0,
            expected_leaving=1.0,
            expected_joining=0.0,
            gap_median=gap,
            probability_target_met=None if gap is None else 0.25,
        )
        for number, gap in enumerate(gaps)
    )
    return Place("NE", months, (), (), closes, until)


@pytest.mark.parametrize(
    ("gaps", "closes", "words"),
    [
        ([None] * 60, None, "No target is set, so there is no gap to close."),
        ([10.0] * 60, None, "The gap does not close within five years."),
        ([0.0] * 60, 1, "The target is met in October 2025, and stays met for five years."),
        (
            [0.0] + [1.0] * 59,
            None,
            "The target is met in October 2025, and missed again from November 2025.",
        ),
        ([5.0] * 29 + [0.0] * 31, 30, "The gap closes in March 2028."),
        (
            [5.0] * 29 + [0.0] * 30 + [1.0],
            None,
            "The target is reached in March 2028, and missed again from September 2030.",
        ),
        (
            [0.0, -1.0] + [1.0] * 58,
            None,
            "The target is met from October 2025 until November 2025, and missed again from December 2025.",
        ),
    ],
)
def test_the_answer_in_words(gaps: list[float | None], closes: int | None, words: str) -> None:
    # Month 30 after September 2025 is March 2028.
    assert shows.gap_words(Shown(place(gaps, closes), DAY, "North East")) == words


def test_where_the_plan_ends_before_the_forecast_it_says_so() -> None:
    for until, said in ((None, "No intake is planned"), (12, "September 2026"), (48, "")):
        words = shows.planned_words(Shown(place([1.0] * 60, until=until), DAY, "North East"))
        assert said in words
        assert bool(words) == bool(said), until


@pytest.fixture
def region_of_a_few(db: Any) -> None:
    """Ten officers, a target of twelve, three learners."""
    for _ in range(10):
        someone = w.person()
        w.spell(someone, dt.date(2020, 1, 1), service_start_date=dt.date(2018, 1, 1))
    with acting_as(by=BY):
        Target.objects.create(
            region=region(), grade=grade("PO"), effective_on=dt.date(2024, 1, 1), target_fte=12
        )
    for _ in range(3):
        enrolment()


ASKED = {"region": "NE", "as_at": "2025-09-30"}


@pytest.mark.usefixtures("region_of_a_few")
def test_the_page_answers_first_and_compares_a_what_if() -> None:
    client, address = client_for(persona("regional_manager")), reverse("reports:forecast")
    text = client.get(address, ASKED).content.decode()
    assert "Will there be enough officers?" in text
    assert "Chance of meeting the target:" in text
    assert "In post against target" in text
    assert "How often were we right?" in text
    assert "Side by side" not in text
    more = {"places": "20", "pathway": "PQIP15", "start": "2026-03"}
    text = client.get(address, ASKED | more).content.decode()
    assert "Side by side" in text
    assert "As planned: the gap " in text or "As planned: the target " in text
    assert "What if: the gap " in text or "What if: the target " in text
    assert (
        client.get(address, ASKED | {"places": "20"}).content.decode().count("There is a problem")
        == 1
    )


@pytest.mark.usefixtures("region_of_a_few")
@pytest.mark.parametrize(("inside", "is_fact"), [(12, False), (42, True)])
def test_where_a_forecast_has_often_been_wrong_its_page_names_no_month_either(
    inside: int, is_fact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"NE": Held(inside, 42)}
    monkeypatch.setattr("reports.views.forecast.held_last_kept", lambda _: held)
    client, address = client_for(persona("regional_manager")), reverse("reports:forecast")
    what_if = {"places": "20", "pathway": "PQIP15", "start": "2026-03"}
    for more in ({}, what_if):
        text = client.get(address, ASKED | more).content.decode()
        assert f"its range held {100 if is_fact else 29}% of 42" in text
        assert (DOUBTED in text) is not is_fact
        assert ("chance of meeting the target: " in text.lower()) is is_fact


@pytest.mark.usefixtures("region_of_a_few")
def test_a_what_if_is_kept_compared_and_removed() -> None:
    manager = persona("regional_manager")
    client = client_for(manager)
    keep = f"{reverse('reports:keep_scenario')}?region=NE&leaving=50"
    page = client.get(keep)
    assert "Half as many officers leave." in page.content.decode()

    kept = keep_scenario(by=manager, name="Fewer leave", asked={"leaving": "50"})
    text = client.get(
        reverse("reports:forecast"), ASKED | {"compare": str(kept.public_id)}
    ).content.decode()
    assert "Fewer leave" in text
    assert "Side by side" in text
    other = client_for(persona("regional_manager"))
    address = reverse("reports:remove_scenario", args=[kept.public_id])
    assert other.get(address).status_code == 404
    with pytest.raises(NotAllowed):
        remove_scenario(by=persona("national"), scenario=kept)
    remove_scenario(by=manager, scenario=kept)
    assert not KeptScenario.objects.exists()


@pytest.mark.django_db
def test_one_keeps_so_many_and_each_name_once() -> None:
    manager = persona("regional_manager")
    with pytest.raises(RuleBroken):
        keep_scenario(by=manager, name="Nothing", asked={})
    for number in range(MOST):
        keep_scenario(by=manager, name=f"What if {number}", asked={"leaving": "50"})
    again = keep_scenario(by=manager, name="What if 0", asked={"leaving": "80"})
    assert again.asked == {"leaving": "80"}
    assert KeptScenario.objects.count() == MOST
    with pytest.raises(RuleBroken):
        keep_scenario(by=manager, name="One more", asked={"leaving": "50"})
    with pytest.raises(NotAllowed):
        keep_scenario(by=persona("pta"), name="Mine", asked={"leaving": "50"})


@pytest.mark.django_db
def test_a_region_of_which_nothing_is_known_says_so() -> None:
    client = client_for(persona("regional_manager"))
    text = client.get(reverse("reports:forecast"), ASKED).content.decode()
    assert "Nothing is known of the probation officers of this region" in text


@pytest.mark.usefixtures("region_of_a_few")
def test_the_worker_works_out_what_matters_most_and_the_page_only_shows_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT, settings.PQIP_FORECAST_RUNS = tmp_path, forecasts.FEW_RUNS + 1
    address, manager = reverse("reports:forecast"), client_for(persona("regional_manager"))
    sent_on = manager.get(address, ASKED)
    assert sent_on.status_code == 302
    assert do(Job.objects.get(key=f"report-run:{Run.objects.get().pk}").pk)
    assert ForecastKept.objects.filter(what=forecast_effects.EFFECTS).count() == 1

    def again(*_asked: Any, **_more: Any) -> None:
        raise AssertionError("It is worked out while the page waits.")

    monkeypatch.setattr(forecasts, "forecast", again)
    monkeypatch.setattr(forecast_effects, "effects", again)
    assert "What matters most?" in manager.get(sent_on["Location"]).content.decode()
    another = client_for(persona("regional_manager"))
    assert another.get(address, ASKED).status_code == 200, "whoever else opens it"
    nation = client_for(persona("national")).get(address, {"as_at": ASKED["as_at"]})
    assert nation.status_code == 302, "of the nation, other things matter"


@pytest.mark.usefixtures("region_of_a_few")
def test_of_a_what_if_only_the_place_and_the_nation_are_kept() -> None:
    made = forecasts.inputs_of(DAY, now())
    asked = Scenario(name="", leaving=0.5)
    whole = engine(applied(asked, made), runs=forecasts.runs(), drawn_from=made.digest)
    whole_nation = [one.code for one in whole.regions]
    for code, kept in (("NE", ["NE"]), ("WAL", ["WAL"]), ("NAT", whole_nation)):
        with acting_as(by=BY):
            ForecastKept.objects.all().delete()
        for _ in range(2):
            assert what_if(made, "PO", asked, code).place(code) == whole.place(code)
        found = ForecastKept.objects.get().answer["forecast"]
        assert [one["code"] for one in found["regions"]] == kept
        assert (found["nation"]["code"], found["assumptions"]) == ("NAT", [])


@pytest.mark.usefixtures("region_of_a_few")
@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2-27-03", "Write the month and its year"),
        ("20\u00b27-03", "Write the month and its year"),
        ("2027-0\u00b2", "Write the month and its year"),
        ("March", "Write the month and its year"),
        ("13/2027", "Write the month and its year"),
        ("2027-13", "Write the month and its year"),
        ("2025-09", "Choose a month after the as-at date"),
        ("2030-10", "Choose a month after the as-at date"),
        ("2025-10", ""),
        ("October 2025", ""),
        ("oct  2025", ""),
        ("10/2025", ""),
        ("Ju 2026", "Write the month and its year"),
        ("2030-09", ""),
    ],
)
def test_places_start_in_a_month_of_the_forecast(start: str, words: str) -> None:
    # As at September 2025 the forecast goes from October 2025 to September 2030.
    asked = ASKED | {"places": "20", "pathway": "PQIP15", "start": start}
    text = client_for(persona("regional_manager")).get(reverse("reports:forecast"), asked)
    assert (words or "Side by side") in text.content.decode()


@pytest.mark.usefixtures("region_of_a_few")
def test_places_are_planned_for_one_region_and_the_nation_is_no_region() -> None:
    client, more = client_for(persona("national")), {"places": "20", "pathway": "PQIP15"}
    asked = {"as_at": "2025-09-30", **more, "start": "2026-03"}
    text = client.get(reverse("reports:forecast"), asked).content.decode()
    assert "Choose a region: places are planned for one." in text
    assert 'value="NAT"' not in text
    text = client.get(reverse("reports:forecast"), {"as_at": "2025-09-30"}).content.decode()
    assert "Each region has its own. Choose a region above to see them." in text


@pytest.mark.usefixtures("region_of_a_few")
def test_nobody_part_time_is_a_what_if() -> None:
    client, address = client_for(persona("regional_manager")), reverse("reports:forecast")
    assert "Side by side" in client.get(address, ASKED | {"part_time": "0"}).content.decode()
    for nothing in ({"delay": "0"}, {"pathway": "PQIP15"}, {"places": "0"}):
        assert "Side by side" not in client.get(address, ASKED | nothing).content.decode()


@pytest.mark.usefixtures("region_of_a_few")
def test_a_national_target_is_what_the_nation_is_compared_with() -> None:
    with acting_as(by=BY):
        Target.objects.create(
            region=region("NAT"),
            grade=grade("PO"),
            effective_on=dt.date(2024, 1, 1),
            target_fte=500,
        )
    text = client_for(persona("national")).get(reverse("reports:forecast"), {"as_at": "2025-09-30"})
    assert ">500<" in text.content.decode()


def test_the_picture_has_a_line_of_that_name_already() -> None:
    for name, is_good in (("Target", False), ("in post", False), ("Fewer leave", True)):
        assert KeepForm({"name": name}).is_valid() == is_good, name
