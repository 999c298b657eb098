"""From anything pasted to Space ids, and what was not recognised. Asks no server; reads files of ids only."""

from spacekit.ids.entry import EXAMPLE, Entry
from spacekit.ids.found import Found, check_id, find_ids, found_in, found_of

__all__ = ["EXAMPLE", "Entry", "Found", "check_id", "find_ids", "found_in", "found_of"]
