"""How the page is told which data to show. It imports nothing: what serves the page needs no widget."""

from typing import Final

DATA_NAME: Final = "SPACEKIT_DATA"
"""The environment's variable with the path of the data."""
