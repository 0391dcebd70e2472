"""The `learners` dataset: what a row makes, corrects and changes from a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from learners.derived.proof import own_columns
from learners.models import Allocation, Campaign, Cohort, Enrolment, Event
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import NotAllowed
from tests.factories import learners as make
from workforce.models import EqualityAnswers, EqualityOption, Grade, Person, Spell

from .conftest import Stated
from .files import bring_in, day, done, learner, wrong
from .test_pages import somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational", "reference")]


@pytest.fixture
def reference() -> None:
    """What the files name."""
    make.region()
    make.region("WAL")
    for code in ("PQIP15", "PQIP21"):
        make.pathway(code)
    with acting_as(by=Job("test")):
        Grade.objects.get_or_create(code="PSO", defaults={"name": "Probation services officer"})
        EqualityOption.objects.get_or_create(
            question="sex", code="female", defaults={"label": "Female"}
        )


def only() -> Enrolment:
    return Enrolment.objects.select_related(
        "person", "region", "pathway", "pta", "line_manager"
    ).get()


def test_a_new_row_makes_person_post_place_start_and_registration(
    tmp_path: Path, vocational: Stated
) -> None:
    pta, manager = make.person("P1"), make.person("M1")
    row = learner(
        pta="P1",
        line_manager="M1",
        modules_held="CJS; PPP",
        campaign="Spring 2024",
        email="Sam@Example.com",
    )
    outcome = bring_in(tmp_path, "learners", row)
    assert done(outcome) == "1 new"
    made = only()
    assert (made.person.name, made.person.email, made.status) == (
        "Sam Jones",
        "sam@example.com",
        "active",
    )
    assert (made.region.code, made.pathway.code, made.planned_end) == (
        "NE",
        "PQIP15",
        day("2026-04-15"),
    )
    assert (made.pta, made.line_manager, made.modules_held) == (pta, manager, ["CJS", "PPP"])
    spell = Spell.objects.get(person=made.person)
    assert (spell.grade.code, spell.effective_on, spell.post_start_date) == (
        "PSO",
        day("2025-01-15"),
        day("2025-01-15"),
    )
    assert made.person.region.code == "NE"
    assert vocational.registered == {made.person_id: day("2025-01-15")}
    assert outcome.news == {
        "to check": ["P1 is not recorded as an assessor."],
        "cohort": ["Intake 14"],
        "campaign": ["Spring 2024"],
    }
    assert made.campaign == Campaign.objects.get(code="Spring 2024")
    assert [event.kind for event in made.events.order_by("id")] == ["enrolled", "started"]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    make.person("P1")
    rows = [
        learner(pta="P1", modules_held="PPP;CJS"),
        learner(staff_number="L2", fte="0.6", region="Wales", pathway="PQIP21"),
    ]
    assert done(bring_in(tmp_path, "learners", *rows)) == "2 new"
    assert done(bring_in(tmp_path, "learners", *rows)) == "2 unchanged"
    assert Event.objects.count() == 4


def test_a_check_changes_nothing(tmp_path: Path) -> None:
    assert done(bring_in(tmp_path, "learners", learner(), check=True)) == "1 new"
    assert not Person.objects.filter(staff_number="L1").exists()
    assert not Cohort.objects.filter(code="Intake 14").exists()


def test_somebody_to_come_is_due_to_start(tmp_path: Path) -> None:
    start = today() + dt.timedelta(days=30)
    done(bring_in(tmp_path, "learners", learner(start_date=start.isoformat())))
    assert only().status == "due_to_start"


def test_a_person_on_the_staff_gets_no_second_post(tmp_path: Path) -> None:
    who = make.person("L1", first_name="Samuel")
    with acting_as(by=Job("test")):
        Spell.objects.create(
            person=who,
            effective_on=day("2020-01-01"),
            post_start_date=day("2020-01-01"),
            fte=1,
            grade=Grade.objects.get(code="PSO"),
            region=make.region(),
        )
    done(bring_in(tmp_path, "learners", learner()))
    assert Spell.objects.filter(person=who).count() == 1
    assert only().person.first_name == "Sam"


def test_without_effective_from_a_changed_row_corrects(tmp_path: Path) -> None:
    done(bring_in(tmp_path, "learners", learner()))
    outcome = bring_in(
        tmp_path,
        "learners",
        learner(pathway="PQIP21", start_date="2025-01-20", last_name="Jones-Llŷr"),
    )
    assert done(outcome) == "1 changed"
    assert {(change.column, change.before, change.after) for change in outcome.changes} == {
        ("pathway", "PQIP15", "PQIP21"),
        ("start_date", "2025-01-15", "2025-01-20"),
        ("last_name", "Jones", "Jones-Llŷr"),
    }
    made = only()
    assert (made.pathway.code, made.start_date, made.person.last_name) == (
        "PQIP21",
        day("2025-01-20"),
        "Jones-Llŷr",
    )
    assert [event.kind for event in made.events.live().order_by("id")] == ["enrolled", "started"]
    assert made.events.exclude(voided_at=None).count() == 2


def test_with_effective_from_it_is_a_change_from_that_day(tmp_path: Path) -> None:
    make.person("P1"), make.person("P2")
    done(bring_in(tmp_path, "learners", learner(pta="P1")))
    changed = learner(region="WAL", fte="0.8", pta="P2", effective_from="2025-06-01")
    assert done(bring_in(tmp_path, "learners", changed)) == "1 changed"
    assert done(bring_in(tmp_path, "learners", changed)) == "1 unchanged"
    made = only()
    assert (made.region.code, str(made.fte), made.pta.staff_number) == ("WAL", "0.80", "P2")
    assert made.segments.get(from_on=day("2025-01-15")).region.code == "NE"
    assert sorted(
        made.events.live().filter(effective_on=day("2025-06-01")).values_list("kind", flat=True)
    ) == ["changed_fte", "moved_region"]
    assert Allocation.objects.live().get(other__staff_number="P1").ended_on == day("2025-05-31")
    # The first file says no more than how it began.
    assert done(bring_in(tmp_path, "learners", learner(pta="P1"))) == "1 unchanged"


def test_a_second_place_comes_after_the_end_of_the_first(tmp_path: Path) -> None:
    make.person("P1"), make.person("P2")
    first, second = (
        learner(pta="P1"),
        learner(cohort="Intake 16", start_date="2026-01-15", pta="P2"),
    )
    refused = wrong(bring_in(tmp_path, "learners", first, second))
    assert refused == [
        'row 3, cohort: "Intake 16" would be a second place. They are on the programme already. End that place first. '
        "Import its end with learner-events."
    ]
    assert done(bring_in(tmp_path, "learners", first)) == "1 new"
    assert "already" in wrong(bring_in(tmp_path, "learners", second))[0]
    assert (
        "already"
        in wrong(bring_in(tmp_path, "learners", {**second, "start_date": "2024-01-15"}))[0]
    ), "it would not end"
    left = {"staff_number": "L1", "event": "withdrawn", "effective_date": "2025-06-01"}
    assert done(bring_in(tmp_path, "learner-events", left)) == "1 new"
    early = wrong(bring_in(tmp_path, "learners", {**second, "start_date": "2025-05-31"}))
    assert "another place of theirs ended on 1 June 2025" in early[0]
    assert done(bring_in(tmp_path, "learners", first, second)) == "1 new, 1 unchanged"
    assert Person.objects.filter(staff_number="L1").count() == 1
    moved = wrong(bring_in(tmp_path, "learners", {**second, "start_date": "2025-05-31"}))
    assert "would be a second place" in moved[0], "nor is it moved there by a correction"
    undone = {**left, "cohort": "Intake 14", "void": "yes"}
    assert "on the programme already" in wrong(bring_in(tmp_path, "learner-events", undone))[0], (
        "nor by undoing the end"
    )


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"region": "ZZ"}, "region", '"ZZ" is not a region. Use one of NE'),
        ({"pathway": "PQIP99"}, "pathway", "is not a pathway"),
        ({"fte": "0.59"}, "fte", "Use 1.0, or from 0.6 to 0.8"),
        ({"fte": "0.81"}, "fte", "Use 1.0, or from 0.6 to 0.8"),
        ({"fte": "0.9"}, "fte", "Use 1.0, or from 0.6 to 0.8"),
        ({"start_date": "01/31/2025"}, "start_date", "is not a real date"),
        ({"start_date": ""}, "start_date", "must be filled in"),
        ({"level5_held": "maybe"}, "level5_held", "Use yes or no"),
        ({"modules_held": "CJS;XYZ"}, "modules_held", "CJS, UCCB, PPP, REHAB"),
        ({"entry_route": "walk-in"}, "entry_route", "external, pso_progression, internal_moj"),
        ({"pta": "NOBODY"}, "pta", "Import them with staff first"),
        ({"pta": "L1"}, "pta", "is not a staff number"),
        ({"pdu": "T-WAL"}, "pdu", "is not in NE"),
        ({"date_of_birth": "2025-01-15"}, "date_of_birth", "is not before start_date"),
        ({"effective_from": "2025-01-01"}, "effective_from", "is before start_date"),
        ({"sex": "Martian"}, "sex", "is not an answer"),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_column(
    tmp_path: Path, cells: dict, column: str, words: str
) -> None:
    make.pdu("T-WAL", "WAL")
    outcome = bring_in(tmp_path, "learners", learner(staff_number="L0"), learner(**cells))
    assert [(problem.row, problem.column) for problem in outcome.problems] == [(3, column)], wrong(
        outcome
    )
    assert words in wrong(outcome)[0]
    assert not Enrolment.objects.exists()


def test_a_correction_that_breaks_the_history_is_refused(tmp_path: Path) -> None:
    done(bring_in(tmp_path, "learners", learner()))
    make.event(only(), "deferred", day("2025-02-01"))
    outcome = bring_in(tmp_path, "learners", learner(start_date="2025-03-01"))
    assert "so they cannot go on a break" in wrong(outcome)[0]


def test_equality_answers_need_their_permission_and_are_never_shown(tmp_path: Path) -> None:
    assert done(bring_in(tmp_path, "learners", learner())) == "1 new"
    outcome = bring_in(tmp_path, "learners", learner(sex="Female"))
    assert done(outcome) == "1 changed"
    assert [(change.column, change.before, change.after) for change in outcome.changes] == [
        ("sex", "", "given")
    ]
    assert EqualityAnswers.objects.get().sex == "female"
    assert done(bring_in(tmp_path, "learners", learner(sex="Female"))) == "1 unchanged"


def test_nobody_imports_outside_their_scope(tmp_path: Path) -> None:
    user = somebody()
    make.enrolment(who=make.person("FAR", of="WAL"), in_region="WAL")
    outcome = bring_in(
        tmp_path, "learners", learner(region="WAL"), learner(staff_number="FAR"), by=user
    )
    assert [(problem.row, problem.column) for problem in outcome.problems] == [(2, "region")]
    with pytest.raises(
        NotAllowed, match="“FAR” may be the number of somebody on record whom you do not look after"
    ):
        bring_in(tmp_path, "learners", learner(staff_number="FAR"), by=user)
    assert done(bring_in(tmp_path, "learners", learner(), by=user)) == "1 new"


def test_queries_do_not_grow_with_rows(
    tmp_path: Path, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counted = []
    for many in (20, 200):
        rows = [learner(staff_number=f"Q{many}-{number}") for number in range(many)]
        with CaptureQueriesContext(connection) as asked:
            done(bring_in(tmp_path, "learners", *rows))
        counted.append(len(asked))
    assert abs(counted[0] - counted[1]) <= 1


def test_who_looks_after_somebody_stands_on_every_enrolment_of_theirs(
    tmp_path: Path, vocational: Stated
) -> None:
    """A place that ended still says who looks after the person today, which a row about the next changes."""
    make.person("P1"), make.person("M1")
    done(bring_in(tmp_path, "learners", learner()))
    make.event(only(), "withdrawn", day("2025-06-01"))
    done(
        bring_in(
            tmp_path,
            "learners",
            learner(cohort="Intake 16", start_date="2026-01-15", pta="P1", line_manager="M1"),
        )
    )
    assert list(own_columns()) == []
    looked_after = Enrolment.objects.values_list("pta__staff_number", "line_manager__staff_number")
    assert list(looked_after) == [("P1", "M1")] * 2
