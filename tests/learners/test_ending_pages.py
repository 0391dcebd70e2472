"""Pages about endings: withdrawing in two steps, a second person's approval and check, leavers, and the newly qualified."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learners.actions.qualified_officers import answer_post, offer_post, record_protection
from learners.actions.withdrawals import withdraw
from learners.actions.withdrawals_approval import propose_withdrawal
from learners.models import Enrolment, LeaverWords, NewlyQualified, OfficerPost, WithdrawalProposal
from learners.queries.withdrawals import withdrawal_of
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from tests.factories import learners as make
from tests.factories import workforce as w
from workforce.models import Region

from .test_pages import at, browser, date, send, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


@pytest.fixture
def sam() -> Enrolment:
    make.reason("staffing")
    make.reason("academic", kind="programme")
    make.reason("other_programme", kind="programme")
    return make.enrolment(start=today() - 200 * DAY, in_pdu=make.pdu())


def left(of: Enrolment, on: dt.date | None = None) -> None:
    withdraw(
        by=BY,
        enrolment=of,
        on=on or today() - DAY,
        ended_by="learner",
        reason="staffing",
        destination="left_service",
    )


def answers(on: dt.date, reason: str = "academic", **more: object) -> dict[str, object]:
    days = {**date("told_on", on - DAY), **date("last_activity_on", on)}
    return {**days, "reason": reason, "destination": "returned_to_pso", **more}


def test_a_withdrawal_the_service_ends_waits_for_somebody_else(sam: Enrolment) -> None:
    manager, on = browser(somebody()), today()
    first = send(manager, "withdraw", sam, ended_by="service")
    assert "Enter day it takes effect" in text_of(first)
    second = send(manager, "withdraw", sam, ended_by="service", **date("on", on)).url
    page = text_of(manager.get(second))
    assert "staffing" not in page.lower()
    assert "somebody else approves" in page
    assert "on or before the day it takes effect" in text_of(
        manager.post(second, answers(on + 2 * DAY))
    )
    assert "Say in the note" in text_of(manager.post(second, answers(on, "other_programme")))
    assert "Check your answers" in text_of(manager.post(second, answers(on)))
    assert manager.post(second, answers(on, confirmed="yes")).status_code == 302
    sam.refresh_from_db()
    assert sam.status == "active"
    assert "Waits for approval" in text_of(manager.get(at("ending", sam.public_id)))
    proposal = WithdrawalProposal.objects.live().get()
    decide = at("decide_withdrawal", proposal.public_id)
    assert decide in text_of(manager.get(at("withdrawals")))
    assert "Somebody else must approve it" in text_of(manager.post(decide, {"approved": "yes"}))
    head = browser(somebody("regional_manager"))
    assert "Give the reason for refusing" in text_of(head.post(decide, {"approved": "no"}))
    assert head.post(decide, {"approved": "yes"}).status_code == 302
    sam.refresh_from_db()
    assert sam.status == "withdrawn"
    assert head.get(decide).status_code == 404
    assert "None waits to be approved" in text_of(head.get(at("withdrawals")))
    event = withdrawal_of(sam)
    assert event is not None
    assert manager.post(at("undo", event.public_id), {"reason": "Appeal upheld"}).status_code == 302
    sam.refresh_from_db()
    assert sam.status == "active"


def test_a_proposal_is_taken_back_and_others_do_not_see_it(sam: Enrolment) -> None:
    days = {"told_on": today(), "last_activity_on": today()}
    row = propose_withdrawal(by=BY, enrolment=sam, on=today(), reason="academic", **days)
    assert "Proposed by the Service" not in text_of(
        browser(somebody("national")).get(at("ending", sam.public_id))
    )
    address, manager = at("take_back_withdrawal", row.public_id), browser(somebody())
    assert "Enter reason" in text_of(manager.post(address, {}))
    assert manager.post(address, {"reason": "Wrong person"}).status_code == 302
    assert manager.get(address).status_code == 404
    assert browser(somebody(of="WAL")).get(address).status_code == 404


def test_codings_are_agreed_or_corrected_by_somebody_else(sam: Enrolment) -> None:
    left(sam)
    event, head = withdrawal_of(sam), browser(somebody("regional_manager"))
    assert event is not None
    page = text_of(head.get(at("codings")))
    assert at("agree_coding", event.public_id) in page
    correct = at("correct_coding", event.public_id)
    right = {"ended_by": "both", "reason": "academic", "destination": "left_service", "why": ""}
    assert "Enter what was wrong" in text_of(head.post(correct, right))
    assert head.post(correct, right | {"why": "Their letter says so"}).status_code == 302
    fresh, second = withdrawal_of(sam), browser(somebody())
    assert fresh is not None
    assert fresh.reason == "academic"
    assert "Somebody else must check" in text_of(head.post(at("agree_coding", fresh.public_id)))
    assert second.post(at("agree_coding", fresh.public_id)).status_code == 302
    assert "None is to be checked" in text_of(second.get(at("codings")))
    assert "Checked" in text_of(second.get(at("ending", sam.public_id)))


def test_leavers_words_are_read_by_hr_partners_only(sam: Enrolment) -> None:
    partner, address = browser(somebody("hr_partner")), at("leaver", sam.public_id)
    assert partner.get(address).status_code == 404
    left(sam)
    assert "To offer" not in text_of(partner.get(at("leavers")))
    wrong = {**date("offered_on", today()), **date("held_on", today() - DAY)}
    interview = at("leaver_interview", sam.public_id)
    assert "before it was offered" in text_of(partner.post(interview, wrong))
    assert partner.post(interview, date("offered_on", today())).status_code == 302
    words = at("leaver_words", sam.public_id)
    assert "Give a reason they named" in text_of(partner.post(words, date("on", today())))
    said = {**date("on", today()), "reason": "staffing", "words": "Nobody to ask"}
    assert partner.post(words, said).status_code == 302
    assert LeaverWords.objects.live().get().reasons == ["staffing"]
    words_read = AccessEntry.objects.filter(kind="view")
    assert not words_read.exists()
    assert "Nobody to ask" in text_of(partner.get(address))
    assert words_read.get().person_key == sam.person_id
    manager = browser(somebody())
    assert manager.get(address).status_code == 403
    for page in ("ending", "history", "programme", "changes"):
        assert "Nobody to ask" not in text_of(manager.get(at(page, sam.public_id)))
    assert browser(somebody("hr_partner", of="WAL")).get(address).status_code == 404


@pytest.mark.parametrize(("asked", "shown"), [
    ("", True), ("?interview=to_offer", True), ("?interview=to_hold", False), ("?interview=held", False), ("?words=yes", False),
    ("?words=no", True), ("?interview=nonsense", True),
])  # fmt: skip
def test_the_list_of_leavers_is_filtered(sam: Enrolment, asked: str, shown: bool) -> None:
    left(sam)
    assert (
        sam.person.staff_number
        in text_of(browser(somebody("hr_partner")).get(at("leavers") + asked))
    ) is shown


def test_files_hold_the_lists_and_are_logged(sam: Enrolment) -> None:
    days = {"told_on": today(), "last_activity_on": today()}
    propose_withdrawal(by=BY, enrolment=sam, on=today(), reason="academic", **days)
    left(make.enrolment(start=today() - 200 * DAY))
    manager, partner = browser(somebody()), browser(somebody("hr_partner"))
    files = ((manager, "withdrawals"), (manager, "codings"), (partner, "leavers"))
    assert [
        len(text_of(who.get(at(name), {"format": "csv"})).splitlines()) for who, name in files
    ] == [2, 2, 2]
    assert AccessEntry.objects.filter(kind="export").count() == 3


def officer(**kept: object) -> Enrolment:
    made = make.enrolment(start=today() - 700 * DAY, in_pdu=make.pdu())
    make.event(made, "completed", today() - 30 * DAY)
    make.event(made, "qualified", today() - 30 * DAY)
    w.spell(made.person, today() - 25 * DAY)
    if kept:
        record_protection(by=BY, enrolment=made, on=today() - 20 * DAY, **kept)  # type: ignore[arg-type]
    return made


def test_after_completion_on_screen() -> None:
    made, manager, mentor = officer(), browser(somebody()), make.person(last_name="Okoye")
    page = at("ending", made.public_id)
    assert "Protection is not recorded yet" in text_of(manager.get(page))
    offer = {**date("on", today() - 5 * DAY), "region": make.region().pk, "preference_met": "no"}
    assert send(manager, "offer_post", made, **offer).status_code == 302
    assert "open or accepted" in text_of(send(manager, "offer_post", made, **offer))
    post = OfficerPost.objects.live().get()
    answer = at("answer_post", made.public_id, post.public_id)
    assert "before the offer" in text_of(
        manager.post(answer, {"answer": "accepted", **date("on", today() - 6 * DAY)})
    )
    assert manager.post(answer, {"answer": "accepted", **date("on", today())}).status_code == 302
    kept = {**date("on", today() - 20 * DAY), "reduction_percent": "20", "mentor": "NOBODY"}
    assert (
        "nobody with this staff number"
        in text_of(send(manager, "protection", made, **kept)).lower()
    )
    kept |= {"mentor": mentor.staff_number, **date("reduction_from", today() - 20 * DAY)}
    assert send(manager, "protection", made, **kept).status_code == 302
    assert NewlyQualified.objects.live().get().mentor == mentor
    assert (
        send(
            manager, "workshop", made, title="Judgement", is_mandatory="yes", **date("on", today())
        ).status_code
        == 302
    )
    text = text_of(manager.get(page))
    assert all(
        words in text for words in ("Okoye", "Judgement", "20% from", "Not kept", "Accepted")
    )
    undo = at("undo_post", made.public_id, OfficerPost.objects.live().get().public_id)
    assert manager.post(undo, {"reason": "Typing error"}).status_code == 302
    assert "No post has been offered yet" in text_of(manager.get(page))
    assert browser(somebody(of="WAL")).get(at("protection", made.public_id)).status_code == 404


def test_the_list_of_the_newly_qualified_says_what_is_not_kept() -> None:
    unrecorded, kept = (
        officer(),
        officer(reduction_from=today() - 20 * DAY, mentor=make.person(), pta=make.person()),
    )
    client = browser(somebody())
    page = text_of(client.get(at("newly_qualified")))
    assert unrecorded.person.staff_number in page
    assert kept.person.staff_number in page
    assert "Protection not recorded" in page
    only = text_of(client.get(at("newly_qualified") + "?exception=any"))
    assert (unrecorded.person.staff_number in only, kept.person.staff_number in only) == (
        True,
        False,
    )
    assert (
        len(
            text_of(client.get(at("newly_qualified") + "?exception=mentor&format=csv")).splitlines()
        )
        == 1
    )
    assert "Nobody is newly qualified" in text_of(
        browser(somebody(of="WAL")).get(at("newly_qualified"))
    )


def posted(name: str, code: str) -> Enrolment:
    """Somebody who completed in the North East and is an officer in another region."""
    made = make.enrolment(who=make.person(last_name=name), start=today() - 700 * DAY)
    on = today() - 30 * DAY
    for kind in ("completed", "qualified"):
        make.event(made, kind, on)
    offered = offer_post(by=BY, enrolment=made, on=on, region=make.region(code))
    answer_post(by=BY, post=offered, answer="accepted", on=on)
    made.refresh_from_db()
    assert made.post_region == make.region(code)
    return made


def test_the_newly_qualified_stand_in_order_of_the_office_that_is_shown() -> None:
    """Where they hold the post, or else where they completed; whatever their number, in as many queries."""
    codes = list(
        Region.objects.exclude(code="NAT").order_by("order").values_list("code", flat=True)
    )
    client = browser(somebody("national"))
    posted("Ash", codes[-1])
    officer()
    client.get(at("newly_qualified"))
    with CaptureQueriesContext(connection) as few:
        client.get(at("newly_qualified"))
    for name, code in (("Birch", codes[0]), ("Cedar", codes[-1]), ("Dogwood", codes[-2])):
        posted(name, code)
    with CaptureQueriesContext(connection) as many:
        page = client.get(at("newly_qualified"))
    shown = [str(row[1].second or row[1].text) for row in page.context_data["table"].rows]
    names = {str(one): one.order for one in Region.objects.all()}
    assert [names[each] for each in shown] == sorted(names[each] for each in shown)
    assert len(set(shown)) == 3
    assert len(many) == len(few)


@pytest.mark.parametrize("name", ["withdrawals", "codings", "newly_qualified", "leavers"])
def test_lists_cost_the_same_for_more(name: str, sam: Enrolment) -> None:
    client = browser(somebody("hr_partner" if name == "leavers" else "learning_manager"))

    def more() -> None:
        days = {"told_on": today(), "last_activity_on": today()}
        officer()
        left(make.enrolment(start=today() - 200 * DAY))
        propose_withdrawal(by=BY, enrolment=make.enrolment(), on=today(), reason="academic", **days)

    more()
    client.get(at(name))
    with CaptureQueriesContext(connection) as few:
        client.get(at(name))
    for _ in range(3):
        more()
    with CaptureQueriesContext(connection) as many:
        client.get(at(name))
    assert len(many) == len(few)
