"""How long Spaces are, and what that does to their audience. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.axes import Axes

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, points, scales, titles
from spacekit.plot.drawn import remember
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import floats
from spacekit.stats.correlation import correlated
from spacekit.stats.measures import lacking
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import UNDEFINED, keyless, show


@keyless
def duration(
    spaces: Spaces,
    *,
    audience: Literal["live", "replay"] = "live",
    scale: scales.Scale = "auto",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """
    Draw the audience of each Space against how long it lasted, with Spearman's rho.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Of live listeners, every ended Space with a
        count is drawn, also without a recording; of plays, those whose two counts compare. More
        than 400 are drawn as cells, coloured by how many Spaces each holds.
    audience
        "live" or "replay".
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.scatter` for the points or cells.

    Returns
    -------
    ax
        Length is from start to end; its axis is logarithmic where lengths span decades.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.correlation`; not of live listeners.

    Raises
    ------
    ValueError
        `audience` is another word.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.duration(sk.sample_batch().spaces, audience="replay")
    >>> ax.get_xlabel()
    'length of the Space, from start to end'
    """
    spaces = spaces_in(spaces)
    if not isinstance(audience, str) or audience not in labels.COUNTS:
        raise ValueError(f"audience: got {show(audience)}. Use 'live' or 'replay'.")
    scales.check_scale(scale)
    measured = stats.measures(spaces)
    is_known = (lacking(measured, audience).isna() & measured["duration"].notna()).to_numpy()
    known = measured[is_known]
    ax = axes.given_or_new(ax)
    if known.empty:
        axes.nothing(ax, len(spaces), "No Space to compare with a length")
    else:
        x, y = scales.minutes(known["duration"]), floats(known[audience])
        scales.fit_spans(ax.xaxis, x)
        scales.fit(ax.yaxis, y, scale)
        mark = axes.mark_of(ax, audience, 34)
        points.scatter(
            ax, x, y, "Spaces", mark.pop("color"), **{**({} if "marker" in kwargs else mark), **kwargs}
        )
        remember(ax, x, y, known["space_id"])
    axes.name_axes(ax, "length of the Space, from start to end", labels.COUNTS[audience])
    row, is_replay = correlated(spaces, "duration", audience).iloc[0], audience == "replay"
    if is_replay:
        warn_of_ages("duration", spaces, is_known)
    rho = caption.rho(row) if len(known) else ""
    meaning = caption.COUNTS if is_replay else UNDEFINED
    frame.put(ax, spaces, titles.by_length(row, labels.SHORT[audience]), caption.of(len(known), spaces), rho, meaning,
              caption.left_out(spaces, plays=is_replay), ages=is_replay)  # fmt: skip
    return ax
