"""The first look at a table: what the checks of `stats.quality` found, in words. It judges nothing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels
from spacekit.stats.columns import floats, newest_rows
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, plural, shortened

WORDS: Final = {
    "repeated": "older rows of the same Space",
    "no id": "without an id",
    "no title": "without a title",
    "no creator": "without a creator",
    "no followers": "creator's followers missing or 0",
    "no state": "without a state",
    "unknown state": "state that is not documented",
    "not ended": "not ended when fetched",
    "no start": "ended, start missing",
    "no end": "ended, time of the end missing",
    "no schedule": "started without an announced time",
    "no live count": "ended, live count missing",
    "no replay count": "ended, replay count missing",
    "no fetch time": "time of fetching missing",
    "zero live": "ended with 0 live listeners",
    "zero replay": "ended with 0 replay plays",
    "both zero": "ended with 0 live and 0 plays",
    "recording unknown": "0 plays, recording unknown",
    "no recording": "not recorded",
    "recording removed": "recording removed, plays kept",
    "start before set-up": "started before it was set up",
    "schedule before set-up": "announced for before its set-up",
    "end before start": "ended before it started",
    "fetched before end": "fetched before it ended",
    "longer than a day": "longer than a day",
    "fetched within a day of the end": "fetched within a day of the end",
    "age under a tenth of the oldest": "much younger than the oldest",
    "stale": "not ended, and fetched long ago",
}
"""What each check of `stats.quality` finds, in words for a row of the chart."""

_LABEL_PART: Final = 0.62  # of the width
_LETTER_POINTS: Final = 4.7
_FAULTS: Final = (
    "What is found need not be a fault: a Space without a recording is what it is. Much younger: fetched at less than "
    "a tenth of the age of the oldest. Long ago: over an hour before the newest row. A Space can be in several rows."
)


@keyless
def quality(spaces: Spaces, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw what the checks of `stats.quality` found, in words, with the share of Spaces that each holds for.

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
        One bar for each check that found something, the most frequent on top, with the number of Spaces beside it; the
        title and the notes say how many checks found nothing. What a check finds need not be a fault: a Space without
        a recording is what it is.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.quality(sk.sample_batch().spaces)
    >>> ax.get_yticklabels()[0].get_text()
    'much younger than the oldest'
    """
    spaces = spaces_in(spaces)
    checks = stats.quality(spaces)
    found = checks[checks["n"] > 0].sort_values("share", ascending=False, kind="stable")
    shown = found.head(axes.rows_that_fit(ax))
    ax = axes.given_or_new(ax, rows=len(shown))
    if len(shown):
        _draw_checks(ax, shown, **kwargs)
    else:
        axes.nothing(ax, len(spaces), f"All {len(checks)} checks are fine")
    axes.name_axes(ax, "share of Spaces")
    rest = f"The {len(shown)} that find most of {len(found)} are drawn." if len(found) > len(shown) else ""
    fine = ", ".join(checks["check"][checks["n"] == 0]) if len(spaces) else ""
    frame.put(ax, spaces, title(checks) if len(spaces) else "No Spaces to check",
              caption.of(len(newest_rows(spaces)), spaces), rest, f"Fine: {fine}." if fine else "",
              _FAULTS, caption.repeated(spaces), ages=False, grid="x")  # fmt: skip
    return ax


def title(checks: pd.DataFrame) -> str:
    """Word how many checks are fine, and what is found most, from `stats.quality` of some Spaces."""
    fine = int((checks["n"] == 0).sum())
    if fine == len(checks):
        return f"All {fine} checks of the data are fine"
    share = checks["share"].max()
    most = checks[checks["share"] == share]
    n = plural(int(most["n"].iloc[0]), "row" if most["check"].iloc[0] == "repeated" else "Space")
    named = f"{WORDS[most['check'].iloc[0]]} ({n})" if len(most) == 1 else f"{len(most)} checks with {n} each"
    return f"{fine} of {len(checks)} checks are fine; most found: {named}"


def _draw_checks(ax: Axes, found: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(found))[::-1]
    share = floats(found["share"])
    ax.barh(at, share, **axes.options(Rectangle, {"color": axes.faint(ax, 0.45), "height": 0.65}, kwargs))
    for row, width, n in zip(at, share, found["n"], strict=True):
        ax.annotate(f"{n:,}", (width, row), (4, 0), textcoords="offset points", va="center_baseline",
                    fontsize=axes.SMALL, color=axes.faint(ax, 0.9))  # fmt: skip
    room = int(_LABEL_PART * axes.size_points(ax)[1] / _LETTER_POINTS)
    axes.label_rows(ax, [labels.plain(shortened(WORDS[check], room)) for check in found["check"]])
    ax.set_xlim(0, max(float(share.max()) * 1.15, 0.05))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
