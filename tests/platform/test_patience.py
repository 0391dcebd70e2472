"""How long the database is waited for: a page less than a worker, and neither for ever (TRUST DB6)."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import path

from pqip.core.access import PUBLIC, requires
from pqip.env import PROJECT
from pqip.urls import urlpatterns as ours
from tests.platform.test_deploy import PRODUCTION

pytestmark = pytest.mark.django_db
SETTINGS = ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout")
OPTIONS = (
    "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
)


def said(words: str, *command: str, **environment: str) -> str:
    """What a process of production prints."""
    given = (
        {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "pqip.settings"}
        | PRODUCTION
        | environment
    )
    asked = [sys.executable, "-c", words, *command]
    done = subprocess.run(
        asked, cwd=PROJECT, env=given, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


def shown(*command: str, **environment: str) -> dict[str, str]:
    """What PostgreSQL understands of the options of a process of that kind."""
    at = connection.settings_dict
    server = psycopg2.connect(
        dbname=at["NAME"], user=at["USER"], password=at["PASSWORD"], host=at["HOST"], port=at["PORT"] or None,
        options=said(OPTIONS, *command, **environment),
    )  # fmt: skip
    with server.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting::int / 1000 FROM pg_settings WHERE name = ANY(%s)",
            [list(SETTINGS)],
        )
        found = dict(cursor.fetchall())
    server.close()
    return {name: found[name] for name in SETTINGS}


@pytest.mark.parametrize(
    ("command", "environment", "seconds"),
    [
        ("", {"PQIP_PROCESS": "web"}, [5, 60, 15]),
        ("", {"PQIP_PROCESS": "web", "PQIP_WEB_STATEMENT_SECONDS": "40"}, [40, 80, 15]),
        ("worker", {}, [1800, 600, 15]),
        ("import_data", {"PQIP_STATEMENT_SECONDS": "7200"}, [7200, 600, 15]),
        ("migrate", {}, [0, 0, 15]),
    ],
)
def test_each_kind_of_process_waits_as_long_as_it_may(
    command: str, environment: dict[str, str], seconds: list[int]
) -> None:
    assert list(shown(command, **environment).values()) == seconds


def test_the_server_of_pages_says_that_it_is_one() -> None:
    assert said("import pqip.wsgi, os; print(os.environ['PQIP_PROCESS'])") == "web"


@requires(PUBLIC)
def slow(request: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 50")
        cursor.execute("SELECT pg_sleep(5)")


urlpatterns = [*ours, path("slow", slow)]


@pytest.mark.urls("tests.platform.test_patience")
def test_a_page_that_takes_too_long_says_what_to_do(caplog: Any) -> None:
    answer = Client().get("/slow")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Ask for less" in answer.content.decode()
    assert [(record.name, record.event) for record in caplog.records] == [
        ("pqip.requests", "too_slow")
    ]
