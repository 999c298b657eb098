"""Distribution of the replay share in each group. No intervals and no drawing."""

from __future__ import annotations

from typing import Final

import pandas as pd

from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, NUMBER, TEXT, floats, frame, schema
from spacekit.stats.groups import By, group_labels
from spacekit.stats.measures import measures
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_ECDF: Final = schema((TEXT, "group"), (NUMBER, "replay_share fraction"), (COUNT, "n"))


@keyless
def share_ecdf(spaces: Spaces, by: By = None, tz: str = "UTC") -> pd.DataFrame:
    """
    Return the empirical distribution of replay_share, over all Spaces or in each group.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    by, tz
        As in `compare`.

    Returns
    -------
    frame
        `group, replay_share, fraction, n`: one row for each distinct share in a group, ascending. `fraction` of the
        `n` Spaces of the group (those not excluded) have this share or a lower one; the last is 1. Groups in the
        order of `compare`; one without such Spaces has no row.

    Warns
    -----
    AgeWarning
        As in `compare`.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.stats.share_ecdf(sk.sample_batch().spaces).tail(3).round(2)
       group  replay_share  fraction   n
    68   all          0.89      0.97  71
    69   all          0.89      0.99  71
    70   all           1.0       1.0  71
    """
    spaces = spaces_in(spaces)
    labels, measured = group_labels(spaces, by, tz), measures(spaces)
    kept = measured.excluded.isna().to_numpy()
    warn_of_ages("share_ecdf", spaces, kept, None if by is None else labels[kept])
    table = pd.DataFrame({"group": labels.array, "replay_share": floats(measured.replay_share)})[kept]
    at = table.groupby(["group", "replay_share"], observed=True, dropna=False).size().reset_index(name="at")
    sizes = at.groupby("group", observed=True, dropna=False)["at"]
    n = sizes.transform("sum")
    return frame({**at, "group": at.group.astype(TEXT), "fraction": sizes.cumsum() / n, "n": n}, _ECDF)
