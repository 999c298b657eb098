"""Live against replay: measures, comparisons, growth. DataFrame in, DataFrame out; it draws nothing."""

from spacekit.errors import AgeWarning, CountWarning
from spacekit.stats.ages import ages
from spacekit.stats.announcements import announcements
from spacekit.stats.at_age import at_age
from spacekit.stats.calendar import calendar
from spacekit.stats.compare import compare, summarise
from spacekit.stats.contrast import contrast
from spacekit.stats.correlation import correlation
from spacekit.stats.followers import followers
from spacekit.stats.groups import group_labels
from spacekit.stats.growth import growth, growth_left_out, growth_quality, typical_growth
from spacekit.stats.hosts import hosts
from spacekit.stats.measures import exclusions, measures
from spacekit.stats.over_time import over_time
from spacekit.stats.quality import quality
from spacekit.stats.ratio import ratio, ratio_slope
from spacekit.stats.reach import reach
from spacekit.stats.shares import share_ecdf
from spacekit.stats.timing import punctuality, timeline
from spacekit.stats.trend import trend, trend_periods
from spacekit.stats.usual import within_host

__all__ = [
    "AgeWarning",
    "CountWarning",
    "ages",
    "announcements",
    "at_age",
    "calendar",
    "compare",
    "contrast",
    "correlation",
    "exclusions",
    "followers",
    "group_labels",
    "growth",
    "growth_left_out",
    "growth_quality",
    "hosts",
    "measures",
    "over_time",
    "punctuality",
    "quality",
    "ratio",
    "ratio_slope",
    "reach",
    "share_ecdf",
    "summarise",
    "timeline",
    "trend",
    "trend_periods",
    "typical_growth",
    "within_host",
]
