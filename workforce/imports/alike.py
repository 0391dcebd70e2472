"""Finds who the new staff numbers of a file may already be, so that nobody is recorded twice.

A new number that differs from a known one only by case or leading zeros is refused. A new row that
shares an e-mail address, or a name and date of birth, with somebody on record or with another row
raises a question (`Question`), which `same_person_as` or `different_person` answers. The first may
name only somebody who shares something with the row. People out of the importer's reach are never
named. A number of theirs, even with other case or leading zeros, is treated like one that nobody
has until everything is written, and is refused only then. A row that shares something with somebody
out of reach raises the question too, or somebody would be recorded twice: its words are the same
whoever and wherever they are and whatever is shared, and the security log records how many such
rows a file held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from django.db.models import Q
from django.db.models.functions import Upper

from pqip.core.errors import NotAllowed
from pqip.exchange.cleaning import ImportColumn, YesNo
from pqip.exchange.datasets import (
    DIFFERENT,
    DIFFERENT_PERSON,
    MERGED,
    SAME_PERSON,
    Context,
    Question,
    Row,
)
from workforce.actions.people import change_staff_numbers, note_hidden
from workforce.imports import numbers
from workforce.imports.lookups import NO_SUCH_PERSON
from workforce.models import Person, PersonMerge
from workforce.queries.alike import (
    alike_on_record,
    details_of,
    hold_creation_of_people,
    numbers_on_record,
)
from workforce.rules.alike import (
    HIDDEN,
    NOTHING_SHARED,
    Known,
    Mark,
    PersonDetails,
    sentences_of,
    shared_with,
    withheld,
)
from workforce.rules.numbers import bare
from workforce.rules.numbers import folded as folded_number

SAME, OTHER = SAME_PERSON, DIFFERENT_PERSON
RENUMBERED = "The same person as this row of an import"


def same_column() -> ImportColumn:
    """Return the column that says that a new row is about somebody on record."""
    return numbers.staff_number(
        help="The staff number on record of the person whom a new row is about; they take the new number. Blank: somebody new."
    )


def other_column() -> ImportColumn:
    """Return the column that says that a new row is about somebody else."""
    return ImportColumn(
        YesNo(), help="Yes: a new row that looks like somebody known is about somebody else."
    )


@dataclass
class Seen:
    """What the rows of the file have stated so far, over all batches."""

    #: The number as written and its row, by the number without case and leading zeros.
    numbers: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: The number and row that first had an address, or a name and date of birth, by its hash.
    marks: dict[int, tuple[str, int]] = field(default_factory=dict)
    #: `new` holds new numbers; `left` the numbers of people who take a new one, with the row that
    #: says so.
    new: set[str] = field(default_factory=set)
    left: dict[str, int] = field(default_factory=dict)
    #: Numbers of people out of reach that this file would give to somebody new.
    withheld: set[str] = field(default_factory=set)


def identify(rows: list[Row], context: Context, reached: Q) -> dict[str, str]:
    """Refuse and ask about new numbers, and give known people the new numbers that rows state for
    them.

    `reached` is the filter of people within the importer's reach. Return the old numbers by the new
    ones; from then on their rows are about people on record.
    """
    if "identity" not in context.memory and not context.trial:
        hold_creation_of_people()
    seen: Seen = context.memory.setdefault("identity", Seen())
    rows = [row for row in rows if row["staff_number"]]
    _follow_merged_numbers(rows, context, reached, seen)
    found = numbers_on_record((row["staff_number"] for row in rows), reached)
    new = [row for row in rows if row["staff_number"] not in found.inside]
    _share_answers(new)
    earlier = _rows_with_same_marks(rows, found.inside, seen)
    # people created by earlier rows of this file do not count as people on record
    on_record, named = (
        alike_on_record(map(_details, new), reached, but=seen.new),
        _named(new, reached),
    )
    renamed: dict[str, Person] = {}
    hidden = 0
    for row in new:
        if context.first_row(("identity", row["staff_number"]), row) == row.number:
            if (other := _written_otherwise(row, found.like, seen)) is not None:
                row.error("staff_number", other)
                continue
            person = _same_person(row, named, seen)
            hidden += _ask(row, on_record, earlier)
            if person is not None and not row.wrong:
                renamed[row["staff_number"]] = person
    if hidden:
        note_hidden(context.by, hidden)
    for row in rows:
        if row["staff_number"] in seen.left:
            row.error(
                "staff_number",
                f"takes another number by row {seen.left[row['staff_number']]}. Keep one of the two rows",
            )
    seen.new |= {row["staff_number"] for row in new}
    renamed = _withhold(new, found.outside, seen, renamed)
    before = {number: person.staff_number for number, person in renamed.items()}
    if renamed:
        changed = {person.pk: number for number, person in renamed.items()}
        change_staff_numbers(by=context.by, numbers=changed, reason=RENUMBERED)
    return before


def refuse_withheld(context: Context) -> None:
    """Raise NotAllowed if the import would give a number of somebody out of reach to anybody else.

    It is the last step before an import is committed.
    """
    seen: Seen | None = context.memory.get("identity")
    if seen is not None and seen.withheld and not context.trial:
        raise NotAllowed(withheld(seen.withheld))


def _follow_merged_numbers(rows: list[Row], context: Context, reached: Q, seen: Seen) -> None:
    """Replace numbers of merged records by the number of the person who stayed, and add a remark."""
    went = PersonMerge.objects.live().alias(number=Upper("goes__staff_number"))
    found = went.filter(number__in={folded_number(row["staff_number"]) for row in rows})
    within = found.filter(stays__in=Person.objects.filter(reached)) if reached else found
    leads = {
        folded_number(was): now
        for was, now in within.values_list("goes__staff_number", "stays__staff_number")
    }
    if not leads:
        return
    own = {folded_number(row["staff_number"]): row.number for row in reversed(rows)}
    for row in rows:
        number = row["staff_number"]
        if (now := leads.get(folded_number(number))) is None:
            continue
        _number, at = seen.numbers.get(bare(now), ("", own.get(folded_number(now), 0)))
        if at:
            row.error(
                "staff_number",
                f"is {now} by now: the two records were merged. Write {now}, as row {at} does",
            )
        else:
            row.cells["staff_number"] = now
            context.remark(MERGED.format(said=number, known=now))


def _details(row: Row) -> PersonDetails:
    """Return the identifying details of a row."""
    return PersonDetails(
        row["email"] or "", f"{row['first_name']} {row['last_name']}", row["date_of_birth"]
    )


def _share_answers(new: Iterable[Row]) -> None:
    """Copy an answer given on one row of a number to its other rows."""
    answered = {row["staff_number"]: row for row in new if row[SAME] or row[OTHER]}
    for row in new:
        answer = answered.get(row["staff_number"])
        if answer is not None and not (row[SAME] or row[OTHER]):
            row.cells |= {SAME: answer[SAME], OTHER: answer[OTHER]}


def _rows_with_same_marks(
    rows: Iterable[Row], known: Collection[str], seen: Seen
) -> dict[int, dict[Mark, tuple[str, int]]]:
    """Return, for each row, the other row that has the same identifying marks.

    It is an earlier row, or a row of somebody known. An answer on either of two rows counts for
    both.
    """
    for row in rows:
        seen.numbers.setdefault(bare(row["staff_number"]), (row["staff_number"], row.number))
    first = sorted(rows, key=lambda row: (row["staff_number"] not in known, row.number))
    found: dict[int, dict[Mark, tuple[str, int]]] = {}
    for row in first:
        number = row["staff_number"]
        for mark in _details(row).marks:
            other = seen.marks.get(hash(mark))
            if other is None and (number in known or not row[OTHER]):
                seen.marks[hash(mark)] = number, row.number
            elif other is not None and other[0] != number:
                found.setdefault(row.number, {})[mark] = other
    return found


def _written_otherwise(row: Row, like: Mapping[str, str], seen: Seen) -> str | None:
    """Return what is wrong with a number that differs only by case or leading zeros from a known
    one, or from an earlier row's.
    """
    number = row["staff_number"]
    known = like.get(bare(number))
    if known is not None:
        return (
            None
            if row[SAME] == known
            else f"is {known} on record, but for case or leading zeros. Write {known}"
        )
    first, earlier = seen.numbers[bare(number)]
    return (
        None
        if first == number
        else f"is {first} of row {earlier}, but for case or leading zeros. Write both alike"
    )


def _named(rows: Iterable[Row], reached: Q) -> dict[str, Person]:
    """Return the people within reach whom `same_person_as` names, by number."""
    wanted = {row[SAME] for row in rows if row[SAME]}
    return {
        person.staff_number: person
        for person in Person.objects.filter(reached, staff_number__in=wanted)
    }


def _same_person(row: Row, named: Mapping[str, Person], seen: Seen) -> Person | None:
    """Return the person whom the row says it is about. An impossible answer is an error of the row."""
    answer = row[SAME]
    if not answer:
        return None
    person = named.get(answer)
    own, at = seen.numbers.get(bare(answer), ("", 0))
    if row[OTHER]:
        row.error(OTHER, f"cannot stand beside {SAME}. Leave one of the two blank")
    elif person is None:
        row.error(SAME, NO_SUCH_PERSON)
    elif own == answer:
        row.error(SAME, f"has row {at} of its own. Keep one of the two rows")
    elif seen.left.setdefault(answer, row.number) != row.number:
        row.error(
            SAME, f"is the answer of row {seen.left[answer]} already. Keep one of the two rows"
        )
    elif not _details(row).may_be(details_of(person)):
        row.error(SAME, NOTHING_SHARED)
    return person


def _ask(
    row: Row,
    on_record: Mapping[Mark, list[Known]],
    earlier: Mapping[int, Mapping[Mark, tuple[str, int]]],
) -> bool:
    """Ask about a row that shares an identifying mark with somebody on record or with another row.

    Return True if one of them is out of reach.
    """
    shared, choices = shared_with(_details(row), on_record)
    for mark in _details(row).marks:
        other = earlier.get(row.number, {}).get(mark)
        if other is not None and other[0] not in choices:
            shared.setdefault(f"row {other[1]} ({other[0]})", []).append(mark[0])
    if not shared:
        return False
    alike = sentences_of(shared)
    if not choices and HIDDEN not in shared:
        alike.append("of one person keep one row")
    answer = row[SAME] or (DIFFERENT if row[OTHER] else "")
    about = f"{row['first_name']} {row['last_name']} ({row.text('staff_number')})"
    question = Question(row.number, about, alike, list(choices.items()), answer)
    row.ask(question, "staff_number", _asked(question))
    return HIDDEN in shared


def _asked(question: Question) -> str:
    """Return the question in words, with the answers that the file may give."""
    ways = [f"{SAME} with {number} if they are" for number, _name in question.choices]
    answers = ", or ".join([*ways, f"{OTHER} with yes if they are not"])
    return f"may be the same person: {'; '.join(question.alike)}. Fill in {answers}"


def _withhold(
    new: Iterable[Row], taken: Collection[str], seen: Seen, renamed: Mapping[str, Person]
) -> dict[str, Person]:
    """Replace numbers of people out of reach by placeholders, so that they behave like numbers
    nobody has.
    """
    instead: dict[str, str] = {}
    for row in new:
        number = row["staff_number"]
        if bare(number) in taken:
            row.cells["staff_number"] = instead.setdefault(number, f"W{uuid4().hex[:28]}")
    seen.withheld |= instead.keys()
    seen.new |= set(instead.values())
    return {instead.get(number, number): person for number, person in renamed.items()}
