"""What no function of `stats` can use is refused by spacekit itself, in words that name it."""

import inspect
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typed_posts import sample_posts_table
from typed_spaces import observations

import spacekit
from spacekit import stats
from spacekit.samples import sample_batch

PACKAGE = Path(spacekit.__file__).parent
NOTHING: tuple[Any, ...] = (None, [], {}, pd.NA, float("nan"), object())
BAD: dict[str, tuple[Any, ...]] = {
    "confidence": ("0.95", 0, 1, 2, -1, True, np.array([1]).view("m8")[0], *NOTHING),
    "seed": ("0", -1, 1.5, True, *NOTHING),
    "tz": ("Mars", "", 5, *NOTHING),
    "by": (
        *(5, b"host", pd.NA, object(), {"a": 1}, {"host"}, (), "hots", "", ["host", "hots"], [1, 2], np.zeros((87, 2))),
        *(pd.Series([1, 2]), pd.DataFrame({"a": [1]}), len, lambda table: [len(table)]),
    ),
    "every": ("0D", "-1D", "x", "3x", "", 5, 0, pd.NaT, *NOTHING),
    "tolerance": ("-1min", "x", 1, True, pd.NaT, *NOTHING),
    "thin_below": ("3", -1, 1.5, True, *NOTHING),
    "age": ("-1D", "x", 7, True, pd.NaT, *NOTHING),
    "ages": ("x", 5, ["x"], [5], None, pd.NA),
    "max_gap": ("-1D", "x", 7, True, [], {}),
    "observed_to": ("-1D", "x", 7, True, *NOTHING),
    "audience": ("x", 5, ["live"], *NOTHING),
    "within": ("x", 5, ["host"], [], {}),
    "live_only": ("x", 1, 0, *NOTHING),
    "reference": ("nope", 5, [], {}, pd.NA),
    "posts": ("posts.jsonl", 5, ["post"], sample_batch().spaces.drop(columns="space_id"), *NOTHING),
    "x": ("nope", 5, ["live"], *NOTHING),
    "y": ("nope", 5, ["live"], *NOTHING),
}  # fmt: skip
NEEDED: dict[str, dict[str, Any]] = {
    "at_age": {"age": "7D"},
    "contrast": {"by": "host"},
    "correlation": {"x": "live", "y": "replay"},
    "reach": {"posts": sample_posts_table()},
}
NAMES = [name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))]
SPACES = sample_batch().spaces
OBSERVATIONS = observations([("1a", 1, 5), ("1a", 9, 7), ("1b", 1, 4)])
TABLES: dict[str, Any] = {
    "nothing": None,
    "a list": [],
    "a Series": pd.Series([1]),
    "no columns": pd.DataFrame(),
    "lacks columns": pd.DataFrame({"space_id": ["1a"]}),
    "no id": SPACES.drop(columns="space_id"),
    "no times": SPACES.drop(columns=["fetched_at", "started_at", "scheduled_start"]),
    "words for times": SPACES.assign(fetched_at="tomorrow", started_at="today", age="old"),
    "words for counts": SPACES.assign(total_replay_watched=["many"] * len(SPACES)),
    "times without a zone": SPACES.assign(
        fetched_at=SPACES.fetched_at.dt.tz_localize(None), started_at=SPACES.started_at.dt.tz_localize(None)
    ),
    "a column twice": pd.concat([SPACES, SPACES[["space_id", "fetched_at", "started_at"]]], axis=1),
}


def table_of(name: str) -> pd.DataFrame:
    """Return a sound table for a function."""
    first = next(iter(inspect.signature(getattr(stats, name)).parameters))
    return {"observations": OBSERVATIONS, "posts": sample_posts_table()}.get(first, SPACES)


def refusal(name: str, table: Any, **given: Any) -> str:
    """Return the words in which spacekit refuses a call; "" where it is accepted. Other errors are those of tests."""
    try:
        getattr(stats, name)(table, **NEEDED.get(name, {}) | given)
    except (TypeError, ValueError) as error:
        last = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
        return str(error) if last.is_relative_to(PACKAGE) else f"not by spacekit: {error!r}"
    return ""


def parameters(name: str) -> dict[str, inspect.Parameter]:
    """Return the parameters of a function but the table."""
    return dict([*inspect.signature(getattr(stats, name)).parameters.items()][1:])


@pytest.mark.parametrize(("name", "parameter"), [(n, p) for n in NAMES for p in parameters(n)])
@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
def test_a_bad_argument_is_refused_by_name(name: str, parameter: str) -> None:
    """The error is one of ours, not of Python or pandas, and says which argument is wrong."""
    for bad in BAD[parameter]:
        if bad is not None or parameters(name)[parameter].default is not None:
            words = refusal(name, table_of(name), **{parameter: bad})
            assert words.startswith((f"{parameter}: ", f"{name}: ")), (bad, words)


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
def test_a_bad_table_is_refused_in_words(name: str, kind: str) -> None:
    """A table that lacks or misspells what a function reads is refused by us; what it does not read may be odd."""
    words = refusal(name, TABLES[kind])
    assert not words or words.startswith(("spaces: ", "observations: ", "posts: ")), words
