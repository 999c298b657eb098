"""Which Space is drawn where: remembered with the axes, for those who want to name a dot. It draws nothing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from spacekit.fields import DTYPES
from spacekit.words import keyless

_MOST: Final = 20_000


class _Places(Artist):
    """The places of Spaces as an artist that draws nothing, so that they live and go with what is drawn."""

    def __init__(self, places: pd.DataFrame) -> None:
        super().__init__()
        self.places = places
        self.set_visible(False)
        self.set_in_layout(False)


def remember(ax: Axes, x: Any, y: Any, space_id: Any) -> None:
    """
    Remember which Space is drawn at which place, in data coordinates; of more than 20,000 the first.

    For every chart that draws something for each Space: dots, ends of bars, or cells in place of many dots. Missing
    places are left out.
    """
    columns = {
        "space_id": pd.Series(np.asarray(space_id, dtype=object), dtype=DTYPES["id"]),
        "x": np.asarray(x, dtype=np.float64),
        "y": np.asarray(y, dtype=np.float64),
    }
    ax.add_artist(_Places(pd.DataFrame(columns).dropna().head(_MOST)))


@keyless
def points_of(ax: Axes) -> pd.DataFrame:
    """
    Return where each Space is drawn in a chart.

    Parameters
    ----------
    ax
        The axes of a chart.

    Returns
    -------
    frame
        One row a place: `space_id`, `x` and `y` (float64), in data coordinates: `ax.transData` turns them into those
        of the picture. A Space may have several places, such as one for live and one for replay. At most 20,000
        rows; none where a chart draws no single Spaces.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.duration(sk.sample_batch().spaces)
    >>> sk.plot.points_of(ax).columns.tolist()
    ['space_id', 'x', 'y']
    """
    found = [artist.places for artist in ax.get_children() if isinstance(artist, _Places)]
    if not found:
        return pd.DataFrame({"space_id": pd.Series(dtype=DTYPES["id"]), "x": 0.0, "y": 0.0}, index=[])
    return pd.concat(found, ignore_index=True).head(_MOST)
