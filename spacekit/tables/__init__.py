"""From JSON records to typed tables. Pure: no network, and the records are never changed."""

from spacekit.tables.decoding import Decoded, Refused, decode
from spacekit.tables.tables import (
    Tables,
    assemble,
    audience_long,
    describe_columns,
    drift,
    from_rows,
    has_ended,
    id_of,
    message,
    normalize,
    one_instant,
    times_for,
)

__all__ = [
    "Decoded",
    "Refused",
    "Tables",
    "assemble",
    "audience_long",
    "decode",
    "describe_columns",
    "drift",
    "from_rows",
    "has_ended",
    "id_of",
    "message",
    "normalize",
    "one_instant",
    "times_for",
]
