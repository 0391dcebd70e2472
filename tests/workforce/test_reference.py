"""What ships is loaded as often as one likes, and what a person changed stays as they left it."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.models import Criterion, Qualification, Unit
from learners.models import Course, Pathway, PathwayTiming, Reason
from pqip.core.acting import Job, acting_as
from pqip.core.ledger import supersede, void
from pqip.core.reference import kinds
from pqip.core.reference_loading import KNOWN_BEFORE, load_all, names_of
from tests.factories.workforce import user
from workforce.models import BankHoliday, Grade, Pdu, Region, RegionUniversity

pytestmark = pytest.mark.django_db


def test_what_ships_is_there() -> None:
    assert Region.objects.count() == 13
    assert Pdu.objects.count() == 109
    assert list(Grade.objects.values_list("code", flat=True)) == [
        "PSO",
        "PO",
        "SPO",
        "PTA",
        "SPTA",
        "VQ3A",
        "QDO",
        "CA",
        "OTHER",
    ]
    assert Course.objects.count() == 27
    assert list(
        Unit.objects.filter(version__qualification__code="VQ5").values_list("number", flat=True)
    ) == [1, 2, 3, 4, 5, 6]
    assert Criterion.objects.filter(unit__version__qualification__code="VQ5").count() == 36
    assert BankHoliday.objects.filter(date=dt.date(2026, 12, 25)).exists()
    assert Reason.objects.filter(reason_set__from_date=dt.date(2023, 4, 1)).count() == 11


def test_what_the_first_load_brings_was_known_before_anything_is_recorded() -> None:
    """So history that is loaded as recorded years ago has pathways with a length, and bank holidays, at every moment known."""
    shipped = PathwayTiming.objects.live()
    assert set(shipped.values_list("recorded_at", flat=True)) == {KNOWN_BEFORE}
    assert not shipped.filter(loaded_at=None).exists(), "the real time of loading is kept beside"
    row = shipped.first()
    with acting_as(by=Job("reference")):
        void([row], by=Job("reference"), reason="As if a newer release had changed it")
    load_all()
    again = PathwayTiming.objects.live().get(
        pathway=row.pathway, mode=row.mode, effective_on=row.effective_on
    )
    assert again.recorded_at > KNOWN_BEFORE + dt.timedelta(days=365 * 100)


def test_every_region_but_the_national_figure_has_a_university() -> None:
    today = dt.date(2026, 1, 1)
    taught = {
        region.code: str(RegionUniversity.for_region(region, today))
        for region in Region.objects.exclude(code="NAT")
    }
    assert taught["LON"] == "University of Portsmouth"
    assert taught["NE"] == "Sheffield Hallam University"
    assert "None" not in taught.values()


@pytest.mark.parametrize(
    ("code", "mode", "start", "months", "opens"),
    [
        ("PQIP15", "full_time", dt.date(2024, 9, 1), 15, 6),
        ("PQIP15", "full_time", dt.date(2020, 9, 1), 15, 2),
        ("PQIP21", "full_time", dt.date(2024, 9, 1), 21, 12),
        ("PQIP21", "part_time", dt.date(2024, 9, 1), 30, None),
        ("PQIP27", "full_time", dt.date(2024, 9, 1), 27, 18),
        ("PQIP27", "part_time", dt.date(2024, 9, 1), None, None),
        ("PQIP13", "full_time", dt.date(2021, 9, 1), 13, 4),
    ],
)
def test_timing_of_a_pathway_depends_on_when_one_starts(
    code: str, mode: str, start: dt.date, months: int, opens: int
) -> None:
    rows = (
        PathwayTiming.objects.live()
        .filter(pathway__code=code, mode=mode)
        .as_at(start)
        .order_by("-effective_on")
    )
    assert (rows[0].months, rows[0].assessment_start_months) == (months, opens)


def test_a_second_load_changes_nothing() -> None:
    assert all((done.new, done.changed) == (0, 0) for done in load_all().values())


def test_a_load_takes_as_many_queries_at_any_number_of_rows(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(9 * len(kinds)):
        load_all()


def test_what_ships_differently_is_changed() -> None:
    with acting_as(by=Job("reference")):
        Grade.objects.filter(code="PO").update(name="An older name")
    timing = PathwayTiming.objects.live().filter(pathway__code="PQIP15").first()
    supersede(timing, by=Job("reference"), reason="An older release", months=14)
    done = load_all()
    assert (done["grades"].changed, done["pathway-timings"].changed) == (1, 1)
    assert Grade.objects.get(code="PO").name == "Probation officer"
    assert not PathwayTiming.objects.live().filter(months=14).exists()


def test_what_a_person_changed_stays() -> None:
    somebody = user("administrator")
    with acting_as(by=somebody):
        Grade.objects.filter(code="PO").update(band="4a")
    timing = PathwayTiming.objects.live().filter(pathway__code="PQIP15").first()
    supersede(timing, by=somebody, reason="The service said so", months=16)
    done = load_all()
    assert (done["grades"].kept, done["pathway-timings"].kept) == (1, 1)
    assert Grade.objects.get(code="PO").band == "4a"
    assert PathwayTiming.objects.live().filter(months=16).count() == 1


def test_rows_are_named_by_their_keys() -> None:
    assert (
        names_of(Unit)["VQ5/2023/3"]
        == Unit.objects.get(version__qualification__code="VQ5", number=3).pk
    )
    assert set(names_of(Pathway)) == {"PQIP13", "PQIP15", "PQIP21", "PQIP27"}
    assert set(names_of(Qualification)) == {"VQ5", "VQ3", "TAQA3"}
