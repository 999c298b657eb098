"""The audience by weekday and hour of the start, as it is or against each creator's usual. No drawing."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from spacekit.arguments import check_whole
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, FLAG, NUMBER, floats, frame, pick_spaces, schema, zoned
from spacekit.stats.groups import creator_keys
from spacekit.stats.measures import lacking, measures
from spacekit.stats.usual import VALUES, against_usual
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, show

Within: TypeAlias = Literal["host"] | None

_CELLS: Final = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])


@keyless
def calendar(
    spaces: Spaces, tz: str = "UTC", thin_below: int = 3, *, within: Within = None, live_only: bool = False
) -> pd.DataFrame:
    """
    Return the audience by weekday and hour of the start.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Excluded Spaces (see `measures`) and Spaces
        without a start are left out.
    tz
        Time zone of weekdays and hours, with its summer time.
    thin_below
        Cells of fewer Spaces are marked as thin.
    within
        "host" holds each Space against its creator's usual, as `within_host` does: otherwise a cell shows which hosts
        are on air then, rather than what the hour does. None takes the counts as they are.
    live_only
        True counts every Space that has ended and has a live count, whether it was recorded or not; the columns of
        `replay` and `share` are `<NA>` then. False counts those for which live and replay compare.

    Returns
    -------
    frame
        168 rows: `weekday` (0 Monday to 6 Sunday), `hour` (0 to 23), `n` Spaces that started in that hour,
        `n_creators` (known ones; of one, a cell says nothing about others), `live_median, replay_median, share_median`
        (`<NA>` with none), `thin`. With `within="host"`, `live_change, replay_change, share_change` take the place of
        the medians, as in `within_host`, and creators with all Spaces in one cell or with fewer than 3 are left out.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        There is no such zone, `within` or `live_only`, `thin_below` is not a whole number, or a column is missing.

    Warns
    -----
    AgeWarning
        Ages of the compared Spaces when fetched are too far apart, over all or between cells; not with `live_only`.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     cells = sk.stats.calendar(sk.sample_batch().spaces, "Europe/London")
    >>> cells.drop(columns="share_median").sort_values("n", kind="stable").tail(3)
         weekday  hour   n  n_creators  live_median  replay_median   thin
    164        6    20   5           2        123.0          457.0  False
    165        6    21   6           2        157.5          657.5  False
    44         1    20  10           1      49279.5          836.5  False
    """
    spaces = spaces_in(spaces)
    table = placed(spaces, tz, within, live_only=live_only)
    found = cells(table, thin_below, within)
    kept = table.left_out.isna().to_numpy()
    if not live_only:
        warn_of_ages("calendar", spaces, kept, table.cell[kept])
    return found


def placed(
    spaces: pd.DataFrame, tz: str = "UTC", within: Within = None, *, live_only: bool = False
) -> pd.DataFrame:
    """Return the `cell` of each Space by place, its three numbers, its `creator` and why it is `left_out`, if it is."""
    if within is not None and not (isinstance(within, str) and within == "host"):
        raise ValueError(f"within: got {show(within)}. Use 'host', or None for counts as they are.")
    if not isinstance(live_only, bool):
        raise ValueError(  # noqa: TRY004  (as of every other argument)
            f"live_only: got {show(live_only)}. Use True or False."
        )
    started = zoned(pick_spaces(spaces, "started_at").started_at, tz).reset_index(drop=True)
    cell = (started.dt.day_of_week * 24 + started.dt.hour).astype(COUNT)
    if within == "host":
        table = against_usual(spaces, {"no start": started.isna()}, cell, live_only=live_only)
        names, left_out = [f"{value}_change" for value in VALUES], table.left_out
    else:
        table = measures(spaces).reset_index(drop=True)
        names = ["live", "replay", "replay_share"]
        reason = lacking(table, "live") if live_only else table.excluded
        left_out = reason.mask(reason.isna() & started.isna(), "no start")
    columns = {
        value: np.full(len(table), np.nan) if live_only and value != "live" else floats(table[name])
        for value, name in zip(VALUES, names, strict=True)
    }
    creator = creator_keys(spaces).array
    return pd.DataFrame({**columns, "cell": cell, "creator": creator, "left_out": left_out})


def cells(table: pd.DataFrame, thin_below: int = 3, within: Within = None) -> pd.DataFrame:
    """Return what `calendar` does, from the table of `placed`, without its warning: captions state the ages."""
    check_whole("thin_below", thin_below, 0)
    names = {value: f"{value}_{'median' if within is None else 'change'}" for value in VALUES}
    grouped = table[table.left_out.isna()].groupby("cell")
    found = grouped[[*VALUES]].median().rename(columns=names)
    counted = pd.DataFrame({"n": grouped.size(), "n_creators": grouped.creator.nunique()})
    found = found.join(counted).reindex(range(len(_CELLS))).set_axis(_CELLS).reset_index()
    found[["n", "n_creators"]] = found[["n", "n_creators"]].fillna(0)
    dtypes = schema((COUNT, "weekday hour n n_creators"), (NUMBER, " ".join(names.values())), (FLAG, "thin"))
    return frame(found.assign(thin=found.n < thin_below), dtypes)
