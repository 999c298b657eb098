"""The forms: views over the states of `explorer`. They link and show; they decide nothing."""

from spacekit.widgets.audience_explorer import AudienceExplorer
from spacekit.widgets.fetch_form import FetchForm
from spacekit.widgets.linear import linear_axes
from spacekit.widgets.page import page

__all__ = ["AudienceExplorer", "FetchForm", "linear_axes", "page"]
