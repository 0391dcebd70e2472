"""What production says and does not say: https for ever, no version, no path of a repository, logs to standard error only."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import Any

import psycopg2
import pytest
from django.db import close_old_connections, connection
from django.test import Client

from pqip.celery import app
from pqip.core.acting import request_id
from pqip.core.logs import JsonFormatter
from pqip.env import PROJECT
from pqip.settings import base
from tests.platform.test_patience import said
from workforce.models import Region

SETTINGS = "import django, json; django.setup(); from django.conf import settings as s; print(json.dumps({}))"


def production(*names: str) -> dict[str, Any]:
    shown = ", ".join(f"{name!r}: s.{name}" for name in names)
    return json.loads(said(SETTINGS.format(f"{{{shown}}}")).splitlines()[-1])


def test_browsers_are_told_to_use_https_for_at_least_a_year() -> None:
    told = production(
        "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT", "DEBUG"
    )
    assert told["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
    assert (told["SECURE_HSTS_INCLUDE_SUBDOMAINS"], told["SECURE_SSL_REDIRECT"], told["DEBUG"]) == (
        True,
        True,
        False,
    )


@pytest.mark.django_db
def test_nothing_of_the_machine_is_served() -> None:
    client = Client()
    for path in (
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/manage.py",
        "/static/",
        "/static/css/",
        "/media/",
        "/server-status",
    ):
        assert client.get(path).status_code == 404, path
    assert client.generic("TRACE", "/accounts/login/").status_code == 405
    for path in ("/accounts/login/", "/health/live", "/health/ready", "/nowhere"):
        answer = client.get(path)
        assert {"Server", "X-Powered-By", "Via"} & set(answer.headers) == set()
        assert "Django" not in answer.content.decode()


def test_the_image_is_built_without_what_a_clone_holds() -> None:
    left_out = set((PROJECT / ".dockerignore").read_text().split())
    assert left_out >= {".git", ".env", "var", ".venv", "node_modules"}


def test_logs_go_to_standard_error_and_nowhere_else() -> None:
    assert {handler["class"] for handler in base.LOGGING["handlers"].values()} == {
        "logging.StreamHandler"
    }
    assert base.LOGGING["root"]["handlers"] == ["out"]
    assert not any("handlers" in logger for logger in base.LOGGING["loggers"].values())


def test_a_log_line_is_one_line_whatever_it_holds() -> None:
    given = request_id.set("abc-12345678")
    record = logging.makeLogRecord(
        {
            "name": "security.authn",
            "levelno": logging.WARNING,
            "levelname": "WARNING",
            "msg": 'a\n{"at": 1}\rb',
            "event": "x\ny",
        }
    )
    line = JsonFormatter().format(record)
    request_id.reset(given)
    told = json.loads(line)
    assert len(line.splitlines()) == 1
    assert (told["level"], told["logger"], told["event"]) == ("warning", "security.authn", "x\ny")
    assert (told["message"], told["request_id"]) == ('a\n{"at": 1}\rb', "abc-12345678")
    assert dt.datetime.fromisoformat(told["at"]).utcoffset() == dt.timedelta()


def test_the_broker_s_address_is_shown_without_its_password() -> None:
    with app.connection_for_write("redis://:very-secret@broker.example:6379/0") as away:
        assert "very-secret" not in away.as_uri()
        assert "very-secret" not in repr(away)


def test_a_connection_that_the_database_cut_is_made_anew(real_db: Any) -> None:
    """As between two requests: each begins with `close_old_connections`."""
    asked = production("DATABASES")["DATABASES"]["default"]
    assert (asked["CONN_HEALTH_CHECKS"], asked["CONN_MAX_AGE"] > 0) == (True, True)
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    try:
        connection.close()
        assert Region.objects.exists()
        with (
            psycopg2.connect(real_db.environment["DATABASE_OWNER_URL"]) as server,
            server.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        close_old_connections()
        assert Region.objects.exists()
    finally:
        connection.settings_dict["CONN_HEALTH_CHECKS"] = False
        connection.close()
