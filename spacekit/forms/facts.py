"""Numbers in words and small tables for a form: medians of a view, groups compared. It draws nothing."""

from __future__ import annotations

from typing import Final

import pandas as pd

from spacekit import stats
from spacekit.words import plural

MOST_GROUPS: Final = 30
"""Groups that are compared in a form; an interval for each takes its time."""


def medians(spaces: pd.DataFrame) -> str:
    """Say in one sentence what Spaces with both counts have: the facts of a chart for who cannot see it."""
    measured = stats.measures(spaces)
    kept = measured[measured["excluded"].isna()]
    if kept.empty:
        return f"{plural(len(spaces), 'Space')}, none with both counts to compare."
    live, replay, share = (kept[name].median() for name in ("live", "replay", "replay_share"))
    return (
        f"{plural(len(spaces), 'Space')}, {len(kept):,} with both counts: median {live:,.0f} live listeners, "
        f"{replay:,.0f} replay plays, replay share {share:.0%}."
    )


def compared(spaces: pd.DataFrame, by: str, tz: str) -> tuple[pd.DataFrame, str]:
    """
    Compare live with replay in the largest groups.

    Returns
    -------
    frame
        As `stats.compare` gives it, of `MOST_GROUPS` groups at most.
    note
        What a reader must know of it; "" if nothing.
    """
    shown, note = _largest(spaces, by, tz)
    notes = [note]
    if stats.ages(shown).iloc[0]["tenfold"]:
        notes.append("Ages at fetch differ more than tenfold: younger Spaces had less time to be played.")
    return stats.summarise(shown, by or None, tz=tz), " ".join(filter(None, notes))


def _largest(spaces: pd.DataFrame, by: str, tz: str) -> tuple[pd.DataFrame, str]:
    if not by:
        return spaces, ""
    labels = stats.group_labels(spaces, by, tz)
    sizes = labels[stats.measures(spaces)["excluded"].isna()].value_counts()
    if len(sizes) <= MOST_GROUPS:
        return spaces, ""
    kept = labels.isin(list(sizes.index[:MOST_GROUPS]))
    return spaces[kept.to_numpy(dtype=bool)], f"The {MOST_GROUPS} largest of {len(sizes):,} groups."
