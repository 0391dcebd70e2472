"""Moving a candidate to another version: what its criteria replace stays met, the rest is lost; the past stays as it was."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from assessments.actions.certificates import claim_certificate
from assessments.actions.decisions import decide
from assessments.actions.evidence import log_evidence
from assessments.actions.units_release import release_unit
from assessments.actions.versions import move_version, undo_move, what_is_lost
from assessments.derived import progress as derive
from assessments.facts import progress as facts
from assessments.facts import worked_out as again
from assessments.models import (
    Criterion,
    CriterionMet,
    QualificationVersion,
    Registration,
    Unit,
    UnitAchievement,
    UnitSignoff,
)
from assessments.queries import sampling
from assessments.rules.evidence import Decided, Piece, Stretch
from assessments.rules.versions import Version, spells, worked_out
from pqip.core.acting import acting_as
from pqip.core.clock import now
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import assessments as made
from tests.factories.assessments import BY
from tests.factories.quality import quality_assurer
from tests.personas import client_for, persona

D = dt.date
MOVED = D(2026, 3, 2)

# Rules: old criteria 1, 2 (unit 10) and 3 (unit 20); new criteria 11 replaces 1, 12 replaces 2 and 3, 13 is new.

OLD = Version({1: 1, 2: 1, 3: 1}, {10: [1, 2], 20: [3]})
NEW = Version({11: 1, 12: 1}, {110: [11, 12]}, {11: [1], 12: [2, 3]})
WITH_NEW = Version({11: 1, 13: 1}, {110: [11, 13]}, {11: [1]})


def piece(key: int, day: D, *met: int) -> Piece:
    return Piece(key, day, [Decided(key, day, 1, list(met), [], False)])


def moved_to(
    version: Version, pieces: list[Piece], signed: dict[int, D] | None = None
) -> tuple[list[Stretch], list[Stretch]]:
    return worked_out(pieces, spells(OLD, [(MOVED, version)]), signed or {})


def test_what_a_criterion_replaces_carries_it_over_and_the_old_one_ends_with_the_move() -> None:
    met, _achieved = moved_to(NEW, [piece(1, D(2026, 1, 5), 1)])
    assert met == [Stretch(1, D(2026, 1, 5), MOVED), Stretch(11, MOVED, None)]


def test_one_that_replaces_several_is_carried_only_where_all_were_met_on_the_day() -> None:
    assert [one.key for one in moved_to(NEW, [piece(1, D(2026, 1, 5), 2)])[0]] == [2]
    assert [
        one.key for one in moved_to(NEW, [piece(1, D(2026, 1, 5), 2), piece(2, MOVED, 3)])[0]
    ] == [2, 12]
    later = MOVED + dt.timedelta(days=1)
    assert 12 not in [
        one.key for one in moved_to(NEW, [piece(1, D(2026, 1, 5), 2), piece(2, later, 3)])[0]
    ]


def test_units_signed_off_carry_their_sign_off_where_everything_replaces_them() -> None:
    pieces = [piece(1, D(2026, 1, 5), 1, 2, 3)]
    signed = {10: D(2026, 2, 1), 20: D(2026, 2, 9)}
    _met, achieved = moved_to(NEW, pieces, signed)
    assert achieved == [
        Stretch(10, D(2026, 2, 1), MOVED),
        Stretch(20, D(2026, 2, 9), MOVED),
        Stretch(110, MOVED, None),
    ]
    assert moved_to(NEW, pieces, {10: D(2026, 2, 1)})[1] == [Stretch(10, D(2026, 2, 1), MOVED)]


def test_a_unit_that_asks_something_new_is_signed_off_anew() -> None:
    pieces = [piece(1, D(2026, 1, 5), 1, 2, 3), piece(2, D(2026, 4, 1), 13)]
    signed = {10: D(2026, 2, 1), 20: D(2026, 2, 1)}
    assert [one.key for one in moved_to(WITH_NEW, pieces, signed)[1]] == [10, 20]
    assert moved_to(WITH_NEW, pieces, signed | {110: D(2026, 4, 2)})[1][-1] == Stretch(
        110, D(2026, 4, 2), None
    )


# Beneath: a candidate with unit 1 achieved and one criterion of unit 2 met.


@pytest.fixture
def candidate(db: None) -> Registration:
    candidate, assessor = made.registration(), made.assessor()
    made.decision(
        made.evidence(candidate, D(2026, 1, 5)),
        assessor,
        D(2026, 1, 6),
        met=("1.1.1", "1.1.2", "1.1.3", "2.1.1"),
    )
    made.signoff(candidate, assessor, 1, D(2026, 1, 7))
    return candidate


@pytest.fixture
def version(candidate: Registration) -> QualificationVersion:
    """2026: unit 1 replaces unit 1, criterion by criterion; of unit 2 only 2.1.2 replaces something."""
    later = made.version(candidate.qualification, "2026", D(2026, 1, 1))
    old = dict(Criterion.objects.filter(unit__version=candidate.version).values_list("code", "pk"))
    with acting_as(by=BY):
        for criterion in Criterion.objects.filter(unit__version=later):
            criterion.replaces = [old[criterion.code]] if criterion.code != "2.1.1" else []
            criterion.save()
    return later


def units_held(candidate: Registration) -> set[tuple[str, int]]:
    rows = UnitAchievement.objects.filter(registration=candidate, to_on=None)
    return set(rows.values_list("unit__version__name", "unit__number"))


def test_a_move_keeps_and_loses_what_was_shown_before_it(
    candidate: Registration, version: QualificationVersion
) -> None:
    shown = what_is_lost(candidate, version, MOVED)
    assert (len(shown.met_before), len(shown.met_after)) == (4, 3)
    assert [one.code for one in shown.gone] == ["2.1.1"]
    assert (len(shown.achieved_before), len(shown.achieved_after)) == (1, 1)
    assert units_held(candidate) == {("2023", 1)}, "looking changes nothing"
    move_version(registration=candidate, version=version, on=MOVED, reason="New standards", by=BY)
    assert units_held(candidate) == {("2026", 1)}
    assert CriterionMet.objects.filter(registration=candidate, to_on=None).count() == 3


def test_figures_of_days_before_and_of_earlier_knowledge_are_as_they_were(
    candidate: Registration, version: QualificationVersion
) -> None:
    known = now()
    with acting_as(by=BY):
        Unit.objects.create(version=version, number=3, title="A third")
    move_version(registration=candidate, version=version, on=MOVED, reason="New standards", by=BY)

    def progress(day: D, known_at: dt.datetime | None) -> tuple[int, int, int, int]:
        from django.db import connection

        sql, parameters = facts.progress(day, known_at)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            row = dict(zip(names, cursor.fetchone(), strict=True))
        return row["units_achieved"], row["units_total"], row["criteria_met"], row["criteria_total"]

    before = MOVED - dt.timedelta(days=1)
    assert progress(before, None) == (1, 2, 4, 6)
    assert progress(MOVED, None) == (1, 3, 3, 6)
    assert progress(MOVED, known) == (1, 2, 4, 6)
    assert len(list(again.worked_out([candidate.pk]))) == 1


def test_after_a_move_evidence_is_logged_against_the_new_version_and_older_evidence_is_still_decided(
    candidate: Registration, version: QualificationVersion
) -> None:
    waiting = made.evidence(candidate, D(2026, 2, 1), "2.1.2")
    move_version(registration=candidate, version=version, on=MOVED, reason="New standards", by=BY)
    candidate = Registration.objects.get(pk=candidate.pk)
    decide(
        evidence=waiting,
        assessor=made.assessor(),
        decided_on=D(2026, 3, 9),
        met=made.codes(candidate, "2.1.2"),
        not_met=[],
        judged=made.JUDGED,
        by=BY,
    )
    new = Criterion.objects.get(unit__version=version, code="2.1.2")
    assert CriterionMet.objects.get(registration=candidate, criterion=new).from_on == D(2026, 3, 9)
    stated = {
        "registration": candidate,
        "title": "Report",
        "method": "observation",
        "submitted_on": D(2026, 3, 10),
        "names_nobody": True,
        "by": BY,
    }
    with pytest.raises(RuleBroken, match="own version"):
        log_evidence(criteria=made.codes(candidate, "2.1.1"), **stated)
    log_evidence(criteria=[new.pk], **stated)


def test_what_cannot_be_is_refused(candidate: Registration, version: QualificationVersion) -> None:
    other = made.version(made.qualification("TX"), "2030", D(2030, 1, 1))
    asked = {"registration": candidate, "reason": "New standards", "by": BY}
    for wrong, field in (
        ({"version": other, "on": MOVED}, "version"),
        ({"version": candidate.version, "on": MOVED}, "version"),
        ({"version": version, "on": D(2099, 1, 1)}, "on"),
        ({"version": version, "on": made.REGISTERED_ON}, "on"),
        ({"version": version, "on": MOVED, "reason": " "}, "reason"),
    ):
        with pytest.raises(RuleBroken) as broken:
            move_version(**{**asked, **wrong})
        assert broken.value.field == field
    move_version(version=version, on=MOVED, **asked)
    with pytest.raises(RuleBroken, match="already"):
        move_version(version=version, on=MOVED + dt.timedelta(days=1), **asked)


def test_a_move_is_undone_once_and_not_while_the_new_version_is_used(
    candidate: Registration, version: QualificationVersion
) -> None:
    move = move_version(
        registration=candidate, version=version, on=MOVED, reason="New standards", by=BY
    )
    undo_move(move=move, reason="Too early", by=BY)
    assert units_held(candidate) == {("2023", 1)}
    with pytest.raises(Conflict):
        undo_move(move=move, reason="Too early", by=BY)
    again = move_version(
        registration=candidate, version=version, on=MOVED, reason="New standards", by=BY
    )
    new = Criterion.objects.get(unit__version=version, code="2.1.2")
    log_evidence(
        registration=Registration.objects.get(pk=candidate.pk),
        title="Report",
        method="observation",
        submitted_on=MOVED,
        criteria=[new.pk],
        names_nobody=True,
        by=BY,
    )
    with pytest.raises(RuleBroken, match="names the new version"):
        undo_move(move=again, reason="Too early", by=BY)


def test_the_page_shows_what_is_lost_before_anything_is_written(
    candidate: Registration, version: QualificationVersion
) -> None:
    manager = client_for(persona("learning_manager"))
    where = reverse("assessments:move_version", args=[candidate.public_id])
    asked = {"version": version.pk, "on": "2026-03-02", "reason": "New standards"}
    page = manager.post(where, asked).content.decode()
    assert "4 now, 3 in the new version" in page
    assert "Criterion 2.1.1" in page
    assert not candidate.moves.exists()
    assert manager.post(where, {**asked, "confirmed": "yes"}).status_code == 302
    assert candidate.moves.live().get().version == version
    shown = manager.get(
        reverse("assessments:candidate", args=[candidate.public_id])
    ).content.decode()
    assert "Undo the move" in shown
    undo = reverse("assessments:undo_move", args=[candidate.public_id])
    assert manager.post(undo, {"reason": "Too early"}).status_code == 302
    assert not candidate.moves.live().exists()


def test_somebody_elsewhere_finds_nobody(candidate: Registration) -> None:
    elsewhere = client_for(persona("learning_manager", region="LON"))
    assert (
        elsewhere.get(reverse("assessments:move_version", args=[candidate.public_id])).status_code
        == 404
    )


@pytest.mark.django_db
@pytest.mark.parametrize("side", ["old", "new", "neither"])
def test_a_unit_signed_off_in_both_versions_is_claimed_once_either_is_released(side: str) -> None:
    """One unit of one criterion, which the new version replaces; signed off before and after the move."""
    assessor = made.assessor()
    candidate = made.registration(of=made.qualification("T1", units=1, criteria=1))
    made.decision(made.evidence(candidate), assessor)
    old = made.signoff(candidate, assessor)
    later = made.version(candidate.qualification, "2026", D(2026, 1, 1), units=1, criteria=1)
    with acting_as(by=BY):
        for criterion in Criterion.objects.filter(unit__version=later):
            criterion.replaces = made.codes(candidate)
            criterion.save()
    move_version(registration=candidate, version=later, on=MOVED, reason="New standards", by=BY)
    with acting_as(by=BY):
        new = UnitSignoff.objects.create(
            registration=candidate,
            unit=later.units.get(),
            effective_on=MOVED,
            signed_off_by=assessor,
        )
        derive.refresh([candidate.pk])
    centre = client_for(persona("national"))

    def is_ready() -> bool:
        return sampling.certificates(persona("national")).get(pk=candidate.pk).is_ready

    if side == "neither":
        assert not is_ready()
        with pytest.raises(RuleBroken, match="not released every unit: 1"):
            claim_certificate(registration=candidate, by=BY)
        return
    release_unit(
        signoff=old if side == "old" else new,
        released_by=quality_assurer(assured_qualifications=["T1"]),
        by=BY,
    )
    assert is_ready()
    listed = centre.get(reverse("assessments:certificates")).content.decode()
    assert candidate.person.staff_number in listed
    assert claim_certificate(registration=candidate, by=BY)
