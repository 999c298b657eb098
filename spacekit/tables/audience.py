"""The two counts of each Space as two rows."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from spacekit.errors import DataError
from spacekit.tables.comparable import has_ended, unrecorded
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_NEEDS: Final = (
    *("space_id", "state", "ended_at", "is_space_available_for_replay"),
    *("total_live_listeners", "total_replay_watched"),
)


@keyless
def audience_long(spaces: Spaces) -> pd.DataFrame:
    """
    Return the two counts of each Space as two rows, the form that seaborn and groupby work with.

    Parameters
    ----------
    spaces
        A table of Spaces, as `normalize` makes it, a `Batch` or an `Archive`.

    Returns
    -------
    frame
        Two rows a Space, in the order given: `space_id`, `audience` (categorical: "live", "replay"),
        `listeners` (Int64). Replay is `<NA>` where no replay can exist: the Space has not ended, or it has no
        recording and a count of 0. It is 0 only where that is a count. The two rows are not parts of a whole:
        one person can be in both.

    Raises
    ------
    DataError
        The table lacks a column that is needed.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.audience_long(sk.normalize(sk.documented_record()).spaces)
            space_id audience  listeners
    0  1jMJgLdenVjxL     live     435271
    1  1jMJgLdenVjxL   replay    1291373
    """
    spaces = spaces_in(spaces)
    if missing := [name for name in _NEEDS if name not in spaces]:
        raise DataError(f"spaces: the table lacks the columns {missing!r}. Pass a table that has them.")
    replay = spaces["total_replay_watched"].mask(~has_ended(spaces) | unrecorded(spaces))
    ids, live = spaces["space_id"], spaces["total_live_listeners"]
    order = [row for place in range(len(spaces)) for row in (place, place + len(spaces))]
    codes = np.tile([0, 1], len(spaces))
    listeners = pd.concat([live, replay], ignore_index=True).take(order).reset_index(drop=True)
    return pd.DataFrame(
        {
            "space_id": pd.concat([ids, ids], ignore_index=True).take(order).reset_index(drop=True),
            "audience": pd.Categorical.from_codes(codes, categories=pd.Index(["live", "replay"])),
            "listeners": listeners,
        }
    )
