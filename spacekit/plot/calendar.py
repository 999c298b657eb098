"""The audience by weekday and hour of the start. Numbers are those of `stats`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.collections import QuadMesh
from matplotlib.colors import ListedColormap, LogNorm, Normalize, SymLogNorm
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spacekit.plot import axes, caption, frame, points, scales
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.calendar import Within, cells, placed
from spacekit.stats.columns import floats
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import UNDEFINED, keyless, percent, plural, show

_DAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_NAMES: Final = {"live": "live listeners", "replay": "replay plays", "share": "replay share"}
_CHANGES: Final = {
    "live": "live listeners against the creator's usual",
    "replay": "replay plays against the creator's usual",
    "share": "replay share less the creator's usual share",
}
_USUAL: Final = (
    "Each Space is held against its creator's usual, the median of the creator's other Spaces (a half added to both "
    "counts)."
)
_RECORDED: Final = "Spaces without a recording count, too: they have live listeners."
_GAP: Final = 0.5  # of a cell, where hours or days without Spaces are left away
_LEAST_COLUMNS, _LEAST_ROWS = 6, 3  # cells of a few hours do not fill the axes
_FEW_DAYS, _ROWS_A_DAY = 4, 2.25  # a new figure is as high as they need
_TICK_POINTS: Final = 15.0

_Places = Mapping[int, float]  # of each hour or day that has Spaces, where its cells have their middle


@keyless
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
        start, are left out; of live listeners, every Space that has ended counts, recorded or not.
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
        Hours and days without Spaces are left away; a dotted line in a gap stands for them. Cells of fewer than 3
        Spaces are grey: their median says little. A dot marks a cell that holds Spaces of one creator only.

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
    if not isinstance(value, str) or value not in _NAMES:
        raise ValueError(f"value: got {show(value)}. Use one of {[*_NAMES]}.")
    spaces_placed = placed(spaces, tz, within, live_only=value == "live")
    table = cells(spaces_placed, within=within)
    n = int(table["n"].sum())
    rows = _rows_of_a_new_figure(table) if ax is None else None
    ax = axes.given_or_new(ax, rows=rows)
    if n == 0:
        axes.nothing(ax, len(spaces), "No Space to compare with a start")
    else:
        _draw_cells(ax, table, value, within, 1 if rows else _LEAST_ROWS, **kwargs)
    axes.name_axes(ax, f"hour of the start ({tz})")
    meaning = {"live": f"{UNDEFINED} {_RECORDED}", "share": caption.SHARE}.get(value, caption.COUNTS)
    unknown = caption.unknown_recordings(spaces) if value != "live" else ""
    frame.put(ax, spaces, title(table, value, within), caption.of(n, spaces), _what_is_marked(table),
              _USUAL if within else "", meaning, caption.reasons(caption.tally(spaces_placed["left_out"])), unknown,
              ages=value != "live", grid="")  # fmt: skip
    if value != "live":
        kept = spaces_placed["left_out"].isna().to_numpy()
        warn_of_ages("calendar", spaces, kept, spaces_placed["cell"][kept])
    return ax


def title(table: pd.DataFrame, value: str, within: Within) -> str:
    """Word the hour of the week that is highest, of those with 3 Spaces or more, from `stats.calendar`."""
    if not table["n"].sum():
        return "No starts to place in the week"
    known = table[~table["thin"]]
    if known.empty:
        return "Fewer than 3 Spaces in every hour of the week"
    found = floats(known[_column(value, within)])
    most = known[found == found.max()]
    if within and found.max() <= 0:
        return f"No hour of the week is above the creators' usual {_NAMES[value]}"
    first = most.iloc[0]
    hour = f"{_DAYS[first['weekday']]} at {first['hour']:02}:00"
    more = f" and {plural(len(most) - 1, 'more hour')}" if len(most) > 1 else ""
    one = "; all of one host" if len(most) == 1 and first["n_creators"] == 1 else ""
    kind = (
        f"Furthest above usual {_NAMES[value]}"
        if within
        else f"{'Highest' if value == 'share' else 'Most'} {_NAMES[value]}"
    )
    return f"{kind}: {hour}{more} ({_worded(found.max(), value, within)}){one}"


def _worded(number: float, value: str, within: Within) -> str:
    if within:
        return f"{100 * number:+.2g} points" if value == "share" else f"× {2**number:.2g}"
    return f"median {percent(number) if value == 'share' else scales.middle(number)}"


def _column(value: str, within: Within) -> str:
    return f"{value}_{'change' if within else 'median'}"


def _what_is_marked(table: pd.DataFrame) -> str:
    used, alone = int((table["n"] > 0).sum()), int(((table["n"] > 0) & (table["n_creators"] == 1)).sum())
    dots = f" Dot: Spaces of one creator only ({alone:,} of {used:,} cells)." if alone else ""
    return f"Numbers in cells count Spaces; grey: fewer than 3.{dots}"


def _rows_of_a_new_figure(table: pd.DataFrame) -> int | None:
    """Return how many rows of text are as high as a few days; None for a figure of the usual height."""
    days = table["weekday"][table["n"] > 0].nunique()
    return round(_ROWS_A_DAY * max(days, 2)) if 0 < days <= _FEW_DAYS else None


def _draw_cells(
    ax: Axes, table: pd.DataFrame, value: str, within: Within, least_rows: int, **kwargs: Any
) -> None:
    used = table[table["n"] > 0]
    across, down = _middles(used["hour"]), _middles(used["weekday"])
    x, y = used["hour"].map(across).to_numpy(float), used["weekday"].map(down).to_numpy(float)
    thin, middle = used["thin"].to_numpy(bool), floats(used[_column(value, within)])
    edges, background = (_edges(across), _edges(down)), axes.faint(ax, 0.2)
    grey = _grid(edges, x, y, np.where(thin, 1.0, np.nan))
    ax.pcolormesh(
        *edges, grey, cmap=ListedColormap([background]), zorder=0, edgecolor=axes.paper(ax), linewidth=0.5
    )
    behind = np.tile(np.array(background), (len(used), 1))
    if not thin.all():
        thick = np.where(thin, np.nan, middle)
        colours = _of_changes(ax, thick, value) if within else _of_medians(ax, thick, value)
        usual = {**colours, "edgecolor": axes.paper(ax), "linewidth": 0.5}
        drawn = ax.pcolormesh(*edges, _grid(edges, x, y, thick), **axes.options(QuadMesh, usual, kwargs))
        _put_key(ax, drawn, value, within)
        behind[~thin] = drawn.to_rgba(thick[~thin])[:, :3]
    seen = [axes.readable_on(colour) for colour in behind]
    right, bottom = max(edges[0][-1], _LEAST_COLUMNS - 0.5), max(edges[1][-1], least_rows - 0.5)
    ax.set(xlim=(-0.5, right), ylim=(bottom, -0.5))
    height, width = axes.size_points(ax)
    cell = width / (right + 0.5), height / (bottom + 0.5)
    skips = _draw_skips(ax, across, down)
    _write_n(ax, x, y, used["n"], seen, cell)
    alone = (used["n_creators"] == 1).to_numpy(bool)
    _dot(ax, x[alone], y[alone], [colour for colour, one in zip(seen, alone, strict=True) if one], cell)
    _mark(ax.xaxis, {at: f"{hour:02}" for hour, at in across.items()})
    _mark(ax.yaxis, {at: _DAYS[day][:3] for day, at in down.items()})
    _put_legend(ax, background, skips, is_thin=bool(thin.any()), is_alone=bool(alone.any()))


def _middles(values: pd.Series[Any]) -> dict[int, float]:
    """Return where cells of each hour or day lie: side by side, with a gap where some are left away."""
    found = np.sort(values.unique().astype(int))
    gaps = np.cumsum(np.diff(found, prepend=found[:1]) > 1)
    return dict(zip(found.tolist(), (np.arange(len(found)) + _GAP * gaps).tolist(), strict=True))


def _edges(places: _Places) -> scales.Floats:
    middles = np.array([*places.values()])
    return np.unique(np.round(np.concatenate([middles - 0.5, middles + 0.5]), 6))


def _grid(edges: tuple[scales.Floats, scales.Floats], x: Any, y: Any, values: Any) -> scales.Floats:
    """Return values at the cells of a grid that hold these places, NaN in all others."""
    across, down = edges
    grid = np.full((len(down) - 1, len(across) - 1), np.nan)
    grid[np.searchsorted(down, y) - 1, np.searchsorted(across, x) - 1] = values
    return grid


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
        points.key_to_counts(ax, drawn, f"median {_NAMES[value]}")
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


def _write_n(ax: Axes, x: Any, y: Any, n: pd.Series[Any], seen: list[str], cell: tuple[float, float]) -> None:
    """Write how many Spaces each cell holds, in a colour that can be read on the one behind."""
    size = float(np.clip(min(0.42 * cell[0], 0.6 * cell[1]), 3.5, axes.SMALL))
    for across, down, number, colour in zip(x, y, n, seen, strict=True):
        text = f"{number:.0f}" if number < 1_000 else f"{number / 1_000:.0f}k"
        written = ax.text(across, down, text, ha="center", va="center_baseline", fontsize=size, color=colour)
        written.set_in_layout(False)  # it is within the axes


def _dot(ax: Axes, x: Any, y: Any, seen: list[str], cell: tuple[float, float]) -> None:
    """Put a dot into the corner of these cells, in a colour that can be seen on the one behind."""
    size = float(np.clip(min(cell) / 6, 1.5, 3.5))
    aside, up = ((0.5 - min(1.2 * size / room, 0.3)) for room in cell)
    ax.scatter(x + aside, y - up, s=size**2, color=seen, linewidths=0, zorder=3)


def _mark(axis: Axis, names: Mapping[float, str]) -> None:
    """Name hours or days, as many as there is room for."""
    height, width = axes.size_points(axis.axes)
    low, high = sorted(axis.get_view_interval())
    room = _TICK_POINTS * (high - low) / (width if axis is axis.axes.xaxis else height)
    shown: dict[float, str] = {}
    for at, name in names.items():
        if not shown or at - max(shown) >= room:
            shown[at] = name
    scales.set_ticks(axis, shown)
    axis.set_tick_params(length=0)


def _draw_skips(ax: Axes, across: _Places, down: _Places) -> list[Line2D]:
    """Mark each gap with a dotted line; return its key, none without a gap."""
    look: dict[str, Any] = {"color": axes.faint(ax, 0.6), "linestyle": ":", "linewidth": 1, "zorder": 0.5}
    for places, draw in ((across, ax.axvline), (down, ax.axhline)):
        middles = np.array([*places.values()])
        for at in (middles[1:] + middles[:-1])[np.diff(middles) > 1] / 2:
            draw(float(at), **look)
    kinds = [name for places, name in ((across, "hours"), (down, "days")) if _has_gap(places)]
    return [Line2D([], [], label=f"{' or '.join(kinds)} skipped: no Spaces", **look)] if kinds else []


def _has_gap(places: _Places) -> bool:
    return bool((np.diff([*places.values()]) > 1).any())


def _put_legend(ax: Axes, grey: Any, skips: list[Line2D], *, is_thin: bool, is_alone: bool) -> None:
    thin = Patch(color=grey, label="fewer than 3 Spaces")
    dot = Line2D([], [], linestyle="", marker="o", markersize=3, color=axes.ink(ax), label="one host only")
    handles = [*(handle for handle, shown in ((dot, is_alone), (thin, is_thin)) if shown), *skips]
    if handles:
        axes.legend(ax, handles)
