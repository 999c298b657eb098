"""Charts of Spaces: one function for each, which draws what `stats` computed. It computes nothing."""

from collections.abc import Callable
from typing import Final

from matplotlib.axes import Axes

from spacekit.plot.checks import quality
from spacekit.plot.curves import growth
from spacekit.plot.groups import hosts, punctuality, replay_share
from spacekit.plot.on_air import timeline
from spacekit.plot.pairs import audience, live_vs_replay
from spacekit.plot.relations import duration, followers
from spacekit.plot.times import calendar, trend

CHARTS: Final[dict[str, Callable[..., Axes]]] = {
    "audience": audience,
    "live_vs_replay": live_vs_replay,
    "replay_share": replay_share,
    "hosts": hosts,
    "growth": growth,
    "followers": followers,
    "calendar": calendar,
    "duration": duration,
    "punctuality": punctuality,
    "trend": trend,
    "timeline": timeline,
    "quality": quality,
}
"""Every chart by its name. All take the table `spaces`, but `growth`, which takes `observations`."""

__all__ = [
    "CHARTS",
    "audience",
    "calendar",
    "duration",
    "followers",
    "growth",
    "hosts",
    "live_vs_replay",
    "punctuality",
    "quality",
    "replay_share",
    "timeline",
    "trend",
]
