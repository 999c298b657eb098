"""What is said of plays and of ages, in captions and warnings: only where plays are shown, and once."""

import warnings
from typing import Any

import pandas as pd
import pytest
from plotted import caption_of

from spacekit import plot
from spacekit.errors import AgeWarning

PLAYS: list[tuple[str, dict[str, Any]]] = [
    ("live_vs_replay", {}),
    ("ratio", {}),
    ("replay_share", {}),
    ("replay_share", {"by": "host"}),
    ("trend", {}),
    ("over_time", {}),
    ("calendar", {"value": "replay"}),
    ("calendar", {"value": "share"}),
    ("duration", {"audience": "replay"}),
    ("followers", {"audience": "replay"}),
    ("hosts", {}),
]
"""Charts that compare plays of different Spaces."""

LIVE: list[tuple[str, dict[str, Any]]] = [
    ("calendar", {}),
    ("duration", {}),
    ("followers", {}),
    ("punctuality", {}),
    ("timeline", {}),
]
"""Charts without plays."""


def test_every_chart_of_spaces_is_in_a_list() -> None:
    """A new chart either compares plays or has none; `audience`, `quality` and `reach` show single Spaces."""
    charts = {name for name, chart in plot.CHARTS.items() if chart.takes == "spaces"}
    assert charts == {name for name, _ in PLAYS + LIVE} | {"audience", "quality", "reach"}


def warned(name: str, table: pd.DataFrame, options: dict[str, Any]) -> list[Any]:
    """Return the warnings of drawing a chart."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        getattr(plot, name)(table, **options)
    return caught


@pytest.mark.parametrize(("name", "options"), PLAYS)
def test_plays_of_different_ages_warn_once(name: str, options: dict[str, Any], samples: pd.DataFrame) -> None:
    """A chart that compares plays warns of ages once a call, at the line that called it; at equal age it does not."""
    caught = warned(name, samples, options)
    assert [one.category for one in caught] == [AgeWarning]
    assert caught[0].filename == __file__
    alike = samples.assign(fetched_at=samples["ended_at"] + pd.Timedelta("7D"))
    assert warned(name, alike, options) == []


@pytest.mark.parametrize(("name", "options"), LIVE)
def test_live_only_says_nothing_of_plays(name: str, options: dict[str, Any], samples: pd.DataFrame) -> None:
    """A chart without plays warns of no age, and its caption speaks of no play and no age."""
    assert warned(name, samples, options) == []
    words = caption_of(getattr(plot, name)(samples, **options))
    for word in ("plays", "replay", "after the end", "recording unknown"):
        assert word not in words.lower(), words


@pytest.mark.parametrize(("name", "options"), [*PLAYS, *LIVE, ("audience", {})])
def test_older_rows_change_nothing_but_their_number(
    name: str, options: dict[str, Any], samples: pd.DataFrame
) -> None:
    """With an older row of each Space a caption says how many were left out, and everything else as before."""
    older = samples.assign(fetched_at=samples["fetched_at"] - pd.Timedelta("30D"), total_replay_watched=0)
    once, twice = (
        caption_of(getattr(plot, name)(table, **options)) for table in (samples, pd.concat([older, samples]))
    )
    n = f"{len(samples)} repeated"
    assert n in twice
    assert once in (twice.replace(f"{n}, ", ""), twice.replace(f"Left out: {n}. ", ""))
