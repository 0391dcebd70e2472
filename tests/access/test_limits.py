"""What one person may ask in a while (AU13, AU14): searches, reports, files, imports; others are not affected."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pqip.env import ASKED_A_MINUTE
from pqip.exchange.models import ImportRun
from pqip.jobs.models import Job
from reports.models import Run
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 9, 0, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def later(time_machine: Any) -> Any:
    """Moves the clock so many seconds after the beginning."""
    time_machine.move_to(START, tick=False)
    return lambda seconds: time_machine.move_to(START + dt.timedelta(seconds=seconds), tick=False)


def search(client: Client) -> Any:
    return client.post("/find/", {"words": "Sam Jones"})


def search_list(client: Client) -> Any:
    return client.post("/staff/", {"words": "Sam Jones"})


def report(client: Client) -> Any:
    return client.get("/reports/monthly-status/")


def people(client: Client) -> Any:
    return client.get("/reports/monthly-status/people/?column=active")


def copy(client: Client) -> Any:
    return client.post("/reports/monthly-status/request/", {"formats": ["csv"]})


def file(client: Client) -> Any:
    return client.get("/staff/?format=csv")


def report_file(client: Client) -> Any:
    answer = client.get("/reports/monthly-status/file/")
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def bring(client: Client) -> Any:
    return client.post(
        "/imports/staff/", {"file": SimpleUploadedFile("a.csv", b"staff_number\n1\n")}
    )


ASKED = [
    ("search", search),
    ("search", search_list),
    ("report", report),
    ("report", people),
    ("report", report_file),
    ("request", copy),
    ("export", file),
    ("export", report_file),
    ("import", bring),
]


@pytest.mark.parametrize(
    ("kind", "ask"), ASKED, ids=[ask.__name__ + " " + kind for kind, ask in ASKED]
)
def test_one_more_than_so_many_a_minute_waits_and_nobody_else_does(
    kind: str, ask: Any, settings: Any, later: Any
) -> None:
    settings.PERSON_LIMITS = settings.PERSON_LIMITS | {kind: "2/m/user"}
    mine, other = client_for(persona("learning_manager")), client_for(persona("learning_manager"))
    assert ask(mine).status_code in {200, 302}
    later(20)
    assert ask(mine).status_code in {200, 302}
    stopped = ask(mine)
    assert (stopped.status_code, stopped["Retry-After"]) == (429, "40")
    assert "You can try again in 40 seconds." in stopped.content.decode()
    assert ask(other).status_code in {200, 302}
    later(61)
    assert ask(mine).status_code in {200, 302}


def test_asking_for_no_more_than_the_head_of_a_page_is_asking(settings: Any) -> None:
    settings.PERSON_LIMITS = settings.PERSON_LIMITS | {"report": "2/m/user"}
    client = client_for(persona("regional_manager"))
    assert [client.head("/reports/monthly-status/").status_code for _ in range(3)] == [
        200,
        200,
        429,
    ]
    assert report(client).status_code == 429


def test_what_is_not_done_leaves_nothing(settings: Any) -> None:
    settings.PERSON_LIMITS = settings.PERSON_LIMITS | {"request": "1/m/user", "import": "1/m/user"}
    client = client_for(persona("learning_manager"))
    assert [copy(client).status_code, copy(client).status_code] == [302, 429]
    assert [bring(client).status_code, bring(client).status_code] == [302, 429]
    assert (Run.objects.count(), ImportRun.objects.count()) == (1, 1)


def test_what_was_typed_is_sent_again_by_the_page(settings: Any, later: Any) -> None:
    settings.PERSON_LIMITS = settings.PERSON_LIMITS | {"search": "1/m/user"}
    client = Client(enforce_csrf_checks=True)
    client.force_login(persona("learning_manager"))
    token = client.get("/find/").cookies["csrf"].value
    typed = {"words": 'O\'Brien & "Sons"', "csrfmiddlewaretoken": token}
    client.post("/find/", typed)
    page = client.post("/find/", typed)
    assert page.status_code == 429
    assert page.context["typed"] == [("words", 'O\'Brien & "Sons"')]
    assert 'name="words" value="O&#39;Brien &amp; &#34;Sons&#34;"' in page.content.decode()
    later(61)
    again = client.post(
        "/find/", {"words": page.context["typed"][0][1], "csrfmiddlewaretoken": token}
    )
    assert "O&#39;Brien &amp; &#34;Sons&#34;" in client.get(again.url).content.decode()


def test_a_page_that_was_asked_for_is_a_link_away(settings: Any) -> None:
    settings.PERSON_LIMITS = settings.PERSON_LIMITS | {"report": "1/m/user"}
    client = client_for(persona("national"))
    address = "/reports/monthly-status/?as_at=2025-09-30&region=NE"
    client.get(address)
    assert f'href="{address.replace("&", "&amp;")}"' in client.get(address).content.decode()


def test_who_may_not_is_refused_and_not_counted(settings: Any) -> None:
    settings.PERSON_LIMITS = settings.PERSON_LIMITS | {"report": "1/m/user"}
    client = client_for(persona("learner"))
    assert [report(client).status_code for _ in range(3)] == [403] * 3


def test_whoever_works_fast_meets_no_limit() -> None:
    """Two pages a second for a whole minute, one search, one file: a page that looks again by itself is counted too."""
    usual = {kind: number for kind, (_name, number) in ASKED_A_MINUTE.items()}
    assert usual == {"report": 120, "request": 15, "export": 60, "search": 60, "import": 10}


@pytest.fixture
def _cache_away(settings: Any) -> None:
    away = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
    settings.CACHES = {"default": away | {"OPTIONS": {"socket_connect_timeout": 1}}}


@pytest.mark.usefixtures("_cache_away")
def test_while_nothing_can_be_counted_pages_open_and_files_do_not() -> None:
    client = client_for(persona("learning_manager"))
    assert [ask(client).status_code for ask in (search, search_list, report, people)] == [
        302,
        302,
        200,
        200,
    ]
    assert [ask(client).status_code for ask in (file, report_file)] == [503] * 2


@pytest.mark.usefixtures("_cache_away")
def test_work_is_asked_for_while_nothing_can_be_counted() -> None:
    """A copy of a report and the check of a file wait for the broker, which may be away with the cache."""
    client = client_for(persona("learning_manager"))
    assert [ask(client).status_code for ask in (copy, bring)] == [302, 302]
    assert {job.kind for job in Job.objects.all()} == {"reports.make", "exchange.check_import"}


@pytest.mark.usefixtures("_cache_away")
@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("/accounts/login/", {"login": "a@example.com", "password": "something"}),
        ("/accounts/password/reset/", {"email": "a@example.com"}),
    ],
)
def test_nor_does_anybody_sign_in_or_ask_for_a_link(page: str, typed: dict[str, str]) -> None:
    answer = Client().post(page, typed)
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")


def test_limits_are_counters_in_the_cache_and_sessions_are_not() -> None:
    client = client_for(persona("learning_manager"))
    cache.clear()
    assert client.get("/my-account/").status_code == 200
