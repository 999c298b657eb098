"""From JSON records to typed tables. Pure: no network, and the records are never changed."""

from spacekit.tables.tables import (
    Tables,
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
    "Tables",
    "audience_long",
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
