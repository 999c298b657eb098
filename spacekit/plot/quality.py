"""The first look at a table: how many Spaces each check of `stats.quality` finds. It judges nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels
from spacekit.stats.columns import floats, newest_rows
from spacekit.tables.given import Spaces, spaces_in


def quality(spaces: Spaces, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw the share of Spaces that each check of `stats.quality` finds.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    ax
        Where to draw; a new figure, high enough for the rows, if None. Where the rows do not fit, the checks that find
        most are drawn.
    **kwargs
        Passed to `Axes.barh`.

    Returns
    -------
    ax
        One bar for each check, in the order of `stats.quality`, with the number of Spaces beside it. What a check finds
        need not be a fault: a Space without a recording is what it is.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.quality(sk.sample_batch().spaces)
    >>> ax.get_xlabel()
    'share of Spaces'
    """
    spaces = spaces_in(spaces)
    found = stats.quality(spaces)
    most = axes.rows_that_fit(ax)
    kept = found.sort_values("n", ascending=False, kind="stable").head(most).sort_index()
    ax = axes.given_or_new(ax, rows=len(kept))
    if len(spaces):
        _draw_checks(ax, kept, **kwargs)
    else:
        axes.nothing(ax, 0)
    axes.name_axes(ax, "share of Spaces")
    rest = f"The {len(kept)} of {len(found)} checks that find most." if len(found) > len(kept) else ""
    n = caption.of(len(newest_rows(spaces)), spaces)
    faults = "Not everything that is found is a fault."
    frame.put(ax, spaces, "What the checks of the data find", n, rest, faults, caption.repeated(spaces), ages=False,
              grid="x")  # fmt: skip
    return ax


def _draw_checks(ax: Axes, found: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(found))[::-1]
    share = floats(found["share"])
    ax.barh(at, share, **axes.options(Rectangle, {"color": axes.colours(ax)[0], "height": 0.65}, kwargs))
    for row, width, n in zip(at, share, found["n"], strict=True):
        ax.annotate(f"{n:,}", (width, row), (4, 0), textcoords="offset points", va="center_baseline",
                    fontsize=axes.SMALL, color=axes.faint(ax, 0.9 if n else 0.5))  # fmt: skip
    axes.label_rows(ax, labels.named(found["check"].tolist(), 40))
    ax.set_xlim(0, max(float(share.max()) * 1.15, 0.05))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
