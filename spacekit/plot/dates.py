"""Axes of dates, as the clocks of a zone show them. It draws nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from spacekit.plot.counts import Floats


def days(instants: pd.Series[Any]) -> Floats:
    """Give instants as matplotlib counts them: days since 1970 in UTC."""
    plain = instants.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    return np.asarray(date2num(plain), dtype=np.float64)  # type: ignore[no-untyped-call]  # matplotlib.dates has no types


def mark(ax: Axes, tz: str) -> None:
    """Mark the x axis with dates and times of a zone, seven at most, as dense as there is room."""
    locator = AutoDateLocator(tz=tz, minticks=2, maxticks=7)  # type: ignore[no-untyped-call]  # as above
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=tz))  # type: ignore[no-untyped-call]  # as above
