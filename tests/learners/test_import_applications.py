"""Files of applications: created, corrected, linked with learners, equality answers apart, all by the rules of the screen."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from learners.models import (
    ApplicantEquality,
    ApplicantEqualityRecord,
    Application,
    ApplicationRecord,
    ApplicationStage,
    Campaign,
)
from pqip.core.acting import Job
from pqip.exchange import engine
from pqip.exchange.datasets import registry
from tests.factories import applications as make
from tests.factories import learners
from tests.factories.workforce import user

pytestmark = pytest.mark.django_db
ROW: dict[str, str] = {
    "application_number": "2026/1", "campaign": "Cohort 17", "region": "NE", "route": "external", "applied_on": "2026-01-05",
}  # fmt: skip
OFFERED = {
    **ROW, "sifted_on": "2026-01-15", "sift_passed": "yes", "assessed_on": "2026-02-14", "assessment_passed": "yes",
    "provisional_offer_on": "2026-02-24", "checks_completed_on": "2026-03-26", "vetting_completed_on": "2026-03-16",
    "paused_days": "12", "confirmed_offer_on": "2026-04-05",
}  # fmt: skip
STARTED = {**OFFERED, "started_on": "2026-09-07", "outcome": "started"}
GONE = "an application that you cannot reach"


def bring(
    folder: Path, *rows: dict[str, str], by: Any = None, check: bool = False, **more: Any
) -> engine.Outcome:
    path = folder / "applications.csv"
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.DictWriter(file, names)
        written.writeheader()
        written.writerows(rows)
    does = engine.check if check else engine.apply
    return does(registry["applications"], path, by=by or Job("import"), **more)


def manager(region: str = "NE") -> Any:
    return user("learning_manager", in_region=region)


def stages(number: str = "2026/1") -> dict[str, tuple[str, bool | None]]:
    rows = ApplicationStage.objects.live().filter(application__application_number=number)
    return {row.stage: (row.effective_on.isoformat(), row.passed) for row in rows}


def said(outcome: engine.Outcome) -> list[str]:
    return [f"{each.column}: {each.message}" for each in outcome.problems]


def test_a_file_creates_says_nothing_twice_and_adds_what_has_happened_since(tmp_path: Path) -> None:
    seen = bring(tmp_path, ROW, check=True)
    assert (seen.counts["new"], seen.news) == (1, {"campaign": ["Cohort 17"]})
    assert not Campaign.objects.filter(code="Cohort 17").exists()
    assert bring(tmp_path, ROW).counts["new"] == 1
    assert bring(tmp_path, ROW).writes == 0
    assert bring(tmp_path, {**ROW, "application_number": "2026/1".lower()}).writes == 0
    later = bring(tmp_path, OFFERED)
    assert later.counts["changed"] == 1
    assert stages() == {
        "sifted": ("2026-01-15", True), "assessed": ("2026-02-14", True), "provisional_offer": ("2026-02-24", None),
        "checks": ("2026-03-26", True), "vetting": ("2026-03-16", True), "confirmed_offer": ("2026-04-05", None),
    }  # fmt: skip
    assert bring(tmp_path, OFFERED).writes == 0
    assert ApplicationStage.objects.count() == 6
    assert Application.objects.get().paused_days == 12
    assert bring(tmp_path, ROW).writes == 0, "blank cells leave what is recorded"


def test_what_differs_corrects_at_one_instant(tmp_path: Path) -> None:
    bring(tmp_path, OFFERED)
    changed = bring(
        tmp_path, {**OFFERED, "sifted_on": "16/01/2026", "region": "YH", "paused_days": "3"}
    )
    assert changed.counts["changed"] == 1
    old, new = ApplicationStage.objects.filter(stage="sifted").order_by("id")
    assert (old.voided_at, new.effective_on) == (new.recorded_at, dt.date(2026, 1, 16))
    records = ApplicationRecord.objects.order_by("id")
    assert [(row.region.code, row.paused_days) for row in records] == [("NE", 12), ("YH", 3)]
    assert records[0].voided_at == records[1].recorded_at == new.recorded_at


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"sifted_on": "2026-01-04", "sift_passed": "yes"}, 
         "sifted_on: \"2026-01-04\" does not fit. This is before the application was made."),
        ({"sifted_on": "2026-01-06", "sift_passed": ""}, "sift_passed: Say whether they passed the sift."),
        ({"sift_passed": "yes"}, "sift_passed: \"yes\" does not fit. Give sifted_on as well."),
        ({"sifted_on": "2026-01-06", "sift_passed": "no", "assessed_on": "2026-02-01", "assessment_passed": "yes"},
         "assessed_on: \"2026-02-01\" does not fit. They did not pass the sift."),
        ({"sifted_on": "2026-01-06", "sift_passed": "no", "outcome": "withdrew"},
         "outcome: \"withdrew\" does not fit. By the other columns it is rejected."),
        ({"outcome": "started"}, "outcome: \"started\" does not fit. Give started_on as well."),
        ({"paused_days": "1000"}, "paused_days: \"1000\" is out of range. Use a whole number from 0 to 999."),
        ({"outcome": "hired"}, "outcome: \"hired\" is not known. Use one of in_progress, rejected, withdrew, started."),
        ({"route": "friend"}, "route: \"friend\" is not known. Use one of external, pso_progression, internal_moj, pso_post."),
        ({"application_number": "20 26"}, None),
        ({"region": "NAT"}, None),
        ({"applied_on": ""}, None),
        ({"staff_number": "Z9"}, "staff_number: \"Z9\" is of somebody who started. Give started_on, or leave it blank."),
        ({"started_on": "2026-09-07", "staff_number": "Z9"},
         "staff_number: \"Z9\" is not a learner you look after. Import them with learners first."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_column(
    cells: dict[str, str], words: str | None, tmp_path: Path
) -> None:
    outcome = bring(tmp_path, {**ROW, **cells})
    assert outcome.is_wrong
    assert words is None or said(outcome) == [words]
    assert not Application.objects.exists()


def test_one_number_twice_in_a_file_whatever_its_case(tmp_path: Path) -> None:
    twice = bring(
        tmp_path, {**ROW, "application_number": "ab1"}, {**ROW, "application_number": "AB1"}
    )
    assert [problem.row for problem in twice.problems] == [3]


def test_a_campaign_of_a_region_is_no_other_regions(tmp_path: Path) -> None:
    make.campaign("Cohort 17", region=learners.region("YH"))
    assert said(bring(tmp_path, ROW)) == [
        'region: "NE" does not fit. This campaign is of another region.'
    ]
    assert not bring(tmp_path, {**ROW, "region": "YH"}).is_wrong


def test_who_withdrew_or_was_rejected_has_the_latest_day_of_the_row(tmp_path: Path) -> None:
    bring(tmp_path, {**OFFERED, "outcome": "withdrew"})
    assert stages()["withdrew"] == ("2026-04-05", None)
    assert bring(tmp_path, {**OFFERED, "outcome": "withdrew"}).writes == 0
    bring(tmp_path, {**OFFERED, "outcome": "in_progress"})
    assert "withdrew" not in stages()
    gone = {
        **ROW,
        "application_number": "2",
        "provisional_offer_on": "2026-02-01",
        "checks_completed_on": "2026-03-01",
    }
    bring(tmp_path, {**gone, "outcome": "rejected"})
    assert stages("2") == {
        "provisional_offer": ("2026-02-01", None),
        "checks": ("2026-03-01", False),
    }
    assert bring(tmp_path, {**gone, "outcome": "rejected"}).writes == 0


def test_one_who_started_is_a_learner(tmp_path: Path) -> None:
    place = learners.enrolment(start=dt.date(2026, 9, 7))
    number = place.person.staff_number
    early = learners.enrolment(start=dt.date(2025, 9, 1), in_cohort="Intake 13")
    assert not bring(tmp_path, STARTED).is_wrong, "nobody need be named"
    assert Application.objects.get().enrolment is None
    assert said(bring(tmp_path, {**STARTED, "staff_number": early.person.staff_number})) == [
        f'staff_number: "{early.person.staff_number}" has no place on the programme that began after this application.'
    ]
    assert bring(tmp_path, {**STARTED, "staff_number": number.lower()}).counts["changed"] == 1
    assert Application.objects.get().enrolment == place
    assert bring(tmp_path, {**STARTED, "staff_number": number}).writes == 0
    assert bring(tmp_path, STARTED).writes == 0
    other = bring(tmp_path, {**STARTED, "application_number": "2", "staff_number": number})
    assert "is the learner of another application" in said(other)[0]
    both = [{**STARTED, "application_number": each, "staff_number": number} for each in ("3", "4")]
    assert bring(tmp_path, *both).is_wrong


def test_the_app_person_is_linked_without_being_named(tmp_path: Path) -> None:
    place = learners.enrolment(who=learners.person("APP:2026/1"), start=dt.date(2026, 9, 7))
    bring(tmp_path, OFFERED)
    assert Application.objects.get().enrolment is None, "not before the start"
    assert bring(tmp_path, STARTED).counts["changed"] == 1
    assert Application.objects.get().enrolment == place


def test_equality_answers_go_to_their_own_table_and_are_shown_nowhere(tmp_path: Path) -> None:
    answers = {"sex": "Female", "ethnicity": "roma", "disability": "no", "age_band": "25 to 29"}
    seen = bring(tmp_path, {**ROW, **answers}, check=True)
    assert "roma" not in repr(seen)
    bring(tmp_path, {**ROW, **answers})
    held = ApplicantEquality.objects.get()
    assert (held.sex, held.ethnicity, held.disability, held.age_band) == (
        "female",
        "roma",
        "no",
        "25_to_29",
    )
    assert bring(tmp_path, {**ROW, **answers}).writes == 0
    assert bring(tmp_path, {**ROW, "sex": "male"}).counts["changed"] == 1
    assert [row.sex for row in ApplicantEqualityRecord.objects.order_by("id")] == ["female", "male"]
    assert ApplicantEquality.objects.get().ethnicity == "roma"
    wrong = bring(tmp_path, {**ROW, "ethnicity": "martian"})
    assert "martian" not in " ".join(said(wrong))


def test_equality_answers_need_their_own_permission(tmp_path: Path) -> None:
    national = user("national")
    told = said(bring(tmp_path, {**ROW, "sex": "female"}, by=national, check=True))
    assert told == [
        "sex: you may not import equality answers. Leave sex, ethnicity, disability and age_band out."
    ]
    assert not bring(tmp_path, ROW, by=national, check=True).is_wrong


def test_nobody_brings_applications_of_another_region(tmp_path: Path) -> None:
    bring(tmp_path, {**ROW, "region": "YH"})
    assert (
        "is not a region you look after"
        in said(bring(tmp_path, {**ROW, "region": "YH"}, by=manager(), check=True))[0]
    )
    taken = bring(tmp_path, ROW, by=manager(), check=True)
    assert taken.counts["new"] == 1, "a check tells nobody that the number is taken elsewhere"
    with pytest.raises(Exception, match=GONE):
        bring(tmp_path, ROW, by=manager())
    assert Application.objects.get().region.code == "YH"


def test_a_template_with_what_is_recorded_changes_nothing(tmp_path: Path) -> None:
    learners.enrolment(who=learners.person("APP:2026/1"), start=dt.date(2026, 9, 7))
    gone = {
        **ROW,
        "application_number": "2",
        "sifted_on": "2026-01-15",
        "sift_passed": "no",
        "sex": "male",
    }
    left = {**OFFERED, "application_number": "3", "outcome": "withdrew"}
    bring(tmp_path, STARTED, gone, left)
    rows = list(registry["applications"].current(_context()))
    assert len(rows) == 3
    assert all("sex" not in row for row in rows)
    again = [{name: _cell(value) for name, value in row.items()} for row in rows]
    assert bring(tmp_path, *again).writes == 0


def _context() -> Any:
    from pqip.core.scope import Scope
    from pqip.exchange.datasets import Context

    return Context(Job("import"), Scope(everywhere=True), dt.date(2026, 11, 30))


def _cell(value: Any) -> str:
    return (
        {True: "yes", False: "no", None: ""}.get(value, str(value))
        if value in (True, False, None)
        else str(value)
    )


def test_many_rows_in_few_queries(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    rows = [{**STARTED, "application_number": f"N{n}"} for n in range(60)]
    bring(tmp_path, *rows[:1])
    with django_assert_max_num_queries(120):
        bring(tmp_path, *rows)
    assert ApplicationStage.objects.live().count() == 7 * 60


def test_nothing_follows_the_end_of_an_application(tmp_path: Path) -> None:
    made = make.application("2026/1", stages={"withdrew": 5}, on=dt.date(2026, 1, 5))
    assert said(bring(tmp_path, {**ROW, "started_on": "2026-01-09", "outcome": "withdrew"})) == [
        'outcome: "withdrew" does not fit. By the other columns it is started.'
    ]
    later = {**ROW, "sifted_on": "2026-01-30", "sift_passed": "yes"}
    assert not bring(tmp_path, later).is_wrong, "the withdrawal is moved with the latest day"
    assert stages()["withdrew"] == ("2026-01-30", None)
    assert made.stages.count() == 3


def test_before_a_stage_that_comes_earlier(tmp_path: Path) -> None:
    wrong = {**OFFERED, "confirmed_offer_on": "2026-03-25"}
    assert said(bring(tmp_path, wrong)) == [
        'confirmed_offer_on: "2026-03-25" does not fit. This is before the checks.'
    ]
