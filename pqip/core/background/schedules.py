"""Work that is repeated on a schedule. Apps register it in their `schedules.py`; the scheduler asks what is due.

register_schedule("month", FirstWorkingDay(time(7)), "reports.month", each_missed=True)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pqip.core.background.calendar import Rule


@dataclass(frozen=True)
class Schedule:
    """What to do, and when. The payload holds the period's name as `period`, and its London date as `due_on`.

    After a time without a scheduler the latest missed period runs, once. The ones before it are recorded as missed or, with
    `each_missed`, run too.
    """

    name: str
    rule: Rule
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    queue: str = "default"
    each_missed: bool = False


_schedules: dict[str, Schedule] = {}


def register_schedule(
    name: str,
    rule: Rule,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    queue: str = "default",
    each_missed: bool = False,
) -> Schedule:
    """Register a schedule and return it. Its first period is the first one due after the scheduler has seen it.

    Raises ValueError for another schedule of that name.
    """
    schedule = Schedule(name, rule, kind, payload or {}, queue, each_missed)
    if _schedules.get(name, schedule) != schedule:
        raise ValueError(f"Two schedules are called {name}.")
    _schedules[name] = schedule
    return schedule


def known_schedules() -> list[Schedule]:
    """Return every registered schedule."""
    return list(_schedules.values())
