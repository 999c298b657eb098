"""Sentences of charts: true about times, made-up data and ages."""

import numpy as np
import pandas as pd
from plotted import caption_of

from spacekit import plot, stats
from spacekit.plot import caption


def test_spans_stay_on_one_line(samples: pd.DataFrame) -> None:
    """A span in a caption is not broken between its number and its unit."""
    hours = samples.head(1).assign(fetched_at=samples["ended_at"].head(1) + pd.Timedelta("90min"))
    assert "90\u00a0min after the end" in caption.fetched(hours)


def test_some_made_up_spaces_are_counted(samples: pd.DataFrame) -> None:
    """Where only some rows are made up, the grey line says how many; where none is, it says nothing of it."""
    ids, lines = samples["space_id"].head(4).to_list(), []
    for real in (["1abcdefghijkl"], [f"1abcdefghijk{n}" for n in range(4)]):
        mixed = pd.array([*real, *ids[len(real) :]], dtype=samples["space_id"].dtype)
        lines.append(
            caption.grey_line("n = 4", samples.head(4).assign(space_id=mixed)).replace("\u00a0", " ")
        )
    assert lines[0].endswith(" · made-up data (3 of 4 rows)")
    assert "ade-up" not in lines[1]


def test_the_grey_line_has_the_days_of_fetching(samples: pd.DataFrame) -> None:
    """One day is said once; a table of `at_age` has the age in place of a day; what is unknown is said."""
    spaces, day = samples.head(2), pd.Timestamp("2026-06-01 12:00", tz="UTC")
    same = spaces.assign(fetched_at=pd.array([day, day], dtype=samples["fetched_at"].dtype))
    unknown = spaces.assign(fetched_at=spaces["fetched_at"].where(spaces["fetched_at"].isna()))
    assert "fetched\u00a02026-06-01\u00a0·" in caption.grey_line("n = 2", same)
    assert "unknown" in caption.grey_line("n = 2", unknown)


def test_unknown_times_are_said(samples: pd.DataFrame) -> None:
    """Rows without a time of fetching are counted; with none known, that is said."""
    spaces = samples.head(4)
    none = spaces["fetched_at"].where(spaces["fetched_at"].isna())
    one = spaces["fetched_at"].where(np.arange(4) > 0)
    assert caption.fetched(spaces.assign(fetched_at=none)) == "The time of fetching is unknown."
    assert "(1 at an unknown time)" in caption.fetched(spaces.assign(fetched_at=one))


def test_unknown_recordings_are_said(samples: pd.DataFrame) -> None:
    """Spaces that are kept with 0 plays, though nothing says that there was a recording, are counted."""
    spaces = samples.assign(total_replay_watched=0, is_space_available_for_replay=pd.NA).astype(
        samples.dtypes
    )
    n = int(stats.measures(spaces)["excluded"].isna().sum())
    assert f"Recording unknown: {n}, kept with 0 plays." in caption.left_out(spaces)
    assert "ecording unknown" not in caption.left_out(spaces, plays=False)


def test_ages_of_groups_that_are_far_apart_are_said(samples: pd.DataFrame) -> None:
    """A chart of plays by group says how far apart the groups' ages are, and how many ages are unknown."""
    ended = samples[samples["state"] == "Ended"].head(4)
    days = pd.Series([1, 1, 9, None], index=ended.index).map(lambda day: pd.Timedelta(day, "D"))
    spaces = ended.assign(fetched_at=(ended["ended_at"] + days).astype(samples["fetched_at"].dtype))
    said = caption_of(plot.replay_share(spaces, by=["a", "a", "b", "b"]))
    assert "Median ages of groups run from 1 d to 9 d: too far apart to compare plays." in said
    assert "(unknown for 1)" in said


def test_reasons_as_frequent_are_in_one_order() -> None:
    """The order of rows does not decide which of two reasons comes first."""
    reasons = pd.Series(["b", "a", "c", "c", "b", "a", "d"], dtype="string")
    counted = caption.tally(reasons)
    assert counted["reason"].tolist() == ["a", "b", "c", "d"]
    assert caption.tally(reasons[::-1]).equals(counted)
