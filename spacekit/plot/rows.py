"""Charts with a row for each Space: what a row is called. It draws nothing else."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from spacekit.plot import axes, labels
from spacekit.plot.scripts import why_by_id
from spacekit.stats.columns import floats, pick_spaces
from spacekit.words import plural

_WIDE_LABEL: Final = 46


def with_titles(measured: pd.DataFrame, spaces: pd.DataFrame) -> pd.DataFrame:
    """Return what was measured of the same Spaces with `title`, and `at`: when it started, or was to start."""
    known = pick_spaces(spaces, "title started_at scheduled_start created_at")
    started = known["started_at"].fillna(known["scheduled_start"]).fillna(known["created_at"])
    return measured.assign(title=known["title"].array, at=started.array)


def largest(column: pd.Series[Any], most: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return the places of the rows with the largest values, in their order: `most`, and those as large as the last."""
    values = np.nan_to_num(floats(column), nan=-np.inf)
    least = np.partition(values, -most)[-most] if len(values) > most else -np.inf
    return np.flatnonzero(values >= least)


def name_rows(ax: Axes, shown: pd.DataFrame) -> str:
    """Name rows by title, host and day, and say how many have an id as their title cannot be drawn; "" for none."""
    plain = shown[["title", "creator_screen_name"]].astype(object)
    names, by_id = labels.of_spaces(
        plain["title"], plain["creator_screen_name"].tolist(), labels.days(shown["at"]),
        shown["space_id"].fillna("no id").tolist(), axes.label_columns(ax, _WIDE_LABEL),
    )  # fmt: skip
    axes.label_rows(ax, names)
    return why_by_id(plural(by_id, "title")) if by_id else ""
