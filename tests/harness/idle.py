"""Avoids work that a run does not need."""

from __future__ import annotations

import sys

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep Hypothesis's plugin from loading the whole library for its part of the summary where no test uses it."""
    if "hypothesis" not in sys.modules:
        session.config.pluginmanager.unregister(name="hypothesispytest")
