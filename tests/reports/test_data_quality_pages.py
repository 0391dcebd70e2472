"""Pages of data quality: the checks, the people behind each, who may see whom, and counts on first pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pqip.core.clock import today
from pqip.core.models import AccessEntry
from tests import walking
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.data_quality import registered
from workforce.data_quality.asking import count_to_mend, counted, to_mend
from workforce.models import Pdu, User

pytestmark = pytest.mark.django_db
DAY, ON = dt.timedelta(days=1), dt.date(2025, 6, 30)
ASKED = {"as_at": ON.isoformat()}


def behind(code: str) -> str:
    return reverse("reports:behind_check", args=[code])


@pytest.fixture
def two_regions() -> None:
    """A learner of the North East and one of Wales; a line manager there, absent past the expected end, who holds a post."""
    make.enrolment(who=make.person(first_name="Nora", last_name="North"))
    make.enrolment(who=make.person(first_name="Wyn", last_name="West", of="WAL"), in_region="WAL")
    away = w.person(first_name="Avery", last_name="Away")
    w.spell(away)
    w.absence(away, ON - 20 * DAY, expected_end_date=ON - DAY)


def test_every_check_says_what_it_means_and_what_to_do(two_regions: None) -> None:
    page = (
        client_for(persona("learning_manager"))
        .get(reverse("reports:data_quality"), ASKED)
        .content.decode()
    )
    listed = [check for check in registered() if check.title in page]
    assert {"no_pta", "absent_past_end", "learner_no_post"} <= {check.code for check in listed}
    for check in listed:
        assert check.to_do in page
    assert "Yours to put right" in page
    assert "!! undefined" not in page


def test_a_count_opens_the_people_behind_it(two_regions: None) -> None:
    client = client_for(persona("learning_manager"))
    page = client.get(reverse("reports:data_quality"), ASKED).content.decode()
    link = (
        next(part for part in page.split('href="') if part.startswith(behind("no_pta")))
        .split('"')[0]
        .replace("&amp;", "&")
    )
    people = client.get(link).content.decode()
    assert "Nora North" in people
    assert "Wyn West" not in people
    assert (
        reverse(
            "learners:people",
            args=[make.Enrolment.objects.get(person__last_name="North").public_id],
        )
        in people
    )
    assert f"{reverse('learners:list')}?need=no_pta" in people
    line = AccessEntry.objects.get(what="reports:behind_check page")
    assert (line.detail["check"], line.detail["rows"]) == ("no_pta", 1)


def test_a_region_of_the_table_opens_its_own(two_regions: None) -> None:
    client = client_for(persona("national"))
    people = client.get(behind("no_pta"), ASKED | {"of_region": "WAL"}).content.decode()
    assert "Wyn West" in people
    assert "Nora North" not in people


def test_a_record_of_several_things_wrong_is_one_row_and_the_page_says_how_many() -> None:
    """Somebody of two absences past their end is one row and two records, of which one row says both."""
    away = w.person(first_name="Avery", last_name="Away")
    w.spell(away)
    for kind in ("reduced_hours", "long_term_absence"):
        w.absence(away, ON - 20 * DAY, kind=kind, expected_end_date=ON - DAY)
    client = client_for(persona("learning_manager"))
    page = client.get(reverse("reports:data_quality"), ASKED).content.decode()
    found = next(
        number
        for number in walking.numbers(page)
        if number.url.startswith(behind("absent_past_end"))
    )
    shown = client.get(found.url).content.decode()
    assert (found.value, walking.counted(shown), walking.listed(shown)) == (2, 2, 1)
    assert "2 records of 1 person can be opened here." in shown


@pytest.mark.parametrize("units", [False, True])
def test_the_page_counts_as_the_first_page_what_is_ones_own(two_regions: None, units: bool) -> None:
    """Somebody who mends a unit's learners and sees its region's reports: the region's others are not theirs."""
    who = (
        persona("learning_manager", pdu=Pdu.objects.filter(region=w.region()).first().code)
        if units
        else persona("learning_manager")
    )
    w.grant(who, "regional_manager", in_region="NE")
    page = client_for(who).get(reverse("reports:data_quality")).content.decode()
    assert walking.counted(page) == count_to_mend(who) > 0


def test_the_list_is_a_file_too(two_regions: None) -> None:
    response = client_for(persona("learning_manager")).get(
        behind("no_pta"), ASKED | {"format": "csv"}
    )
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "learner,staff_number,where,probation_delivery_unit,what_is_wrong,since"
    assert [line.split(",")[0] for line in lines[1:]] == ["Nora North"]
    assert AccessEntry.objects.get(kind="export").detail["rows"] == 1


@pytest.mark.parametrize(("role", "code", "status"), [
    ("learning_manager", "no_pta", 200), ("learning_manager", "absent_past_end", 200), ("regional_manager", "no_pta", 200),
    ("hr_partner", "no_pta", 403), ("hr_partner", "absent_past_end", 200),  # sees staff, and of learners counts alone
    ("iqa", "no_pta", 200), ("iqa", "absent_past_end", 403),
    ("line_manager", "no_pta", 403), ("pta", "no_pta", 403), ("administrator", "no_pta", 403),
])  # fmt: skip
def test_who_opens_whom(two_regions: None, role: str, code: str, status: int) -> None:
    response = client_for(persona(role)).get(behind(code), ASKED)
    assert response.status_code == status
    if status == 403:
        assert "Nora North" not in response.content.decode()


