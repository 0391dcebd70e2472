"""What the supply forecast takes for granted where nothing was seen anywhere, and how far regions and years differ.

Each is *assumed*, or from a published figure, as `said` says. What a nation has seen replaces the first at once, and the spreads
by as much as its counts tell of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.rules.forecast_inputs import LATE_PLACES, WAIT_PLACES


@dataclass(frozen=True)
class Usual:
    """A rate a month, or a share, where there is no experience. `said`: what it is and where it comes from."""

    value: float
    said: str


USUAL = {
    "withdrawn": Usual(
        0.0125, "One in five withdraws over 18 months: the highest cohorts reported (S3 §1.1)."
    ),
    "left": Usual(0.0068, "7.8% of officers in a year (S3 §1.1)."),
    "promoted": Usual(0.002, "Assumed: about one in forty officers a year."),
    "joined": Usual(
        0.0007, "46 officers joined or rejoined in a year, of 5,436 in post (S3 §2.7, §1.1)."
    ),
    "breaks_begun": Usual(0.004, "Assumed: about one learner in twenty a year."),
    "breaks_ended": Usual(0.12, "Assumed: a break of about eight months."),
    "filled": Usual(0.9, "Assumed: nine of ten places planned are started."),
    "accepted": Usual(0.95, "Assumed: 19 of 20 who qualify take an officer post."),
    "moved": Usual(0.0, "Assumed: nobody takes a post in another region."),
    "part_time": Usual(0.05, "Assumed: one starter in twenty."),
    "left_service": Usual(0.6, "12 of the 20 per hundred who withdrew left the Service (S3 §1.1)."),
    "completed_late": Usual(0.5, "Assumed: half complete in the month of the planned end."),
    "months_to_post": Usual(0.4, "Assumed: four in ten of those waiting begin each month."),
}
#: The chance, in each month from 3 early to 20 late, that a learner still there completes. Assumed.
COMPLETING = (0.02, 0.02, 0.05, USUAL["completed_late"].value, *(0.25,) * (LATE_PLACES - 4))
#: The chance in each month from that of completing on that somebody who takes a post begins in it. Assumed.
BEGINNING = (USUAL["months_to_post"].value,) * WAIT_PLACES

#: Squared relative spreads, assumed until counts say otherwise: of a rate between regions; between the bands of a region beyond
#: its own level; from year to year, of the nation as a whole and of each region beside it.
BETWEEN_REGIONS, BETWEEN_BANDS, NATIONAL_YEARS, REGIONAL_YEARS = 0.25**2, 0.2**2, 0.1**2, 0.1**2
#: Bounds of every such spread: 2% and 100%.
LEAST_SPREAD, MOST_SPREAD = 0.02**2, 1.0
#: Correlations, assumed likewise, of a share: within a region beside the nation, and within a year of a region.
ALIKE_IN_REGION, ALIKE_IN_YEAR = 0.02, 0.02
LEAST_ALIKE, MOST_ALIKE = 0.0005, 0.5
#: How many events what is assumed of a rate weighs beside what was seen; how many people or places, of a share.
WEIGHT = 2.0
