"""The first look at a table of Spaces: what is missing, zero, odd or in doubt. It corrects nothing."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from spacekit.fields import STATES
from spacekit.stats.columns import COUNT, FLAG, NUMBER, TEXT, frame, pick_spaces, repeated_rows, schema
from spacekit.stats.groups import creator_keys
from spacekit.tables import has_ended, recording_unknown, unrecorded
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_EXAMPLES: Final = 5  # ids of each check, at most
_QUALITY: Final = schema((TEXT, "check"), (COUNT, "n"), (NUMBER, "share"), (TEXT, "examples"))
_NEEDED: Final = (
    "space_id title state created_at scheduled_start started_at ended_at fetched_at total_live_listeners "
    "total_replay_watched is_space_available_for_replay creator_id creator_screen_name creator_followers_count"
)
_DAY: Final = pd.Timedelta(1, "D")
_HOUR: Final = pd.Timedelta(1, "h")
_Column: TypeAlias = "pd.Series[Any]"


@keyless
def quality(spaces: Spaces) -> pd.DataFrame:
    """
    Return what to know about a table before you trust numbers from it.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.

    Returns
    -------
    frame
        `check, n, share, examples`: one row for each check, always all and in this order; `n` Spaces for which it
        holds, their `share` of all Spaces (`<NA>` for an empty table), and up to five of their ids, sorted and joined
        by blanks (`<NA>` if none). The checks:

        - `repeated`: rows of Spaces that have a newer row, and their share of all rows; no other check sees them;
        - `no id`, `no title`, `no creator`, `no followers` (missing or 0);
        - `no state`, `unknown state` (not one of the documented, in any case), `not ended`;
        - `no start`, `no end` (of Spaces that ended), `no schedule` (begun without one), `no live count` and `no
          replay count` (of Spaces that ended), `no fetch time`;
        - `zero live`, `zero replay`, `both zero` (of Spaces that ended);
        - `recording unknown` (compared with 0 plays, flag missing: there may have been no recording), `no recording`
          (flag false, no plays), `recording removed` (flag false, yet plays), of Spaces that ended;
        - times out of order: `start before set-up`, `schedule before set-up`, `end before start`, `fetched before
          end`, and `longer than a day`;
        - `fetched within a day of the end` (replay plays still grow fast), `age under a tenth of the oldest` (when
          fetched, so do not compare it with the oldest), `stale` (not ended and fetched more than an hour before the
          newest row: its state may have changed).

        A check can hold for many rows without a fault: instant Spaces, for example, have "no schedule".

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        A column is missing, or cannot be read as its kind.

    Examples
    --------
    >>> import spacekit as sk
    >>> found = sk.quality(sk.sample_batch().spaces)
    >>> found.loc[found.n > 20, ["check", "n", "share"]].round(2)
    Empty DataFrame
    Columns: [check, n, share]
    Index: []
    """
    spaces = spaces_in(spaces)
    rows, repeated = pick_spaces(spaces, _NEEDED).reset_index(drop=True), repeated_rows(spaces)
    table = rows[~repeated].reset_index(drop=True)
    over = has_ended(table)
    checks = {
        **_identity(table, creator_keys(table)),
        **_states(table, over),
        **_gaps(table, over),
        **_zeros(table, over),
        **_recordings(table, over),
        **_order(table),
        **_freshness(table, over),
    }
    found = [_row("repeated", pd.Series(repeated), rows.space_id)]
    found += [_row(check, holds, table.space_id) for check, holds in checks.items()]
    return frame({name: [row[name] for row in found] for name in _QUALITY}, _QUALITY)


def _row(check: str, holds: _Column, ids: _Column) -> dict[str, Any]:
    holds = holds.astype(FLAG).fillna(value=False)
    n = int(holds.sum())
    examples = sorted(ids[holds].dropna().unique())[:_EXAMPLES]
    return {
        "check": check,
        "n": n,
        "share": n / len(holds) if len(holds) else np.nan,
        "examples": " ".join(examples) or pd.NA,
    }


def _identity(table: pd.DataFrame, creator: _Column) -> dict[str, _Column]:
    return {
        "no id": table.space_id.isna(),
        "no title": table.title.fillna("").str.strip() == "",
        "no creator": creator.isna(),
        "no followers": table.creator_followers_count.fillna(0) == 0,
    }


def _states(table: pd.DataFrame, over: _Column) -> dict[str, _Column]:
    known = table.state.str.lower().isin([state.lower() for state in STATES])
    return {
        "no state": table.state.isna(),
        "unknown state": table.state.notna() & ~known,
        "not ended": ~over,
    }


def _gaps(table: pd.DataFrame, over: _Column) -> dict[str, _Column]:
    return {
        "no start": over & table.started_at.isna(),
        "no end": over & table.ended_at.isna(),
        "no schedule": table.started_at.notna() & table.scheduled_start.isna(),
        "no live count": over & table.total_live_listeners.isna(),
        "no replay count": over & table.total_replay_watched.isna(),
        "no fetch time": table.fetched_at.isna(),
    }


def _zeros(table: pd.DataFrame, over: _Column) -> dict[str, _Column]:
    live, replay = table.total_live_listeners == 0, table.total_replay_watched == 0
    return {"zero live": over & live, "zero replay": over & replay, "both zero": over & live & replay}


def _recordings(table: pd.DataFrame, over: _Column) -> dict[str, _Column]:
    flag, plays = table.is_space_available_for_replay, table.total_replay_watched.fillna(0)
    return {
        "recording unknown": recording_unknown(table),
        "no recording": over & unrecorded(table),
        "recording removed": over & ~flag & (plays > 0),
    }


def _order(table: pd.DataFrame) -> dict[str, _Column]:
    return {
        "start before set-up": table.started_at < table.created_at,
        "schedule before set-up": table.scheduled_start < table.created_at,
        "end before start": table.ended_at < table.started_at,
        "fetched before end": table.fetched_at < table.ended_at,
        "longer than a day": table.ended_at - table.started_at > _DAY,
    }


def _freshness(table: pd.DataFrame, over: _Column) -> dict[str, _Column]:
    age = (table.fetched_at - table.ended_at).where(table.fetched_at >= table.ended_at)
    return {
        "fetched within a day of the end": age < _DAY,
        "age under a tenth of the oldest": age < age.max() / 10,
        "stale": ~over & (table.fetched_at < table.fetched_at.max() - _HOUR),
    }
