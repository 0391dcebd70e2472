"""A scanner that does not answer is not waited for, and what it was asked about is refused."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Iterator
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
    with pytest.raises(RuleBroken, match=r"could not be checked for viruses\. Try again in a few minutes"):
        scanning.refuse_infected(io.BytesIO(b"%PDF-1.7"))
    assert time.monotonic() - began < 5
