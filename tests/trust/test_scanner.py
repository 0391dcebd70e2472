"""A scanner that does not answer is not waited for, and what it was asked about is refused."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pqip.core import scanning
from pqip.core.errors import RuleBroken


@pytest.fixture
def silent(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Takes the connection, and says nothing."""
    monkeypatch.setattr(scanning, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.PQIP_SCANNER = f"clamd://127.0.0.1:{server.getsockname()[1]}"
        yield


@pytest.mark.usefixtures("silent")
def test_silence_is_a_refusal_in_plain_words() -> None:
    began = time.monotonic()
    with pytest.raises(
        RuleBroken, match=r"could not be checked for viruses\. Try again in a few minutes"
    ):
        scanning.refuse_infected(io.BytesIO(b"%PDF-1.7"))
    assert time.monotonic() - began < 5


@pytest.mark.usefixtures("silent")
def test_silence_keeps_only_so_many_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """More files than that are refused without asking, so that threads are left for others' pages."""
    monkeypatch.setattr(scanning, "TIMEOUT", 2)
    monkeypatch.setattr(scanning, "WAIT_SECONDS", 0.1)

    def ask(_number: int) -> float:
        began = time.monotonic()
        with pytest.raises(RuleBroken, match="could not be checked for viruses"):
            scanning.refuse_infected(io.BytesIO(b"%PDF-1.7"))
        return time.monotonic() - began

    with ThreadPoolExecutor(scanning.AT_ONCE + 3) as threads:
        took = sorted(threads.map(ask, range(scanning.AT_ONCE + 3)))
    assert [seconds < 1 for seconds in took] == [True] * 3 + [False] * scanning.AT_ONCE
    assert ask(0) > 1, "and the places are free again"
