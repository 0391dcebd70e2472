"""Who may look after somebody: what each role asks at its boundaries, and the same at every door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from learners.actions.allocations import allocate, correct_allocation, end_allocation
from learners.actions.allocations_many import allocate_many, allocations_within, undo_allocations
from learners.models import Allocation, Enrolment
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import assessments as assessed
from tests.factories import learners as make
from tests.factories import workforce as w
from workforce.models import Person

from .files import bring_in, done, wrong
from .test_import_learners import learner
from .test_pages import at, browser, date, send, somebody, text_of

BY, DAY = Job("test"), dt.timedelta(days=1)


# The same at every door: somebody who is a probation services officer and no assessor.

REFUSED = "is a probation services officer and is not recorded as an assessor"


@pytest.fixture
def sam(db: None) -> Enrolment:
    return make.enrolment(who=make.person("L1"))


@pytest.fixture
def pso(db: None) -> Person:
    found = make.person("P9", first_name="Una", last_name="Able", grade=w.grade("PSO"))
    w.spell(found, in_grade="PSO")
    return found


def by_action(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    with pytest.raises(RuleBroken) as broken:
        allocate(by=BY, person=sam.person, role="pta", other=other, from_date=today())
    return broken.value.message


def by_many(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    with pytest.raises(RuleBroken) as broken:
        allocate_many(
            by=BY, people=[sam.person_id], role="pta", other=other, from_date=today(), seen={}
        )
    return broken.value.message


def by_page(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    answers = {"role": "pta", **date("from_date", today()), "staff_number": other.staff_number}
    assert REFUSED in text_of(
        send(browser(somebody()), "allocate", sam, confirmed="yes", **answers)
    )
    return text_of(send(browser(somebody()), "allocate", sam, **answers))


def by_page_of_many(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    answers = {
        "role": "pta",
        "staff_number": other.staff_number,
        **date("from_date", today()),
        "people": [str(sam.public_id)],
    }
    return text_of(browser(somebody()).post(at("allocate_many"), answers))


def by_allocations(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    row = {
        "staff_number": "L1",
        "role": "pta",
        "from_date": "2025-01-15",
        "other_staff_number": other.staff_number,
    }
    return wrong(bring_in(tmp_path, "allocations", row))[0]


def by_learners(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    return wrong(
        bring_in(tmp_path, "learners", learner(staff_number="L7", pta=other.staff_number))
    )[0]


def by_correcting(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    held = assessed.allocate(sam.person, other, on=today() - 9 * DAY, ended_on=today() - DAY)
    with pytest.raises(RuleBroken) as broken:
        correct_allocation(by=BY, allocation=held, reason="Longer", from_date=held.effective_on)
    correct_allocation(
        by=BY,
        allocation=held,
        reason="Shorter",
        from_date=held.effective_on,
        to_date=held.effective_on,
    )
    return broken.value.message


def by_ending_later(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    held = assessed.allocate(sam.person, other, on=today() - 9 * DAY, ended_on=today() - DAY)
    with pytest.raises(RuleBroken) as broken:
        end_allocation(by=BY, allocation=held, on=today())
    return broken.value.message


def by_undoing_many(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    assessed.allocate(sam.person, other)
    seen = {key: row.pk for key, row in allocations_within([sam.person_id], "pta", today()).items()}
    batch = allocate_many(
        by=BY, people=[sam.person_id], role="pta", other=make.person(), from_date=today(), seen=seen
    )
    with pytest.raises(RuleBroken) as broken:
        undo_allocations(by=BY, batch=batch)
    return broken.value.message


DOORS = [
    by_action,
    by_many,
    by_page,
    by_page_of_many,
    by_allocations,
    by_learners,
    by_correcting,
    by_ending_later,
    by_undoing_many,
]


@pytest.mark.usefixtures("vocational")
@pytest.mark.parametrize("door", DOORS)
def test_a_probation_services_officer_assesses_nobody(
    sam: Enrolment, pso: Person, tmp_path: Path, door: Callable[[Enrolment, Person, Path], str]
) -> None:
    before = set(Allocation.objects.live().values_list("other", flat=True)) - {pso.pk}
    assert REFUSED in door(sam, pso, tmp_path)
    assert not Allocation.objects.live().filter(other=pso, ended_on=None).exists()
    assert before <= set(Allocation.objects.live().values_list("other", flat=True))


def test_with_a_record_as_assessor_they_do(sam: Enrolment, pso: Person, tmp_path: Path) -> None:
    assessed.trainee(pso)
    row = {
        "staff_number": "L1",
        "role": "pta",
        "from_date": "2025-01-15",
        "other_staff_number": "P9",
    }
    outcome = bring_in(tmp_path, "allocations", row)
    assert done(outcome) == "1 new"
    assert outcome.news == {}


def test_what_is_not_known_is_said_once_beside_the_counts(sam: Enrolment, tmp_path: Path) -> None:
    make.person("X1"), make.enrolment(who=make.person("L2"))
    rows = [
        {"staff_number": n, "role": "pta", "from_date": "2025-01-15", "other_staff_number": "X1"}
        for n in ("L1", "L2")
    ]
    outcome = bring_in(tmp_path, "allocations", *rows)
    assert done(outcome) == "2 new"
    assert outcome.news == {"to check": ["X1 is not recorded as an assessor."]}
    assert bring_in(tmp_path, "allocations", *rows).news == {}, "unchanged"


def test_a_file_says_who_would_have_more_than_their_target(sam: Enrolment, tmp_path: Path) -> None:
    """Of a target of 2: one they have already, one handed over to somebody else, and one of two more from files."""
    pta, other = make.person("A1", grade=w.grade("PTA")), make.person("A2", grade=w.grade("PTA"))
    assessed.assessor(pta, target_caseload=2), assessed.assessor(other, target_caseload=9)
    stays, goes, new = (make.enrolment(who=make.person(number)) for number in ("L2", "L3", "L4"))
    for one in (stays, goes):
        assessed.allocate(one.person, pta, on=dt.date(2025, 2, 1))
    both = {"role": "pta", "from_date": today(), "other_staff_number": "A1"}
    ends = {
        "staff_number": "L3",
        "role": "pta",
        "from_date": "2025-02-01",
        "to_date": today() - DAY,
        "other_staff_number": "A1",
    }
    over = {"staff_number": "L3", "role": "pta", "from_date": today(), "other_staff_number": "A2"}
    rows = [both | {"staff_number": "L1"}, ends, over]
    assert bring_in(tmp_path, "allocations", *rows).news == {}, "2 of 2"
    outcome = bring_in(tmp_path, "allocations", both | {"staff_number": "L4"})
    assert done(outcome) == "1 new"
    assert outcome.news == {"to check": ["A1 would have 3 where the target is 2."]}
    assert new.person.staff_number == "L4"


@pytest.mark.django_db
def test_a_countersigner_named_in_a_file_has_authority_for_as_long_as_it_lasts(
    tmp_path: Path,
) -> None:
    make.person("T1"), make.person("C1")
    row = {
        "staff_number": "T1",
        "role": "countersigner",
        "from_date": today(),
        "to_date": "",
        "other_staff_number": "C1",
    }
    assert "may not countersign" in wrong(bring_in(tmp_path, "allocations", row))[0]
    assessed.countersigner(Person.objects.get(staff_number="C1"), countersign_until=today() + DAY)
    assert "may not countersign after" in wrong(bring_in(tmp_path, "allocations", row))[0]
    assert done(bring_in(tmp_path, "allocations", row | {"to_date": today() + DAY})) == "1 new"


def test_the_role_is_set_and_who_is_best_placed_comes_first(sam: Enrolment) -> None:
    near, far = (
        make.person(number, first_name=name, last_name="Rees", grade=w.grade("PTA"))
        for number, name in (("A1", "Near"), ("A2", "Far"))
    )
    assessed.assessor(near, target_caseload=1), assessed.assessor(far, target_caseload=3)
    assessed.assessor(
        make.person("A3", first_name="Vera", last_name="Rees-Vale", grade=w.grade("VQ3A"))
    )  # there for PSOs
    assessed.allocate(make.enrolment().person, near)
    client = browser(somebody())
    assert (
        f"{at('allocate', sam.public_id)}?role=pta"
        in client.get(at("learner", sam.public_id)).content.decode()
    )
    url = f"{at('allocate', sam.public_id)}?role=pta"
    form = client.get(url).context["form"]
    choices = [words for key, words in form.fields["choice"].choices if key]
    assert choices == [
        "Far Rees, North East, 0 people of 3",
        "Near Rees, North East, 1 person of 1",
    ]
    answers = {"role": "pta", **date("from_date", today()), "choice": "A1"}
    check = text_of(client.post(url, answers))
    for words in (
        "Near Rees, A1",
        "North East",
        "1 person of 1",
        "Near Rees would have 2 where the target is 1.",
    ):
        assert words in check
    assert "Several people are meant" in text_of(
        client.post(url, answers | {"staff_number": "rees"})
    )
    assert (
        client.post(url, answers | {"staff_number": "far rees", "confirmed": "yes"}).status_code
        == 302
    )
    sam.refresh_from_db()
    assert sam.pta == far, "whoever is typed is meant"
