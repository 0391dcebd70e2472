"""A real mail server on loopback that answers as a test says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from pqip.messages.sending import words


class Server:
    """Keeps what it took. `recipient` and `data` are its answers; after `silence` seconds the latter comes too late."""

    def __init__(self) -> None:
        self.recipient, self.data, self.silence = "250 OK", "250 Taken", 0.0
        self.taken: list[Any] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("250"):
            self.taken.append(envelope)
        await asyncio.sleep(self.silence)
        return self.data


def free_port() -> int:
    """A port on loopback nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Server]:
    """A listening server, and a project that sends to it."""
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 1
    yield server
    controller.stop()


@pytest.fixture
def notice(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> str:
    """A kind of notice made up for one test."""
    (tmp_path / "messages").mkdir()
    text = "{{ count }} reports are ready\n\nSign in to read them & more:\n{{ link }}\n"
    (tmp_path / "messages" / "test-notice.txt").write_text(text)
    settings.TEMPLATES = [
        settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0].get("DIRS", [])]}
    ]
    assert (
        words("test-notice", {"count": 2, "link": "https://x.test/r?a=1&b=2"})[0]
        == "2 reports are ready"
    )
    return "test-notice"
