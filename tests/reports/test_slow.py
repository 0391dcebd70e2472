"""A report that takes longer than its page may: made by the worker, joined by whoever asks again, shown when it is ready."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import psycopg2
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from pqip.core import turns
from pqip.core.acting import Job as NamedJob
from pqip.core.acting import acting_as
from pqip.core.clock import london, now, today
from pqip.core.errors import NotAllowed
from pqip.exchange.writing import SUPPRESSED
from pqip.jobs.models import Job
from pqip.jobs.running import run as do
from pqip.messages.models import Message
from pqip.settings.base import CACHES
from reports.actions import make_run
from reports.actions.ask_for_page import ask_for_page
from reports.actions.expire_runs import PAGE_ROWS_DAYS, expire_runs
from reports.actions.give_up_run import give_up_run
from reports.actions.request_run import AT_ONCE
from reports.actions.schedule_month import schedule_month
from reports.catalogue import REPORTS, find
from reports.figures.asking import Question
from reports.models import Run
from reports.queries.answers import Answer, Table
from reports.queries.kept import keep, kept
from reports.views import patience
from tests.factories.learners import enrolment
from tests.factories.workforce import LONG_AGO, grant, person, region
from tests.personas import client_for, persona
from workforce.models import Region, RoleGrant

pytestmark = pytest.mark.django_db
DAY = {"as_at": "2025-06-30"}
NAME = "monthly-status"
NOW_EVERYWHERE = "report-took:monthly-status:all:now"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    cache.clear()
    yield tmp_path
    cache.clear()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report whose statement the database gives up, as it does after the page's seconds."""
    answer = patience.Asked.answer

    def sleep_first(asked: patience.Asked, **how: bool) -> Answer:
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT page; SET LOCAL statement_timeout = 30")
            try:
                cursor.execute("SELECT pg_sleep(5)")
            finally:
                cursor.execute("ROLLBACK TO page")
        return answer(asked, **how)

    monkeypatch.setattr(patience.Asked, "answer", sleep_first)


def ask(client: Client, name: str = NAME, **more: str) -> HttpResponse:
    return client.get(reverse("reports:report", args=[name]), DAY | more)


def run_of(response: HttpResponse) -> Run:
    assert response.status_code == 302, response.content
    return Run.objects.get(public_id=parse_qs(urlsplit(response["Location"]).query)["made"][0])


def make(run: Run) -> None:
    assert do(Job.objects.get(key=f"report-run:{run.pk}").pk)


def test_a_report_over_its_time_is_made_by_the_worker_and_shown_when_ready(slow: None) -> None:
    enrolment()
    client = client_for(persona("national"))
    sent_on = ask(client)
    waiting = client.get(sent_on["Location"])
    assert "it is being made for you" in waiting.content.decode()
    assert 'data-look-again="3"' in waiting.content.decode()
    make(run_of(sent_on))
    ready = client.get(sent_on["Location"])
    assert ready.status_code == 200
    assert "Intake 14" in ready.content.decode()
    assert Message.objects.count() == 0, "whoever waits for a page needs no e-mail"
    assert "Monthly status" not in client.get(reverse("reports:runs")).content.decode()


@pytest.mark.parametrize("role", ["regional_manager", "learning_manager", "hr_partner", "national"])
def test_whoever_asks_waits_on_the_page_they_are_led_to(role: str, slow: None) -> None:
    client = client_for(persona(role))
    sent_on = ask(client)
    assert client.get(sent_on["Location"]).status_code == 200, "and is not led on to the same page"
    assert run_of(ask(client)) == run_of(sent_on)
    with acting_as(by=NamedJob("reports.make")):
        give_up_run(run_of(sent_on))
    assert "could not be made" in client.get(sent_on["Location"]).content.decode()


