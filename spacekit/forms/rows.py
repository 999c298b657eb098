"""What the widgets show of each Space, as compact JSON for the page."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np
import pandas as pd

from spacekit import stats
from spacekit.stats.columns import pick_spaces

_SHOWN: Final = {
    "space_id": "space_id",
    "title": "title",
    "creator_screen_name": "host",
    "started_at": "started",
    "total_live_listeners": "live",
    "total_replay_watched": "replay",
    "state": "state",
}
"""Columns of `spaces` that a widget shows, and what it calls them."""


def packed(spaces: pd.DataFrame) -> bytes:
    """
    Return columns of a table of Spaces as JSON: what a person wants to see of each.

    Returns
    -------
    names
        An object of lists, one value a row, null where unknown: `space_id, title, host, started` (to the minute, UTC),
        `live, replay, share, state`.
    """
    known = pick_spaces(spaces, " ".join(name for name in _SHOWN if name in spaces))
    columns = {name: _listed(known.get(source), len(spaces)) for source, name in _SHOWN.items()}
    columns["started"] = _minutes(known.get("started_at"), len(spaces))
    columns["share"] = _listed(stats.measures(spaces)["replay_share"].round(5), len(spaces))
    return msgspec.json.encode(columns)


def row_numbers(spaces: pd.DataFrame) -> dict[str, int]:
    """Return the row of each id; of an id that is repeated, the last."""
    ids = pick_spaces(spaces, "space_id")["space_id"]
    return {space_id: row for row, space_id in enumerate(ids.astype(object))}


def _listed(column: pd.Series[Any] | None, n: int) -> list[Any]:
    if column is None:
        return [None] * n
    values: Any = column.array  # None for `na_value` is not in the stubs of pandas
    return list(values.to_numpy(dtype=object, na_value=None))


def _minutes(column: pd.Series[Any] | None, n: int) -> list[str | None]:
    if column is None:
        return [None] * n
    minutes = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[m]")
    return [
        None if text == "NaT" else text.replace("T", " ") for text in np.datetime_as_string(minutes).tolist()
    ]
