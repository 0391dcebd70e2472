"""The order in which the test files of a run are taken."""

from __future__ import annotations

import pytest

#: Folders whose tests start real processes and wait for them.
WAITING = ("tests/trip/", "tests/faults/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files that wait for processes and browsers first, so that no worker is left alone with one at the end of a run."""
    slow = {
        item.path
        for item in items
        if item.nodeid.startswith(WAITING) or item.get_closest_marker("browser")
    }
    items.sort(key=lambda item: item.path not in slow)
