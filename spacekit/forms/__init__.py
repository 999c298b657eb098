"""The forms: each has a state that needs no browser, and a view that decides nothing."""

from spacekit.forms.explorer import AudienceExplorer, page
from spacekit.forms.fetch_form import FetchForm

__all__ = ["AudienceExplorer", "FetchForm", "page"]
