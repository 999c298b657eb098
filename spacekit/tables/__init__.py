"""From JSON texts or parsed records to typed tables, on one path. Pure: no network; records are never changed."""

from spacekit.tables.audience import audience_long
from spacekit.tables.comparable import (
    EXCLUSIONS,
    ages_when_fetched,
    creator_keys,
    exclusion,
    first_reason,
    has_ended,
    is_repeated,
    recording_unknown,
    unrecorded,
)
from spacekit.tables.decoding import Decoded, as_text, collector_paused, decode
from spacekit.tables.dictionary import describe_columns, drift
from spacekit.tables.frames import Tables, assemble, from_rows
from spacekit.tables.instants import one_instant, times_for
from spacekit.tables.limits import TENFOLD, fewest_pieces, too_few
from spacekit.tables.parts import UNAVAILABLE
from spacekit.tables.plain import plain
from spacekit.tables.records import normalize
from spacekit.tables.rounded import Rounded, rounded

__all__ = [
    "EXCLUSIONS",
    "TENFOLD",
    "UNAVAILABLE",
    "Decoded",
    "Rounded",
    "Tables",
    "ages_when_fetched",
    "as_text",
    "assemble",
    "audience_long",
    "collector_paused",
    "creator_keys",
    "decode",
    "describe_columns",
    "drift",
    "exclusion",
    "fewest_pieces",
    "first_reason",
    "from_rows",
    "has_ended",
    "is_repeated",
    "normalize",
    "one_instant",
    "plain",
    "recording_unknown",
    "rounded",
    "times_for",
    "too_few",
    "unrecorded",
]
