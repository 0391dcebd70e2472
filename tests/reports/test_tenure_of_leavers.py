"""The report on how long leavers had been on the programme, worked out by hand, and what is told where numbers are small."""

from __future__ import annotations

import datetime as dt
from math import inf

import pytest

from pqip.core.snapshot import safe_known_at
from pqip.exchange.writing import SUPPRESSED
from reports.figures.asking import PlaceFilter
from reports.suppression.outcomes import Hidden
from reports.suppression.tenure import BOUNDS, Between, together
from tests.factories.learners import enrolment, event, region
from tests.factories.reports import answered, row, rows
from tests.reports.attacker import is_hidden

pytestmark = pytest.mark.django_db
START, END = dt.date(2025, 1, 15), dt.date(2027, 9, 30)


def left(after: int, *, destination: str = "other_role", **fields: object) -> None:
    made = enrolment(start=START, **fields)  # type: ignore[arg-type]
    event(made, "withdrawn", START + dt.timedelta(days=after), destination=destination)


@pytest.mark.parametrize(
    ("band", "last"),
    [
        ("week", 7),
        ("month", 30),
        ("3_months", 91),
        ("6_months", 182),
        ("12_months", 365),
        ("18_months", 547),
    ],
)
def test_a_band_ends_on_its_last_day(band: str, last: int) -> None:
    left(last)
    left(last + 1)
    first, second = rows("tenure-of-leavers", END)
    assert (first["band"], first["withdrawn"], second["withdrawn"]) == (band, 1, 1)
    assert second["band"] != band


def test_by_hand() -> None:
    """Of ten who started two withdrew in the first week, one of them out of the Service: 20%. Whoever moves counts where they
    began."""
    left(0, destination="left_service")
    left(7)
    left(600, destination="left_service")
    for _ in range(7):
        enrolment(start=START)
    moved = enrolment(start=START, in_region="WAL")
    event(moved, "moved_region", dt.date(2025, 3, 1), to_region=region("NE"))
    event(moved, "withdrawn", dt.date(2025, 6, 1), destination="left_service")
    names = ("region", "pathway", "band", "withdrawn", "share_of_starters", "left_service")
    found = [tuple(one[name] for name in names) for one in rows("tenure-of-leavers", END)]
    assert found == [
        ("NE", "PQIP15", "week", 2, 20.0, 1),
        ("NE", "PQIP15", "later", 1, 10.0, 1),
        ("WAL", "PQIP15", "6_months", 1, 100.0, 1),
    ]
    within = PlaceFilter(everywhere=False, regions=frozenset({region("WAL").pk}))
    assert [one["region"] for one in rows("tenure-of-leavers", END, place=within)] == ["WAL"]


def test_as_at_and_as_known() -> None:
    left(30)
    day = START + dt.timedelta(days=30)
    assert rows("tenure-of-leavers", day - dt.timedelta(days=1)) == []
    assert row("tenure-of-leavers", day)["band"] == "month"
    instant = safe_known_at()
    left(30)
    assert row("tenure-of-leavers", day, instant)["withdrawn"] == 1
    assert row("tenure-of-leavers", day)["withdrawn"] == 2


def test_small_bands_are_put_together_and_add_up_to_all_who_withdrew() -> None:
    """On paper: of 22 who withdrew 9 did so in the first week and 6 in the sixth month, as the curve tells, too; 3 and 4 are 7,
    told together. Of the 9 three left the Service: hidden, with one more, as cohort outcomes tell how many of all did."""
    for nth in range(9):
        left(3, destination="left_service" if nth < 3 else "other_role")
    for days, people in ((20, 3), (60, 4), (170, 6)):
        for _ in range(people):
            left(days, destination="left_service")
    for _ in range(20):
        enrolment(start=START)
    shown = answered("tenure-of-leavers", END, suppressed=True).main.rows
    assert [(one["band"], one["withdrawn"], one["share_of_starters"]) for one in shown] == [
        ("week", 9, 21.4),
        ("6_months", 6, 14.3),
        ("several", 7, 16.7),
    ]
    assert {one["pathway"] for one in shown} == {"several"}
    assert is_hidden(shown[0]["left_service"])
    assert sum(is_hidden(one["left_service"]) for one in shown) == 2


