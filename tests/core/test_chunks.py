"""Keys a part at a time."""

from __future__ import annotations

import pytest

from pqip.core.chunks import chunks


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([], []),
        ([7], [[7]]),
        ([9, 2, 5], [[2, 5, 9]]),
        ([9, 2, 5, 7], [[2, 5, 7], [9]]),
        ([9, 2, 9, 5, 2], [[2, 5, 9]]),
        (range(7), [[0, 1, 2], [3, 4, 5], [6]]),
    ],
)
def test_each_key_once_in_order(keys: list[int], found: list[list[int]]) -> None:
    assert list(chunks(keys, 3)) == found
