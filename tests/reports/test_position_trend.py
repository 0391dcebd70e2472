"""In post over five years on paper: posts at each quarter's end, the target of the day, the total as published and as revised."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.ledger import supersede, void
from pqip.exchange.writing import SUPPRESSED
from reports.catalogue.position_trend import REPORT
from reports.figures.position_trend import quarter_ends
from tests.factories import workforce as w
from tests.factories.reports import rows
from tests.factories.workforce import grade, region
from workforce.models import RecordsComplete, StaffingReturn, Target

DAY = dt.date(2025, 9, 30)
BY = Job("test")


def returned(fte: str, status: str, on: dt.date, code: str = "NAT") -> StaffingReturn:
    with acting_as(by=BY):
        return StaffingReturn.objects.create(
            region=region(code),
            grade=grade("PO"),
            effective_on=on,
            fte=Decimal(fte),
            status=status,
            source="Published",
        )


def found_of(code: str, on: dt.date, as_at: dt.date = DAY) -> dict:
    (found,) = [
        one
        for one in rows("position-trend", as_at)
        if (one["region"], one["grade"], one["on_day"]) == (code, "PO", on)
    ]
    return found


@pytest.mark.parametrize(
    ("as_at", "last"),
    [
        (dt.date(2025, 9, 29), dt.date(2025, 6, 30)),
        (dt.date(2025, 9, 30), dt.date(2025, 9, 30)),
        (dt.date(2025, 10, 1), dt.date(2025, 9, 30)),
        (dt.date(2024, 2, 29), dt.date(2023, 12, 31)),
    ],
)
def test_quarters_end_on_their_last_day(as_at: dt.date, last: dt.date) -> None:
    days = quarter_ends(as_at)
    assert (days[-1], len(days)) == (last, 20)
    assert days == sorted(set(days))


@pytest.mark.django_db
def test_posts_of_a_quarter_count_on_its_last_day() -> None:
    # In post from 1 April to 30 June 2025, both days counted; another of half time from 30 June.
    w.spell(w.person(), dt.date(2025, 4, 1), ended_on=dt.date(2025, 6, 30))
    w.spell(w.person(), dt.date(2025, 6, 30), fte="0.5")
    with acting_as(by=BY):
        for on, fte in ((dt.date(2025, 1, 1), 4), (dt.date(2025, 7, 1), 6)):
            Target.objects.create(
                region=region(), grade=grade("PO"), effective_on=on, target_fte=fte
            )
    june, september, march = (
        found_of("NE", day) for day in (dt.date(2025, 6, 30), DAY, dt.date(2025, 3, 31))
    )
    assert (june["in_post_fte"], june["in_post_headcount"], june["target_fte"]) == (1.5, 2, 4)
    assert (september["in_post_fte"], september["target_fte"]) == (0.5, 6)
    assert june["source"] == "records"
    said = ("target_fte", "in_post_fte", "in_post_headcount", "source")
    assert [march[name] for name in said] == [4, None, None, None], "a target alone says nothing"


@pytest.mark.django_db
def test_nobody_is_in_post_where_records_are_complete_and_name_nobody() -> None:
    with acting_as(by=BY):
        RecordsComplete.objects.create(region=region(), grade=grade("PO"), effective_on=DAY)
    found = found_of("NE", DAY)
    assert (found["in_post_fte"], found["in_post_headcount"], found["source"]) == (0, 0, "records")


@pytest.mark.django_db
def test_changes_are_of_values_that_were_not_rounded() -> None:
    """5,436.04 and 5,465.96 are 5,436.0 and 5,466.0 to one decimal, 30.0 apart; they differ by 29.92, 0.55% of the first."""
    june, march = dt.date(2025, 6, 30), dt.date(2025, 3, 31)
    returned("5436.04", "final", june)
    returned("5465.96", "final", DAY)
    found = found_of("NAT", DAY)
    assert (found["in_post_fte"], found["change_fte"], found["change_percent"]) == (5466, 29.9, 0.6)
    assert (found_of("NAT", june)["change_fte"], found_of("NAT", june)["change_percent"]) == (
        None,
        None,
    )
    assert not [row for row in rows("position-trend", DAY) if row["on_day"] == march]
    returned("0", "final", march)
    grown = found_of("NAT", june)
    assert (grown["change_fte"], grown["change_percent"]) == (5436.0, None), "percent of nobody"


@pytest.mark.django_db
def test_a_change_says_nothing_of_a_quarter_that_is_hidden() -> None:
    """Two in post in June, which is hidden; nine more in September: by the change, June could be worked out."""
    for _ in range(2):
        w.spell(w.person(), dt.date(2025, 4, 1))
    for _ in range(9):
        w.spell(w.person(), dt.date(2025, 7, 1))
    found = {row["on_day"]: row for row in REPORT.suppress(rows("position-trend", DAY), 5)}
    june, september = found[dt.date(2025, 6, 30)], found[DAY]
    assert (june["in_post_fte"], june["change_fte"]) == (SUPPRESSED, SUPPRESSED)
    assert (september["in_post_fte"], september["change_fte"]) == (11, SUPPRESSED)
    later = rows("position-trend", dt.date(2025, 12, 31))
    assert REPORT.suppress(later, 5)[-1]["change_fte"] == 0.0


@pytest.mark.django_db
def test_a_total_that_was_undone_is_not_shown_as_published() -> None:
    day = dt.date(2023, 6, 30)
    one = returned("500", "final", day, "NE")
    returned("4418", "final", day)
    instant = now()
    void([one], by=BY, reason="Typed in for the wrong region")
    assert [row["region"] for row in rows("position-trend", DAY) if row["on_day"] == day] == ["NAT"]
    (then,) = [
        row
        for row in rows("position-trend", DAY, known_at=instant)
        if (row["region"], row["on_day"]) == ("NE", day)
    ]
    assert then["published_fte"] == 500, "as it was known before"


@pytest.mark.django_db
def test_what_was_published_stays_beside_what_it_was_revised_to() -> None:
    # June 2023: 4,418 published and 4,627 as revised (FACTS E).
    day = dt.date(2023, 6, 30)
    first = returned("4418", "provisional", day)
    assert found_of("NAT", day)["revised_fte"] is None
    supersede(first, by=BY, reason="Revised", fte=Decimal("4627"), status="revised")
    found = found_of("NAT", day)
    assert (found["published_fte"], found["published_status"]) == (4418, "provisional")
    assert (found["revised_fte"], found["revised_status"]) == (4627, "revised")
    assert found["published_source"] == "Published"
    assert (found["in_post_fte"], found["source"]) == (4627, "return")
