"""What may be asked of the university, and when it may be answered: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.modules_extensions import check_answered, check_asked
from pqip.core.errors import RuleBroken

DUE, ASKED, UNTIL = dt.date(2025, 6, 1), dt.date(2025, 5, 20), dt.date(2025, 6, 15)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"asked_on": dt.date(2025, 5, 21)}, "on"),
        ({"outcome": "fail"}, "attempt"),
        ({"handed_in": ASKED}, "attempt"),
        ({"due": None}, "attempt"),
        ({"asked_until": DUE}, "asked_until"),
    ],
)
def test_what_may_be_asked(wrong: dict, field: str) -> None:
    facts = {
        "due": DUE,
        "handed_in": None,
        "outcome": "pending",
        "asked_on": ASKED,
        "asked_until": UNTIL,
        "today": ASKED,
    }
    check_asked(**facts)
    check_asked(**{**facts, "asked_until": DUE + dt.timedelta(days=1)})
    with pytest.raises(RuleBroken) as broken:
        check_asked(**{**facts, **wrong})
    assert broken.value.field == field


def test_when_it_may_be_answered() -> None:
    check_answered(asked_on=ASKED, answered_on=ASKED, today=ASKED)
    for on in (ASKED - dt.timedelta(days=1), ASKED + dt.timedelta(days=1)):
        with pytest.raises(RuleBroken):
            check_answered(asked_on=ASKED, answered_on=on, today=ASKED)
