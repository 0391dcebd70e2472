"""Charts drawn on the server: the geometry is here, the SVG in `templates/components/charts.html`.

At most four categories, in the Government Analysis Function's colours and order. Bars start at zero. Every chart has a
title that states its finding, a description for those who do not see it, and its table below.
"""

from pqip.govuk.charts.bars import BarChart
from pqip.govuk.charts.base import COLOURS, INK, Chart, Series, colours, scale
from pqip.govuk.charts.lines import Beneath, Curve, LineChart
from pqip.govuk.charts.multiples import Multiples, Panel

__all__ = [
    "COLOURS",
    "INK",
    "BarChart",
    "Beneath",
    "Chart",
    "Curve",
    "LineChart",
    "Multiples",
    "Panel",
    "Series",
    "colours",
    "scale",
]
