"""The recruitment funnel: worked out by hand, as at days, as known, by region, with limits, and what is held back."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from django.urls import reverse

from learners.actions.applications import change_application, correct_stage, undo_stage
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.snapshot import snapshot
from pqip.exchange.writing import SUPPRESSED
from reports.catalogue import find
from reports.figures.asking import PlaceFilter, Question
from reports.figures.recruitment_funnel import (
    rates_with_limits,
    recruitment_funnel,
    relative_limits,
    relative_rate,
)
from tests.factories import applications as make
from tests.factories import learners
from tests.factories.applications import APPLIED
from tests.personas import client_for, persona
from workforce.models import EqualityOption

pytestmark = pytest.mark.django_db
BY, DAY, LATE = Job("test"), dt.timedelta(days=1), dt.date(2026, 11, 30)
STAGES = [
    "applied",
    "sifted",
    "assessed",
    "provisional_offer",
    "checks",
    "vetting",
    "confirmed_offer",
    "started",
]
WHOLE: dict[str, Any] = {
    "sifted": 10, "assessed": 40, "provisional_offer": 50, "checks": 80, "vetting": 70, "confirmed_offer": 90, "started": 120,
}  # fmt: skip


def asked(on: dt.date = LATE, **more: Any) -> Question:
    return Question(on, **more)


def of(
    rows: list[dict[str, Any]],
    breakdown: str = "all",
    group: str = "all",
    campaign: str = "Cohort 17",
) -> dict[str, dict[str, Any]]:
    """The rows of a group, by stage."""
    found = [
        row
        for row in rows
        if (row["campaign"], row["breakdown"], row["group"]) == (campaign, breakdown, group)
    ]
    return {row["stage"]: row for row in found}


def counts(rows: dict[str, dict[str, Any]]) -> list[tuple[int, int]]:
    return [(rows[stage]["reached"], rows[stage]["passed"]) for stage in STAGES]


def five() -> None:
    """One all the way (12 days paused); one whom the sift stopped; one at the assessment centre; one who just applied; one
    whose sift is of an earlier merit list.
    """
    make.application(stages=WHOLE, paused_days=12, answers={"sex": "male"})
    make.application(stages={"sifted": (20, False)}, answers={"sex": "female"})
    make.application(stages={"sifted": 12, "assessed": (50, False)}, answers={"sex": "female"})
    make.application(
        on=APPLIED + 3 * DAY, answers={"sex": "prefer_not_to_say"}, route="internal_moj"
    )
    make.application(stages={"provisional_offer": 30, "checks": 60}, in_region="YH")


def test_worked_out_by_hand() -> None:
    five()
    rows = of(recruitment_funnel(asked()))
    assert list(rows) == STAGES
    assert counts(rows) == [(5, 5), (4, 3), (3, 2), (2, 2), (2, 2), (1, 1), (1, 1), (1, 1)]
    assert [rows[stage]["rate_from_application"] for stage in STAGES] == [
        100.0,
        80.0,
        60.0,
        40.0,
        40.0,
        20.0,
        20.0,
        20.0,
    ]
    assert [rows[stage]["rate_from_previous"] for stage in STAGES] == [
        None,
        80.0,
        75.0,
        66.7,
        100.0,
        50.0,
        100.0,
        100.0,
    ]
    # Days: sift 10, 20, 12; centre 30, 38; offer 10, 30; checks 30 − 12 and 30; vetting 20; offer after 10; start after 30.
    medians = [rows[stage]["median_days_in_stage"] for stage in STAGES]
    assert medians == [None, 12.0, 34.0, 20.0, 24.0, 20.0, 10.0, 30.0]
    women, men = (of(recruitment_funnel(asked()), "sex", group) for group in ("female", "male"))
    assert women["assessed"]["relative_rate"] == 0.5
    assert women["sifted"]["relative_rate"] == 1.0
    assert women["started"]["relative_rate"] == 0.0
    assert men["started"]["relative_rate"] == 1.0
    silent = of(recruitment_funnel(asked()), "sex", "not_stated")
    assert silent["applied"]["reached"] == 2
    assert silent["applied"]["relative_rate"] is None


def test_breakdowns_groups_and_stages_stand_in_order() -> None:
    five()
    rows = recruitment_funnel(asked())
    groups = list(dict.fromkeys((row["breakdown"], row["group"]) for row in rows))
    assert groups == [
        ("all", "all"), ("sex", "female"), ("sex", "male"), ("sex", "not_stated"), ("ethnicity", "not_stated"),
        ("disability", "not_stated"), ("age_band", "not_stated"), ("route", "external"), ("route", "internal_moj"),
        ("region", "NE"), ("region", "YH"),
    ]  # fmt: skip
    assert [row["stage"] for row in rows] == STAGES * len(groups)
    assert [one.name for one in find("recruitment-funnel").columns] == list(rows[0])


def test_the_second_table_is_paged_with_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    five()
    monkeypatch.setattr("reports.views.pages.PAGE_SIZE", 10)
    client, url = (
        client_for(persona("national")),
        reverse("reports:report", args=["recruitment-funnel"]),
    )
    for number, first in (
        (1, ["All applicants", "All", "Applied"]),
        (2, ["Sex", "Female", "Assessed"]),
    ):
        shown = client.get(url, {"as_at": f"{LATE:%Y-%m-%d}", "page": number}).context_data
        for table in (shown["table"], shown["more"][0]):
            assert len(table.rows) == 10
            assert list(table.rows[0][1:4]) == first


def test_campaigns_stand_in_the_order_in_which_they_opened() -> None:
    later = make.campaign("A", opens_on=dt.date(2026, 2, 1))
    earlier = make.campaign("B", opens_on=dt.date(2025, 2, 1))
    for each in (later, earlier, make.campaign("C")):
        make.application(of=each)
    assert list(dict.fromkeys(row["campaign"] for row in recruitment_funnel(asked()))) == [
        "C",
        "B",
        "A",
    ]


@pytest.mark.parametrize(
    ("days", "reached"), [(-1, None), (0, [1, 0]), (9, [1, 0]), (10, [1, 1]), (11, [1, 1])]
)
def test_as_at_the_day_before_the_day_and_the_day_after(
    days: int, reached: list[int] | None
) -> None:
    make.application(stages=WHOLE)
    rows = of(recruitment_funnel(asked(APPLIED + days * DAY)))
    assert (rows and [rows[stage]["reached"] for stage in STAGES[:2]]) == (reached or {})


def test_known_before_and_after_a_correction() -> None:
    made = make.application(stages={"sifted": (10, False)}, answers={"sex": "male"})
    before = now()
    row = made.stages.get()
    fixed = correct_stage(by=BY, row=row, reason="Marked anew", on=row.effective_on, passed=True)
    change_application(
        by=BY, application=made, reason="Moved", region=learners.region("YH"), paused_days=4
    )
    with acting_as(by=BY):
        made.equality.sex = "female"
        made.equality.save()
    after = now()
    undo_stage(by=BY, row=fixed, reason="Not theirs")
    early = recruitment_funnel(asked(known_at=before))
    assert counts(of(early, "sex", "male"))[1] == (1, 0)
    assert of(early, "region", "NE")
    late = recruitment_funnel(asked(known_at=after))
    assert counts(of(late, "sex", "female"))[1] == (1, 1)
    assert not of(late, "region", "NE")
    with snapshot() as known_at:
        assert counts(of(recruitment_funnel(asked(known_at=known_at))))[1] == (0, 0)
    assert recruitment_funnel(asked(known_at=before)) == early


def test_what_was_not_recorded_yet_is_not_counted() -> None:
    before = now()
    make.application()
    assert recruitment_funnel(asked(known_at=before)) == []


def test_within_a_region() -> None:
    five()
    place = PlaceFilter(False, frozenset({learners.region("YH").pk}))
    rows = recruitment_funnel(asked(place=place))
    assert counts(of(rows))[0] == (1, 1)
    assert {row["group"] for row in rows if row["breakdown"] == "region"} == {"YH"}
    assert recruitment_funnel(asked(place=PlaceFilter(False, frozenset(), frozenset({1})))) == []


def test_special_category_data_only_for_whoever_may_see_it() -> None:
    five()
    shown = {row["breakdown"] for row in recruitment_funnel(asked(equality=False))}
    assert shown == {"all", "sex", "age_band", "route", "region"}


def test_reference_groups_are_reference_data() -> None:
    five()
    with acting_as(by=BY):
        EqualityOption.objects.filter(question="sex").update(is_reference=False)
    assert of(recruitment_funnel(asked()), "sex", "female")["sifted"]["relative_rate"] is None
    with acting_as(by=BY):
        EqualityOption.objects.filter(question="sex", code="female").update(is_reference=True)
    assert of(recruitment_funnel(asked()), "sex", "male")["assessed"]["relative_rate"] == 2.0


def test_several_reference_groups_count_together() -> None:
    for group, stages in (
        ("white_british", WHOLE),
        ("roma", {}),
        ("african", WHOLE),
        ("indian", {}),
    ):
        make.application(stages=stages, answers={"ethnicity": group})
    rows = recruitment_funnel(asked())
    assert of(rows, "ethnicity", "african")["started"]["relative_rate"] == 2.0
    assert of(rows, "ethnicity", "indian")["started"]["relative_rate"] == 0.0
    assert of(rows, "ethnicity", "roma")["started"]["relative_rate"] == 0.0


def test_a_relative_rate_and_its_limits_by_hand() -> None:
    # 30 of 100 beside 40 of 80: 0.3 ÷ 0.5 = 0.6; ln 0.6 ± 1.96 √(1/30 − 1/100 + 1/40 − 1/80).
    assert relative_rate(30, 100, 40, 80) == 0.6
    spread = 1.959963984540054 * math.sqrt(1 / 30 - 1 / 100 + 1 / 40 - 1 / 80)
    assert spread == pytest.approx(0.371015, abs=1e-5)
    assert relative_limits(30, 100, 40, 80) == (0.41, 0.87)
    assert relative_limits(0, 100, 40, 80) == (None, None)
    assert relative_rate(0, 100, 40, 80) == 0.0
    assert relative_rate(30, 100, 0, 80) is None
    assert relative_rate(30, 100, 0, 0) is None


def test_rates_with_their_limits_and_who_declared() -> None:
    five()
    rows = rates_with_limits(asked())
    women = of(rows, "sex", "female")["sifted"]
    assert (women["rate_from_application"], women["rate_lower"], women["rate_upper"]) == (
        100.0,
        34.2,
        100.0,
    )
    assert (women["relative_lower"], women["relative_upper"]) == (1.0, 1.0)
    assert women["declared_percent"] == 60.0
    assert of(rows, "sex", "male")["sifted"]["relative_lower"] is None
    assert of(rows)["sifted"]["declared_percent"] == 100.0
    named = {one.name for one in find("recruitment-funnel").more[0].columns}
    assert named == set(women) - {"passed", "rate_from_previous", "median_days_in_stage"}


def many(women: int, men: int, silent: int, **stages: Any) -> None:
    for sex, number in (("female", women), ("male", men), ("", silent)):
        for _ in range(number):
            make.application(stages=stages or None, answers={"sex": sex} if sex else None)


def told(**more: Any) -> list[dict[str, Any]]:
    """The rows as they are told to who may not open everybody."""
    question = asked(**more)
    return find("recruitment-funnel").protected(recruitment_funnel(question), question, 5)[0]


@pytest.mark.parametrize(("silent", "published"), [(3, True), (4, False), (5, False)])
def test_nothing_is_published_of_what_sixty_percent_or_fewer_declared(
    silent: int, published: bool
) -> None:
    many(3, 3, silent)
    rows = told()
    assert ("sex" in {row["breakdown"] for row in rows}) == published
    assert {"all", "route", "region"} <= {row["breakdown"] for row in rows}


def test_declaring_is_told_apart_by_campaign() -> None:
    many(6, 6, 0)
    for _ in range(3):
        make.application(of=make.campaign("Other"))
    assert {(row["campaign"]) for row in told() if row["breakdown"] == "sex"} == {"Cohort 17"}


def test_small_numbers_are_hidden_with_what_would_give_them_away() -> None:
    many(6, 8, 0, sifted=3)
    rows = told()
    assert of(rows)["sifted"]["reached"] == 14
    assert of(rows, "sex", "female")["sifted"]["reached"] == 6
    for sex in ("female", "male"):
        for _ in range(3):
            make.application(stages={"sifted": 3, "assessed": 5}, answers={"sex": sex})
    hidden = told()
    assert of(hidden)["assessed"]["reached"] == 6
    for sex in ("female", "male"):
        one = of(hidden, "sex", sex)["assessed"]
        assert one["reached"] is one["rate_from_application"] is one["relative_rate"] is SUPPRESSED
        assert one["median_days_in_stage"] is SUPPRESSED
        after = of(hidden, "sex", sex)["provisional_offer"]
        assert after["rate_from_previous"] is SUPPRESSED
    assert list(of(hidden)) == STAGES


def test_where_the_reference_group_is_hidden_nobody_is_compared_with_it() -> None:
    for group, number in (("white_british", 8), ("white_irish", 3), ("african", 9), ("indian", 3)):
        for nth in range(number + 6):
            come = {"sifted": 3} if nth < number else {}
            make.application(stages=come, answers={"ethnicity": group})
    rows = told()
    assert of(rows, "ethnicity", "white_irish")["sifted"]["reached"] is SUPPRESSED
    african = of(rows, "ethnicity", "african")["sifted"]
    assert african["reached"] == 9
    assert african["relative_rate"] is SUPPRESSED


def test_a_region_alone_is_told_without_groups() -> None:
    many(20, 20, 0, sifted=3)
    place = PlaceFilter(False, frozenset({learners.region("NE").pk}))
    rows = told(place=place)
    assert {row["breakdown"] for row in rows} == {"all", "region"}
    assert of(rows)["sifted"]["reached"] == 40
    question = asked(place=place)
    notes = find("recruitment-funnel").protected(recruitment_funnel(question), question, 5)[1]
    assert any("Groups within one region" in note for note in notes)
