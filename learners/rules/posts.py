"""What the programme says of a learner's post, and what becomes of the posts that HR stated.

Each event of the programme that concerns the post is a saying with its day: the post begins with the first day on the
programme, moves, changes its hours, ends, or gives way to an officer's post. Sayings are laid over the posts that HR stated.
**HR wins**: a post that HR stated after the programme said something stands, and so does every post that begins later than
the day of the saying. Where the two differ, `learners/post_facts.py` lists it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from learners.rules.moves import ENDED, STATUS_EVENTS, follow, in_order

DAY = dt.timedelta(days=1)
#: Events that say something of the post.
KINDS = frozenset({
    "enrolled", "started", "did_not_start", "withdrawn", "completed", "moved_region", "changed_fte", "deferred", "resumed",
})
BEGINS, MOVES, HOURS, OFFICER, LEAVES = range(5)
LEFT_SERVICE = "left_service"
LEAVE_REASON, DESTINATION = "Left the programme", "Left the Service"


@dataclass(frozen=True)
class Saying:
    """One thing the programme says of the post from `on`, heard (recorded) at an instant."""

    on: dt.date
    kind: int
    heard: dt.datetime
    region_id: int | None = None
    pdu_id: int | None = None
    fte: Decimal | None = None


@dataclass(frozen=True)
class Accepted:
    """An officer's post that somebody accepted: from which day, and where."""

    on: dt.date
    region_id: int
    pdu_id: int | None
    heard: dt.datetime


@dataclass(frozen=True)
class Post:
    """A post from `begins` to `ends`, the last day. `base`: the key of the row by which HR stated it; none: the programme did.

    `resting`: first days of the rows that stand in its place now. What HR put right in the middle does not end what comes after:
    of such a rest, `since` is the day the whole post began.
    """

    begins: dt.date
    ends: dt.date | None
    terms: dict[str, Any] = field(hash=False)
    base: int | None = None
    heard: dt.datetime | None = None
    resting: tuple[dt.date, ...] = ()
    since: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        return self.begins <= day and (self.ends is None or self.ends >= day)


def sayings(events: Iterable[Any], heard: Callable[[Any], dt.datetime], accepted: Accepted | None = None) -> list[Saying]:
    """What one enrolment says of the post, in order. Who never started says nothing: no post was made for them."""
    ordered = in_order(event for event in events if event.kind in KINDS)
    enrolled = next((event for event in ordered if event.kind == "enrolled"), None)
    if enrolled is None:
        return []
    ending = _ending(ordered)
    if ending is not None and ending[1] == "did_not_start":
        return []
    first = next((event for event in ordered if event.kind == "started"), enrolled)
    said = [_beginning(ordered, enrolled, first.effective_on, heard)]
    for event in ordered:
        if event.kind in {"moved_region", "changed_fte"} and event.effective_on > first.effective_on:
            said.append(_change(event, heard(event)))
    if ending is not None:
        said += _after(*ending, accepted, heard)
    return said


def _beginning(ordered: Sequence[Any], enrolled: Any, on: dt.date, heard: Callable[[Any], dt.datetime]) -> Saying:
    """The terms of the first day: the first terms, and whatever changed until then."""
    terms = {"region_id": enrolled.to_region_id, "pdu_id": enrolled.to_pdu_id, "fte": enrolled.to_fte}
    for event in ordered:
        if event.effective_on <= on and event.kind == "moved_region":
            terms |= {"region_id": event.to_region_id, "pdu_id": event.to_pdu_id}
        elif event.effective_on <= on and event.kind == "changed_fte":
            terms["fte"] = event.to_fte
    return Saying(on, BEGINS, heard(enrolled), **terms)


def _change(event: Any, heard: dt.datetime) -> Saying:
    if event.kind == "moved_region":
        return Saying(event.effective_on, MOVES, heard, event.to_region_id, event.to_pdu_id)
    return Saying(event.effective_on, HOURS, heard, fte=event.to_fte)


def _after(event: Any, status: str, accepted: Accepted | None, heard: Callable[[Any], dt.datetime]) -> list[Saying]:
    """What the end of the programme says: they leave the Service, or are an officer from their first day as one."""
    if status == "withdrawn" and event.destination == LEFT_SERVICE:
        return [Saying(event.effective_on, LEAVES, heard(event))]
    if status == "completed" and accepted is not None:
        on = max(accepted.on, event.effective_on)
        return [Saying(on, OFFICER, max(accepted.heard, heard(event)), accepted.region_id, accepted.pdu_id)]
    return []


def _ending(ordered: Sequence[Any]) -> tuple[Any, str] | None:
    status = "due_to_start"
    for event in ordered:
        if event.kind in STATUS_EVENTS:
            status = follow(status, event.kind) or status
            if status in ENDED:
                return event, status
    return None


def apart(stated: Iterable[Post]) -> list[Post]:
    """Posts as HR stated them, in order: of two that overlap the later stated stands.

    What came after it is gone, unless a row stands there still: HR then changed the days between, and ended nothing.
    """
    kept: list[Post] = []
    for new in sorted(stated, key=lambda post: (post.heard, post.begins)):
        kept = [*(left for old in kept for left in _beside(old, new)), new]
    return sorted(kept, key=lambda post: post.begins)


