"""Posts, changes and events as the tests of a learner's post write them down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from learners.rules import posts as rules
from learners.rules.posts import Post, PostChange

PSO, OFFICER, OTHER = 1, 2, 3
DAY = dt.timedelta(days=1)
#: The first day on the programme.
FIRST = dt.date(2025, 3, 17)
FULL_TIME = Decimal(1)


def on(days: int) -> dt.date:
    """A day so many days after the first."""
    return FIRST + days * DAY


def at(hour: int) -> dt.datetime:
    """An instant: the higher the number, the later."""
    return dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)


def event(kind: str, day: dt.date, number: int = 1, **terms: Any) -> SimpleNamespace:
    nothing = {"to_region_id": None, "to_pdu_id": None, "to_fte": None, "destination": ""}
    return SimpleNamespace(**nothing | {"kind": kind, "effective_on": day, "id": number} | terms)


def stated(
    begins: int,
    ends: int | None = None,
    *,
    recorded_at: int = 0,
    base: int = 7,
    current_days: Sequence[int] = (),
    since: int | None = None,
    **terms: Any,
) -> Post:
    """A post that HR stated, its days counted from the first."""
    usual = {
        "grade_id": PSO,
        "region_id": 1,
        "pdu_id": 3,
        "fte": FULL_TIME,
        "post_start_date": None,
    }
    return Post(
        on(begins), None if ends is None else on(ends), usual | terms, base, at(recorded_at),
        tuple(on(day) for day in current_days), None if since is None else on(since),
    )  # fmt: skip


def change(kind: int, day: int = 0, recorded_at: int = 10, **terms: Any) -> PostChange:
    usual = {"region_id": 1, "pdu_id": 3, "fte": FULL_TIME} if kind == rules.BEGINS else {}
    return PostChange(on(day), kind, at(recorded_at), **usual | terms)


def held(
    rows: Iterable[Post],
    *changes: PostChange,
    refused: Iterable[tuple[int, int]] = (),
    remaining: Mapping[int, Sequence[int]] | None = None,
) -> list[Post]:
    return rules.posts(
        rows, changes, pso=PSO, officer=OFFICER,
        refused=[(on(day), at(hour)) for day, hour in refused],
        remaining={on(day): [on(each) for each in days] for day, days in (remaining or {}).items()},
    )  # fmt: skip


def spans(rows: Iterable[Post], *names: str) -> list[tuple[Any, ...]]:
    """First and last days counted from the first day, and what each post says of `names`."""
    return [
        (
            (post.begins - FIRST).days,
            None if post.ends is None else (post.ends - FIRST).days,
            *(post.terms[name] for name in names),
        )
        for post in rows
    ]
