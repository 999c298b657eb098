"""Every chart: draws any table, changes nothing but its axes, says what it shows, and stands in the table of charts."""

import inspect
import re
import warnings
from itertools import pairwise
from typing import Any, Literal

import matplotlib as mpl
import matplotlib.style  # mpl.style is not loaded with matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from plotted import KINDS, brightness, caption_of, chart, holds, table, texts_of

from spacekit import plot, stats
from spacekit.plot.frame import Placed, grey_line, notes
from spacekit.samples import sample_records

CHARTS = pytest.mark.parametrize("name", list(plot.CHARTS))
COUNTS = [name for name, entry in plot.CHARTS.items() if entry.counts]


@CHARTS
def test_the_table_of_charts_says_what_a_chart_takes(name: str) -> None:
    """Its name is public, its table comes first, and its options are all its keywords but `ax`."""
    entry = plot.CHARTS[name]
    first, *named = inspect.signature(entry.function).parameters.values()
    assert getattr(plot, name) is entry.function
    assert first.name == entry.takes
    keywords = {each.name for each in named if each.kind is each.KEYWORD_ONLY} - {"ax"}
    assert set(entry.options) == keywords
    assert ("scale" in entry.options) == bool(entry.counts)
    assert entry.shows.endswith(".")


# -- any table ---------------------------------------------------------------------------------------------------------


@CHARTS
@pytest.mark.parametrize("kind", KINDS)
def test_draws_any_table(name: str, kind: str) -> None:
    """A chart of any table is drawn without a warning, with a named axis, a caption with n, and nothing cut off."""
    ax = chart(name, kind)
    assert re.match(r"n = ", grey_line(ax))
    assert ax.get_xlabel()
    words = [
        text for text in ax.findobj(Text) if text.get_visible() and text.get_text() and not text.get_clip_on()
    ]
    room = ax.figure.bbox.padded(1.0)
    assert [text.get_text() for text in words if not holds(room, Text.get_window_extent(text))] == []


@CHARTS
def test_empty_table_says_so(name: str) -> None:
    """An empty table gives an empty chart that says that there is nothing."""
    assert "No Spaces in the table" in " ".join(texts_of(chart(name, "empty")))


@CHARTS
def test_titles_are_plain_text(name: str) -> None:
    """No text that comes from the data is read as mathematics, and each is one line of no more than 60 characters."""
    said = [text for text in chart(name, "weird").findobj(Text) if text.get_visible() and text.get_text()]
    assert all(not text.get_parse_math() for text in said if "$" in text.get_text())
    long = [text.get_text() for text in said if "word word" in text.get_text() or "aaaa" in text.get_text()]
    assert all(len(text) <= 60 and "\n" not in text for text in long if "n = " not in text)


@CHARTS
def test_wrong_table_is_refused(name: str) -> None:
    """A table without the columns raises ValueError that names them; what is not a table raises TypeError."""
    function = plot.CHARTS[name].function
    with pytest.raises(ValueError, match=r"space_id|age|started_at"):
        function(pd.DataFrame({"x": [1]}))
    with pytest.raises(TypeError):
        function(sample_records())


def test_options_that_do_not_exist_are_refused() -> None:
    """An audience, value, zone or scale that does not exist raises ValueError that names it, also for no Spaces."""
    wrong: list[tuple[str, str]] = [(name, "scale") for name in COUNTS]
    wrong += [("duration", "audience"), ("followers", "audience"), ("calendar", "value"), ("calendar", "tz")]
    for name, option in wrong:
        with pytest.raises(ValueError, match="people"):
            plot.CHARTS[name].function(table(name, "empty"), **{option: "people"})
    with pytest.raises(ValueError, match="people"):
        plot.timeline(table("timeline", "samples"), tz="people")


# -- the caption -------------------------------------------------------------------------------------------------------


@CHARTS
def test_made_up_data_is_called_so(name: str) -> None:
    """Sample data is called made up on the chart, once."""
    assert "· made-up data" in grey_line(chart(name))
    assert caption_of(chart(name)).lower().count("made-up") == 1


