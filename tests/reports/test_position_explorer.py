"""The workforce explorer: counts on paper, the days on which a band ends, the page, its file and the people behind a number."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from pqip.core.acting import acting_as
from reports.figures.asking import PlaceFilter, Question
from reports.figures.position_explorer import Exploration, explored, people_behind
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.factories.reports import row
from tests.factories.workforce import region
from tests.personas import client_for, persona
from workforce.models import Pdu, Person, Target

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 9, 30)


def officer(
    in_region: str = "NE",
    *,
    grade: str = "PO",
    fte: str = "1.0",
    organisation: str = "",
    **spell: Any,
) -> Person:
    someone = w.person(in_region=in_region, in_grade=grade, organisation=organisation)
    w.spell(
        someone,
        dt.date(2020, 1, 1),
        in_region=in_region,
        in_grade=grade,
        fte=fte,
        **{"post_start_date": dt.date(2020, 1, 1)} | spell,
    )
    return someone


def counted(
    rows: str, columns: str = "", measure: str = "headcount", **filters: str
) -> dict[Any, Any]:
    found = explored(Exploration(Question(DAY), rows, columns, filters))
    return {
        (
            "all" if one["all_rows"] else one["row"],
            *(["all" if one["all_columns"] else one["col"]] if columns else []),
        ): one[measure]
        for one in found
    }


def test_people_are_counted_by_two_things_with_totals_first() -> None:
    # Two officers (1.0 and 0.5) and a PSO in the North East, an officer in Wales: four people, 3.5 of full time.
    officer(fte="0.5")
    officer()
    officer(grade="PSO")
    officer("WAL")
    assert counted("region", "grade") == {
        ("all", "all"): 4,
        ("all", "PSO"): 1,
        ("all", "PO"): 3,
        ("NE", "all"): 3,
        ("NE", "PSO"): 1,
        ("NE", "PO"): 2,
        ("WAL", "all"): 1,
        ("WAL", "PO"): 1,
    }
    fte = counted("region", "grade", "fte")
    assert (float(fte["all", "all"]), float(fte["NE", "PO"])) == (3.5, 1.5)
    found = explored(Exploration(Question(DAY), "region", "grade"))
    assert (found[0]["all_rows"], found[0]["all_columns"]) == (True, True)


@pytest.mark.parametrize(
    ("began", "band"),
    [
        (dt.date(2021, 10, 1), "to_4"),
        (dt.date(2021, 9, 30), "to_4"),
        (dt.date(2021, 9, 29), "to_10"),
        (dt.date(2024, 9, 30), "to_1"),
        (dt.date(2024, 9, 29), "to_2"),
        (None, "not_recorded"),
    ],
)
def test_four_years_to_the_day_are_four_or_fewer(began: dt.date | None, band: str) -> None:
    officer(service_start_date=began)
    (found,) = {key for key in counted("service") if key != ("all",)}
    assert found == (band,)


def test_filters_and_places_count_the_same_people_as_the_number_opens() -> None:
    officer(function="court")
    outside = officer(function="court", organisation="A contractor")
    officer("WAL", function="court")
    asked = Exploration(
        Question(DAY, place=PlaceFilter(False, frozenset({region("NE").pk}))),
        "organisation",
        "function",
        {"function": "court"},
    )
    assert {(one["row"], one["col"]) for one in explored(asked) if not one["all_rows"]} == {
        ("service", None),
        ("service", "court"),
        ("A contractor", None),
        ("A contractor", "court"),
    }
    assert people_behind(asked, {"organisation": "A contractor"}) == [outside.pk]
    assert len(people_behind(asked, {})) == 2


def test_the_explorer_and_the_position_agree() -> None:
    officer(fte="0.6")
    officer()
    officer(ended_on=dt.date(2025, 3, 31))
    target(5)
    found = row("workforce-position", DAY, region="NE", grade="PO")
    mine = explored(Exploration(Question(DAY), "region", filters={"grade": "PO"}))[0]
    for theirs, ours in (
        ("in_post_fte", "fte"),
        ("in_post_headcount", "headcount"),
        ("non_effective_fte", "non_effective_fte"),
        ("effective_fte", "effective_fte"),
        ("in_post_excluding_learners_fte", "without_learners_fte"),
        *(
            (same, same)
            for same in ("target_fte", "shortfall_fte", "vacancy_rate", "effective_vacancy_rate")
        ),
        *((same, same) for same in ("joiners_12m", "leavers_12m", "leaving_rate", "qualified_12m")),
    ):
        assert found[theirs] == mine[ours], theirs


def target(fte: int, code: str = "NE", grade: str = "PO", unit: str = "") -> None:
    with acting_as(by=w.BY):
        Target.objects.create(
            region=region(code), pdu=w.pdu(unit) if unit else None, grade=w.grade(grade),
            effective_on=dt.date(2025, 4, 1), target_fte=fte,
        )  # fmt: skip


def cells(rows: str, *measures: str, columns: str = "", **filters: str) -> dict[Any, Any]:
    """By row (and column) the measures, as plain numbers."""
    found = explored(Exploration(Question(DAY), rows, columns, filters))
    return {
        (
            "all" if one["all_rows"] else one["row"],
            *(["all" if one["all_columns"] else one["col"]] if columns else []),
        ): tuple(None if one[name] is None else float(one[name]) for name in measures)
        for one in found
    }


AGAINST = ("target_fte", "shortfall_fte", "vacancy_rate", "effective_vacancy_rate")


def test_targets_beside_who_is_in_post_where_there_is_one() -> None:
    """The North East is to have 4 officers, 2 of them in a unit; it has one in the unit and one of half time elsewhere. 2.5 of 4
    are missing, 62.5%, in the unit 1 of 2. The PSO and the officer in Wales count against no target; the nation's is no region's.
    """
    unit = Pdu.objects.filter(region=region("NE")).order_by("pk")[0].code
    target(4)
    target(2, unit=unit)
    target(900, "NAT")
    officer(in_pdu=unit)
    officer(fte="0.5")
    officer(grade="PSO")
    officer("WAL")
    missing = (4.0, 2.5, 62.5, 62.5)
    assert cells("region", *AGAINST) == {
        ("all",): missing,
        ("NE",): missing,
        ("WAL",): (None, None, None, None),
    }
    by_grade = cells("region", *AGAINST, columns="grade")
    assert by_grade["NE", "PO"] == by_grade["all", "PO"] == missing
    assert by_grade["NE", "PSO"] == (None, None, None, None)
    by_unit = cells("pdu", *AGAINST, grade="PO")
    assert by_unit[(unit,)] == (2.0, 1.0, 50.0, 50.0)
    assert by_unit[("all",)] == missing, "the region's own, not the sum of its units"
    assert by_unit[("not_recorded",)] == (None, None, None, None)
    assert cells("function", *AGAINST)[("all",)] == (None, None, None, None)
    assert cells("region", *AGAINST, function="court") == {}
    place = PlaceFilter(False, pdus=frozenset({w.pdu(unit).pk}))
    alone = explored(Exploration(Question(DAY, place=place), "grade"))
    assert {float(one["target_fte"]) for one in alone} == {2.0}


def test_of_a_region_and_a_unit_elsewhere_the_unit_fills_no_gap_of_the_region() -> None:
    """Of 10 in the North East 8 are in post. A unit of Wales is asked about, too, where two are; and Wales has a target."""
    unit = w.pdu(Pdu.objects.filter(region=region("WAL")).order_by("pk")[0].code)
    target(10)
    target(20, "WAL")
    for _ in range(8):
        officer()
    for _ in range(2):
        officer("WAL", in_pdu=unit.code)
    place = PlaceFilter(False, frozenset({region("NE").pk}), frozenset({unit.pk}))
    for rows in ("region", "grade", "pdu"):
        whole = explored(Exploration(Question(DAY, place=place), rows))[0]
        assert whole["all_rows"]
        assert (whole["headcount"], whole["target_fte"], whole["shortfall_fte"]) == (10, 10, 2), (
            rows
        )


def test_a_target_that_nobody_meets_has_a_row() -> None:
    target(3, "WAL")
    assert cells("region", "headcount", *AGAINST)[("WAL",)] == (0.0, 3.0, 3.0, 100.0, 100.0)


MOVES = ("joiners_12m", "leavers_12m", "leaving_rate", "qualified_12m")


def test_who_joined_left_and_qualified_by_what_they_were_then() -> None:
    """Month ends from 30 September 2024 to 30 September 2025: 13. One officer was in post on all of them; one in court left on
    31 March, after 7; one joined the court on 1 May, on 5. So 1 left of 25 ÷ 13 in the mean: 52.0%; of court 1 of 12 ÷ 13:
    108.3%. Who left had 5 years of service on the day, and who joined none: of 10 years or fewer 1 left of 7 ÷ 13, 185.7%.
    """
    officer(function="prison", service_start_date=dt.date(2010, 1, 1))
    gone = officer(
        function="court", ended_on=dt.date(2025, 3, 31), service_start_date=dt.date(2020, 1, 1)
    )
    new = w.person()
    w.spell(new, dt.date(2025, 5, 1), function="court", service_start_date=dt.date(2025, 5, 1))
    by_function = cells("function", "headcount", *MOVES)
    assert by_function == {
        ("all",): (2.0, 1.0, 1.0, 52.0, 0.0),
        ("court",): (1.0, 1.0, 1.0, 108.3, 0.0),
        ("prison",): (1.0, 0.0, 0.0, 0.0, 0.0),
    }
    by_service = cells("service", "headcount", *MOVES)
    assert by_service[("to_10",)] == (0.0, 0.0, 1.0, 185.7, 0.0)
    assert by_service[("to_1",)] == (1.0, 1.0, 0.0, 0.0, 0.0)
    assert by_service[("all",)] == by_function[("all",)]
    for measure, who in (("leavers_12m", gone), ("joiners_12m", new)):
        asked = Exploration(Question(DAY), "function")
        assert people_behind(asked, {"function": "court"}, measure) == [who.pk]
    assert people_behind(Exploration(Question(DAY)), {}, "qualified_12m") == []


def test_who_qualified_counts_where_the_first_post_as_an_officer_is() -> None:
    done = make.enrolment(start=dt.date(2024, 1, 15))
    make.event(done, "completed", dt.date(2025, 4, 15))
    w.spell(done.person, dt.date(2025, 5, 1), in_region="WAL")
    found = cells("region", "qualified_12m", columns="grade")
    assert (found["WAL", "PO"], found["all", "all"]) == ((1.0,), (1.0,))


def test_learners_for_each_manager_and_assessor() -> None:
    """Three learners of 2.6 in all; two senior officers of 1.5, and half an assessor: 1.5 and 3 for each; 1.73 and 5.2 by FTE."""
    for fte in ("1.0", "1.0", "0.6"):
        someone = officer(grade="PSO", fte=fte)
        make.enrolment(who=someone)
    officer(grade="SPO")
    officer(grade="SPO", fte="0.5")
    officer(grade="PTA", fte="0.5")
    ratios = (
        "learners_per_manager",
        "learners_per_manager_fte",
        "learners_per_pta",
        "learners_per_pta_fte",
    )
    assert cells("region", *ratios)[("NE",)] == (1.5, 1.7, 3.0, 5.2)
    assert cells("grade", *ratios)[("PSO",)] == (None,) * 4, "none of them is a manager"


def test_the_page_has_a_table_for_each_kind_of_measure_and_opens_what_it_counts() -> None:
    target(4)
    officer()
    gone = officer(ended_on=dt.date(2025, 3, 31))
    client, address = client_for(persona("national")), reverse("reports:explorer")
    asked = {"as_at": "2025-09-30", "grade": "PO"}
    text = client.get(address, asked).content.decode()
    for title in (
        "In post, by region",
        "Against target, by region",
        "In the 12 months to the day, by region",
    ):
        assert title in text
    assert "Learners for each manager and assessor, by region" not in text, "officers are neither"
    officer(grade="SPO")
    make.enrolment(who=officer(grade="PSO"))
    every = client.get(address, {"as_at": "2025-09-30"}).content.decode()
    assert "Learners for each manager and assessor, by region" in every
    assert '<option value="region" selected' in every, "what is taken where nothing is said"
    position = reverse("reports:report", args=["workforce-position"])
    assert f"{position}?as_at=2025-09-30" in text
    assert "region=NE" in text
    left = client.get(
        reverse("reports:explorer_people"),
        asked | {"rows": "region", "of_row": "NE", "of": "leavers_12m"},
    ).content.decode()
    assert gone.staff_number in left
    assert "Leavers: 1." in left
    wrong = reverse("reports:explorer_people"), asked | {"of": "vacancy_rate"}
    assert client.get(*wrong).status_code == 404
    text = client.get(address, asked | {"rows": "function"}).content.decode()
    assert "Against target" not in text
    assert "Targets are set by region, PDU and grade." in text
    for measure in ("vacancy_rate", "shortfall_fte", "learners_per_pta", "joiners_12m"):
        shown = client.get(address, asked | {"columns": "grade", "measure": measure})
        assert shown.status_code == 200, measure
    file = client.get(address, asked | {"format": "csv"}).content.decode("utf-8-sig")
    assert len(file.splitlines()[0].split(",")) == 19


def test_the_page_counts_draws_and_opens_its_people() -> None:
    one = officer()
    officer(grade="PSO")
    client = client_for(persona("national"))
    address = reverse("reports:explorer")
    text = client.get(
        address,
        {"rows": "region", "columns": "grade", "measure": "headcount", "as_at": "2025-09-30"},
    ).content.decode()
    assert "People (headcount) by region and grade" in text
    assert "<figure" in text
    asked = {"rows": "grade", "as_at": "2025-09-30", "of_row": "PO", "of_column": "all"}
    people = client.get(reverse("reports:explorer_people"), asked).content.decode()
    assert one.staff_number in people
    assert people.count('scope="row"') == 1
    file = client.get(address, {"rows": "grade", "as_at": "2025-09-30", "format": "csv"})
    assert file["Content-Type"].startswith("text/csv")
    assert "Total,2" in file.content.decode("utf-8-sig")


def test_rows_and_columns_of_the_same_are_refused_with_what_to_do() -> None:
    text = (
        client_for(persona("national"))
        .get(reverse("reports:explorer"), {"rows": "grade", "columns": "grade"})
        .content.decode()
    )
    assert "Choose something else for columns than for rows." in text


def test_who_sees_no_staff_by_name_sees_counts_without_links() -> None:
    officer()
    address, people = reverse("reports:explorer"), reverse("reports:explorer_people")
    for role, opens in (("national", True), ("iqa", False)):
        answer = client_for(persona(role)).get(address, {"rows": "grade", "as_at": "2025-09-30"})
        assert (f"{people}?" in answer.content.decode()) == opens, role


def test_a_place_outside_reach_does_not_exist() -> None:
    client = client_for(persona("regional_manager"))
    text = client.get(reverse("reports:explorer"), {"region": "WAL"}).content.decode()
    assert "Select a valid choice" in text or "There is a problem" in text
