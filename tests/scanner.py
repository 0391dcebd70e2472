"""As much of a virus scanner as is asked, on a port of this machine."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
#: Whatever holds this the scanner cannot read.
UNREADABLE = b"unreadable"


class Clamd(socketserver.BaseRequestHandler):
    """As much of ClamAV's daemon as is asked: reads a stream, and finds the test virus."""

    def handle(self) -> None:
        reader = self.request.makefile("rb")
        assert reader.read(10) == b"nINSTREAM\n"
        held = b""
        while size := struct.unpack("!L", reader.read(4))[0]:
            held += reader.read(size)
        answer = {True: b"stream: Eicar-Test-Signature FOUND", False: b"stream: OK"}[EICAR in held]
        if UNREADABLE in held:
            answer = b"INSTREAM size limit exceeded. ERROR"
        self.request.sendall(answer + b"\n")


@pytest.fixture
def scanner(settings: Any) -> Iterator[socketserver.TCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.PQIP_SCANNER = f"clamd://127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()
