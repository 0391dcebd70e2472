"""Whose word is believed about where a request comes from: nobody's without a proxy, and of proxies only ours (AU15)."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client, RequestFactory

from pqip.core.addresses import UNKNOWN, client_address
from pqip.env import PROJECT
from tests.factories.workforce import PASSWORD, user
from tests.faults.machines import wait_until

CONNECTED, PROXY, BROWSER, LIE = "192.0.2.1", "198.51.100.7", "203.0.113.9", "10.6.6.6"


@pytest.mark.parametrize(
    ("proxies", "header", "believed"),
    [
        (0, None, CONNECTED),
        (0, LIE, CONNECTED),
        (0, f"{LIE}, {BROWSER}", CONNECTED),
        (1, None, CONNECTED),
        (1, BROWSER, BROWSER),
        (1, f"{LIE}, {BROWSER}", BROWSER),
        (1, f"{LIE},{LIE} ,  {BROWSER}  ", BROWSER),
        (2, f"{BROWSER}, {PROXY}", BROWSER),
        (2, f"{LIE}, {BROWSER}, {PROXY}", BROWSER),
        (2, BROWSER, CONNECTED),  # came past one of the two
        (1, "", CONNECTED),
        (1, "unknown", CONNECTED),
        (1, f"{BROWSER}, <script>", CONNECTED),
        (1, f"{BROWSER}:51234", BROWSER),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:DB8:0:0::1", "2001:db8::1"),
        (1, f"::ffff:{BROWSER}", BROWSER),
    ],
)
def test_who_is_believed(settings: Any, proxies: int, header: str | None, believed: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if header is None else {"X-Forwarded-For": header}
    request = RequestFactory(REMOTE_ADDR=CONNECTED).get(
        "/", headers={**headers, "X-Real-Ip": LIE, "Forwarded": f"for={LIE}"}
    )
    assert client_address(request) == believed


def test_over_a_socket_without_a_proxy_nobody_knows() -> None:
    assert client_address(RequestFactory(REMOTE_ADDR="").get("/")) == UNKNOWN


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "seen"), [(0, CONNECTED), (1, BROWSER), (2, CONNECTED)])
def test_the_list_of_sessions_shows_the_believed_one(
    settings: Any, proxies: int, seen: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    account, client = (
        user("national"),
        Client(REMOTE_ADDR=CONNECTED, headers={"X-Forwarded-For": BROWSER}),
    )
    client.post("/accounts/login/", {"login": account.email, "password": PASSWORD})
    client.get("/my-account/")
    assert UserSession.objects.get(user=account).ip == seen
    assert seen in client.get("/accounts/sessions/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "said"),
    [(0, "{lie}"), (1, f"{{lie}}, {BROWSER}"), (2, f"{{lie}}, {BROWSER}, {PROXY}")],
)
def test_a_made_up_address_gives_no_new_guesses(settings: Any, proxies: int, said: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    account, typed = user("national"), "not the password"
    answers = [
        Client(
            REMOTE_ADDR=CONNECTED, headers={"X-Forwarded-For": said.format(lie=f"10.0.0.{last}")}
        )
        .post("/accounts/login/", {"login": account.email, "password": typed})
        .status_code
        for last in range(6)
    ]
    assert answers == [200] * 5 + [429]


def test_the_scheme_and_the_host_are_a_proxys_word_too() -> None:
    """Without a proxy the header says nothing; another host is never taken from one."""
    for proxies, is_believed in (("0", "False"), ("1", "True"), ("2", "True")):
        here = os.environ | {"PQIP_TRUSTED_PROXIES": proxies}
        command = [sys.executable, "-c", SAID]
        done = subprocess.run(
            command, cwd=PROJECT, env=here, capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == [is_believed, "localhost"], proxies


SAID = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "pqip.settings"
import django; django.setup()
from django.test import RequestFactory
said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "443", "Host": "localhost"}
request = RequestFactory().get("/", headers=said)
print(request.is_secure(), request.get_host())
"""

APPLICATION = """
def application(environ, start):
    said = [environ["wsgi.url_scheme"], environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["REMOTE_ADDR"]]
    said.append(environ.get("HTTP_X_FORWARDED_FOR", ""))
    body = "|".join(said).encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """gunicorn as it is started, in front of a small application, with its access log switched on."""
    (tmp_path / "small.py").write_text(APPLICATION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "access.log"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "small:application",
        "--bind",
        f"127.0.0.1:{port}",
        "--access-logfile",
        str(log),
    ]
    started = subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(tmp_path), "WEB_CONCURRENCY": "1"}, start_new_session=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: asked(port), 30, "the web server answers")
        yield port, log
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(timeout=40)


def asked(port: int, path: str = "/", **headers: str) -> list[str]:
    with suppress(OSError):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse().read().decode().split("|")
        connection.close()
        return answer
    return []


def test_the_web_server_believes_nobody_and_logs_no_query(server: tuple[int, Path]) -> None:
    port, log = server
    lies = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "Script_Name": "/evil", "Path_Info": "/evil",
            "X_Forwarded_For": LIE, "Referer": "http://localhost/learners/?find=Jones"}  # fmt: skip
    assert asked(port, "/staff/?name=Jones", **lies) == ["http", "", "/staff/", "127.0.0.1", ""]
    wait_until(lambda: "/staff/" in log.read_text(), 10, "the request is logged")
    assert '"GET /staff/" 200' in log.read_text()
    assert "Jones" not in log.read_text()
