"""A large list as a file: 50,000 rows take a web process little memory and less than a minute (TRUST OUT12, OPS8)."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from pqip.core.acting import acting_as
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
ROWS, SECONDS, MIB = 50_000, 60, 90
MANY = """
INSERT INTO core_accessentry (user_id, actor, kind, what, detail)
SELECT %s, 'user:' || %s, 'view', 'learners:module-marks', jsonb_build_object('rows', n, 'reason', 'Row ' || n)
FROM generate_series(1, %s) n
"""


def memory(which: str) -> float:
    """MiB that this process holds (`VmRSS`), or has held at most (`VmHWM`) since `forget_peak`."""
    found = re.search(rf"{which}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(),
    reason="only Linux tells a process's peak of memory anew",
)
def test_fifty_thousand_rows(settings: object) -> None:
    settings.PURPOSE_ROWS = settings.FRESH_EXPORT_ROWS = 10 * ROWS  # type: ignore[attr-defined]
    officer = persona("data_protection")
    with acting_as(by=officer), connection.cursor() as cursor:
        cursor.execute(MANY, [officer.pk, officer.pk, ROWS])
    client = client_for(officer)
    assert client.get(reverse("workforce:access_log")).status_code == 200
    forget_peak()
    before, begun = memory("VmRSS"), time.process_time()
    answer = client.get(reverse("workforce:access_log"), {"format": "csv"})
    took, grew = time.process_time() - begun, memory("VmHWM") - before
    assert answer.content.count(b"\r\n") == ROWS + 1
    assert grew < MIB, f"{grew:.0f} MiB more"
    assert took < SECONDS
    print(f"{grew:.0f} MiB, {took:.1f} s")
