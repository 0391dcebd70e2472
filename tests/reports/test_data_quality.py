"""Every check of data quality, worked out on paper: one record that fails, one at the boundary, one that is right."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.models import Allocation, CodingCheck, Enrolment, PathwayDecision
from learners.models.entry import EntryRules
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.ledger import void
from reports.figures.asking import PlaceFilter
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.factories.reports import rows
from workforce.actions.merges import merge_people
from workforce.data_quality import registered
from workforce.models import Pdu, Person, RecordsComplete, RegisterChange

pytestmark = pytest.mark.django_db
BY, DAY, ON = Job("test"), dt.timedelta(days=1), dt.date(2025, 6, 30)
START = dt.date(2025, 1, 15)
Found = tuple[int, int, float | None, int | None] | None


def found(
    code: str,
    on: dt.date = ON,
    region: str = "NE",
    known_at: dt.datetime | None = None,
    **asked: Any,
) -> Found:
    """Records, failing, percent and oldest days of a check in a region; None where it has no row."""
    for row in rows("data-quality", on, known_at, **asked):
        if (row["region"], row["check"]) == (region, code):
            return row["records"], row["failing"], row["failing_percent"], row["oldest_days"]
    return None


def somebody(**fields: Any) -> Person:
    """Somebody in post in the North East since long ago."""
    who = w.person(**fields)
    w.spell(who)
    return who


def learner(post: bool = True, *, start: dt.date = START, **fields: Any) -> Enrolment:
    """A learner of the North East, with a post that says the same unless told."""
    who = make.person()
    if post:
        w.spell(who, start, in_grade="PSO")
    return make.enrolment(who=who, start=start, **fields)


def looked_after(
    who: Person, role: str, since: dt.date, until: dt.date | None = None, unit: int | None = None
) -> None:
    with acting_as(by=BY):
        Allocation.objects.create(
            person=who, other=w.person(), role=role, effective_on=since, ended_on=until, unit=unit
        )


def test_a_region_where_everything_is_right_has_rows_that_say_so() -> None:
    one = learner()
    for role in ("pta", "line_manager", "mentor"):
        looked_after(one.person, role, START)
    with acting_as(by=BY):
        RecordsComplete.objects.create(region=w.region(), grade=w.grade("PSO"), effective_on=START)
    found_ = [row for row in rows("data-quality", ON) if row["region"] == "NE"]
    assert [row["check"] for row in found_] == [
        one.code for one in registered() if one.code in {row["check"] for row in found_}
    ]
    assert {row["failing"] for row in found_} == {0}
    assert {row["failing_percent"] for row in found_} == {0.0}
    assert {row["oldest_days"] for row in found_} == {None}


def test_people_without_a_post() -> None:
    somebody()
    ended, begins, undone = w.person(), w.person(), w.person()
    w.spell(ended, ended_on=ON - DAY)
    w.spell(begins, ON + DAY)
    void([w.spell(undone, in_region="WAL")], by=BY, reason="Not theirs")
    w.person()  # of whom no post was ever recorded: no region is known
    w.person(organisation="A contractor")  # nobody asks for a post of those from outside
    void(
        [w.spell(w.person(), in_region="WAL", in_grade="PSO", follows_programme=True)],
        by=BY,
        reason="Did not start",
    )
    # In post: one. Whoever has left, or begins tomorrow, lacks nothing.
    assert found("no_post") == (1, 0, 0.0, None)
    assert found("no_post", ON + DAY) == (2, 0, 0.0, None)
    # Where the post that was undone had them; and nowhere.
    assert found("no_post", region="WAL") == (1, 1, 100.0, 0)
    nowhere = found("no_post", region="")
    assert nowhere is not None
    assert nowhere[1:3] == (nowhere[0], 100.0)


def test_staff_numbers_that_look_like_one_persons() -> None:
    born = dt.date(1990, 5, 5)
    somebody(staff_number="731", email="one@example.com")
    somebody(staff_number="7310", email="two@example.com")
    assert found("alike") == (2, 0, 0.0, None)
    somebody(staff_number="00731", email="three@example.com")
    somebody(staff_number="Q731", email="TWO@example.com")
    assert found("alike") == (4, 4, 100.0, 0), (
        "731 and 00731 but for zeros in front; the others share an address"
    )
    somebody(first_name="Niamh", last_name="O’Shea-Müller", date_of_birth=born)
    somebody(first_name="niamh", last_name="O'Shea Muller", date_of_birth=born)
    somebody(
        first_name="Niamh", last_name="O’Shea-Müller", date_of_birth=born + DAY
    )  # born another day
    somebody(
        first_name="Niamh", last_name="O’Shea-Müller"
    )  # no day of birth: a name alone tells nothing
    assert found("alike") == (8, 6, 75.0, 0)


def test_two_records_that_were_merged_are_looked_at_as_one() -> None:
    stays, goes = somebody(email="ann@example.com"), somebody(email="Ann@example.com")
    assert found("alike") == (2, 2, 100.0, 0)
    instant = now()
    w.spell(w.person(), in_region="WAL")
    merge_people(by=w.user("national"), stays=stays, goes=goes, why="One person")
    assert found("alike") == (1, 0, 0.0, None)
    assert found("no_post") == (1, 0, 0.0, None)
    assert found("alike", known_at=instant) == (2, 2, 100.0, 0)


def test_staff_absent_past_the_expected_end() -> None:
    for expected in (ON - 3 * DAY, ON, None):
        w.absence(somebody(), dt.date(2025, 5, 1), expected_end_date=expected)
    w.absence(somebody(), dt.date(2025, 5, 1), expected_end_date=ON - 5 * DAY, ended_on=ON - DAY)
    left = w.person()
    w.spell(left, ended_on=ON - DAY)
    w.absence(left, dt.date(2025, 5, 1), expected_end_date=ON - 9 * DAY)
    # Three last on the day; only the first was to end before it, three days ago. Whoever has left is not absent.
    assert found("absent_past_end") == (3, 1, 33.3, 3)
    assert found("absent_past_end", ON + DAY) == (3, 2, 66.7, 4)


def test_posts_that_need_the_qualification_and_the_register() -> None:
    since = dt.date(2024, 9, 1)  # from which officers' posts are said to need it
    missing, entered, lapsed = w.person(), w.person(), w.person()
    for who in (missing, entered, lapsed):
        w.spell(who, dt.date(2020, 1, 1))
    for who in (entered, lapsed):
        w.entered(who, ON)
    w.spell(w.person(), in_grade="CA")  # who needs none
    w.spell(w.person(organisation="Acme"), in_grade="PTA")  # of a contractor
    with acting_as(by=BY):
        RegisterChange.objects.create(
            person=lapsed, award_type="DIPPS", kind="lapsed", effective_on=ON + DAY
        )
    assert found("register_missing", since - DAY) is None
    # The day before two are entered, on the day, and the day after, when one entry has lapsed.
    days = (ON - since).days  # posts are older than the need
    assert found("register_missing", ON - DAY) == (3, 3, 100.0, days - 1)
    assert found("register_missing") == (3, 1, 33.3, days)
    assert found("register_missing", ON + DAY) == (3, 2, 66.7, days + 1)


def test_learners_without_a_post() -> None:
    learner()
    none, ended = learner(post=False), learner(post=False, start=START)
    w.spell(ended.person, START, in_grade="PSO", ended_on=ON)
    make.event(learner(post=False), "withdrawn", ON, destination="left_service")
    # On the day one post still is held; from the day after, which is its last, none.
    assert found("learner_no_post") == (3, 1, 33.3, (ON - START).days)
    assert found("learner_no_post", ON + DAY) == (3, 2, 66.7, (ON + DAY - START).days)
    make.event(none, "withdrawn", ON + DAY)
    assert found("learner_no_post", ON + DAY) == (2, 1, 50.0, 1)


def test_people_in_two_places() -> None:
    somebody(in_pdu="")
    elsewhere = Pdu.objects.filter(region=w.region("WAL")).first()
    w.spell(w.person(), in_pdu=elsewhere.code)
    learner()
    # A post right, one in a unit of another region; a learner has a post and a place, both right.
    assert found("two_places") == (4, 1, 25.0, (ON - w.LONG_AGO).days)


def test_the_planned_end() -> None:
    right, unknown = learner(), learner(on="PQIP27", fte="0.6", level5_held=False, modules_held=[])
    assert (right.planned_end, unknown.planned_end) == (dt.date(2026, 4, 15), None)
    assert found("planned_end_unknown") == (2, 1, 50.0, (ON - START).days)
    end = right.planned_end
    assert found("planned_end_passed", end) == (2, 0, 0.0, None)
    assert found("planned_end_passed", end + DAY) == (2, 1, 50.0, 1)
    make.event(right, "completed", end + DAY)
    assert found("planned_end_passed", end + DAY) == (1, 0, 0.0, None)


@pytest.mark.parametrize(
    ("code", "role"),
    [("no_pta", "pta"), ("no_line_manager", "line_manager"), ("no_mentor", "mentor")],
)
def test_who_looks_after_a_learner(code: str, role: str) -> None:
    learner()
    until_today, from_tomorrow, for_a_unit = learner(), learner(), learner()
    looked_after(until_today.person, role, START, ON)
    looked_after(from_tomorrow.person, role, ON + DAY)
    looked_after(for_a_unit.person, role, START, unit=1)
    due = make.enrolment(start=ON + DAY, started=False)
    # On the day: nobody for the first, third and last. The day after: the first, second (since yesterday) and last.
    assert found(code) == (4, 3, 75.0, (ON - START).days)
    assert found(code, ON + DAY) == (4, 3, 75.0, (ON + DAY - START).days)
    assert due.status == "due_to_start"


def test_a_pathway_open_on_the_day_they_started() -> None:
    first, last = dt.date(2021, 1, 1), dt.date(2022, 2, 28)
    for day in (first - DAY, first, last, last + DAY):
        learner(start=day, on="PQIP13")
    learner()
    # The pilot was open from 1 January 2021 to 28 February 2022, both counted; the short pathway always is.
    assert found("pathway_not_open") == (5, 2, 40.0, (ON - first).days + 1)
    make.enrolment(start=ON + DAY, on="PQIP13", started=False)
    assert found("pathway_not_open") == (5, 2, 40.0, (ON - first).days + 1)


@pytest.mark.parametrize(("on", "came", "fits"), [
    ("PQIP15", {"level5_held": True, "modules_held": ["CJS", "UCCB", "PPP"]}, True),
    ("PQIP15", {"level5_held": True, "modules_held": ["CJS", "UCCB"]}, False),
    ("PQIP21", {"level5_held": True, "modules_held": ["CJS", "UCCB"]}, True),
    ("PQIP21", {"level5_held": True, "modules_held": ["CJS", "UCCB", "PPP"]}, False),
    ("PQIP27", {"level5_held": False, "modules_held": []}, True),
    ("PQIP15", {"level5_held": False, "modules_held": []}, False),
    ("PQIP15", {"level5_held": True, "modules_held": [], "entry_route": "pso_progression"}, True),
    ("PQIP13", {"level5_held": True, "modules_held": [], "entry_route": "pso_progression"}, True),
])  # fmt: skip
def test_a_pathway_that_fits_what_they_came_with(on: str, came: dict[str, Any], fits: bool) -> None:
    learner(on=on, **came)
    assert found("pathway_unfitting") == (
        (1, 0, 0.0, None) if fits else (1, 1, 100.0, (ON - START).days)
    )


def test_a_pathway_that_somebody_decided_is_right() -> None:
    one, moved, before = (learner(level5_held=True, modules_held=[]) for _ in range(3))
    with acting_as(by=BY):
        PathwayDecision.objects.create(
            enrolment=one,
            effective_on=ON,
            rules=EntryRules.objects.live().first(),
            chosen=make.pathway(),
            reason="Agreed",
        )
    assert found("pathway_unfitting", ON - DAY) == (3, 3, 100.0, (ON - START).days - 1)
    assert found("pathway_unfitting") == (3, 2, 66.7, (ON - START).days)
    # Moved to another pathway since the start: whoever moved them decided it.
    make.event(moved, "moved_pathway", ON, to_pathway=make.pathway("PQIP27"))
    assert found("pathway_unfitting") == (3, 1, 33.3, (ON - START).days)
    make.event(before, "withdrawn", ON)
    assert found("pathway_unfitting") == (2, 0, 0.0, None)


def test_reasons_for_withdrawing() -> None:
    for reason, on in (
        ("", ON - 2 * DAY),
        ("not_asked", ON),
        ("health_and_wellbeing", ON),
        ("", ON + DAY),
    ):
        make.event(learner(), "withdrawn", on, reason=reason, ended_by="service")
    # Not asked is an answer. Whoever leaves tomorrow has not left.
    assert found("no_reason") == (3, 1, 33.3, 2)
    assert found("no_reason", ON + DAY) == (4, 2, 50.0, 3)


def test_codings_of_the_past_year_that_nobody_else_looked_at() -> None:
    year_ago = ON - dt.timedelta(days=365)
    agreed, _open, _first, _older, _ended = (
        make.event(
            learner(start=dt.date(2024, 1, 10)),
            "withdrawn",
            on,
            reason="health_and_wellbeing",
            ended_by=ended_by,
        )
        for on, ended_by in (
            (ON, "learner"),
            (ON, "both"),
            (year_ago + DAY, "learner"),
            (year_ago, "learner"),
            (ON, "service"),
        )
    )
    with acting_as(by=Job("second person")):
        CodingCheck.objects.create(event=agreed, effective_on=ON, agreed=True)
    # A year and a day are too long; what the Service ended was approved. Open: today's, and the oldest within the year.
    assert found("unchecked_coding") == (3, 2, 66.7, 364)
    assert found("unchecked_coding", ON - DAY) == (2, 2, 100.0, 364)


def test_what_was_not_known_then_does_not_count() -> None:
    one, instant = learner(), now()
    looked_after(one.person, "pta", START)
    w.absence(one.person, START, expected_end_date=START + DAY)
    assert found("no_pta", known_at=instant) == (1, 1, 100.0, (ON - START).days)
    assert found("absent_past_end", known_at=instant) is None
    assert found("no_pta") == (1, 0, 0.0, None)
    assert found("absent_past_end") == (1, 1, 100.0, (ON - START).days - 1)
    assert rows("data-quality", ON, instant) == rows("data-quality", ON, instant)


def test_a_place_alone() -> None:
    unit = Pdu.objects.filter(region=w.region()).first()
    make.enrolment(in_pdu=unit)
    learner()
    learner(in_region="WAL")
    wales = PlaceFilter(False, regions=frozenset({w.region("WAL").pk}))
    assert {row["region"] for row in rows("data-quality", ON, place=wales)} == {"WAL"}
    assert "not_declared" not in {
        row["check"]
        for row in rows("data-quality", ON, place=PlaceFilter(False, pdus=frozenset({unit.pk})))
    }
    assert found("no_pta", place=PlaceFilter(False, pdus=frozenset({unit.pk}))) == (
        1,
        1,
        100.0,
        (ON - START).days,
    )
    assert found("no_pta") == (2, 2, 100.0, (ON - START).days)
