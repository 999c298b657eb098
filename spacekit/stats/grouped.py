"""The Spaces that are compared, as arrays in the order of their groups: where `compare` and `contrast` begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit.stats.columns import floats, milliseconds, pick_spaces
from spacekit.stats.groups import By, group_labels, lone_apart, numbered_creators
from spacekit.stats.measures import measures
from spacekit.stats.pieces import Pieces, pieces
from spacekit.stats.ranks import Bools, Floats, Ints

_SORTED: Final = ["group", "creator", "replay_share", "live", "replay", "started"]


@dataclass(frozen=True)
class Grouped:
    """
    The compared Spaces of all groups.

    Attributes
    ----------
    labels, kept
        Of each row of the table, in its order: the group, and whether the Space is compared.
    names
        Of the groups, in their order; `<NA>` comes last where some Spaces have none.
    n_excluded
        Of each group: Spaces left out, see `measures`.
    live, replay, share, age
        One value a compared Space; the age when fetched in milliseconds, NaN where it is unknown or negative.
    pieces
        The group and the creator of each.
    """

    labels: pd.Series[Any]
    kept: Bools
    names: list[Any]
    n_excluded: Ints
    live: Floats
    replay: Floats
    share: Floats
    age: Floats
    pieces: Pieces


def grouped(spaces: pd.DataFrame, by: By, tz: str) -> Grouped:
    """Return the compared Spaces by group, in an order that does not depend on that of the rows."""
    labels, measured = group_labels(spaces, by, tz), measures(spaces)
    names = ["all"] if by is None else [*labels.cat.categories]
    table = _table(spaces, measured, labels.cat.codes.to_numpy().astype(np.int64), len(names))
    if (table.group == len(names)).any():
        names.append(pd.NA)
    kept = table[table.kept]
    excluded = np.bincount(table.group[~table.kept], minlength=len(names))
    column = {str(name): kept[name].to_numpy() for name in kept}
    found = pieces(column["group"], column["creator"], column["started"], len(names))
    live, replay, share, age = (column[name] for name in ("live", "replay", "replay_share", "age"))
    compared = measured.excluded.isna().to_numpy()
    return Grouped(labels, compared, names, excluded, live, replay, share, age, found)


def _table(spaces: pd.DataFrame, measured: pd.DataFrame, codes: Ints, last: int) -> pd.DataFrame:
    """Return group (`last` where there is none), counts, start and creator of all Spaces, sorted."""
    creator = numbered_creators(spaces)
    columns = {name: floats(measured[name]) for name in ("replay_share", "live", "replay", "age")}
    table = pd.DataFrame(columns).assign(
        group=np.where(codes < 0, last, codes).astype(np.int64),
        creator=np.where(
            creator < 0, creator.max(initial=-1) + 1, creator
        ),  # sorted, those without one come last
        started=milliseconds(pick_spaces(spaces, "started_at").started_at),
        kept=measured.excluded.isna().array,
    )
    table["age"] = table.age.where(table.age >= 0)
    table = table.iloc[np.lexsort([table[name].to_numpy() for name in reversed(_SORTED)])]
    return table.assign(creator=lone_apart(creator[table.index]))
