"""Deciding: what is confirmed of evidence, drafts, the next piece, handing in again, and disagreeing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from assessments.actions.countersigning import countersign
from assessments.actions.decisions import decide
from assessments.actions.evidence import log_evidence
from assessments.derived.criteria import criteria_after
from assessments.models import CriterionMet, Decision, DecisionDraft, Evidence, Wait
from assessments.presenters.candidates import state_of
from assessments.queries import records
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import assessments as make
from tests.factories.assessments import BY, JUDGED
from tests.personas import client_for, persona
from workforce.models import User

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 8, 11)


@pytest.mark.parametrize("judged", [[], JUDGED[:4], JUDGED[1:]])
def test_nothing_is_competent_before_all_five_are_confirmed(judged: list[str]) -> None:
    piece = make.evidence(make.registration())
    keys = make.codes(piece.registration)
    with pytest.raises(RuleBroken) as broken:
        decide(
            evidence=piece,
            assessor=make.assessor(),
            decided_on=DAY,
            met=keys[:1],
            not_met=[],
            judged=judged,
            by=BY,
        )
    assert broken.value.field == "judged"
    made = decide(
        evidence=piece,
        assessor=make.assessor(),
        decided_on=DAY,
        met=[],
        not_met=keys,
        judged=judged,
        feedback="More.",
        by=BY,
    )
    assert made.judged == judged


def again(piece: Evidence, *codes: str, **changes: Any) -> Evidence:
    usual = {
        "title": "Again",
        "method": "observation",
        "submitted_on": DAY,
        "names_nobody": True,
        "by": BY,
        "follows": piece,
        "registration": piece.registration,
        "criteria": make.codes(piece.registration, *codes),
    }
    return log_evidence(**{**usual, **changes})


def test_evidence_is_handed_in_again_once_for_what_was_not_yet_met() -> None:
    assessor, registration = make.assessor(), make.registration()
    first = make.evidence(registration, dt.date(2025, 8, 1), "1.1.1", "1.1.2")
    with pytest.raises(RuleBroken, match="still waits"):
        again(first, "1.1.2")
    make.decision(first, assessor, met=("1.1.1",), not_met=("1.1.2",))
    with pytest.raises(RuleBroken, match="not yet met on the evidence before"):
        again(first, "1.1.1")
    second = again(first, "1.1.2")
    with pytest.raises(Conflict, match="already"):
        again(first, "1.1.2")
    with pytest.raises(RuleBroken, match="found competent on the evidence before"):
        decide(
            evidence=second,
            assessor=assessor,
            decided_on=DAY,
            met=make.codes(registration, "1.1.1"),
            not_met=[],
            judged=JUDGED,
            by=BY,
        )
    decide(
        evidence=second,
        assessor=assessor,
        decided_on=DAY,
        met=make.codes(registration, "1.1.2"),
        not_met=[],
        judged=JUDGED,
        by=BY,
    )
    assert CriterionMet.objects.filter(registration=registration, to_on=None).count() == 2


def test_a_decision_that_waits_for_its_countersignature_leaves_nothing_to_hand_in_again() -> None:
    piece, trainee = make.evidence(make.registration()), make.trainee()
    made = make.decision(piece, trainee, met=(), not_met=("1.1.1",))
    with pytest.raises(RuleBroken, match="still waits"):
        again(piece, "1.1.1")
    make.countersignature(made, make.countersigner())
    assert again(piece, "1.1.1").follows == piece


def test_disagreeing_makes_final_and_leaves_what_is_named_not_yet_met() -> None:
    piece = make.evidence(make.registration())
    registration, signer = piece.registration, make.countersigner()
    made = make.decision(piece, make.trainee(), met=("1.1.1", "1.1.2"))
    one, two = make.codes(registration, "1.1.1", "1.1.2")
    stated = {"decision": made, "countersigner": signer, "on": dt.date(2025, 8, 20), "by": BY}
    for wrong, field in (
        ({"outcome": "disagreed", "feedback": " ", "disagreed": [two]}, "feedback"),
        ({"outcome": "disagreed", "feedback": "No", "disagreed": []}, "disagreed"),
        (
            {
                "outcome": "disagreed",
                "feedback": "No",
                "disagreed": make.codes(registration, "2.1.1"),
            },
            "disagreed",
        ),
        ({"outcome": "agreed", "feedback": "", "disagreed": [two]}, "disagreed"),
    ):
        with pytest.raises(RuleBroken) as broken:
            countersign(**stated, **wrong)
        assert broken.value.field == field
    countersign(**stated, outcome="disagreed", feedback="Not shown", disagreed=[two])
    held = CriterionMet.objects.get(registration=registration)
    assert (held.criterion_id, held.from_on) == (one, dt.date(2025, 8, 20))
    assert criteria_after(piece.pk) == ([one], [two])
    assert not Wait.objects.filter(evidence=piece, to_on=None).exists()
    assert again(piece, "1.1.2").follows == piece


def test_disagreeing_where_no_countersignature_is_needed_changes_nothing() -> None:
    piece = make.evidence(make.registration())
    made = make.decision(piece, make.assessor(), met=("1.1.1",))
    make.countersignature(
        made,
        make.countersigner(),
        outcome="disagreed",
        disagreed=make.codes(piece.registration, "1.1.1"),
    )
    assert CriterionMet.objects.filter(registration=piece.registration, to_on=None).count() == 1


@pytest.fixture
def pta() -> User:
    who = persona("pta")
    make.assessor(who.person)
    return who


def waiting(pta: User, *days: int) -> list[Evidence]:
    registration = make.registration()
    make.allocate(registration.person, pta.person)
    return [make.evidence(registration, dt.date(2025, 8, day), "1.1.1") for day in days]


def answers(piece: Evidence, **changes: Any) -> dict[str, Any]:
    named = {f"criterion_{key}": "met" for key in make.codes(piece.registration, "1.1.1")}
    return {
        **named,
        "number": "1",
        "judged": JUDGED,
        "feedback": "Clear.",
        "decided_on": "2025-08-20",
        **changes,
    }


def where(piece: Evidence) -> str:
    return reverse("assessments:decide", args=[piece.public_id])


def test_the_next_piece_follows_the_oldest_first_until_none_is_left(pta: User) -> None:
    one, two = waiting(pta, 2, 1)
    client = client_for(pta)
    assert "1 more piece of evidence" in client.get(where(two)).content.decode()
    assert client.post(where(two), answers(two, then="next")).url == where(one) + "?row=1"
    assert client.post(where(one), answers(one, then="next")).url == reverse("assessments:waiting")


def test_the_first_page_counts_what_waits_and_shows_what_is_asked_for() -> None:
    trainee = persona("pta")
    make.trainee(trainee.person)
    old, new = waiting(trainee, 1, 2)
    recent = make.evidence(old.registration, today(), "1.1.1")
    decision = make.decision(old, trainee.person, met=("1.1.1",))
    make.countersignature(decision, make.countersigner(), outcome="returned", feedback="More.")
    client, url = client_for(trainee), reverse("assessments:waiting")
    asked = {
        "returned": [old],
        "new": [new, recent],
        "overdue": [old, new],
        "": [old, new, recent],
        "anything": [old, new, recent],
    }
    for show, pieces in asked.items():
        context: Any = client.get(url, {"show": show}).context_data  # type: ignore[attr-defined]
        assert [row[0].url for row in context["table"].rows] == [where(one) for one in pieces]
        counts = {count.label: count.number for count in context["counts"]}
        assert counts == {"Returned to me": 1, "New": 2, "Overdue": 2}
        file = b"".join(client.get(url, {"show": show, "format": "csv"})).decode()  # type: ignore[call-overload]
        assert len(file.splitlines()) == 1 + len(pieces)


def test_saving_and_stopping_shows_what_was_decided(pta: User) -> None:
    one, _two = waiting(pta, 1, 2)
    shown = reverse("assessments:evidence", args=[one.public_id])
    assert client_for(pta).post(where(one), answers(one, then="stay")).url == shown


def test_a_draft_holds_what_the_form_asks_and_no_more(pta: User) -> None:
    (piece,) = waiting(pta, 1)
    client, key = client_for(pta), make.codes(piece.registration, "1.1.1")[0]
    sent = {
        f"criterion_{key}": "met",
        "feedback": "a\x00b" + "c" * 50_000,
        "decided_on-day": "1",
        "other": "x",
        "draft": "auto",
    }
    assert client.post(where(piece), sent).status_code == 204
    kept = DecisionDraft._default_manager.get().answers
    assert set(kept) == {f"criterion_{key}", "feedback", "decided_on-day"}
    assert kept["feedback"][0].startswith("abc")
    assert len(kept["feedback"][0]) == 8_000


def test_a_draft_is_kept_as_it_is_typed_comes_back_and_is_gone_once_saved(pta: User) -> None:
    (piece,) = waiting(pta, 1)
    client, key = client_for(pta), make.codes(piece.registration, "1.1.1")[0]
    half = {
        f"criterion_{key}": "met",
        "number": "1",
        "judged": ["valid"],
        "feedback": "Half a thou",
        "draft": "auto",
        "decided_on-day": "3",
        "decided_on-month": "8",
        "decided_on-year": "2025",
    }
    assert client.post(where(piece), half).status_code == 204
    assert not Decision.objects.exists()
    page = client.get(where(piece)).content.decode()
    assert "Half a thou" in page
    assert "This is your draft" in page
    assert 'value="2025"' in page
    assert (
        "Half a thou"
        not in client_for(persona("learning_manager"))
        .get(reverse("assessments:evidence", args=[piece.public_id]))
        .content.decode()
    )
    client.post(where(piece), {**half, "draft": "forget"})
    assert not DecisionDraft.objects.exists()
    assert client.post(where(piece), {**half, "draft": "keep"}).url == reverse(
        "assessments:waiting"
    )
    assert DecisionDraft.objects.count() == 1
    client.post(where(piece), answers(piece))
    assert Decision.objects.count() == 1
    assert not DecisionDraft.objects.exists()


def test_handed_in_again_on_the_pages_with_its_attempts(pta: User) -> None:
    (piece,) = waiting(pta, 1)
    client, key = client_for(pta), make.codes(piece.registration, "1.1.1")[0]
    client.post(where(piece), answers(piece, **{f"criterion_{key}": "not_met"}))
    shown = reverse("assessments:evidence", args=[piece.public_id])
    assert "Hand in again" in client.get(shown).content.decode()
    sent = {
        "title": "Report, second time",
        "method": "observation",
        "submitted_on": "2025-09-01",
        "criteria": [str(key)],
        "names_nobody": "on",
    }
    assert (
        client.post(reverse("assessments:hand_in_again", args=[piece.public_id]), sent).status_code
        == 302
    )
    page = client.get(shown).content.decode()
    assert "Attempts" in page
    assert Evidence.objects.get(follows=piece).reference in page
    assert "Hand in again" not in page


def test_disagreeing_on_the_page(pta: User) -> None:
    trainee, signer = make.trainee(), persona("countersigner")
    make.countersigner(signer.person, of=trainee)
    piece = make.evidence(make.registration())
    made = make.decision(piece, trainee, met=("1.1.1",))
    page = reverse("assessments:countersign", args=[made.public_id])
    key = make.codes(piece.registration, "1.1.1")[0]
    refused = client_for(signer).post(page, {"outcome": "disagreed", "feedback": "Not shown"})
    assert "Select the criteria found competent that you disagree with" in refused.content.decode()
    client_for(signer).post(
        page, {"outcome": "disagreed", "feedback": "Not shown", "disagreed": [str(key)]}
    )
    assert criteria_after(piece.pk) == ([], [key])
    (shown,) = records.pieces_of(piece.registration)
    assert state_of(shown, key) == "not", "the map says so too"
