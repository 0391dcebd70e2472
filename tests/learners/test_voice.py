"""The learner's own page, what happened in plain words, and what they say is wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learners.actions.allocations import allocate
from learners.actions.modules_results import record_module_result
from learners.actions.training import record_training
from learners.actions.voice_accounts import tell
from learners.actions.voice_challenges import answer_challenge, challenge
from learners.models import Challenge, Enrolment, OwnAccount, Placement, StarterStep, SupportNeed
from learners.ports import vocational as ports
from learners.ports.timeline import entries_for, strands_for
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from workforce.models import User

from .test_pages import at, browser, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


@pytest.fixture
def made() -> Enrolment:
    return make.enrolment()


def of(made: Enrolment) -> Any:
    return browser(somebody("learner", person=made.person))


def titles(made: Enrolment, user: Any, strand: str = "") -> list[str]:
    return [each.title for _, each in entries_for(made, user, today(), strand)]


def test_what_happened_is_told_of_every_strand_latest_first(made: Enrolment) -> None:
    pta = make.person(first_name="Ann", last_name="Ap Rhys")
    allocate(by=BY, person=made.person, role="pta", other=pta, from_date=dt.date(2025, 3, 10))
    module, course = make.module(), make.course()
    record_module_result(
        by=BY,
        enrolment=made,
        module=module,
        attempt=1,
        due_date=dt.date(2025, 6, 1),
        submitted_date=dt.date(2025, 5, 30),
        mark=61,
        outcome="pass",
    )
    record_training(
        by=BY, person=made.person, course=course, booked_for=dt.date(2025, 4, 2), status="attended"
    )
    with acting_as(by=BY):
        Placement.objects.create(
            enrolment=made,
            setting="court",
            effective_on=dt.date(2025, 7, 1),
            planned_to=dt.date(2025, 7, 5),
            began_on=dt.date(2025, 7, 2),
            ended_on=today() + DAY,
        )
    told = titles(made, somebody())
    assert (
        told.index("Placement began: Court")
        < told.index(f"{module.title}: passed")
        < told.index(f"{course.title}: attended")
    )
    assert "Practice tutor assessor: Ann Ap Rhys" in told
    assert "Placement ended: Court" not in told, "what is to come has not happened"
    assert titles(made, somebody(), "University") == [f"{module.title}: passed"]
    assert set(strands_for(somebody())) >= {
        "Programme",
        "University",
        "Practice",
        "People",
        "Vocational",
    }


def test_what_is_not_everybodys_is_not_told(made: Enrolment) -> None:
    with acting_as(by=BY):
        about = {"enrolment": made, "effective_on": dt.date(2025, 1, 10)}
        StarterStep.objects.create(
            arrangement="family_connection", state="done_action_taken", **about
        )
        StarterStep.objects.create(arrangement="adjustments", state="asked", **about)
        StarterStep.objects.create(arrangement="vetting", state="done", **about)
        SupportNeed.objects.create(adjustment="A quiet room", **about)
    record_module_result(
        by=BY,
        enrolment=made,
        module=make.module(),
        attempt=1,
        submitted_date=dt.date(2025, 5, 30),
        mark=61,
        outcome="pass",
    )
    page = text_of(browser(somebody("regional_manager")).get(at("history", made.public_id)))
    assert "Vetting: done" in page
    for hidden in ("Family", "Adjustments", "quiet room", "mark 61"):
        assert hidden not in page
    assert "mark 61" in text_of(of(made).get(at("history", made.public_id)))


def test_history_comes_in_pages_and_of_one_strand(made: Enrolment) -> None:
    course = make.course()
    for number in range(60):
        record_training(
            by=BY,
            person=made.person,
            course=course,
            booked_for=dt.date(2025, 3, 1) + number * DAY,
            status="attended",
        )
    client = browser(somebody())
    url = at("history", made.public_id)
    first = client.get(url)
    assert text_of(first).count(f"{course.title}: attended") == 50
    assert "page=2" in first.content.decode()
    assert f"{course.title}: attended" not in text_of(client.get(url + "?strand=Programme"))
    assert "Given a place" in text_of(client.get(url + "?strand=Programme"))
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    other = make.enrolment()
    with CaptureQueriesContext(connection) as few:
        client.get(at("history", other.public_id))
    assert len(many) <= len(few) + 1


def test_a_learners_own_page(made: Enrolment) -> None:
    pta = make.person(first_name="Ann", last_name="Ap Rhys", email="ann@example.com")
    allocate(by=BY, person=made.person, role="pta", other=pta, from_date=dt.date(2025, 3, 10))
    page = text_of(of(made).get(at("own")))
    for words in (
        "You are on the programme",
        "What is next for you",
        "Ann Ap Rhys, ann@example.com",
        "Nobody yet",
        "Your mentor is to be allocated",
        "Waiting for others",
        "Your office",
    ):
        assert words in page
    assert "Your practice tutor assessor is to be allocated" not in page
    assert browser(somebody()).get(at("own")).status_code == 403, "nobody else has one"


def test_what_waits_for_the_service_is_never_the_learners_to_do(
    made: Enrolment, vocational: Any
) -> None:
    waits = ports.DueStep(
        "Evidence waits for a decision (2)", today() - DAY, "service", overdue=True
    )
    vocational.steps[made.person_id] = [waits, ports.DueStep("Hand in unit 3", today() + DAY)]
    context = of(made).get(at("own")).context
    assert "Hand in unit 3" in [step.title for step in context["next_steps"]]
    assert waits.title not in [step.title for step in context["next_steps"]]
    assert waits.title in [step.title for step in context["waiting"]]


def test_of_two_places_the_one_they_have_now_comes_first(made: Enrolment) -> None:
    from learners.actions.withdrawals import withdraw

    withdraw(by=BY, enrolment=made, on=dt.date(2025, 6, 1))
    again = make.enrolment(who=made.person, start=dt.date(2025, 9, 15), in_cohort="Intake 15")
    page = of(made).get(at("own")).content.decode()
    assert page.index(at("learner", again.public_id)) < page.index(at("learner", made.public_id))


def test_a_learner_says_that_something_is_wrong_and_is_answered(made: Enrolment) -> None:
    client, manager = of(made), browser(somebody())
    record = client.get(at("academic", made.public_id)).content.decode()
    assert f"{at('challenge', made.public_id)}?about=University" in record
    assert "This is wrong" in text_of(client.get(at("history", made.public_id)))
    url = at("challenge", made.public_id)
    assert (
        'value="Started, 4 March 2025"'
        in client.get(url + "?about=Started, 4 March 2025").content.decode()
    )
    assert "Enter what is wrong" in text_of(client.post(url, {"item": "Started", "says": " "}))
    said = {"item": "Started", "says": "It was the 5th"}
    assert client.post(url, said).url == at("own")
    client.post(url, said)
    held = Challenge.objects.live().get()  # pressed twice, said once
    assert "Waiting for an answer" in text_of(client.get(at("own")))
    assert "It was the 5th" in text_of(manager.get(at("challenges")))
    assert client.get(at("challenges")).status_code == 403
    answer = at("answer_challenge", held.public_id)
    assert "It was the 5th" in text_of(manager.get(answer))
    assert (
        manager.post(answer, {"outcome": "corrected", "answer": "Now the 5th"}).status_code == 302
    )
    assert manager.post(answer, {"outcome": "stands", "answer": "No"}).status_code == 404, (
        "it is answered once"
    )
    assert "Now the 5th" in text_of(client.get(at("own")))
    assert "No learner waits" in text_of(manager.get(at("challenges")))


def test_nobody_speaks_for_another_or_answers_themself(made: Enrolment) -> None:
    other = make.enrolment()
    assert of(other).get(at("challenge", made.public_id)).status_code == 404
    assert browser(somebody()).get(at("challenge", made.public_id)).status_code == 403
    held = challenge(by=BY, enrolment=made, item="Dates", says="Wrong")
    both = somebody(person=made.person)
    assert browser(both).get(at("answer_challenge", held.public_id)).status_code == 404
    with pytest.raises(RuleBroken, match="Somebody else"):
        answer_challenge(by=both, challenge=held, outcome="stands", answer="No")
    with pytest.raises(RuleBroken, match="why it stands"):
        answer_challenge(by=BY, challenge=held, outcome="stands", answer=" ")
    answer_challenge(by=BY, challenge=held, outcome="stands", answer="No")
    with pytest.raises(Conflict):
        answer_challenge(by=BY, challenge=held, outcome="stands", answer="No")
    assert challenge(by=BY, enrolment=made, item="Dates", says="Wrong").pk != held.pk, (
        "answered, it may be said again"
    )


def test_an_own_account_beside_what_others_recorded(made: Enrolment) -> None:
    make.event(made, "deferred", dt.date(2025, 5, 1), note="Private")
    make.event(made, "resumed", dt.date(2025, 6, 1))
    client, url = of(made), at("tell", made.public_id)
    assert "Break of 1 May 2025" in text_of(client.get(url))
    assert "Enter your own account" in text_of(
        client.post(url, {"what": "break/2025-05-01", "account": " "})
    )
    for words in ("I asked for it in April", "I asked for it in March"):
        assert client.post(url, {"what": "break/2025-05-01", "account": words}).status_code == 302
    assert OwnAccount.objects.live().get().account == "I asked for it in March"
    page = at("breaks", made.public_id)
    assert "I asked for it in March" in text_of(client.get(page))
    assert "I asked for it in March" in text_of(browser(somebody()).get(page))
    assert "I asked" not in text_of(browser(somebody("regional_manager")).get(page))
    assert browser(somebody()).get(url).status_code == 403
    told = {"enrolment": made, "about": "break", "account": "x"}
    with pytest.raises(RuleBroken, match="Only the learner"):
        tell(by=somebody(), about_on=dt.date(2025, 5, 1), **told)
    with pytest.raises(RuleBroken, match="Nothing of this"):
        tell(by=User.objects.get(person=made.person), about_on=dt.date(2025, 5, 2), **told)
