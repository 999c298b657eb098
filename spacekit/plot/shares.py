"""How the replay share is spread in each group. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels
from spacekit.stats.columns import floats
from spacekit.tables.given import Spaces, spaces_in

_MOST_LINES: Final = 7
_LINES: Final = ("-", (0, (5, 1)), (0, (1, 1)), (0, (4, 1, 1, 1)), (0, (8, 2)), (0, (2, 2)), "-")
_NAME_COLUMNS: Final = 24


def replay_share(spaces: Spaces, *, by: Any = None, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw the share of Spaces with at most a given replay share, as a step curve for each group.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Spaces for which live and replay do not compare are left out, and
        counted in the caption.
    by
        Groups, as in `stats.compare`: a column's name, "host", "month", several names, a function, values. Of more
        than 7, the largest are drawn, and the caption says how many are not.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.step` for each curve.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.compare`.

    Returns
    -------
    ax
        The replay share is plays / (live + plays), not a share of people. A curve crosses 50 % at the median.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.replay_share(sk.sample_batch().spaces, by="host")
    >>> ax.get_xlabel()
    'replay share: plays / (live + plays)'
    """
    spaces = spaces_in(spaces)
    curves = stats.share_ecdf(spaces, by)
    ax = axes.given_or_new(ax)
    curves["group"] = curves["group"].fillna("no group")
    sizes = curves.groupby("group", sort=False)["n"].first()
    largest = sizes.sort_values(ascending=False, kind="stable").head(_MOST_LINES)
    if curves.empty:
        axes.nothing(ax, len(spaces))
    else:
        _draw_curves(ax, curves, sizes[sizes.index.isin(largest.index)], **kwargs)
    axes.name_axes(ax, labels.SHARE, "share of Spaces at or below")
    frame.put(ax, spaces, "Replay share of Spaces", caption.of(int(sizes.sum()), spaces),
                caption.not_shown(len(sizes), _MOST_LINES), caption.SHARE, caption.left_out(spaces),
                caption.ages_apart(spaces, by))  # fmt: skip
    return ax


def _draw_curves(ax: Axes, curves: pd.DataFrame, sizes: pd.Series[Any], **kwargs: Any) -> None:
    handles = []
    for name, colour, line in zip(sizes.index, (*axes.colours(ax), axes.ink(ax)), _LINES, strict=False):
        curve = curves[curves["group"] == name]
        x, y = floats(curve["replay_share"]), floats(curve["fraction"])
        usual = {"color": colour, "linestyle": line, "linewidth": 1.8, "where": "post"}
        handles += ax.step(np.r_[0, x, 1], np.r_[0, y, 1], **axes.options(Line2D, usual, kwargs))
    ax.axhline(0.5, color=axes.faint(ax, 0.3), linewidth=0.8, zorder=0)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))
    notes = [f" (n = {n:,})" for n in sizes]
    axes.legend(ax, handles, labels.named(list(sizes.index), _NAME_COLUMNS, notes))
