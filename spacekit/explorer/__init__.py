"""What the forms know and decide, without widgets: fetching and exploring. A view links to it and decides nothing."""

from spacekit.explorer.exploring import ExploreState, Picture, Request
from spacekit.explorer.fetching import FetchState
from spacekit.explorer.filters import Filters
from spacekit.explorer.sources import Source, source_of

__all__ = ["ExploreState", "FetchState", "Filters", "Picture", "Request", "Source", "source_of"]