def test_who_may_see_no_learners_gets_counts_without_links(two_regions: None) -> None:
    page = (
        client_for(persona("hr_partner"))
        .get(reverse("reports:data_quality"), ASKED)
        .content.decode()
    )
    assert "No practice tutor assessor" in page
    assert behind("no_pta") not in page
    assert behind("absent_past_end") in page


def test_who_keeps_posts_opens_learners_without_one_as_staff(two_regions: None) -> None:
    client = client_for(persona("hr_partner"))
    page = client.get(behind("learner_no_post"), ASKED).content.decode()
    nora = make.Enrolment.objects.get(person__last_name="North")
    assert reverse("workforce:person", args=[nora.person.public_id]) in page
    assert str(nora.public_id) not in page
    assert "Wyn West" not in page


def test_another_region_or_check_does_not_exist(two_regions: None) -> None:
    client = client_for(persona("learning_manager"))
    assert client.get(behind("no_pta"), ASKED | {"region": "WAL"}).status_code == 404
    assert client.get(behind("nothing"), ASKED).status_code == 404
    assert (
        "Wyn West"
        not in client.get(behind("no_pta"), ASKED | {"of_region": "WAL"}).content.decode()
    )


def test_whom_somebody_may_not_open_is_counted_and_not_named() -> None:
    """Counted where they were in post on that day; opened where they are today."""
    who = w.person(in_region="WAL", last_name="Moved")
    w.spell(who, in_region="NE", ended_on=ON)
    w.spell(who, ON + DAY, in_region="WAL")
    w.absence(who, ON - 20 * DAY, expected_end_date=ON - DAY)
    page = (
        client_for(persona("learning_manager"))
        .get(behind("absent_past_end"), ASKED)
        .content.decode()
    )
    assert "Moved" not in page
    assert "Outside what you may open: 1 record more." in page


#: What fails of a learner alone, without post and anybody who looks after them, whose planned end has passed.
LONE = {
    "learner_no_post": 1,
    "planned_end_passed": 1,
    "no_pta": 1,
    "no_line_manager": 1,
    "no_mentor": 1,
}


@pytest.mark.parametrize(("role", "page", "own", "others"), [
    ("learning_manager", "learners:decisions", LONE | {"absent_past_end": 1}, {"alike", "not_declared"}),
    ("national", "reports:month", {"not_declared": 1}, {*LONE, "absent_past_end"}),
    ("regional_manager", "reports:month", {"absent_past_end": 1, "learner_no_post": 1}, {"no_pta", "no_mentor", "not_declared"}),
    ("hr_partner", "learners:leavers", {"absent_past_end": 1, "learner_no_post": 1}, {"no_pta", "no_mentor", "not_declared"}),
])  # fmt: skip
def test_first_pages_count_what_whoever_opens_them_can_put_right(
    two_regions: None, role: str, page: str, own: dict[str, int], others: set[str]
) -> None:
    who = persona(role)
    mends = to_mend(who, counted(today(), None))
    assert own.items() <= mends.items()
    assert others & mends.keys() == set()
    assert (
        f'>{sum(mends.values())}</span> <span class="app-counts__label">Records to put right</span>'
        in counts_of(who, page)
    )
    assert count_to_mend(who) == sum(mends.values())


def counts_of(who: User, page: str = "learners:decisions") -> str:
    body = client_for(who).get(reverse(page)).content.decode()
    return body.split(f'href="{reverse("reports:data_quality")}"')[1].split("</a>")[0]


def test_a_first_page_says_when_it_counted_and_counts_anew_where_roles_change(
    two_regions: None,
) -> None:
    who = persona("learning_manager")
    before = count_to_mend(who)
    assert "Counted at " in client_for(who).get(reverse("learners:decisions")).content.decode()
    make.enrolment()
    assert count_to_mend(who) > before
    assert f">{before}</span>" in counts_of(who), "what was counted a moment ago stands"
    w.grant(who, "learning_manager", in_region="WAL")
    assert f">{count_to_mend(who)}</span>" in counts_of(who)


def test_a_unit_puts_right_its_own() -> None:
    one, other = Pdu.objects.filter(region=w.region())[:2]
    for unit in (one, other, other):
        make.enrolment(in_pdu=unit)
    mends = to_mend(persona("learning_manager", pdu=other.code), counted(today(), None))
    assert dict.fromkeys(LONE, 2).items() <= mends.items()
    assert count_to_mend(persona("learning_manager", pdu=other.code)) == sum(mends.values())


def test_those_who_can_put_nothing_right_are_shown_no_count(two_regions: None) -> None:
    for role, page in (("iqa", "assessments:samples"), ("line_manager", "learners:mine")):
        assert (
            "Records to put right"
            not in client_for(persona(role)).get(reverse(page)).content.decode()
        )


def test_a_list_needs_as_many_queries_at_any_size() -> None:
    client, counts = client_for(persona("learning_manager")), []
    for size in (2, 12):
        for _ in range(size):
            make.enrolment()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(behind("no_pta"), ASKED).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
