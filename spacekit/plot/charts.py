"""The table of charts: one entry each. Shell, forms, gallery and tests read it; it draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from matplotlib.axes import Axes

from spacekit.plot.audience import audience
from spacekit.plot.calendar import calendar
from spacekit.plot.followers import followers
from spacekit.plot.growth import growth
from spacekit.plot.hosts import hosts
from spacekit.plot.live_vs_replay import live_vs_replay
from spacekit.plot.over_time import over_time
from spacekit.plot.punctuality import punctuality
from spacekit.plot.quality import quality
from spacekit.plot.ratio import ratio
from spacekit.plot.reach import reach
from spacekit.plot.shares import replay_share
from spacekit.plot.timeline import timeline
from spacekit.plot.timing import duration
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
        What it has one row for, each, so that its height depends on the table; "" for none.
    posts
        Whether it also takes the posts that announce the Spaces, and shows little without them.

    Examples
    --------
    >>> import spacekit as sk
    >>> chart = sk.plot.CHARTS["calendar"]
    >>> chart.title, chart.takes, chart.options
    ('Weekday and hour', 'spaces', ('value', 'within', 'tz'))
    >>> ax = chart.function(sk.sample_batch().spaces, tz="Asia/Tokyo")
    """

    function: Callable[..., Axes]
    title: str
    shows: str
    takes: Literal["spaces", "observations"] = "spaces"
    counts: Literal["", "x", "y", "both"] = ""
    options: tuple[str, ...] = ()
    rows: Literal["", "spaces", "hosts", "checks"] = ""
    posts: bool = False


# fmt: off
_ENTRIES: Final = (
    Chart(audience, "Audience of each Space", counts="x", options=("scale",), rows="spaces",
          shows="Live listeners and replay plays of each Space, the largest live audience on top."),
    Chart(live_vs_replay, "Live against replay", counts="both", options=("scale",),
          shows="Replay plays against live listeners: one point for each Space, hosts far from the others in colour."),
    Chart(reach, "Reach, live and replay", rows="spaces", posts=True,
          shows="Views of the announcing post, live listeners and replay plays of each Space, most views on top."),
    Chart(replay_share, "Replay share", options=("by",),
          shows="Replay share of each Space in the row of its group, with median and middle half."),
    Chart(ratio, "Plays per live listener", options=("by",),
          shows="Ratio of replay plays to live listeners against the size of a Space, with the slope and its error."),
    Chart(hosts, "Hosts", rows="hosts",
          shows="Replay share of each host: single Spaces, their median, and an estimate with its 95 % interval."),
    Chart(growth, "Growth of plays", takes="observations", counts="y", options=("scale",),
          shows="Replay plays of each Space as it ages, and how far the typical Space had come at each age."),
    Chart(followers, "Audience and followers", counts="both", options=("audience", "scale"),
          shows="Median audience of each creator against followers, and who does better or worse than they suggest."),
    Chart(calendar, "Weekday and hour", options=("value", "within", "tz"),
          shows="Median audience by weekday and hour of the start, with the number of Spaces in each cell."),
    Chart(duration, "Audience and length", counts="y", options=("audience", "scale"),
          shows="Audience of each Space against how long it lasted, with Spearman's rho."),
    Chart(punctuality, "Punctuality", rows="hosts",
          shows="How early or late each host starts: median delay, middle half, and how many starts were on time."),
    Chart(over_time, "Months or weeks", counts="y", options=("every", "tz", "scale"),
          shows="Median live listeners and replay plays of each month, week or other period."),
    Chart(trend, "Trend", options=("every", "tz"),
          shows="Live and replay over time, each Space against its creator's usual, so that small creators count too."),
    Chart(timeline, "On air", options=("tz",),
          shows="When each Space was on air; Spaces that overlap another one have a colour of their own."),
    Chart(quality, "Data quality", rows="checks",
          shows="How many Spaces each check of the data finds."),
)
# fmt: on

CHARTS: Final = {chart.function.__name__: chart for chart in _ENTRIES}
"""Every chart by its name in `spacekit.plot`."""
