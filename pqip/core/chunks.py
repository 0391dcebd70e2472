"""Keys a part at a time, for what is worked out for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def chunks(keys: Iterable[int], size: int = 5_000) -> Iterator[list[int]]:
    """Yield the distinct keys in ascending order, at most `size` at a time.

    The size limits memory, and the order is that in which rows are locked.
    """
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
