"""The web server's workers: threads answer requests, and a request takes a thread only once it has arrived completely.

A client that sends a request slowly, or only half of one, occupies no thread: the worker's own loop reads head and body,
closes connections that are not complete in time, and only then hands a request to a thread. Settings: `gunicorn.conf.py`.
"""

from __future__ import annotations

import re
import selectors
import socket
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

#: Seconds for the head of a request. A body has the same time, and one second more for each this many bytes received.
GATHER_SECONDS, BYTES_A_SECOND = 10, 10_000
#: Seconds for which a thread waits for a client that reads nothing, and for which a refused client may read the reason.
THREAD_SECONDS, LEAVE_SECONDS = 15, 2
#: The most bytes of a head and of a body; and of all that one process has gathered at a time.
LONGEST_HEAD, LONGEST_BODY = 64 * 1024, 64 * 1024 * 1024
MOST_GATHERED = 8 * LONGEST_BODY
IN_MEMORY, PIECE = 256 * 1024, 64 * 1024
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
#: A head that asks before sending its body, which only HTTP/1.1 allows; and the answer that lets it go on.
ASKS_FIRST = re.compile(
    rb"^[^\r]* HTTP/1\.1\r\n(?:.*\r\n)?expect:[ \t]*100-continue[ \t]*\r\n",
    re.IGNORECASE | re.DOTALL,
)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
#: Addresses asked often and answered at once: they have a thread of their own, so that they answer even when all others
#: wait for the database.
HEALTH = (b"GET /health/live", b"GET /health/ready")
REFUSED = b"HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
TOO_LONG, TOO_LARGE = (
    REFUSED % (431, b"Request Header Fields Too Large"),
    REFUSED % (413, b"Content Too Large"),
)
TOO_SLOW, NO_LENGTH = REFUSED % (408, b"Request Timeout"), REFUSED % (411, b"Length Required")
NO_ROOM = REFUSED % (503, b"Service Unavailable")


class Refused(Exception):
    """The data is no request that can be served. Holds the answer, empty where the client is gone."""


class Gathered:
    """A client's connection that is read before a thread gets it; to the thread it looks unread.

    `until` is the time by which the request must be complete or, after a refusal, the connection closed. All other calls go
    to the real socket.
    """

    def __init__(self, real: socket.socket) -> None:
        self.real, self.until = real, time.monotonic() + GATHER_SECONDS
        self.kept: Any = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (closed with the connection)
        self.size = 0
        self.wanted: int | None = None
        self.head = b""
        self.is_leaving = self.was_told_to_go_on = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    @property
    def is_complete(self) -> bool:
        return self.wanted is not None and self.size >= self.wanted

    def gather(self) -> None:
        """Read what has arrived, without waiting. Raises Refused, and BlockingIOError where nothing has arrived."""
        piece = self.real.recv(PIECE)
        if not piece:
            raise Refused(b"")
        if self.is_leaving:
            return
        self.size += len(piece)
        self._keep(piece)
        if self.wanted is None:
            self._read_head(piece)
        else:
            self.until += len(piece) / BYTES_A_SECOND
        if self.is_complete:
            self._rewind()

    def _keep(self, piece: bytes) -> None:
        try:
            self.kept.write(piece)
        except OSError as full:
            raise Refused(NO_ROOM) from full

    def _rewind(self) -> None:
        """Go back to where a thread begins to read, after writing what was still buffered."""
        try:
            self.kept.seek(0)
        except OSError as full:
            raise Refused(NO_ROOM) from full

    def _read_head(self, piece: bytes) -> None:
        self.head += piece
        end = self.head.find(HEAD_END)
        if end < 0:
            if self.size > LONGEST_HEAD:
                raise Refused(TOO_LONG)
            return
        self.head = self.head[: end + 2]
        if CHUNKED.search(self.head):
            raise Refused(NO_LENGTH)
        found = LENGTH.search(self.head)
        body = int(found[1]) if found else 0
        if body > LONGEST_BODY:
            raise Refused(TOO_LARGE)
        self.wanted = end + len(HEAD_END) + body
        self.until = time.monotonic() + GATHER_SECONDS + (self.size - end) / BYTES_A_SECOND
        if not self.is_complete and ASKS_FIRST.match(self.head):
            self.was_told_to_go_on = True
            self.real.send(GO_ON)

    def leave(self, answer: bytes) -> None:
        """Send the reason for refusing.

        Further data is read and discarded for a while, because closing at once could lose the answer.
        """
        self.is_leaving, self.until = True, time.monotonic() + LEAVE_SECONDS
        with suppress(OSError):
            self.kept.close()
        self.real.send(answer)
        self.real.shutdown(socket.SHUT_WR)

    def setblocking(self, flag: bool) -> None:
        self.real.settimeout(THREAD_SECONDS if flag else 0)

    def recv(self, size: int, *flags: int) -> bytes:
        """Return gathered data; there is nothing else to read."""
        return self.kept.read(size)

    def close(self) -> None:
        try:
            self.kept.close()
        finally:
            self.real.close()


