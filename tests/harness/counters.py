"""Resets rate limits before each test, since accounts of different tests may have the same key."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Reset the limits."""
    cache.clear()
