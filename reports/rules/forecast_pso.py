"""What training does to the PSO posts of a region: learners hold them until they become officers or leave."""

from __future__ import annotations

import numpy as np

from reports.rules.forecast_draws import Size, TrainingDraws
from reports.rules.forecast_learning import Numbers
from reports.rules.forecast_posts import Flows, Luck
from reports.rules.forecast_qualifying import Trainees


def trainee_flows(trainees: Trainees, qualifying: Numbers, luck: Luck) -> Flows:
    """Learners who start from outside come; those who qualify go, and so do those who withdraw and leave the Service.

    Whoever withdraws and returns to a PSO post, or holds one when they start, neither comes nor goes.
    """
    ahead = trainees.on_programme()
    size, draws = trainees.size, trainees.draws
    withdrawn = sum((one.withdrawn for one in ahead), np.zeros(size.months)) * draws.left_service
    few = np.maximum(withdrawn, 0)[
        :, None
    ]  # what is left of nobody may fall short of 0 by a rounding
    leaving = luck.come(np.repeat(few, size.runs, axis=1))
    return Flows(
        coming=_starting(trainees, draws, size, luck),
        qualifying=qualifying.T.astype(np.int64),
        withdrawing=leaving,
        kept=sum((one.heads.sum(0) for one in ahead), np.zeros(size.months)),
    )


def _starting(trainees: Trainees, draws: TrainingDraws, size: Size, luck: Luck) -> Numbers:
    """People from outside who start, by month and run."""
    found = None
    for group in trainees.groups:
        if group.starts_in is None or group.starts_in > size.months:
            continue
        filled = draws.filled[min((group.starts_in - 1) // 12, size.years - 1)]
        people = np.full(size.runs, group.heads)
        started = luck.taken(people, np.clip(filled * (1 - group.already_pso), 0, 1))
        if found is None:
            found = np.zeros((size.months, size.runs), dtype=started.dtype)
        found[group.starts_in - 1] += started
    return np.zeros((size.months, size.runs), dtype=np.int64) if found is None else found
