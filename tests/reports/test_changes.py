"""What changed in a month and why, worked out by hand: posts person by person, learners, those who need action, targets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from pqip.core import clock
from pqip.core.acting import Job, acting_as
from pqip.core.ledger import void
from reports.figures.asking import PlaceFilter, Question
from reports.figures.changes import Days, changes, changes_of_progress, days_compared
from reports.figures.in_post import totals_of_units
from reports.figures.monthly import monthly_status
from reports.figures.names import Names
from reports.figures.workforce_position import workforce_position
from reports.presenters.changes import sentence, told
from reports.rules.changes import (
    BEHIND,
    IN_POST,
    NEEDS_ACTION,
    ON_BREAK,
    ON_PROGRAMME,
    OTHER,
    TARGET,
    Change,
    Part,
    change,
    largest,
)
from tests.factories import workforce as w
from tests.factories.learners import enrolment, event, pdu, reason
from workforce.actions.merges import merge_people
from workforce.models import RecordsComplete, StaffingReturn, Target

BY = Job("test")
#: The month compared is September 2025.
AS_AT = dt.date(2025, 10, 15)
SINCE, UNTIL = dt.date(2025, 8, 31), dt.date(2025, 9, 30)
LONG_AGO = dt.date(2020, 1, 6)
D = Decimal


def day(number: int, month: int = 9) -> dt.date:
    return dt.date(2025, month, number)


@pytest.mark.parametrize(
    ("as_at", "since", "until"),
    [
        (dt.date(2025, 9, 30), day(31, 7), day(31, 8)),
        (dt.date(2025, 10, 1), day(31, 8), day(30)),
        (dt.date(2025, 3, 31), day(31, 1), day(28, 2)),
        (dt.date(2026, 1, 1), day(30, 11), day(31, 12)),
    ],
)
def test_the_last_complete_month_ends_before_the_month_of_the_day(
    as_at: dt.date, since: dt.date, until: dt.date
) -> None:
    assert days_compared(as_at) == Days(since, until)


def test_parts_add_up_to_the_change_and_what_they_leave_is_a_part() -> None:
    whole = change(IN_POST, 10, D("8.5"), [Part("left", 2, D("-1.5"))], of="PO")
    assert [one.why for one in whole.parts] == ["left"]
    rest = change(IN_POST, 10, D("8.5"), [Part("left", 2, D("-2"))], of="PO")
    assert rest.parts == (Part("left", 2, D("-2")), Part(OTHER, 0, D("0.5")))
    assert sum(one.by for one in rest.parts) == rest.by == D("-1.5")


def test_the_largest_come_first_whichever_way_they_go_and_none_that_came_to_nothing() -> None:
    made = [
        change(IN_POST, 10, 8, of="PO"),
        change(ON_PROGRAMME, 5, 5),
        change(ON_BREAK, 0, 3),
        change(TARGET, 10, 12, of="PO"),
        change(IN_POST, 10, 12, of="PSO"),
    ]
    assert [(one.what, one.of) for one in largest(made)] == [
        (ON_BREAK, ""),
        (IN_POST, "PO"),
        (IN_POST, "PSO"),
    ]
    assert [one.what for one in largest(made, 9)][-1] == TARGET
    assert largest([]) == []


@pytest.mark.parametrize(
    ("reasons", "told_of"),
    [
        ({"a": 5}, ("a", 5)),
        ({"a": 4}, ("", 0)),
        ({"a": 6, "b": 6}, ("", 0)),
        ({"a": 2, "b": 7}, ("b", 7)),
        ({}, ("", 0)),
    ],
)
def test_a_reason_is_told_of_five_people_or_more(
    reasons: dict[str, int], told_of: tuple[str, int]
) -> None:
    made = change(ON_PROGRAMME, 9, 2, reasons=reasons, threshold=5)
    assert (made.reason, made.for_it) == told_of


def someone(*spells: tuple[dt.date, dt.date | None, str, str, str]) -> Any:
    """A person with these posts: first day, last day, region, grade, FTE."""
    who = w.person()
    for begins, ends, region, grade, fte in spells:
        w.spell(who, begins, in_region=region, in_grade=grade, fte=fte, ended_on=ends)
    return who


@pytest.fixture
def posts(db: Any) -> None:
    """On 31 August seven officers in the North East, on 30 September 4.9; each for a reason of their own."""
    someone((LONG_AGO, None, "NE", "PO", "1.0"))
    someone((LONG_AGO, day(10), "NE", "PO", "1.0"))  # left
    someone((day(15), None, "NE", "PO", "0.5"))  # joined
    someone((LONG_AGO, day(14), "NE", "PO", "1.0"), (day(15), None, "NE", "PO", "0.6"))
    someone((LONG_AGO, day(20), "NE", "PO", "1.0"), (day(21), None, "WAL", "PO", "1.0"))
    learner = someone((LONG_AGO, day(14), "NE", "PSO", "1.0"), (day(15), None, "NE", "PO", "1.0"))
    event(enrolment(who=learner, start=dt.date(2024, 6, 3)), "completed", day(5))
    someone(
        (LONG_AGO, day(31, 8), "NE", "PO", "1.0")
    )  # the last day in post was the first compared
    someone((day(1, 10), None, "NE", "PO", "1.0"))  # not yet
    someone((LONG_AGO, day(9), "WAL", "PO", "1.0"), (day(10), None, "NE", "PO", "0.8"))
    someone((LONG_AGO, day(30), "NE", "PO", "1.0"))  # the last day in post was the last compared
    someone((LONG_AGO, day(7), "NE", "PO", "1.0"), (day(8), None, "NE", "SPO", "1.0"))
    someone((day(2), day(20), "NE", "PO", "1.0"))  # came and went between


def asked(region: str = "", known_at: dt.datetime | None = None) -> Question:
    place = (
        PlaceFilter(False, regions=frozenset({w.region(region).pk})) if region else PlaceFilter()
    )
    return Question(AS_AT, known_at, place)


def found(question: Question, place: str, what: str, of: str = "") -> Change:
    return next(one for one in changes(question)[place] if (one.what, one.of) == (what, of))


def parts(one: Change) -> dict[str, tuple[int, str]]:
    assert sum(each.by for each in one.parts) == one.by
    return {each.why: (each.people, str(each.by.normalize())) for each in one.parts}


@pytest.mark.usefixtures("posts")
@pytest.mark.parametrize("region", ["NE", ""])
def test_why_the_posts_of_a_region_changed(region: str) -> None:
    officers = found(asked(region), "NE", IN_POST, "PO")
    assert (officers.before, officers.after) == (D(7), D("4.9"))
    assert parts(officers) == {
        "left": (2, "-2"),
        "moved_out": (1, "-1"),
        "qualified": (1, "1"),
        "to_grade": (1, "-1"),
        "moved_in": (1, "0.8"),
        "joined": (1, "0.5"),
        "hours": (1, "-0.4"),
    }
    assert sentence(officers, Names()) == (
        "2.1 fewer probation officers (FTE), 4.9 in all: 2 left the Service (−2), 1 moved away (−1), 1 qualified (+1), "
        "1 went to another grade (−1), 1 moved in (+0.8), 1 joined (+0.5), 1 changed hours (−0.4)."
    )
    pso = found(asked(region), "NE", IN_POST, "PSO")
    assert parts(pso) == {"became_officer": (1, "-1")}
    assert sentence(pso, Names()) == (
        "1 fewer PSO (FTE), 0 in all: 1 became a probation officer (−1)."
    )
    assert parts(found(asked(region), "NE", IN_POST, "SPO")) == {"from_grade": (1, "1")}


@pytest.mark.usefixtures("posts")
def test_a_region_asked_about_alone_has_no_other_and_the_nation_is_the_sum() -> None:
    assert set(changes(asked("NE"))) == {"NE"}
    wales = found(asked(), "WAL", IN_POST, "PO")
    assert wales.by == 0
    assert parts(wales) == {"moved_in": (1, "1"), "moved_out": (1, "-1")}
    nation = found(asked(), "NAT", IN_POST, "PO")
    assert (nation.before, nation.after) == (D(8), D("5.9"))
    assert parts(nation) == {
        "left": (2, "-2"),
        "qualified": (1, "1"),
        "to_grade": (1, "-1"),
        "joined": (1, "0.5"),
        "hours": (1, "-0.4"),
        "moved_within": (2, "-0.2"),
    }


@pytest.mark.usefixtures("posts")
def test_a_total_that_was_returned_says_only_how_many_there_are() -> None:
    with acting_as(by=BY):
        for on, fte in ((SINCE, "7.0"), (UNTIL, "6.5")):
            StaffingReturn.objects.create(
                region=w.region(), grade=w.grade("PO"), effective_on=on, fte=fte, status="final"
            )
    officers = found(asked("NE"), "NE", IN_POST, "PO")
    assert parts(officers) == {"returned": (0, "-0.5")}
    assert sentence(officers, Names()) == (
        "0.5 fewer probation officers (FTE), 6.5 in all: so the totals returned say."
    )
    with acting_as(by=BY):
        RecordsComplete.objects.create(
            region=w.region(), grade=w.grade("PO"), effective_on=LONG_AGO
        )
    assert len(parts(found(asked("NE"), "NE", IN_POST, "PO"))) == 7


@pytest.mark.django_db
def test_a_target_changed_for_the_region_and_the_nation_has_its_own() -> None:
    def target(code: str, on: dt.date, fte: int) -> None:
        Target.objects.create(
            region=w.region(code), grade=w.grade("PO"), effective_on=on, target_fte=fte
        )

    someone((LONG_AGO, None, "NE", "PO", "1.0"))
    with acting_as(by=BY):
        target("NE", LONG_AGO, 10)
        target("NE", day(30), 12)
        target("WAL", day(1), 8)  # the first: nothing to compare it with
    own = found(asked("NE"), "NE", TARGET, "PO")
    assert (own.before, own.after) == (10, 12)
    assert sentence(own, Names()) == ("The target of probation officers is 2 higher (FTE), now 12.")
    assert [one for one in changes(asked()).get("WAL", []) if one.what == TARGET] == []
    assert found(asked(), "NAT", TARGET, "PO").by == 2
    with acting_as(by=BY):
        target("NAT", LONG_AGO, 100)
        target("NAT", day(2), 90)
    assert found(asked(), "NAT", TARGET, "PO").by == -10


@pytest.fixture
def learners(db: Any) -> None:
    """Eleven on the programme in the North East on 31 August, four on 30 September."""
    reason("health_and_wellbeing")
    unit = pdu("NE-77")
    for nth in range(7):
        code = "health_and_wellbeing" if nth else "workload"
        event(enrolment(in_pdu=unit), "withdrawn", day(10), reason=code, destination="left_service")
    enrolment(start=day(8))
    enrolment(start=day(8), in_pdu=unit)
    event(enrolment(in_pdu=unit), "deferred", day(3), reason="ill", expected_return=day(1, 12))
    back = enrolment()
    event(back, "deferred", dt.date(2025, 6, 2), expected_return=day(17))
    event(back, "resumed", day(17))
    event(enrolment(start=dt.date(2024, 1, 15)), "completed", day(30))
    event(enrolment(), "moved_region", day(12), to_region=w.region("WAL"))
    enrolment(start=day(6, 10), started=False)


@pytest.mark.usefixtures("learners")
def test_why_the_learners_of_a_region_changed() -> None:
    for question in (asked("NE"), asked()):
        here = found(question, "NE", ON_PROGRAMME)
        assert (here.before, here.after) == (11, 4)
        assert parts(here) == {
            "withdrew": (7, "-7"),
            "started": (2, "2"),
            "completed": (1, "-1"),
            "moved_out": (1, "-1"),
        }
        assert (here.reason, here.for_it) == ("health_and_wellbeing", 6)
    assert sentence(here, Names()) == (
        "7 fewer learners on the programme, 4 in all with those on a break: 7 withdrew, 2 started, 1 completed, 1 moved away, "
        "the reason recorded most often was “health and wellbeing” (6)."
    )
    breaks = found(asked(), "NE", ON_BREAK)
    assert (breaks.before, breaks.after) == (1, 1)
    assert parts(breaks) == {"began": (1, "1"), "ended": (1, "-1")}
    nation = found(asked(), "NAT", ON_PROGRAMME)
    assert (nation.before, nation.after) == (11, 5)
    assert "moved_out" not in parts(nation)
    assert parts(found(asked(), "WAL", ON_PROGRAMME)) == {"moved_in": (1, "1")}


@pytest.mark.usefixtures("learners")
def test_of_a_unit_it_is_the_same() -> None:
    unit = pdu("NE-77")
    question = Question(AS_AT, None, PlaceFilter(False, pdus=frozenset({unit.pk})))
    assert set(changes(question)) == {"NE-77"}
    here = found(question, "NE-77", ON_PROGRAMME)
    assert (here.before, here.after) == (8, 2)
    assert parts(here) == {"withdrew": (7, "-7"), "started": (1, "1")}
    assert parts(found(question, "NE-77", ON_BREAK)) == {"began": (1, "1")}


@pytest.mark.usefixtures("learners")
def test_no_word_of_a_break_says_why() -> None:
    some = changes(asked())["NE"]
    said = " ".join(
        one.words for one in told(some, days_compared(AS_AT), Names(), {"region": "NE"}, True)
    )
    assert "on a break" in said
    assert "ill" not in said.split()


@pytest.mark.usefixtures("learners")
def test_those_who_need_action_are_counted_as_the_monthly_status_counts_them() -> None:
    for place in ("NE", "WAL"):
        for what, column in ((NEEDS_ACTION, "at_risk"), (BEHIND, "behind")):
            one = next(one for one in changes_of_progress(asked())[place] if one.what == what)
            there = [
                sum(
                    row[column]
                    for row in monthly_status(Question(on, None))
                    if row["region"] == place
                )
                for on in (SINCE, UNTIL)
            ]
            assert [one.before, one.after] == there, (place, what)
            parts(one)
    every = changes_of_progress(asked())
    assert every["NE"][0].what == NEEDS_ACTION
    assert every["NE"][0].before > every["unit NE-77"][0].before > 0
    assert every["NAT"][0].after == every["NE"][0].after + every["WAL"][0].after


@pytest.mark.usefixtures("posts", "learners")
def test_every_change_adds_up_and_is_a_true_sentence_of_none_one_and_many() -> None:
    names = Names()
    for place, some in [*changes(asked()).items(), *changes_of_progress(asked()).items()]:
        for one in some:
            assert sum(each.by for each in one.parts) == (one.by if one.parts else 0), place
            said = sentence(one, names)
            assert said.endswith(".")
            assert " 0 " not in said.replace(", 0 in all", "")
            assert not {"1 PSOs", "1 learners"} & {said[:6], said[:10]}


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (
            change(NEEDS_ACTION, 0, 1, [Part("came_to", 1, D(1))]),
            "1 more learner who needs action, 1 in all: 1 came to need it.",
        ),
        (
            change(NEEDS_ACTION, 3, 1, [Part("no_longer", 2, D(-2))]),
            "2 fewer learners who need action, 1 in all: 2 no longer need it.",
        ),
        (
            change(BEHIND, 3, 2, [Part("no_longer", 1, D(-1))]),
            "1 fewer learner who is behind, 2 in all: 1 is behind no longer.",
        ),
        (
            change(IN_POST, 5, 4, [Part("left", 2, D(-2))], of="SPTA"),
            "1 fewer senior practice tutor assessor (FTE), 4 in all: 2 left the Service (−2), other corrections (+1).",
        ),
    ],
)
@pytest.mark.django_db
def test_sentences(made: Change, words: str) -> None:
    assert sentence(made, Names()) == words


@pytest.mark.django_db
def test_a_unit_has_the_totals_that_the_workforce_position_gives_it() -> None:
    """From records, from a return of its own, and none while its region rests on a return; with its own target or none."""
    units = {code: pdu(code) for code in ("NE-71", "NE-72", "NE-73")}
    for code in ("NE-71", "NE-71", "NE-72"):
        w.spell(w.person(), LONG_AGO, in_pdu=code)
    w.spell(w.person(), LONG_AGO, in_pdu="NE-71", in_grade="PSO", fte="0.5")
    grade, on = w.grade("PO"), day(1)

    def agree() -> None:
        place = PlaceFilter(False, pdus=frozenset(unit.pk for unit in units.values()))
        question = Question(UNTIL, None, place)
        there = totals_of_units(question, [UNTIL])
        rows = {(row["pdu"], row["grade"]): row for row in workforce_position(question)}
        assert {(unit, of) for _day, unit, of in there} == set(rows)
        for key, row in rows.items():
            total = there[(UNTIL, *key)]
            assert (total.fte, total.headcount, total.target_fte) == (
                row["in_post_fte"],
                row["in_post_headcount"],
                row["target_fte"],
            ), key

    agree()
    with acting_as(by=BY):
        for code, fte in (("NE-71", 4), ("NE-73", 2)):
            Target.objects.create(
                region=w.region(), pdu=units[code], grade=grade, effective_on=on, target_fte=fte
            )
    agree()
    with acting_as(by=BY):
        StaffingReturn.objects.create(
            region=w.region(), grade=grade, effective_on=on, fte="9.5", status="final"
        )
    agree()
    with acting_as(by=BY):
        StaffingReturn.objects.create(
            region=w.region(), pdu=units["NE-72"], grade=grade, effective_on=on, fte="3.5",
            headcount=4, status="final",
        )  # fmt: skip
    agree()
    with acting_as(by=BY):
        RecordsComplete.objects.create(region=w.region(), grade=grade, effective_on=LONG_AGO)
    agree()


@pytest.mark.django_db
def test_whoever_changes_grade_and_region_at_once_changes_grade_within_the_nation() -> None:
    """One PSO becomes an officer in Wales on qualifying, one without; one officer goes to London as a senior one."""
    learner = someone((LONG_AGO, day(14), "NE", "PSO", "1.0"), (day(15), None, "WAL", "PO", "1.0"))
    event(enrolment(who=learner, start=dt.date(2024, 6, 3)), "completed", day(5))
    someone((LONG_AGO, day(14), "NE", "PSO", "1.0"), (day(15), None, "WAL", "PO", "0.5"))
    someone((LONG_AGO, day(14), "NE", "PO", "1.0"), (day(15), None, "LON", "SPO", "1.0"))
    someone((LONG_AGO, None, "LON", "PSO", "1.0"))
    pso = found(asked(), "NE", IN_POST, "PSO")
    assert parts(pso) == {"became_officer_elsewhere": (1, "-1"), "moved_out_to_grade": (1, "-1")}
    assert sentence(pso, Names()) == (
        "2 fewer PSOs (FTE), 0 in all: 1 became a probation officer elsewhere (−1), 1 moved away to another grade (−1)."
    )
    assert parts(found(asked(), "WAL", IN_POST, "PO")) == {
        "qualified": (1, "1"),
        "moved_in_from_grade": (1, "0.5"),
    }
    nation = {of: parts(found(asked(), "NAT", IN_POST, of)) for of in ("PSO", "PO", "SPO")}
    assert nation == {
        "PSO": {"became_officer": (1, "-1"), "to_grade": (1, "-1")},
        "PO": {"qualified": (1, "1"), "from_grade": (1, "0.5"), "to_grade": (1, "-1")},
        "SPO": {"from_grade": (1, "1")},
    }


def returned(fte: str, on: dt.date, region: str = "NE") -> None:
    with acting_as(by=BY):
        StaffingReturn.objects.create(
            region=w.region(region), grade=w.grade("PO"), effective_on=on, fte=fte, status="final"
        )


@pytest.mark.django_db
def test_of_a_unit_whose_region_rests_on_a_return_on_one_day_nothing_changed() -> None:
    unit = pdu("NE-77")
    for _ in range(5):
        w.spell(w.person(), LONG_AGO, in_pdu="NE-77")
    returned("9", day(10))
    place = PlaceFilter(False, pdus=frozenset({unit.pk}))
    found_here = changes(Question(AS_AT, None, place)).get("NE-77", [])
    assert [one for one in found_here if one.what == IN_POST] == []


@pytest.mark.django_db
def test_a_return_beside_records_is_said_and_so_is_its_share_of_the_nation() -> None:
    """Five on record in the North East on 31 August, nine returned on 10 September; in Wales one of two left; London returned."""
    for _ in range(5):
        someone((LONG_AGO, None, "NE", "PO", "1.0"))
    returned("9", day(10))
    someone((LONG_AGO, None, "WAL", "PO", "1.0"))
    someone((LONG_AGO, day(9), "WAL", "PO", "1.0"))
    returned("20", SINCE, "LON")
    returned("18", UNTIL, "LON")
    own = found(asked("NE"), "NE", IN_POST, "PO")
    assert sentence(own, Names()) == (
        "4 more probation officers (FTE), 9 in all: one day is counted from records, the other is a total returned."
    )
    nation = found(asked(), "NAT", IN_POST, "PO")
    assert (nation.before, nation.after) == (27, 28)
    assert sentence(nation, Names()) == (
        "1 more probation officer (FTE), 28 in all: "
        "where one day is counted from records and the other is a total returned (+4), "
        "by the totals returned (−2), 1 left the Service (−1)."
    )


@pytest.mark.django_db
def test_whoever_moved_to_where_a_return_counts_moved_between_regions() -> None:
    someone((LONG_AGO, day(9), "WAL", "PO", "1.0"), (day(10), None, "LON", "PO", "1.0"))
    for on in (SINCE, UNTIL):
        returned("20", on, "LON")
    nation = found(asked(), "NAT", IN_POST, "PO")
    assert parts(nation)["moved_within"] == (1, "-1")


@pytest.mark.django_db
def test_two_records_that_are_merged_are_one_who_qualified_and_what_was_known_stays() -> None:
    """A trainee’s post ends under one number, an officer’s begins the day after under another. A post of the month is undone."""
    learner = someone((LONG_AGO, day(14), "NE", "PSO", "1.0"))
    event(enrolment(who=learner, start=dt.date(2024, 6, 3)), "completed", day(5))
    officer = someone((day(15), None, "NE", "PO", "1.0"))
    mistaken = someone((day(20), None, "NE", "PO", "0.5"))
    before = clock.now()

    def said(known_at: dt.datetime | None = None) -> list[dict[str, tuple[int, str]]]:
        question = asked("NE", known_at)
        return [parts(found(question, "NE", IN_POST, of)) for of in ("PO", "PSO")]

    was = said()
    assert was == [{"joined": (2, "1.5")}, {"left": (1, "-1")}]
    merge_people(by=w.user("national"), stays=officer, goes=learner, why="Told by HR")
    void(list(mistaken.spells.live()), by=BY, reason="Somebody else’s")
    assert said() == [{"qualified": (1, "1")}, {"became_officer": (1, "-1")}]
    assert said(before) == was
