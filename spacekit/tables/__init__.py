"""From JSON texts or parsed records to typed tables, on one path. Pure: no network; records are never changed."""

from spacekit.tables.audience import audience_long, has_ended, unrecorded
from spacekit.tables.decoding import Decoded, Refused, collector_paused, decode, text_of
from spacekit.tables.dictionary import describe_columns, drift
from spacekit.tables.frames import Tables, assemble, from_rows, to_frame
from spacekit.tables.instants import one_instant, times_for
from spacekit.tables.parts import Part, join
from spacekit.tables.records import id_of, message, normalize

__all__ = [
    "Decoded",
    "Part",
    "Refused",
    "Tables",
    "assemble",
    "audience_long",
    "collector_paused",
    "decode",
    "describe_columns",
    "drift",
    "from_rows",
    "has_ended",
    "id_of",
    "join",
    "message",
    "normalize",
    "one_instant",
    "text_of",
    "times_for",
    "to_frame",
    "unrecorded",
]
