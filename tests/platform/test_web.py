"""The web server with real sockets: what is sent slowly, or half, holds no thread; threads that wait leave health its own."""

from __future__ import annotations

import http.client
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest

from pqip import web
from pqip.env import PROJECT
from tests.faults.machines import wait_until

THREADS = 8
MANY = 5 * THREADS
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
BODY = POST % 100_000 + b"\r\n" + b"x" * 50


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """One process of the server, with its own settings, in front of a small application."""
    with serving() as number:
        yield number


@contextmanager
def serving(prepare: Callable[[], None] | None = None) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.platform.web_app:application",
        "--bind",
        f"127.0.0.1:{number}",
    ]
    server = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=os.environ | {"WEB_CONCURRENCY": "1"},
        start_new_session=True,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
    )
    try:
        wait_until(lambda: answers(number), 30, "the web server answers")
        yield number
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=40)


def answers(port: int) -> bool:
    with suppress(OSError):
        return took(port) >= 0
    return False


def took(port: int, path: str = "/") -> float:
    """Seconds until the whole answer is there."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    assert connection.getresponse().read() == b"GET 0"
    connection.close()
    return time.monotonic() - begun


def opened(stack: ExitStack, port: int, sent: bytes) -> socket.socket:
    client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=15))
    client.sendall(sent)
    return client


def whole(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(1000), b""))


@pytest.mark.parametrize("sent", [b"", HEAD, BODY], ids=["nothing", "half a head", "half a body"])
def test_what_is_half_sent_holds_no_thread(port: int, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            opened(stack, port, sent)
        assert max(took(port) for _ in range(5)) < 1


def test_what_dribbles_holds_no_thread_and_is_answered_once_it_is_whole(port: int) -> None:
    with ExitStack() as stack:
        clients = [opened(stack, port, HEAD) for _ in range(MANY)]
        for letter in b"X: y":
            for client in clients:
                client.sendall(bytes([letter]))
            assert took(port) < 1
        clients[0].sendall(HEAD_END := b"\r\n\r\n")
        assert HEAD_END in clients[0].recv(1000)


def test_half_a_head_is_closed_in_time(port: int) -> None:
    with ExitStack() as stack:
        client, begun = opened(stack, port, HEAD), time.monotonic()
        assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - begun < web.GATHER_SECONDS + 3


def test_many_who_send_nothing_leave_no_place_taken(port: int) -> None:
    """Twice as many as a process takes at a time: the rest wait, and everybody is answered within seconds."""
    with ExitStack() as stack:
        for _ in range(800):
            opened(stack, port, b"")
        assert took(port) < 2 * web.GATHER_SECONDS + 8


@pytest.mark.parametrize("length", [1_000, web.LONGEST_BODY])
def test_a_body_that_does_not_come_is_closed_in_time_however_long_it_was_to_be(
    port: int, length: int
) -> None:
    with ExitStack() as stack:
        client, begun = opened(stack, port, POST % length + b"\r\n"), time.monotonic()
        assert client.recv(1000).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - begun < web.GATHER_SECONDS + 3


def test_a_body_that_is_too_long_is_refused_and_holds_no_thread(port: int) -> None:
    with ExitStack() as stack:
        clients = [
            opened(stack, port, POST % (web.LONGEST_BODY + 1) + b"\r\n") for _ in range(MANY)
        ]
        assert max(took(port, path) for path in ("/", "/health/live")) < 1
        assert all(client.recv(1000).startswith(b"HTTP/1.1 413 ") for client in clients)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (POST % (web.LONGEST_BODY + 1), b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", b"411"),
    ],
)
def test_why_it_is_refused_is_read_by_whoever_sends_on(
    port: int, head: bytes, status: bytes
) -> None:
    with ExitStack() as stack:
        client = opened(stack, port, head + b"\r\n")
        for _ in range(40):
            client.sendall(b"x" * 100_000)
        assert client.recv(1000).startswith(b"HTTP/1.1 " + status)


def test_whoever_asks_first_is_told_to_go_on_once(port: int) -> None:
    with ExitStack() as stack:
        client = opened(stack, port, POST % 5 + b"Expect: 100-continue\r\n\r\n")
        assert client.recv(1000) == web.GO_ON
        client.sendall(b"12345")
        answer = whole(client)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"POST 5" in answer
        old = opened(
            stack, port, (POST % 5).replace(b"1.1", b"1.0") + b"Expect: 100-continue\r\n\r\n12345"
        )
        assert b" 200 " in whole(old).splitlines()[0]


@pytest.mark.parametrize(
    "length", [2_000_000, 4_000_000 - 1000], ids=["far beyond", "in the last piece"]
)
def test_without_room_for_what_is_sent_it_is_refused_and_the_process_goes_on(length: int) -> None:
    full = 4_000_000 - 1000 if length > 2_000_000 else 1_000_000

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (full, full))

    with serving(limit) as small, ExitStack() as stack:
        waiting = opened(stack, small, b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client = opened(stack, small, POST % length + b"\r\n" + b"x" * length)
        assert client.recv(1000).startswith(b"HTTP/1.1 503 ")
        assert b"GET 0" in whole(waiting), "what is being answered is answered"


def test_more_than_one_process_may_gather_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest first; the others go on."""
    monkeypatch.setattr(web, "MOST_GATHERED", 900)
    worker: Any = web.Worker.__new__(web.Worker)
    worker.swept, worker.log = 0.0, logging.getLogger("test")
    with ExitStack() as stack:
        pairs = [socket.socketpair() for _ in range(3)]
        conns = []
        for (ours, theirs), size in zip(pairs, (100, 500, 600), strict=True):
            stack.enter_context(ours)
            stack.enter_context(theirs)
            theirs.sendall(POST % 1_000_000 + b"\r\n" + b"x" * size)
            conns.append(SimpleNamespace(sock=stack.enter_context(closing(web.Gathered(ours)))))
            conns[-1].sock.gather()
        worker.gathering = conns
        worker.murder_pending()
        assert [conn.sock.is_leaving for conn in conns] == [False, False, True]
        assert pairs[2][1].recv(1000).startswith(b"HTTP/1.1 503 ")


