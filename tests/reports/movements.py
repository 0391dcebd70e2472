"""Who came, moved and left in twelve months: counted from the ledgers of posts, events and offers, person by person.

Nothing of it is asked of the reports or their SQL, so that what they say may be held against it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from learners.models import Enrolment, Event, OfficerPost
from learners.rules.dates import add_months
from workforce.models import Spell

DAY = dt.timedelta(days=1)
#: A region and a grade, by code.
Cell = tuple[str, str]


@dataclass(frozen=True)
class Post:
    """A stretch of somebody's post, from the first day to the last."""

    person: int
    cell: Cell
    begins: dt.date
    ends: dt.date | None
    contract: str
    gone: str

    def covers(self, day: dt.date) -> bool:
        return self.begins <= day and (self.ends is None or self.ends >= day)


@dataclass
class Flow:
    """How a region's posts of a grade changed in the twelve months to a day. People."""

    before: int = 0
    now: int = 0
    joined: int = 0
    left: int = 0
    came: int = 0
    went: int = 0
    #: Begun and ended otherwise: not permanent, or gone by a transfer out of the Service.
    others: int = 0
    joiners: list[Post] = field(default_factory=list)
    leavers: list[Post] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """In post then, and everything that happened since, comes to who is in post now."""
        return (
            self.before + self.joined - self.left + self.came - self.went + self.others == self.now
        )


class Ledger:
    """Every post on record, and what the programme says of people, read once."""

    def __init__(self) -> None:
        rows = (
            Spell.objects.live()
            .select_related("region", "grade")
            .order_by("person_id", "effective_on")
        )
        self.posts = [
            Post(
                row.person_id,
                (row.region.code, row.grade.code),
                row.effective_on,
                row.ended_on,
                row.contract,
                f"{row.leave_reason} {row.destination}".lower(),
            )
            for row in rows
        ]
        self.events: dict[int, list[Event]] = defaultdict(list)
        for event in (
            Event.objects.live().select_related("to_region").order_by("effective_on", "pk")
        ):
            self.events[event.enrolment_id].append(event)
        self.person = dict(Enrolment.objects.values_list("pk", "person_id"))

    @cached_property
    def of_person(self) -> dict[int, list[Post]]:
        found: dict[int, list[Post]] = defaultdict(list)
        for post in self.posts:
            found[post.person].append(post)
        return found

    def flows(self, day: dt.date) -> dict[Cell, Flow]:
        """By region and grade. On the last day of a post somebody is still in it, so that it ends the day after."""
        since, flows = add_months(day, -12), defaultdict(Flow)
        for post in self.posts:
            flow = flows[post.cell]
            flow.before += post.covers(since)
            flow.now += post.covers(day)
            if since < post.begins <= day:
                self._begun(post, flow)
            if post.ends is not None and since < post.ends + DAY <= day:
                self._ended(post, flow)
        return flows

    def _begun(self, post: Post, flow: Flow) -> None:
        if any(other.ends == post.begins - DAY for other in self.of_person[post.person]):
            flow.came += 1
        elif post.contract == "permanent":
            flow.joined += 1
            flow.joiners.append(post)
        else:
            flow.others += 1

    def _ended(self, post: Post, flow: Flow) -> None:
        assert post.ends is not None
        if any(other.begins == post.ends + DAY for other in self.of_person[post.person]):
            flow.went += 1
        elif post.contract == "permanent" and "transfer" not in post.gone:
            flow.left += 1
            flow.leavers.append(post)
        else:
            flow.others -= 1

    def starters(self, day: dt.date) -> dict[tuple[int, dt.date], str]:
        """Who started on the programme in the twelve months: person and first day, with the region they started in."""
        return {
            (self.person[key], event.effective_on): _region(events, event.effective_on)
            for key, events, event in self._happened("started", day)
        }

    def left_service(self, day: dt.date) -> dict[tuple[int, dt.date], str]:
        """Who withdrew out of the Service after starting: person and day, with the region they were in."""
        return {
            (self.person[key], event.effective_on): _region(events, event.effective_on)
            for key, events, event in self._happened("withdrawn", day)
            if event.destination == "left_service"
            and any(each.kind == "started" for each in events)
        }

    def qualified(self, day: dt.date) -> Counter[str]:
        """Whose first post as an officer began in the twelve months, on or after the day they completed."""
        completed = {
            self.person[key]: event.effective_on
            for key, events in self.events.items()
            for event in events
            if event.kind == "completed" and event.effective_on <= day
        }
        first = {}
        for post in self.posts:
            if post.cell[1] == "PO":
                first.setdefault(post.person, post)
        since = add_months(day, -12)
        return Counter(
            post.cell[0]
            for who, post in first.items()
            if who in completed and since < post.begins <= day and completed[who] <= post.begins
        )

    def accepted(self, day: dt.date) -> Counter[str]:
        """Officers' posts accepted by somebody who has completed, whose first day is in the twelve months."""
        since, found = add_months(day, -12), Counter()
        for post in OfficerPost.objects.live().filter(answer="accepted").select_related("region"):
            done = next(
                (
                    each.effective_on
                    for each in self.events[post.enrolment_id]
                    if each.kind == "completed"
                ),
                None,
            )
            if done is not None and since < max(done, post.first_day) <= day:
                found[post.region.code] += 1
        return found

    def _happened(self, kind: str, day: dt.date) -> Iterator[tuple[int, list[Event], Event]]:
        since = add_months(day, -12)
        for key, events in self.events.items():
            for event in events:
                if event.kind == kind and since < event.effective_on <= day:
                    yield key, events, event


def _region(events: list[Event], day: dt.date) -> str:
    """The region of a place on the programme on a day: the first terms, and the moves until then."""
    return [
        each.to_region.code for each in events if each.to_region_id and each.effective_on <= day
    ][-1]