@CHARTS
def test_caption_says_when_it_was_fetched(name: str) -> None:
    """The grey line has the first and last day of fetching, the notes the times with their zone."""
    fetched_at, words = table(name, "samples")["fetched_at"], caption_of(chart(name))
    assert f"fetched {fetched_at.min():%Y-%m-%d} to {fetched_at.max():%Y-%m-%d}" in grey_line(chart(name))
    assert f"Fetched {fetched_at.min():%Y-%m-%d %H:%M} to {fetched_at.max():%Y-%m-%d %H:%M} UTC" in words


@CHARTS
def test_no_count_is_called_people(name: str) -> None:
    """No chart calls the counts people, unique, concurrent or a peak, but to say that they are not."""
    said = " ".join(texts_of(chart(name))).lower().replace("\n", " ")
    for word in ("concurrent", "peak", "audience size"):
        assert word not in said
    assert said.count("people") == said.count("not people")
    assert said.count("unique") == said.count("not unique")


@pytest.mark.parametrize("name", ["live_vs_replay", "replay_share", "hosts", "over_time"])
def test_caption_counts_what_is_left_out(name: str, samples: pd.DataFrame) -> None:
    """Charts that compare live and replay state each reason of exclusion with its number."""
    words = caption_of(chart(name))
    left_out = stats.exclusions(samples)
    for reason, n in zip(left_out["reason"], left_out["n"], strict=True):
        assert (f"{n} {reason}" in words) == bool(n)


# -- the frame ---------------------------------------------------------------------------------------------------------


@CHARTS
@pytest.mark.parametrize("kind", ["samples", *KINDS])
def test_every_chart_has_the_frame(name: str, kind: str) -> None:
    """A title at the left, one grey line with n, notes, two spines, and "(as X reports)" once at most."""
    ax = chart(name, kind)
    assert ax.get_title(loc="left")
    assert ax.get_title() == ""
    assert "\n" not in ax.get_title(loc="left")
    assert grey_line(ax).count("n = ") == 1
    assert notes(ax).endswith(".") or not len(table(name, kind))
    assert {side for side, spine in ax.spines.items() if spine.get_visible()} == {"left", "bottom"}
    assert " ".join(texts_of(ax)).replace("\n", " ").count("(as X reports)") <= 1


@CHARTS
@pytest.mark.parametrize("size", [(4.0, 3.0), (5.0, 3.0), (6.4, 4.8)])
@pytest.mark.parametrize("layout", ["constrained", None])
def test_nothing_overlaps(name: str, size: tuple[float, float], layout: str | None) -> None:
    """Title, grey line, legend and axes lie one above the other, in small axes too, and leave room for the data."""
    figure = Figure(figsize=size, layout=layout)
    ax = plot.CHARTS[name].function(table(name, "samples"), ax=figure.subplots())
    FigureCanvasAgg(figure).draw()
    parts = [child for child in ax.get_children() if isinstance(child, Placed)]
    legend = ax.get_legend()
    boxes = [Text.get_window_extent(part) for part in parts] + [ax.bbox]
    boxes += [legend.get_window_extent()] if legend else []
    boxes.sort(key=lambda box: float(box.y0))
    assert all(low.y1 <= high.y0 + 0.5 for low, high in pairwise(boxes))
    assert all(holds(figure.bbox.padded(1), box) for box in boxes)
    assert ax.bbox.height > (0.33 if name != "growth" else 0.2) * figure.bbox.height


# -- the axes given ----------------------------------------------------------------------------------------------------


