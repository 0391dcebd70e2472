"""Awards of the universities, by screen and by file the same; and the proof of completion, which asks all three elements."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from learners.actions.awards import correct_award, record_award, void_award
from learners.actions.events_complete import complete
from learners.actions.modules_results import record_module_result
from learners.facts.awards import awards_of, offers_of
from learners.facts.strands import missing_proof
from learners.models import AcademicModule, Enrolment, OfferedAward, UniversityAward
from learners.ports import vocational as ports
from pqip.core.acting import Job, acting_as
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from workforce.models import University

from .conftest import Stated
from .files import bring_in, done
from .test_pages import at, browser, date, send, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, ON = Job("test"), dt.date(2026, 4, 1)


def learner(**terms: Any) -> Enrolment:
    return make.enrolment(**terms)


def test_an_award_is_recorded_corrected_and_undone() -> None:
    made = learner()
    given = record_award(
        by=BY, enrolment=made, award="BA", awarded_on=ON, classification="First class"
    )
    with pytest.raises(RuleBroken, match="recorded already"):
        record_award(by=BY, enrolment=made, award="BA", awarded_on=ON)
    fresh = correct_award(
        by=BY, award=given, reason="Wrong day", awarded_on=ON + dt.timedelta(days=1)
    )
    assert [(row.effective_on, row.classification) for row in awards_of(made.pk)] == [
        (dt.date(2026, 4, 2), "")
    ]
    with pytest.raises(Conflict):
        correct_award(by=BY, award=given, reason="Again", awarded_on=ON)
    void_award(by=BY, award=fresh, reason="Not theirs")
    assert awards_of(made.pk) == []


@pytest.mark.parametrize(("award", "on", "said"), [
    ("MSC", dt.date(2026, 4, 1), "MSC is not an award that their university gives. Use one of BA, GRADDIP."),
    ("BA", dt.date(2025, 1, 14), "before the programme started"), ("BA", dt.date(2199, 1, 1), "a day to come"),
])  # fmt: skip
def test_what_may_not_be_recorded(award: str, on: dt.date, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        record_award(by=BY, enrolment=learner(), award=award, awarded_on=on)


def test_awards_are_data_by_university_and_first_day() -> None:
    sheffield = University.objects.get(name__contains="Sheffield")
    with acting_as(by=BY):
        OfferedAward.objects.create(
            university=sheffield, code="MSC", title="Master", effective_on=dt.date(2025, 9, 1)
        )
    first = [dt.date(2025, 8, 31), dt.date(2025, 9, 1), dt.date(2025, 9, 1), dt.date(2020, 1, 1)]
    made = [
        learner(start=on, in_region=region)
        for on, region in zip(first, ("NE", "NE", "WAL", "NE"), strict=True)
    ]
    found = offers_of({each.pk: each.start_date for each in made}, ON)
    # Nothing says who taught a start of 2020: an award of any university is taken.
    assert [set(found[each.pk]) for each in made] == [
        {"BA", "GRADDIP"},
        {"BA", "GRADDIP", "MSC"},
        {"BA", "GRADDIP"},
        {"BA", "GRADDIP", "MSC"},
    ]


def test_the_file_takes_corrects_and_leaves_alone(tmp_path: Path) -> None:
    made = learner(who=make.person("L1"))
    row = {
        "staff_number": "L1",
        "award": "Graduate Diploma in Community Justice (placeholder)",
        "awarded_on": "2026-04-01",
    }
    assert done(bring_in(tmp_path, "university-awards", row)) == "1 new"
    assert (
        done(bring_in(tmp_path, "university-awards", {**row, "classification": "Merit"}))
        == "1 changed"
    )
    assert "1 unchanged" in done(bring_in(tmp_path, "university-awards", row))
    assert [
        (each.award, each.effective_on, each.classification) for each in awards_of(made.pk)
    ] == [("GRADDIP", ON, "Merit")]
    assert UniversityAward.objects.filter(enrolment=made).count() == 2


def passed(made: Enrolment, *codes: str) -> None:
    for code in codes:
        record_module_result(
            by=BY,
            enrolment=made,
            module=AcademicModule.objects.get(code=code),
            attempt=1,
            submitted_date=dt.date(2026, 3, 2),
            outcome="pass",
        )


def test_c2_29_the_proof_asks_all_three_elements(vocational: Stated) -> None:
    made = learner()  # three level 5 modules held
    make.course("T-PROOF")
    vocational.progress[made.person_id] = ports.Progress(6, 6, 36, 36)
    vocational_done, modules, award, training = (
        "units of the vocational diploma are not achieved",
        "university modules are not passed (REHAB, L6-ETHICS, L6-REHAB)",
        "the university's award is not recorded",
        "required training is not attended",
    )
    missing = missing_proof(made, ON)
    assert missing[:2] == [modules, award]
    assert missing[2].startswith(training)
    passed(made, "REHAB", "L6-ETHICS")
    assert missing_proof(made, ON)[0] == "university modules are not passed (L6-REHAB)"
    passed(made, "L6-REHAB")
    assert missing_proof(made, ON)[0] == award
    record_award(by=BY, enrolment=made, award="BA", awarded_on=ON)
    assert missing_proof(made, ON - dt.timedelta(days=1))[0] == award
    assert [one.startswith(training) for one in missing_proof(made, ON)] == [True]
    with pytest.raises(RuleBroken, match="required training"):
        complete(by=BY, enrolment=made, on=ON)
    vocational.progress.clear()
    assert missing_proof(made, ON)[0] == vocational_done


def test_on_screen_modules_required_and_awards() -> None:
    made = learner(start=dt.date(2025, 12, 1))
    client = browser(somebody())
    page = text_of(client.get(at("academic", made.public_id)))
    for words in (
        "Required modules",
        "Rehabilitation",
        "Within the first 6 months, with breaks",
        "Result not recorded",
        "Spread evenly to the planned end (assumed: no date is recorded)",
        "(placeholder)",
        "No award is recorded.",
    ):
        assert words in page, words
    answers = {
        "award": "BA",
        **date("awarded_on", dt.date(2026, 3, 2)),
        "classification": "First class",
    }
    assert send(client, "record_award", made, **answers).status_code == 302
    page = text_of(client.get(at("academic", made.public_id)))
    assert "2 Mar 2026" in page
    assert "First class" in page
