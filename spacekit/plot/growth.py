"""Replay plays as a Space ages: one line a Space, and the typical one. Numbers are those of `stats`, none is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, scales
from spacekit.stats.columns import floats
from spacekit.tables.given import Observations, observed_in
from spacekit.words import UNDEFINED, figure, plural, span

_NAMED: Final = 6
_MOST_CURVES: Final = 400
_LEAST_TYPICAL: Final = 5  # Spaces; the middle half of fewer says little
_NAME_COLUMNS: Final = 26
_AGES: Final = ("1h", "3h", "6h", "12h", "1D", "2D", "3D", "5D", "7D", "10D", "14D", "21D", "30D")
_MEANING: Final = f"{UNDEFINED} Lines join what was observed and end with it."


def growth(
    observations: Observations, *, scale: scales.Scale = "auto", ax: Axes | None = None, **kwargs: Any
) -> Axes:
    """
    Draw the replay plays of each Space against its age, the largest in colour, with the typical Space behind them.

    Parameters
    ----------
    observations
        An `Archive`, or a table as its `observations` returns. Of more than 400 Spaces, those with
        most plays are drawn.
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.plot` for the lines in colour.

    Returns
    -------
    ax
        A line joins what was observed of a Space, and ends with it; a Space that was seen once is a dot. The typical
        Space is what `stats.typical_growth` returns up to 30 days, as a share of the median final count: its median
        and middle half, where at least five Spaces carry it.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     ax = sk.plot.growth(archive.observations())
    >>> ax.get_xlabel()
    'age: time since the Space ended'
    """
    observations = observed_in(observations)
    scales.check_scale(scale)
    seen = stats.growth(observations)
    typical = stats.typical_growth(observations, _AGES)
    last = seen[seen["is_last"]].sort_values("total_replay_watched", ascending=False, kind="stable")
    ids = list(last["space_id"].head(_MOST_CURVES))
    ax = axes.given_or_new(ax)
    if seen.empty:
        axes.nothing(ax, len(observations), "No observation after the end with a replay count")
    else:
        _fit(ax, seen[seen["space_id"].isin(ids)], scale)
        handles = _draw_curves(ax, seen, ids, **kwargs)
        drawn = _draw_typical(ax, typical)
        names = _names(observations, ids[:_NAMED], min(_NAME_COLUMNS, axes.label_columns(ax) - 4))
        typical_name = labels.plain(f"typical Space (n = {_carried_by(typical)})".replace(" to ", "-"))
        axes.legend(ax, handles + drawn, names + [typical_name] * len(drawn))
    axes.name_axes(ax, "age: time since the Space ended", labels.REPLAY)
    rest = f"Those {len(ids):,} with most plays are shown." if len(last) > len(ids) else ""
    n = f"n = {plural(len(last), 'Space')}, {len(seen):,} of {len(observations):,} observations"
    left_out = caption.reasons(stats.growth_left_out(observations))
    told = (_typical_in_words(typical), _MEANING, _falls(observations), left_out)
    frame.put(ax, observations, "Replay plays as Spaces age", n, rest, *told, ages=False, one_each=False)
    return ax


def _fit(ax: Axes, seen: pd.DataFrame, scale: scales.Scale) -> None:
    scales.fit_spans(ax.xaxis, scales.minutes(seen["age"]))
    scales.fit(ax.yaxis, floats(seen["total_replay_watched"]), scale)


def _draw_curves(ax: Axes, seen: pd.DataFrame, ids: Sequence[str], **kwargs: Any) -> list[Artist]:
    """Draw a line for each Space, and return those in colour."""
    points = np.column_stack([scales.minutes(seen["age"]), floats(seen["total_replay_watched"])])
    rows = seen.groupby("space_id").indices
    rest, grey = [points[rows[name]] for name in ids[_NAMED:]], axes.faint(ax, 0.3)
    ax.add_collection(LineCollection(rest, colors=[grey], linewidths=0.8, zorder=1.5), autolim=False)
    once = [curve[0] for curve in rest if len(curve) == 1]
    if once:
        x, y = np.array(once).T
        ax.scatter(x, y, s=10, color=grey)
    handles: list[Artist] = []
    for name, colour in zip(ids[:_NAMED], axes.colours(ax), strict=False):
        usual = {"color": colour, "linewidth": 1.4, "marker": "o", "markersize": 3.5}
        handles += ax.plot(*points[rows[name]].T, **axes.options(Line2D, usual, kwargs))
    return handles


def _draw_typical(ax: Axes, typical: pd.DataFrame) -> list[Artist]:
    """Draw the typical Space behind the others, with gaps where too few carry it; return its line if there is one."""
    known, final = (typical["n"] >= _LEAST_TYPICAL).to_numpy(bool), typical.attrs["final_median"]
    if not known.any():
        return []
    middle, low, high = (
        np.where(known, final * floats(typical[f"share_{name}"]), np.nan) for name in ("median", "q25", "q75")
    )
    x, colour = scales.minutes(typical["age"]), axes.ink(ax)
    ax.fill_between(x, low, high, color=colour, alpha=0.13, linewidth=0, zorder=1)
    return [*ax.plot(x, middle, color=colour, alpha=0.6, linewidth=3, zorder=1.8, solid_capstyle="round")]


def _carried_by(typical: pd.DataFrame) -> str:
    """Say how many Spaces carry the typical one, where enough do; "" if they never do."""
    n = typical["n"][typical["n"] >= _LEAST_TYPICAL]
    few, many = n.min(), n.max()
    return "" if n.empty else f"{many:,}" if few == many else f"{few:,} to {many:,}"


def _typical_in_words(typical: pd.DataFrame) -> str:
    carried = _carried_by(typical)
    if not carried:
        return f"Fewer than {_LEAST_TYPICAL} Spaces were observed for 30 d: no typical one."
    final, age = figure(typical.attrs["final_median"]), span(typical.attrs["final_age_median"])
    return (
        f"Typical Space: median and middle half of the share of final plays reached, times {final}, the median final "
        f"count; n = {carried} Spaces observed for 30 d or longer, their final counts at a median age of {age}."
    )


def _falls(observations: pd.DataFrame) -> str:
    checks = stats.growth_quality(observations).set_index("check")["n"]
    return f"Plays fell in {plural(int(checks['plays fell']), 'Space')}." if checks["plays fell"] else ""


def _names(observations: pd.DataFrame, ids: Sequence[str], width: int) -> list[labels.Label]:
    """Name Spaces by title, else by host and day, else by id: all different, and as the newest observation has them."""
    known = ["title", "creator_screen_name", "started_at", "fetched_at"]
    rows = observations.reindex(columns=["space_id", *known])
    rows = rows[rows["space_id"].isin(ids)].sort_values(known[::-1], na_position="first")
    newest = rows.drop_duplicates("space_id", keep="last").set_index("space_id").loc[list(ids)]
    days = [f"{day:%Y-%m-%d}" if pd.notna(day) else "" for day in newest["started_at"]]
    hosts = newest["creator_screen_name"]
    dated = [
        f"{host} {day}".strip() if isinstance(host, str) else ""
        for host, day in zip(hosts, days, strict=True)
    ]
    stand_ins = [
        name if name and labels.families_for(name) else i for name, i in zip(dated, ids, strict=True)
    ]
    made = labels.of_titles(newest["title"], stand_ins, days, width)
    seen = Counter(label.text for label in made)
    return [label if seen[label.text] == 1 else labels.plain(i) for label, i in zip(made, ids, strict=True)]
