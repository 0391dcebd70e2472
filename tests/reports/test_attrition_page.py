"""Who leaves, and why: the page of withdrawals opens on twelve months, worked out by hand, and its numbers open their people."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from learners.derived.enrolments import refresh
from learners.models import Enrolment, LeaverWords
from pqip.core.acting import acting_as
from pqip.core.ledger import void
from pqip.core.snapshot import safe_known_at, snapshot
from reports.figures.asking import PlaceFilter, Question
from reports.figures.attrition_year import Year, two_years, year_to
from reports.figures.names import Names
from reports.figures.numbers import difference
from reports.presenters.attrition import Said, Told, findings, opening
from reports.presenters.attrition_tables import by_table, reasons_table, trend_chart, year_table
from tests.factories import workforce as w
from tests.factories.learners import BY, enrolment, event, pdu, reason, region
from tests.factories.reports import rows
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 31)
#: The first day of the twelve months to it, and the last of the twelve before.
FIRST, BEFORE = dt.date(2025, 11, 1), dt.date(2025, 10, 31)


def leaver(
    day: dt.date, why: str = "staffing", *, start: dt.date = dt.date(2025, 1, 15), **more: Any
) -> Enrolment:
    fields = {name: more.pop(name) for name in ("in_region", "in_pdu", "on") if name in more}
    made = enrolment(start=start, **fields)
    if why:
        reason(why)
    event(made, "withdrawn", day, reason=why, **{"destination": "left_service", **more})
    return made


def said(made: Enrolment, *codes: str, on: dt.date = DAY) -> None:
    with acting_as(by=BY):
        LeaverWords.objects.create(enrolment=made, effective_on=on, reasons=list(codes))


def asked(
    day: dt.date = DAY, known_at: dt.datetime | None = None, place: PlaceFilter | None = None
) -> tuple[Year, Year]:
    with snapshot(known_at) as instant:
        return two_years(Question(day, instant, place or PlaceFilter()))


def told(now: Year, before: Year, **more: Any) -> Told:
    usual = {"threshold": 0, "least": 5, "words_in_full": True, "words_told": True}
    return Told(now, before, now, Names(), lambda *_a, **_k: "", "here", **{**usual, **more})


def test_who_was_on_the_programme_and_who_left_by_hand() -> None:
    """Of six two left in the year, on its first and its last day; one left the day before it, and so in the year before, of the
    five who had started by then and whoever had ended by the year before that. One starts after it."""
    first, last, earlier = leaver(FIRST), leaver(DAY), leaver(BEFORE)
    done = enrolment(start=dt.date(2023, 1, 16))
    event(done, "completed", dt.date(2024, 10, 31))
    goes, completes, late = enrolment(), enrolment(), enrolment(start=FIRST)
    event(completes, "completed", dt.date(2026, 3, 2))
    enrolment(start=DAY + dt.timedelta(days=1))
    now, before = asked()
    assert (now.first, now.last, before.first, before.last) == (
        FIRST,
        DAY,
        dt.date(2024, 11, 1),
        BEFORE,
    )
    here = {row["enrolment_id"] for row in now.everybody}
    assert here == {first.pk, last.pk, goes.pk, completes.pk, late.pk}
    assert {row["enrolment_id"] for row in now.left} == {first.pk, last.pk}
    assert {row["enrolment_id"] for row in before.left} == {earlier.pk}
    assert {row["enrolment_id"] for row in before.everybody} == {
        first.pk,
        last.pk,
        earlier.pk,
        goes.pk,
        completes.pk,
    }
    assert opening(told(now, before)) == [
        "In the 12 months to 31 October 2026, 2 of the 5 learners who were on the programme at some time in these months "
        "left it: 40%.",
        "More left than in the 12 months before, and a larger share: it was 1 of 5 (20%). Chance alone could make this "
        "difference in the share.",
    ]


def test_those_who_never_started_took_a_break_moved_and_came_back() -> None:
    """Of seven places on the programme, one of somebody who never started is nobody's. Five were on it in the North East in the
    year: one left from a break, one left and began again (two places, one of them left), one moved here from Wales and left, and
    one goes on. One moved to Wales and left there."""
    event(
        enrolment(start=dt.date(2026, 1, 15), started=False), "did_not_start", dt.date(2026, 1, 15)
    )
    breaks = enrolment(start=dt.date(2025, 1, 15))
    event(breaks, "deferred", dt.date(2026, 1, 5))
    reason("staffing")
    event(breaks, "withdrawn", dt.date(2026, 2, 2), reason="staffing", destination="unknown")
    again = leaver(dt.date(2025, 12, 1))
    enrolment(who=again.person, start=dt.date(2026, 9, 1), in_cohort="Intake 20")
    came = enrolment(start=dt.date(2025, 1, 15), in_region="WAL")
    event(came, "moved_region", dt.date(2026, 1, 5), to_region=region("NE"))
    event(came, "withdrawn", dt.date(2026, 3, 2), reason="staffing", destination="left_service")
    gone = enrolment(start=dt.date(2025, 1, 15))
    event(gone, "moved_region", dt.date(2026, 1, 5), to_region=region("WAL"))
    event(gone, "withdrawn", dt.date(2026, 3, 2), reason="staffing", destination="left_service")
    enrolment(start=dt.date(2025, 1, 15))
    here = PlaceFilter(False, frozenset({region("NE").pk}))
    now, before = asked(place=here)
    assert opening(told(now, before))[0] == (
        "In the 12 months to 31 October 2026, 3 of the 5 learners who were on the programme at some time in these months "
        "left it: 60%."
    )
    assert len(before.everybody) == 4
    quarters = dict.fromkeys(row["quarter"] for row in rows("withdrawals", DAY, place=here))
    left = sum(row["withdrawn"] for row in rows("withdrawals", DAY, place=here))
    assert (left, list(quarters)) == (3, ["2025-Q4", "2026-Q1"])


def test_as_it_was_known_and_where_they_are() -> None:
    moved = leaver(dt.date(2026, 3, 2))
    instant = safe_known_at()
    leaver(dt.date(2026, 3, 2), in_region="WAL")
    assert [len(year.left) for year in asked(known_at=instant)] == [1, 0]
    wales = PlaceFilter(False, frozenset({region("WAL").pk}))
    assert len(asked(place=wales)[0].left) == 1
    assert moved.pk not in {row["enrolment_id"] for row in asked(place=wales)[0].everybody}


def test_a_withdrawal_that_was_voided_is_none_but_as_it_was_known() -> None:
    kept, wrong = leaver(dt.date(2026, 3, 2)), leaver(dt.date(2026, 3, 2))
    instant = safe_known_at()
    with acting_as(by=BY):
        void(list(wrong.events.filter(kind="withdrawn")), by=BY, reason="Another learner's")
        refresh([wrong.pk])
    now = asked()[0]
    assert [row["enrolment_id"] for row in now.left] == [kept.pk]
    assert len(now.everybody) == 2
    assert len(asked(known_at=instant)[0].left) == 2


def test_reasons_of_both_sides_destinations_bands_and_interviews() -> None:
    offered = {"exit_interview_offered_on": dt.date(2026, 2, 3)}
    leaver(dt.date(2026, 2, 2), "leadership", **offered)
    for nth in range(3):
        held = {"exit_interview_held_on": dt.date(2026, 2, 9)} if nth == 2 else {}
        made = leaver(dt.date(2026, 2, 2), **offered, **held)
    said(made, "leadership", "staffing")
    leaver(dt.date(2026, 2, 9), "", start=dt.date(2026, 1, 15), destination="other_role")
    now, before = asked()
    assert findings(told(now, before)) == [
        "The organisation recorded most often Staffing (3) and Leadership (1).",
        "Of 1 no reason is recorded.",
        "Leavers themselves (1 of the 5 said why) named most often Leadership (1) and Staffing (1).",
        "4 of them left the Service, and not the programme alone.",
        "1 of them left within three months of starting.",
        "An exit interview was offered to 4 of the 5, and held with 1.",
    ]
    table = {
        str(line[0]): [str(getattr(one, "text", one)) for one in line[1:]]
        for line in year_table(told(now, before)).rows
    }
    assert table["of them, took another role"] == ["1", "0"]
    assert table["Left, of those on the programme (%)"] == ["100.0", "0.0"]


def test_the_three_main_reasons_of_sixty_are_readable_with_small_ones_put_together() -> None:
    """Sixty left: of eleven reasons three have 15, 12 and 9. Leavers named two of them 6 and 5 times; what three named twice each
    is told together to whoever may not read their words."""
    counts = {
        "health_and_wellbeing": 15,
        "pay_and_reward": 12,
        "staffing": 9,
        **dict.fromkeys("abcdefgh", 3),
    }
    made = [
        leaver(dt.date(2026, 2, 2), why) for why, people in counts.items() for _one in range(people)
    ]
    words = ["staffing"] * 6 + ["pay_and_reward"] * 5 + ["a", "b", "c"] * 2
    for each, code in zip(made, words, strict=False):
        said(each, code)
    now, before = asked()
    full = told(now, before)
    main = "The organisation recorded most often Health and wellbeing (15), Pay and reward (12) and Staffing (9)."
    assert findings(full)[0] == main
    grouped = told(now, before, threshold=5, words_in_full=False)
    assert findings(grouped)[:2] == [
        main,
        "Leavers themselves (17 of the 60 said why) named most often Staffing (6) and Pay and reward (5).",
    ]
    lines = {
        str(line[0]): [str(getattr(one, "text", one)) for one in line[1:]]
        for line in reasons_table(grouped).rows
    }
    assert lines["Other reasons, fewer than 5 each"] == ["24", "6", "6", "0"]
    assert lines["Health and wellbeing"][:2] == ["15", "fewer than 5 or withheld"]
    assert "A" not in lines


def test_what_few_leavers_say_is_told_of_three_years() -> None:
    for code, people in (("leadership", 6), ("staffing", 5)):
        for _one in range(people):
            left = leaver(dt.date(2024, 6, 3), start=dt.date(2024, 1, 15))
            said(left, code, on=dt.date(2024, 7, 1))
    for _one in range(2):
        said(leaver(dt.date(2026, 6, 1)), "staffing")
    now, before = asked()
    with snapshot(None) as instant:
        longer = year_to(Question(DAY, instant), months=36)
    both = Told(now, before, longer, Names(), lambda *_a, **_k: "", "here", 0, 5, False, True)
    assert findings(both)[1:3] == [
        "Leavers themselves (fewer than 5 of the 2 said why) named reasons of which none is told by itself, as some were "
        "named fewer than 5 times.",
        "In the three years to 31 October 2026, leavers (13 of the 13 said why) named most often Staffing (7) and "
        "Leadership (6).",
    ]


def test_sentences_hold_with_nobody_and_where_numbers_are_withheld() -> None:
    nobody = told(*asked())
    assert opening(nobody) == [
        "In the 12 months to 31 October 2026 nobody was on the programme here."
    ]
    assert findings(nobody) == []
    enrolment(start=FIRST)
    assert opening(told(*asked())) == [
        "In the 12 months to 31 October 2026 the one learner who was on the programme at some time in these months did "
        "not leave it.",
        "In the 12 months before, nobody was on the programme here, so there is nothing to compare with.",
    ]
    for _ in range(3):
        leaver(dt.date(2026, 2, 2))
    for _ in range(20):
        enrolment()
    few = told(*asked(), threshold=5, words_in_full=False)
    [only] = opening(few)
    assert "fewer than 5 or withheld of the 24 learners" in only
    assert findings(few) == []
    said_in_tables = str(
        [[str(getattr(one, "text", one)) for one in line] for line in year_table(few).rows]
    )
    assert "'3'" not in said_in_tables


def words_of(year: Year, three_years: Year | None = None) -> Said:
    longer = three_years or year
    grouped = Told(year, year, longer, Names(), lambda *_a, **_k: "", "here", 0, 5, False, True)
    return grouped.said_in_three_years if three_years else grouped.said


def named_in(**regions: dict[str, int]) -> Said:
    for place, codes in regions.items():
        for code, people in codes.items():
            for _one in range(people):
                said(leaver(dt.date(2026, 2, 2), in_region=place), code)
    return words_of(asked()[0])


def test_what_leavers_say_of_several_regions_is_not_what_some_of_them_tell() -> None:
    """Six in one region named staffing; in two others four each named pay, and two staffing. Pay was named as often, which no
    region tells by itself: staffing by the six alone would be no more than a part."""
    found = named_in(
        NE={"staffing": 6}, WAL={"pay_and_reward": 4}, SW={"pay_and_reward": 4, "staffing": 2}
    )
    assert found.named == {}


def test_what_leavers_say_of_several_regions_is_told_where_it_tells_of_none_of_them() -> None:
    """Two regions tell that six named something; three each named pay, and three staffing: six and six of both, which leave none
    of them few."""
    both = {"pay_and_reward": 3, "staffing": 3}
    found = named_in(NE={"staffing": 6}, WAL=both, SW=both)
    assert found.named == {"staffing": 12, "pay_and_reward": 6}
    assert found.is_all
    assert found.is_ranked


def test_three_years_less_the_last_tell_of_nobody() -> None:
    """Six named staffing in the year and two in the years before: told as 8 in three years, the two would be known. Five named
    leadership before."""
    for code, day, people in (
        ("staffing", dt.date(2026, 2, 2), 6),
        ("staffing", dt.date(2024, 6, 3), 2),
        ("leadership", dt.date(2024, 6, 3), 5),
    ):
        for _one in range(people):
            said(leaver(day, start=dt.date(2024, 1, 15)), code, on=day)
    now, _before = asked()
    with snapshot(None) as instant:
        longer = year_to(Question(DAY, instant), months=36)
    found = words_of(now, longer)
    assert found.named == {"leadership": 5}
    assert not found.is_ranked


def test_where_small_numbers_are_withheld_groups_do_not_tell_of_each_other() -> None:
    """Of 20 who left 12 were on one pathway, 6 and 2 on others: the 6 go with the 2. Two within a week and four after half a year
    are told together, so that how many left early would tell of the two."""
    for on, after, people in (
        ("PQIP15", 5, 12),
        ("PQIP21", 20, 2),
        ("PQIP21", 200, 4),
        ("PQIP27", 70, 2),
    ):
        for _one in range(people):
            begun = dt.date(2026, 1, 15)
            leaver(begun + dt.timedelta(days=after), start=begun, on=on)
    for _one in range(30):
        enrolment(on="PQIP21")
    grouped = told(*asked(), threshold=5, words_in_full=False)
    lines = [
        [str(getattr(cell, "text", cell)) for cell in line]
        for line in by_table(grouped, "pathway").rows
    ]
    assert [line[1] for line in lines] == ["12", "fewer than 5 or withheld"]
    assert lines[0][4:] == ["fewer than 5 or withheld", "", "", ""]
    assert not any("within three months" in one for one in findings(grouped))


def test_by_office_quarter_pathway_and_length_of_service() -> None:
    for left_on, since, more in (
        (dt.date(2025, 12, 1), dt.date(2024, 12, 1), {"in_pdu": pdu("NE-01")}),
        (dt.date(2026, 1, 5), dt.date(2020, 1, 1), {"on": "PQIP21"}),
    ):
        w.spell(
            leaver(left_on, **more).person,
            dt.date(2024, 12, 1),
            in_grade="PSO",
            service_start_date=since,
            ended_on=left_on - dt.timedelta(days=1),
        )
    year = told(*asked())

    def shown(by: str) -> list[tuple[str, ...]]:
        return [
            tuple(str(getattr(cell, "text", cell)) for cell in line[:3])
            for line in by_table(year, by).rows
        ]

    assert shown("quarter") == [
        ("1 November 2025 to 31 December 2025", "1", "2"),
        ("1 January 2026 to 31 March 2026", "1", "1"),
        ("1 April 2026 to 30 June 2026", "0", "0"),
        ("1 July 2026 to 30 September 2026", "0", "0"),
        ("1 October 2026 to 31 October 2026", "0", "0"),
    ]
    assert [line[1:] for line in shown("pathway")] == [("1", "1"), ("1", "1")]
    assert [line[0] for line in shown("pdu")] == ["Unit NE-01", "No office recorded"]
    assert [line[:2] for line in shown("service")] == [
        ("1 year or less", "1"),
        ("More than 4 years, up to 10", "1"),
    ]


def test_a_quarter_that_is_not_over_is_no_finding() -> None:
    def rows(**quarters: int) -> list[dict[str, Any]]:
        return [
            {"quarter": name.replace("_", "-"), "withdrawn": count}
            for name, count in quarters.items()
        ]

    [chart] = trend_chart(rows(**{"2025_Q3": 4, "2026_Q3": 7, "2026_Q4": 1}), DAY, "here")
    assert chart.title == "7 learners withdrew in 2026-Q3, and 4 in 2025-Q3"
    assert chart.labels[-1] == "2026-Q4, to 31 October 2026"  # type: ignore[attr-defined]
    assert trend_chart([], DAY, "here") == []


def test_a_difference_of_shares_as_newcombe_has_it() -> None:
    """His first example: 56 of 70 and 48 of 80 differ by 5.24 to 33.39 percentage points."""
    low, high = difference(56, 70, 48, 80)
    assert (round(low, 2), round(high, 2)) == (5.24, 33.39)


PAGE, PEOPLE = "reports:withdrawals", "reports:leaving_people"


def test_every_number_opens_its_people() -> None:
    gone = leaver(dt.date(2026, 3, 2), exit_interview_offered_on=dt.date(2026, 3, 3))
    enrolment()
    leaver(dt.date(2026, 3, 2), in_region="WAL")
    client = client_for(persona("regional_manager"))
    page = client.get(reverse(PAGE), {"as_at": DAY.isoformat()})
    links = [
        (cell.url, cell.text)
        for name in ("years", "reasons", "tenure", "by")
        for line in page.context[name].rows
        for cell in line
        if getattr(cell, "url", "")
    ]
    assert len(links) > 8
    for url, text in links:
        people = client.get(url)
        assert people.status_code == 200, url
        assert len(people.context["table"].rows) == int(str(text).rsplit(" ", 1)[-1]), url
    assert gone.person.name in client.get(links[1][0]).content.decode()


def test_an_hr_partner_opens_leavers_alone_and_reads_what_they_said() -> None:
    said(leaver(dt.date(2026, 3, 2)), "staffing")
    client = client_for(persona("hr_partner"))
    page = client.get(reverse(PAGE), {"as_at": DAY.isoformat()})
    on_programme = page.context["years"].rows[0]
    assert not getattr(on_programme[1], "url", "")
    address = reverse(PEOPLE)
    told_so = client.get(address, {"as_at": DAY.isoformat(), "of_said": "staffing"})
    assert len(told_so.context["table"].rows) == 1
    assert (
        client.get(address, {"as_at": DAY.isoformat(), "what": "on_programme"}).status_code == 404
    )
    manager = client_for(persona("regional_manager"))
    assert (
        manager.get(address, {"as_at": DAY.isoformat(), "of_said": "staffing"}).status_code == 403
    )


def test_who_reads_words_for_a_reason_is_not_led_to_those_who_said_them() -> None:
    """Small numbers in full are numbers: what one leaver said is read by who reads leavers' words."""
    said(leaver(dt.date(2026, 3, 2)), "staffing")
    client = client_for(persona("national"))
    asked_for = {"as_at": DAY.isoformat()}
    in_full = reverse("reports:in_full", args=["leavers-reasons"])
    client.post(f"{in_full}?as_at={DAY.isoformat()}", {"reason": "The board asks how often."})
    page = client.get(reverse(PAGE), asked_for)
    links = [getattr(cell, "url", "") for line in page.context["reasons"].rows for cell in line]
    assert "1 of the 1 said why" in " ".join(page.context["findings"])
    assert links
    assert all(client.get(url).status_code == 200 for url in links if url)


