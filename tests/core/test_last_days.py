"""A fact that lasts is true up to and on its last day: the day before, the day, the day after, wherever `ended_on` is compared.

Python asks `pqip/core/spans.py`. SQL writes one condition, which is taken from the source here and asked of the database on each
of the days. Whatever compares a last day otherwise is named with what it says on them.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, connection, models

from learners.models import Allocation, CaseType, CaseTypeOverride
from pqip.core.acting import Job, acting_as
from pqip.core.spans import holds, in_force, is_over, not_over, over
from pqip.env import PROJECT
from tests.factories import learners as make
from workforce.imports.staff_again import _share_a_day
from workforce.models import Spell

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2026, 3, 2), dt.date(2026, 3, 12)
#: The day before the last one, the day itself, and the day after.
ABOUT = (LAST - DAY, LAST, LAST + DAY)
APPS = (
    "pqip/core",
    "pqip/exchange",
    "pqip/pages",
    "workforce",
    "learners",
    "assessments",
    "reports",
)

DAYS = r"(?:%\(\w+\)s|(?!models|forms)\w+\.\w+)(?: [-+] 1)?"
SIGN = r"(?:<=|>=|<>|<|>|(?<!=)=(?!=))"
#: A fact that lasts, on a day: the one condition.
LASTS = re.compile(rf"\(((?:\w+\.)?ended_on) IS NULL OR \1 {SIGN} {DAYS}\)")
COMPARED = re.compile(
    rf"(?:\b\w+\.)?\bended_on(?: [-+] 1)? {SIGN} {DAYS}|{DAYS} {SIGN} (?:\w+\.)?ended_on\b(?: [-+] 1)?"
    rf"|least\(\w+\.ended_on, [^)]*\) {SIGN} greatest\(\w+\.\w+, %\(\w+\)s\)"
    rf"|(?:max|min|lag|lead)\(\w+\.ended_on\)(?: OVER \w+)? {SIGN} {DAYS}"
    rf"|(?:lag|lead)\(\w+\.\w+\) OVER \w+ {SIGN} \w+\.ended_on\b(?: [-+] 1)?"
)
#: A last day of another row, or the last of several: what it is compared with says the same of it as of one.
OF_ANOTHER_ROW = re.compile(r"(?:max|min|lag|lead)\(([^()]*)\)(?: OVER \w+)?")
#: What compares a last day otherwise: its file and words, and what it says on the three days of a fact without any other end.
OTHERWISE = {
    # those who left since a day a year ago, the last day being the day before they were gone
    ("reports/figures/workforce_position.py", "w.ended_on >= %(year_before)s"): (True, True, False),
    ("reports/figures/workforce_position.py", "w.ended_on < %(as_at)s"): (False, False, True),
    # one post makes way for the next: the other begins the day after
    ("reports/figures/workforce_position.py", "o.ended_on = w.effective_on - 1"): (False, False, True),
    ("reports/figures/workforce_position.py", "o.effective_on = w.ended_on + 1"): (False, False, True),
    # a post follows the one that ended the day before it
    ("reports/figures/forecast_posts.py", "lag(w.ended_on) OVER p = w.effective_on - 1"): (False, False, True),
    ("reports/figures/forecast_posts.py", "lead(w.effective_on) OVER p = w.ended_on + 1"): (False, False, True),
    # the last of their posts was held on the day they started, or later
    ("reports/figures/forecast_learners.py", "max(w.ended_on) >= c.start_date"): (True, True, False),
    # gone between two days: still in post on the first, and no more on the second
    ("reports/figures/changes.py", "a.ended_on >= %(since)s"): (True, True, False),
    ("reports/figures/changes.py", "a.ended_on < %(until)s"): (False, False, True),
    # a post is gone from the day after its last
    ("reports/figures/forecast_posts.py", "w.ended_on < %(as_at)s"): (False, False, True),
    ("reports/figures/forecast_learners.py", "w.ended_on < %(as_at)s"): (False, False, True),
    # in post for the day of the event and no other
    ("learners/facts/posts.py", "w.ended_on = l.from_on"): (False, True, False),
    # whoever had a role for a learner before the day
    ("learners/facts/conversations.py", "l.ended_on < %(as_at)s"): (False, False, True),
    # of an adjustment the day kept is the first on which it is needed no more
    ("learners/facts/conversations.py", "n.ended_on > %(as_at)s"): (True, False, False),
    # since when nobody has been there: the latest end gone by
    ("workforce/data_quality/staffing.py", "e.ended_on < %(as_at)s"): (False, False, True),
    ("learners/plugins/data_quality/posts.py", "a.ended_on < %(as_at)s"): (False, False, True),
    ("learners/plugins/data_quality/allocations.py", "l.ended_on < %(as_at)s"): (False, False, True),
    # in post on some day from the day on, and the award not lapsed by then
    ("assessments/facts/capacity_demand.py", "least(w.ended_on, a.lapsed_on - 1) >= greatest(w.effective_on, %(as_at)s)"):
        (True, True, False),
}  # fmt: skip
#: Comparisons in Python outside `pqip/core/spans.py`, each with the test that holds its three days.
IN_PYTHON = {
    "learners/presenters/support.py: row.ended_on <= on":
        "tests/core/test_last_days.py::test_an_adjustment_is_needed_no_more_from_its_day",
    "learners/rules/practice.py: ended_on > today":
        "tests/learners/test_last_days.py::test_a_placement_ends_from_its_first_day_to_today",
    "learners/actions/support.py: ended_on < agreed_on":
        "tests/learners/test_last_days.py::test_an_adjustment_ends_from_the_day_it_was_agreed",
    "workforce/imports/staff_again.py: one.effective_on <= (other.ended_on or dt.date.max)":
        "tests/core/test_last_days.py::test_posts_share_the_last_day_of_the_first",
    "workforce/imports/staff_again.py: other.effective_on <= (one.ended_on or dt.date.max)":
        "tests/core/test_last_days.py::test_posts_share_the_last_day_of_the_first",
    "workforce/rules/posts.py: current.ended_on >= on":
        "tests/workforce/rules/test_posts.py::test_a_change_corrects_on_the_first_day_and_ends_up_to_the_last",
}  # fmt: skip


def sources(*endings: str) -> Iterator[Path]:
    for folder in APPS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in endings and "migrations" not in path.parts:
                yield path


def conditions() -> Iterator[tuple[str, str, re.Match[str]]]:
    """Every condition on a last day in SQL: its file, its words, and the match where it is the one condition."""
    for path in sources(".py", ".sql"):
        name, text = str(path.relative_to(PROJECT)), path.read_text()
        known = list(LASTS.finditer(text))
        yield from ((name, found[0], found) for found in known)
        within = [range(*found.span()) for found in known]
        for found in COMPARED.finditer(text):
            if not any(found.start() in each for each in within):
                yield name, found[0], found


def said(condition: str, ended_on: dt.date | None, on: dt.date) -> bool | None:
    """What PostgreSQL says of a condition on a day, of a fact that ended then."""
    asked = OF_ANOTHER_ROW.sub(r"\1", condition)
    asked = re.sub(r"(?:\w+\.)?\bended_on\b", "l.ended_on", asked)
    asked = re.sub(
        r"%\(\w+\)s|\b(?!l\.)\w+\.(?:effective_on|start_date|qualified_on)", "d.day", asked
    )
    asked = re.sub(
        r"\w+\.(?:lapsed_on|from_on)", "d.nothing" if "lapsed" in asked else "d.day", asked
    )
    if "greatest" in asked:
        asked = asked.replace("greatest(d.day, d.day)", "greatest(d.begun, d.day)")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {asked} FROM (SELECT %s::date AS ended_on) l, "
            "(SELECT %s::date AS day, NULL::date AS nothing, %s::date AS begun) d",
            [ended_on, on, FIRST],
        )  # fmt: skip
        return cursor.fetchone()[0]


FOUND = list(conditions())
ONE = [(name, words) for name, words, found in FOUND if found.re is LASTS]
OTHER = [(name, words) for name, words, found in FOUND if found.re is COMPARED]


def test_the_conditions_are_found() -> None:
    assert len(ONE) > 15
    assert set(OTHER) == set(OTHERWISE)


@pytest.mark.parametrize(("file", "condition"), ONE)
def test_sql_holds_up_to_and_on_the_last_day(file: str, condition: str) -> None:
    """A post that goes on where another ended the day before is one time in post, so a day more."""
    more = DAY if condition.endswith("- 1)") else 0 * DAY
    assert [said(condition, LAST, on + more) for on in ABOUT] == [True, True, False]
    assert said(condition, None, LAST) is True


@pytest.mark.parametrize(("file", "condition"), OTHERWISE)
def test_what_sql_says_otherwise(file: str, condition: str) -> None:
    assert tuple(said(condition, LAST, on) for on in ABOUT) == OTHERWISE[file, condition]


def test_python_asks_the_spans_or_is_named() -> None:
    found = set()
    for path in sources(".py"):
        name = str(path.relative_to(PROJECT))
        if name != "pqip/core/spans.py":
            found |= {f"{name}: {words}" for words in _compared(path.read_text())}
    assert found == set(IN_PYTHON)


@pytest.mark.parametrize("place", sorted(set(IN_PYTHON.values())))
def test_the_test_named_is_there(place: str) -> None:
    path, name = place.split("::")
    assert f"def {name}(" in (PROJECT / path).read_text()


def _compared(source: str) -> Iterator[str]:
    """Where Python compares a last day: by a sign, or by a look-up of a field other than its constraint's."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and not isinstance(node.ops[0], ast.Is | ast.IsNot):
            words = ast.unparse(node)
            if re.search(r"\bended_on\b", words) and isinstance(
                node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE
            ):
                yield words
        elif isinstance(node, ast.keyword) and re.fullmatch(
            r"(\w+__)?ended_on__[lg]te?", node.arg or ""
        ):
            words = ast.unparse(node.value)
            if not words.startswith("models.F("):
                yield f"{node.arg}={words}"


