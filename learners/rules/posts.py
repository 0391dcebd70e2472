"""What the programme changes in a learner's posts, and what becomes of the posts that HR stated.

Each event of the programme that concerns the post is a `PostChange` with its day. The post begins
with the first day on the programme, moves, changes its hours, ends, is replaced by an officer's
post, or is removed because they never started. These changes are applied to the posts that HR
stated.

**HR wins**: a post that HR stated after a change was recorded stays as it is, and so does every
post that begins later than the day of the change. Where the two differ, `learners/facts/posts.py`
lists it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from learners.rules.events_moves import ENDED, STATUS_EVENTS, follow, in_order

DAY = dt.timedelta(days=1)
#: Kinds of event that change the post.
KINDS = frozenset(
    {
        "enrolled",
        "started",
        "did_not_start",
        "withdrawn",
        "completed",
        "moved_region",
        "changed_fte",
        "deferred",
        "resumed",
    }
)
NEVER, BEGINS, MOVES, HOURS, OFFICER, LEAVES = range(6)
LEFT_SERVICE = "left_service"
LEAVE_REASON, DESTINATION = "Left the programme", "Left the Service"


@dataclass(frozen=True)
class PostChange:
    """One change that the programme makes to the post from the day `on`, and the instant it was
    recorded.

    For somebody who never started, `on` is the planned first day and `until` is the day recorded
    for *did not start*.
    """

    on: dt.date
    kind: int
    recorded_at: dt.datetime
    region_id: int | None = None
    pdu_id: int | None = None
    fte: Decimal | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Accepted:
    """An officer's post that somebody accepted: its first day and its place."""

    on: dt.date
    region_id: int
    pdu_id: int | None
    recorded_at: dt.datetime


@dataclass(frozen=True)
class Post:
    """A post from `begins` to `ends`, its last day.

    `base` is the key of the row by which HR stated it, or None if the programme began it.
    `current_days` are the first days of the rows that represent it now. A correction by HR in the
    middle of a post does not end what comes after it: for that later part, `since` is the day on
    which the whole post began.
    """

    begins: dt.date
    ends: dt.date | None
    terms: dict[str, Any] = field(hash=False)
    base: int | None = None
    recorded_at: dt.datetime | None = None
    current_days: tuple[dt.date, ...] = ()
    since: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        """Return True if the post is held on a day."""
        return self.begins <= day and (self.ends is None or self.ends >= day)


def post_changes(
    events: Iterable[Any],
    recorded_at: Callable[[Any], dt.datetime],
    accepted: Accepted | None = None,
) -> list[PostChange]:
    """Return the changes that one enrolment makes to the post, in order.

    For somebody who never started there is one: no post began on the planned first day.
    """
    ordered = in_order(event for event in events if event.kind in KINDS)
    enrolled = next((event for event in ordered if event.kind == "enrolled"), None)
    if enrolled is None:
        return []
    ending = _ending(ordered)
    if ending is not None and ending[1] == "did_not_start":
        never, planned = ending[0], enrolled.effective_on
        return [
            PostChange(planned, NEVER, recorded_at(never), until=max(planned, never.effective_on))
        ]
    first = next((event for event in ordered if event.kind == "started"), enrolled)
    changes = [_beginning(ordered, enrolled, first.effective_on, recorded_at)]
    changes += [
        _change(event, max(event.effective_on, first.effective_on), recorded_at(event))
        for event in ordered
        if event.kind in {"moved_region", "changed_fte"}
    ]
    if ending is not None:
        changes += _from_ending(*ending, accepted, recorded_at)
    return changes


