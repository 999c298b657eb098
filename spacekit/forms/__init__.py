"""The forms: each has a state that needs no browser, and a view that decides nothing."""

from spacekit.forms.explorer import DATA_NAME, AudienceExplorer, page
from spacekit.forms.fetch_form import FetchForm

__all__ = ["DATA_NAME", "AudienceExplorer", "FetchForm", "page"]
