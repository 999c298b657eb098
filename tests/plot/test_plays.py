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
    ("replay_share", {}),
    ("replay_share", {"by": "host"}),
    ("trend", {}),
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
    ("quality", {}),
]
"""Charts without plays."""


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
