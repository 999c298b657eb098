"""The audience by weekday and hour: the numbers of `stats`, and only hours and days that have Spaces."""

from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.text import Text
from plotted import caption_of, drawn, labels_in, points, texts_of

from spacekit import plot, stats
from spacekit.plot.calendar import title
from spacekit.plot.frame import Placed

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")


def meshes(ax: Axes) -> list[Any]:
    """Return the coloured cells: the grey ones, then those with a colour of a value."""
    return [each for each in ax.collections if isinstance(each, QuadMesh)]


def values_in(mesh: Any) -> np.ndarray:
    """Return the values of cells that have one, by day and hour."""
    found = np.ma.filled(np.ma.asarray(mesh.get_array()), np.nan).ravel()
    return found[~np.isnan(found)]


def test_n_is_written_into_each_cell(samples: pd.DataFrame) -> None:
    """The numbers in the cells are those of stats, in the order of days and hours."""
    ax, cells = plot.calendar(samples, tz="Asia/Tokyo"), stats.calendar(samples, "Asia/Tokyo", live_only=True)
    held = cells[cells["n"] > 0]
    written = sorted((text.get_position()[::-1], text.get_text()) for text in labels_in(ax))
    assert [text for _, text in written] == [str(n) for n in held["n"]]
    assert "Asia/Tokyo" in ax.get_xlabel()


def test_hours_and_days_without_spaces_are_left_away(samples: pd.DataFrame) -> None:
    """Rows and columns are the days and hours that have Spaces, each named, with a gap for those left away."""
    early = samples[samples["started_at"].dt.hour.isin([6, 7, 12])]
    ax = plot.calendar(early)
    cells = stats.calendar(early, live_only=True).query("n > 0")
    drawn(ax)
    assert [text.get_text() for text in ax.get_xticklabels()] == ["06", "07", "12"]
    assert len(ax.get_yticks()) == cells["weekday"].nunique()
    first, second, third = ax.get_xticks()
    assert third - second > second - first == 1
    grid = meshes(ax)[0].get_array()
    assert grid.size < 7 * 6


@pytest.mark.parametrize("within", [None, "host"])
@pytest.mark.parametrize("value", ["live", "replay", "share"])
def test_colours_are_the_numbers_of_stats(value: Any, within: Any, samples: pd.DataFrame) -> None:
    """Cells of 3 Spaces or more have the medians or changes; changes have one scale on both sides of the usual."""
    ax = plot.calendar(samples, value=value, within=within)
    cells = stats.calendar(samples, within=within, live_only=value == "live")
    column = f"{value}_{'change' if within else 'median'}"
    wanted = cells.loc[~cells["thin"], column].dropna().to_numpy(float)
    np.testing.assert_allclose(values_in(meshes(ax)[-1]), wanted)
    assert f"n = {cells['n'].sum()} of {len(samples)} Spaces" in caption_of(ax)
    if within:
        assert meshes(ax)[-1].norm.vmin == -meshes(ax)[-1].norm.vmax
        assert "one group only" in caption_of(ax)


def test_live_counts_spaces_without_a_recording(samples: pd.DataFrame) -> None:
    """Of live listeners every Space that has ended counts, and the notes say so; of plays only those that compare."""
    live, replay = (plot.calendar(samples, value=value) for value in ("live", "replay"))
    assert "Spaces without a recording count, too" in plot.notes(live)
    assert "no recording" not in plot.notes(live)
    assert "5 no recording" in plot.notes(replay)


def test_cells_of_one_creator_are_marked(samples: pd.DataFrame) -> None:
    """A dot is in each cell whose Spaces are of one creator; the legend says so, and the notes count them."""
    ax = plot.calendar(samples, tz="Europe/London")
    cells = stats.calendar(samples, "Europe/London", live_only=True).query("n > 0")
    alone = int((cells["n_creators"] == 1).sum())
    assert len(points(ax)) == alone > 0
    assert f"one creator only ({alone} of {len(cells)} cells)" in plot.notes(ax)
    assert "one host only" in texts_of(ax)


