"""Charts drawn on the server: the geometry here, the SVG in `templates/govuk/charts/`.

At most four categories, in the Government Analysis Function's colours and order; bars start at zero; every chart carries
a title that states its finding, a description for those who do not see it, and its table beneath.
"""

from pqip.govuk.charts.bars import BarChart
from pqip.govuk.charts.base import COLOURS, INK, Chart, Series, colours, scale
from pqip.govuk.charts.lines import Curve, LineChart

__all__ = ["COLOURS", "INK", "BarChart", "Chart", "Curve", "LineChart", "Series", "colours", "scale"]
