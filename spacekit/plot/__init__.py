"""Charts of Spaces: one function for each, which draws what `stats` computed. It computes nothing."""

from spacekit.plot.charts import CHARTS, Chart
from spacekit.plot.checks import quality
from spacekit.plot.curves import growth
from spacekit.plot.groups import hosts, punctuality, replay_share
from spacekit.plot.on_air import timeline
from spacekit.plot.pairs import audience, live_vs_replay
from spacekit.plot.relations import duration, followers
from spacekit.plot.times import calendar, trend

__all__ = [
    "CHARTS",
    "Chart",
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
