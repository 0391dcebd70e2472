"""The web server's workers: threads answer requests, and a request takes a thread only once the whole of it is there.

Whoever sends a request slowly, or half of one, waits beside the threads and costs none of them: the worker's own loop
gathers head and body, closes what is not whole in time, and only then hands it to a thread. Settings: `gunicorn.conf.py`.
"""

from __future__ import annotations

import re
import selectors
import socket
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

#: Seconds for the whole head of a request. A body may take as much again, and a second more for each so many bytes.
GATHER_SECONDS, BYTES_A_SECOND = 10, 10_000
#: Seconds that a thread waits for a reader who takes nothing, and for what was too large to be gathered.
THREAD_SECONDS = 15
#: A head is no longer than this, and of a body no more is gathered: a longer one is read by the page that refuses it.
LONGEST_HEAD, LONGEST_BODY = 64 * 1024, 64 * 1024 * 1024
IN_MEMORY, PIECE = 256 * 1024, 64 * 1024
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
#: Asked often and answered at once: each has a thread of its own, so that one answers even when all others wait for the database.
HEALTH = (b"GET /health/live", b"GET /health/ready")
REFUSED = b"HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Refused(Exception):
    """What arrives is no request that can be served; holds the answer, empty where the other side is gone."""


class Gathered:
    """A client's connection that is read ahead of its thread, and reads as if it had not been.

    `until` is when it must be whole. What else a socket can do is asked of the real one.
    """

    def __init__(self, real: socket.socket) -> None:
        self.real, self.until = real, time.monotonic() + GATHER_SECONDS
        self.kept: Any = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (closed with the connection)
        self.size = 0
        self.wanted: int | None = None
        self.head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    @property
    def is_whole(self) -> bool:
        return self.wanted is not None and self.size >= self.wanted

    @property
    def is_ready(self) -> bool:
        """Whether a thread may have it: whole, or so large that no more is gathered."""
        return self.is_whole or (self.wanted is not None and self.wanted > LONGEST_BODY)

    def gather(self) -> None:
        """Take what has arrived, without waiting. Raises Refused, BlockingIOError where nothing has."""
        piece = self.real.recv(PIECE)
        if not piece:
            raise Refused(b"")
        self.kept.write(piece)
        self.size += len(piece)
        if self.wanted is None:
            self._read_head(piece)

    def _read_head(self, piece: bytes) -> None:
        self.head += piece
        end = self.head.find(HEAD_END)
        if end < 0:
            if self.size > LONGEST_HEAD:
                raise Refused(REFUSED % (431, b"Request Header Fields Too Large"))
            return
        self.head = self.head[: end + 2]
        if CHUNKED.search(self.head):
            raise Refused(REFUSED % (411, b"Length Required"))
        found = LENGTH.search(self.head)
        body = int(found[1]) if found else 0
        self.wanted = end + len(HEAD_END) + body
        self.until = time.monotonic() + GATHER_SECONDS + body / BYTES_A_SECOND

    def hand_over(self) -> None:
        """To a thread: read from the beginning; what is missing, and whoever reads the answer, within a limit."""
        self.kept.seek(0)
        self.until = time.monotonic() + THREAD_SECONDS

    def setblocking(self, flag: bool) -> None:
        self.real.settimeout(THREAD_SECONDS if flag else 0)

    def recv(self, size: int, *flags: int) -> bytes:
        if piece := self.kept.read(size):
            return piece
        if self.is_whole:
            return b""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("The rest of the request did not come in time.")
        self.real.settimeout(left)
        return self.real.recv(size, *flags)

    def close(self) -> None:
        self.kept.close()
        self.real.close()


class Connection(TConn):
    """A connection that serves one request. What it sent was read, so that closing it cuts no answer short."""

    def close(self, graceful: bool = False) -> None:
        util.close(self.sock)


class Worker(ThreadWorker):
    """Gathers requests in its own loop and answers them in threads, one request a connection."""

    def init_process(self) -> None:
        self.gathering: set[Connection] = set()
        self.swept = 0.0
        self.health = {begins: ThreadPoolExecutor(1) for begins in HEALTH}
        super().init_process()

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except OSError:  # another worker took it, or it is gone
            return
        self.nr_conns += 1
        client.setblocking(False)
        conn = Connection(self.cfg, Gathered(client), address, listener.getsockname())
        self.gathering.add(conn)
        self.poller.register(client, selectors.EVENT_READ, partial(self.on_arrival, conn))

    def on_arrival(self, conn: Connection, _client: Any) -> None:
        """Something of a request has come."""
        try:
            conn.sock.gather()
        except BlockingIOError:
            return
        except Refused as refused:
            self._drop(conn, refused.args[0])
        except OSError:
            self._drop(conn)
        else:
            if conn.sock.is_ready:
                self._let_go(conn)
                conn.sock.hand_over()
                conn.data_ready = True
                self.enqueue_req(conn)

    def enqueue_req(self, conn: Connection) -> None:
        pool = next((own for begins, own in self.health.items() if conn.sock.head.startswith(begins)), self.tpool)
        done = pool.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def handle(self, conn: Connection) -> Any:
        try:
            return super().handle(conn)
        finally:
            if conn.sock.is_whole:
                _say_that_is_all(conn.sock.real)
            else:
                util.close_graceful(conn.sock.real)

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """Close, once a second, what was not whole in time."""
        now = time.monotonic()
        if now - self.swept < 1:
            return
        self.swept = now
        for conn in [one for one in self.gathering if one.sock.until < now]:
            self._drop(conn, REFUSED % (408, b"Request Timeout") if conn.sock.size else b"")

    def _drop(self, conn: Connection, answer: bytes = b"") -> None:
        self._let_go(conn)
        self.nr_conns -= 1
        if answer:
            try:
                conn.sock.real.send(answer)
            except OSError:
                self.log.debug("gone before it was answered")
        conn.close()

    def _let_go(self, conn: Connection) -> None:
        self.gathering.discard(conn)
        self.poller.unregister(conn.sock.real)


def _say_that_is_all(client: socket.socket) -> None:
    try:
        client.shutdown(socket.SHUT_WR)
    except OSError:
        return