def _beginning(
    ordered: Sequence[Any], enrolled: Any, on: dt.date, recorded_at: Callable[[Any], dt.datetime]
) -> PostChange:
    """Return the beginning of the post with the terms of its first day.

    They are the first terms, with whatever changed up to that day.
    """
    terms = {
        "region_id": enrolled.to_region_id,
        "pdu_id": enrolled.to_pdu_id,
        "fte": enrolled.to_fte,
    }
    for event in ordered:
        if event.effective_on <= on and event.kind == "moved_region":
            terms |= {"region_id": event.to_region_id, "pdu_id": event.to_pdu_id}
        elif event.effective_on <= on and event.kind == "changed_fte":
            terms["fte"] = event.to_fte
    return PostChange(on, BEGINS, recorded_at(enrolled), **terms)


def _change(event: Any, on: dt.date, recorded_at: dt.datetime) -> PostChange:
    """Return the change of an event, from `on`: the first day, if it was recorded for an earlier one."""
    if event.kind == "moved_region":
        return PostChange(on, MOVES, recorded_at, event.to_region_id, event.to_pdu_id)
    return PostChange(on, HOURS, recorded_at, fte=event.to_fte)


def _from_ending(
    event: Any, status: str, accepted: Accepted | None, recorded_at: Callable[[Any], dt.datetime]
) -> list[PostChange]:
    """Return what follows from the end of the programme.

    Either they leave the Service, or they are an officer from the first day of that post.
    """
    if status == "withdrawn" and event.destination == LEFT_SERVICE:
        return [PostChange(event.effective_on, LEAVES, recorded_at(event))]
    if status == "completed" and accepted is not None:
        on = max(accepted.on, event.effective_on)
        return [
            PostChange(
                on,
                OFFICER,
                max(accepted.recorded_at, recorded_at(event)),
                accepted.region_id,
                accepted.pdu_id,
            )
        ]
    return []


def _ending(ordered: Sequence[Any]) -> tuple[Any, str] | None:
    status = "due_to_start"
    for event in ordered:
        if event.kind in STATUS_EVENTS:
            status = follow(status, event.kind) or status
            if status in ENDED:
                return event, status
    return None


def without_overlaps(stated: Iterable[Post]) -> list[Post]:
    """Return the posts that HR stated, in order and without overlaps; where two overlap, the later
    stated wins.

    What follows the later post is gone, unless a current row stands there: then HR changed only the
    days between.
    """
    kept: list[Post] = []
    for new in sorted(stated, key=lambda post: (post.recorded_at, post.begins)):
        kept = [*(left for old in kept for left in _remainders(old, new)), new]
    return sorted(kept, key=lambda post: post.begins)


def _remainders(old: Post, new: Post) -> Iterator[Post]:
    """Yield what is left of `old` once `new`, stated later, takes its days.

    All of it if they do not overlap; otherwise the part before. The part after is kept only if `new` begins no later
    than `old`, or if one of the current rows of `old` begins after `new` ends.
    """
    if new.begins > (old.ends or dt.date.max) or (new.ends or dt.date.max) < old.begins:
        yield old
        return
    if new.begins > old.begins:
        yield replace(old, ends=new.begins - DAY)
    if new.ends is None or (old.ends is not None and new.ends >= old.ends):
        return
    if new.begins <= old.begins or any(day > new.ends for day in old.current_days):
        yield replace(old, begins=new.ends + DAY, since=old.since or old.begins)


def posts(
    stated: Iterable[Post],
    changes: Iterable[PostChange],
    *,
    pso: int,
    officer: int,
    refused: Iterable[tuple[dt.date, dt.datetime]] = (),
    remaining: Mapping[dt.date, Sequence[dt.date]] | None = None,
) -> list[Post]:
    """Return the posts that somebody holds: those that HR stated, with the programme's changes
    applied.

    `refused` and `remaining` belong to posts that the programme began. They are given by the first
    day of such a post and count for the place on the programme with the nearest first day, because
    a first day may be corrected later. `refused` holds the instants at which HR replaced the post;
    a change recorded before that does not begin it again. `remaining` holds the first days of those
    of its rows that HR left in place.
    """
    ordered = sorted(changes, key=lambda each: (each.on, each.kind))
    current = _Posts(
        without_overlaps(stated),
        pso,
        officer,
        [change.on for change in ordered if change.kind == BEGINS],
    )
    for begun, instant in refused:
        current.refused.setdefault(current.nearest(begun), []).append(instant)
    for begun, days in (remaining or {}).items():
        current.remaining.setdefault(current.nearest(begun), []).extend(days)
    for change in ordered:
        current.apply(change)
    return current.rows


