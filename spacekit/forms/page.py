"""The explorer as a page of its own, for `run.py app`: which data it shows, and errors in plain phrases."""

from __future__ import annotations

import os
from typing import Final

import ipywidgets as w

from spacekit.errors import SpacekitError
from spacekit.forms import parts, phrases
from spacekit.forms.explorer import AudienceExplorer
from spacekit.samples import sample_batch

DATA_NAME: Final = "SPACEKIT_DATA"
"""Variable of the environment with the path of the data; without it the made-up samples are shown."""


def page() -> w.Widget:
    """
    Give the explorer of the data that `SPACEKIT_DATA` names.

    Returns
    -------
    widget
        An `AudienceExplorer`, of the made-up samples where nothing is named; or a line that says why there is none.
    """
    path = os.environ.get(DATA_NAME, "")
    try:
        return AudienceExplorer(path or sample_batch())
    except (SpacekitError, OSError, ValueError) as error:
        return parts.html(parts.status(f"Cannot show {path!r}: {phrases.plain(error)}"))
