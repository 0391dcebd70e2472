"""The plant and its broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.machines import Broker
from tests.faults.plant import Plant, forget_connections


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A running broker that this process publishes to."""
    made = Broker()
    monkeypatch.setenv("CELERY_BROKER_URL", made.url)
    forget_connections()
    made.start()
    yield made
    forget_connections()
    made.remove()


@pytest.fixture
def plant(real_db: Any, broker: Broker, tmp_path: Path, settings: Any) -> Iterator[Plant]:
    """Database and broker; the drill starts the rest. Every process is gone at the end."""
    settings.JOB_LEASE_SECONDS, settings.JOB_RESEND_SECONDS = 2, 1
    made = Plant(real_db, broker, tmp_path)
    settings.MEDIA_ROOT = made.files
    made.as_owner("CREATE TABLE drill_effect (id bigserial PRIMARY KEY, key text, worker int)")
    made.as_owner(
        "GRANT INSERT, SELECT ON drill_effect TO PUBLIC; GRANT USAGE ON drill_effect_id_seq TO PUBLIC"
    )
    yield made
    made.stop()
