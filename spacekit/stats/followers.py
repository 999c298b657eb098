"""Audience of each creator against followers, and who does better or worse than they suggest. No drawing."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, FLAG, NUMBER, TEXT, floats, frame, pick_spaces, schema
from spacekit.stats.groups import creator_keys, host_names
from spacekit.stats.logs import counting_variance
from spacekit.stats.measures import lacking, measures
from spacekit.stats.pooling import Floats, Groups, pool
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_FOLLOWERS: Final = schema(
    (TEXT, "creator_id creator_screen_name"),
    (COUNT, "followers n"),
    (NUMBER, "audience_median expected residual"),
    (COUNT, "rank"),
    (NUMBER, "residual_pooled residual_low residual_high"),
    (FLAG, "off_line"),
)
_POOLED: Final = ["residual_low", "residual_pooled", "residual_high"]


@keyless
def followers(
    spaces: Spaces,
    audience: Literal["live", "replay"] = "live",
    *,
    confidence: float = arguments.CONFIDENCE,
) -> pd.DataFrame:
    """
    Return the median audience of each creator, what followers suggest, and how sure the difference is.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Excluded Spaces (see `measures`) and Spaces
        without a creator are left out. Live listeners of ended Spaces count without a recording, too.
    audience
        "live" for live listeners, "replay" for replay plays.
    confidence
        Of the intervals, between 0 and 1.

    Returns
    -------
    frame
        One row a creator, the one furthest above the line first:

        - `creator_id`, `creator_screen_name` (newest), `followers` (newest fetch, not at the time of the Spaces).
        - `n` Spaces, `audience_median`.
        - `expected`: the audience on the line; `residual`: log2 of median over expected, 1 is twice the expected
          audience; `rank`: place by residual, 1 the most above, whatever it rests on.
        - `residual_pooled, residual_low, residual_high`: the same distance by partial pooling, with its interval.
        - `off_line`: whether the interval lies above or below 0. Only these creators differ from the line as far
          as the data show.

        `<NA>` from `expected` on where followers are 0 or missing, and everywhere if fewer than three creators have
        followers, or all equally many. The last four are also `<NA>` everywhere with fewer than four such creators, or
        where nothing shows how much Spaces of a creator vary, as in `hosts`.

    Raises
    ------
    ValueError
        `audience` is another word, or a column is missing.

    Warns
    -----
    AgeWarning
        Of replay plays: ages when fetched make them incomparable, see `compare`.

    Notes
    -----
    `expected` is the line of least squares of log2(audience_median) on log2(followers); each creator counts once. A
    count of 0 is taken as one half, so that it has a logarithm.

    The pooled distance is that of the creator's mean log2(count) from such a line. It is drawn towards 0, the more the
    fewer Spaces the creator has and the more these vary; what is not known of the line is part of the interval. The
    method is that of `hosts`.

    Examples
    --------
    >>> import spacekit as sk
    >>> ranked = sk.stats.followers(sk.sample_batch().spaces)
    >>> ranked[["creator_screen_name", "n", "residual", "residual_low", "residual_high", "off_line"]].head(3).round(2)
      creator_screen_name   n  residual  residual_low  residual_high  off_line
    0        sample_beats   5      1.38         -0.29           2.29     False
    1      sample_futebol   3      1.29         -0.15           2.22     False
    2        sample_radio  11      0.96         -0.65           2.22     False
    """
    spaces = spaces_in(spaces)
    if not isinstance(audience, str) or audience not in ("live", "replay"):
        raise ValueError(f"audience: got {audience!r}. Use 'live' or 'replay'.")
    confidence = arguments.confidence(confidence)
    table = _spaces_by_creator(spaces, audience)
    if audience == "replay":
        warn_of_ages("followers", spaces, table.index.to_numpy(), table.key)
    rows = _by_creator(table)
    usable = ((rows.followers > 0) & rows.audience_median.notna()).fillna(value=False)
    rows["expected"] = _expected(rows, usable.to_numpy(dtype=bool))
    rows["residual"] = _log2(rows.audience_median.where(rows.expected.notna())) - _log2(rows.expected)
    rows["rank"] = rows.residual.rank(ascending=False, method="first").astype(COUNT)
    rows[_POOLED] = _pooled(table, rows[rows.expected.notna()], confidence).reindex(rows.key).to_numpy()
    rows["off_line"] = ((rows.residual_low > 0) | (rows.residual_high < 0)).mask(rows.residual_low.isna())
    return frame(rows.sort_values("rank", kind="stable", ignore_index=True), _FOLLOWERS)


def _spaces_by_creator(spaces: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Return the Spaces compared that have a creator, on the places of `spaces`."""
    measured = measures(spaces)
    table = pick_spaces(spaces, "creator_id creator_followers_count fetched_at").reset_index(drop=True)
    table["key"] = creator_keys(spaces).array
    table["creator_screen_name"] = host_names(spaces).array
    table["count"] = measured[audience].astype(NUMBER).array
    return table[lacking(measured, audience).isna().to_numpy()].dropna(subset="key")


def _by_creator(table: pd.DataFrame) -> pd.DataFrame:
    dated = table.sort_values(["fetched_at", "creator_followers_count"], na_position="first")
    return dated.groupby("key", as_index=False).agg(
        creator_id=("creator_id", "last"),
        creator_screen_name=("creator_screen_name", "last"),
        followers=("creator_followers_count", "last"),
        n=("count", "size"),
        audience_median=("count", "median"),
    )


def _log2(counts: pd.Series[Any]) -> Floats:
    """Return log2 of counts, 0 taken as one half; NaN where one is missing."""
    values = floats(counts)
    logs: Floats = np.log2(np.where(values == 0, 0.5, values))
    return logs


def _expected(rows: pd.DataFrame, usable: npt.NDArray[np.bool_]) -> pd.Series[Any]:
    """Return the audience on the line through the usable creators; NaN where there is no line."""
    expected = pd.Series(np.nan, index=rows.index)
    x, y = _log2(rows.followers[usable]), _log2(rows.audience_median[usable])
    if len(x) < 3 or np.ptp(x) == 0:
        return expected
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    expected[usable] = 2 ** (y.mean() + slope * (x - x.mean()))
    return expected


def _pooled(table: pd.DataFrame, rows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the pooled distance from the line and its interval, by key; nothing where nothing can be pooled."""
    nothing = pd.DataFrame(columns=_POOLED, dtype=np.float64)
    if rows.empty:
        return nothing
    code, counts = pd.Index(rows.key).get_indexer(table.key), table["count"]
    logs = pd.DataFrame({"code": code, "log": _log2(counts), "noise": counting_variance(floats(counts))})
    logs = logs[code >= 0].sort_values(["code", "log"])
    x = _log2(rows.followers)
    groups = Groups.of(*(logs[name].to_numpy() for name in ("log", "code", "noise")))
    posterior = pool(groups, np.column_stack([np.ones(len(x)), x - x.mean()]), residual=True)
    if posterior is None:
        return nothing
    found = posterior.quantiles(((1 - confidence) / 2, 0.5, (1 + confidence) / 2))
    return pd.DataFrame(dict(zip(_POOLED, found, strict=True)), index=rows.key)
