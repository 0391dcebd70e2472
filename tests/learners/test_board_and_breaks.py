"""The progression board and breaks on their way: rules, actions, pages, lists."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from learners.actions import board, breaks_ahead, breaks_begin, breaks_end, events_move_region
from learners.facts.next_due import next_due_of
from learners.facts.reviews import is_referred, on_a_break
from learners.models import (
    BoardAction,
    BoardAppeal,
    BoardOutcome,
    BoardPaper,
    BoardReason,
    BreakReason,
    BreakReview,
    Enrolment,
    Event,
    ReturnPlan,
)
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from pqip.govuk.pages import Due
from tests.factories import learners as make

from .files import bring_in, done
from .test_pages import at, browser, date, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)
BACK = "Expected back from the break"


@pytest.fixture
def made() -> Enrolment:
    with acting_as(by=BY):
        outcome, _ = BoardOutcome.objects.get_or_create(
            code="T", defaults={"title": "Test outcome"}
        )
        BoardReason.objects.get_or_create(
            outcome=outcome, code="why", defaults={"title": "Test reason"}
        )
        BreakReason.objects.get_or_create(code="caring", defaults={"title": "Caring for somebody"})
    return make.enrolment()


DECIDED: dict[str, Any] = {"board_outcome": "Test outcome", "reason": "why"}


def test_c2_44_the_board_decides_of_a_referral_that_waits(made: Enrolment) -> None:
    on = dt.date(2025, 5, 6)
    asked = {"by": BY, "enrolment": made}
    with pytest.raises(RuleBroken, match="no referral"):
        board.record_board_decision(**asked, on=on, **DECIDED)
    board.refer_to_board(**asked, on=on, note="Two modules failed")
    assert is_referred(made)
    for wrong, field in (
        ({"board_outcome": "Other"}, "board_outcome"),
        ({"reason": "none"}, "reason"),
    ):
        with pytest.raises(RuleBroken) as broken:
            board.record_board_decision(**asked, on=on, **(DECIDED | wrong))
        assert broken.value.field == field
    with pytest.raises(RuleBroken, match="no referral"):
        board.record_board_decision(**asked, on=on - DAY, **DECIDED)
    board.record_board_decision(**asked, on=on, **DECIDED)
    assert not is_referred(made)
    for again, refused in ((on + DAY, "no referral"), (on, "already recorded for 6 May 2025")):
        with pytest.raises(RuleBroken, match=refused):
            board.record_board_decision(**asked, on=again, **DECIDED)


def test_a_decision_is_shown_with_its_own_reason_where_another_outcome_has_one_of_that_code(
    made: Enrolment,
) -> None:
    with acting_as(by=BY):
        other = BoardOutcome.objects.create(code="ZZ", title="Another outcome")
        BoardReason.objects.create(outcome=other, code="why", title="Another reason")
    on = dt.date(2025, 5, 6)
    board.refer_to_board(by=BY, enrolment=made, on=on, note="Two modules failed")
    board.record_board_decision(by=BY, enrolment=made, on=on, **DECIDED)
    for page in ("board", "history"):
        shown = text_of(browser(somebody()).get(at(page, made.public_id)))
        assert "Reason: Test reason" in shown
        assert "Another reason" not in shown


def test_one_referral_has_one_decision_whatever_its_day(made: Enrolment) -> None:
    on, asked = dt.date(2025, 5, 6), {"by": BY, "enrolment": made}
    board.refer_to_board(**asked, on=on, note="x")
    board.record_board_decision(**asked, on=on + 30 * DAY, **DECIDED)
    with pytest.raises(RuleBroken, match="no referral"):
        board.record_board_decision(**asked, on=on + 10 * DAY, **DECIDED)
    board.refer_to_board(**asked, on=on + 40 * DAY, note="y")
    board.record_board_decision(**asked, on=on + 40 * DAY, **DECIDED)


def test_an_appeal_is_made_once_and_decided_once(made: Enrolment) -> None:
    on = dt.date(2025, 5, 6)
    asked = {"by": BY, "enrolment": made}
    with pytest.raises(RuleBroken, match="no decision"):
        board.record_appeal(**asked, on=on, grounds="Unfair")
    board.refer_to_board(**asked, on=on, note="x")
    board.record_board_decision(**asked, on=on, **DECIDED)
    appeal = board.record_appeal(**asked, on=on + DAY, grounds="Unfair")
    with pytest.raises(RuleBroken, match="already"):
        board.record_appeal(**asked, on=on + DAY, grounds="Unfair")
    with pytest.raises(RuleBroken, match="before it was made"):
        board.decide_appeal(by=BY, appeal=appeal, outcome="upheld", on=on)
    board.decide_appeal(by=BY, appeal=appeal, outcome="upheld", on=on + DAY)
    with pytest.raises(Conflict):
        board.decide_appeal(by=BY, appeal=appeal, outcome="upheld", on=on + DAY)


def test_the_board_on_screen(made: Enrolment) -> None:
    region, client, key = browser(somebody()), browser(somebody("national")), made.public_id
    owner = make.person("OWN1")
    decide = at("board_decision", key)
    assert decide not in client.get(at("board", key)).content.decode(), "nothing is referred yet"
    assert (
        client.post(
            at("refer_to_board", key), date("on", today()) | {"note": "Progress"}
        ).status_code
        == 403
    )
    assert (
        region.post(
            at("refer_to_board", key), date("on", today()) | {"note": "Progress"}
        ).status_code
        == 302
    )
    assert decide not in region.get(at("board", key)).content.decode(), (
        "a region refers, and decides nothing"
    )
    assert (
        region.get(decide).status_code == region.get(at("add_board_action", key)).status_code == 403
    )
    assert decide in client.get(at("board", key)).content.decode()
    assert made.person.name in text_of(client.get(at("referrals")))
    assert made.person.staff_number in text_of(client.get(at("referrals") + "?format=csv"))
    paper = date("on", today()) | {"title": "Marks", "kept_at": "Shared drive"}
    for _ in range(2):
        assert region.post(at("add_paper", key), paper).status_code == 302
    assert BoardPaper.objects.live().count() == 1, "pressed twice, recorded once"
    assert "Select" in text_of(client.post(decide, date("on", today()) | {"decision": ""}))
    said = date("on", today()) | {"decision": "Test outcome/why"}
    assert client.post(decide, said).status_code == 302
    task = {
        "what": "A plan by the assessor",
        "staff_number": owner.staff_number,
        **date("do_by", today()),
    }
    assert "nobody with this staff number" in text_of(
        client.post(at("add_board_action", key), {**task, "staff_number": "X"})
    )
    assert client.post(at("add_board_action", key), task).status_code == 302
    finish = at("finish_board_action", key, BoardAction.objects.live().get().public_id)
    assert region.post(finish, date("on", today())).status_code == 302
    assert region.get(finish).status_code == 404
    assert (
        region.post(at("appeal", key), date("on", today()) | {"grounds": "Not heard"}).status_code
        == 302
    )
    appeal = at("decide_appeal", key, BoardAppeal.objects.live().get().public_id)
    assert region.get(appeal).status_code == 403
    assert client.post(appeal, date("on", today()) | {"outcome": "dismissed"}).status_code == 302
    page = text_of(client.get(at("board", key)))
    for words in (
        "Test outcome",
        "Test reason",
        "Marks",
        "Shared drive",
        "A plan by the assessor",
        "Not heard",
        "Dismissed",
    ):
        assert words in page
    assert "Nobody waits for the board" in text_of(client.get(at("referrals")))


def test_what_the_board_decided_is_undone_and_corrected_by_the_board_alone(made: Enrolment) -> None:
    board.refer_to_board(by=BY, enrolment=made, on=today(), note="x")
    decided = board.record_board_decision(by=BY, enrolment=made, on=today(), **DECIDED)
    region, national = browser(somebody()), browser(somebody("national"))
    for step in ("undo", "correct"):
        assert region.get(at(step, decided.public_id)).status_code == 404
        assert region.get(at(f"{step}_board_decision", decided.public_id)).status_code == 403
        assert at(f"{step}_board_decision", decided.public_id) in text_of(
            national.get(at("board", made.public_id))
        )
    referral = made.events.live().get(kind="referred_to_board")
    assert national.get(at("undo_board_decision", referral.public_id)).status_code == 404
    assert (
        national.post(
            at("undo_board_decision", decided.public_id), {"reason": "Wrong person"}
        ).status_code
        == 302
    )
    assert is_referred(made)


def test_a_file_records_no_decision_of_the_board_for_a_region(
    made: Enrolment, tmp_path: Path
) -> None:
    board.refer_to_board(by=BY, enrolment=made, on=today() - DAY, note="x")
    row = {
        "staff_number": made.person.staff_number,
        "event": "board_decision",
        "effective_date": today(),
        "board_outcome": "Test outcome",
    }
    refused = bring_in(tmp_path, "learner-events", row, by=somebody())
    assert "The progression board is national" in str(refused.problems[0])
    done(bring_in(tmp_path, "learner-events", row))
    void = bring_in(
        tmp_path, "learner-events", {**row, "void": "yes", "void_reason": "Wrong"}, by=somebody()
    )
    assert "The progression board is national" in str(void.problems[0])


def test_a_break_is_looked_at_again_and_the_return_planned_and_met(made: Enrolment) -> None:
    client, key = browser(somebody()), made.public_id
    with pytest.raises(RuleBroken, match="not on a break"):
        breaks_ahead.plan_return(by=BY, enrolment=made, on=today(), plan="x")
    away = (
        date("on", today() - 60 * DAY)
        | date("expected_return", today() - DAY)
        | {"reason": "caring", "confirmed": "yes"}
    )
    assert client.post(at("defer", key), away).status_code == 302
    assert Event.objects.live().get(kind="deferred").reason == "caring"
    for _ in range(2):
        assert client.post(at("plan_look", key), date("on", today() - DAY)).status_code == 302
    look = BreakReview.objects.live().get()
    looked = date("held_on", today()) | {"note": "Two weeks more"}
    assert client.post(at("hold_look", key, look.public_id), looked).status_code == 302
    for words in ("Meet on Monday", "Meet on Tuesday"):
        assert (
            client.post(
                at("plan_return", key), date("on", today() + DAY) | {"plan": words}
            ).status_code
            == 302
        )
    plan = ReturnPlan.objects.live().get()
    assert plan.plan == "Meet on Tuesday"
    listed = text_of(client.get(at("on_a_break") + "?late=yes"))
    assert made.person.name in listed
    assert "Overdue" in listed
    page = text_of(client.get(at("breaks", key)))
    for words in ("Caring for somebody", "Two weeks more", "Meet on Tuesday"):
        assert words in page
    hidden = text_of(browser(somebody("regional_manager")).get(at("breaks", key)))
    assert "Caring" not in hidden
    assert "Two weeks more" not in hidden
    assert "Meet on Tuesday" not in hidden
    assert "Caring" not in text_of(browser(somebody("regional_manager")).get(at("history", key)))
    assert (
        client.post(at("resume", key), date("on", today()) | {"confirmed": "yes"}).status_code
        == 302
    )
    assert (
        client.post(at("return_meeting", key, plan.public_id), date("held_on", today())).status_code
        == 302
    )
    assert "Nobody is on a break" in text_of(client.get(at("on_a_break")))
    with pytest.raises(Conflict):
        breaks_ahead.meet_on_return(by=BY, plan=plan, held_on=today())
    with pytest.raises(Conflict):
        breaks_ahead.hold_break_review(by=BY, review=look, held_on=today())


def test_a_break_is_one_though_the_learner_moves_and_its_end_is_recorded_ahead() -> None:
    made = make.enrolment(start=today() - 90 * DAY)
    begun = today() - 60 * DAY
    breaks_begin.defer(by=BY, enrolment=made, on=begun, expected_return=today() - DAY)
    where = make.pdu("T-NE1")
    events_move_region.move_region(
        by=BY, enrolment=made, on=today() - 10 * DAY, to_region=where.region, to_pdu=where
    )
    breaks_end.resume(by=BY, enrolment=made, on=today() + DAY)
    (found,) = on_a_break(Enrolment.objects.all(), today())
    assert (found.away_since, found.back_on) == (begun, today() - DAY)
    late = at("on_a_break") + "?late=yes"
    client = browser(somebody())
    counted = client.get(at("decisions")).context_data["counts"]
    assert next(count.number for count in counted if count.url == late) == 1
    steps = client.get(at("learner", made.public_id)).context_data["next_steps"]
    assert [step.on for step in steps if step.title == BACK] == [today() - DAY]
    assert next_due_of([made], today())[made.pk] == Due(
        BACK, today() - DAY, "Programme", overdue=True
    )
    assert made.person.name in text_of(client.get(late))
