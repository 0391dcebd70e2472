"""Pages of learners: what they show, to whom, and in how many queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learners.actions.entry import record_entry_facts
from learners.actions.pathways_decide import decide_pathway
from learners.models import Enrolment
from learners.urls import urlpatterns
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import learners as make
from workforce.models import RoleGrant, User

from .conftest import Stated

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
START = dt.date(2025, 1, 15)


def somebody(role: str = "learning_manager", of: str = "NE", **fields: Any) -> User:
    with acting_as(by=Job("test")):
        user = User.objects.create_user(
            f"{role}.{of}.{User.objects.count()}@example.com", None, **fields
        )
        place = (
            make.region(of)
            if role in {"learning_manager", "regional_manager", "hr_partner"}
            else None
        )
        RoleGrant.objects.create(user=user, role=role, region=place, starts_on=dt.date(2020, 1, 1))
    return user


def browser(user: User) -> Client:
    client = Client()
    with acting_as(by=Job("test")):
        client.force_login(user)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"learners:{name}", args=args)


def text_of(response: Any) -> str:
    """The page, with the spaces that hold a date on one line as plain ones."""
    return response.content.decode().replace("\xa0", " ")


PAGES = [
    "learner",
    "entry",
    "programme",
    "what_if",
    "academic",
    "training",
    "people",
    "history",
    "changes",
]
FORMS = [
    "start",
    "did_not_start",
    "defer",
    "resume",
    "withdraw",
    "complete",
    "extend",
    "move_pathway",
    "move_region",
    "change_fte",
    "move_cohort",
    "refer_to_board",
    "entry_facts",
    "decide_pathway",
    "qualify",
    "register",
    "allocate",
    "record_result",
    "record_training",
]


@pytest.mark.parametrize("name", PAGES + FORMS)
def test_every_page_of_a_record_opens_within_scope_and_is_not_found_without(name: str) -> None:
    mine, theirs = make.enrolment(), make.enrolment(in_region="WAL")
    client = browser(somebody())
    page = client.get(at(name, mine.public_id))
    assert page.status_code == 200
    assert "!! undefined" not in text_of(page)
    assert client.get(at(name, theirs.public_id)).status_code == 404
    assert Client().get(at(name, mine.public_id)).status_code == 302


@pytest.mark.parametrize("name", ["list", "decisions", "enrol", "mine"])
def test_lists_open_with_no_rows(name: str) -> None:
    page = browser(somebody()).get(at(name))
    assert page.status_code == 200
    assert "!! undefined" not in text_of(page)


def full(number: int) -> None:
    """Learners with everything a list shows."""
    who = make.person(first_name="Priya", last_name="Assessor")
    for each in range(number):
        made = make.enrolment(
            who=make.person(last_name=f"Llanfairpwllgwyngyll-{each:04}"), in_pdu=make.pdu("T-NE1")
        )
        if each % 3 == 0:
            make.event(made, "deferred", dt.date(2025, 5, 1), expected_return=dt.date(2025, 6, 1))
    assert who.pk


@pytest.mark.parametrize("name", ["list", "decisions"])
def test_lists_need_as_many_queries_for_many_rows_as_for_few(name: str) -> None:
    user = somebody()
    found = []
    for more in (20, 30):
        full(more)
        client = browser(user)
        client.get(at(name))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at(name)).status_code == 200
        found.append(len(asked))
    assert found[0] == found[1]


def test_the_list_filters_and_searches_without_a_name_in_the_address() -> None:
    make.enrolment(who=make.person(first_name="Siân", last_name="Llŷr"))
    make.enrolment(who=make.person(first_name="Sam", last_name="Jones"), on="PQIP21")
    client = browser(somebody())
    assert "Jones" not in text_of(client.get(at("list") + "?pathway=PQIP15"))
    answer = client.post(at("list"), {"words": "llŷr"})
    assert "ll" not in answer.url.split("find=")[0].split("?")[-1]
    page = text_of(client.get(answer.url))
    assert "Siân Llŷr" in page
    assert "Sam Jones" not in page


def test_each_count_opens_the_list_it_counts() -> None:
    make.enrolment()
    make.enrolment(start=today() + dt.timedelta(days=20), started=False, in_cohort="Next")
    late = make.enrolment()
    make.event(late, "deferred", dt.date(2025, 5, 1), expected_return=dt.date(2025, 6, 1))
    client = browser(somebody())
    page = client.get(at("decisions"))
    for count in page.context["counts"]:
        rows = client.get(count.url).context["table"].rows
        assert len(rows) == count.number, count.label


def send(client: Client, name: str, of: Enrolment, **answers: str) -> Any:
    return client.post(at(name, of.public_id), answers)


def date(name: str, day: dt.date) -> dict[str, str]:
    return {name: day.isoformat()}


def test_a_break_and_a_return_on_screen() -> None:
    made, client = make.enrolment(), browser(somebody())
    answers = {
        **date("on", dt.date(2025, 5, 1)),
        **date("expected_return", dt.date(2025, 6, 1)),
        "note": "Private",
    }
    check = text_of(send(client, "defer", made, **answers))
    assert "15 Apr 2026" in check
    assert "16 May 2026" in check  # 31 days later
    made.refresh_from_db()
    assert made.status == "active"
    answer = send(client, "defer", made, **answers, confirmed="yes")
    assert answer.status_code == 302, answer.context["form"].errors
    made.refresh_from_db()
    assert made.status == "deferred"
    assert "Private" in text_of(client.get(at("programme", made.public_id)))
    refused = send(client, "resume", made, **date("on", dt.date(2025, 4, 1)))
    assert (
        "The learner is on the programme on that date, so they cannot come back from a break"
        in text_of(refused)
    )
    back = date("on", dt.date(2025, 6, 1))
    assert "31 days later" in text_of(send(client, "resume", made, **back))
    assert send(client, "resume", made, **back, confirmed="yes").status_code == 302


def test_withdrawing_is_checked_before_it_is_recorded() -> None:
    reason = make.reason()
    made, client = make.enrolment(), browser(somebody())
    second = send(
        client, "withdraw", made, ended_by="learner", **date("on", dt.date(2025, 6, 1))
    ).url
    answers = {
        **date("told_on", dt.date(2025, 5, 1)),
        **date("last_activity_on", dt.date(2025, 5, 30)),
        "reason": reason.code,
        "destination": "left_service",
        "would_return": "not_sure",
    }
    assert "Check your answers" in text_of(client.post(second, answers))
    made.refresh_from_db()
    assert made.status == "active"
    assert "Check your answers" not in text_of(client.post(second, answers | {"change": "yes"}))
    assert client.post(second, answers | {"confirmed": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.status == "withdrawn"
    assert reason.label.lower() in text_of(client.get(at("history", made.public_id)))


def test_completing_without_proof_asks_for_the_reason() -> None:
    made, client = make.enrolment(), browser(somebody())
    answers = {**date("on", dt.date(2026, 4, 1)), "confirmed": "yes"}
    assert "does not show that they completed" in text_of(send(client, "complete", made, **answers))
    assert send(client, "complete", made, **answers, reason="Seen on paper").status_code == 302


def test_undoing_on_screen() -> None:
    made, client = make.enrolment(), browser(somebody())
    gone = make.event(made, "withdrawn", dt.date(2025, 6, 1))
    assert client.get(at("undo", gone.public_id)).status_code == 200
    assert client.post(at("undo", gone.public_id), {"reason": "Wrong person"}).status_code == 302
    made.refresh_from_db()
    assert made.status == "active"
    history = text_of(client.get(at("history", made.public_id)))
    assert "(undone)" in history
    assert "Wrong person" in history
    assert client.get(at("undo", gone.public_id)).status_code == 404


def test_correcting_a_date_on_screen() -> None:
    made, client = make.enrolment(), browser(somebody())
    started = made.events.live().get(kind="started")
    page = client.post(
        at("correct", started.public_id),
        {**date("effective_on", dt.date(2025, 2, 1)), "reason": "Typing"},
    )
    assert page.status_code == 302
    made.refresh_from_db()
    assert made.start_date == dt.date(2025, 2, 1)


def test_allocating_on_screen_and_ending_it() -> None:
    made, other, client = make.enrolment(), make.person(), browser(somebody())
    answers = {"role": "pta", **date("from_date", START)}
    assert "nobody with this staff number" in text_of(
        send(client, "allocate", made, staff_number="NONE", **answers)
    )
    far = make.person(of="WAL")
    assert "nobody with this staff number" in text_of(
        send(client, "allocate", made, staff_number=far.staff_number, **answers)
    )
    assert "Has the role now for" in text_of(
        send(client, "allocate", made, staff_number=other.staff_number, **answers)
    )
    assert (
        send(
            client, "allocate", made, staff_number=other.staff_number, confirmed="yes", **answers
        ).status_code
        == 302
    )
    row = made.person.allocations.live().get()
    url = at("end_allocation", made.public_id, row.public_id)
    assert client.get(url).status_code == 200
    assert client.post(url, date("on", dt.date(2025, 2, 1))).status_code == 302


def test_results_and_training_on_screen() -> None:
    made, client = make.enrolment(), browser(somebody())
    answers = {
        "module": make.module().pk,
        "attempt": "1",
        **date("due_date", dt.date(2025, 5, 1)),
        "outcome": "pending",
    }
    assert send(client, "record_result", made, **answers).status_code == 302
    answers = {
        "course": make.course().pk,
        **date("booked_for", dt.date(2025, 5, 1)),
        "status": "attended",
    }
    assert send(client, "record_training", made, **answers).status_code == 302
    overview = text_of(client.get(at("learner", made.public_id)))
    assert "hand in attempt 1" in overview
    assert "Overdue" in text_of(client.get(at("academic", made.public_id)))


def test_a_learner_sees_their_own_record_and_no_buttons() -> None:
    made, other = make.enrolment(), make.enrolment()
    client = browser(somebody("learner", person=made.person))
    assert "Withdraw" not in text_of(client.get(at("learner", made.public_id)))
    assert client.get(at("learner", other.public_id)).status_code == 404
    assert client.get(at("withdraw", made.public_id)).status_code == 403
    assert client.get(at("changes", made.public_id)).status_code == 403


def test_breaks_keep_their_reason_from_those_who_may_not_see_it() -> None:
    made = make.enrolment()
    make.event(made, "deferred", dt.date(2025, 5, 1), note="Family matters")
    client = browser(somebody("regional_manager"))
    assert "Family matters" not in text_of(client.get(at("history", made.public_id)))


def test_where_they_are(vocational: Stated) -> None:
    from learners.ports import vocational as ports

    made = make.enrolment(start=dt.date(2026, 4, 20))
    vocational.progress[made.person_id] = ports.Progress(2, 6, 12, 36)
    page = text_of(browser(somebody()).get(at("learner", made.public_id)))
    assert "of 15 months" in page
    assert "2 of 6 units achieved" in page
    assert "Today" in page


def test_the_list_downloads_what_it_shows_and_the_log_says_so() -> None:
    from pqip.core.models import AccessEntry

    make.enrolment(who=make.person("D1", first_name="=Siân", last_name="Llŷr"))
    make.enrolment(on="PQIP21")
    file = (
        browser(somebody())
        .get(at("list") + "?pathway=PQIP15&format=csv")
        .content.decode("utf-8-sig")
        .splitlines()
    )
    assert file[0].startswith("staff_number,first_name,last_name,status,region")
    assert len(file) == 2
    assert ",=Siân" not in file[1]
    entry = AccessEntry.objects.get(kind="export")
    assert (entry.what, entry.detail["filters"], entry.detail["rows"]) == (
        "learners:list",
        {"pathway": ["PQIP15"]},
        1,
    )


def test_a_learner_is_led_to_their_own_record() -> None:
    made = make.enrolment()
    page = browser(somebody("learner", person=made.person)).get(at("own"))
    assert at("learner", made.public_id) in page.content.decode()
    assert browser(somebody("learner", person=make.person())).get(at("own")).status_code == 404


def test_finding_a_learner_from_any_page() -> None:
    from learners.plugins.finding import find_learners

    make.enrolment(who=make.person(first_name="Siân", last_name="Llŷr"))
    make.enrolment(who=make.person(first_name="Siân", last_name="Llŷr", of="WAL"), in_region="WAL")
    assert [found.name for found in find_learners(somebody(), "siân llŷr", 21)] == ["Siân Llŷr"]


def test_who_is_behind_is_on_the_first_list(vocational: Stated) -> None:
    from learners.ports import vocational as ports

    made = make.enrolment(start=dt.date(2025, 1, 15))
    vocational.progress[made.person_id] = ports.Progress(1, 6)
    client = browser(somebody())
    assert "Fewer units than expected" in text_of(client.get(at("decisions")))
    assert made.person.name in text_of(client.get(at("list") + "?need=behind"))


def unstated() -> Enrolment:
    """A place on the programme of which nothing states the first terms."""
    other = make.enrolment()
    with acting_as(by=Job("test")):
        return Enrolment.objects.create(
            person=make.person(),
            entry_cohort=other.entry_cohort,
            entry_route="external",
            level5_held=True,
        )


OF_A_RECORD = [
    str(pattern.name)
    for pattern in urlpatterns
    if str(pattern.pattern).startswith("<uuid:public_id>/") and str(pattern.pattern).count("<") == 1
]


@pytest.mark.parametrize("page", OF_A_RECORD)
def test_a_record_opens_of_which_nothing_states_the_first_terms(page: str) -> None:
    bare = unstated()
    everybody = [somebody("national"), somebody("learner", person=bare.person)]
    for who in everybody:
        assert browser(who).get(at(page, bare.public_id)).status_code in {200, 403, 404}


def test_what_is_missing_of_a_record_is_said_where_the_first_terms_would_be_read() -> None:
    bare = unstated()
    client = browser(somebody("learner", person=bare.person))
    for page in ("entry", "academic"):
        said = text_of(client.get(at(page, bare.public_id)))
        assert "Nothing states this learner&#39;s first terms" in said
    assert "so no rule can be asked" in text_of(client.get(at("entry", bare.public_id)))
    assert "What they came with" in text_of(client.get(at("entry", bare.public_id)))
    record_entry_facts(
        by=Job("test"),
        enrolment=bare,
        applied_on=dt.date(2025, 1, 10),
        entry_route="external",
        level5_held=True,
    )
    said = text_of(client.get(at("entry", bare.public_id)))
    assert "Nothing states this learner&#39;s first terms" in said
    assert "What the pathway follows from" in said, "the day they applied is known by now"
    assert "so no rule can be asked" not in said


def test_no_pathway_is_decided_before_anything_is_stated() -> None:
    with pytest.raises(RuleBroken, match="Nothing states this learner's first terms"):
        decide_pathway(
            by=somebody(), enrolment=unstated(), on=today(), chosen=make.pathway("PQIP15")
        )
