"""How long those who withdrew had been on the programme, by the region and pathway of their start."""

from __future__ import annotations

from math import floor

from reports.figures.asking import Question, Row
from reports.figures.numbers import DAYS_IN_MONTH, percent
from reports.figures.starters import starters

#: Bands with the last day of each from the start, a month being of 30.4375 days, as in `attrition`: the points of its curves
#: and the bounds of these bands are the same days. What is longer is `later`.
BANDS = {
    "week": 7,
    "month": floor(DAYS_IN_MONTH),
    "3_months": floor(3 * DAYS_IN_MONTH),
    "6_months": floor(6 * DAYS_IN_MONTH),
    "12_months": floor(12 * DAYS_IN_MONTH),
    "18_months": floor(18 * DAYS_IN_MONTH),
}
LATER = "later"


def band_of(days: str) -> str:
    """Return SQL of the band for an SQL expression of days on the programme."""
    whens = " ".join(f"WHEN {days} <= {last} THEN '{band}'" for band, last in BANDS.items())
    return f"CASE {whens} ELSE '{LATER}' END"


ANSWER = f"""
SELECT k.region, k.pathway, k.band, k.withdrawn, k.left_service, t.starters, t.of_region
FROM (
    SELECT by_region AS region, by_pathway AS pathway, {band_of("ended_on - start_date")} AS band,
        min(region_order) AS region_order, min(pathway_order) AS pathway_order, min(ended_on - start_date) AS shortest,
        count(*)::integer AS withdrawn, (count(*) FILTER (WHERE destination = 'left_service'))::integer AS left_service
    FROM starters WHERE status = 'withdrawn' GROUP BY 1, 2, 3
) k JOIN (
    SELECT by_region AS region, by_pathway AS pathway, count(*)::integer AS starters,
        (sum(count(*)) OVER (PARTITION BY by_region))::integer AS of_region
    FROM starters GROUP BY by_region, by_pathway
) t ON t.region = k.region AND t.pathway = k.pathway
ORDER BY k.region_order, k.region, k.pathway_order, k.pathway, k.shortest
"""


def tenure_of_leavers(question: Question) -> list[Row]:
    """Return a row for each region, pathway and band in which anybody withdrew, in this order.

    `starters` are those of the region and pathway, `of_region` those of the region.
    """
    query = starters(question, ["region", "pathway"], destination=True)
    return [
        row | {"share_of_starters": percent(row["withdrawn"], row["starters"])}
        for row in query.rows(ANSWER)
    ]