def test_what_is_left_between_two_points_of_the_curve_is_not_few() -> None:
    """On paper: of 16 who withdrew within three months 9 did so in the first week and 5 in the first month: told, 2 would
    be left. So the 5 go with them."""
    for days, people in ((3, 9), (20, 5), (60, 2), (170, 6)):
        for _ in range(people):
            left(days)
    for _ in range(20):
        enrolment(start=START)
    shown = answered("tenure-of-leavers", END, suppressed=True).main.rows
    assert [(one["band"], one["withdrawn"]) for one in shown] == [
        ("week", 9),
        ("6_months", 6),
        ("several", 7),
    ]


def band(name: str, withdrawn: int, of_them: int) -> dict[str, object]:
    return {
        "region": "NE",
        "pathway": "PQIP15",
        "band": name,
        "withdrawn": withdrawn,
        "left_service": of_them,
        "starters": 100,
        "of_region": 100,
    }


def told_of(*bands: tuple[str, int, int]) -> list[list[object]]:
    """Bands of one region as they are told, where its curve tells of each."""
    rows = [band(*one) for one in bands]
    ends = [BOUNDS[name] for name, _withdrawn, _left in bands]
    curve = [Between(-1.0, ends[0][0], 0)]
    curve += [
        Between(after, to, people)
        for (after, to), (_name, people, _left) in zip(ends, bands, strict=True)
    ]
    return [
        [row[name] for name in ("band", "withdrawn", "left_service")]
        for row in together(rows, Hidden(), 5, {"NE": curve})
    ]


def test_a_region_of_which_outcomes_hide_that_nobody_withdrew_has_a_row_as_others() -> None:
    """Of three in one region and of nobody in the other it is hidden how many withdrew: no row would tell that nobody did."""
    found = Hidden(frozenset(("", "", region, "withdrawn") for region in ("NE", "WAL")))
    curves = {region: [Between(-1.0, inf, 0)] for region in ("NE", "WAL", "SW")}
    shown = together([band("week", 3, 0)], found, 5, curves)
    assert [(one["region"], is_hidden(one["withdrawn"])) for one in shown] == [
        ("NE", True),
        ("WAL", True),
    ]


def test_a_share_does_not_tell_how_many_started_where_outcomes_hide_it() -> None:
    found = Hidden(frozenset({("", "", "NE", "starters")}))
    [only] = together([band("later", 30, 30)], found, 5, {"NE": [Between(-1.0, inf, 30)]})
    assert (only["withdrawn"], is_hidden(only["share_of_starters"])) == (30, True)


def test_where_hiding_who_left_the_service_would_not_help_bands_are_one_row() -> None:
    """On paper: of 5 and of 20 four and all 20 left the Service, 24 in all, as cohort outcomes tell. Both hidden, the four
    would be known to be 4 or 5."""
    assert told_of(("12_months", 5, 4), ("18_months", 20, 20)) == [["several", 25, 24]]


def test_who_left_the_service_of_all_bands_is_known() -> None:
    """On paper: 3 of 9 and 12 of 20 left the Service, 15 in all. The 3 alone hidden would be what is left of the 15."""
    assert told_of(("12_months", 9, 3), ("18_months", 20, 12), ("later", 30, 30)) == [
        ["12_months", 9, SUPPRESSED],
        ["18_months", 20, SUPPRESSED],
        ["later", 30, 30],
    ]


def test_where_outcomes_hide_how_many_withdrew_so_does_this() -> None:
    for days in (3, 40, 400):
        left(days)
    for _ in range(9):
        enrolment(start=START)
    [only] = answered("tenure-of-leavers", END, suppressed=True).main.rows
    assert only["band"] == "several"
    assert all(is_hidden(only[name]) for name in ("withdrawn", "share_of_starters", "left_service"))
    outcomes = answered("cohort-outcomes", END, suppressed=True).main.rows
    assert is_hidden(outcomes[0]["withdrawn"])
