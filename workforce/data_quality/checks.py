"""The declaration of a check, and the registry of checks. A new check is one declaration:

register(Check("no_pta", "No practice tutor assessor", …, rows=without("pta"),
               reads=("on_programme",)))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Sql = tuple[str, dict[str, object]]
#: A function that returns SQL of a relation on a day, as known at an instant (None for now), and
#: its parameters.
Ask = Callable[[dt.date, dt.datetime | None], Sql]

#: What the rows of a check are about, which decides who may see them: staff, a learner, or a place
#: that names nobody.
ABOUT_PERSON, ABOUT_LEARNER, ABOUT_PLACE = "person", "learner", "place"


@dataclass(frozen=True)
class Check:
    """A check: something to correct.

    `means` says what the record lacks, `to_do` how to correct it, and `counts` what the records
    are. `mends` are the permissions of which one is needed to correct it. `page` is the page of a
    learner on which that is done (for staff, their own page). `list_url` is an existing list, with
    its filter, to work from. `as_staff` means that users who keep posts and do not see learners
    open it as a list of staff.

    `rows` returns a row for each record looked at: region_id, pdu_id, person_id, enrolment_id,
    about (what is wrong, in words or empty), fails, and since (the last day it was right, or the
    first day it was there). `reads` names the relations that it reads.
    """

    code: str
    title: str
    means: str
    to_do: str
    counts: str
    mends: tuple[str, ...]
    rows: Ask
    about: str = ABOUT_LEARNER
    as_staff: bool = False
    reads: tuple[str, ...] = ()
    page: str = "learners:learner"
    list_url: str = ""
    list_filter: str = ""


@dataclass(frozen=True)
class Relation:
    """A relation that several checks read, worked out once, and the relations that it reads itself.

    `decides_place` means that a record lies where its row in this relation does (`region_id`). So
    if only some regions are asked for, the rows of others are skipped.
    """

    name: str
    ask: Ask
    reads: tuple[str, ...] = ()
    decides_place: bool = False


_checks: dict[str, Check] = {}
_relations: dict[str, Relation] = {}


def register(*checks: Check) -> None:
    """Register checks, in the order in which they are shown.

    Raises ValueError for a code that is registered already.
    """
    for check in checks:
        if _checks.setdefault(check.code, check) is not check:
            raise ValueError(f"Two checks are called {check.code}.")


def relation(
    name: str, ask: Ask, reads: tuple[str, ...] = (), *, decides_place: bool = False
) -> None:
    """Register a relation that checks read. It comes after those that it reads itself."""
    _relations[name] = Relation(name, ask, reads, decides_place)


def registered() -> list[Check]:
    """Return every check, in the order in which they are shown."""
    return list(_checks.values())


def find(code: str) -> Check | None:
    """Return the check with that code, or None."""
    return _checks.get(code)


def read_by(checks: Iterable[Check]) -> list[Relation]:
    """Return the relations that these checks read, directly or indirectly.

    Each comes after those that it reads.
    """
    wanted: set[str] = set()
    open_ = [name for check in checks for name in check.reads]
    while open_:
        name = open_.pop()
        if name not in wanted:
            wanted.add(name)
            open_.extend(_relations[name].reads)
    return [one for name, one in _relations.items() if name in wanted]
