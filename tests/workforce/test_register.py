"""The professional register: entered, corrected and undone on screen and by a file; the programme's entries; who lacks one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from learners.actions.events_amend import correct_event, void_event
from learners.actions.qualified import qualify, register
from learners.derived.proof import register as differing
from learners.models import Enrolment
from pqip.core.acting import Job, acting_as
from pqip.core.errors import Conflict, RuleBroken
from pqip.core.snapshot import safe_known_at
from pqip.exchange.datasets import registry
from pqip.exchange.engine import Outcome, apply
from tests.factories import learners as make
from tests.factories.workforce import BY, grade, person, spell
from tests.personas import client_for, persona
from workforce.actions.register import correct_entry, enter, record_change, void_change, void_entry
from workforce.derived.proof import register as loose
from workforce.facts import register as register_facts
from workforce.models import EssentialQualification, Person, RegisterChange, RegisterEntry

from .test_pages import text

pytestmark = pytest.mark.django_db
QUALIFIED, ENTERED = dt.date(2005, 7, 1), dt.date(2023, 4, 3)
DAY = dt.timedelta(days=1)
LAPSED, RESTORED = dt.date(2024, 10, 1), dt.date(2025, 2, 1)
HEAD = "staff_number,award_type,qualified_on,entered_on,status,status_on,cpd_declared_on"


def entered(who: Person, **changes: Any) -> RegisterEntry:
    return enter(
        by=BY,
        person=who,
        **{"award_type": "DIPPS", "qualified_on": QUALIFIED, "entered_on": ENTERED, **changes},
    )


def change(who: Person, kind: str, on: dt.date) -> RegisterChange:
    return record_change(by=BY, person=who, award_type="DIPPS", kind=kind, on=on)


def status(who: Person, on: dt.date, known_at: Any = None) -> str | None:
    row = register_facts.entries(on, known_at).filter(person=who).first()
    return row and row.status


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Outcome]:
    def bring(*rows: str, by: Any = None) -> Outcome:
        file = tmp_path / "register.csv"
        file.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
        return apply(registry["register-entries"], file, by=by or Job("import"))

    return bring


def wrong(outcome: Outcome) -> str:
    return " ".join(str(problem) for problem in outcome.problems)


def test_an_entry_stands_from_its_day_and_each_status_from_its_own() -> None:
    who = person()
    entered(who)
    change(who, "lapsed", LAPSED)
    before = safe_known_at()
    change(who, "active", RESTORED)
    days = {
        ENTERED - DAY: None,
        ENTERED: "active",
        LAPSED - DAY: "active",
        LAPSED: "lapsed",
        RESTORED - DAY: "lapsed",
        RESTORED: "active",
    }
    assert {day: status(who, day) for day in days} == days
    assert status(who, RESTORED, before) == "lapsed", (
        "as it was known before the entry was restored"
    )


def test_dates_and_statuses_that_cannot_be() -> None:
    who = person()
    with pytest.raises(RuleBroken, match="once they are qualified"):
        entered(who, entered_on=QUALIFIED - DAY)
    entered(who, entered_on=QUALIFIED)
    with pytest.raises(RuleBroken, match="already"):
        entered(who)
    with pytest.raises(RuleBroken, match="before they were entered"):
        change(who, "lapsed", QUALIFIED - DAY)
    with pytest.raises(RuleBroken, match="is active on that day already"):
        change(who, "active", LAPSED)
    with pytest.raises(RuleBroken, match="a day to come"):
        change(who, "lapsed", dt.date.today() + DAY)
    lapsed = change(who, "lapsed", LAPSED)
    change(who, "active", RESTORED)
    with pytest.raises(RuleBroken, match="is active on that day already"):
        void_change(by=BY, change=lapsed, reason="Wrong")
    with pytest.raises(RuleBroken, match="recorded of that day already"):
        change(who, "active", RESTORED)


def test_what_was_undone_with_its_entry_meanwhile_is_not_undone_again() -> None:
    """Somebody undid the entry, and with it what is recorded of it, while this page was open."""
    who = person()
    row = entered(who)
    lapsed = change(who, "lapsed", LAPSED)
    void_entry(by=BY, entry=row, reason="Somebody else")
    with pytest.raises(Conflict):
        void_change(by=BY, change=lapsed, reason="Wrong")
    entered(who)
    with pytest.raises(Conflict):
        void_change(by=BY, change=lapsed, reason="Wrong")


def test_undoing_an_entry_undoes_what_is_recorded_of_it() -> None:
    who = person()
    entry = entered(who)
    change(who, "lapsed", LAPSED)
    with pytest.raises(RuleBroken, match="before they were entered"):
        correct_entry(
            by=BY, entry=entry, reason="Typed", qualified_on=QUALIFIED, entered_on=LAPSED + DAY
        )
    void_entry(by=BY, entry=entry, reason="Somebody else")
    assert not RegisterEntry.objects.live().exists()
    assert not RegisterChange.objects.live().exists()
    with pytest.raises(Conflict):
        change(who, "active", RESTORED)
    assert list(loose()) == []


def test_on_screen_from_entering_to_undoing() -> None:
    who, client = person(), client_for(persona("learning_manager"))
    spell(who)

    def at(name: str, *more: str) -> str:
        return reverse(f"workforce:{name}", args=[who.public_id, *more])

    assert "have no active entry in the register" in text(client.get(at("person")))
    assert "Okafor" in text(client.get("/register/missing/"))
    answers = {"award_type": "DIPPS", "qualified_on": "2005-07-01", "entered_on": "2023-04-03"}
    assert client.post(at("enter_register"), answers).status_code == 302
    assert "have no active entry" not in text(client.get(at("person")))
    assert (
        client.post(
            at("register_status", "DIPPS"), {"kind": "lapsed", "on": "2024-10-01"}
        ).status_code
        == 302
    )
    assert client.post(at("declare_cpd", "DIPPS"), {"on": "2024-01-15"}).status_code == 302
    page = text(client.get(at("person")))
    for words in (
        "Since 1 Oct 2024",
        "15 Jan 2024",
        "Diploma in Probation Studies",
        "have no active entry",
    ):
        assert words in page.replace("\xa0", " ")
    assert "Okafor" in text(client.get("/register/?status=lapsed&award=DIPPS"))
    assert "Okafor" not in text(client.get("/register/?status=active"))
    lapsed = RegisterChange.objects.live().get(kind="lapsed")
    assert (
        client.post(
            at("undo_register_change", str(lapsed.public_id)), {"reason": "Typed"}
        ).status_code
        == 302
    )
    right = {**answers, "entered_on": "2023-04-04", "reason": "Typed"}
    assert client.post(at("correct_register", "DIPPS"), right).status_code == 302
    assert RegisterEntry.objects.live().get().effective_on == ENTERED + DAY
    assert client.post(at("undo_register", "DIPPS"), {"reason": "Wrong person"}).status_code == 302
    assert client.get(at("declare_cpd", "DIPPS")).status_code == 404


def test_the_register_is_seen_within_reach_and_changed_by_who_keeps_people() -> None:
    entered(person(last_name="Near"))
    entered(person(last_name="Faraway", in_region="WAL"))
    for role in ("learning_manager", "regional_manager", "hr_partner"):
        page = text(client_for(persona(role)).get("/register/"))
        assert "Near" in page
        assert "Faraway" not in page
    who = persona("national")
    assert "Faraway" in text(client_for(who).get("/register/"))
    assert (
        client_for(who)
        .get(reverse("workforce:enter_register", args=[person().public_id]))
        .status_code
        == 403
    )


def test_a_file_enters_corrects_and_adds_what_happened(bring: Callable[..., Outcome]) -> None:
    who = person("N1")
    row = "N1,DIPPS,2005-07-01,03/04/2023,lapsed,2024-10-01,2024-01-15"
    assert bring(row).counts["new"] == 1
    assert (status(who, LAPSED), RegisterChange.objects.live().count()) == ("lapsed", 2)
    assert bring(row).counts["unchanged"] == 1
    assert bring("N1,DIPPS,2005-07-02,2023-04-03,active,2025-02-01,").counts["changed"] == 1
    assert bring(row.replace("07-01", "07-02", 1)).counts["unchanged"] == 1, (
        "what is recorded already stays as it is"
    )
    assert RegisterEntry.objects.live().get().qualified_on == dt.date(2005, 7, 2)
    assert status(who, RESTORED) == "active"
    assert bring("N1,CQSW,1990-07-01,2023-04-03,,,").counts["new"] == 1
    assert register_facts.entries(RESTORED).filter(person=who).count() == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("N1,DIPPS,2023-04-04,2023-04-03,,,", "only once they are qualified"),
        ("N1,DIPPS,2005-07-01,2099-01-01,,,", "on a day to come"),
        ("N1,DIPPS,2005-07-01,2023-04-03,lapsed,,", "Say from which day it is lapsed"),
        ("N1,DIPPS,2005-07-01,2023-04-03,,2024-01-01,", "needs a status"),
        ("N1,DIPPS,2005-07-01,2023-04-03,removed,2023-04-02,", "before they were entered"),
        ("N1,DIPPS,2005-07-01,2023-04-03,,,2023-04-02", "before they were entered"),
        ("N1,DIPPS,2005-07-01,2023-04-03,,,2099-04-02", "on a day to come"),
        ("N1,BTEC,2005-07-01,2023-04-03,,,", "is not known"),
        ("X9,DIPPS,2005-07-01,2023-04-03,,,", "anybody you look after"),
    ],
)
def test_what_a_file_says_that_cannot_be(
    bring: Callable[..., Outcome], row: str, words: str
) -> None:
    person("N1")
    assert words in wrong(bring(row))
    assert not RegisterEntry.objects.exists()


def test_a_file_says_a_status_twice(bring: Callable[..., Outcome]) -> None:
    who = person("N1")
    entered(who)
    change(who, "lapsed", LAPSED)
    assert "is lapsed on that day already" in wrong(
        bring("N1,DIPPS,2005-07-01,2023-04-03,lapsed,2024-11-01,")
    )


def test_nobody_imports_an_entry_of_somebody_out_of_reach(bring: Callable[..., Outcome]) -> None:
    person("W1", in_region="WAL")
    assert "anybody you look after" in wrong(
        bring("W1,DIPPS,2005-07-01,2023-04-03,,,", by=persona("learning_manager"))
    )


@pytest.fixture
def learner() -> Enrolment:
    made = make.enrolment(start=dt.date(2024, 1, 15))
    make.event(made, "completed", dt.date(2025, 4, 15))
    return made


def test_who_joins_by_the_programme_is_entered_with_the_event_and_leaves_with_it(
    learner: Enrolment,
) -> None:
    qualify(by=BY, enrolment=learner, on=dt.date(2025, 5, 1))
    joined = register(by=BY, enrolment=learner, on=dt.date(2025, 6, 1))
    entry = RegisterEntry.objects.live().get(person=learner.person)
    assert (entry.award_type, entry.qualified_on, entry.effective_on, entry.from_programme) == (
        "PQIP",
        dt.date(2025, 5, 1),
        dt.date(2025, 6, 1),
        True,
    )
    joined.refresh_from_db()
    assert entry.recorded_at == joined.recorded_at, "one instant"
    with pytest.raises(RuleBroken, match="follows from the programme"):
        void_entry(by=BY, entry=entry, reason="Wrong")
    corrected = correct_event(by=BY, event=joined, reason="Typed", effective_on=dt.date(2025, 6, 2))
    assert RegisterEntry.objects.live().get(person=learner.person).effective_on == dt.date(
        2025, 6, 2
    )
    record_change(
        by=BY, person=learner.person, award_type="PQIP", kind="cpd_declared", on=dt.date(2025, 9, 1)
    )
    void_event(by=BY, event=corrected, reason="Somebody else")
    assert not RegisterEntry.objects.live().exists()
    assert not RegisterChange.objects.live().exists()
    assert [*differing(), *loose()] == []


def test_a_file_does_not_correct_what_follows_from_the_programme(
    bring: Callable[..., Outcome], learner: Enrolment
) -> None:
    qualify(by=BY, enrolment=learner, on=dt.date(2025, 5, 1))
    register(by=BY, enrolment=learner, on=dt.date(2025, 6, 1))
    row = f"{learner.person.staff_number},PQIP,2025-05-01,2025-06-01,active,2025-06-01,"
    assert bring(row).counts["unchanged"] == 1
    assert "follows from the programme" in wrong(bring(row.replace("2025-05-01", "2025-05-02")))


def test_who_was_entered_by_hand_stays_so(learner: Enrolment) -> None:
    entered(
        learner.person,
        award_type="PQIP",
        qualified_on=dt.date(2025, 5, 1),
        entered_on=dt.date(2025, 5, 20),
    )
    qualify(by=BY, enrolment=learner, on=dt.date(2025, 5, 1))
    joined = register(by=BY, enrolment=learner, on=dt.date(2025, 6, 1))
    void_event(by=BY, event=joined, reason="Wrong")
    assert RegisterEntry.objects.live().get().effective_on == dt.date(2025, 5, 20)


def test_posts_that_need_the_qualification_from_the_day_it_is_asked() -> None:
    officer, court, other = person("P1"), person("P2"), person("P3", in_grade="PSO")
    spell(officer), spell(court, function="court"), spell(other, in_grade="PSO")
    asked = dt.date(2024, 9, 1)
    assert not register_facts.unregistered(asked - DAY).exists()
    found = register_facts.unregistered(asked).order_by("person__staff_number")
    assert list(found.values_list("person__staff_number", flat=True)) == ["P1", "P2"]
    entered(officer, entered_on=asked + DAY)
    assert register_facts.unregistered(asked).filter(person=officer).exists()
    assert not register_facts.unregistered(asked + DAY).filter(person=officer).exists()
    change(officer, "lapsed", LAPSED)
    assert register_facts.unregistered(LAPSED).filter(person=officer).exists()


def test_a_functions_own_row_counts_before_the_grades() -> None:
    who = person("P1")
    spell(who, function="training")
    with acting_as(by=BY):
        EssentialQualification.objects.create(
            grade=grade("PO"),
            function="training",
            effective_on=dt.date(2025, 1, 1),
            is_essential=False,
        )
    assert register_facts.unregistered(dt.date(2024, 12, 31)).exists()
    assert not register_facts.unregistered(dt.date(2025, 1, 1)).exists()


def test_the_lists_ask_as_much_for_many(django_assert_max_num_queries: Any) -> None:
    client = client_for(persona("learning_manager"))
    for number in range(30):
        who = person(f"Q{number}")
        spell(who)
        if number % 2:
            entered(who)
    for address in ("/register/", "/register/missing/"):
        with django_assert_max_num_queries(14):
            client.get(address)
