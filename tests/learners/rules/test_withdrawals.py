"""Which dates and reasons of a withdrawal belong together: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.withdrawals import check_dates, check_reasons
from pqip.core.errors import RuleBroken

DAY = dt.timedelta(days=1)
ON = dt.date(2025, 6, 2)


@pytest.mark.parametrize(("told", "active", "field"), [
    (0, 0, None), (-30, -40, None), (1, 0, "told_on"), (0, 1, "last_activity_on"),
])  # fmt: skip
def test_told_and_last_active_on_or_before_the_day_it_takes_effect(
    told: int, active: int, field: str | None
) -> None:
    if field is None:
        return check_dates(ON + told * DAY, ON + active * DAY, ON)
    with pytest.raises(RuleBroken) as broken:
        check_dates(ON + told * DAY, ON + active * DAY, ON)
    assert broken.value.field == field


@pytest.mark.parametrize(("reason", "others", "note", "field"), [
    ("a", ["b"], "", None), ("", [], "", "reason"), ("x", [], "", "reason"), ("a", ["x"], "", "other_reasons"),
    ("other_role", [], " ", "note"), ("a", ["other_role"], "", "note"), ("other_role", [], "A prison", None),
])  # fmt: skip
def test_one_main_reason_and_words_for_other(
    reason: str, others: list[str], note: str, field: str | None
) -> None:
    fitting = {"a", "b", "other_role"}
    if field is None:
        return check_reasons(reason, others, note, fitting)
    with pytest.raises(RuleBroken) as broken:
        check_reasons(reason, others, note, fitting)
    assert broken.value.field == field


@pytest.mark.parametrize("answer", ["not_asked", "prefer_not_to_say"])
def test_an_answer_in_place_of_a_reason_is_none_beside_another(answer: str) -> None:
    fitting = {"pay_and_reward", "staffing", "not_asked", "prefer_not_to_say"}
    check_reasons(answer, [], "", fitting)
    check_reasons("pay_and_reward", ["staffing"], "", fitting)
    with pytest.raises(RuleBroken, match="no reasons beside another") as broken:
        check_reasons("pay_and_reward", ["staffing", answer], "", fitting)
    assert broken.value.field == "other_reasons"
