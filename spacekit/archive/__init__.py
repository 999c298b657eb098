"""One file that keeps every answer with the time it was fetched. Asks no server."""

from spacekit.archive.archive import Archive, existing, invalid, opened
from spacekit.archive.observation import Observation

__all__ = ["Archive", "Observation", "existing", "invalid", "opened"]