class Connection(TConn):
    """A connection that serves one request.

    Everything sent has been read, so that closing it does not cut an answer short.
    """

    def close(self, graceful: bool = False) -> None:
        util.close(self.sock)


class Worker(ThreadWorker):
    """Gathers requests in its own loop and answers them in threads, one request for each connection."""

    def init_process(self) -> None:
        self.gathering: set[Connection] = set()
        self.swept = 0.0
        self.health = {begins: ThreadPoolExecutor(1) for begins in HEALTH}
        super().init_process()

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except OSError:  # another worker has accepted it, or it is gone
            return
        self.nr_conns += 1
        client.setblocking(False)
        conn = Connection(self.cfg, Gathered(client), address, listener.getsockname())
        self.gathering.add(conn)
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_arrival, conn))

    def on_arrival(self, conn: Connection, _client: Any) -> None:
        """Read the data that has arrived on a connection.

        A complete request is handed to a thread; one that is refused gets the reason, and a broken connection is closed.
        """
        try:
            conn.sock.gather()
        except BlockingIOError:
            return
        except Refused as refused:
            self._drop(conn, refused.args[0])
        except OSError:
            self._drop(conn)
        else:
            if conn.sock.is_complete:
                self._let_go(conn)
                conn.data_ready = True
                self.enqueue_req(conn)

    def enqueue_req(self, conn: Connection) -> None:
        pool = next(
            (own for begins, own in self.health.items() if conn.sock.head.startswith(begins)),
            self.tpool,
        )
        done = pool.submit(self.handle, conn)
        done.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, conn, future)
        )

    def handle(self, conn: Connection) -> Any:
        try:
            return super().handle(conn)
        finally:
            _close_writing(conn.sock.real)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        if conn.sock.was_told_to_go_on:
            req._expected_100_continue = False  # gunicorn would send it again
        return super().handle_request(req, conn)

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Once a second, close connections that were not complete in time and, where all together are too large, the
        largest.
        """
        now = time.monotonic()
        if now - self.swept < 1:
            return
        self.swept = now
        for conn in [one for one in self.gathering if one.sock.until < now]:
            self._drop(conn, TOO_SLOW if conn.sock.size else b"")
        held = sorted(
            (one for one in self.gathering if not one.sock.is_leaving),
            key=lambda one: one.sock.size,
        )
        while sum(one.sock.size for one in held) > MOST_GATHERED:
            self._drop(held.pop(), NO_ROOM)

    def _drop(self, conn: Connection, answer: bytes = b"") -> None:
        """Refuse a connection with an answer, which the client then has a while to read; without an answer, or after that
        time, close it.
        """
        if answer == NO_ROOM:
            self.log.error(
                "What is sent cannot be kept until it is whole: is there room for temporary files?"
            )
        if answer and not conn.sock.is_leaving:
            with suppress(OSError):  # gone before it was answered
                conn.sock.leave(answer)
                return
        self._let_go(conn)
        self.nr_conns -= 1
        conn.close()

    def _let_go(self, conn: Connection) -> None:
        self.gathering.discard(conn)
        self.poller.unregister(conn.sock.real)


def _close_writing(client: socket.socket) -> None:
    try:
        client.shutdown(socket.SHUT_WR)
    except OSError:
        return