def test_a_median_of_zero_has_a_colour(samples: pd.DataFrame) -> None:
    """Where medians span decades, a median of 0 is at the end of the colours, and the key is marked 0."""
    early = samples["started_at"].dt.hour < 13
    ax = plot.calendar(samples.assign(total_live_listeners=samples["total_live_listeners"].mask(early, 0)))
    drawn(ax)
    (key,) = ax.child_axes
    assert meshes(ax)[-1].norm.vmin == 0
    assert key.get_yticklabels()[0].get_text() == "0"


def test_the_title_names_the_highest_hour(samples: pd.DataFrame) -> None:
    """Of cells with 3 Spaces or more, and whether it is all one host; ties, and no such cell, are said."""
    cells = stats.calendar(samples, "Europe/London", live_only=True)
    words = "Most live listeners: Tuesdays at 20:00 (median 49,280); all of one host"
    assert title(cells, "live", None) == words
    assert words in caption_of(plot.calendar(samples, tz="Europe/London"))
    tied = cells.assign(live_median=cells["live_median"].mask(cells["live_median"].notna(), 7))
    n = int((~cells["thin"]).sum()) - 1
    assert f"and {n} more hours (median 7)" in title(tied, "live", None)
    thin = cells.assign(thin=True)
    assert title(thin, "live", None) == "Fewer than 3 Spaces in every hour of the week"
    assert title(cells.assign(n=0), "live", None) == "No starts to place in the week"
    share = stats.calendar(samples)
    assert title(share, "share", None).startswith("Highest replay share: Sundays at 20:00 (median 85 %)")


def test_the_title_of_changes_is_against_the_usual(samples: pd.DataFrame) -> None:
    """It has the factor or the points, and says where no hour is above the usual."""
    cells = stats.calendar(samples, within="host", live_only=True)
    assert title(cells, "live", "host").startswith(
        "Furthest above usual live listeners: Sundays at 06:00 (× 1.7)"
    )
    below = cells.assign(live_change=-1.0)
    assert title(below, "live", "host") == "No hour of the week is above the creators' usual live listeners"
    share = stats.calendar(samples, within="host")
    assert "points)" in title(share, "share", "host")


def test_skipped_hours_are_marked(samples: pd.DataFrame) -> None:
    """A dotted line stands in each gap, and the legend says what it is."""
    ax = plot.calendar(samples)
    hours = [int(text.get_text()) for text in ax.get_xticklabels() if text.get_text()]
    gaps = sum(after - before > 1 for before, after in pairwise(hours))
    assert len([line for line in ax.lines if line.get_linestyle() == ":"]) == gaps > 0
    assert any("skipped" in text.get_text() for text in ax.get_legend().get_texts())


def test_the_title_has_the_room_above_the_key_to_colours(samples: pd.DataFrame) -> None:
    """It breaks where the key ends, not where the axes do."""
    ax = plot.calendar(samples)
    drawn(ax)
    (key,) = ax.child_axes
    heading = next(text for text in ax.findobj(Placed) if text.get_text() == ax.get_title(loc="left"))
    assert ax.bbox.x1 < Text.get_window_extent(heading).x1 <= key.bbox.x1 + 1


def test_few_days_make_a_low_figure(samples: pd.DataFrame) -> None:
    """The days of one host fill their axes in a new figure; that of a whole week has the usual height."""
    one = plot.calendar(samples[samples["creator_screen_name"] == "sample_radio"])
    low, usual = (ax.get_figure(root=True).get_figheight() for ax in (one, plot.calendar(samples)))  # type: ignore[union-attr]
    assert low < usual == mpl.rcParams["figure.figsize"][1]
    assert sorted(one.get_ylim()) == [-0.5, 0.5]
