"""What a test needs from the machine.

Where it is missing the test is skipped and reported at the end; where it is required, the run fails.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from typing import Any

import pytest

NEEDS = {
    "browser": lambda: (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    ),
    "office": lambda: shutil.which("soffice") or shutil.which("libreoffice"),
}
REQUIRED = {name for name in os.environ.get("PQIP_REQUIRE", "").split(",") if name}


def pytest_configure(config: pytest.Config) -> None:
    """Check, before any process of the run starts, that everything required is present."""
    unknown = REQUIRED - set(NEEDS)
    if unknown:
        raise pytest.UsageError(
            f"PQIP_REQUIRE knows {', '.join(NEEDS)}; not {', '.join(sorted(unknown))}."
        )
    if lacking := absent() & REQUIRED:
        raise pytest.UsageError(f"Required but not on this machine: {', '.join(sorted(lacking))}.")


def absent() -> set[str]:
    """Return what tests need and this machine lacks."""
    return {name for name, found in NEEDS.items() if not found()}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lacking = absent()
    for item in items:
        for name in lacking:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"no {name} on this machine"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Report the number of skipped tests for each reason: what the machine lacks, or what the test itself says."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
    )
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} skipped: {reason}.", yellow=True)
