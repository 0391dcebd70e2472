"""What two moves to another version carry over: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

from assessments.rules.evidence import Decided, Piece, Stretch
from assessments.rules.versions import Version, spells, worked_out

D = dt.date
MOVED = D(2026, 3, 2)
OLD = Version({1: 1, 2: 1, 3: 1}, {10: [1, 2], 20: [3]})
NEW = Version({11: 1, 12: 1}, {110: [11, 12]}, {11: [1], 12: [2, 3]})


def piece(key: int, day: D, *met: int) -> Piece:
    return Piece(key, day, [Decided(key, day, 1, list(met), [], False)])


def test_two_moves_carry_through_both() -> None:
    last = Version({21: 1}, {210: [21]}, {21: [11]})
    met, _ = worked_out(
        [piece(1, D(2026, 1, 5), 1)], spells(OLD, [(MOVED, NEW), (D(2026, 5, 1), last)]), {}
    )
    assert met[-1] == Stretch(21, D(2026, 5, 1), None)
