"""Nobody twice: who a file's new staff numbers may already be.

A new number that differs from a known one only by case or leading zeros is refused. A new row that shares an e-mail
address, or a name and date of birth, with somebody on record or with another row puts a question (`Question`), which
`same_person_as` or `different_person` answers; the first names only somebody who shares something with the row. What is
out of the importer's reach is never named: a number of theirs, but for case or leading zeros too, is treated as one that
nobody has until everything is written, and only then refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from django.db.models import Q
from django.db.models.functions import Upper

from pqip.core.errors import NotAllowed
from pqip.exchange.cleaning import Column, YesNo
from pqip.exchange.datasets import DIFFERENT, DIFFERENT_PERSON, MERGED, SAME_PERSON, Context, Question, Row
from workforce.actions.people import change_staff_numbers
from workforce.imports import numbers
from workforce.imports.lookups import NO_SUCH_PERSON
from workforce.known_people import (
    ASK_NATIONAL,
    HIDDEN,
    NOTHING_SHARED,
    Known,
    alike_on_record,
    numbers_on_record,
    one_at_a_time,
    said_alike,
    shared_with,
    told_of,
    withheld,
)
from workforce.models import Person, PersonMerge
from workforce.rules.alike import Mark, Told
from workforce.rules.numbers import bare
from workforce.rules.numbers import folded as folded_number

SAME, OTHER = SAME_PERSON, DIFFERENT_PERSON
RENUMBERED = "The same person as this row of an import"


def same_column() -> Column:
    return numbers.staff_number(
        help="The staff number on record of the person whom a new row is about; they take the new number. Blank: somebody new."
    )


def other_column() -> Column:
    return Column(YesNo(), help="Yes: a new row that looks like somebody known is about somebody else.")


@dataclass
class Seen:
    """What the rows of the file have said so far, over all batches."""

    #: Number as written and row, by the number without case and leading zeros.
    numbers: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: The number and row that first had an address, or a name and day of birth, by its hash.
    marks: dict[int, tuple[str, int]] = field(default_factory=dict)
    #: New numbers; numbers of people who take a new one, with the row that says so.
    new: set[str] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    #: Numbers of people out of reach, which this file would give to somebody new.
    withheld: set[str] = field(default_factory=set)


def identify(rows: list[Row], context: Context, reached: Q) -> dict[str, str]:
    """Refuse, ask, and give known people the new numbers that rows say are theirs.

    `reached` is the filter of people within the importer's reach. Returns the numbers people had, by the new ones; their
    rows are from then on rows of people on record.
    """
    if "identity" not in context.memory and not context.trial:
        one_at_a_time()
    seen: Seen = context.memory.setdefault("identity", Seen())
    rows = [row for row in rows if row["staff_number"]]
    _lead_on(rows, context, reached, seen)
    found = numbers_on_record((row["staff_number"] for row in rows), reached)
    new = [row for row in rows if row["staff_number"] not in found.inside]
    _share_answers(new)
    earlier = _earlier(rows, found.inside, seen)
    # people made by earlier rows of this file are not asked about as on record
    on_record, named = alike_on_record(map(_told, new), reached, but=seen.new), _named(new, reached)
    renamed: dict[str, Person] = {}
    for row in new:
        if context.first_row(("identity", row["staff_number"]), row) == row.number:
            if (other := _written_otherwise(row, found.like, seen)) is not None:
                row.error("staff_number", other)
                continue
            person = _said_same(row, named, seen)
            _ask(row, on_record, earlier)
            if person is not None and not row.wrong:
                renamed[row["staff_number"]] = person
    for row in rows:
        if row["staff_number"] in seen.left:
            row.error("staff_number", f"takes another number by row {seen.left[row['staff_number']]}. Keep one of the two rows")
    seen.new |= {row["staff_number"] for row in new}
    renamed = _withhold(new, found.outside, seen, renamed)
    before = {number: person.staff_number for number, person in renamed.items()}
    if renamed:
        changed = {person.pk: number for number, person in renamed.items()}
        change_staff_numbers(by=context.by, numbers=changed, reason=RENUMBERED)
    return before


def refuse_withheld(context: Context) -> None:
    """The last thing before an import stands: no number of somebody out of reach is given to anybody else."""
    seen: Seen | None = context.memory.get("identity")
    if seen is not None and seen.withheld and not context.trial:
        raise NotAllowed(withheld(seen.withheld))


def _lead_on(rows: list[Row], context: Context, reached: Q, seen: Seen) -> None:
    """A number whose record was merged into another of somebody in reach means that one, and the file is told so."""
    went = PersonMerge.objects.live().alias(number=Upper("goes__staff_number"))
    found = went.filter(number__in={folded_number(row["staff_number"]) for row in rows})
    within = found.filter(stays__in=Person.objects.filter(reached)) if reached else found
    leads = {folded_number(was): now for was, now in within.values_list("goes__staff_number", "stays__staff_number")}
    if not leads:
        return
    own = {folded_number(row["staff_number"]): row.number for row in reversed(rows)}
    for row in rows:
        said = row["staff_number"]
        if (now := leads.get(folded_number(said))) is None:
            continue
        _number, at = seen.numbers.get(bare(now), ("", own.get(folded_number(now), 0)))
        if at:
            row.error("staff_number", f"is {now} by now: the two records were merged. Write {now}, as row {at} does")
        else:
            row.cells["staff_number"] = now
            context.remark(MERGED.format(said=said, known=now))


def _told(row: Row) -> Told:
    """What a row says that tells people apart."""
    return Told(row["email"] or "", f"{row['first_name']} {row['last_name']}", row["date_of_birth"])


def _share_answers(new: Iterable[Row]) -> None:
    """An answer given on one row of a number is that of its others."""
    answered = {row["staff_number"]: row for row in new if row[SAME] or row[OTHER]}
    for row in new:
        said = answered.get(row["staff_number"])
        if said is not None and not (row[SAME] or row[OTHER]):
            row.cells |= {SAME: said[SAME], OTHER: said[OTHER]}


def _earlier(rows: Iterable[Row], known: Collection[str], seen: Seen) -> dict[int, dict[Mark, tuple[str, int]]]:
    """For each row, which other row has what it is told apart by: an earlier one, or any of somebody known.

    An answer on either of two rows is that of both.
    """
    for row in rows:
        seen.numbers.setdefault(bare(row["staff_number"]), (row["staff_number"], row.number))
    first = sorted(rows, key=lambda row: (row["staff_number"] not in known, row.number))
    found: dict[int, dict[Mark, tuple[str, int]]] = {}
    for row in first:
        number = row["staff_number"]
        for mark in _told(row).marks:
            other = seen.marks.get(hash(mark))
            if other is None and (number in known or not row[OTHER]):
                seen.marks[hash(mark)] = number, row.number
            elif other is not None and other[0] != number:
                found.setdefault(row.number, {})[mark] = other
    return found


def _written_otherwise(row: Row, like: Mapping[str, str], seen: Seen) -> str | None:
    """What is wrong with a number that differs from a known one, or an earlier row's, only by case or leading zeros."""
    number = row["staff_number"]
    known = like.get(bare(number))
    if known is not None:
        return None if row[SAME] == known else f"is {known} on record, but for case or leading zeros. Write {known}"
    first, earlier = seen.numbers[bare(number)]
    return None if first == number else f"is {first} of row {earlier}, but for case or leading zeros. Write both alike"


