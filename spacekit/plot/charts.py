"""The table of charts: one entry each. Shell, forms, gallery and tests read it; it draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from matplotlib.axes import Axes

from spacekit.plot.audience import audience, live_vs_replay
from spacekit.plot.followers import followers
from spacekit.plot.growth import growth
from spacekit.plot.quality import quality
from spacekit.plot.shares import hosts, replay_share
from spacekit.plot.timing import calendar, duration, punctuality, timeline
from spacekit.plot.trend import trend


@dataclass(frozen=True, slots=True)
class Chart:
    """
    What there is to know of a chart without calling it.

    Attributes
    ----------
    function
        Draws it: a table in, the Axes out.
    title
        Its name for people.
    shows
        One line on what it shows.
    takes
        The table it draws: "spaces" or "observations".
    counts
        Which axes show counts: "x", "y", "both", or "" for none.
    options
        Keywords that a shell or a form may offer.
    rows
        What it has one row each for, so that its height depends on the table; "" for none.
    """

    function: Callable[..., Axes]
    title: str
    shows: str
    takes: Literal["spaces", "observations"] = "spaces"
    counts: Literal["", "x", "y", "both"] = ""
    options: tuple[str, ...] = ()
    rows: Literal["", "spaces", "hosts", "checks"] = ""


_ENTRIES: Final = (
    Chart(
        audience,
        "Audience of each Space",
        "Live listeners and replay plays of each Space, the largest live audience on top.",
        counts="x",
        options=("scale",),
        rows="spaces",
    ),
    Chart(
        live_vs_replay,
        "Live against replay",
        "Replay plays against live listeners: one point for each Space, coloured by its age when fetched.",
        counts="both",
        options=("scale",),
    ),
    Chart(
        replay_share,
        "Replay share",
        "How the replay share is spread over the Spaces, as one curve for each group.",
        options=("by",),
    ),
    Chart(
        hosts,
        "Hosts",
        "Median replay share of each host, with its 95 % interval and the middle half of the host's Spaces.",
        rows="hosts",
    ),
    Chart(
        growth,
        "Growth of plays",
        "Replay plays of each Space as it ages.",
        takes="observations",
        counts="y",
        options=("scale",),
    ),
    Chart(
        followers,
        "Audience and followers",
        "Median audience of each creator against followers, and who does better or worse than their follower "
        "count suggests.",
        counts="both",
        options=("audience", "scale"),
    ),
    Chart(
        calendar,
        "Weekday and hour",
        "Median audience by weekday and hour of the start, with the number of Spaces in each cell.",
        options=("value", "tz"),
    ),
    Chart(
        duration,
        "Audience and length",
        "Audience of each Space against how long it lasted, with Spearman's rho.",
        counts="y",
        options=("audience", "scale"),
    ),
    Chart(
        punctuality,
        "Punctuality",
        "How early or late each host starts: the median delay, its middle half, and how many starts were on time.",
        rows="hosts",
    ),
    Chart(
        trend,
        "Trend",
        "Live and replay over time, each Space against its creator's usual, so that small creators count too.",
        options=("every", "tz"),
    ),
    Chart(
        timeline,
        "On air",
        "When each Space was on air; Spaces that overlap lie one above the other.",
        options=("tz",),
    ),
    Chart(
        quality,
        "Data quality",
        "How many Spaces each check of the data finds.",
        rows="checks",
    ),
)

CHARTS: Final = {chart.function.__name__: chart for chart in _ENTRIES}
"""Every chart by its name in `spacekit.plot`."""