def test_a_run_of_another_reach_is_not_joined(slow: None) -> None:
    who = persona("regional_manager")
    client, then = client_for(who), {"known_at": "2025-09-01T09:00"}
    ended = {
        name: run_of(ask(client, **asked)) for name, asked in {"now": {}, "then": then}.items()
    }
    make(ended["then"])
    grant(who, "regional_manager", in_region="NW")
    for name, asked in {"now": {}, "then": then}.items():
        sent_on = ask(client, **asked)
        assert run_of(sent_on) != ended[name]
        assert client.get(sent_on["Location"]).status_code == 200


def test_the_page_made_by_the_worker_is_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        enrolment()
    client, instant = client_for(persona("national")), london(now()).isoformat()
    for name in REPORTS:
        at_once = ask(client, name, known_at=instant).content.decode()
        monkeypatch.setattr(patience, "slots", patience.BoundedSemaphore(1))
        assert patience.slots.acquire()
        monkeypatch.setattr(patience, "WAIT_SECONDS", 0.01)
        sent_on = ask(client, name, known_at=instant)
        make(run_of(sent_on))
        monkeypatch.undo()
        later = client.get(sent_on["Location"]).content.decode()
        assert without_links(later) == without_links(at_once), name


def test_withdrawals_stand_without_their_last_twelve_months_while_too_much_is_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enrolment()
    client, instant = client_for(persona("national")), london(now()).isoformat()
    monkeypatch.setattr(patience, "slots", patience.BoundedSemaphore(1))
    assert patience.slots.acquire()
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.01)
    sent_on = ask(client, "withdrawals", known_at=instant)
    make(run_of(sent_on))
    page = client.get(sent_on["Location"])
    assert page.status_code == 200
    assert "The last twelve months are not shown" in page.content.decode()


def without_links(page: str) -> list[str]:
    """The words of a page: links that sort it carry the run along."""
    return re.sub(r"<[^>]*>", "\n", page).split()


def test_asking_again_joins_the_first(slow: None) -> None:
    client = client_for(persona("national"))
    first = run_of(ask(client))
    assert run_of(ask(client)) == first
    assert run_of(ask(client, as_at="2025-05-31")) != first
    assert run_of(ask(client, region="NE")) != first
    assert run_of(ask(client_for(persona("national")))) != first, "another person's own reach"
    make(first)
    assert run_of(ask(client)) != first, "now is later"


def test_what_was_known_then_is_made_once(slow: None) -> None:
    client, then = client_for(persona("national")), "2025-09-01T09:00"
    first = run_of(ask(client, known_at=then))
    make(first)
    assert run_of(ask(client, known_at=then)) == first


def test_a_page_whose_file_is_gone_is_made_anew(slow: None, files: Path) -> None:
    client = client_for(persona("national"))
    sent_on = ask(client, known_at="2025-09-01T09:00")
    run = run_of(sent_on)
    make(run)
    (files / run.files.get().path).unlink()
    anew = client.get(sent_on["Location"])
    assert run_of(anew) != run
    make(run_of(anew))
    assert client.get(anew["Location"]).status_code == 200


def test_the_months_files_stand_without_their_chart_where_it_takes_too_long(slow: None) -> None:
    schedule_month(by=NamedJob("reports.month"), period="2025-07", due_on=dt.date(2025, 7, 1))
    for job in Job.objects.filter(kind="reports.make"):
        assert do(job.pk)
    page = client_for(persona("national")).get(reverse("reports:month"))
    assert page.status_code == 200
    assert "June 2025" in page.content.decode()


