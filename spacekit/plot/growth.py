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
from spacekit.plot.drawn import remember
from spacekit.stats.columns import floats
from spacekit.tables.given import Observations, observed_in
from spacekit.tables.views import has_no_title
from spacekit.words import NO_TITLE, UNDEFINED, figure, keyless, percent, plural, span

_NAMED: Final = 6
_MOST_CURVES: Final = 400
_OPAQUE: Final = 50  # lines; of more, each can be looked through
_LEAST_TYPICAL: Final = 5  # Spaces; the middle half of fewer says little
_SMALL_POINTS: Final = 190.0  # lower axes name fewer Spaces
_LETTER_POINTS: Final = 4.7
_AGES: Final = ("1h", "3h", "6h", "12h", "1D", "2D", "3D", "5D", "7D", "10D", "14D", "21D", "30D")
_IN_TITLE: Final = ("1D", "7D")
_LEAST_LABEL: Final = 36  # columns of a legend's entry, where there are two beside each other
_ONCE: Final = "Each Space was observed once, and growth needs several observations"
_MEANING: Final = f"{UNDEFINED} Lines join what was observed and end with it."


@keyless
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
        A line joins what was observed of a Space, and ends with it. A Space that was observed once has no line; where
        all were, as in a table of Spaces, the chart is empty and says so. The typical Space is what
        `stats.typical_growth` returns up to 30 days, as a share of the median final count: its median and middle half,
        where at least five Spaces carry it.

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
    observations = observed_in(observations)
    seen, typical = stats.growth(observations), stats.typical_growth(observations, _AGES)
    grown = seen[seen.duplicated("space_id", keep=False)]
    last = grown[grown["is_last"]].sort_values("total_replay_watched", ascending=False, kind="stable")
    ids = list(last["space_id"].head(_MOST_CURVES))
    ax = axes.given_or_new(ax)
    if grown.empty:
        why = "No observation after the end with a replay count" if seen.empty else _ONCE
        axes.nothing(ax, len(observations), why)
    else:
        _draw(ax, observations, grown[grown["space_id"].isin(ids)], ids, typical, scale, **kwargs)
    axes.name_axes(ax, "age: time since the Space ended", labels.REPLAY)
    rest = f"Those {len(ids):,} with most plays are drawn." if len(last) > len(ids) else ""
    n = f"n = {plural(int(seen['is_last'].sum()), 'Space')}, {len(seen):,} of {len(observations):,} observations"
    told = _typical_in_words(typical), _MEANING, _falls(observations), _seen_once(len(seen) - len(grown))
    frame.put(ax, observations, title(grown, typical, len(seen)), n, rest, *told,
              caption.reasons(stats.growth_left_out(observations)), ages=False, one_each=False)  # fmt: skip
    return ax


def title(grown: pd.DataFrame, typical: pd.DataFrame, seen: int) -> str:
    """Word how far the typical Space had come, from `stats.typical_growth`; else the plays of the Space with most."""
    if grown.empty:
        return "Growth needs several observations of a Space" if seen else "No observations to draw"
    shares = typical[(typical["n"] >= _LEAST_TYPICAL) & typical["age"].isin(pd.to_timedelta(_IN_TITLE))]
    if len(shares):
        first, *later = (
            (percent(share), span(age))
            for share, age in zip(shares["share_median"], shares["age"], strict=True)
        )
        rest = "".join(f"; {share} after {age}" for share, age in later)
        return f"The typical Space had {first[0]} of its final plays after {first[1]}{rest}"
    most = grown[grown["is_last"]].sort_values("total_replay_watched", kind="stable").iloc[-1]
    plays, age = plural(int(most["total_replay_watched"]), "play"), span(most["age"])
    return f"{plays} after {age}" + (" in the Space with most" if grown["is_last"].sum() > 1 else "")


def _seen_once(n: int) -> str:
    return f"Observed once, so without a line: {plural(n, 'Space')}." if n else ""


def _draw(
    ax: Axes, observations: pd.DataFrame, grown: pd.DataFrame, ids: Sequence[str], typical: pd.DataFrame,
    scale: scales.Scale, **kwargs: Any,
) -> None:  # fmt: skip
    height, width = axes.size_points(ax)
    named = _NAMED if height > _SMALL_POINTS else _NAMED // 3
    letters = int(width / _LETTER_POINTS)
    columns = letters // 2 if letters >= 2 * _LEAST_LABEL else letters
    _fit(ax, grown, scale)
    handles = _draw_curves(ax, grown, ids, named, **kwargs)
    drawn = _draw_typical(ax, typical)
    names = _names(observations, ids[:named], int(np.clip(columns - 7, 14, 40)))
    typical_name = labels.plain(f"typical Space (n = {_carried_by(typical)})".replace(" to ", "-"))
    axes.legend(ax, handles + drawn, names + [typical_name] * len(drawn))


def _fit(ax: Axes, seen: pd.DataFrame, scale: scales.Scale) -> None:
    scales.fit_spans(ax.xaxis, scales.minutes(seen["age"]))
    scales.fit(ax.yaxis, floats(seen["total_replay_watched"]), scale)


def _draw_curves(
    ax: Axes, grown: pd.DataFrame, ids: Sequence[str], named: int, **kwargs: Any
) -> list[Artist]:
    """Draw a line for each Space, and return those in colour."""
    points = np.column_stack([scales.minutes(grown["age"]), floats(grown["total_replay_watched"])])
    rows = grown.groupby("space_id").indices
    rest = [points[rows[name]] for name in ids[named:]]
    seen = float(
        np.clip(_OPAQUE / max(len(rest), 1), 0.08, 1.0)
    )  # where many lie on each other, the dense parts show
    grey = LineCollection(rest, colors=[axes.faint(ax, 0.35)], linewidths=0.8, alpha=seen, zorder=1.5)
    ax.add_collection(grey, autolim=False)
    remember(ax, points[:, 0], points[:, 1], grown["space_id"])
    handles: list[Artist] = []
    for name, colour in zip(ids[:named], axes.colours(ax), strict=False):
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
    """Name Spaces by title, with the day where some are alike, or by id: all different, as last observed."""
    known = ["title", "creator_screen_name", "started_at", "fetched_at"]
    rows = observations.reindex(columns=["space_id", *known])
    rows = rows[rows["space_id"].isin(ids)].sort_values(known[::-1], na_position="first")
    newest = rows.drop_duplicates("space_id", keep="last").set_index("space_id").loc[list(ids)]
    days = _days(newest["started_at"])
    hosts = newest["creator_screen_name"]
    dated = [
        f"@{host} {day}".strip() if isinstance(host, str) else ""
        for host, day in zip(hosts, days, strict=True)
    ]
    stand_ins = [
        name if name and labels.families_for(name) else i for name, i in zip(dated, ids, strict=True)
    ]
    untitled = has_no_title(newest["title"])
    hints = [(lacks and name) or day for name, lacks, day in zip(dated, untitled, days, strict=True)]
    missing = NO_TITLE if "title" in observations else ""
    made = labels.of_titles(newest["title"], stand_ins, hints, width, missing)
    seen = Counter(label.text for label in made)
    return [label if seen[label.text] == 1 else labels.plain(i) for label, i in zip(made, ids, strict=True)]


def _days(instants: pd.Series[Any]) -> list[str]:
    """Word days, with the year where they are of several; "" where one is missing."""
    one_year = len({at.year for at in instants.dropna()}) == 1
    return [
        "" if pd.isna(at) else f"{at.day} {at:%b}" if one_year else f"{at.day} {at:%b %Y}" for at in instants
    ]