def _beside(old: Post, new: Post) -> Iterator[Post]:
    """What is left of a post before and after one that was stated later."""
    if new.begins > (old.ends or dt.date.max) or (new.ends or dt.date.max) < old.begins:
        yield old
        return
    if new.begins > old.begins:
        yield replace(old, ends=new.begins - DAY)
    if new.ends is None or (old.ends is not None and new.ends >= old.ends):
        return
    if new.begins <= old.begins or any(day > new.ends for day in old.resting):
        yield replace(old, begins=new.ends + DAY, since=old.since or old.begins)


def posts(
    stated: Iterable[Post], said: Iterable[Saying], *, pso: int, officer: int, refused: Iterable[dt.datetime] = (),
    standing: Mapping[dt.date, Sequence[dt.date]] | None = None,
) -> list[Post]:
    """The posts somebody holds: those HR stated, with what the programme says laid over them.

    `refused`: when HR put something in the place of a post that the programme had begun; what was said before does not begin it
    again. `standing`: of posts that the programme began, by the day they began, first days of the rows that stand: those HR left.
    """
    held = _Posts(apart(stated), pso, officer, list(refused), standing or {})
    for saying in sorted(said, key=lambda each: (each.on, each.kind)):
        held.hear(saying)
    return held.rows


@dataclass
class _Posts:
    rows: list[Post]
    pso: int
    officer: int
    refused: list[dt.datetime]
    standing: Mapping[dt.date, Sequence[dt.date]]

    def hear(self, saying: Saying) -> None:
        acts = {BEGINS: self.begin, MOVES: self.change, HOURS: self.change, OFFICER: self.promote, LEAVES: self.leave}
        acts[saying.kind](saying)

    def on(self, day: dt.date) -> Post | None:
        return next((post for post in self.rows if post.covers(day)), None)

    def until(self, day: dt.date) -> dt.date | None:
        """The day before the next post begins."""
        return min((post.begins - DAY for post in self.rows if post.begins > day), default=None)

    def put(self, *new: Post, instead_of: Post | None = None) -> None:
        rows = [post for post in self.rows if post is not instead_of]
        self.rows = sorted([*rows, *new], key=lambda post: post.begins)

    def begin(self, saying: Saying) -> None:
        """A PSO's post from the first day, unless HR states one on that day; of one that HR changed, the rest as it stands."""
        days = [] if any(instant > saying.heard for instant in self.refused) else [saying.on]
        for day in (*days, *self.standing.get(saying.on, ())):
            if self.on(day) is None:
                since = saying.on if day > saying.on else None
                self.put(Post(day, self.until(day), _terms(saying, self.pso), since=since))

    def change(self, saying: Saying) -> None:
        """The post is different from that day, and so is what HR left of it further on."""
        moved = {"region_id": saying.region_id, "pdu_id": saying.pdu_id} if saying.kind == MOVES else {"fte": saying.fte}
        for post in self.rows:
            is_rest = post.since is not None and post.since <= saying.on < post.begins
            if not (post.covers(saying.on) or is_rest) or _later(post, saying):
                continue
            if any(post.terms[name] != value for name, value in moved.items()):
                on = max(saying.on, post.begins)
                self.put(*_split(post, on, replace(post, terms=post.terms | moved)), instead_of=post)

    def promote(self, saying: Saying) -> None:
        """An officer's post in the place of the PSO's, unless HR states one then or later, or another grade on the day."""
        post = self.on(saying.on)
        is_stated = any(row.terms["grade_id"] == self.officer and (row.ends or dt.date.max) >= saying.on for row in self.rows)
        if is_stated or (post is not None and (post.terms["grade_id"] != self.pso or _later(post, saying))):
            return
        before = post or max((row for row in self.rows if row.begins < saying.on), key=lambda row: row.begins, default=None)
        terms = (before.terms if before else _terms(saying, self.officer)) | {
            "grade_id": self.officer, "region_id": saying.region_id, "pdu_id": saying.pdu_id, "post_start_date": saying.on,
            "leave_reason": "", "destination": "",
        }
        terms["fte"] = terms["fte"] or Decimal(1)
        left = [replace(post, ends=saying.on - DAY)] if post is not None and post.begins < saying.on else []
        new = Post(saying.on, self.until(saying.on), terms, base=post.base if post else None)
        self.put(*left, new, instead_of=post)

    def leave(self, saying: Saying) -> None:
        """The post ends the day before they are on the programme no more, and not before its first day."""
        post = self.on(saying.on)
        if post is None or _later(post, saying) or (post.base is not None and self._states_an_end(post)):
            return
        ends = max(saying.on - DAY, post.begins)
        gone = {"leave_reason": LEAVE_REASON, "destination": DESTINATION}
        self.put(replace(post, ends=ends, terms=post.terms | gone), instead_of=post)

    def _states_an_end(self, post: Post) -> bool:
        """HR stated the last day: nothing follows on."""
        return post.ends is not None and self.on(post.ends + DAY) is None


def _later(post: Post, saying: Saying) -> bool:
    """HR stated the post after the programme had said so."""
    return post.heard is not None and post.heard > saying.heard


def _split(post: Post, on: dt.date, after: Post) -> list[Post]:
    """The post until the day before, and what it is from `on`."""
    after = replace(after, begins=on)
    return [after] if post.begins == on else [replace(post, ends=on - DAY), after]


def _terms(saying: Saying, grade: int) -> dict[str, Any]:
    return {
        "grade_id": grade, "region_id": saying.region_id, "pdu_id": saying.pdu_id, "function": "", "fte": saying.fte,
        "contract": "permanent", "post_start_date": saying.on, "service_start_date": None, "leave_reason": "", "destination": "",
    }
