"""The web server with real sockets: what is sent slowly, or half, holds no thread; threads that wait leave health its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from pqip import web
from pqip.env import PROJECT
from tests.faults.machines import wait_until

THREADS = 8
MANY = 5 * THREADS
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
BODY = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """One process of the server, with its own settings, in front of a small application."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "tests.platform.web_app:application", "--bind", f"127.0.0.1:{number}"]
    server = subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | {"WEB_CONCURRENCY": "1"}, start_new_session=True, stderr=subprocess.PIPE
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


def test_who_asks_whether_the_database_answers_keeps_nobody_from_asking_whether_the_process_does(port: int) -> None:
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
