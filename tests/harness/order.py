"""Observes which locks are taken, and in which order (`docs/architecture.md`, *Who waits for whom*)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

HELD = re.compile(r"FOR (?:NO KEY )?UPDATE")
WRITTEN = re.compile(
    r"^UPDATE \"?(workforce_person|learners_enrolment|assessments_registration)\"?"
)
#: An assessor's own record is covered by the lock on their standing, which whoever changes it holds alone.
RANKS = {
    "assessments_assessorrecord": 0,
    "workforce_person": 1,
    "learners_enrolment": 2,
    "assessments_registration": 3,
}


class Order:
    """Observes every statement and reports a row that is locked after another it should have been locked before."""

    def __init__(self) -> None:
        self.rank, self.held, self.wrong = 0, set[tuple[int, int]](), list[str]()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        answer = execute(sql, params, *rest)
        rank = self._rank(sql)
        if rank is not None:
            keys = {(rank, key) for key in _numbers(params)}
            if rank < self.rank and not keys <= self.held:
                self.wrong.append(f"rank {rank} after {self.rank}: {sql[:200]}")
            self.rank, self.held = max(self.rank, rank), self.held | keys
        return answer

    def _rank(self, sql: str) -> int | None:
        if "assessments_hold_standing" in sql:
            return 0
        if written := WRITTEN.match(sql.lstrip()):
            return RANKS[written[1]]
        if not HELD.search(sql):
            return None
        table = re.search(r'FROM "(\w+)"', sql)
        assert table, sql
        if "NO KEY" not in sql:
            self.wrong.append(f"held against those who refer to it: {sql[:200]}")
        return RANKS.get(table[1], 4)


def _numbers(value: Any) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, dict):
        yield from _numbers(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _numbers(one)
