"""What no result of `stats` depends on: the order of rows, the index, the names of groups, older rows of a Space."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typed_posts import sample_posts_table

import spacekit as sk
from spacekit import stats
from spacekit.samples import sample_batch, sample_observations_path

pytestmark = pytest.mark.filterwarnings(
    "ignore::spacekit.errors.AgeWarning", "ignore::spacekit.errors.CountWarning"
)

SPACES = sample_batch().spaces
N = len(SPACES)
OLDER = SPACES.assign(
    fetched_at=SPACES.fetched_at - pd.Timedelta("1h"),
    state="Running",
    ended_at=SPACES.ended_at.where(SPACES.ended_at.isna()),
    total_replay_watched=0,
).astype(SPACES.dtypes)
"""Every sample as it might have been an hour before."""

Compute = Callable[[pd.DataFrame], Any]
ONE_A_ROW: dict[str, Compute] = {
    "measures": stats.measures,
    "measures with posts": lambda table: stats.measures(table, sample_posts_table()),
    "trend": stats.trend,
    "ratio": stats.ratio,
    "timeline": stats.timeline,
    "group_labels": lambda table: stats.group_labels(table, ["host", "month"]).astype(str).to_frame("label"),
}
SUMMARIES: dict[str, Compute] = {
    "ages": lambda table: stats.ages(table, "host"),
    "calendar": stats.calendar,
    "calendar within": lambda table: stats.calendar(table, within="host"),
    "compare": stats.compare,
    "compare by host": lambda table: stats.compare(table, "host"),
    "compare by two": lambda table: stats.compare(table, ["state", "weekday"]),
    "compare by function": lambda table: stats.compare(
        table, lambda spaces: spaces.total_live_listeners > 1_000
    ),
    "contrast": lambda table: stats.contrast(table, "weekday"),
    "contrast by host": lambda table: stats.contrast(table, "host", reference="sample_radio"),
    "correlation": lambda table: stats.correlation(table, "duration", "replay"),
    "exclusions": stats.exclusions,
    "followers": stats.followers,
    "hosts": stats.hosts,
    "over_time": stats.over_time,
    "punctuality": lambda table: stats.punctuality(table, "host"),
    "quality": stats.quality,
    "ratio_slope": stats.ratio_slope,
    "reach": lambda table: stats.reach(table, sample_posts_table()),
    "share_ecdf": lambda table: stats.share_ecdf(table, "weekday"),
    "trend_periods": stats.trend_periods,
    "within_host": stats.within_host,
}
OF_OBSERVATIONS: dict[str, Compute] = {
    "growth": stats.growth,
    "growth_left_out": stats.growth_left_out,
    "growth_quality": stats.growth_quality,
    "typical_growth": stats.typical_growth,
    "at_age": lambda table: stats.at_age(table, "7D"),
}
COUNTS_OF_LEFT_OUT = {"n_excluded", "n_left_out", "n_repeated"}
INDEXES: dict[str, Callable[[int], Any]] = {
    "text": lambda n: [f"row {n - i}" for i in range(n)],
    "one label": lambda n: [7] * n,
    "two levels": lambda n: pd.MultiIndex.from_arrays([range(n), ["x"] * n]),
    "other numbers": lambda n: np.arange(n)[::-1],
}


def observations() -> pd.DataFrame:
    """Return the sample observations."""
    lines = [json.loads(line) for line in sample_observations_path().read_text(encoding="utf-8").splitlines()]
    spaces = sk.normalize([line["space"] for line in lines], [line["fetched_at"] for line in lines]).spaces
    return spaces.assign(age=spaces.fetched_at - spaces.ended_at)


def table_for(name: str) -> pd.DataFrame:
    """Return the table that a calculation takes."""
    return observations() if name in OF_OBSERVATIONS else SPACES


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Check that two results are equal to 1e-9, dtypes and order of rows included."""
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-9, atol=1e-12)


EVERY = ONE_A_ROW | SUMMARIES | OF_OBSERVATIONS


def test_every_function_is_held_to_these_rules() -> None:
    """What `stats` returns to users is in a list above; `summarise` is `compare`; posts are no Spaces."""
    tested = {name.split()[0] for name in EVERY}
    public = {name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))}
    assert public - tested == {"announcements", "summarise"}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_order_of_rows_changes_nothing(name: str, seed: int | None) -> None:
    """Rows turned round or shuffled give the same numbers: by label where there is one a row, else in one order."""
    table = table_for(name)
    order = (
        np.arange(len(table))[::-1] if seed is None else np.random.default_rng(seed).permutation(len(table))
    )
    found, wanted = EVERY[name](table.iloc[order]), EVERY[name](table)
    same(found.loc[wanted.index] if name in ONE_A_ROW else found, wanted)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("kind", INDEXES)