@pytest.mark.parametrize(("on", "share"), list(zip(ABOUT, (True, True, False), strict=True)))
def test_posts_share_the_last_day_of_the_first(on: dt.date, share: bool) -> None:
    """What HR stated of the same days, in a file of staff that is read again."""
    one, lasts = Spell(effective_on=FIRST, ended_on=LAST), Spell(effective_on=FIRST)
    for other in (Spell(effective_on=on, ended_on=on), Spell(effective_on=on)):
        assert _share_a_day(one, other) == _share_a_day(other, one) == share
        assert _share_a_day(lasts, other)
        assert _share_a_day(other, lasts)


def allocation(ended_on: dt.date | None) -> Allocation:
    with acting_as(by=Job("test")):
        return Allocation.objects.create(
            person=make.person(),
            role="mentor",
            other=make.person(),
            effective_on=FIRST,
            ended_on=ended_on,
        )


@pytest.mark.parametrize(("on", "is_there"), list(zip(ABOUT, (True, True, False), strict=True)))
def test_spans_hold_up_to_and_on_the_last_day(on: dt.date, is_there: bool) -> None:
    row, lasts = allocation(LAST), allocation(None)
    rows = Allocation.objects.filter(pk__in=[row.pk, lasts.pk])
    for found in (
        rows.filter(in_force(on)),
        rows.in_force(on),
        rows.filter(not_over(on)),
        rows.not_over(on),
    ):
        assert set(found) == ({row, lasts} if is_there else {lasts})
    assert (
        set(rows.within(on, on))
        == set(rows.within(on, None))
        == ({row, lasts} if is_there else {lasts})
    )
    assert set(rows.filter(over(on))) == (set() if is_there else {row})
    assert (holds(row, on), is_over(row.ended_on, on)) == (is_there, not is_there)
    assert (holds(lasts, on), is_over(None, on)) == (True, False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT assessments_in_force(%s, %s, %s), assessments_in_force(%s, NULL, %s)",
            [FIRST, LAST, on, FIRST, on],
        )
        assert cursor.fetchone() == (is_there, True)


