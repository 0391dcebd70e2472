"""W8: the supply forecast of officers, 12 regions, 60 months, 10,000 runs, worked out anew; beside it the same by hand."""

from __future__ import annotations

import datetime as dt

from reports.rules.forecast import forecast
from reports.rules.forecast_answers import Forecast
from reports.rules.forecast_inputs import (
    LATE_PLACES,
    MONTHS,
    PROGRAMME_BANDS,
    WAIT_PLACES,
    Experience,
    Grade,
    Inputs,
    Intake,
    Learners,
    PathwayPast,
    Region,
    Target,
    TrainingPast,
)
from tools.bench.limits.forecast import by_hand
from tools.bench.measuring import Target as Reach
from tools.bench.measuring import Workload

#: Officers by region, about those published; learners and places follow from them.
OFFICERS = (190, 300, 330, 360, 410, 440, 470, 480, 500, 560, 640, 760)
LENGTHS = {"PQIP15": 15, "PQIP21": 21, "PQIP27": 27}
YEARS = 5
EVERY = 6  # months between intakes
AT = (11, 23, 35, 59)
NEAR, NEAR_HEADS = 0.015, 3.0


def supply() -> Workload:
    """Nothing is kept: the same question is answered anew each time. Both must come to the same medians, within chance."""
    inputs = Inputs(dt.date(2026, 10, 31), tuple(map(region, range(len(OFFICERS)))))
    reference = medians(forecast(inputs))
    agrees = lambda given: [  # noqa: E731
        abs(one - other) <= NEAR * other + NEAR_HEADS
        for one, other in zip(given, reference, strict=True)
    ]
    return Workload(
        "W8 forecast, 12 regions",
        Reach(ratio=2, within_ms=1000),
        lambda: forecast(inputs),
        lambda: by_hand(inputs),
        seen=lambda given: agrees(medians(given)),
        known=lambda given: agrees([row[at] for row in given for at in AT]),
    )


def medians(found: Forecast) -> list[float]:
    return [place.months[at].in_post_median for place in found.regions for at in AT]


def region(number: int) -> Region:
    """A region with five years of experience, learners from every intake still running, and two intakes a year to the end."""
    officers = OFFICERS[number]
    places = round(officers / 32)
    heads = tuple(round(officers * part) for part in (0.14, 0.12, 0.18, 0.26, 0.3))
    return Region(
        f"R{number:02}",
        learners=tuple(_learners(places)),
        intakes=tuple(
            Intake(pathway, month, places, months)
            for pathway, months in LENGTHS.items()
            for month in range(3, MONTHS + 1, EVERY)
        ),
        training=_training(places),
        grades=(
            Grade(
                "PO",
                heads,
                tuple(one * 0.93 for one in heads),
                tuple(_rate(0.0072, one * 12) for one in heads),
                (("SPO", _rate(0.002, officers * 12)),),
                _rate(0.0007, officers * 12, of=12.0),
                (Target(0, officers * 0.95), Target(18, float(officers))),
            ),
        ),
    )


def _learners(places: int) -> list[Learners]:
    found = []
    for pathway, months in LENGTHS.items():
        for on in range(3, months + 6, EVERY):
            left = places if on <= months else places // 5
            found.append(Learners(pathway, on, months - on, False, max(left - on // 6, 1)))
        found.append(Learners(pathway, 9, months - 9, True, 1))
    return found


def _training(places: int) -> TrainingPast:
    done = places * len(LENGTHS) * YEARS * 2
    late = tuple(round(done * 0.4 * 0.7 ** abs(at - 3)) for at in range(LATE_PLACES))
    return TrainingPast(
        pathways=tuple(
            PathwayPast(pathway, tuple(_rate(0.012, places * 15.0) for _ in PROGRAMME_BANDS))
            for pathway in LENGTHS
        ),
        completed_late=late,
        still_there=(0, 0, 0, *(1,) * 6, *(0,) * (LATE_PLACES - 9)),
        breaks_begun=_rate(0.004, places * 100.0),
        breaks_ended=_rate(0.13, places * 4.0),
        filled=_rate(0.92, places * 6.0),
        accepted=_rate(0.95, places * 5.0),
        moved=_rate(0.05, places * 5.0),
        received=round(done * 0.05),
        months_to_post=(done // 3, done // 3, done // 6, *(0,) * (WAIT_PLACES - 3)),
        waiting=(2, 1, *(0,) * (WAIT_PLACES - 2)),
    )


def _rate(rate: float, exposure: float, *, of: float | None = None) -> Experience:
    """The same in each of the years; `of`: what stands as exposure, where that is not what the events come from."""
    return Experience((round(rate * exposure),) * YEARS, (exposure if of is None else of,) * YEARS)
