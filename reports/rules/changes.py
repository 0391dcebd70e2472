"""What changed between two days, why, and which changes are the largest. Pure: of counts alone.

A change is of full-time equivalents or of people, with the parts that it is made of. What the parts do not account for is a part
of its own, so that they always add up to the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

#: What a change is of.
IN_POST, TARGET, ON_PROGRAMME, ON_BREAK, NEEDS_ACTION, BEHIND = (
    "in_post",
    "target",
    "on_programme",
    "on_break",
    "needs_action",
    "behind",
)
#: The order in which changes of one size are told.
ORDER = (IN_POST, TARGET, ON_PROGRAMME, NEEDS_ACTION, BEHIND, ON_BREAK)
#: What the named parts leave: records that came to count otherwise, such as a total that was returned in place of records.
OTHER = "other"
#: How many are told.
MOST = 3
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Part:
    """Why something changed: how many people it is about, and by how much it moved the number."""

    why: str
    people: int
    by: Decimal


@dataclass(frozen=True)
class Change:
    """A number on two days, and what made the difference, the largest part first.

    `of` is the grade (code) of a number of posts. `reason` is what most of those who withdrew were recorded with (code), and
    `for_it` how many of them: empty and 0 where too few were for it to be told.
    """

    what: str
    of: str
    before: Decimal
    after: Decimal
    parts: tuple[Part, ...] = ()
    reason: str = ""
    for_it: int = 0

    @property
    def by(self) -> Decimal:
        return self.after - self.before


def change(
    what: str,
    before: Decimal | float | int,
    after: Decimal | float | int,
    parts: Iterable[Part] = (),
    *,
    of: str = "",
    reasons: Mapping[str, int] | None = None,
    threshold: int = 0,
) -> Change:
    """A change with parts that add up to it. `reasons`: people withdrawn by reason, told from `threshold` people on."""
    was, came = exact(before), exact(after)
    known = [one for one in parts if one.by or one.people]
    rest = came - was - sum((one.by for one in known), NOTHING)
    if rest and known:
        known.append(Part(OTHER, 0, rest))
    known.sort(key=lambda one: (one.why == OTHER, -abs(one.by), one.why))
    reason, people = _main_reason(reasons or {}, threshold)
    return Change(what, of, was, came, tuple(known), reason, people)


def _main_reason(reasons: Mapping[str, int], threshold: int) -> tuple[str, int]:
    """The reason recorded most often, alone, of at least so many people."""
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    if not ordered or ordered[0][1] < threshold:
        return "", 0
    if len(ordered) > 1 and ordered[1][1] == ordered[0][1]:
        return "", 0
    return ordered[0]


def largest(changes: Iterable[Change], most: int = MOST) -> list[Change]:
    """The changes by which a number moved most, by their size in FTE or people; those that came to nothing are left out.

    Of one size, in the order of `ORDER`, and then of the grades' codes.
    """
    moved = [one for one in changes if one.by]
    return sorted(moved, key=lambda one: (-abs(one.by), ORDER.index(one.what), one.of))[:most]


def exact(value: Decimal | float | int) -> Decimal:
    """A number as it is written, so that sums of hundredths are exact."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
