"""Charts of Spaces: one function for each, which draws what `stats` computed. It computes nothing."""

from spacekit.plot.audience import audience
from spacekit.plot.calendar import calendar
from spacekit.plot.charts import CHARTS, Chart
from spacekit.plot.drawn import points_of
from spacekit.plot.followers import followers
from spacekit.plot.frame import notes
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
    "notes",
    "over_time",
    "points_of",
    "punctuality",
    "quality",
    "ratio",
    "reach",
    "replay_share",
    "timeline",
    "trend",
]
