"""Charts: zero base, four categories at most, readable colours, a title and words for those who do not see them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from pqip.govuk.charts import COLOURS, INK, BarChart, Curve, LineChart, Series, colours, scale
from tests.govuk.content import a_map, an_axis, charts


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two `#rrggbb` colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def shown(chart: object) -> str:
    return engines["jinja2"].from_string("{{ ui.chart(chart) }}").render({"chart": chart})


WORDS = {"subtitle": "s", "description": "d"}


def test_a_fifth_category_is_refused():
    with pytest.raises(ValueError, match="at most 4"):
        colours(5)


def test_colours_stand_out_from_paper_and_carry_their_ink():
    for colour in COLOURS:
        assert contrast(colour, "#ffffff") >= 3
        assert contrast(colour, INK[colour]) >= 4.5


@given(st.floats(min_value=0.001, max_value=1e7))
def test_the_scale_starts_at_zero_and_holds_the_highest(highest):
    ticks = scale(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * 0.999
    assert 2 <= len(ticks) <= 7


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [(1, [0, 1]), (2, [0, 1, 2]), (9, [0, 2, 4, 6, 8, 10]), (11, [0, 3, 6, 9, 12])],
)
def test_what_is_counted_is_measured_in_whole_numbers(highest, ticks):
    assert scale(highest, whole=True) == ticks


def test_a_bar_is_as_long_as_its_value():
    chart = BarChart("t", **WORDS, labels=["a", "b"], series=[Series("n", [50, 100])])
    short, long = chart.bars
    assert long.width == pytest.approx(short.width * 2, abs=0.2)


def test_no_value_is_said_not_drawn():
    assert "not shown" in shown(BarChart("t", **WORDS, labels=["a"], series=[Series("n", [None])]))


@pytest.mark.parametrize("name", charts())
def test_every_chart_says_what_it_shows(name):
    chart = charts()[name]
    html = shown(chart)
    assert 'role="img"' in html
    assert f'<title id="{chart.uid}-svg">{chart.title}</title>' in html
    assert f">{chart.description}</desc>" in html
    assert "style=" not in html


def test_names_of_lines_do_not_cover_each_other():
    curves = [Curve(str(n), [(0, 100), (12, 90 - n / 10)]) for n in range(4)]
    ys = sorted(path.y for path in LineChart("t", **WORDS, curves=curves, highest=100).paths)
    assert all(b - a >= 16 for a, b in pairwise(ys))


def test_a_band_lies_between_its_limits():
    path = LineChart(
        "t", **WORDS, highest=100, curves=[Curve("c", [(0, 50), (1, 40)], [45, 35], [55, 45], True)]
    ).paths[0]
    assert path.band.endswith("Z")
    assert path.d.startswith("M")


def test_the_line_of_time_in_words():
    axis = an_axis()
    assert "today is 23 November 2026" in axis.description
    vocational = "Vocational: VQ5 1 September 2026 to 1 June 2027 (under way); Unit 1 signed off 9 October 2026 (done)"
    assert vocational in axis.description


def test_the_progress_map_has_words_for_every_letter():
    html = engines["jinja2"].from_string("{{ ui.progress_map(map) }}").render({"map": a_map()})
    assert len(re.findall(r'<abbr title="[a-z ]+">', html)) > 30
    assert 'scope="row"' in html


def test_an_axis_has_no_decimals_where_its_numbers_are_whole():
    tenths = LineChart("t", curves=[Curve("a", [(0.0, 0.0), (1.0, 41.7)])], places=1, **WORDS)
    assert [one.text for one in tenths.y_ticks] == ["0", "10", "20", "30", "40", "50"]
    few = LineChart("t", curves=[Curve("a", [(0.0, 0.0), (1.0, 1.2)])], places=2, **WORDS)
    assert [one.text for one in few.y_ticks] == ["0.00", "0.25", "0.50", "0.75", "1.00", "1.25"]
    bars = BarChart("t", labels=["x"], series=[Series("a", [4.2])], places=1, **WORDS)
    assert [one.text for one in bars.ticks] == ["0", "1", "2", "3", "4", "5"]


def test_on_a_phone_lines_are_as_wide_as_it_and_named_in_a_key() -> None:
    """Of six months as many are named as fit; both pictures have every name, and the narrow one beside no line."""
    months = [(float(at), f"Month {at}") for at in (1, 12, 24, 36, 48, 60)]
    curves = [Curve(name, [(1.0, 90.0), (60.0, 95.0)]) for name in ("In post", "Target", "What if")]
    chart = LineChart("t", curves=curves, x_ticks=months, highest=100, **WORDS)
    narrow = chart.narrow
    assert [tick.text for tick in chart.ticks] == [text for _, text in months]
    assert [tick.text for tick in narrow.ticks] == ["Month 1", "Month 24", "Month 48"]
    assert narrow.uid != chart.uid
    for each in (chart, narrow):
        spots = [float(one) for path in each.paths for one in re.findall(r"[ML]([\d.]+) ", path.d)]
        assert each.LEFT <= min(spots) <= max(spots) <= each.right <= each.width
    shown = engines["jinja2"].from_string("{{ ui.chart(one) }}").render({"one": chart})
    wide, small = shown.split("app-chart__narrow", 1)
    for name in ("In post", "Target", "What if"):
        assert (f"</svg>{name}</li>" in small, f">{name}</text>" in small) == (True, False)
        assert f">{name}</text>" in wide