@dataclass
class _Posts:
    """The posts of one person while the programme's changes are applied."""

    rows: list[Post]
    pso: int
    officer: int
    #: First days on the programme.
    first_days: list[dt.date]
    refused: dict[dt.date | None, list[dt.datetime]] = field(default_factory=dict)
    remaining: dict[dt.date | None, list[dt.date]] = field(default_factory=dict)

    def apply(self, change: PostChange) -> None:
        """Apply one change of the programme."""
        handlers = {
            NEVER: self.remove,
            BEGINS: self.begin,
            MOVES: self.change_terms,
            HOURS: self.change_terms,
            OFFICER: self.promote,
            LEAVES: self.leave,
        }
        handlers[change.kind](change)

    def nearest(self, day: dt.date) -> dt.date | None:
        """Return the first day on the programme that is nearest to a day, or None if there is none."""
        return min(self.first_days, key=lambda first: abs(first - day), default=None)

    def on(self, day: dt.date) -> Post | None:
        """Return the post held on a day, or None."""
        return next((post for post in self.rows if post.covers(day)), None)

    def until(self, day: dt.date) -> dt.date | None:
        """Return the day before the next post begins, or None if there is no next post."""
        return min((post.begins - DAY for post in self.rows if post.begins > day), default=None)

    def put(self, *new: Post, instead_of: Post | None = None) -> None:
        """Add posts, in place of one if it is given."""
        rows = [post for post in self.rows if post is not instead_of]
        self.rows = sorted([*rows, *new], key=lambda post: post.begins)

    def begin(self, change: PostChange) -> None:
        """Begin a PSO's post on the first day, unless HR states one for that day.

        Of a post that HR changed in part, the remaining rows are kept.
        """
        days = (
            []
            if any(instant > change.recorded_at for instant in self.refused.get(change.on, ()))
            else [change.on]
        )
        rest = [day for day in sorted(self.remaining.get(change.on, ())) if day >= change.on]
        for day in (*days, *rest):
            if self.on(day) is None:
                since = change.on if day > change.on else None
                self.put(Post(day, self.until(day), _terms(change, self.pso), since=since))

    def remove(self, change: PostChange) -> None:
        """Remove the PSO's post of somebody who never started.

        Such a post was stated by HR to begin between the planned first day and the day recorded for
        *did not start*. Somebody who was in post before stays in post, and so does somebody who
        began another place by then.
        """
        assert change.until is not None  # noqa: S101  (every NEVER has one)
        if any(change.on <= first <= change.until for first in self.first_days):
            return
        self.rows = [
            post
            for post in self.rows
            if post.terms["grade_id"] != self.pso
            or not change.on <= self.since(post) <= change.until
            or _is_stated_later(post, change)
        ]

    def since(self, post: Post) -> dt.date:
        """Return since when somebody has been in post.

        It is the day that HR states, or the first day of the posts that follow each other without a
        gap.
        """
        begins = post.begins
        while (before := self.on(begins - DAY)) is not None:
            begins = before.begins
        return min(begins, post.terms["post_start_date"] or begins)

    def change_terms(self, change: PostChange) -> None:
        """Change the terms of the post from that day, and of the later part that HR left in place."""
        moved = (
            {"region_id": change.region_id, "pdu_id": change.pdu_id}
            if change.kind == MOVES
            else {"fte": change.fte}
        )
        for post in self.rows:
            covered = post.covers(change.on) or _is_rest(post, change)
            if not covered or _is_stated_later(post, change):
                continue
            if any(post.terms[name] != value for name, value in moved.items()):
                on = max(change.on, post.begins)
                self.put(
                    *_split(post, on, replace(post, terms=post.terms | moved)), instead_of=post
                )

    def promote(self, change: PostChange) -> None:
        """Replace the PSO's post by an officer's post.

        Nothing changes if HR states an officer's post for that day or later, or another grade on
        the day.
        """
        post = self.on(change.on)
        is_stated = any(
            row.terms["grade_id"] == self.officer and (row.ends or dt.date.max) >= change.on
            for row in self.rows
        )
        if is_stated or (
            post is not None
            and (post.terms["grade_id"] != self.pso or _is_stated_later(post, change))
        ):
            return
        self.end_the_rest(change)
        before = post or max(
            (row for row in self.rows if row.begins < change.on),
            key=lambda row: row.begins,
            default=None,
        )
        terms = (before.terms if before else _terms(change, self.officer)) | {
            "grade_id": self.officer,
            "region_id": change.region_id,
            "pdu_id": change.pdu_id,
            "post_start_date": change.on,
            "leave_reason": "",
            "destination": "",
        }
        terms["fte"] = terms["fte"] or Decimal(1)
        left = (
            [replace(post, ends=change.on - DAY)]
            if post is not None and post.begins < change.on
            else []
        )
        new = Post(change.on, self.until(change.on), terms, base=post.base if post else None)
        self.put(*left, new, instead_of=post)

    def leave(self, change: PostChange) -> None:
        """End the post on the last day on the programme, but not before its own first day.

        What the post became on that very day goes with it, and so does what HR left of it further on.
        """
        post = self.on(change.on)
        if (
            post is None
            or _is_stated_later(post, change)
            or (post.base is not None and self._states_an_end(post))
        ):
            return
        self.end_the_rest(change)
        before = self.on(change.on - DAY)
        if post.begins == change.on and before is not None and _is_same(before, post):
            self.put(instead_of=post)
            if _is_stated_later(before, change):
                return
            post = before
        ends = max(change.on - DAY, post.begins)
        gone = {"leave_reason": LEAVE_REASON, "destination": DESTINATION}
        self.put(replace(post, ends=ends, terms=post.terms | gone), instead_of=post)

    def end_the_rest(self, change: PostChange) -> None:
        """Remove what HR left of the post further on, except what HR stated since."""
        self.rows = [
            row for row in self.rows if not _is_rest(row, change) or _is_stated_later(row, change)
        ]

    def _states_an_end(self, post: Post) -> bool:
        """Return True if HR stated the last day of the post: no other post follows it."""
        return post.ends is not None and self.on(post.ends + DAY) is None


def _is_stated_later(post: Post, change: PostChange) -> bool:
    """Return True if HR stated the post after the change was recorded."""
    return post.recorded_at is not None and post.recorded_at > change.recorded_at


def _is_rest(post: Post, change: PostChange) -> bool:
    """Return True if the row is what HR left, further on, of a post that had begun by then."""
    return post.since is not None and post.since <= change.on < post.begins


def _is_same(before: Post, post: Post) -> bool:
    """Return True if two rows are of one post, begun on one day."""
    return bool(before.terms["post_start_date"] == post.terms["post_start_date"])


def _split(post: Post, on: dt.date, after: Post) -> list[Post]:
    """Return the post up to the day before `on`, and the changed post from `on`."""
    after = replace(after, begins=on)
    return [after] if post.begins == on else [replace(post, ends=on - DAY), after]


def _terms(change: PostChange, grade: int) -> dict[str, Any]:
    return {
        "grade_id": grade,
        "region_id": change.region_id,
        "pdu_id": change.pdu_id,
        "function": "",
        "fte": change.fte,
        "contract": "permanent",
        "post_start_date": change.on,
        "service_start_date": None,
        "leave_reason": "",
        "destination": "",
    }