def test_an_hr_partner_who_assesses_too_opens_every_leaver() -> None:
    gone = leaver(dt.date(2026, 3, 2))
    both = persona("hr_partner")
    w.grant(both, "pta")
    client = client_for(both)
    people = client.get(reverse(PEOPLE), {"as_at": DAY.isoformat()})
    assert [line[0].text for line in people.context["table"].rows] == [gone.person.name]
    years = client.get(reverse(PAGE), {"as_at": DAY.isoformat()}).context["years"]
    assert not getattr(years.rows[0][1], "url", "")


@pytest.mark.parametrize("wrong", [{"what": "all"}, {"of_quarter": "1999-Q1"}, {"as_at": "x"}])
def test_an_address_that_asks_for_nothing_known(wrong: dict[str, str]) -> None:
    client = client_for(persona("national"))
    assert client.get(reverse(PEOPLE), {"as_at": DAY.isoformat(), **wrong}).status_code == 404


def test_the_page_stands_with_nobody_of_a_unit_and_with_a_question_that_is_wrong() -> None:
    client = client_for(persona("national"))
    for question in ({}, {"as_at": "2026-13-01"}, {"by": "nothing"}, {"by": "service"}):
        assert client.get(reverse(PAGE), question).status_code == 200
    unit = w.pdu(client.get(reverse(PAGE)).context["form"].pdus[0][0]).code
    assert client.get(reverse(PAGE), {"pdu": unit}).status_code == 200
