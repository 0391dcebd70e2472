"""The processes of a trip, a mailbox, and a browser that checks every page it sees."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError

from tests.faults.machines import QUEUES, ROOT, wait_until

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("TRIP_SHOTS", "")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 800}


class Mailbox:
    """A mail server on loopback that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.start()

    @property
    def port(self) -> int:
        return int(self.controller.port)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        from email import message_from_bytes

        self.messages.append(message_from_bytes(envelope.content))
        return "250 OK"

    def to(self, address: str) -> list[Message]:
        return [message for message in self.messages if message["To"] == address]

    def stop(self) -> None:
        self.controller.stop()


class Service:
    """Web server, worker and scheduler of one trip, each a real process in a group of its own."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = (
            os.environ
            | environment
            | {
                "DJANGO_SETTINGS_MODULE": "tests.trip.settings",
                "TRIP_ADDRESS": self.address,
                "PORT": str(self.port),
                "REMAP_SIGTERM": "SIGQUIT",
            }
        )
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def start_web(self) -> None:
        self._start(
            "gunicorn",
            "pqip.wsgi",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--workers",
            "1",
            "--threads",
            "4",
        )
        wait_until(self._answers, 40, f"the web server answers: {self.last_words()}")

    def start_worker(self) -> None:
        self._start(
            "celery",
            "-A",
            "pqip",
            "worker",
            "-Q",
            QUEUES,
            "-c",
            "2",
            "--without-mingle",
            "--without-gossip",
        )

    def start_scheduler(self) -> None:
        self._start("celery", "-A", "pqip", "beat", "--pidfile=")

    def stop(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def last_words(self) -> str:
        return "\n".join(
            log.read_text(errors="replace")[-1500:] for log in sorted(self.folder.glob("*.log"))
        )

    def _start(self, *command: str) -> None:
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )
        log.close()

    def _answers(self) -> bool:
        with suppress(urllib.error.URLError, OSError):
            return urllib.request.urlopen(f"{self.address}/health/live", timeout=2).status == 200
        return False


class Visitor:
    """One person at a browser: every page they come to is checked by axe and for anything the browser complained of."""

    def __init__(self, browser: Browser, address: str, email: str, password: str) -> None:
        self.address, self.who = address, email.partition("@")[0]
        self.context: BrowserContext = browser.new_context(viewport=WIDE, locale="en-GB")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.seen: list[str] = []
        self.page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._own_origin)
        self.go("/accounts/login/")
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")

    def go(self, path: str) -> Visitor:
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.check()
        return self

    def press(self, name: str) -> Visitor:
        """Press a button, and check the page it leads to."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.check()
        return self

    def follow(self, name: str, **more: Any) -> Visitor:
        """Follow a link, and check the page it leads to."""
        self.page.locator("main").get_by_role("link", name=name, **more).first.click()
        self.page.wait_for_load_state()
        self.check()
        return self

    def fill(self, label: str, value: str) -> Visitor:
        self.page.get_by_label(label, exact=True).fill(value)
        return self

    def date(self, group: str, day: int, month: int, year: int) -> Visitor:
        boxes = self.page.get_by_role("group", name=group)
        for name, value in (("Day", day), ("Month", month), ("Year", year)):
            boxes.get_by_label(name).fill(str(value))
        return self

    def check(self) -> None:
        """No axe finding, no complaint of the browser, no sideways scroll on a phone, no name in the title."""
        path = self.page.url.removeprefix(self.address)
        findings = (
            Axe()
            .run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
            .response["violations"]
        )
        told = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in findings]
        assert not told, f"axe at {path}: {told}"
        assert not self.complaints, f"the browser at {path}: {self.complaints}"
        self.page.set_viewport_size(NARROW)
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{path} scrolls sideways by {wide} pixels at 375"
        self._shoot(path, 375)
        self.page.set_viewport_size(WIDE)
        self._shoot(path, 1280)
        self.seen.append(path)

    def wait_for(self, words: str) -> Visitor:
        """Until a worker has brought the page to say so; then check it."""
        try:
            self.page.wait_for_selector(f"text={words}", timeout=30_000)
        except TimeoutError as error:
            raise AssertionError(f"The page never said {words!r}:\n{self.text()}") from error
        self.check()
        return self

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def close(self) -> None:
        self.context.close()

    def _shoot(self, path: str, width: int) -> None:
        if SHOTS:
            name = (
                re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", path)
                .strip("/")
                .replace("/", "_")
                .replace("?", "_")[:80]
                or "home"
            )
            self.page.screenshot(
                path=f"{SHOTS}/{self.who}_{len(self.seen):02d}_{name}_{width}.png", full_page=True
            )

    def _own_origin(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "about:")):
            self.complaints.append(f"asked elsewhere: {request.url}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
