"""Made-up content for the gallery: a learner's line of time, a progress map, charts."""

from __future__ import annotations

from datetime import date
from typing import Any

from pqip.govuk.axis import Axis, Mark, Span, Strand
from pqip.govuk.charts import BarChart, Curve, LineChart, Series
from pqip.govuk.pages import Fact, Identity, Tag
from pqip.govuk.progress import Criterion, Evidence, ProgressMap, Unit
from pqip.govuk.tables import Column, Table

WELSH = "Gwenllian Angharad Llanfairpwllgwyngyll-Pendragon"


def an_identity() -> Identity:
    facts = [
        Fact("Staff number", "84512207"),
        Fact("Pathway", "PQiP 21 months"),
        Fact("Region", "Wales / Cymru"),
        Fact("PDU", "Swansea Neath Port-Talbot"),
    ]
    return Identity(WELSH, facts, [Tag("Active", "green"), Tag("Behind", "yellow")])


def an_axis() -> Axis:
    strands = [
        Strand(
            "University",
            [
                Span("Level 5 modules", date(2025, 9, 1), date(2026, 3, 31), "done"),
                Span("Level 6 modules", date(2026, 4, 1), date(2027, 5, 1), "now"),
            ],
        ),
        Strand(
            "Vocational",
            [Span("VQ5", date(2026, 9, 1), date(2027, 6, 1), "now")],
            [
                Mark("Unit 1 signed off", date(2026, 10, 9), True),
                Mark("Unit 4 due", date(2027, 1, 20)),
            ],
        ),
        Strand(
            "Role training",
            marks=[Mark("Risk", date(2025, 11, 1), True), Mark("Safeguarding", date(2027, 2, 2))],
        ),
        Strand("Placements", [Span("Court", date(2027, 1, 4), date(2027, 2, 19))]),
        Strand("Breaks", [Span("Break", date(2026, 5, 1), date(2026, 6, 30), "break")]),
    ]
    return Axis(strands, date(2025, 9, 1), date(2027, 6, 1), date(2026, 11, 23))


def a_map() -> ProgressMap:
    evidence = [Evidence(f"e{n}", f"E{n}", f"Piece of evidence {n}", "#") for n in range(1, 9)]
    kinds = ["met", "not", "waiting", "countersign", "returned", ""]
    criteria = [
        Criterion(
            f"1.{n}",
            "Explain how the assessment of risk informs the plan agreed",
            {f"e{i}": kinds[(n + i) % 6] for i in range(1, 9)},
            n % 3 == 0,
        )
        for n in range(1, 6)
    ]
    return ProgressMap(
        "Criteria and evidence",
        evidence,
        [
            Unit("Unit 1: Assess and plan", criteria, "2 of 5 criteria met"),
            Unit("Unit 2: Work with others", criteria[:2]),
        ],
    )


def charts() -> dict[str, Any]:
    labels = ["North East", "Wales / Cymru", "Kent, Surrey and Sussex"]
    table = Table(
        "Learners by progress",
        [Column("Region"), Column("On track", numeric=True), Column("Behind", numeric=True)],
        [(label, 40 + n, 12) for n, label in enumerate(labels)],
        caption_size="s",
    )
    words = {
        "subtitle": "Active learners by region, 31 October 2026",
        "description": "Three regions; Kent, Surrey and Sussex has the most.",
        "source": "records of this service",
    }
    curve = [(0.0, 100.0), (3.0, 98.2), (6.0, 95.0), (9.0, 91.4), (12.0, 88.0), (18.0, 84.1)]
    return {
        "one": BarChart(
            "Kent, Surrey and Sussex has the most learners",
            labels=labels,
            series=[Series("Learners", [52, 61, 184])],
            table=table,
            **words,
        ),
        "beside": BarChart(
            "Most learners are on track in every region",
            labels=labels,
            series=[Series("On track", [40, 41, 140]), Series("Behind", [12, 20, None])],
            **words,
        ),
        "stacked": BarChart(
            "Needs action is below 10% in every region",
            labels=labels,
            stacked=True,
            unit="%",
            series=[
                Series("On track", [70, 60, 80]),
                Series("Behind", [22, 31, 15]),
                Series("Needs action", [8, 9, 5]),
            ],
            **words,
        ),
        "lines": LineChart(
            "84% of learners had stayed after 18 months",
            unit="%",
            highest=100,
            x_label="Months on the programme",
            x_ticks=[(n, str(n)) for n in (0, 3, 6, 9, 12, 18)],
            curves=[
                Curve(
                    "21 months",
                    curve,
                    [y - 4 for _, y in curve],
                    [min(100, y + 3) for _, y in curve],
                    True,
                ),
                Curve("15 months", [(x, y - 3) for x, y in curve], step=True),
            ],
            **words,
        ),
    }
