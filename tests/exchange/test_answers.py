"""A row that may be about somebody known, answered on screen: asked, kept, checked and applied with, given back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.exchange import kept
from pqip.exchange.actions.answer_import import answer_import
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.datasets import DIFFERENT, registry
from pqip.exchange.models import ImportRun
from tests.factories.workforce import person, spell
from tests.personas import client_for, persona
from workforce.models import Person

HEAD = "staff_number,email,first_name,last_name,grade,region,fte,start_date"
Work = Callable[[ImportRun], ImportRun]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "woken")]


@pytest.fixture
def bring(manager: Any) -> Callable[..., ImportRun]:
    def bring(*lines: str, head: str = HEAD) -> ImportRun:
        file = SimpleUploadedFile("staff.csv", "\n".join([head, *lines]).encode())
        return start_import(by=manager, dataset=registry["staff"], file=file)

    return bring


@pytest.fixture
def ann() -> Person:
    who = person(
        "K1",
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        date_of_birth=dt.date(1990, 1, 1),
    )
    spell(who)
    return who


def line(number: str, email: str, more: str = "") -> str:
    return f"{number},{email},Ann,Lee,PSO,NE,1.0,2024-03-01{more}"


def url(name: str, run: ImportRun) -> str:
    return reverse(f"exchange:{name}", args=[run.public_id])


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
    )


@pytest.mark.parametrize(("answer", "people", "number"), [("K1", 1, "N1"), (DIFFERENT, 2, "K1")])
def test_from_the_question_to_the_records(
    bring, work: Work, manager, ann: Person, answer: str, people: int, number: str
) -> None:
    run, browser = (
        work(bring(line("N1", "ann@example.com"), line("N2", "new@example.com"))),
        client_for(manager),
    )
    assert (run.state, run.questions, run.answers) == ("asked", 1, {})
    page = browser.get(url("run", run)).content.decode()
    assert "Row 2: Ann Lee (N1)" in page
    assert "Ann Lee (K1) has the same e-mail address." in page
    assert "The same person as Ann Lee (K1)" in page
    assert "confirm" not in page
    with pytest.raises(Conflict):
        confirm_import(by=manager, run=run)
    assert browser.post(url("answers", run), {"row_2": answer}).headers["Location"] == url(
        "run", run
    )
    run.refresh_from_db()
    assert (run.state, run.answers) == ("checking", {"2": answer})
    assert work(run).state == "ready"
    assert "1 row answered here" in browser.get(url("run", run)).content.decode()
    (back, _) = rows_of(browser.get(url("results", run)))
    assert (back["same_person_as"], back["different_person"]) == (
        ("K1", "") if answer == "K1" else ("", "yes")
    )
    confirm_import(by=manager, run=run)
    assert work(run).state == "done"
    ann.refresh_from_db()
    assert (ann.staff_number, Person.objects.filter(last_name="Lee").count()) == (
        number,
        people + 1,
    )
    again = work(
        bring(
            line(
                "N1",
                "ann@example.com",
                f",{'K1' if answer == 'K1' else ''},{'' if answer == 'K1' else 'yes'}",
            ),
            head=f"{HEAD},same_person_as,different_person",
        )
    )
    assert again.state == "unchanged"


def test_some_may_wait_and_an_answer_may_change(bring, work: Work, manager, ann: Person) -> None:
    other = person("K2", first_name="Bea", email="bea@example.com")
    spell(other)
    run, browser = (
        work(bring(line("N1", "ann@example.com"), line("N2", "bea@example.com"))),
        client_for(manager),
    )
    assert (run.state, run.questions) == ("asked", 2)
    browser.post(url("answers", run), {"row_3": DIFFERENT})
    page = browser.get(url("run", run)).content.decode()
    assert "2 rows, of which 1 answered" in page
    assert "Row 3:" not in page
    nothing = browser.post(url("answers", run), {}).content.decode()
    assert "Select an answer for at least one row" in nothing
    answer_import(by=manager, run=run, answers={2: DIFFERENT})
    assert (work(run).state, run.new) == ("ready", 2)
    assert "checked" in browser.get(url("answers", run)).content.decode()
    answer_import(by=manager, run=run, answers={2: "K1"})
    with pytest.raises(Conflict):
        confirm_import(by=manager, run=run)
    assert (work(run).state, run.new, run.changed) == ("ready", 1, 1)


def test_only_who_brought_it_answers_and_only_what_is_offered(
    bring, work: Work, manager, ann: Person
) -> None:
    run = work(bring(line("N1", "ann@example.com")))
    with pytest.raises(NotAllowed):
        answer_import(by=persona("learning_manager"), run=run, answers={2: DIFFERENT})
    for answers in ({2: "K9"}, {3: DIFFERENT}, {2: "N1"}):
        with pytest.raises(RuleBroken):
            answer_import(by=manager, run=run, answers=answers)
    assert client_for(persona("learning_manager")).get(url("answers", run)).status_code == 404
    run.refresh_from_db()
    assert (run.state, run.answers) == ("asked", {})


def test_what_is_wrong_beside_is_said_first(bring, work: Work, ann: Person) -> None:
    run = work(bring(line("N1", "ann@example.com"), line("N2", "x").replace("NE", "ZZ")))
    assert (run.state, run.questions, run.errors) == ("refused", 1, 3)


def test_who_left_the_record_meanwhile_is_asked_about_again(
    bring, work: Work, manager, ann: Person
) -> None:
    from pqip.core.acting import Job
    from workforce.actions.people import change_staff_number

    run = work(bring(line("N1", "ann@example.com")))
    answer_import(by=manager, run=run, answers={2: "K1"})
    assert work(run).state == "ready"
    change_staff_number(by=Job("test"), person=ann, staff_number="K7", reason="Payroll")
    confirm_import(by=manager, run=run)
    assert work(run).state == "checking"
    assert work(run).state == "refused"
    assert (
        "is not a staff number of anybody you look after"
        in kept.errors(run.public_id, 1)[0].message
    )


def test_a_number_out_of_reach_fails_at_last_and_says_what_to_do(
    bring, work: Work, manager
) -> None:
    spell(person("W1", in_region="WAL"), in_region="WAL")
    run = work(bring(line("W1", "w@example.com")))
    assert run.state == "ready"
    confirm_import(by=manager, run=run)
    assert work(run).state == "failed"
    assert "ask the national team" in run.message


def test_new_rows_are_shown_with_their_cells_and_handed_out(bring, work: Work, manager) -> None:
    run, browser = (
        work(bring(line("N1", "a@example.com"), line("=N2", "b@example.com"))),
        client_for(manager),
    )
    assert run.state == "refused"
    run = work(bring(line("N1", "a@example.com"), line("N2", "b@example.com")))
    page = browser.get(url("run", run)).content.decode()
    assert (
        page.index("New rows")
        < page.index("Import 2 rows")
        < page.index("2 new rows")
        < page.index("a@example.com")
    )
    handed = rows_of(browser.get(url("new", run)))
    assert [(each["row"], each["staff_number"], each["email"]) for each in handed] == [
        ("2", "N1", "a@example.com"),
        ("3", "N2", "b@example.com"),
    ]
    confirm_import(by=manager, run=run)
    work(run)
    assert f'href="{reverse("workforce:staff")}"' in browser.get(url("run", run)).content.decode()


def test_no_more_new_rows_are_shown_than_a_page_holds(
    bring, work: Work, manager, monkeypatch
) -> None:
    monkeypatch.setattr("pqip.pages.exchange.presenters.SHOWN", 2)
    run, browser = (
        work(bring(*(line(f"N{number}", f"a{number}@example.com") for number in range(3)))),
        client_for(manager),
    )
    page = browser.get(url("run", run)).content.decode()
    assert "a1@example.com" in page
    assert "a2@example.com" not in page
    assert "The first 2 new rows are shown. The download has all of them." in page
    assert len(rows_of(browser.get(url("new", run)))) == 3


def test_equality_answers_are_shown_as_given_only(
    start, work: Work, browser_of_things: Client
) -> None:
    run = work(start(b"code,region,faith,title\nA,NE,other,=1+1\n"))
    page = browser_of_things.get(url("run", run)).content.decode()
    assert "given" in page
    assert "other" not in page.partition("new row")[2].partition("</table>")[0]
    (new,) = rows_of(browser_of_things.get(url("new", run)))
    assert (new["faith"], new["title"]) == ("given", "'=1+1")


@pytest.fixture
def browser_of_things(manager: Any, things_dataset: Any) -> Client:
    return client_for(manager)
