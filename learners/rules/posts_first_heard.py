"""Since when the content of an event or of an accepted post has been known, whatever was corrected since."""

from __future__ import annotations

import datetime as dt
from typing import Any


class FirstHeard:
    """The instant at which the content of each row of a ledger first became known, by the row's key.

    A correction with the same content is no newer, because it takes the place of what it corrects at the same instant. What
    was undone and is recorded again later is new.
    """

    def __init__(self) -> None:
        self.of: dict[int, dt.datetime] = {}
        self.ended: dict[tuple[Any, ...], dt.datetime] = {}

    def note(self, row: Any, content: tuple[Any, ...]) -> None:
        """Take up the next row, with its content. Rows must come in the order in which they were recorded."""
        known_from = self.ended.get((row.recorded_at, *content), row.loaded_at or row.recorded_at)
        self.of[row.id] = known_from
        if row.voided_at is not None:
            self.ended[row.voided_at, *content] = known_from
