"""The first page of a region, of a unit, of the nation: it answers first and waits for no forecast."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pqip.core import clock
from pqip.core.acting import Job, acting_as
from pqip.core.snapshot import snapshot
from pqip.jobs.models import Job as Queued
from pqip.jobs.running import run as do
from reports.actions import make_forecasts
from reports.derived import forecasts
from reports.derived.forecasts import last_kept
from reports.derived.forecasts_units import unit_last_kept
from reports.figures.asking import PlaceFilter, Question
from reports.figures.forecast_backtest import Held
from reports.figures.in_post import Total
from reports.figures.planned_ends import planned_ends
from reports.models import ForecastAsked, ForecastKept
from reports.presenters import forecast_trust as trusted
from reports.presenters import overview as words
from reports.presenters.forecast import Shown
from reports.presenters.forecast_trust import Trust
from reports.presenters.overview import Standing, of_target
from reports.rules.forecast_answers import Quarter
from tests.factories import workforce as w
from tests.factories.learners import enrolment, event, pdu
from tests.personas import client_for, persona
from workforce.models import Region, StaffingReturn, Target

pytestmark = pytest.mark.django_db
BY = Job("test")
TODAY = clock.today()
LONG_AGO = dt.date(2020, 1, 6)
ADDRESS = "/reports/overview/"


def officers(number: int, region: str = "NE", unit: str = "") -> None:
    for _ in range(number):
        w.spell(w.person(), LONG_AGO, in_region=region, in_pdu=unit)


def target(fte: float, region: str = "NE", **more: Any) -> None:
    with acting_as(by=BY):
        Target.objects.create(
            region=w.region(region),
            grade=w.grade("PO"),
            effective_on=LONG_AGO,
            target_fte=fte,
            **more,
        )


def months_ago(months: int) -> dt.date:
    return TODAY - dt.timedelta(days=30 * months)


@pytest.fixture
def region(db: Any) -> None:
    """Ten officers in the North East, a target of twelve and a half, and three learners of a unit."""
    officers(10)
    target(12.5)
    for _ in range(3):
        enrolment(start=months_ago(6), in_pdu=pdu("NE-77"))


def page(who: Any, **asked: str) -> str:
    answer = client_for(who).get(ADDRESS, asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# The words


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (None, "Nothing is on record of probation officers here: no posts and no target."),
        (
            Total(None, None, 12.0, False),
            "The target is 12 probation officers (FTE). Nothing says who is in post.",
        ),
        (Total(10.4, 11, None, True), "10.4 probation officers (FTE) are in post."),
        (
            Total(412.6, 450, 450.0, True),
            "412.6 of 450 probation officers (FTE) are in post. The gap is 37.4 (8.3% of the target).",
        ),
        (
            Total(12.0, 12, 12.0, True),
            "12 of 12 probation officers (FTE) are in post. The target is met.",
        ),
        (
            Total(12.5, 13, 12.0, True),
            "12.5 probation officers (FTE) are in post, 0.5 more than the target of 12.",
        ),
    ],
)
def test_the_position_in_words(total: Total | None, said: str) -> None:
    assert words.position_words(total) == said


def test_regions_stand_in_the_order_that_is_said() -> None:
    from tests.reports.test_forecast_page import place

    def standing(
        name: str, gap: float | None, closes: int | None, *, ahead: bool = True
    ) -> Standing:
        total = None if gap is None else Total(100 - gap, None, 100.0, True)
        found = Shown(place([gap] * 60, closes), TODAY, name) if ahead else None
        return Standing(name, name, total, found)

    some = [
        standing("met", -3.0, 1),
        standing("unknown", None, None),
        standing("closes, small", 5.0, 12),
        standing("never, small", 4.0, None),
        standing("closes, large", 50.0, 12),
        standing("never, large", 9.0, None),
    ]
    assert [one.name for one in sorted(some, key=lambda one: one.rank)] == [
        "never, large",
        "never, small",
        "closes, large",
        "closes, small",
        "met",
        "unknown",
    ]
    without = [standing("small", 5.0, None, ahead=False), standing("large", 6.0, None, ahead=False)]
    assert sorted(without, key=lambda one: one.rank)[0].name == "large"


def test_the_nation_is_the_sum_of_the_regions_that_are_known() -> None:
    one, two = Total(10.0, 10, 12.0, True), Total(5.5, 6, 8.0, True)
    alone, national = Total(3.0, 3, None, True), Total(90.0, None, 99.0, False)
    assert words.nation_of({"A": one, "B": two}, None) == (Total(15.5, None, 20.0, True), "")
    assert words.nation_of({"A": one, "B": two}, national)[0] == Total(15.5, None, 99.0, True)
    total, left_out = words.nation_of({"A": one, "B": alone, "C": None}, national)
    assert total == Total(10.0, None, 12.0, True)
    assert left_out.startswith("This is of 1 of 3 regions")
    assert words.nation_of({"A": None}, national) == (national, words.NATIONAL_ALONE)
    assert words.nation_of({"A": None}, None) == (None, "Nothing is known of any region.")


def test_a_target_that_is_met_next_month_is_not_met_yet() -> None:
    from tests.reports.test_forecast_page import place

    def standing(fte: float) -> Standing:
        total = Total(fte, None, 100.0, True)
        return Standing("A", "A", total, Shown(place([0.0] * 60, 1), TODAY, "A"))

    met, below = standing(100.0), standing(97.0)
    assert below.ahead is not None
    assert words.closes_words(met) == "Met"
    assert words.closes_words(below) == below.ahead.month(1)
    assert (met.rank[0], below.rank[0]) == (2, 1)


def test_the_next_quarter_is_named_by_its_months() -> None:
    """Seen from November, the first quarter of the forecast is December alone."""
    from tests.reports.test_forecast_page import place

    quarter = Quarter(1, 1, 1.0, 2.0, 3.0, 2.0)
    ahead = Shown(replace(place([1.0] * 60, None), quarters=(quarter,)), dt.date(2026, 11, 30), "A")
    one = Standing("A", "A", Total(9.0, 9, 10.0, True), ahead)
    table = words.regions_table([one], dt.date(2026, 10, 31), {"A": "/"})
    labels = [column.label for column in table.columns]
    assert "Next quarter (Dec 2026), low to high" in labels
    assert "Waiting for a decision today" not in labels, "nobody here may see who waits"


def test_whoever_is_planned_to_end_later_than_the_quarters_shown_is_in_the_table() -> None:
    """From the quarter of November 2026 nine are shown, to December 2028."""
    as_at = dt.date(2026, 11, 30)
    for quarters in (None, []):
        table = words.unit_table({dt.date(2029, 1, 1): 2, dt.date(2029, 7, 1): 1}, quarters, as_at)
        assert [row[:2] for row in table.rows] == [["Jan 2029 or later", "3"]]
    table = words.unit_table({dt.date(2028, 10, 1): 1}, None, as_at)
    assert table.rows == [["Oct 2028 to Dec 2028", "1"]]


@pytest.mark.parametrize(
    ("inside", "is_doubtful", "said"),
    [
        (12, True, "its range held 29% of 42 monthly figures that came since. It should hold 80%."),
        (25, True, "its range held 60% of 42"),
        (26, False, "its range held 62% of 42"),
    ],
)
def test_below_a_share_of_past_figures_a_forecast_is_doubtful(
    inside: int, is_doubtful: bool, said: str
) -> None:
    """25 of 42 are 59.5%, 26 are 61.9%; the least is 60."""
    trust = Trust(Held(inside, 42), 60.0)
    assert trust.is_doubtful is is_doubtful
    assert said in trust.words()


def test_nothing_looked_back_at_is_no_reason_to_doubt() -> None:
    assert (Trust(None, 60.0).is_doubtful, Trust(None, 60.0).words()) == (
        False,
        trusted.NOT_KNOWN_YET,
    )
    assert Trust(None, 60.0, looked_back=False).words() == trusted.NOT_LOOKED_BACK


@pytest.mark.parametrize(
    ("high", "low", "said"),
    [
        ([99.0] * 59 + [100.0], [90.0] * 60, "Its range goes from November 2031 to not within"),
        ([99.0] * 60, [90.0] * 60, "By all of its range it does not close within five years."),
        ([100.0] * 60, [99.0] * 11 + [100.0] * 49, "from December 2026 to November 2027."),
        ([100.0] * 60, [100.0] * 60, "By all of its range it closes in December 2026."),
    ],
)
def test_where_a_forecast_has_often_been_wrong_no_month_is_a_fact(
    high: list[float], low: list[float], said: str
) -> None:
    from tests.reports.test_forecast_page import place

    made = place([5.0] * 29 + [0.0] * 31, 30)
    months = tuple(
        replace(one, in_post_p90=up, in_post_p10=down)
        for one, up, down in zip(made.months, high, low, strict=True)
    )
    ahead = Shown(replace(made, months=months), dt.date(2026, 11, 30), "A")
    poor, good = Trust(Held(12, 42), 60.0), Trust(Held(36, 42), 60.0)
    assert trusted.answer_words(ahead, good) == "The gap closes in May 2029."
    told = trusted.answer_words(ahead, poor)
    assert told.startswith(trusted.DOUBTED)
    assert said in told
    assert "May 2029" not in told
    total = Total(90.0, 90, 100.0, True)
    assert words.closes_words(Standing("A", "A", total, ahead, trust=poor)) == "Cannot be said"
    assert words.closes_words(Standing("A", "A", total, ahead, trust=good)) == "May 2029"


# The page of each reader


@pytest.mark.usefixtures("region")
def test_a_first_page_says_how_often_its_forecast_was_right_and_works_nothing_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manager, nation = persona("regional_manager"), persona("national")
    make_forecasts.make_forecasts()
    monkeypatch.setattr("reports.derived.forecasts.forecast", lambda *_: pytest.fail("made anew"))
    said = page(manager)
    assert re.search(r"its range held \d+% of 42 monthly figures that came since", said)
    assert re.search(r'href="/reports/forecast/\?as_at=[\d-]+&amp;region=NE#right"', said)
    assert re.search("Range held .* of 42 monthly figures", page(nation))
    head = persona("regional_manager", pdu="NE-77")
    for inside, is_fact in ((12, False), (42, True)):
        held = {"NE": Held(inside, 42)}
        monkeypatch.setattr("reports.views.overview.held_last_kept", lambda _, held=held: held)
        for who in (manager, head):
            said = page(who)
            assert ("<strong>North East: The" in said or "<strong>The" in said) is is_fact
            assert ("Chance of meeting the target" in said) is is_fact
            assert (trusted.DOUBTED in said) is not is_fact
        assert ("Cannot be said" in page(nation)) is not is_fact


@pytest.mark.usefixtures("region")
def test_a_look_back_that_is_not_kept_is_asked_for() -> None:
    make_forecasts.make_forecasts()
    with acting_as(by=BY):
        ForecastAsked.objects.filter(what="backtest").delete()
    assert trusted.NOT_LOOKED_BACK in page(persona("regional_manager"))
    assert Queued.objects.filter(kind=make_forecasts.MAKE).exists()


@pytest.mark.usefixtures("region")
def test_a_region_answers_at_once_and_has_the_worker_make_its_forecast() -> None:
    manager = persona("regional_manager")
    said = page(manager)
    assert "North East" in said
    assert (
        "10 of 12.5 probation officers (FTE) are in post. The gap is 2.5 (20% of the target)."
        in said
    )
    assert "The forecast is being worked out." in said
    assert "Who is expected to qualify" not in said
    assert not ForecastKept.objects.exists(), "a page works none out"
    page(manager)
    job = Queued.objects.get(kind=make_forecasts.MAKE)

    do(job.pk)
    said = page(manager)
    assert "being worked out" not in said
    assert "Who is expected to qualify and to leave" in said
    assert "within five years" in said or "The gap closes in" in said
    assert f"The forecast is as at {clock.today():%-d %B %Y}" in said
    assert Queued.objects.filter(kind=make_forecasts.MAKE).count() == 1


@pytest.mark.usefixtures("region")
def test_a_forecast_that_is_not_of_now_is_shown_with_its_day_and_made_anew_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_forecasts.make_forecasts()
    manager = persona("regional_manager")
    officers(1)
    said = page(manager)
    assert "11 of 12.5 probation officers (FTE) are in post" in said, "the position is of now"
    assert "Something has been recorded since, and is in the next forecast." in said
    assert not Queued.objects.filter(kind=make_forecasts.MAKE).exists(), (
        "made less than an hour ago"
    )
    monkeypatch.setattr("reports.views.overview.RENEWED_AFTER", dt.timedelta(0))
    said = page(manager)
    assert "A newer forecast is being worked out" in said
    assert "Who is expected to qualify and to leave" in said
    assert Queued.objects.filter(kind=make_forecasts.MAKE).count() == 1


@pytest.mark.usefixtures("region")
def test_of_an_earlier_day_nothing_is_asked_for() -> None:
    said = page(persona("regional_manager"), as_at="2025-06-30")
    assert "As at <strong>30 June 2025</strong>" in said
    assert "being worked out" not in said
    assert "No forecast is kept of this day and moment, or of an earlier one." in said
    assert "Who needs action or is behind was not kept for this month and moment" in said
    shown = said[said.index("<main") : said.index("</main>")]
    assert "today" not in shown.replace("Waiting for a decision today", "")
    assert not Queued.objects.filter(kind=make_forecasts.MAKE).exists()
    yesterday, ago = TODAY - dt.timedelta(days=1), TODAY - dt.timedelta(days=3)
    with snapshot() as instant:
        forecasts.forecast_of(Question(ago, instant))
    for day, known_at in ((yesterday, ""), (TODAY, clock.now().isoformat())):
        said = page(persona("regional_manager"), as_at=str(day), known_at=known_at)
        assert f"The forecast is as at {ago:%-d %B %Y}" in said
        assert "being worked out" not in said
        assert "Something has been recorded since" not in said, "nothing has"
    assert not Queued.objects.filter(kind=make_forecasts.MAKE).exists()
    said = page(persona("regional_manager"))
    assert "A newer forecast is being worked out" in said
    assert "Something has been recorded since" not in said


@pytest.mark.usefixtures("region")
def test_the_nation_has_a_row_for_each_region_in_one_table() -> None:
    officers(4, "WAL")
    target(5, "WAL")
    make_forecasts.make_forecasts()
    said = page(persona("national"))
    for name in Region.objects.exclude(code="NAT").values_list("name", flat=True):
        assert f">{name}</a>" in said, name
    assert "14 of 17.5 probation officers (FTE) are in post" in said
    assert "This is of 2 of 12 regions" in said
    assert "When the gap of the whole nation closes cannot be said" in said
    assert words.ORDER in said
    assert "as a percentage of the region’s own target" in said
    assert said.count("<svg") >= 2
    assert f"{ADDRESS}?region=WAL" in said


@pytest.mark.usefixtures("region")
def test_the_head_of_a_unit_sees_its_own_and_the_region_s_forecast_beside_it() -> None:
    unit = pdu("NE-77")
    officers(2, unit="NE-77")
    head = persona("regional_manager", pdu="NE-77")
    assert "2 probation officers (FTE) are in post. No target is set for this unit." in page(head)
    target(3, pdu=unit)
    said = page(head)
    assert (
        "2 of 3 probation officers (FTE) are in post. The gap is 1 (33.3% of the target)." in said
    )
    assert "Who is planned to finish and who is expected to qualify" in said
    assert "Qualify, middle" not in said, "not worked out yet"
    make_forecasts.make_forecasts()
    said = page(head)
    assert "Qualify, middle" in said
    assert "Below it is that of North East." in said
    assert "<strong>North East: The" in said
    assert client_for(head).get(ADDRESS, {"region": "WAL"}).status_code == 404
    assert client_for(head).get(ADDRESS, {"pdu": "nowhere"}).status_code == 404
    assert client_for(persona("national")).get(ADDRESS, {"region": "NAT"}).status_code == 404


@pytest.mark.usefixtures("region")
def test_whoever_has_two_regions_sees_them_side_by_side() -> None:
    manager = persona("regional_manager")
    w.grant(manager, "regional_manager", in_region="WAL")
    said = page(manager)
    assert ">North East</a>" in said
    assert ">Wales</a>" in said
    assert ">London</a>" not in said
    assert "The gap is 2.5" in page(manager, region="NE")


def test_a_region_of_which_nothing_is_known_says_so() -> None:
    said = page(persona("regional_manager"))
    assert "Nothing is on record of probation officers here" in said
    assert "Neither posts nor targets nor learners changed." in said
    make_forecasts.make_forecasts()
    assert "so there is no forecast" in page(persona("regional_manager"))
    assert "Nothing is known of any region." in page(persona("national"))


def test_no_forecast_is_held_against_national_figures_alone() -> None:
    target(7115, "NAT")
    with acting_as(by=BY):
        StaffingReturn.objects.create(
            region=w.region("NAT"),
            grade=w.grade("PO"),
            effective_on=LONG_AGO,
            fte=5436,
            status="final",
        )
    enrolment(start=months_ago(6))
    make_forecasts.make_forecasts()
    said = page(persona("national"))
    assert "5,436 of 7,115 probation officers (FTE) are in post." in said
    assert words.NATIONAL_ALONE in said
    assert "When the gap of the whole nation closes cannot be said" in said
    assert "The gap does not close" not in said


def test_a_unit_without_anybody_says_so() -> None:
    pdu("NE-77")
    said = page(persona("regional_manager", pdu="NE-77"))
    assert "Nobody here is on the programme." in said


def test_officers_without_a_target_have_no_gap_to_close() -> None:
    officers(3)
    make_forecasts.make_forecasts()
    said = page(persona("regional_manager"))
    assert "3 probation officers (FTE) are in post." in said
    assert "No target is set, so there is no gap to close." in said


def test_what_changed_is_told_in_sentences_and_opens_who_is_behind() -> None:
    last = TODAY.replace(day=1) - dt.timedelta(days=5)
    someone = w.person()
    w.spell(someone, last)
    event(enrolment(start=months_ago(8)), "withdrawn", last, reason="workload")
    said = page(persona("regional_manager"))
    assert "1 more probation officer (FTE), 1 in all: 1 joined (+1)." in said
    assert "1 fewer learner on the programme, 0 in all: 1 withdrew." in said
    assert "workload" not in said.casefold(), "a reason of one is not told"
    assert "column=active" in said
    assert "column=active" not in page(persona("hr_partner"))


@pytest.mark.usefixtures("region")
def test_who_waits_is_counted_where_it_can_be_opened() -> None:
    enrolment(start=TODAY + dt.timedelta(days=20), started=False)
    manager = persona("regional_manager")
    client = client_for(manager)
    shown = client.get(ADDRESS).context_data["waits"]
    found = {one.label: (one.number, one.url) for one in shown}
    assert found["Pathway not decided"][0] == 1
    assert found["Withdrawals to approve"] == (0, reverse("learners:withdrawals"))
    for number, url in found.values():
        assert client.get(url).status_code == 200, url
        assert number >= 0
    assert client_for(persona("hr_partner")).get(ADDRESS).context_data["waits"] == []


@pytest.mark.usefixtures("region")
def test_the_two_first_pages_lead_to_each_other() -> None:
    manager = persona("regional_manager")
    assert reverse("reports:month") in page(manager)
    assert reverse("reports:forecast") in page(manager)
    month = client_for(manager).get(reverse("reports:month")).content.decode()
    assert ADDRESS in month


# What it is made from


@pytest.mark.usefixtures("region")
def test_the_last_kept_forecast_is_of_the_day_or_an_earlier_one() -> None:
    def asked(as_at: dt.date) -> tuple[dt.date, bool] | None:
        with snapshot() as instant:
            question = Question(as_at, instant)
            found = last_kept(question)
            return found and (found.as_at, found.is_current(question))

    assert asked(TODAY) is None
    yesterday = TODAY - dt.timedelta(days=1)
    with snapshot() as instant:
        forecasts.forecast_of(Question(yesterday, instant))
    assert asked(yesterday - dt.timedelta(days=1)) is None
    assert asked(yesterday) == (yesterday, True)
    assert asked(TODAY) == (yesterday, False)
    make_forecasts.make_forecasts()
    assert asked(TODAY) == (TODAY, True)
    officers(1)
    assert asked(TODAY) == (TODAY, False)
    with acting_as(by=BY):
        ForecastKept.objects.all().delete()
    assert asked(TODAY) is None, "an answer that was let go of is none"


@pytest.mark.usefixtures("region")
def test_making_them_twice_keeps_them_once() -> None:
    make_forecasts.make_forecasts()
    kept = list(ForecastKept.objects.order_by("what").values_list("what", flat=True))
    made = ["assessing", "backtest", "progress", *["supply"] * 4, "supporting", "units"]
    assert kept == made, "three of them looked back"
    make_forecasts.make_forecasts()
    assert ForecastKept.objects.count() == len(kept)
    assert list(ForecastAsked.objects.order_by("id").values_list("what", flat=True)) == [
        "supply",
        "assessing",
        "supporting",
        "units",
        "progress",
        "backtest",
        "progress",
    ], "what rests on more than forecasts do is judged anew"


@pytest.mark.usefixtures("region")
def test_a_unit_s_learners_qualify_as_its_region_s_do() -> None:
    """All three learners of the region are of the unit, nobody waits and nothing is planned: as many are expected of both."""
    make_forecasts.make_forecasts()
    with snapshot() as instant:
        question = Question(TODAY, instant)
        found = unit_last_kept(question, "NE-77")
        region = forecasts.forecast_of(question).forecast.place("NE")
    assert found is not None
    _kept, quarters = found
    expected = sum(one.expected_qualifying for one in quarters)
    assert expected == pytest.approx(
        sum(one.expected_qualifying for one in region.months), abs=0.35
    )
    assert 0 < expected <= 3
    assert all(
        one.qualifying_p10 <= one.qualifying_median <= one.qualifying_p90 <= 3 for one in quarters
    )
    assert [(one.first_month, one.last_month) for one in quarters] == [
        (one.first_month, one.last_month) for one in region.quarters
    ]


def test_learners_by_the_quarter_of_their_planned_end() -> None:
    """Fifteen months from 15 January 2025 end on 15 April 2026; from 15 February 2024 they have passed by September 2025."""
    unit = pdu("NE-77")
    for start in (dt.date(2025, 1, 15), dt.date(2025, 2, 15), dt.date(2024, 2, 15)):
        enrolment(start=start, in_pdu=unit)
    enrolment(start=dt.date(2025, 1, 15))
    place = PlaceFilter(False, pdus=frozenset({unit.pk}))
    assert planned_ends(Question(dt.date(2025, 9, 30), None, place)) == {
        "passed": 1,
        dt.date(2026, 4, 1): 2,
    }


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize("role", ["regional_manager", "national"])
def test_more_people_cost_no_more_questions(role: str) -> None:
    who = persona(role)
    client = client_for(who)

    def asked() -> int:
        client.get(ADDRESS)
        with CaptureQueriesContext(connection) as few:
            client.get(ADDRESS)
        return len(few)

    make_forecasts.make_forecasts()
    before = asked()
    officers(10)
    for _ in range(10):
        event(enrolment(start=months_ago(9)), "withdrawn", months_ago(1), reason="workload")
    assert asked() <= before


@pytest.mark.parametrize(
    ("percentage", "words"),
    [(99.4, "99%"), (99.5, "just under 100%"), (99.99, "just under 100%"), (100.0, "100%")],
)
def test_a_place_a_few_posts_short_is_not_said_to_have_reached_its_target(
    percentage: float, words: str
) -> None:
    assert of_target(percentage) == words
