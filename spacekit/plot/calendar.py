"""The audience by weekday and hour of the start. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import QuadMesh
from matplotlib.colors import ListedColormap, LogNorm, Normalize, SymLogNorm
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spacekit.plot import axes, caption, frame, labels, points, scales
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.calendar import Within, cells, placed
from spacekit.stats.columns import floats
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import UNDEFINED, show

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_VALUES: Final = {
    **{name: f"median {label}" for name, label in labels.COUNTS.items()},
    "share": f"median {labels.SHARE}",
}
_CHANGES: Final = {
    "live": "live listeners against the creator's usual",
    "replay": "replay plays against the creator's usual",
    "share": "replay share less the creator's usual share",
}
_USUAL: Final = (
    "Each Space is held against its creator's usual, the median of the creator's other Spaces (a half added to both "
    "counts)."
)


def calendar(
    spaces: Spaces,
    *,
    value: Literal["live", "replay", "share"] = "live",
    within: Within = None,
    tz: str = "UTC",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """
    Draw the median audience by weekday and hour of the start, with the number of Spaces in each cell.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Spaces for which live and replay do not compare, or without a
        start, are left out.
    value
        What the colour shows: "live", "replay", or the replay "share".
    within
        "host" shows the change against each creator's own usual, as `stats.calendar` does: otherwise a cell shows which
        hosts are on air then.
    tz
        Time zone of weekdays and hours, with its summer time, such as "Europe/Berlin".
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.pcolormesh`.

    Returns
    -------
    ax
        Cells of fewer than 3 Spaces are grey: their median says little. An empty cell had none. A dot marks a cell
        that holds Spaces of one creator only.

    Raises
    ------
    ValueError
        There is no such value, `within` or zone.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.calendar`; not of live listeners.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.calendar(sk.sample_batch().spaces, value="share", tz="Asia/Tokyo")
    >>> ax.get_xlabel()
    'hour of the start (Asia/Tokyo)'
    """
    spaces = spaces_in(spaces)
    if not isinstance(value, str) or value not in _VALUES:
        raise ValueError(f"value: got {show(value)}. Use one of {[*_VALUES]}.")
    spaces_placed = placed(spaces, tz, within)
    table = cells(spaces_placed, within=within)
    n = int(table["n"].sum())
    ax = axes.given_or_new(ax)
    if n == 0:
        axes.nothing(ax, len(spaces), "No Space to compare with a start")
    else:
        _draw_cells(ax, table, value, within, **kwargs)
    axes.name_axes(ax, f"hour of the start ({tz})")
    meaning = {"live": UNDEFINED, "share": caption.SHARE}.get(value, caption.COUNTS)
    unknown = caption.unknown_recordings(spaces) if value != "live" else ""
    frame.put(ax, spaces, "Audience by weekday and hour", caption.of(n, spaces),
              _what_is_marked(table), _USUAL if within else "", meaning,
              caption.reasons(caption.tally(spaces_placed["left_out"])), unknown,
              ages=value != "live", grid="")  # fmt: skip
    if value != "live":
        kept = spaces_placed["left_out"].isna().to_numpy()
        warn_of_ages("calendar", spaces[kept], spaces_placed["cell"][kept])
    return ax


def _what_is_marked(table: pd.DataFrame) -> str:
    used, alone = int((table["n"] > 0).sum()), int(((table["n"] > 0) & (table["n_creators"] < 2)).sum())
    dots = f" Dot: Spaces of one creator only ({alone:,} of {used:,} cells)." if alone else ""
    return f"Numbers in cells count Spaces; grey: fewer than 3.{dots}"


def _draw_cells(ax: Axes, table: pd.DataFrame, value: str, within: Within, **kwargs: Any) -> None:
    name = f"{value}_{'change' if within else 'median'}"
    n, thin, creators, middle = (
        floats(table[column]).reshape(7, 24) for column in ("n", "thin", "n_creators", name)
    )
    edges = np.arange(25) - 0.5, np.arange(8) - 0.5
    grey, background = np.where((thin > 0) & (n > 0), 1.0, np.nan), axes.faint(ax, 0.2)
    ax.pcolormesh(*edges, grey, cmap=ListedColormap([background]), zorder=0)
    thick, behind = np.where(thin > 0, np.nan, middle), np.full((7, 24, 3), background)
    if np.isfinite(thick).any():
        colours = _of_changes(ax, thick, value) if within else _of_medians(ax, thick, value)
        usual = {**colours, "edgecolor": axes.paper(ax), "linewidth": 0.5}
        drawn = ax.pcolormesh(*edges, thick, **axes.options(QuadMesh, usual, kwargs))
        _put_key(ax, drawn, value, within)
        shades = drawn.to_rgba(np.ma.asarray(drawn.get_array()))
        behind = np.where(shades[..., 3:] > 0, shades[..., :3], behind)
    _write_n(ax, n, behind)
    _dot(ax, (n > 0) & (creators < 2), behind)
    ax.set_yticks(range(7), _DAYS)
    ax.set_xticks(range(0, 24, 3))
    ax.set(xlim=(-0.5, 23.5), ylim=(6.5, -0.5))


def _of_medians(ax: Axes, values: scales.Floats, value: str) -> dict[str, Any]:
    return {"cmap": axes.colour_map(ax), "norm": Normalize(0, 1) if value == "share" else _norm(values)}


def _norm(values: scales.Floats) -> Normalize:
    """Return a scale of colours for counts: logarithmic where they span decades, with a place for 0."""
    positive, high = values[values > 0], float(np.nanmax(values))
    low = float(positive.min(initial=np.inf))
    if high <= 10 * low:
        return Normalize(0, max(high, 1.0))
    return SymLogNorm(low, 0.5, vmin=0, vmax=high) if (values == 0).any() else LogNorm(low, high)


def _of_changes(ax: Axes, values: scales.Floats, value: str) -> dict[str, Any]:
    """Return colours on both sides of "as usual", which has the colour of the paper."""
    most = float(np.nanmax(np.abs(values)))
    most = max(most, 0.1 if value == "share" else 1.0)
    return {"cmap": axes.diverging_map(ax), "norm": Normalize(-most, most)}


def _put_key(ax: Axes, drawn: ScalarMappable, value: str, within: Within) -> None:
    if not within:
        points.key_to_counts(ax, drawn, _VALUES[value])
        return
    bar = axes.colour_bar(ax, drawn, _CHANGES[value])
    if value == "share":
        bar.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        bar.yaxis.set_major_formatter(FuncFormatter(_points))
    else:
        scales.mark_factors(bar.yaxis)


def _points(change: float, _: int | None = None) -> str:
    """Word a difference of shares: +5 points."""
    return f"{100 * change:+.6g} points" if round(change, 9) else "as usual"


def _write_n(ax: Axes, n: scales.Floats, behind: scales.Floats) -> None:
    """Write how many Spaces each cell holds, in a colour that can be read on the one behind."""
    size = float(np.clip(axes.size_points(ax)[1] / 52, 3.5, 7))
    for day, hour in np.argwhere(n > 0):
        text = f"{n[day, hour]:.0f}" if n[day, hour] < 1_000 else f"{n[day, hour] / 1_000:.0f}k"
        colour = axes.readable_on(behind[day, hour])
        ax.text(hour, day, text, ha="center", va="center", fontsize=size, color=colour)


def _dot(ax: Axes, alone: Any, behind: scales.Floats) -> None:
    """Put a dot into the corner of these cells, in a colour that can be seen on the one behind."""
    places = np.argwhere(alone)
    seen = [axes.readable_on(behind[day, hour]) for day, hour in places]
    size = (axes.size_points(ax)[1] / 24 / 8) ** 2
    ax.scatter(places[:, 1] + 0.36, places[:, 0] - 0.36, s=size, color=seen, linewidths=0, zorder=3)
