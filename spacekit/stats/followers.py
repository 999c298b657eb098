"""Audience of each creator against followers, and who does better or worse than they suggest. No drawing."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, FLAG, NUMBER, TEXT, floats, frame, pick_spaces, schema
from spacekit.stats.groups import creators, ids_of_creators, names_of_creators, numbered_creators
from spacekit.stats.logs import counting_variance
from spacekit.stats.measures import lacking, measures
from spacekit.stats.pooling import Floats, Groups, Ints, Posterior, pool
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
    confidence = arguments.confidence(confidence)
    rows, posterior = _about_the_line(spaces_in(spaces), audience, confidence)
    if posterior is not None:
        _put_pooled(rows, posterior, np.arange(posterior.groups), confidence)
    return _ranked(rows, _FOLLOWERS)


def furthest_off(spaces: pd.DataFrame, audience: str, most: int) -> pd.DataFrame:
    """
    Return what `followers` does as far as a chart shows it, and `side`: 1 above the line, -1 below it, 0 for neither.

    What is pooled is that of the `most` creators furthest above the line, and of as many below it; it may be missing of
    others.
    """
    rows, posterior = _about_the_line(spaces, audience, arguments.CONFIDENCE)
    if posterior is not None:
        side = rows["side"].dropna()
        shown = posterior.outermost(np.flatnonzero(side > 0), np.flatnonzero(side < 0), most)
        _put_pooled(rows, posterior, shown, arguments.CONFIDENCE)
    return _ranked(rows, _FOLLOWERS | schema((COUNT, "side")))


def _about_the_line(
    spaces: pd.DataFrame, audience: str, confidence: float
) -> tuple[pd.DataFrame, Posterior | None]:
    """Return one row a creator, without what is pooled; the posterior has those that have an expected audience."""
    if not isinstance(audience, str) or audience not in ("live", "replay"):
        raise ValueError(f"audience: got {audience!r}. Use 'live' or 'replay'.")
    table = _spaces_by_creator(spaces, audience)
    if audience == "replay":
        kept = table.index.to_numpy()
        warn_of_ages("followers", spaces, kept, pd.Series(creators(spaces)[kept]))
    rows = _by_creator(spaces, table)
    rows["expected"] = _expected(rows, ((rows.followers > 0) & rows.audience_median.notna()).to_numpy())
    rows["residual"] = _log2(rows.audience_median.where(rows.expected.notna())) - _log2(rows.expected)
    rows["rank"] = rows.residual.rank(ascending=False, method="first")
    rows[[*_POOLED, "side"]] = np.nan
    fitted = rows[rows.expected.notna()]
    posterior = _posterior(table, fitted)
    if posterior is not None:
        below = posterior.chances_below(0.0)
        low, high = (1 - confidence) / 2, (1 + confidence) / 2
        rows.loc[fitted.index, "side"] = (below < low).astype(float) - (below > high)
    return rows, posterior


def _put_pooled(rows: pd.DataFrame, posterior: Posterior, places: Ints, confidence: float) -> None:
    """Put in what is pooled, of the creators at these places of the posterior."""
    found = posterior.quantiles(((1 - confidence) / 2, 0.5, (1 + confidence) / 2), places)
    fitted = rows.index[rows["expected"].notna()]
    rows.loc[fitted[places], _POOLED] = np.stack(found, axis=1)


def _ranked(rows: pd.DataFrame, dtypes: dict[str, Any]) -> pd.DataFrame:
    rows["off_line"] = (rows["side"] != 0).astype(FLAG).mask(rows["side"].isna())
    return frame(rows.sort_values("rank", kind="stable", ignore_index=True), dtypes)


def _spaces_by_creator(spaces: pd.DataFrame, audience: str) -> pd.DataFrame:
    """Return the Spaces compared that have a creator, on the places of `spaces`."""
    measured, picked = measures(spaces), pick_spaces(spaces, "creator_followers_count fetched_at")
    columns = {
        "creator": numbered_creators(spaces),
        "count": floats(measured[audience]),
        "followers": floats(picked["creator_followers_count"]),
        "fetched": picked["fetched_at"].astype("int64").to_numpy(),  # a missing one is the least
    }
    table = pd.DataFrame(columns)
    return table[lacking(measured, audience).isna().to_numpy() & (table["creator"] >= 0)]


def _by_creator(spaces: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a creator, on the numbers of the creators."""
    creator, followers = table["creator"].to_numpy(), table["followers"].to_numpy()
    order = np.lexsort((followers, table["fetched"]))
    order = order[~np.isnan(followers[order])]
    newest = pd.Series(followers[order], index=creator[order]).groupby(level=0).last()
    counts = table["count"].groupby(creator)
    rows = pd.DataFrame({"n": counts.size(), "audience_median": counts.median(), "followers": newest})
    names = {"creator_id": ids_of_creators(spaces), "creator_screen_name": names_of_creators(spaces)}
    return rows.assign(**{name: of.array.take(rows.index) for name, of in names.items()})


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


def _posterior(table: pd.DataFrame, rows: pd.DataFrame) -> Posterior | None:
    """Return what is known of the distance of these creators from a line; None where nothing can be pooled."""
    if rows.empty:
        return None
    code = rows.index.get_indexer(pd.Index(table["creator"]))
    logs, noise = _log2(table["count"]), counting_variance(table["count"].to_numpy())
    order = np.lexsort((logs, code))
    order = order[code[order] >= 0]
    x = _log2(rows["followers"])
    design = np.column_stack([np.ones(len(x)), x - x.mean()])
    return pool(Groups.of(logs[order], code[order], noise[order]), design, residual=True)
