"""What the records already say about the people and places named in a batch of the `learners`
dataset.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from learners.imports.common import reached
from learners.models import Campaign, Cohort, Enrolment
from pqip.core.words import folded, tidy
from pqip.exchange.datasets import Context, Row
from workforce.models import EqualityAnswers, Person

PERSONAL = ("first_name", "last_name", "email", "date_of_birth")


@dataclass(frozen=True)
class KnownPlace:
    """The entry facts stored on an enrolment."""

    enrolment: int
    entry_route: str
    level5_held: bool
    modules_held: list[str]
    campaign: str


@dataclass
class Known:
    """What is known about people within reach, by staff number.

    `people` gives their keys, `personal` their details, and `others` the keys of people who may
    look after somebody. `places` is by staff number and cohort, and `answers` by person's key.
    Cohorts and campaigns are by folded code or name.
    """

    people: dict[str, int]
    personal: dict[str, dict[str, Any]]
    others: dict[str, int]
    number_of: dict[int, str]
    places: dict[tuple[str, str], KnownPlace]
    answers: dict[int, dict[str, str]]
    cohorts: dict[str, int]
    campaigns: dict[str, int]


def read_known(rows: list[Row], context: Context) -> Known:
    """Read all of it in a fixed number of queries."""
    numbers = {row["staff_number"] for row in rows if row["staff_number"]}
    named = {row[column] for row in rows for column in ("pta", "line_manager") if row[column]}
    about = Person.objects.filter(reached(context.scope), staff_number__in=numbers)
    personal = {
        number: dict(zip(PERSONAL, values, strict=True)) | {"id": key}
        for number, key, *values in about.values_list("staff_number", "id", *PERSONAL)
    }
    people = {number: values["id"] for number, values in personal.items()}
    enrolments = Enrolment.objects.filter(person__in=people.values())
    inside = context.scope.condition(Person.SCOPE)
    others = dict(
        Person.objects.filter(inside, staff_number__in=named).values_list("staff_number", "id")
    )
    cohorts, campaigns = keys_by_name(Cohort), keys_by_name(Campaign)
    return Known(
        people,
        personal,
        others,
        _numbers(enrolments),
        _places(enrolments),
        _answers(rows, people),
        cohorts,
        campaigns,
    )


def _places(enrolments: Any) -> dict[tuple[str, str], KnownPlace]:
    found = {}
    columns = (
        "person__staff_number",
        "entry_cohort__code",
        "entry_cohort__name",
        "id",
        "entry_route",
        "level5_held",
        "modules_held",
        "campaign__code",
    )
    for number, code, name, key, route, level5, modules, campaign in enrolments.values_list(
        *columns
    ):
        place = KnownPlace(key, route, level5, sorted(modules), campaign or "")
        found[number, folded(code)] = place
        if name:
            found[number, folded(name)] = place
    return found


def _numbers(enrolments: Any) -> dict[int, str]:
    """Return the staff numbers of everybody who looks after these learners, for showing values
    before and after.
    """
    people = Person.objects.filter(allocated__person__in=enrolments.values("person")).distinct()
    return dict(people.values_list("id", "staff_number"))


def _answers(rows: list[Row], people: dict[str, int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    if rows and rows[0].given & {"sex", "ethnicity", "disability"}:
        for answer in EqualityAnswers.objects.filter(person__in=people.values()):
            found[answer.person_id] = {
                "sex": answer.sex,
                "ethnicity": answer.ethnicity,
                "disability": answer.disability,
            }
    return found


def keys_by_name(model: Any) -> dict[str, int]:
    """Return keys by folded code, and by folded name if no code is the same.

    If two codes are the same when folded, the tidy one counts.
    """
    listed = sorted(
        model.objects.values_list("id", "code", "name"), key=lambda each: tidy(each[1]) == each[1]
    )
    return {folded(name): key for key, _, name in listed if name} | {
        folded(code): key for key, code, _ in listed
    }
