"""What a forecast is made from, each number worked out by hand on a small world: 30 June 2025, and the years before it.

The last year is 1 July 2024 to 30 June 2025, the one before 1 July 2023 to 30 June 2024. A month is 30.4375 days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from learners.actions.intakes import change_intake, plan_intake
from learners.models import OfficerPost, Pathway, PlannedIntake
from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.ledger import supersede, void
from pqip.core.snapshot import snapshot
from reports.figures.asking import Question
from reports.figures.forecast import inputs
from reports.rules.forecast_inputs import (
    EARLIEST,
    Experience,
    Inputs,
    Intake,
    Learners,
    Region,
    Target,
)
from tests.factories import learners as make
from tests.factories import workforce as w
from workforce.models import RecordsComplete, StaffingReturn
from workforce.models import Target as TargetRow

pytestmark = pytest.mark.django_db
END, BY = dt.date(2025, 6, 30), w.BY
NONE = Experience((0,) * 5, (0.0,) * 5)


@pytest.fixture(autouse=True)
def regions() -> None:
    w.region("NE")
    w.region("WAL")


def day(month: int, number: int, year: int = 2025) -> dt.date:
    return dt.date(year, month, number)


def asked(known_at: dt.datetime | None = None, on: dt.date = END) -> Inputs:
    with snapshot(known_at) as instant:
        return inputs(Question(on, instant))


def of(code: str = "NE", known_at: dt.datetime | None = None) -> Region:
    return next(one for one in asked(known_at).regions if one.code == code)


def months(*days: int) -> tuple[float, ...]:
    """Days of each year, the last first, as person-months."""
    return tuple(round(one / 30.4375, 6) for one in [*days, *[0] * (5 - len(days))])


def events(*counts: int) -> tuple[int, ...]:
    return (*counts, *[0] * (5 - len(counts)))


def late(months_late: int) -> int:
    return months_late - EARLIEST


def test_learners_alike_are_counted_together_with_the_months_behind_and_ahead() -> None:
    """Three of 15 months from 15 January: planned end 15 April 2026. On a break since 1 May: 60 days more, 14 June 2026."""
    for _ in range(2):
        make.enrolment()
    make.event(make.enrolment(), "deferred", day(5, 1))
    make.enrolment(in_region="WAL", on="PQIP21")
    make.enrolment(start=day(7, 1), started=False)
    assert of().learners == (
        Learners("PQIP15", 5, 10, on_break=False, heads=2),
        Learners("PQIP15", 5, 12, on_break=True, heads=1),
    )
    assert of("WAL").learners == (Learners("PQIP21", 5, 16, on_break=False, heads=1),)


def test_a_planned_end_that_is_not_known_is_not_guessed() -> None:
    """Nobody says how long 27 months last part time, so the learner of 0.8 has no planned end, however long they are there."""
    make.enrolment(on="PQIP27", fte="0.8")
    make.enrolment(on="PQIP27", fte="0.8", start=day(1, 15, 2022))
    make.enrolment(on="PQIP27")
    assert of().learners == (
        Learners("PQIP27", 5, 22, on_break=False, heads=1),
        Learners("PQIP27", 5, None, on_break=False, heads=1),
        Learners("PQIP27", 41, None, on_break=False, heads=1),
    )
    assert sum(of().training.still_there) == 0


def test_time_on_the_programme_and_withdrawals_by_band_and_year() -> None:
    """From 15 January to 30 June 167 days, both counted: 90 until 14 April (three months), 77 from then on.

    The other started on 4 September 2023 and withdrew on 10 July 2024, within the band of 6 to 11 months: 91 days until
    3 December 2023, 91 until 3 March 2024 (a leap year), then 119 until 30 June, and in the last year nine until 9 July.
    """
    make.enrolment()
    gone = make.enrolment(start=day(9, 4, 2023), in_cohort="Intake 12")
    make.event(gone, "withdrawn", day(7, 10, 2024), destination="left_service")
    [past] = of().training.pathways
    assert past.pathway == "PQIP15"
    assert past.withdrawn == (
        Experience(events(), months(90, 91)),
        Experience(events(), months(77, 91)),
        Experience(events(1), months(9, 119)),
        NONE,
        NONE,
        NONE,
    )
    assert of().training.left_service == Experience(events(1), (1.0, 0.0, 0.0, 0.0, 0.0))


def test_breaks_among_time_active_and_returns_among_time_on_a_break() -> None:
    """Active 15 January to 28 February (45 days) and from 1 May (61); on a break 1 March to 30 April (61)."""
    made = make.enrolment()
    make.event(made, "deferred", day(3, 1))
    make.event(made, "resumed", day(5, 1))
    training = of().training
    assert training.breaks_begun == Experience(events(1), months(106))
    assert training.breaks_ended == Experience(events(1), months(61))


def test_a_move_ends_no_break_and_takes_the_time_after_it_along() -> None:
    """On a break from 1 March in the North East, 31 days; from 1 April in Wales, 90 days, where they came back on 30 June."""
    made = make.enrolment()
    make.event(made, "deferred", day(3, 1))
    make.event(made, "moved_region", day(4, 1), to_region=make.region("WAL"))
    make.event(made, "resumed", day(6, 30))
    assert of().training.breaks_ended == Experience(events(0), months(31))
    assert of("WAL").training.breaks_ended == Experience(events(1), months(90))
    assert of("WAL").training.breaks_begun == Experience(events(0), months(1))


def test_completions_and_withdrawals_by_months_late_and_who_is_still_there() -> None:
    """Started on 15 January 2024 for 15 months: planned end 15 April 2025.

    One completed in March, a month early; one in June, two months late; one withdrew in May, one month late; one is still there,
    two months after. One with an extension to 31 July 2025 completed in June, a month early.
    """
    start = day(1, 15, 2024)
    for on in (day(3, 31), day(6, 1)):
        make.event(make.enrolment(start=start), "completed", on)
    make.event(make.enrolment(start=start), "withdrawn", day(5, 31))
    make.enrolment(start=start)
    extended = make.enrolment(start=start)
    make.event(extended, "extended", day(3, 1), extended_to=day(7, 31))
    make.event(extended, "completed", day(6, 30))
    away = make.enrolment(start=start)
    make.event(away, "deferred", day(6, 1))
    training = of().training
    assert {place for place, heads in enumerate(training.completed_late) if heads} == {
        late(-1),
        late(2),
    }
    assert training.completed_late[late(-1)] == 2
    assert training.withdrawn_late == tuple(
        int(place == late(1)) for place in range(len(training.withdrawn_late))
    )
    assert training.still_there == tuple(
        int(place == late(2)) for place in range(len(training.still_there))
    )


def completed(on: dt.date, **terms: object) -> make.Enrolment:
    made = make.enrolment(start=day(1, 15, 2023), in_cohort="Intake 11", **terms)  # type: ignore[arg-type]
    make.event(made, "completed", on)
    return made


def test_what_became_of_those_who_completed() -> None:
    """Five completed in the North East.

    One holds a post there since 1 April, one in Wales since 2 June; one accepted in May a post that begins in July; one refused
    in May; one completed on 1 May 2024 and nothing followed within twelve months. A sixth completed on 2 May 2025 and waits.
    """
    w.spell(completed(day(3, 3)).person, day(4, 1))
    w.spell(completed(day(3, 31)).person, day(6, 2), in_region="WAL")
    for answer, more in (("accepted", {"begins_on": day(7, 1)}), ("declined", {})):
        with acting_as(by=BY):
            OfficerPost.objects.create(
                enrolment=completed(day(5, 1)),
                region=w.region("NE"),
                effective_on=day(5, 2),
                answer=answer,
                answered_on=day(5, 6),
                **more,
            )
    completed(day(5, 1, 2024))
    completed(day(5, 2))
    training = of().training
    assert training.accepted == Experience(events(3), (5.0, 0.0, 0.0, 0.0, 0.0))
    assert training.moved == Experience(events(1), (3.0, 0.0, 0.0, 0.0, 0.0))
    assert (training.received, of("WAL").training.received) == (0, 1)
    assert [training.months_to_post[place] for place in (0, 1, 2, 3)] == [0, 1, 0, 1]
    assert training.waiting == tuple(2 * int(place == 1) for place in range(13)), (
        "one accepted, one with no offer"
    )


def test_whoever_completed_and_then_left_waits_for_no_post() -> None:
    """Five completed on 20 May. One left on 31 May; one left, and has accepted a post from July.

    One leaves on the very day, 30 June; one had a post long before they started, and none on record since; one has no post.
    """
    ends = {0: day(5, 31), 1: day(5, 31), 2: END}
    for number in range(5):
        one = completed(day(5, 20))
        if number in ends:
            w.spell(one.person, day(1, 16, 2023), in_grade="PSO", ended_on=ends[number])
        if number == 3:
            w.spell(one.person, day(1, 1, 2020), in_grade="PSO", ended_on=day(12, 31, 2021))
        if number == 1:
            with acting_as(by=BY):
                OfficerPost.objects.create(
                    enrolment=one,
                    region=w.region("NE"),
                    effective_on=day(5, 21),
                    answer="accepted",
                    answered_on=day(5, 22),
                    begins_on=day(7, 1),
                )
    assert of().training.waiting == tuple(4 * int(place == 1) for place in range(13))


def test_intakes_to_come_and_how_much_of_those_before_was_filled() -> None:
    """Of 4 places planned for January one was started; of 1 planned in Wales two were, which counts as all of it.

    To come: 12 places in September, for the fifteen months; one person due to start in October whom nobody planned.
    """
    make.enrolment()
    for _ in range(2):
        make.enrolment(in_region="WAL", fte="0.8")
    plan("Intake 14", "NE", day(1, 15), 4)
    plan("Intake 14", "WAL", day(1, 15), 1)
    plan("Intake 15", "NE", day(9, 15), 12)
    make.enrolment(start=day(10, 1), in_cohort="Intake 16", on="PQIP27", started=False)
    north, wales = of(), of("WAL")
    assert north.training.filled == Experience(events(1), (4.0, 0.0, 0.0, 0.0, 0.0))
    assert wales.training.filled == Experience(events(1), (1.0, 0.0, 0.0, 0.0, 0.0))
    assert wales.training.part_time == Experience(events(2), (2.0, 0.0, 0.0, 0.0, 0.0))
    assert set(north.intakes) == {
        Intake("PQIP15", 3, 12, 15, 21, 0.0),
        Intake("PQIP27", 4, 1, 27, None, 0.0),
    }


def test_places_of_a_pathway_without_a_known_length_are_counted_apart() -> None:
    """Seven places planned for September, and three for January before, of a pathway of which nothing is known."""
    with acting_as(by=BY):
        unknown = Pathway.objects.create(code="PQIP99", name="Not known", order=99)
    for cohort, starts_on, places in (("A", day(9, 1), 7), ("B", day(1, 15), 3)):
        with acting_as(by=BY):
            PlannedIntake.objects.create(
                cohort=make.cohort(cohort), region=w.region("NE"), pathway=unknown,
                effective_on=starts_on, places=places,
            )  # fmt: skip
    assert (of().intakes, of().no_length) == ((), 7)


@pytest.mark.parametrize(("started", "due", "to_come"), [(15, 5, 5), (15, 0, 5), (2, 19, 19), (20, 0, 0)])  # fmt: skip
def test_whoever_started_before_the_planned_day_takes_a_place(
    started: int, due: int, to_come: int
) -> None:
    """Of 20 places planned for 7 July, the places of those who started on 23 June are not to come once more."""
    plan("Intake 14", "NE", day(7, 7), 20)
    for _ in range(started):
        make.enrolment(start=day(6, 23))
    for _ in range(due):
        make.enrolment(start=day(7, 7), started=False)
    found = of()
    assert sum(one.heads for one in found.learners) == started
    assert [one.places for one in found.intakes] == ([to_come] if to_come else [])


@pytest.mark.parametrize("planned_on", [day(3, 3), day(6, 16)])
def test_whoever_is_due_after_the_planned_day_is_still_to_come(planned_on: dt.date) -> None:
    """Five places, one started; three more are due on 1 September. That of March was filled by one of five."""
    plan("Intake 14", "NE", planned_on, 5)
    make.enrolment(start=planned_on)
    for _ in range(3):
        make.enrolment(start=day(9, 1), started=False)
    found = of()
    assert [(one.starts_in, one.places) for one in found.intakes] == [(3, 3)]
    is_over = planned_on == day(3, 3)
    assert found.training.filled.events == (events(1) if is_over else events(0))


def plan(cohort: str, region: str, on: dt.date, places: int) -> object:
    return plan_intake(
        by=BY,
        cohort=cohort,
        region=make.region(region),
        pathway=make.pathway(),
        starts_on=on,
        places=places,
    )


def test_the_share_of_starters_who_were_psos_goes_with_the_intakes_to_come() -> None:
    """One of two starters held a PSO's post the day before; the other's began with the programme."""
    before = make.enrolment()
    w.spell(before.person, day(3, 1, 2024), in_grade="PSO")
    new = make.enrolment()
    w.spell(new.person, day(1, 15), in_grade="PSO")
    plan("Intake 15", "NE", day(9, 15), 12)
    plan("Intake 15", "WAL", day(9, 15), 6)
    assert [one.already_pso for one in of().intakes] == [0.5]
    assert [one.already_pso for one in of("WAL").intakes] == [0.5], (
        "of the nation, where nobody has started"
    )


def test_officers_by_service_in_the_grade_and_what_became_of_others() -> None:
    """In post: since September 2024 (9 months), since 2010 at 0.6, and since February, from Wales, where they began in 2016.

    One went to senior officer on 1 March 2025, one left on 31 December 2024 after 69 months, one moved out of Wales after 108.
    """
    w.spell(w.person(), day(9, 1, 2024))
    w.spell(w.person(), day(1, 4, 2010), fte="0.6")
    mover = w.person()
    w.spell(mover, day(2, 1, 2016), in_region="WAL", ended_on=day(1, 31))
    w.spell(mover, day(2, 1))
    senior = w.person()
    w.spell(senior, day(1, 6, 2020), ended_on=day(2, 28))
    w.spell(senior, day(3, 1), in_grade="SPO")
    w.spell(w.person(), day(3, 4, 2019), ended_on=day(12, 31, 2024), leave_reason="resigned")
    north, wales = of().grade("PO"), of("WAL").grade("PO")
    assert (north.heads, north.fte) == ((1, 0, 0, 1, 1), (1.0, 0.0, 0.0, 1.0, 0.6))
    assert [one.events for one in north.left] == [events()] * 3 + [events(1), events()]
    assert [one.events for one in wales.left] == [events()] * 3 + [events(1), events()]
    assert dict(north.promoted)["SPO"].events == events(1)
    assert dict(north.promoted)["PTA"].events == events(0)
    assert north.joined == Experience(events(2), (12.0,) * 5), (
        "the one of September, and the one from Wales"
    )
    assert (of().grade("SPO").joined.events, of().grade("SPO").heads) == (
        events(0),
        (1, 0, 0, 0, 0),
    )
    assert wales.joined.events == events(0)


def test_time_in_post_by_service_and_year() -> None:
    """Alone in the region since 1 October 2022.

    First year of service: 273 days of the year to June 2023, 92 of the next. Second: 274 of that (1 October to 30 June, a leap
    year) and 92 of the last. From 1 October 2024 on, with two years of service, 273.
    """
    w.spell(w.person(), day(10, 1, 2022))
    left = of().grade("PO").left
    assert left == (
        Experience(events(), months(0, 92, 273)),
        Experience(events(), months(92, 274)),
        Experience(events(), months(273)),
        NONE,
        NONE,
    )


def test_a_learners_way_is_neither_leaving_nor_joining() -> None:
    """A PSO from the first day, who completed on 3 March and has been an officer since 1 April: service in the grade begins then.

    Another learner withdrew out of the Service on 10 February, and the post ended with it. A third PSO, no learner, left.
    """
    made = completed(day(3, 3))
    w.spell(made.person, day(1, 15, 2023), in_grade="PSO", ended_on=day(3, 31))
    w.spell(made.person, day(4, 1))
    gone = make.enrolment()
    w.spell(gone.person, day(1, 15), in_grade="PSO", ended_on=day(2, 10))
    make.event(gone, "withdrawn", day(2, 10), destination="left_service")
    w.spell(w.person(), day(7, 1, 2024), in_grade="PSO", ended_on=day(5, 31))
    officers, trainees = of().grade("PO"), of().grade("PSO")
    assert (officers.heads, officers.joined.events) == ((1, 0, 0, 0, 0), events())
    assert [one.events for one in trainees.left] == [events(1), *[events()] * 4]
    assert trainees.joined.events == events(1)
    # Without learners: 335 days of the third, and of the first 29 days from completing to 31 March, more than two years in the
    # grade; of the second one day, that of the withdrawal, on which they are in post and no learner.
    assert trainees.left[0].exposure == months(336)
    assert trainees.left[2].exposure == months(29)


def test_a_returner_begins_anew_and_a_change_of_unit_or_hours_does_not() -> None:
    """Left on 31 August 2023 after five years and came back on 2 December 2024; another changed hours on 1 June 2025."""
    back, same = w.person(), w.person()
    w.spell(back, day(9, 1, 2018), ended_on=day(8, 31, 2023))
    w.spell(back, day(12, 2, 2024))
    w.spell(same, day(6, 1, 2021), ended_on=day(5, 31))
    w.spell(same, day(6, 1), fte="0.8")
    found = of().grade("PO")
    assert (found.heads, found.fte) == ((1, 0, 0, 1, 0), (1.0, 0.0, 0.0, 0.8, 0.0))
    assert found.left[3].events == events(0, 1)
    assert found.joined.events == events(1, 0, 0, 0, 1), "the returner, and the other in June 2021"


def test_posts_are_seen_from_the_day_they_are_declared_complete() -> None:
    """Declared from 1 January 2025: the one who joined in March counts, the one of last September does not, nor time before."""
    w.spell(w.person(), day(9, 2, 2024))
    w.spell(w.person(), day(3, 3))
    with acting_as(by=BY):
        RecordsComplete.objects.create(
            region=w.region("NE"), grade=w.grade("PO"), effective_on=day(1, 1)
        )
    found = of().grade("PO")
    assert found.joined.events == events(1)
    assert found.joined.exposure == (round(12 * 181 / 365, 6), 0.0, 0.0, 0.0, 0.0)
    assert found.left[0].exposure == months(181 + 120)


def returned(
    fte: str, headcount: int | None, region: str = "NE", grade: str = "PO"
) -> StaffingReturn:
    with acting_as(by=BY):
        return StaffingReturn.objects.create(
            region=w.region(region),
            grade=w.grade(grade),
            effective_on=day(3, 31),
            fte=fte,
            headcount=headcount,
            source="test",
        )


def test_a_total_returned_counts_where_records_are_not_declared_complete() -> None:
    """7 people, 6.3 FTE, half and half as the two on record. Wales as the nation; a grade nobody has, in the middle."""
    w.spell(w.person(), day(9, 2, 2024))
    w.spell(w.person(), day(1, 4, 2010), fte="0.6")
    returned("6.3", 7)
    returned("4", None, "WAL")
    returned("3", None, grade="CA")
    north, wales = of().grade("PO"), of("WAL").grade("PO")
    assert (north.heads, north.fte) == ((4, 0, 0, 0, 3), (3.15, 0.0, 0.0, 0.0, 3.15))
    assert (wales.heads, wales.fte) == ((2, 0, 0, 0, 2), (2.0, 0.0, 0.0, 0.0, 2.0))
    assert of().grade("CA").heads == (0, 0, 3, 0, 0)
    assert north.joined == NONE, "who joined is not all on record"


def test_targets_in_force_and_set_for_later_a_regions_own_before_its_units() -> None:
    """10 in force, 12 from 1 April 2026, ten months on. Of Wales the sum of two units, one of which rises on 15 July."""
    for region, unit, on, fte in (
        ("NE", None, day(4, 1), 10),
        ("NE", None, day(4, 1, 2026), 12),
        ("WAL", "WPTNWS", day(4, 1), 2),
        ("WAL", "WPTGWT", day(4, 1), 3),
        ("WAL", "WPTGWT", day(7, 15), 5),
    ):
        with acting_as(by=BY):
            TargetRow.objects.create(
                region=w.region(region),
                pdu=w.pdu(unit) if unit else None,
                grade=w.grade("PO"),
                effective_on=on,
                target_fte=fte,
            )
    assert of().grade("PO").targets == (Target(0, 10.0), Target(10, 12.0))
    assert of("WAL").grade("PO").targets == (Target(0, 5.0), Target(1, 7.0))


def changes() -> Iterator[str]:
    """Everything that is read, changed: facts voided, recorded late, and corrected."""
    made = make.enrolment()
    spell = w.spell(w.person(), day(9, 2, 2024))
    intake = plan("Intake 15", "NE", day(9, 15), 12)
    yield "before"
    void([make.event(made, "deferred", day(3, 1))], by=BY, reason="Somebody else")
    make.event(made, "withdrawn", day(5, 1), destination="left_service")
    yield "withdrawn, recorded late"
    supersede(spell, by=BY, reason="Left long ago", ended_on=day(1, 31))
    yield "a post that had ended"
    change_intake(by=BY, intake=intake, starts_on=day(9, 15), places=9, reason="Fewer")  # type: ignore[arg-type]
    returned("5", 5, "WAL")
    yield "fewer places, and a total returned"


def test_what_was_known_stays_known_whatever_is_recorded_later() -> None:
    said, then = {}, {}
    for step in changes():
        then[step] = now()
        said[step] = asked(then[step])
    assert len({one.digest for one in said.values()}) == 4, "each changed something"
    for step, instant in then.items():
        assert asked(instant) == said[step], step
    assert asked() == said["fewer places, and a total returned"]


def test_a_later_day_knows_of_nothing_that_happened_after_it() -> None:
    made = make.enrolment()
    w.spell(made.person, day(1, 15), in_grade="PSO")
    before = asked(on=day(4, 30))
    make.event(made, "withdrawn", day(5, 1), destination="left_service")
    w.spell(w.person(), day(5, 1))
    assert asked(on=day(4, 30)) == before
    assert asked(on=day(5, 1)) != before
