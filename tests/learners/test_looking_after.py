"""Who may look after somebody: what each role asks at its boundaries, and the same at every door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from learners.actions.allocate import allocate, correct_allocation, end_allocation
from learners.actions.allocate_many import allocate_many, in_the_way, undo_allocations
from learners.models import Allocation, Enrolment
from learners.rules.looking_after import Asked, Assessing, Somebody, Stretch, notes, refusal
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

BY, D, DAY = Job("test"), dt.date, dt.timedelta(days=1)
ON = D(2026, 6, 1)
PSO, PO, PTA = Stretch(D(2020, 1, 1), None, "PSO"), Stretch(D(2020, 1, 1), None, "PO"), Stretch(D(2020, 1, 1), None, "PTA")
TRAINEE = Assessing(registered_on=D(2026, 1, 1))
SIGNER = Assessing(achieved_on=D(2020, 1, 1), countersigns_from=D(2021, 1, 1), countersigns=("VQ5",))


def who(*posts: Stretch, **fields: Any) -> Somebody:
    return Somebody(**{"name": "Ann Rees", "posts": posts, **fields})


def asked(role: str, first: D = ON, last: D | None = None, **fields: Any) -> Asked:
    return Asked(role, Stretch(first, last), ON, **fields)


@pytest.mark.parametrize(("one", "is_refused", "noted"), [
    (who(PTA), False, 0), (who(PO), False, 1), (who(PSO), True, 1), (who(PSO, assessing=TRAINEE), False, 0),
    (who(grade="PSO"), True, 1), (who(), False, 1), (who(is_outside=True, assessing=TRAINEE), False, 0),
    (who(Stretch(D(2020, 1, 1), None, "CA")), True, 1), (who(PSO, assessing=Assessing(target_caseload=5)), True, 0),
    (who(PSO, assessing=TRAINEE, learns=[Stretch(ON)]), True, 0), (who(learns=[Stretch(D(2025, 1, 1), ON - DAY)]), False, 1),
    (who(PTA, learns=[Stretch(D(2019, 1, 1))]), False, 0),  # a place that nobody ended
    (who(PTA, assessing=Assessing(achieved_on=D(2020, 1, 1), lapsed_on=ON)), False, 1),
])  # fmt: skip
def test_an_assessor_of_learners(one: Somebody, is_refused: bool, noted: int) -> None:
    assert bool(refusal(one, asked("pta"))) == is_refused
    assert len(notes(one, asked("pta"))) == noted


def test_somebody_who_becomes_an_officer_before_the_first_day_is_not_held_to_what_they_were() -> None:
    one = who(Stretch(D(2020, 1, 1), ON - DAY, "PSO"), Stretch(ON, None, "PO"))
    assert not refusal(one, asked("pta"))
    assert refusal(one, asked("pta", ON - DAY))


@pytest.mark.parametrize(("last", "words"), [
    (ON + 9 * DAY, ""), (ON + 10 * DAY, "leaves on 10 June 2026"), (None, ""),
])
def test_a_post_that_ends_before_the_last_day(last: D | None, words: str) -> None:
    one = who(Stretch(D(2020, 1, 1), ON - DAY, "PO"), Stretch(ON, ON + 9 * DAY, "PTA"))
    assert words in refusal(one, asked("pta", last=last))
    assert notes(one, asked("pta")) == ["Ann Rees leaves on 10 June 2026."]


def test_who_has_left_or_is_still_to_come() -> None:
    left, comes = who(Stretch(D(2020, 1, 1), ON - DAY, "PTA")), who(Stretch(ON + DAY, None, "PTA"))
    assert "not in post on 1 June 2026" in refusal(left, asked("pta"))
    assert "not in post before 2 June 2026" in refusal(comes, asked("pta"))
    assert not refusal(comes, asked("pta", ON + DAY))
    assert not refusal(left, asked("pta", D(2025, 1, 1), D(2025, 12, 31))), "of days gone by"
    assert not refusal(left, asked("pta", D(2025, 1, 1), is_history=True))
    assert notes(left, asked("pta", D(2025, 1, 1), is_history=True)) == ["Ann Rees is no longer in post."]
    lasts = asked("pta", D(2025, 1, 1), is_history=True, could_end=True)
    assert refusal(left, lasts) == "Ann Rees is not in post on 1 June 2026. Give the last day it lasted, or choose somebody else."
    assert not refusal(left, asked("pta", D(2025, 1, 1), ON - DAY, is_history=True, could_end=True))


def test_who_is_away_on_the_first_day_or_before_the_last() -> None:
    one = who(PTA, away=[Stretch(ON + DAY, ON + 5 * DAY)])
    assert not refusal(one, asked("pta", last=ON))
    assert "away from 2 June 2026 to 6 June 2026" in refusal(one, asked("pta", last=ON + DAY))
    assert not refusal(one, asked("pta")), "it lasts longer than the absence"
    assert notes(one, asked("pta")) == ["Ann Rees is away from 2 June 2026 to 6 June 2026."]
    assert refusal(one, asked("pta", ON + 5 * DAY))
    assert not refusal(one, asked("pta", ON + 6 * DAY))


@pytest.mark.parametrize(("changes", "last", "words"), [
    ({}, None, ""), ({"countersigns_until": ON + DAY}, ON + DAY, ""), ({"countersigns_until": ON}, ON + DAY, "after 1 June 2026"),
    ({"countersigns_until": ON + DAY}, None, "after 2 June 2026"), ({"lapsed_on": ON + DAY}, ON, ""),
    ({"lapsed_on": ON + DAY}, ON + DAY, "after 1 June 2026"), ({"countersigns_from": ON + DAY}, None, "on 1 June 2026"),
    ({"countersigns_until": ON - DAY}, None, "on 1 June 2026"), ({"achieved_on": None}, None, "Record their award"),
    ({"countersigns": ()}, None, "any qualification"), ({"countersigns": ("VQ3",)}, None, "VQ5, of which decisions wait"),
])
def test_a_countersigner_up_to_the_last_day(changes: dict[str, Any], last: D | None, words: str) -> None:
    held = Assessing(**{**vars(SIGNER), **changes})
    said = refusal(who(PO, assessing=held), asked("countersigner", last=last, codes=("VQ5",)))
    assert words in said if words else said == ""


def test_nobody_countersigns_where_a_decision_on_their_own_evidence_waits() -> None:
    one = who(PO, assessing=SIGNER)
    assert "own evidence waits" in refusal(one, asked("countersigner", codes=("VQ5",), own_waits=True))
    assert not refusal(one, asked("countersigner", codes=("VQ5",)))


def test_history_of_a_countersigner_and_a_quality_assurer() -> None:
    ended = Assessing(**{**vars(SIGNER), "countersigns_until": D(2022, 1, 1)})
    one = who(PO, assessing=ended)
    assert not refusal(one, asked("countersigner", D(2021, 6, 1), is_history=True))
    assert notes(one, asked("countersigner", D(2021, 6, 1), is_history=True))
    assert refusal(one, asked("countersigner", D(2022, 1, 2), is_history=True)), "no authority on any of the days"
    lasts = asked("countersigner", D(2021, 6, 1), is_history=True, could_end=True)
    assert refusal(one, lasts) == "Ann Rees may not countersign on 1 June 2026. Give the last day it lasted."
    assert not refusal(one, asked("countersigner", D(2021, 6, 1), ON - DAY, is_history=True, could_end=True))
    ending = Assessing(**{**vars(SIGNER), "countersigns_until": ON + DAY})
    assert not refusal(who(PO, assessing=ending), lasts), "an end that lies ahead is only said"
    assert notes(who(PO, assessing=ending), lasts)
    assert refusal(who(PO), asked("countersigner", D(2021, 6, 1), is_history=True))
    assert refusal(who(PO), asked("iqa"))
    assert not refusal(who(PO), asked("iqa", D(2021, 6, 1), is_history=True)), "no file says who may"
    assures = Assessing(assures_from=ON, assures_until=ON + DAY, assures=("VQ5",))
    assert not refusal(who(PO, assessing=assures), asked("iqa", last=ON + DAY))
    assert refusal(who(PO, assessing=assures), asked("iqa", last=ON + 2 * DAY))


def test_a_line_manager_and_a_mentor() -> None:
    spo = Stretch(D(2020, 1, 1), None, "SPO")
    assert (refusal(who(spo), asked("line_manager")), notes(who(spo), asked("line_manager"))) == ("", [])
    assert notes(who(PO), asked("line_manager")) == ["Ann Rees is not a senior probation officer."]
    assert refusal(who(PSO), asked("line_manager"))
    assert (refusal(who(PO), asked("mentor")), notes(who(PO), asked("mentor"))) == ("", [])
    assert not refusal(who(PSO), asked("mentor"))
    assert notes(who(PSO), asked("mentor"))
    assert refusal(who(PSO, learns=[Stretch(D(2026, 1, 1))]), asked("mentor"))


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
        allocate_many(by=BY, people=[sam.person_id], role="pta", other=other, from_date=today(), seen={})
    return broken.value.message


def by_page(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    answers = {"role": "pta", **date("from_date", today()), "staff_number": other.staff_number}
    assert REFUSED in text_of(send(browser(somebody()), "allocate", sam, confirmed="yes", **answers))
    return text_of(send(browser(somebody()), "allocate", sam, **answers))


def by_page_of_many(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    answers = {"role": "pta", "staff_number": other.staff_number, **date("from_date", today()), "people": [str(sam.public_id)]}
    return text_of(browser(somebody()).post(at("allocate_many"), answers))


def by_allocations(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    row = {"staff_number": "L1", "role": "pta", "from_date": "2025-01-15", "other_staff_number": other.staff_number}
    return wrong(bring_in(tmp_path, "allocations", row))[0]


def by_learners(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    return wrong(bring_in(tmp_path, "learners", learner(staff_number="L7", pta=other.staff_number)))[0]


def by_correcting(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    held = assessed.allocate(sam.person, other, on=today() - 9 * DAY, ended_on=today() - DAY)
    with pytest.raises(RuleBroken) as broken:
        correct_allocation(by=BY, allocation=held, reason="Longer", from_date=held.effective_on)
    correct_allocation(by=BY, allocation=held, reason="Shorter", from_date=held.effective_on, to_date=held.effective_on)
    return broken.value.message


def by_ending_later(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    held = assessed.allocate(sam.person, other, on=today() - 9 * DAY, ended_on=today() - DAY)
    with pytest.raises(RuleBroken) as broken:
        end_allocation(by=BY, allocation=held, on=today())
    return broken.value.message


def by_undoing_many(sam: Enrolment, other: Person, tmp_path: Path) -> str:
    assessed.allocate(sam.person, other)
    seen = {key: row.pk for key, row in in_the_way([sam.person_id], "pta", today()).items()}
    batch = allocate_many(by=BY, people=[sam.person_id], role="pta", other=make.person(), from_date=today(), seen=seen)
    with pytest.raises(RuleBroken) as broken:
        undo_allocations(by=BY, batch=batch)
    return broken.value.message


DOORS = [
    by_action, by_many, by_page, by_page_of_many, by_allocations, by_learners, by_correcting, by_ending_later, by_undoing_many,
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
    row = {"staff_number": "L1", "role": "pta", "from_date": "2025-01-15", "other_staff_number": "P9"}
    outcome = bring_in(tmp_path, "allocations", row)
    assert done(outcome) == "1 new"
    assert outcome.news == {}


def test_what_is_not_known_is_said_once_beside_the_counts(sam: Enrolment, tmp_path: Path) -> None:
    make.person("X1"), make.enrolment(who=make.person("L2"))
    rows = [{"staff_number": n, "role": "pta", "from_date": "2025-01-15", "other_staff_number": "X1"} for n in ("L1", "L2")]
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
    ends = {"staff_number": "L3", "role": "pta", "from_date": "2025-02-01", "to_date": today() - DAY, "other_staff_number": "A1"}
    over = {"staff_number": "L3", "role": "pta", "from_date": today(), "other_staff_number": "A2"}
    rows = [both | {"staff_number": "L1"}, ends, over]
    assert bring_in(tmp_path, "allocations", *rows).news == {}, "2 of 2"
    outcome = bring_in(tmp_path, "allocations", both | {"staff_number": "L4"})
    assert done(outcome) == "1 new"
    assert outcome.news == {"to check": ["A1 would have 3 where the target is 2."]}
    assert new.person.staff_number == "L4"


@pytest.mark.django_db
def test_a_countersigner_named_in_a_file_has_authority_for_as_long_as_it_lasts(tmp_path: Path) -> None:
    make.person("T1"), make.person("C1")
    row = {"staff_number": "T1", "role": "countersigner", "from_date": today(), "to_date": "", "other_staff_number": "C1"}
    assert "may not countersign" in wrong(bring_in(tmp_path, "allocations", row))[0]
    assessed.countersigner(Person.objects.get(staff_number="C1"), countersign_until=today() + DAY)
    assert "may not countersign after" in wrong(bring_in(tmp_path, "allocations", row))[0]
    assert done(bring_in(tmp_path, "allocations", row | {"to_date": today() + DAY})) == "1 new"


def test_the_role_is_set_and_who_is_best_placed_comes_first(sam: Enrolment) -> None:
    near, far = (make.person(number, first_name=name, last_name="Rees", grade=w.grade("PTA")) for number, name in
                 (("A1", "Near"), ("A2", "Far")))
    assessed.assessor(near, target_caseload=1), assessed.assessor(far, target_caseload=3)
    assessed.assessor(make.person("A3", first_name="Vera", last_name="Rees-Vale", grade=w.grade("VQ3A")))  # there for PSOs
    assessed.allocate(make.enrolment().person, near)
    client = browser(somebody())
    assert f"{at('allocate', sam.public_id)}?role=pta" in client.get(at("learner", sam.public_id)).content.decode()
    url = f"{at('allocate', sam.public_id)}?role=pta"
    form = client.get(url).context["form"]
    choices = [words for key, words in form.fields["choice"].choices if key]
    assert choices == ["Far Rees, North East, 0 people of 3", "Near Rees, North East, 1 person of 1"]
    answers = {"role": "pta", **date("from_date", today()), "choice": "A1"}
    check = text_of(client.post(url, answers))
    for words in ("Near Rees, A1", "North East", "1 person of 1", "Near Rees would have 2 where the target is 1."):
        assert words in check
    assert "Several people are meant" in text_of(client.post(url, answers | {"staff_number": "rees"}))
    assert client.post(url, answers | {"staff_number": "far rees", "confirmed": "yes"}).status_code == 302
    sam.refresh_from_db()
    assert sam.pta == far, "whoever is typed is meant"
