"""Reference data of the workforce: places, grades, workload reductions, equality options and bank holidays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from govuk_bank_holidays.bank_holidays import BankHolidays

from pqip.core.reference import Kind, file, register

HERE = Path(__file__).parent


def bank_holidays() -> Iterator[Mapping[str, str]]:
    """Yield bank holidays of England and Wales from the list in the library; nothing is downloaded."""
    for holiday in BankHolidays(use_cached_holidays=True).get_holidays(
        division=BankHolidays.ENGLAND_AND_WALES
    ):
        yield {"date": holiday["date"].isoformat(), "name": holiday["title"]}


register(
    Kind(
        "universities",
        "Universities",
        "university",
        "workforce.University",
        ("name",),
        ("name",),
        file(HERE / "universities.csv"),
        "The programme's recruitment site (S4).",
    ),
    Kind(
        "regions",
        "Regions",
        "region",
        "workforce.Region",
        ("code",),
        ("code", "name", "welsh_name", "ndelius_code", "order"),
        file(HERE / "regions.csv"),
        "The Ministry of Justice's open code (W42a). National stands for national figures only.",
    ),
    Kind(
        "region-universities",
        "Universities by region",
        "region’s university",
        "workforce.RegionUniversity",
        ("region", "effective_on"),
        ("region", "university", "effective_on", "source", "assumed"),
        file(HERE / "region_universities.csv"),
        "The programme's recruitment site (S4). Contracts last three years (S3 §3.5).",
    ),
    Kind(
        "pdus",
        "Probation delivery units",
        "probation delivery unit",
        "workforce.Pdu",
        ("code",),
        ("region", "code", "name", "covers", "opened_on", "closed_on"),
        file(HERE / "pdus.csv"),
        "The Ministry of Justice's open code (W42a): the list one service uses, not a gazetted one.",
    ),
    Kind(
        "grades",
        "Grades",
        "grade",
        "workforce.Grade",
        ("code",),
        ("code", "name", "band", "order"),
        file(HERE / "grades.csv"),
        "S3 Annexe 1 and §4.2. A blank band is not published.",
    ),
    Kind(
        "essential-qualifications",
        "Posts that need the PO qualification",
        "grade that needs the qualification",
        "workforce.EssentialQualification",
        ("grade", "function", "effective_on"),
        ("grade", "function", "effective_on", "is_essential", "source", "assumed"),
        file(HERE / "essential_qualifications.csv"),
        "S3 §3.8; W45: being on the register is asked of posts for which the qualification is essential. Which, is assumed.",
    ),
    Kind(
        "workload-reductions",
        "Workload reductions",
        "workload reduction",
        "workforce.WorkloadReduction",
        ("name", "effective_on"),
        ("name", "category", "percent", "is_maximum", "months", "effective_on", "source"),
        file(HERE / "workload_reductions.csv"),
        "The workload measurement tool's own settings (W42b).",
    ),
    Kind(
        "records-complete",
        "Records declared complete",
        "declaration",
        "workforce.RecordsComplete",
        ("region", "grade"),
        ("region", "grade", "effective_on", "ended_on"),
        list,
        "Each region says from when every post of a grade is on record here. None ships with the project.",
    ),
    Kind(
        "equality-options",
        "Equality answers",
        "equality answer",
        "workforce.EqualityOption",
        ("question", "code"),
        ("question", "code", "label", "broad_group", "is_reference", "order"),
        file(HERE / "equality_options.csv"),
        "Harmonised lists (W37). Age bands as the Ministry published them in 2009 (W43d).",
    ),
    Kind(
        "bank-holidays",
        "Bank holidays",
        "bank holiday",
        "workforce.BankHoliday",
        ("date",),
        ("date", "name"),
        bank_holidays,
        "GOV.UK, as kept in the govuk-bank-holidays library of this release.",
    ),
)
