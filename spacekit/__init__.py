"""spacekit: live and replay audiences of Twitter/X Spaces, from the SocialData API to tidy tables and charts.

The public names, nothing else. What needs requests, matplotlib or ipywidgets is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spacekit.archive import Archive
from spacekit.batch import Batch, read_jsonl
from spacekit.errors import (
    AgeWarning,
    ArchiveError,
    CredentialsError,
    DataError,
    FetchInterrupted,
    ForbiddenError,
    IncompleteWarning,
    InvalidIdError,
    NoCreditError,
    ServiceError,
    SpacekitError,
    SpaceNotFoundError,
)
from spacekit.ids import Found, find_ids
from spacekit.samples import documented_record, sample_batch, sample_observations_path, sample_records
from spacekit.tables import Tables, audience_long, describe_columns, drift, normalize

if TYPE_CHECKING:
    from spacekit import plot, stats
    from spacekit.fetching.client import Client, fetch
    from spacekit.fetching.refresh import refresh, watch
    from spacekit.forms import AudienceExplorer, FetchForm
    from spacekit.server import sandbox
    from spacekit.stats.compare import compare
    from spacekit.stats.growth import at_age, growth
    from spacekit.stats.measures import measures
    from spacekit.stats.quality import quality

__version__ = "0.1.0"

_LATE = {
    "AudienceExplorer": "forms",
    "Client": "fetching.client",
    "FetchForm": "forms",
    "at_age": "stats",
    "compare": "stats",
    "fetch": "fetching.client",
    "growth": "stats",
    "measures": "stats",
    "plot": "",
    "quality": "stats",
    "refresh": "fetching.refresh",
    "sandbox": "server",
    "stats": "",
    "watch": "fetching.refresh",
}
"""Names loaded when first used, and the rooms that have them; "" for a room itself."""

__all__ = [
    "AgeWarning",
    "Archive",
    "ArchiveError",
    "AudienceExplorer",
    "Batch",
    "Client",
    "CredentialsError",
    "DataError",
    "FetchForm",
    "FetchInterrupted",
    "ForbiddenError",
    "Found",
    "IncompleteWarning",
    "InvalidIdError",
    "NoCreditError",
    "ServiceError",
    "SpaceNotFoundError",
    "SpacekitError",
    "Tables",
    "__version__",
    "at_age",
    "audience_long",
    "compare",
    "describe_columns",
    "documented_record",
    "drift",
    "fetch",
    "find_ids",
    "growth",
    "measures",
    "normalize",
    "plot",
    "quality",
    "read_jsonl",
    "refresh",
    "sample_batch",
    "sample_observations_path",
    "sample_records",
    "sandbox",
    "stats",
    "watch",
]


def __getattr__(name: str) -> Any:
    """Load a name of `_LATE` and keep it."""
    if name not in _LATE:
        raise AttributeError(f"module 'spacekit' has no attribute {name!r}")
    room = import_module(f"spacekit.{_LATE[name] or name}")
    value = getattr(room, name) if _LATE[name] else room
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
