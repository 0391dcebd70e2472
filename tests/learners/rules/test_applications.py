"""What may follow what in an application, what has come of it, and how long its stages took."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.applications import (
    DAYS,
    RESULTS,
    StageFact,
    check_come,
    check_led,
    check_stages,
    days_in_stages,
    days_of_notice,
    is_offered,
    latest_stage,
    merit_until,
    outcome,
    stated,
)
from learners.rules.campaigns import check_days, check_region
from pqip.core.errors import RuleBroken

DAY = dt.timedelta(days=1)
APPLIED = dt.date(2026, 1, 5)
NONE: dict[str, Any] = dict.fromkeys(("outcome", *DAYS.values(), *RESULTS.values()))


def on(days: int) -> dt.date:
    return APPLIED + days * DAY


def fact(stage: str, days: int, passed: bool | None = None) -> StageFact:
    result = (
        True if passed is None and stage in ("sifted", "assessed", "checks", "vetting") else passed
    )
    return StageFact(stage, on(days), result)


WHOLE = [
    fact("sifted", 10), fact("assessed", 40), fact("provisional_offer", 50), fact("vetting", 70), fact("checks", 80),
    fact("confirmed_offer", 90), fact("started", 120),
]  # fmt: skip


def refused(*facts: StageFact) -> tuple[str, str | None]:
    with pytest.raises(RuleBroken) as broken:
        check_stages(APPLIED, facts)
    return broken.value.message, broken.value.field


def test_all_stages_in_order_and_checks_and_vetting_side_by_side() -> None:
    check_stages(APPLIED, WHOLE)
    check_stages(APPLIED, [fact("provisional_offer", 50), fact("vetting", 60), fact("checks", 55)])
    check_stages(APPLIED, [fact("started", 120)])


@pytest.mark.parametrize("stage", ["sifted", "assessed", "withdrew", "rejected"])
def test_nothing_before_the_application(stage: str) -> None:
    check_stages(APPLIED, [fact(stage, 0)])
    assert refused(fact(stage, -1)) == ("This is before the application was made.", stage)


def test_a_stage_is_not_before_an_earlier_one() -> None:
    check_stages(APPLIED, [fact("sifted", 10), fact("assessed", 10)])
    assert refused(fact("sifted", 10), fact("assessed", 9)) == (
        "This is before the sift.",
        "assessed",
    )
    assert refused(fact("vetting", 50), fact("confirmed_offer", 49))[1] == "confirmed_offer"


def test_a_result_is_said_of_each_stage_that_has_one() -> None:
    said = refused(StageFact("sifted", on(1), None))
    assert said == ("Say whether they passed the sift.", "sifted")


def test_nothing_but_feedback_follows_a_stage_that_was_not_passed() -> None:
    failed = fact("sifted", 10, False)
    check_stages(APPLIED, [failed])
    check_stages(APPLIED, [failed, fact("feedback", 12)])
    for stage in ("assessed", "started", "rejected", "withdrew"):
        assert refused(failed, fact(stage, 20)) == ("They did not pass the sift.", stage)
    check_stages(APPLIED, [fact("checks", 60, False), fact("vetting", 61, False)])


def test_one_end_and_nothing_but_feedback_after_it() -> None:
    assert refused(fact("withdrew", 20), fact("rejected", 21)) == (
        "The application had ended with the withdrawal.", "rejected")  # fmt: skip
    check_stages(APPLIED, [fact("sifted", 20), fact("withdrew", 20)])
    assert refused(fact("withdrew", 20), fact("sifted", 21)) == (
        "The application had ended with the withdrawal.", "sifted")  # fmt: skip
    check_stages(APPLIED, [fact("withdrew", 20), fact("feedback", 30)])
    assert refused(fact("started", 90), fact("withdrew", 91))[1] == "withdrew"


def test_feedback_is_on_something() -> None:
    assert refused(fact("feedback", 3)) == ("There is nothing to give feedback on yet.", "feedback")


@pytest.mark.parametrize(
    ("facts", "came"),
    [
        ([], "in_progress"),
        ([fact("sifted", 1)], "in_progress"),
        ([fact("sifted", 1, False)], "rejected"),
        ([fact("rejected", 1)], "rejected"),
        ([fact("sifted", 1), fact("withdrew", 2)], "withdrew"),
        (WHOLE, "started"),
        ([fact("checks", 60, False)], "rejected"),
    ],
)
def test_outcome(facts: list[StageFact], came: str) -> None:
    assert outcome(facts) == came


def test_outcome_and_stage_as_at_a_day() -> None:
    for day, stage, came in [
        (9, "", "in_progress"), (10, "sifted", "in_progress"), (119, "confirmed_offer", "in_progress"),
        (120, "started", "started"),
    ]:  # fmt: skip
        assert latest_stage(WHOLE, on(day)) == stage
        assert outcome(WHOLE, on(day)) == came


def test_days_in_stages_with_the_clock_of_the_checks_stopped() -> None:
    took = days_in_stages(APPLIED, WHOLE, 12)
    assert took == {
        "sifted": 10, "assessed": 30, "provisional_offer": 10, "vetting": 20, "checks": 18, "confirmed_offer": 10, "started": 30,
    }  # fmt: skip
    assert days_in_stages(APPLIED, WHOLE, 30)["checks"] == 0
    assert days_in_stages(APPLIED, WHOLE, 31)["checks"] == 0
    assert days_in_stages(APPLIED, [fact("assessed", 40), fact("feedback", 41)], 5) == {
        "assessed": 40
    }


def test_notice_is_from_the_confirmed_offer_to_the_start() -> None:
    assert days_of_notice(WHOLE) == 30
    assert days_of_notice(WHOLE[:-1]) is None
    assert days_of_notice([fact("started", 4)]) is None


def test_the_merit_list_lasts_twelve_months_and_ends_with_an_offer() -> None:
    passed = [fact("sifted", 1), StageFact("assessed", dt.date(2026, 2, 28), True)]
    assert merit_until(passed) == dt.date(2027, 2, 28)
    assert merit_until([fact("assessed", 3, False)]) is None
    assert merit_until([*passed, StageFact("provisional_offer", dt.date(2026, 5, 1))]) is None
    assert merit_until([*passed, StageFact("withdrew", dt.date(2026, 5, 1))]) is None
    assert merit_until([]) is None


def row(**cells: Any) -> dict[str, Any]:
    return {**NONE, "applied_on": APPLIED, **cells}


def test_a_row_states_its_stages_and_its_end() -> None:
    assert stated(row(), {}) == []
    assert stated(row(sifted_on=on(3), sift_passed=True), {}) == [fact("sifted", 3)]
    assert stated(row(sifted_on=on(3), sift_passed=False, outcome="rejected"), {}) == [
        fact("sifted", 3, False)
    ]
    assert stated(row(outcome="withdrew"), {}) == [fact("withdrew", 0)]
    assert stated(row(sifted_on=on(3), sift_passed=True, outcome="withdrew"), {})[-1] == fact(
        "withdrew", 3
    )
    assert stated(row(sifted_on=on(3), sift_passed=True, outcome="rejected"), {})[-1] == fact(
        "rejected", 3
    )


def test_who_is_rejected_with_the_checks_as_the_last_stage_did_not_pass_them() -> None:
    said = row(provisional_offer_on=on(3), checks_completed_on=on(9), outcome="rejected")
    assert stated(said, {})[-1] == fact("checks", 9, False)
    both = {**said, "vetting_completed_on": on(8)}
    assert [(each.stage, each.passed) for each in stated(both, {})[1:]] == [
        ("checks", True),
        ("vetting", False),
    ]
    known = {each.stage: each for each in stated(said, {})}
    assert stated({**said, "outcome": None}, known) == list(known.values())
    assert stated({**said, "outcome": "in_progress"}, known)[-1] == fact("checks", 9)
    recorded = {"rejected": fact("rejected", 20)}
    assert stated(said, recorded)[-2:] == [fact("checks", 9), fact("rejected", 20)]


def test_a_blank_leaves_what_is_recorded() -> None:
    known = {"sifted": fact("sifted", 3), "withdrew": fact("withdrew", 8)}
    assert stated(row(), known) == [fact("sifted", 3), fact("withdrew", 8)]
    assert stated(row(assessed_on=on(9), assessment_passed=True), known)[-1] == fact("withdrew", 9)
    assert stated(row(outcome="in_progress"), known) == [fact("sifted", 3)]
    assert stated(row(sift_passed=False, outcome="rejected"), {"sifted": fact("sifted", 3)}) == [
        fact("sifted", 3, False)
    ]


@pytest.mark.parametrize(
    ("cells", "words", "field"),
    [
        ({"outcome": "started"}, "Give started_on as well.", "outcome"),
        ({"started_on": on(9), "outcome": "withdrew"}, "By the other columns it is started.", "outcome"),
        ({"sifted_on": on(9), "sift_passed": False, "outcome": "in_progress"}, "By the other columns it is rejected.", "outcome"),
        ({"sift_passed": True}, "Give sifted_on as well.", "sift_passed"),
        ({"assessment_passed": False}, "Give assessed_on as well.", "assessment_passed"),
    ],
)  # fmt: skip
def test_an_outcome_fits_the_other_columns(cells: dict[str, Any], words: str, field: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        stated(row(**cells), {})
    assert (broken.value.message, broken.value.field) == (words, field)


def test_a_campaign_of_a_region_takes_nobody_of_another() -> None:
    check_region(None, 3)
    check_region(3, 3)
    with pytest.raises(RuleBroken, match="another region"):
        check_region(3, 4)


def test_a_campaign_closes_on_the_day_it_opens_or_later() -> None:
    check_days(APPLIED, APPLIED)
    check_days(None, APPLIED)
    check_days(APPLIED, None)
    with pytest.raises(RuleBroken, match="or later"):
        check_days(APPLIED, APPLIED - DAY)


@pytest.mark.parametrize(
    ("day", "fits"), [((2026, 2, 9), True), ((2026, 2, 10), True), ((2026, 2, 11), False)]
)
def test_an_offer_while_the_assessment_centre_counts(day: tuple[int, int, int], fits: bool) -> None:
    early = dt.date(2025, 1, 5)
    centre = StageFact("assessed", dt.date(2025, 2, 10), True)
    rows = [centre, StageFact("provisional_offer", dt.date(*day))]
    if fits:
        check_stages(early, rows)
    else:
        with pytest.raises(RuleBroken, match="merit list until 10 February 2026"):
            check_stages(early, rows)
    check_stages(early, rows[1:])


def test_feedback_is_not_before_what_it_is_on() -> None:
    sift = fact("sifted", 20, False)
    check_stages(APPLIED, [sift, fact("feedback", 20)])
    assert refused(sift, fact("feedback", 19))[1] == "feedback"


def test_who_is_offered_a_place() -> None:
    assert not is_offered(WHOLE[:5])
    assert is_offered(WHOLE[:6])
    assert is_offered(WHOLE)
    assert is_offered([fact("started", 120)])
    for end in ("withdrew", "rejected"):
        assert not is_offered([*WHOLE[:6], fact(end, 95)])


def test_a_place_that_came_of_an_application() -> None:
    check_led(APPLIED, APPLIED)
    for day in (APPLIED - DAY, None):
        with pytest.raises(RuleBroken, match="began before"):
            check_led(APPLIED, day)


def test_nothing_of_a_day_to_come() -> None:
    check_come(on(10), APPLIED, [fact("sifted", 10)])
    with pytest.raises(RuleBroken) as broken:
        check_come(on(9), APPLIED, [fact("sifted", 10)])
    assert broken.value.field == "sifted"
    with pytest.raises(RuleBroken) as broken:
        check_come(APPLIED - DAY, APPLIED, [])
    assert broken.value.field == "applied_on"
