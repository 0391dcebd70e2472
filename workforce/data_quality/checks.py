"""What a check is, and the register of them. A new check is one declaration.

    register(Check("no_pta", "No practice tutor assessor", …, rows=without("pta"), reads=("on_programme",)))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Sql = tuple[str, dict[str, object]]
#: SQL of a relation on a day, as known at an instant (now, where it is None), and its parameters.
Ask = Callable[[dt.date, dt.datetime | None], Sql]

#: What the rows of a check are, and so who may see which: somebody of the staff, a learner, or a place that names nobody.
ABOUT_PERSON, ABOUT_LEARNER, ABOUT_PLACE = "person", "learner", "place"


@dataclass(frozen=True)
class Check:
    """Something to put right.

    `means` says what the record lacks, `to_do` how it is put right, `counts` what `records` are. `mends`: permissions with one
    of which it can be put right. `page` is the page of a learner on which that is done (of staff, their own); `list_url` an
    existing list, with its filter, that is worked from. `as_staff`: of learners, it is opened as a list of staff by those who
    keep posts and do not see learners.

    `rows` has a row for each record looked at: region_id, pdu_id, person_id, enrolment_id, about (what is wrong, in words or
    empty), fails, and since (the last day it was right, or the first it was there). The relations that it reads it names in
    `reads`.
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
    """A relation that several checks read, worked out once, and what it reads itself.

    `decides_place`: a record of a check that reads it lies where its row (`region_id`) does, so that for some regions alone
    the others' rows are not looked at.
    """

    name: str
    ask: Ask
    reads: tuple[str, ...] = ()
    decides_place: bool = False


_checks: dict[str, Check] = {}
_relations: dict[str, Relation] = {}


def register(*checks: Check) -> None:
    """Add checks, in the order they are shown. Raises ValueError for a code that is taken."""
    for check in checks:
        if _checks.setdefault(check.code, check) is not check:
            raise ValueError(f"Two checks are called {check.code}.")


def relation(name: str, ask: Ask, reads: tuple[str, ...] = (), *, decides_place: bool = False) -> None:
    """Name a relation that checks read, after those it reads itself."""
    _relations[name] = Relation(name, ask, reads, decides_place)


def registered() -> list[Check]:
    """Every check, in the order they are shown."""
    return list(_checks.values())


def find(code: str) -> Check | None:
    """The check of that code; None where there is none."""
    return _checks.get(code)


def read_by(checks: Iterable[Check]) -> list[Relation]:
    """The relations these checks read, and those that they read, each after what it reads."""
    wanted: set[str] = set()
    open_ = [name for check in checks for name in check.reads]
    while open_:
        name = open_.pop()
        if name not in wanted:
            wanted.add(name)
            open_.extend(_relations[name].reads)
    return [one for name, one in _relations.items() if name in wanted]