def _named(rows: Iterable[Row], reached: Q) -> dict[str, Person]:
    """Who `same_person_as` names, within reach."""
    wanted = {row[SAME] for row in rows if row[SAME]}
    return {person.staff_number: person for person in Person.objects.filter(reached, staff_number__in=wanted)}


def _said_same(row: Row, named: Mapping[str, Person], seen: Seen) -> Person | None:
    """The person whom the row says it is about, unless the answer cannot be right."""
    said = row[SAME]
    if not said:
        return None
    person = named.get(said)
    own, at = seen.numbers.get(bare(said), ("", 0))
    if row[OTHER]:
        row.error(OTHER, f"cannot stand beside {SAME}. Leave one of the two blank")
    elif person is None:
        row.error(SAME, NO_SUCH_PERSON)
    elif own == said:
        row.error(SAME, f"has row {at} of its own. Keep one of the two rows")
    elif seen.left.setdefault(said, row.number) != row.number:
        row.error(SAME, f"is the answer of row {seen.left[said]} already. Keep one of the two rows")
    elif not _told(row).may_be(told_of(person)):
        row.error(SAME, NOTHING_SHARED)
    return person


def _ask(row: Row, on_record: Mapping[Mark, list[Known]], earlier: Mapping[int, Mapping[Mark, tuple[str, int]]]) -> None:
    """Put the question where somebody known, or another row, shares what people are told apart by."""
    shared, choices = shared_with(_told(row), on_record)
    for mark in _told(row).marks:
        other = earlier.get(row.number, {}).get(mark)
        if other is not None and other[0] not in choices:
            shared.setdefault(f"row {other[1]} ({other[0]})", []).append(mark[0])
    if not shared:
        return
    alike = said_alike(shared)
    if HIDDEN in shared:
        alike.append(ASK_NATIONAL)
    elif not choices:
        alike.append("of one person keep one row")
    answer = row[SAME] or (DIFFERENT if row[OTHER] else "")
    about = f"{row['first_name']} {row['last_name']} ({row.text('staff_number')})"
    question = Question(row.number, about, alike, list(choices.items()), answer)
    row.ask(question, "staff_number", _asked(question))


def _asked(question: Question) -> str:
    """The question in words, with the answers that are possible in the file."""
    ways = [f"{SAME} with {number} if they are" for number, _name in question.choices]
    ways = ", or ".join([*ways, f"{OTHER} with yes if they are not"])
    return f"may be the same person: {'; '.join(question.alike)}. Fill in {ways}"


def _withhold(new: Iterable[Row], taken: Collection[str], seen: Seen, renamed: Mapping[str, Person]) -> dict[str, Person]:
    """Numbers of people out of reach do for now under another name, so that nothing tells them from numbers nobody has."""
    instead: dict[str, str] = {}
    for row in new:
        number = row["staff_number"]
        if bare(number) in taken:
            row.cells["staff_number"] = instead.setdefault(number, f"W{uuid4().hex[:28]}")
    seen.withheld |= instead.keys()
    seen.new |= set(instead.values())
    return {instead.get(number, number): person for number, person in renamed.items()}
