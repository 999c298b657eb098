"""The audience by weekday and hour: the chart shows the numbers of `stats`."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from plotted import caption_of, labels_in, points

from spacekit import plot, stats


def meshes(ax: Axes) -> list[Any]:
    """Return the coloured cells: the grey ones, then those with a colour of a value."""
    return [each for each in ax.collections if isinstance(each, QuadMesh)]


def test_calendar_writes_n_into_each_cell_and_greys_thin_ones(samples: pd.DataFrame) -> None:
    """The numbers in the cells are those of stats; cells of fewer than 3 Spaces have no colour of a median."""
    ax = plot.calendar(samples, tz="Asia/Tokyo")
    with pytest.warns(stats.AgeWarning):
        cells = stats.calendar(samples, "Asia/Tokyo")
    held = cells[cells["n"] > 0]
    written = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in labels_in(ax)}
    assert written == {(row.weekday, row.hour): str(row.n) for row in held.itertuples()}
    coloured = np.ma.masked_invalid(meshes(ax)[-1].get_array())
    assert coloured.count() == int((~cells["thin"]).sum())
    assert "Asia/Tokyo" in ax.get_xlabel()


@pytest.mark.parametrize("value", ["live", "replay", "share"])
def test_calendar_within_host_shows_changes(value: str, samples: pd.DataFrame) -> None:
    """The colours are the changes of stats, on a scale that is the same on both sides of the usual."""
    ax = plot.calendar(samples, value=value, within="host")
    with pytest.warns(stats.AgeWarning):
        cells = stats.calendar(samples, within="host")
    wanted = cells[f"{value}_change"].mask(cells["thin"].astype(bool)).to_numpy(float, na_value=np.nan)
    drawn = np.ma.filled(meshes(ax)[-1].get_array(), np.nan).ravel()
    np.testing.assert_allclose(drawn, wanted)
    assert meshes(ax)[-1].norm.vmin == -meshes(ax)[-1].norm.vmax
    assert f"n = {cells['n'].sum()} of {len(samples)} Spaces" in caption_of(ax)
    assert "18 one group only" in caption_of(ax)


def test_calendar_marks_cells_of_one_creator(samples: pd.DataFrame) -> None:
    """A dot is in each cell whose Spaces are of one creator, and the caption counts them."""
    ax = plot.calendar(samples, tz="Europe/London")
    assert len(points(ax)) == 18
    assert "one creator only (18 of 23 cells)" in caption_of(ax)


def test_calendar_has_a_colour_for_a_median_of_zero(samples: pd.DataFrame) -> None:
    """Where medians span decades, a median of 0 is at the end of the colours, and the key is marked 0."""
    early = samples["started_at"].dt.hour < 13
    ax = plot.calendar(samples.assign(total_live_listeners=samples["total_live_listeners"].mask(early, 0)))
    ax.figure.draw_without_rendering()
    (key,) = ax.child_axes
    assert meshes(ax)[-1].norm.vmin == 0
    assert key.get_yticklabels()[0].get_text() == "0"