def test_the_index_changes_nothing(name: str, kind: str) -> None:
    """Text, repeated labels, levels or other numbers as index give the same numbers, on that index if one a row."""
    table = table_for(name)
    index = pd.DataFrame(index=INDEXES[kind](len(table))).index
    found, wanted = EVERY[name](table.set_axis(index)), EVERY[name](table)
    assert name not in ONE_A_ROW or found.index.equals(index)
    same(found.reset_index(drop=True), wanted.reset_index(drop=True))


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("name", ONE_A_ROW | SUMMARIES)
def test_older_rows_change_nothing_but_the_number_left_out(name: str, first: bool) -> None:
    """With an older row of each Space, before or after the newest ones, all numbers are those without them."""
    both = pd.concat([OLDER, SPACES] if first else [SPACES, OLDER], ignore_index=True)
    compute = (ONE_A_ROW | SUMMARIES)[name]
    found, wanted = compute(both), compute(SPACES)
    if name in ONE_A_ROW:
        found = (found.tail(N) if first else found.head(N)).reset_index(drop=True)
    for column in COUNTS_OF_LEFT_OUT & {*found}:
        assert 0 < (found[column] - wanted[column]).sum() <= N
    if name in ("exclusions", "quality"):
        assert found.n[0] == N  # the first line counts them
        found, wanted = found[1:], wanted[1:]
    unlike = [*COUNTS_OF_LEFT_OUT & {*found}]
    same(found.drop(columns=unlike), wanted.drop(columns=unlike))


@pytest.mark.parametrize("name", ["measures", "timeline", "trend"])
def test_older_rows_say_that_they_are(name: str) -> None:
    """A function that returns one row a row says why it leaves out an older one."""
    found = ONE_A_ROW[name](pd.concat([SPACES, OLDER], ignore_index=True))
    assert (found.iloc[N:]["excluded" if name == "measures" else "left_out"] == "repeated").all()


@pytest.mark.parametrize("name", OF_OBSERVATIONS)
def test_observations_twice_change_nothing_but_the_number_left_out(name: str) -> None:
    """A table of observations put below itself gives the same curves and counts."""
    table, compute = observations(), OF_OBSERVATIONS[name]
    found, wanted = compute(pd.concat([table, table], ignore_index=True)), compute(table)
    if name == "growth_left_out":
        assert found.n.iloc[-1] == wanted.n.iloc[-1] + len(table)
        found, wanted = found[:-1], wanted[:-1]
    same(found, wanted)


@pytest.mark.parametrize("name", ["ages", "compare", "contrast", "punctuality", "share_ecdf", "within_host"])
def test_the_names_of_groups_change_nothing(name: str) -> None:
    """Groups under other names, which sort the other way round, have the same numbers to the last digit."""
    old = stats.group_labels(SPACES, "weekday").astype(object).fillna("none")
    new = {label: f"{9 - place} group" for place, label in enumerate(sorted(old.unique()))}
    columns = ["group", "reference"] if name == "contrast" else ["group"]
    options = {"reference": "Monday"} if name == "contrast" else {}
    renamed = {key: new[value] for key, value in options.items()}
    wanted = getattr(stats, name)(SPACES, by=old.to_numpy(), **options)
    found = getattr(stats, name)(SPACES, by=old.map(new).to_numpy(), **renamed)
    wanted[columns] = wanted[columns].apply(lambda column: column.map(new))
    order = [column for column in ("group", "replay_share") if column in wanted]
    found, wanted = (
        one.astype(dict.fromkeys(columns, "object")).sort_values(order, ignore_index=True)
        for one in (found, wanted)
    )
    same(found, wanted)


def reversed_names(column: pd.Series) -> pd.Series:
    """Return handles spelt backwards."""
    return column.map(lambda name: name[::-1], na_action="ignore").astype(column.dtype)


@pytest.mark.parametrize("name", ["hosts", "compare by host"])
def test_hosts_under_other_names_have_the_same_numbers(name: str) -> None:
    """Handles that sort the other way round change no number of a host."""
    renamed = SPACES.assign(creator_screen_name=reversed_names(SPACES.creator_screen_name))
    found, wanted = SUMMARIES[name](renamed), SUMMARIES[name](SPACES)
    key = "creator_screen_name" if name == "hosts" else "group"
    found[key] = reversed_names(found[key])
    same(*(one.sort_values([key, "n"], ignore_index=True) for one in (found, wanted)))


def test_an_archive_read_back_gives_the_numbers_of_its_newest_answers(tmp_path: Path) -> None:
    """Lines of an archive, nine a Space, give what `archive.latest()` gives, everywhere."""
    with sk.Archive(tmp_path / "spaces.db") as archive:
        archive.add_files(sample_observations_path())
        archive.to_jsonl(tmp_path / "lines.jsonl")
        latest = archive.latest().spaces
    read = sk.read(tmp_path / "lines.jsonl").spaces
    assert len(read) > 5 * len(latest)
    for name, compute in SUMMARIES.items():
        found, wanted = compute(read), compute(latest)
        if name in ("exclusions", "quality"):
            assert found.n[0] == len(read) - len(latest)
            found, wanted = found[1:], wanted[1:]
        unlike = [*COUNTS_OF_LEFT_OUT & {*found}]
        same(found.drop(columns=unlike), wanted.drop(columns=unlike))
