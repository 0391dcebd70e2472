"""Kinds of work made up for one test, and a broker that only takes notes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pqip.core.background import registry, schedules
from pqip.jobs import waking
from pqip.jobs.models import Job


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Declare a handler for the length of a test: `does("test.kind", work, atomic=False)`."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))

    def declare(kind: str, work: Callable[[Job], None] = lambda job: None, **how: object) -> None:
        registry.handler(kind, **how)(work)  # type: ignore[arg-type]

    return declare


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """No schedule but those of the test."""
    monkeypatch.setattr(schedules, "_schedules", {})


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The wake-ups published during the test: job number and queue."""
    from pqip.jobs.tasks import run_job

    sent: list[tuple[int, str]] = []
    monkeypatch.setattr(waking, "_quiet_until", 0.0)
    monkeypatch.setattr(
        run_job, "apply_async", lambda args, queue, **options: sent.append((args[0], queue))
    )
    return sent