@pytest.mark.parametrize(
    ("on", "has_begun"), [(FIRST - DAY, False), (FIRST, True), (FIRST + DAY, True)]
)
def test_spans_hold_from_their_first_day(on: dt.date, has_begun: bool) -> None:
    row = allocation(LAST)
    rows = Allocation.objects.filter(pk=row.pk)
    assert rows.in_force(on).exists() == holds(row, on) == has_begun
    assert rows.not_over(on).exists()
    assert rows.within(FIRST - 9 * DAY, on).exists() == has_begun


LASTING = [
    (model, constraint)
    for model in apps.get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, models.CheckConstraint)
    and "ended_on__gte" in repr(constraint.condition)
]


@pytest.mark.parametrize(
    ("model", "constraint"), LASTING, ids=lambda each: getattr(each, "name", None) or each.__name__
)
@pytest.mark.parametrize(("days", "is_sound"), [(-1, False), (0, True), (1, True), (None, True)])
def test_the_last_day_is_the_first_or_later(
    model: type[models.Model], constraint: models.CheckConstraint, days: int | None, is_sound: bool
) -> None:
    begins = "began_on" if "began_on" in repr(constraint.condition) else "effective_on"
    ended_on = None if days is None else FIRST + days * DAY
    row = model(**{begins: FIRST, "ended_on": ended_on})
    if is_sound:
        constraint.validate(model, row)
        return
    with pytest.raises(ValidationError):
        constraint.validate(model, row)


def test_constraints_of_every_fact_that_lasts_are_found() -> None:
    lasting = {
        model
        for model in apps.get_models()
        if any(field.name == "ended_on" for field in model._meta.fields)
    }
    assert lasting - {model for model, _constraint in LASTING} == {CaseTypeOverride}


@pytest.mark.parametrize(("days", "is_sound"), [(-1, False), (0, True), (1, True)])
def test_of_a_kind_of_case_allowed_early_the_range_of_days_says_so(
    days: int, is_sound: bool
) -> None:
    """Two of them share no day, and PostgreSQL makes no range of days the wrong way round."""
    place, case_type = make.enrolment(), CaseType.objects.first()
    expected = nullcontext() if is_sound else pytest.raises(DataError)
    with expected, acting_as(by=Job("test")):
        CaseTypeOverride.objects.create(
            enrolment=place, case_type=case_type, reason="Asked for", effective_on=FIRST, ended_on=FIRST + days * DAY
        )  # fmt: skip


@pytest.mark.parametrize(("on", "is_said"), list(zip(ABOUT, (False, True, True), strict=True)))
def test_an_adjustment_is_needed_no_more_from_its_day(on: dt.date, is_said: bool) -> None:
    """Of an adjustment the day kept is the first on which it is needed no more, so it says so on the day."""
    from learners.presenters.support import _ended

    assert bool(_ended(SimpleNamespace(ended_on=LAST), on)) == is_said
    assert not _ended(SimpleNamespace(ended_on=None), on)
