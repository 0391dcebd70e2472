"""Applications on screen: added, corrected, moved on, undone, and from an accepted offer to a learner."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.urls import reverse

from learners.actions.applications import (
    add_application,
    change_application,
    correct_stage,
    link_learner,
    record_stage,
    undo_stage,
    unlink_learner,
)
from learners.actions.enrolments import enrol_into
from learners.actions.equality import record_answers
from learners.derived.proof import applications
from learners.facts.equality import answers_offered
from learners.models import Application, ApplicationRecord, ApplicationStage, Enrolment
from learners.rules.equality import nation_of
from pqip.core.acting import Job, acting_as
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import applications as make
from tests.factories import learners
from tests.factories.applications import APPLIED
from tests.personas import client_for, persona
from workforce.models import EqualityAnswers

from .test_pages import at, date, text_of

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
FIFTH = APPLIED + 5 * DAY
WHOLE: dict[str, Any] = {
    "sifted": 10, "assessed": 40, "provisional_offer": 50, "checks": 80, "vetting": 70, "confirmed_offer": 90,
}  # fmt: skip


def later_place() -> Enrolment:
    return learners.enrolment(start=dt.date(2026, 9, 1))


def add(number: str = "2026/0001", **content: Any) -> Application:
    said = {"region": learners.region(), "route": "external", "applied_on": APPLIED, **content}
    return add_application(
        by=BY, application_number=number, campaign=said.pop("campaign", make.campaign()), **said
    )


def test_an_application_is_added_once_whatever_the_case_of_its_number() -> None:
    made = add("ab-1")
    assert ApplicationRecord.objects.live().get(application=made).route == "external"
    with pytest.raises(RuleBroken, match="This application number is taken"):
        add("AB-1")
    for wrong in ("a b", "=1", "1.2E+11", ""):
        with pytest.raises(RuleBroken, match="not an application number"):
            add(wrong)


def test_a_campaign_of_a_region_takes_applications_there_only() -> None:
    of = make.campaign("PSO 3", region=learners.region("YH"))
    with pytest.raises(RuleBroken, match="another region"):
        add(campaign=of)
    made = add(campaign=of, region=learners.region("YH"))
    with pytest.raises(RuleBroken, match="another region"):
        change_application(by=BY, application=made, reason="Wrong", region=learners.region("NE"))


def test_a_stage_is_recorded_once_corrected_and_undone_with_all_of_it_kept() -> None:
    made = add()
    first = record_stage(by=BY, application=made, stage="sifted", on=FIFTH, passed=True)
    with pytest.raises(RuleBroken, match="recorded already"):
        record_stage(by=BY, application=made, stage="sifted", on=FIFTH, passed=True)
    with pytest.raises(RuleBroken, match="before the sift"):
        record_stage(by=BY, application=made, stage="assessed", on=APPLIED + 4 * DAY, passed=True)
    record_stage(by=BY, application=made, stage="assessed", on=FIFTH, passed=True)
    with pytest.raises(RuleBroken, match="Assessed: this is before the sift"):
        correct_stage(by=BY, row=first, reason="Later", on=FIFTH + DAY, passed=True)
    with pytest.raises(RuleBroken, match="Assessed: they did not pass the sift"):
        correct_stage(by=BY, row=first, reason="No", on=FIFTH, passed=False)
    second = ApplicationStage.objects.live().get(stage="assessed")
    undo_stage(by=BY, row=second, reason="Wrong person")
    fixed = correct_stage(by=BY, row=first, reason="No", on=FIFTH, passed=False)
    with pytest.raises(Conflict):
        undo_stage(by=BY, row=first, reason="Again")
    assert list(ApplicationStage.objects.live()) == [fixed]
    assert ApplicationStage.objects.count() == 3
    first.refresh_from_db()
    fixed.refresh_from_db()
    assert (first.voided_at, first.void_reason) == (fixed.recorded_at, "No")


def test_the_day_of_the_application_is_not_after_its_stages() -> None:
    made = make.application(stages={"sifted": 10})
    change_application(by=BY, application=made, reason="Day", applied_on=APPLIED + 10 * DAY)
    with pytest.raises(RuleBroken, match="One of its stages is before that day"):
        change_application(by=BY, application=made, reason="Day", applied_on=APPLIED + 11 * DAY)


@pytest.mark.parametrize(
    ("stage", "days", "passed"),
    [("sifted", -1, True), ("feedback", -1, None), ("sifted", 21, True), ("rejected", 20, None)],
)
def test_the_database_refuses_what_comes_before_the_application_or_after_its_end(
    stage: str, days: int, passed: bool | None
) -> None:
    made = make.application(stages={"withdrew": 20})
    with pytest.raises(InternalError), transaction.atomic(), acting_as(by=BY):
        ApplicationStage.objects.create(
            application=made, stage=stage, effective_on=APPLIED + days * DAY, passed=passed
        )
    with acting_as(by=BY):
        ApplicationStage.objects.create(
            application=made, stage="sifted", effective_on=APPLIED + 20 * DAY, passed=True
        )
        ApplicationStage.objects.create(
            application=made, stage="feedback", effective_on=APPLIED + 60 * DAY
        )


def test_the_database_refuses_a_result_of_a_stage_without_one_and_a_second_of_a_kind() -> None:
    made = make.application(stages={"sifted": 1})
    for stage, passed in (("started", True), ("sifted", True)):
        with pytest.raises(IntegrityError), transaction.atomic(), acting_as(by=BY):
            ApplicationStage.objects.create(
                application=made, stage=stage, effective_on=APPLIED + DAY, passed=passed
            )


def test_a_learner_is_linked_once_an_offer_is_confirmed() -> None:
    made, place = add(), later_place()
    with pytest.raises(RuleBroken, match="not confirmed"):
        link_learner(by=BY, application=made, enrolment=place)
    whole = make.application(stages=WHOLE)
    assert link_learner(by=BY, application=whole, enrolment=place).enrolment == place
    link_learner(by=BY, application=whole, enrolment=place)
    with pytest.raises(Conflict, match="another place"):
        link_learner(by=BY, application=whole, enrolment=later_place())
    gone = make.application(stages={**WHOLE, "withdrew": 91})
    with pytest.raises(RuleBroken, match="not confirmed"):
        link_learner(by=BY, application=gone, enrolment=later_place())


def test_the_place_of_an_applicant_takes_the_campaign_of_the_application() -> None:
    made = make.application("77", stages=WHOLE)
    who = learners.person("APP:77")
    place = enrol_into(
        by=BY, cohort="Intake 20", application=made, person=who, pathway=learners.pathway(),
        region=learners.region(), fte=Decimal("1.0"), start_date=dt.date(2026, 9, 1), entry_route="external",
        level5_held=True, modules_held=["CJS", "UCCB", "PPP"],
    )  # fmt: skip
    made.refresh_from_db()
    assert (made.enrolment, place.campaign) == (place, make.campaign())


def manager() -> Any:
    return client_for(persona("learning_manager"))


def test_an_application_is_added_and_moved_on_by_its_pages() -> None:
    of, client = make.campaign(), manager()
    url = reverse("learners:add_application", args=[of.public_id])
    said = {"application_number": "2026/1", "route": "external", **date("applied_on", APPLIED)}
    gone = client.post(url, said, follow=True)
    made = Application.objects.get()
    assert gone.redirect_chain[-1][0] == at("application", made.public_id)
    record = reverse("learners:record_stage", args=[made.public_id])
    answer = client.post(record, {"stage": "sifted", **date("on", APPLIED)})
    assert "Say whether they passed the sift" in text_of(answer)
    client.post(record, {"stage": "sifted", **date("on", APPLIED), "passed": "yes"})
    stage = ApplicationStage.objects.live().get()
    assert (stage.stage, stage.passed) == ("sifted", True)
    correct = reverse("learners:correct_stage", args=[stage.public_id])
    client.post(correct, {**date("on", APPLIED + DAY), "passed": "no", "reason": "Marked anew"})
    stage = ApplicationStage.objects.live().get()
    assert (stage.effective_on, stage.passed) == (APPLIED + DAY, False)
    page = text_of(client.get(reverse("learners:application", args=[made.public_id])))
    assert "Not passed" in page
    assert "Not successful" in page
    client.post(reverse("learners:undo_stage", args=[stage.public_id]), {"reason": "Wrong"})
    assert not ApplicationStage.objects.live().exists()


def test_what_an_application_says_is_corrected_by_its_page() -> None:
    made, client = make.application(), manager()
    offices = learners.region().pdus.order_by("name")
    first, second = offices[0], offices[1]
    url = reverse("learners:change_application", args=[made.public_id])
    said = {
        "route": "internal_moj", **date("applied_on", APPLIED), "previous_number": "2024/9", "is_returner": "yes",
        "would_take_pso_post": "", "office_1": second.pk, "office_2": first.pk, "office_3": "", "offered_pdu": second.pk,
        "accepted_pdu": second.pk, "paused_days": "7", "reason": "As they said",
    }  # fmt: skip
    twice = client.post(url, {**said, "office_2": second.pk})
    assert "Choose each office once" in text_of(twice)
    client.post(url, said)
    made.refresh_from_db()
    assert (made.route, made.previous_number, made.is_returner, made.would_take_pso_post) == (
        "internal_moj", "2024/9", True, None)  # fmt: skip
    assert (made.offices, made.accepted_pdu, made.paused_days) == (
        [second.code, first.code],
        second,
        7,
    )
    page = text_of(client.get(reverse("learners:application", args=[made.public_id])))
    assert f"1. {second.name}; 2. {first.name}" in page
    assert "7 days" in page


def test_from_an_accepted_offer_to_a_learner_without_asking_again() -> None:
    client = manager()
    office = learners.region().pdus.order_by("name")[0]
    made = make.application("2026/5", route="external", stages=WHOLE, accepted_pdu=office)
    url = reverse("learners:application_to_learner", args=[made.public_id])
    page = client.get(url)
    assert "Staff number" not in text_of(page)
    who = {"first_name": "Ann", "last_name": "Lee", "email": "", "pdu": office.pk, "fte": "1.0"}
    gone = client.post(url, {**who, **date("on", dt.date(2027, 9, 1))})
    assert gone.status_code == 302
    form = client.get(gone.url).context_data["form"]
    assert (form.initial["entry_route"], form.initial["pdu"]) == ("external", office.pk)
    learners.pathway()
    place = {
        "cohort": "", "new_cohort": "Intake 30", **date("start_date", dt.date(2027, 9, 1)), "pdu": office.pk, "fte": "1.0",
        "entry_route": "external",
    }  # fmt: skip
    asked = client.post(gone.url, place)
    assert asked.status_code == 302
    assert client.get(asked.url).context_data["form"].initial["applied_on"] == APPLIED
    came = {
        "level5_held": "yes",
        "modules_held": ["CJS", "UCCB", "PPP"],
        "has_application": "no",
        "pathway": "rules",
    }
    client.post(asked.url, {**came, "confirmed": "yes"})
    enrolment = Enrolment.objects.get()
    made.refresh_from_db()
    assert enrolment.person.staff_number == "APP:2026/5"
    assert (made.enrolment, enrolment.campaign) == (enrolment, made.campaign)
    started = client.get(reverse("learners:record_stage", args=[made.public_id]))
    assert started.context_data["form"].initial == {"stage": "started", "on": dt.date(2027, 9, 1)}


def test_somebody_on_record_is_linked_with_their_application() -> None:
    client, place = manager(), later_place()
    made = make.application(stages=WHOLE)
    url = reverse("learners:link_learner", args=[made.public_id])
    nobody = learners.person()
    answer = client.post(url, {"words": nobody.staff_number})
    assert "no place on the programme yet" in text_of(answer)
    client.post(url, {"words": place.person.staff_number})
    made.refresh_from_db()
    assert made.enrolment == place
    page = text_of(client.get(reverse("learners:application", args=[made.public_id])))
    assert "Open the learner" in page


def test_who_reaches_another_region_only_finds_nothing() -> None:
    made = make.application(in_region="YH", stages={"sifted": 1})
    client = manager()
    for name in ("application", "record_stage", "change_application"):
        assert client.get(reverse(f"learners:{name}", args=[made.public_id])).status_code == 404
    listed = client.get(reverse("learners:applications", args=[make.campaign().public_id]))
    assert made.application_number not in text_of(listed)


def test_the_list_by_furthest_stage_outcome_route_and_region() -> None:
    waiting = make.application("W1", stages={"sifted": 5})
    failed = make.application("F1", stages={"sifted": (5, False)}, route="internal_moj")
    make.application("N1", in_region="YH")
    gone = make.application("G1", stages={"sifted": 5, "withdrew": 9})
    started = make.application("S1", stages={**WHOLE, "started": 99})
    client = client_for(persona("national"))
    url = reverse("learners:applications", args=[make.campaign().public_id])

    def shown(**asked: str) -> set[str]:
        rows = client.get(url, asked).context_data["table"].rows
        return {row[0].text for row in rows}

    assert shown(stage="sifted") == {waiting.application_number, "F1", gone.application_number}
    assert shown(stage="applied") == {"N1"}
    assert shown(outcome="in_progress") == {"W1", "N1"}
    assert shown(outcome="rejected") == {failed.application_number}
    assert shown(outcome="withdrew") == {"G1"}
    assert shown(outcome="started", stage="started") == {started.application_number}
    assert shown(route="internal_moj") == {"F1"}
    assert shown(region="YH") == {"N1"}


def test_equality_answers_keep_what_was_known_and_stand_on_no_page() -> None:
    made = make.application(answers={"sex": "female", "ethnicity": "white_irish"})
    with acting_as(by=BY):
        made.equality.ethnicity = "roma"
        made.equality.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ethnicity FROM learners_applicantequalityrecord ORDER BY id")
        assert cursor.fetchall() == [("white_irish",), ("roma",)]
    page = text_of(manager().get(reverse("learners:application", args=[made.public_id])))
    assert "Roma" not in page


def test_the_proof_tells_of_stages_that_do_not_follow_and_of_a_copy_that_differs() -> None:
    make.application(stages={**WHOLE, "started": 120}, answers={"sex": "male"})
    assert list(applications()) == []
    wrong = make.application(stages={"sifted": 10, "assessed": 9})
    assert list(applications()) == [f"Application {wrong.pk}: This is before the sift."]


TOMORROW = dt.date(2026, 12, 1)


def test_nothing_happens_on_a_day_to_come() -> None:
    with pytest.raises(RuleBroken, match="applied on a day to come"):
        add(applied_on=TOMORROW)
    made = add()
    with pytest.raises(RuleBroken, match="on a day to come"):
        record_stage(by=BY, application=made, stage="started", on=TOMORROW)
    row = record_stage(by=BY, application=made, stage="sifted", on=TOMORROW - DAY, passed=True)
    with pytest.raises(RuleBroken, match="on a day to come"):
        correct_stage(by=BY, row=row, reason="Later", on=TOMORROW, passed=True)
    with pytest.raises(RuleBroken, match="applied on a day to come"):
        change_application(by=BY, application=made, reason="Day", applied_on=TOMORROW)


def test_an_application_is_not_its_own_earlier_one() -> None:
    with pytest.raises(RuleBroken, match="this application itself"):
        add("ab-1", previous_number="AB-1")
    made = add("ab-1", previous_number="AB-2")
    with pytest.raises(RuleBroken, match="this application itself"):
        change_application(by=BY, application=made, reason="No", previous_number="Ab-1")


def test_the_merit_list_of_twelve_months_is_held_on_screen() -> None:
    made = make.application(stages={"assessed": 0}, on=dt.date(2025, 2, 10))
    with pytest.raises(RuleBroken, match="on the merit list until 10 February 2026"):
        record_stage(by=BY, application=made, stage="provisional_offer", on=dt.date(2026, 2, 11))
    row = record_stage(by=BY, application=made, stage="provisional_offer", on=dt.date(2026, 2, 10))
    with pytest.raises(RuleBroken, match="merit list"):
        correct_stage(by=BY, row=row, reason="Later", on=dt.date(2026, 2, 11))
    centre = made.stages.live().get(stage="assessed")
    change_application(by=BY, application=made, reason="Day", applied_on=dt.date(2025, 1, 1))
    with pytest.raises(RuleBroken, match="Provisional offer: they were on the merit list"):
        correct_stage(by=BY, row=centre, reason="Earlier", on=dt.date(2025, 2, 9), passed=True)


def test_the_database_holds_the_day_of_the_application() -> None:
    made = make.application(stages={"sifted": 10})
    with pytest.raises(InternalError), transaction.atomic(), acting_as(by=BY):
        Application.objects.filter(pk=made.pk).update(applied_on=APPLIED + 11 * DAY)
    with acting_as(by=BY):
        Application.objects.filter(pk=made.pk).update(applied_on=APPLIED + 10 * DAY)


def test_a_place_that_began_before_the_application_did_not_come_of_it() -> None:
    made = make.application(stages=WHOLE)
    early = learners.enrolment(start=APPLIED - DAY)
    with pytest.raises(RuleBroken, match="began before this application"):
        link_learner(by=BY, application=made, enrolment=early)
    url = reverse("learners:link_learner", args=[made.public_id])
    answer = manager().post(url, {"words": early.person.staff_number})
    assert "began before this application" in text_of(answer)
    same = learners.enrolment(start=APPLIED)
    assert link_learner(by=BY, application=made, enrolment=same).enrolment == same


def test_one_who_started_without_a_recorded_offer_is_linked_and_the_link_undone() -> None:
    answers = {"sex": "male", "ethnicity": "roma", "disability": "no", "age_band": "25_to_29"}
    made, place = make.application(stages={"started": 120}, answers=answers), later_place()
    with acting_as(by=BY):
        EqualityAnswers.objects.update_or_create(
            person=place.person, defaults={"sex": "female", "ethnicity": "", "disability": ""}
        )
    link_learner(by=BY, application=made, enrolment=place)
    place.refresh_from_db()
    assert place.campaign == made.campaign
    own = EqualityAnswers.objects.get(person=place.person)
    assert (own.sex, own.ethnicity, own.disability) == ("female", "roma", "no")
    start = made.stages.live().get(stage="started")
    with pytest.raises(RuleBroken, match="A place on the programme came of it"):
        undo_stage(by=BY, row=start, reason="Wrong")
    own.disability = "yes"
    with acting_as(by=BY):
        own.save()
    made.refresh_from_db()
    seen = Application.objects.get(pk=made.pk)
    unlink_learner(by=BY, application=seen, reason="Somebody else")
    own.refresh_from_db()
    assert (own.sex, own.ethnicity, own.disability) == ("female", "", "yes")
    with pytest.raises(Conflict):
        unlink_learner(by=BY, application=seen, reason="Again")
    undo_stage(by=BY, row=start, reason="Wrong")
    assert Application.objects.get(pk=made.pk).enrolment is None


def test_a_learner_without_answers_takes_those_of_the_application() -> None:
    made, place = make.application(stages=WHOLE, answers={"sex": "male"}), later_place()
    link_learner(by=BY, application=made, enrolment=place)
    assert EqualityAnswers.objects.get(person=place.person).sex == "male"
    client = manager()
    url = reverse("learners:unlink_learner", args=[made.public_id])
    client.post(url, {"reason": "Somebody else"})
    assert EqualityAnswers.objects.get(person=place.person).sex == ""
    assert Application.objects.get(pk=made.pk).enrolment is None


def test_a_post_as_a_pso_is_no_place_on_the_programme() -> None:
    made = make.application(stages=WHOLE, route="pso_post")
    page = text_of(manager().get(reverse("learners:application", args=[made.public_id])))
    assert "Make them a learner" not in page
    with pytest.raises(RuleBroken, match="a post as a PSO"):
        link_learner(by=BY, application=made, enrolment=later_place())


def test_equality_answers_are_recorded_on_screen_and_shown_to_nobody_who_may_not_see_them() -> None:
    made, client = make.application(answers={"sex": "female"}), manager()
    url = reverse("learners:applicant_equality", args=[made.public_id])
    page = client.get(url)
    assert page.context_data["form"].initial == {}
    client.post(url, {"sex": "", "ethnicity": "roma", "disability": "no", "age_band": "25_to_29"})
    made.equality.refresh_from_db()
    held = made.equality
    assert (held.sex, held.ethnicity, held.disability) == ("female", "roma", "no")
    early = make.application(on=dt.date(2020, 3, 2))
    with pytest.raises(RuleBroken, match="was not offered on that day"):
        record_answers(by=BY, application=early, answers={"ethnicity": "roma"})
    assert client_for(persona("national")).get(url).status_code == 403


def test_in_wales_welsh_comes_first() -> None:
    there = answers_offered(dt.date(2026, 1, 5), nation_of("WAL"))
    here = answers_offered(dt.date(2026, 1, 5), nation_of("NE"))
    assert there["ethnicity"][0] == (
        "white_british", "Welsh, English, Scottish, Northern Irish or British")  # fmt: skip
    assert here["ethnicity"][0][1].startswith("English, Welsh")
    assert [code for code, _ in there["ethnicity"]] == [code for code, _ in here["ethnicity"]]
    assert len(here["ethnicity"]) == 20, "19 groups and preferring not to say"
    assert len(answers_offered(dt.date(2021, 3, 20), "")["ethnicity"]) == 19
    assert len(answers_offered(dt.date(2021, 3, 21), "")["ethnicity"]) == 20
