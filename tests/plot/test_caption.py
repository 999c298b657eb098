"""The caption: wrapped to its axes, and true about times and made-up data."""

from itertools import product

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from plotted import caption_of

from spacekit import plot, stats
from spacekit.plot import caption

WORDS = "Some words that are to stand below the chart, and more of them. "


def test_spans_stay_on_one_line(samples: pd.DataFrame) -> None:
    """A span in a caption is not broken between its number and its unit."""
    hours = samples.head(1).assign(fetched_at=samples["ended_at"].head(1) + pd.Timedelta("90min"))
    assert "90\u00a0min after the end" in caption.fetched(hours)


def test_a_caption_is_wrapped_to_its_axes(samples: pd.DataFrame) -> None:
    """Every line of a long caption lies below the axes and within their width, at any resolution and size."""
    for dpi, size in product((72, 200), ((4, 3), (7, 4))):
        figure = Figure(figsize=size, layout="constrained", dpi=dpi)
        left, right = figure.subplots(1, 2)
        for ax in (left, right):
            ax.set_xlabel("label")
            caption.put(ax, samples.head(0), WORDS * 4)
        FigureCanvasAgg(figure).draw()
        for ax in (left, right):
            (words,) = [child for child in ax.get_children() if isinstance(child, caption.Caption)]
            box, labels = Text.get_window_extent(words), ax.xaxis.label.get_window_extent()
            assert len(words.get_text().splitlines()) > 4
            assert box.x1 <= ax.bbox.x1 + 2
            assert 0 <= box.y0 < box.y1 <= labels.y0


def test_a_caption_follows_the_figure(samples: pd.DataFrame) -> None:
    """A figure made larger has the caption in fewer lines, drawn again."""
    figure = Figure(figsize=(3, 3), layout="constrained")
    ax = figure.subplots()
    caption.put(ax, samples.head(0), WORDS * 4)
    (words,) = [child for child in ax.get_children() if isinstance(child, caption.Caption)]
    lines = []
    for width in (3, 9):
        figure.set_size_inches(width, 3)
        FigureCanvasAgg(figure).draw()
        lines.append(len(words.get_text().splitlines()))
    assert lines[0] > lines[1]


def test_the_words_can_be_read_from_the_axes(samples: pd.DataFrame) -> None:
    """`text_of` returns what stands below a chart, and "" below axes that are no chart."""
    ax, other = Figure().subplots(1, 2)
    caption.put(ax, samples.head(0), "n = 1\u00a0Space.", "", "More.")
    assert caption.text_of(ax) == caption_of(ax) == "n = 1 Space. More."
    assert caption.text_of(other) == ""


def test_some_made_up_spaces_are_counted(samples: pd.DataFrame) -> None:
    """Where only some rows are made up, the caption says how many; where none is, it says nothing of it."""
    ids = samples["space_id"].head(4).to_list()
    some, none = Figure().subplots(1, 2)
    for ax, real in ((some, ["1abcdefghijkl"]), (none, [f"1abcdefghijk{n}" for n in range(4)])):
        mixed = pd.array([*real, *ids[len(real) :]], dtype=samples["space_id"].dtype)
        caption.put(ax, samples.head(4).assign(space_id=mixed))
    assert "Made-up data (3 of 4 rows): no finding about X." in caption_of(some)
    assert "ade-up" not in caption_of(none)


def test_unknown_times_are_said(samples: pd.DataFrame) -> None:
    """Rows without a time of fetching are counted; with none known, that is said."""
    spaces = samples.head(4)
    none = spaces["fetched_at"].where(spaces["fetched_at"].isna())
    one = spaces["fetched_at"].where(np.arange(4) > 0)
    assert caption.fetched(spaces.assign(fetched_at=none)) == "The time of fetching is unknown."
    assert "(1 at an unknown time)" in caption.fetched(spaces.assign(fetched_at=one))


def test_unknown_recordings_are_said(samples: pd.DataFrame) -> None:
    """Spaces that are kept with 0 plays, though nothing says that there was a recording, are counted."""
    spaces = samples.assign(total_replay_watched=0, is_space_available_for_replay=pd.NA).astype(
        samples.dtypes
    )
    n = int(stats.measures(spaces)["excluded"].isna().sum())
    assert f"Recording unknown: {n}, kept with 0 plays." in caption.left_out(spaces)
    assert "ecording unknown" not in caption.left_out(spaces, plays=False)


def test_ages_of_groups_that_are_far_apart_are_said(samples: pd.DataFrame) -> None:
    """A chart of plays by group says how far apart the groups' ages are, and how many ages are unknown."""
    ended = samples[samples["state"] == "Ended"].head(4)
    days = pd.Series([1, 1, 9, None], index=ended.index).map(lambda day: pd.Timedelta(day, "D"))
    spaces = ended.assign(fetched_at=(ended["ended_at"] + days).astype(samples["fetched_at"].dtype))
    said = caption_of(plot.replay_share(spaces, by=["a", "a", "b", "b"]))
    assert "Median ages of groups run from 1 d to 9 d: too far apart to compare plays." in said
    assert "(unknown for 1)" in said