def test_a_report_known_to_be_slow_goes_to_the_worker_at_once(
    slow: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(persona("national"))
    run_of(ask(client))
    monkeypatch.undo()
    assert ask(client, as_at="2025-05-31").status_code == 302
    assert ask(client, "withdrawals").status_code == 200, "and no other"


def another_session() -> Any:
    at = connection.settings_dict
    named = {
        "dbname": at["NAME"],
        "user": at["USER"],
        "password": at["PASSWORD"],
        "host": at["HOST"],
        "port": at["PORT"] or None,
    }
    return psycopg2.connect(**named)


@pytest.fixture
def turn_taken() -> Iterator[None]:
    """Another process is at a heavy report: a session of its own holds the only turn."""
    other = another_session()
    with other.cursor() as cursor:
        cursor.execute(turns.TAKE, [turns.LOCK_CLASS, 0])
        assert cursor.fetchone() == (True,)
    yield
    other.close()


def is_free() -> bool:
    with turns.turn(1, 0) as free:
        return free


@pytest.mark.parametrize(
    ("took", "shown"), [(None, 302), (1.0, 200), (1.1, 302), (2.0, 302), (2.1, 302)]
)
def test_heavy_reports_take_turns_over_the_whole_service_and_light_ones_do_not(
    turn_taken: None, took: float | None, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose time nobody knows counts as heavy; it goes to the worker where another process is at one."""
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.01)
    cache.set(NOW_EVERYWHERE, took, 60)
    assert ask(client_for(persona("national"))).status_code == shown


@pytest.mark.parametrize(("took", "shown"), [(1.1, 200), (2.0, 200), (2.1, 302)])
def test_a_heavy_one_whose_turn_it_is_is_shown_at_once_up_to_two_seconds(
    took: float, shown: int
) -> None:
    cache.set(NOW_EVERYWHERE, took, 60)
    assert ask(client_for(persona("national"))).status_code == shown
    assert is_free(), "the turn is given back"


def test_a_turn_is_given_back_whatever_happens(slow: None) -> None:
    assert ask(client_for(persona("national"))).status_code == 302
    assert is_free()


def test_who_is_killed_gives_the_turn_back(turn_taken: None, as_owner) -> None:
    assert not is_free()
    with as_owner() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND "
            "database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [turns.LOCK_CLASS],
        )
    with turns.turn(1, 5) as free:
        assert free


def test_what_is_kept_is_made_by_one_worker_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that who waited finds it kept. Other reports wait for nobody; and it is waited for ever for no one."""
    waits: list[float] = []
    monkeypatch.setattr(turns.time, "sleep", waits.append)
    monkeypatch.setattr(make_run, "WAIT_SECONDS", 0.05)
    other = another_session()
    with other.cursor() as cursor:
        for name in ("supply-forecast", "forecast-backtest"):
            cursor.execute(turns.NAMED, [f"kept answers of {name}"])
            cursor.execute(turns.TAKE, [turns.ALONE_CLASS, cursor.fetchone()[0]])
            assert cursor.fetchone() == (True,)
    for name, has_waited in (("withdrawals", False), ("supply-forecast", True)):
        waits.clear()
        run = ask_for_page(
            by=persona("national"), report=name, as_at=dt.date(2025, 6, 30), suppressed=True
        )
        make(run)
        run.refresh_from_db()
        assert (run.state, bool(waits)) == (Run.State.READY, has_waited), name
    other.close()
    with turns.alone("kept answers of supply-forecast", 5) as is_alone:
        assert is_alone


def test_people_behind_a_number_take_their_turn_and_say_so(
    turn_taken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.01)
    page = client_for(persona("national")).get(
        reverse("reports:people", args=[NAME]), DAY | {"column": "active"}
    )
    assert page.status_code == 503
    assert page["Retry-After"]


def test_the_worker_waits_for_its_turn_but_not_for_ever(
    turn_taken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.01)
    waits: list[float] = []
    monkeypatch.setattr(turns.time, "sleep", waits.append)
    monkeypatch.setattr(make_run, "WAIT_SECONDS", 0.05)
    run = run_of(ask(client_for(persona("national"))))
    waits.clear()
    make(run)
    assert waits, "it looked again"
    run.refresh_from_db()
    assert run.state == Run.State.READY


def test_the_row_of_a_page_goes_a_month_after_its_file(slow: None) -> None:
    run = run_of(ask(client_for(persona("national"))))
    make(run)
    for days, state in (
        (-1, "ready"),
        (0, "expired"),
        (PAGE_ROWS_DAYS - 1, "expired"),
        (PAGE_ROWS_DAYS + 1, None),
    ):
        with acting_as(by=NamedJob("test")):
            Run.objects.update(expires_at=now() - dt.timedelta(days=days, minutes=1))
        expire_runs(by=NamedJob("reports.expire"))
        assert Run.objects.values_list("state", flat=True).first() == state, days


def test_a_frozen_cache_costs_a_report_less_than_two_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, asked = client_for(persona("national")), []

    def frozen(*_arguments: object, **_named: object) -> None:
        asked.append(1)
        raise redis.TimeoutError

    for name in ("get", "set", "add"):
        monkeypatch.setattr(type(cache._connections[cache._alias]), name, frozen)  # type: ignore[attr-defined]
    assert ask(client).status_code == 200
    assert len(asked) >= 1
    assert len(asked) * CACHES["default"]["OPTIONS"]["socket_timeout"] < 2
    assert sum(CACHES["default"]["OPTIONS"].values()) <= 1


def test_nobody_else_sees_what_was_made(slow: None) -> None:
    run = run_of(ask(client_for(persona("national"))))
    make(run)
    for role in ("national", "regional_manager"):
        other = client_for(persona(role))
        assert ask(other, made=str(run.public_id)).status_code == 302, (
            "it asks for one of their own"
        )
    assert (
        client_for(persona("national"))
        .get(reverse("reports:download", args=[run.public_id, "page"]))
        .status_code
        == 404
    )
    assert (
        client_for(run.requested_by)
        .get(reverse("reports:download", args=[run.public_id, "page"]))
        .status_code
        == 404
    )


def test_a_right_that_ended_ends_for_what_was_made_too(slow: None) -> None:
    """Neither the address of the page nor asking the same again shows a name that its reader may no longer see."""
    enrolment(who=person(first_name="Ngozi", last_name="Unseen"))
    who = persona("regional_manager")
    grant(who, "hr_partner", in_region="NE")
    client, then = client_for(who), london(now()).isoformat()
    sent_on = ask(client, "progression", known_at=then)
    run = run_of(sent_on)
    make(run)
    assert "Unseen" in client.get(sent_on["Location"]).content.decode()
    with acting_as(by=NamedJob("test")):
        who.grants.filter(role="regional_manager").update(ends_on=LONG_AGO)
    again = client.get(sent_on["Location"])
    assert b"Unseen" not in again.content
    assert run_of(again) != run, "one of what they may see now"
    make(run_of(again))
    shown = client.get(again["Location"])
    assert shown.status_code == 200
    assert b"Unseen" not in shown.content


def test_a_page_waited_for_meets_a_right_that_ended_meanwhile(slow: None) -> None:
    """Asked for with it and made without: shown as what it is, or asked for anew, never in a ring."""
    enrolment(who=person(first_name="Ngozi", last_name="Unseen"))
    who = persona("regional_manager")
    grant(who, "hr_partner", in_region="NE")
    client = client_for(who)
    sent_on = ask(client, "progression")
    with acting_as(by=NamedJob("test")):
        who.grants.filter(role="regional_manager").update(ends_on=LONG_AGO)
    make(run_of(sent_on))
    shown = client.get(sent_on["Location"])
    assert shown.status_code == 200
    assert b"Unseen" not in shown.content


def test_small_numbers_in_full_are_asked_for_by_those_who_may_see_them() -> None:
    manager = persona("regional_manager")
    asked = {
        "by": manager,
        "report": "leavers-reasons",
        "as_at": dt.date(2025, 6, 30),
        "region": region("NE"),
    }
    assert ask_for_page(**asked, suppressed=True)
    with pytest.raises(NotAllowed):
        ask_for_page(**asked, suppressed=False)
    assert ask_for_page(**asked | {"report": "withdrawals"}, suppressed=False)


@pytest.mark.parametrize("made", ["", "nonsense", str(UUID(int=7))])
def test_a_run_that_is_not_there_is_asked_for_anew(made: str) -> None:
    assert ask(client_for(persona("national")), made=made).status_code == 200


def test_one_that_failed_says_so() -> None:
    client = client_for(persona("national"))
    cache.set(NOW_EVERYWHERE, 60.0, 60)
    sent_on = ask(client)
    with acting_as(by=NamedJob("reports.make")):
        give_up_run(run_of(sent_on))
    assert "could not be made" in client.get(sent_on["Location"]).content.decode()


def test_a_file_over_its_time_is_offered_as_a_copy(slow: None) -> None:
    client = client_for(persona("national"))
    answer = client.get(reverse("reports:file", args=[NAME]), DAY)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("reports:request", args=[NAME]))
    unasked = client_for(persona("iqa")).get(reverse("reports:file", args=[NAME]), DAY)
    assert unasked.status_code in (302, 503)


def test_a_region_waits_for_all_within_reach_as_the_nation_does(slow: None) -> None:
    enrolment()
    client = client_for(persona("regional_manager"))
    sent_on = ask(client)
    assert "it is being made for you" in client.get(sent_on["Location"]).content.decode()
    make(run_of(sent_on))
    assert "Intake" in client.get(sent_on["Location"]).content.decode()


def test_what_was_made_with_other_rights_or_of_other_places_is_made_anew(slow: None) -> None:
    who = persona("learning_manager")
    then = "2025-09-01T09:00"
    seen = [first := ask(client_for(who), known_at=then)]
    for role, place in (
        ("regional_manager", "NE"),
        ("hr_partner", "WAL"),
    ):  # may see other assessors; reaches more
        make(run_of(seen[-1]))
        assert client_for(who).get(seen[-1]["Location"]).status_code == 200
        with acting_as(by=NamedJob("test")):
            if place == "NE":
                who.grants.update(ends_on=today() - dt.timedelta(days=1))
            RoleGrant.objects.create(
                user=who, role=role, region=Region.objects.get(code=place), starts_on=today()
            )
        for asked in (seen[-1]["Location"], first["Location"]):
            seen.append(client_for(who).get(asked))
            assert run_of(seen[-1]) != run_of(first), (role, asked)
            assert client_for(who).get(seen[-1]["Location"]).status_code == 200, (
                "it waits, and is not sent round and round"
            )


def test_one_person_has_so_many_made_at_once_and_others_go_on(slow: None) -> None:
    who = persona("regional_manager")
    answers = [ask(client_for(who), as_at=f"2025-05-{day:02}") for day in range(1, AT_ONCE + 2)]
    assert [one.status_code for one in answers] == [302] * AT_ONCE + [429]
    copy = client_for(who).post(reverse("reports:request", args=[NAME]), {"formats": ["csv"]})
    assert copy.status_code == 429
    assert Run.objects.filter(requested_by=who).count() == AT_ONCE
    assert run_of(ask(client_for(who), as_at="2025-05-01")) == run_of(answers[0]), (
        "what is being made is joined"
    )
    assert ask(client_for(persona("regional_manager"))).status_code == 302
    make(run_of(answers[0]))
    assert ask(client_for(who), as_at="2025-04-30").status_code == 302


def test_every_value_is_kept() -> None:
    report = find(NAME)
    row = {
        "a": dt.date(2025, 1, 1),
        "b": now(),
        "c": Decimal("1.50"),
        "d": SUPPRESSED,
        "e": None,
        "f": uuid4(),
        "g": 1,
        "h": "",
    }
    question = Question(dt.date(2025, 6, 30), now())
    stream = io.BytesIO()
    keep(
        Answer(
            report, question, [Table(report, report.columns, [row])], False, "All", "me", ["a note"]
        ),
        stream,
        "these",
    )
    stream.seek(0)
    assert kept(report, stream, "others") is None
    stream.seek(0)
    again = kept(report, stream, "these")
    assert again is not None
    assert again.tables[0].rows == [row]
    assert again.tables[0].columns == list(report.columns)
    assert (again.known_at, again.notes) == (question.known_at, ["a note"])
