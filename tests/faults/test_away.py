"""PostgreSQL, then the cache, really stopped under a web server: before a request, and in the middle of one (F20, F35)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection

from pqip.core.tokens import NAME
from pqip.embedded.places import Place, place_for
from pqip.embedded.servers import ADMINISTRATOR, APPLICATION, DATABASE, OWNER, Servers, _programs
from tests.faults.machines import ROOT, wait_until
from tests.trip.machinery import Service

PAGE = "/reference/grades/add/"
#: An administrator who is signed in, made in a process of its own. Prints the cookie.
SIGNED_IN = """
import django; django.setup()
from django.test import Client
from tests.personas import client_for, persona
print(client_for(persona("administrator")).cookies["session"].value)
"""


@dataclass
class Away:
    """A service on servers of its own, one person at it, and what its log says."""

    servers: Servers
    service: Service
    cookie: str
    log: Path

    def stop_database(self, how: str = "fast") -> None:
        self.servers._postgres("pg_ctl", "-D", self.servers.place.data, "-m", how, "-w", "stop")

    def start(self) -> None:
        self.servers.start()

    def ask(
        self, path: str, sent: list[tuple[str, str]] | None = None, *, signed_in: bool = True
    ) -> tuple[int, Any, str]:
        """Status, headers and text of an answer; redirects are not followed."""
        data = urllib.parse.urlencode(sent).encode() if sent is not None else None
        asked = urllib.request.Request(self.service.address + path, data)
        asked.add_header("Cookie", f"{f'session={self.cookie}; ' if signed_in else ''}csrf={CSRF}")
        try:
            answer = OPENER.open(asked, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers, answer.read().decode()

    def rows(self, code: str) -> int:
        with psycopg2.connect(self.servers.database_url(OWNER)) as line, line.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM workforce_grade WHERE code = %s", [code])
            return int(cursor.fetchone()[0])

    def lines(self) -> list[str]:
        """What the web server has written since it was last asked."""
        said = self.log.read_text()
        new, self.read = said[getattr(self, "read", 0) :], len(said)
        return [line for line in new.splitlines() if line.strip()]


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirects)
CSRF = "a" * 32


@pytest.fixture(scope="module")
def away(django_db_setup: None) -> Iterator[Away]:
    folder = Path(tempfile.mkdtemp(prefix="pqip-away-"))
    user = place_for(folder).user
    if user:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
    servers = Servers(Place(folder, user), durable=False)
    servers.start()
    environment = {
        "DATABASE_URL": servers.database_url(), "DATABASE_OWNER_URL": servers.database_url(OWNER),
        "REDIS_URL": servers.redis_url, "PQIP_FILES": str(folder / "files"), "PQIP_TEST_SERVERS": str(folder), "PQIP_DEMO": "yes",
        "PQIP_PROCESS": "web",
    }  # fmt: skip
    logs = Path(tempfile.mkdtemp(prefix="pqip-away-log-"))
    service = Service(environment, logs)
    service.environment["DJANGO_SETTINGS_MODULE"] = "tests.faults.serving"
    try:
        copy_tables(servers, folder / "tables.dump")
        cookie = run(
            [sys.executable, "-c", SIGNED_IN],
            environment | {"DJANGO_SETTINGS_MODULE": "tests.faults.serving"},
        )
        service.start_web()
        yield Away(servers, service, cookie.split()[-1], logs / "0.log")
    finally:
        service.stop()
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(logs, ignore_errors=True)


def copy_tables(servers: Servers, dump: Path) -> None:
    """The migrated tables and reference data of the test run, onto servers of its own: quicker than to migrate."""
    at = connection.settings_dict
    here = ["-h", at["HOST"], "-p", str(at["PORT"] or 5432), "-U", at["USER"], at["NAME"]]
    run([str(_programs() / "pg_dump"), "-Fc", "-f", str(dump), *here], {})
    there = ["-h", str(servers.place.sockets), "-U", OWNER, "-d", DATABASE]
    run([str(_programs() / "pg_restore"), "--exit-on-error", *there, str(dump)], {})


@pytest.fixture(autouse=True)
def _back_again(away: Away) -> Iterator[None]:
    yield
    away.start()


def run(command: list[str], environment: dict[str, str]) -> str:
    given = os.environ | {"DJANGO_SETTINGS_MODULE": "pqip.settings"} | environment
    done = subprocess.run(
        command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def token_in(html: str) -> str:
    return unescape(re.findall(rf'name="{NAME}" value="([^"]+)"', html)[-1])


def grade(token: str, code: str) -> list[tuple[str, str]]:
    words = [
        ("code", code),
        ("name", "A grade in so many words"),
        ("order", "90"),
        (NAME, token),
        ("csrfmiddlewaretoken", CSRF),
    ]
    return words


def in_page(html: str) -> list[tuple[str, str]]:
    """The form that the page carries, as it stands: hidden fields and what was typed."""
    form = html[html.index('<form method="post"') :]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    typed = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    return [(name, unescape(value)) for name, value in [*hidden, *typed]]


def test_the_database_away_before_a_request(away: Away) -> None:
    token = token_in(away.ask(PAGE)[2])
    away.stop_database()
    away.lines()
    status, headers, html = away.ask(PAGE, grade(token, "AWAY1"))
    assert (status, headers["Retry-After"]) == (503, "300")
    assert "Sorry, the service is unavailable" in html
    assert "A grade in so many words</textarea>" in html
    (line,) = away.lines()
    said = json.loads(line)
    assert (said["event"], said["path"]) == ("unavailable", PAGE)
    assert "Traceback" not in line
    for path in ("/", "/reference/", "/nowhere/"):
        assert away.ask(path)[0] == 503, path
        assert len(away.lines()) == 1, path
    assert away.ask("/health/live", signed_in=False)[0] == 200
    assert away.ask("/health/ready", signed_in=False)[0] == 503

    away.start()
    status, headers, _html = away.ask(PAGE, in_page(html))
    assert status == 302, "sent again as the page carries it"
    assert away.ask(PAGE, in_page(html))[1]["Location"] == headers["Location"]
    assert away.rows("AWAY1") == 1


def test_the_database_away_in_the_middle_of_a_request(away: Away) -> None:
    token, answers = token_in(away.ask(PAGE)[2]), []
    holding = psycopg2.connect(away.servers.database_url(OWNER))
    holding.cursor().execute("LOCK TABLE workforce_grade IN EXCLUSIVE MODE")
    sending = threading.Thread(target=lambda: answers.append(away.ask(PAGE, grade(token, "AWAY2"))))
    away.lines()
    sending.start()
    wait_until(lambda: waiting(away), 20, "the request waits for the table")
    away.stop_database("immediate")
    sending.join(60)
    ((status, headers, html),) = answers
    assert (status, headers["Retry-After"]) == (503, "300")
    assert "A grade in so many words</textarea>" in html
    assert [json.loads(line)["event"] for line in away.lines()] == ["unavailable"]

    away.start()
    assert [away.ask(PAGE, in_page(html))[0] for _ in range(2)] == [302, 302]
    assert away.rows("AWAY2") == 1


def waiting(away: Away) -> bool:
    with psycopg2.connect(away.servers.database_url(OWNER)) as line, line.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_the_database_has_no_connection_left(away: Away) -> None:
    """Whoever has none is told to come back, and is served once there is one."""
    token = token_in(away.ask(PAGE)[2])
    allow(away, 0)
    try:
        away.stop_database()  # and with it the connections that the service held
        away.start()
        away.lines()
        for _ in range(3):
            status, headers, html = away.ask(PAGE, grade(token, "AWAY4"))
            assert (status, headers["Retry-After"]) == (503, "300")
            assert "A grade in so many words</textarea>" in html
        lines = away.lines()
        assert [json.loads(line)["event"] for line in lines] == ["unavailable"] * 3
        assert "Traceback" not in "".join(lines)
        assert away.ask("/health/live", signed_in=False)[0] == 200
    finally:
        allow(away, -1)
    assert away.ask(PAGE, in_page(html))[0] == 302
    assert away.rows("AWAY4") == 1


def allow(away: Away, connections: int) -> None:
    """How many connections the application's role may have at once; no limit below nought."""
    with (
        psycopg2.connect(away.servers.database_url(ADMINISTRATOR)) as line,
        line.cursor() as cursor,
    ):
        cursor.execute(f"ALTER ROLE {APPLICATION} CONNECTION LIMIT {connections}")


def test_pages_work_on_while_the_cache_is_away(away: Away) -> None:
    away.servers._valkey_says("SHUTDOWN")
    began = time.monotonic()
    status, _headers, html = away.ask(PAGE)
    assert status == 200
    assert away.ask(PAGE, grade(token_in(html), "AWAY3"))[0] == 302
    assert time.monotonic() - began < 10
    assert away.rows("AWAY3") == 1