def test_a_body_in_pieces_arrives_whole(port: int) -> None:
    with ExitStack() as stack:
        client = opened(stack, port, BODY)
        for _ in range(9):
            client.sendall(b"x" * 10_000)
            time.sleep(0.01)
        client.sendall(b"x" * (100_000 - 50 - 90_000))
        assert b"POST 100000" in whole(client)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 2 * web.LONGEST_HEAD, b"431"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"no request at all\r\n\r\n", b"400"),
    ],
)
def test_what_cannot_be_served_is_told_so(port: int, sent: bytes, status: bytes) -> None:
    with ExitStack() as stack:
        assert opened(stack, port, sent).recv(1000).startswith(b"HTTP/1.1 " + status)


def test_threads_wait_beside_one_another_and_health_has_its_own(port: int) -> None:
    waiting = [threading.Thread(target=took, args=(port, "/slow")) for _ in range(2 * THREADS)]
    begun = time.monotonic()
    for one in waiting:
        one.start()
    time.sleep(0.3)
    assert took(port, "/health/live") < 1
    assert took(port, "/health/ready") < 1
    for one in waiting:
        one.join()
    assert time.monotonic() - begun < 11, "sixteen waits of four seconds by eight threads"


def test_who_asks_whether_the_database_answers_keeps_nobody_from_asking_whether_the_process_does(
    port: int,
) -> None:
    waiting = threading.Thread(target=took, args=(port, "/health/ready?slow"))
    waiting.start()
    time.sleep(0.3)
    assert took(port, "/health/live") < 1
    waiting.join()


def test_a_reader_who_takes_nothing_is_left_in_time(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(THREADS):
            opened(stack, port, b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.5)
        assert took(port) < web.THREAD_SECONDS + 3
