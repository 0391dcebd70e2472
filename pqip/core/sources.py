"""The published documents on which reference data and rules are based, by the code with which they are cited, such as `S3
§2.4`.
"""

from __future__ import annotations

import re

SOURCES = {
    "S1": "Ministry of Justice, process evaluation of the PSO progression pilot, executive summary (January 2023)",
    "S2": "Skills for Justice, case study on training practice tutor assessors (August 2020 to April 2023)",
    "S3": "HM Inspectorate of Probation, thematic inspection of recruitment, training and retention (January 2025)",
    "S4": "About the PQiP training programme, the recruitment site's own page",
    "W17b": "Written parliamentary question 87784 and its answer",
    "W24": "Prison and probation jobs: how to apply, and probation officer training",
    "W25b": "Train to be a probation officer: questions and answers, 2019 to 2020",
    "W25c": "Train to be a probation officer: questions and answers, 2022 and after",
    "W25d": "Train to be a probation officer: apply, PQiP 14",
    "W25e": "Train to be a probation officer: register your interest",
    "W27": "HMPPS welcome hub, different routes to become a PQiP (25 May 2022)",
    "W30a": "SFJ Awards, news of its probation qualifications",
    "W30b": "SFJ Awards, handbook Assessing Competence and Vocational Achievement (version 9, June 2018)",
    "W32a": "Skills for Justice, consultation on the level 3 diploma (December 2016)",
    "W34a": "Liverpool John Moores University, course page of the BA (Hons) Community Justice",
    "W34b": "Liverpool John Moores University, course page of the Graduate Diploma in Community Justice",
    "W34g": "University of Portsmouth, on its BA (Hons) and Graduate Diploma in Community Justice",
    "W37": "GOV.UK Design System, patterns for equality information and dates",
    "W42a": "Ministry of Justice, open code of the approved premises service, regions and probation delivery units",
    "W42b": "Ministry of Justice, open code of the workload measurement tool, workload reductions",
    "W43d": "Hansard, 15 January 2009, equality of the Ministry's staff",
    "W45": "Probation Journal, on the professional register (doi 10.1177/02645505251323137)",
}
CODE = re.compile(r"\b([SW]\d{1,2}[a-z]?)\b")


def cited(text: str) -> set[str]:
    """Return the codes of the sources that a text cites."""
    return set(CODE.findall(text))
