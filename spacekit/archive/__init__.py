"""One file that keeps every answer with the time it was fetched. Asks no server."""

from spacekit.archive.answers import SKEW_MS, Observation
from spacekit.archive.archive import Archive, looked_up, opened
from spacekit.archive.observations import Kept, Stored, invalid
from spacekit.archive.pages import KeptPage
from spacekit.archive.tables import read_table

__all__ = [
    "SKEW_MS",
    "Archive",
    "Kept",
    "KeptPage",
    "Observation",
    "Stored",
    "invalid",
    "looked_up",
    "opened",
    "read_table",
]
