"""Sheets of attendance, and groups online: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.training_attendance import check_sheet, group_warning
from pqip.core.errors import RuleBroken

DAY = dt.date(2025, 5, 1)


def test_a_sheet_holds_sixty_and_nothing_to_come() -> None:
    check_sheet(range(60), DAY, DAY)
    for people, on, said in (
        (range(61), DAY, "61 people"),
        ([], DAY, "Nobody"),
        ([1], DAY + dt.timedelta(days=1), "not taken"),
    ):
        with pytest.raises(RuleBroken, match=said):
            check_sheet(people, on, DAY)


@pytest.mark.parametrize(
    ("attended", "delivery", "warns"),
    [
        (12, "online", False),
        (13, "online", True),
        (13, "face_to_face", False),
        (13, "elearning", False),
        (13, "", False),
    ],
)
def test_c4_74_online_groups_are_of_twelve_or_fewer(
    attended: int, delivery: str, warns: bool
) -> None:
    assert bool(group_warning(attended, delivery)) is warns