@CHARTS
def test_changes_nothing_but_the_axes(name: str) -> None:
    """
    A chart leaves rcParams, pyplot, the table, and the other axes and the layout of a given figure alone.

    On dark axes its words contrast with the background, also when the style is over by then.
    """
    from matplotlib import pyplot as plt

    with mpl.style.context("dark_background"):
        figure = Figure(figsize=(9, 5), layout="constrained")
        ax, other = figure.subplots(1, 2)
    spaces, engine, params = table(name, "samples"), figure.get_layout_engine(), mpl.rcParams.copy()
    before = spaces.copy(deep=True)
    assert plot.CHARTS[name].function(spaces, ax=ax) is ax
    pd.testing.assert_frame_equal(spaces, before)
    assert mpl.rcParams.copy() == params
    assert plt.get_fignums() == []
    assert figure.axes == [ax, other]
    assert figure.get_layout_engine() is engine
    assert not other.has_data()
    assert tuple(figure.get_size_inches()) == (9, 5)
    words = [ax.xaxis.label, *(child for child in ax.get_children() if isinstance(child, Placed))]
    behind = brightness(figure.get_facecolor())
    assert [word for word in words if abs(brightness(word.get_color()) - behind) < 0.25] == []


def test_takes_a_figure_without_layout_engine() -> None:
    """In a plain figure of several axes, all that belongs to a chart stays in the figure and off the other charts."""
    figure = Figure(figsize=(11, 8))
    for name, ax in zip(
        ("audience", "live_vs_replay", "replay_share", "calendar"), figure.subplots(2, 2).flat, strict=True
    ):
        plot.CHARTS[name].function(table(name, "samples"), ax=ax)
    FigureCanvasAgg(figure).draw()
    boxes = [ax.get_tightbbox() for ax in figure.axes]
    for place, box in enumerate(boxes):
        assert box is not None
        assert holds(figure.bbox, box)
        assert not any(box.overlaps(following) for following in boxes[place + 1 :])


def test_many_charts_in_a_row_do_not_warn() -> None:
    """A script may draw any number of charts: no figure stays in pyplot, which would warn of many."""
    from matplotlib import pyplot as plt

    with mpl.rc_context({"figure.max_open_warning": 1}):
        for _ in range(3):
            plot.replay_share(table("replay_share", "one"))
    assert plt.get_fignums() == []


@CHARTS
def test_keywords_go_to_matplotlib(name: str) -> None:
    """A keyword of the named method changes its artists, also under an alias of what the chart sets itself."""
    given = {"ec": "#123456"} if name == "calendar" else {"color": "#123456", "lw": 3}
    ax = plot.CHARTS[name].function(table(name, "samples"), **given)
    shown = {mpl.colors.to_hex(colour) for artist in ax.findobj() for colour in colours_of(artist)}
    assert "#123456" in shown


def colours_of(artist: Any) -> list[Any]:
    """Return the colours of lines, faces and edges of an artist."""
    found: list[Any] = []
    for getter in ("get_color", "get_facecolor", "get_edgecolor"):
        colour = getattr(artist, getter, list)()
        single = isinstance(colour, str) or (np.ndim(colour) == 1 and len(colour))
        found += [colour] if single else list(colour)
    return found


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_scaled_as_asked(name: str, scale: Literal["linear", "log"]) -> None:
    """The axes of counts are as asked; a logarithmic one may have a place for 0."""
    ax = plot.CHARTS[name].function(table(name, "samples"), scale=scale)
    axes = {"both": "xy"}.get(plot.CHARTS[name].counts, plot.CHARTS[name].counts)
    assert {getattr(ax, f"get_{axis}scale")().removeprefix("sym") for axis in axes} == {scale}


@CHARTS
@pytest.mark.parametrize("option", [{}, {"by": "host"}, {"audience": "replay"}, {"value": "share"}], ids=str)
def test_a_warning_of_ages_names_the_chart(name: str, option: dict[str, str], samples: pd.DataFrame) -> None:
    """It begins with what was called, and comes once, whatever function of `stats` the chart asks."""
    entry = plot.CHARTS[name]
    if entry.takes != "spaces" or not option.keys() <= set(entry.options):
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        entry.function(samples, **option)
    assert [str(each.message).split(":")[0] for each in caught] in ([], [name])
