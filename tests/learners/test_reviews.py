"""Reviews by three parties: laid out, held, said, agreed; who sees what; the list and the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from learners.actions import reviews as actions
from learners.actions.allocations import allocate
from learners.models import Enrolment, Manageable, Review, ReviewAction, ReviewPart
from learners.ports.timeline import entries_for
from learners.rules.dates import add_months
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from workforce.models import User

from .files import bring_in, day, done
from .test_pages import at, browser, date, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


@pytest.fixture
def made() -> Enrolment:
    """On the programme for 100 days, with an assessor and a manager."""
    made = make.enrolment(start=today() - dt.timedelta(days=100))
    for role in ("pta", "line_manager"):
        allocate(
            by=BY, person=made.person, role=role, other=make.person(), from_date=today() - 90 * DAY
        )
    made.refresh_from_db()
    return made


def parties(made: Enrolment) -> dict[str, User]:
    people = {"learner": made.person, "pta": made.pta, "line_manager": made.line_manager}
    return {role: somebody(role, person=who) for role, who in people.items()}


def due(made: Enrolment, on: dt.date | None = None, **stated: Any) -> dt.date:
    on = on or today() - DAY
    with acting_as(by=BY):
        Review.objects.create(person=made.person, effective_on=on, **stated)
    return on


def test_laid_out_once_and_anew_after_a_break(made: Enrolment) -> None:
    first = {row.effective_on for row in actions.plan_reviews(by=BY, enrolment=made)}
    assert first
    assert min(first) >= today()
    assert not actions.plan_reviews(by=BY, enrolment=made), "the same again changes nothing"
    kept = max(first)
    actions.say(by=parties(made)["pta"], enrolment=made, due_on=kept, said="Going well")
    make.event(made, "deferred", today() - 40 * DAY)
    make.event(made, "resumed", today() - 12 * DAY)
    again = {row.effective_on for row in actions.plan_reviews(by=BY, enrolment=made)}
    # All of them 28 days later; the first of all, three months after the start, now lies ahead, too.
    third_month = add_months(made.start_date, 3)
    assert again == {day + 28 * DAY for day in first | {third_month}}
    assert set(Review.objects.live().values_list("effective_on", flat=True)) == again | {kept}
    with pytest.raises(RuleBroken, match="on the programme"):
        actions.plan_reviews(by=BY, enrolment=_gone())


def _gone() -> Enrolment:
    gone = make.enrolment()
    make.event(gone, "withdrawn", dt.date(2025, 6, 1))
    gone.refresh_from_db()
    return gone


def test_each_party_says_and_agrees_for_themself(made: Enrolment) -> None:
    who, on = parties(made), due(made)
    with pytest.raises(RuleBroken, match="for themself"):
        actions.say(by=somebody(), enrolment=made, due_on=on, said="I speak for them")
    with pytest.raises(RuleBroken, match="once it has been held"):
        actions.agree(by=who["learner"], enrolment=made, due_on=on)
    actions.hold_review(by=who["pta"], person=made.person, due_on=on, held_on=today())
    for user in who.values():
        actions.agree(by=user, enrolment=made, due_on=on)
    assert ReviewPart.objects.live().exclude(agreed_on=None).count() == 3
    part = actions.say(by=who["learner"], enrolment=made, due_on=on, said="More time to write")
    assert part.agreed_on is None, "whoever says something else agrees anew"
    assert (
        actions.say(by=who["learner"], enrolment=made, due_on=on, said="More time to write").pk
        == part.pk
    )
    with pytest.raises(RuleBroken, match="case reference"):
        actions.say(by=who["pta"], enrolment=made, due_on=on, said="About X123456")


def test_an_assessor_who_is_the_line_manager_speaks_for_both(made: Enrolment) -> None:
    both = made.pta
    made.line_manager_id, on = both.pk, due(made, held_on=today())
    actions.agree(by=somebody("pta", person=both), enrolment=made, due_on=on)
    agreed = ReviewPart.objects.live().exclude(agreed_on=None).values_list("party", flat=True)
    assert set(agreed) == {"pta", "line_manager"}


def test_another_day_held_is_agreed_anew(made: Enrolment) -> None:
    who, on = parties(made), due(made, held_on=today() - DAY)
    actions.agree(by=who["learner"], enrolment=made, due_on=on)
    actions.hold_review(by=BY, person=made.person, due_on=on, held_on=today())
    assert not ReviewPart.objects.live().exclude(agreed_on=None).exists()


def test_laying_out_anew_keeps_what_anything_is_recorded_of(made: Enrolment) -> None:
    who, odd = parties(made)["learner"], [today() + days * DAY for days in (1, 2, 3)]
    for on in odd:
        due(made, on)
    actions.answer_manageable(by=who, enrolment=made, due_on=odd[0], answer="well")
    actions.add_action(
        by=BY, person=made.person, due_on=odd[1], owner="pta", what="x", do_by=today()
    )
    actions.plan_reviews(by=BY, enrolment=made)
    assert set(odd[:2]) <= set(Review.objects.live().values_list("effective_on", flat=True))
    assert not Review.objects.live().filter(effective_on=odd[2]).exists()


def test_something_to_do_is_recorded_and_done_once(made: Enrolment) -> None:
    on = due(made)
    asked = {
        "by": BY,
        "person": made.person,
        "due_on": on,
        "owner": "pta",
        "what": "Plan unit 3",
        "do_by": today(),
    }
    row = actions.add_action(**asked)
    assert actions.add_action(**asked).pk == row.pk, "pressed twice"
    with pytest.raises(RuleBroken, match="to come"):
        actions.finish_action(by=BY, action=row, on=today() + DAY)
    actions.finish_action(by=BY, action=row, on=today())
    with pytest.raises(Conflict):
        actions.finish_action(by=BY, action=row, on=today())
    with pytest.raises(Conflict):
        actions.hold_review(by=BY, person=made.person, due_on=on + DAY, held_on=today())


def test_how_manageable_is_for_the_three_parties_only(made: Enrolment) -> None:
    who, on = parties(made), due(made, held_on=today() - DAY)
    address = at("manageable", made.public_id, on.isoformat())
    assert browser(who["learner"]).post(address, {"answer": "hardly"}).status_code == 302
    with pytest.raises(RuleBroken, match="Only the learner"):
        actions.answer_manageable(by=who["pta"], enrolment=made, due_on=on, answer="well")
    page = at("review", made.public_id, on.isoformat())
    for user in who.values():
        assert "Hardly manageable" in text_of(browser(user).get(page))
    for role in ("learning_manager", "regional_manager"):
        client = browser(somebody(role))
        for shown in (page, at("reviews_of", made.public_id), at("history", made.public_id)):
            assert "manageable" not in text_of(client.get(shown)).lower()
    assert (
        "manageable"
        not in str([each.title for _, each in entries_for(made, who["pta"], today())]).lower()
    )
    assert browser(somebody()).get(address).status_code == 403
    browser(who["learner"]).post(address, {"answer": ""})
    assert not Manageable.objects.live().exists()


def test_on_screen_from_laying_out_to_agreement(made: Enrolment) -> None:
    who, manager, key = parties(made), browser(somebody()), made.public_id
    assert "No review is laid out yet" in text_of(manager.get(at("reviews_of", key)))
    assert manager.post(at("plan_reviews", key)).status_code == 302
    on = due(made)
    page = at("review", key, on.isoformat())
    assert page in manager.get(at("reviews_of", key)).content.decode()
    assert "What the record says since" in text_of(manager.get(page))
    assert manager.get(at("review", key, "2001-01-01")).status_code == 404
    assert manager.get(at("review", key, "nonsense")).status_code == 404
    held = at("hold_review", key, on.isoformat())
    assert "to come" in text_of(manager.post(held, date("held_on", today() + DAY)))
    assert manager.post(held, date("held_on", today())).status_code == 302
    assert "for themself" in text_of(manager.post(at("say", key, on.isoformat()), {"said": "x"}))
    pta, learner = browser(who["pta"]), browser(who["learner"])
    assert pta.post(at("say", key, on.isoformat()), {"said": "Ready for unit 3"}).status_code == 302
    assert learner.post(at("own_say", key, on.isoformat()), {"said": "I agree"}).status_code == 302
    for client, name in (
        (pta, "agree"),
        (learner, "own_agree"),
        (browser(who["line_manager"]), "agree"),
    ):
        assert client.post(at(name, key, on.isoformat())).status_code == 302
    task = {"what": "Book unit 3", "owner": "pta", **date("do_by", today() - DAY)}
    assert manager.post(at("add_action", key, on.isoformat()), task).status_code == 302
    assert "Ready for unit 3" not in text_of(browser(somebody("regional_manager")).get(page))
    text = text_of(learner.get(page))
    for words in ("Ready for unit 3", "I agree", "Book unit 3", "Overdue", "Agreed"):
        assert words in text
    row = ReviewAction.objects.live().get()
    assert pta.post(at("finish_action", key, row.public_id), date("on", today())).status_code == 302
    assert pta.get(at("finish_action", key, row.public_id)).status_code == 404


def names(client: Client, query: str) -> list[str]:
    return [
        line.split(",")[0]
        for line in text_of(client.get(at("reviews") + query + "&format=csv")).splitlines()[1:]
    ]


def test_the_list_says_what_is_overdue_soon_or_not_agreed(made: Enrolment) -> None:
    make_named = {
        name: make.enrolment(who=make.person(last_name=name))
        for name in ("Late", "Soon", "Held", "None")
    }
    (
        due(make_named["Late"]),
        due(make_named["Soon"], today() + 28 * DAY),
        due(make_named["Held"], held_on=today()),
    )
    due(make_named["Held"], today() + 29 * DAY)
    client = browser(somebody())
    found = {
        state: [
            name
            for name in ("Late", "Soon", "Held", "None")
            if name in str(names(client, f"?state={state}"))
        ]
        for state in ("overdue", "soon", "not_agreed", "none")
    }
    assert found == {
        "overdue": ["Late"],
        "soon": ["Soon"],
        "not_agreed": ["Held"],
        "none": ["None"],
    }
    assert "of 3 parties" in text_of(client.get(at("reviews")))


def a_review(**cells: Any) -> dict[str, Any]:
    return {"staff_number": "L1", "due_on": "2025-05-06", **cells}


def test_the_file(tmp_path: Path) -> None:
    make.enrolment(who=make.person("L1"))
    assert done(bring_in(tmp_path, "reviews", a_review())) == "1 new"
    assert done(bring_in(tmp_path, "reviews", a_review(kind="three_way"))) == "1 unchanged"
    assert done(bring_in(tmp_path, "reviews", a_review(held_on="2025-05-07"))) == "1 changed"
    row = Review.objects.live().get()
    assert (row.effective_on, row.held_on, row.kind) == (
        day("2025-05-06"),
        day("2025-05-07"),
        "three_way",
    )
    for cells, column in (
        ({"held_on": str(today() + DAY)}, "held_on"),
        ({"kind": "x"}, "kind"),
        ({"due_on": ""}, "due_on"),
        ({"staff_number": "L9"}, "staff_number"),
    ):
        assert [
            problem.column for problem in bring_in(tmp_path, "reviews", a_review(**cells)).problems
        ] == [column]
