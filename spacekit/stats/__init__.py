"""Live against replay: measures, comparisons, growth. DataFrame in, DataFrame out; it draws nothing."""

from spacekit.errors import AgeWarning
from spacekit.stats.ages import ages
from spacekit.stats.compare import compare, correlation, summarise
from spacekit.stats.followers import followers
from spacekit.stats.groups import group_labels
from spacekit.stats.growth import at_age, growth, growth_left_out
from spacekit.stats.measures import exclusions, measures
from spacekit.stats.quality import quality
from spacekit.stats.shares import share_ecdf
from spacekit.stats.timing import calendar, punctuality, timeline
from spacekit.stats.trend import trend, trend_periods

__all__ = [
    "AgeWarning",
    "ages",
    "at_age",
    "calendar",
    "compare",
    "correlation",
    "exclusions",
    "followers",
    "group_labels",
    "growth",
    "growth_left_out",
    "measures",
    "punctuality",
    "quality",
    "share_ecdf",
    "summarise",
    "timeline",
    "trend",
    "trend_periods",
]
