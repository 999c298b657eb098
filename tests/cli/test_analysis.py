"""The commands of analysis: each writes the table of its function in Python, of the Spaces that the options name."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commands import SAMPLE, Run

import spacekit as sk
from spacekit import words
from spacekit.archive.sources import source_of
from spacekit.cli.writers import texts

SPACES = sk.sample_batch().spaces
OBSERVATIONS = source_of(sk.sample_observations_path()).observations

COMMANDS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "compare": sk.compare,
    "compare --by host": lambda spaces: sk.compare(spaces, "host"),
    "compare --by weekday --tz Asia/Tokyo --confidence 0.8": lambda spaces: sk.compare(
        spaces, "weekday", 0.8, tz="Asia/Tokyo"
    ),
    "contrast --by weekday": lambda spaces: sk.contrast(spaces, "weekday"),
    "contrast --by host --reference sample_radio": lambda spaces: sk.contrast(spaces, "host", "sample_radio"),
    "measures": sk.measures,
    "hosts": sk.hosts,
    "hosts --confidence 0.8": lambda spaces: sk.hosts(spaces, confidence=0.8),
    "quality": sk.quality,
    "over-time": sk.over_time,
    "over-time --every week --tz Asia/Tokyo": lambda spaces: sk.over_time(spaces, "week", "Asia/Tokyo"),
}


def as_csv(table: pd.DataFrame) -> str:
    """The CSV that the shell writes of a table."""
    return texts.csv(table, ",", bom=False, safe=False).decode()


def computed(function: Callable[[pd.DataFrame], pd.DataFrame], table: pd.DataFrame) -> str:
    """The CSV of a result; its warnings are tested elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return as_csv(function(table))


def read(out: str) -> pd.DataFrame:
    """The table in an output, as text."""
    return pd.read_csv(io.StringIO(out), dtype=str, keep_default_na=False)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Spaces that lack what they can lack: titles, creators, times, counts; two are repeated."""
    rows: list[dict[str, Any]] = [{**record} for record in sk.sample_records()[:12]]
    for name, row in zip(
        ("title", "creator", "started_at", "ended_at", "total_replay_watched"), rows, strict=False
    ):
        row.pop(name, None)
    rows += [{"id": "1onlyAnIdHere", "state": "Ended"}, rows[0], rows[5]]
    path = tmp_path / "odd.jsonl"
    sk.normalize(rows)  # each is a row
    pd.Series(rows).to_json(path, orient="records", lines=True)
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_writes_the_table_of_its_function(command: str, run: Run) -> None:
    """In CSV, every column and every value of the function's table, unrounded."""
    name, *options = command.split()
    code, out, _ = run(name, "samples", *options)
    assert (code, out) == (0, computed(COMMANDS[command], SPACES))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_odd_spaces(command: str, run: Run, odd: Path) -> None:
    """Also of Spaces that lack much; what is wrong is said in the terms of the shell."""
    name, *options = command.split()
    if "--reference" in options:
        options = options[:2]
    function = COMMANDS[" ".join([name, *options])] if "--reference" not in command else sk.contrast
    args = () if "--reference" not in command else ("host",)
    code, out, err = run(name, odd, *options)
    wanted = computed(lambda spaces: function(spaces, *args), source_of(odd).spaces)
    assert (code, out) == (0, wanted)
    assert "sk." not in err


def test_growth_and_at_age_read_observations(run: Run) -> None:
    """`growth` writes all ages, `at-age` one row a Space at one of them."""
    path = sk.sample_observations_path()
    assert run("growth", path)[1] == as_csv(sk.growth(OBSERVATIONS))
    assert run("at-age", "7D", path)[1] == as_csv(sk.at_age(OBSERVATIONS, "7D"))
    assert run("at-age", path, "7D")[0] == 2  # AGE comes first
    wanted = computed(lambda table: sk.at_age(table, "7D", "2D"), OBSERVATIONS)
    assert run("at-age", "7D", "--max-gap", "2D", path)[1] == wanted


def test_growth_of_one_space(run: Run) -> None:
    """`--space` takes ids and links; one that was never observed is refused with the nearest."""
    grown = sk.growth(OBSERVATIONS)
    one = grown["space_id"].iloc[0]
    out = read(run("growth", "samples", "--space", f"https://x.com/i/spaces/{one}")[1])
    assert len(out) == (grown["space_id"] == one).sum()
    code, _, err = run("growth", "samples", "--space", one[:-1] + "0")
    assert (code, f"Did you mean '{one}'" in err) == (2, True)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name.split()[0] != "quality"])
def test_at_age_is_an_option_too(command: str, run: Run) -> None:
    """`--at-age 7D` takes the table of `at_age` in place of that of the Spaces."""
    name, *options = command.split()
    if "sample_radio" in options:
        options[-1] = "sample_markets"
        wanted = computed(
            lambda spaces: sk.contrast(spaces, "host", "sample_markets"), sk.at_age(OBSERVATIONS, "7D")
        )
    else:
        wanted = computed(COMMANDS[command], sk.at_age(OBSERVATIONS, "7D"))
    assert run(name, sk.sample_observations_path(), *options, "--at-age", "7D")[:2] == (0, wanted)


def test_several_names_keep_columns_of_their_own(run: Run) -> None:
    """By several names, `group` is followed by a column for each; the rest is that of the function."""
    table = read(run("compare", "samples", "--by", "host,month")[1])
    assert list(table)[:4] == ["group", "host", "month", "n"]
    known = table[table["group"] != ""]
    assert (known["host"] + ", " + known["month"] == known["group"]).all()
    rest = table.drop(columns=["host", "month"])
    wanted = computed(lambda spaces: sk.compare(spaces, ["host", "month"]), SPACES)
    pd.testing.assert_frame_equal(rest, read(wanted))


def test_several_names_of_a_contrast(run: Run) -> None:
    """Both groups of a row have a column for each name."""
    table = read(run("contrast", "samples", "--by", "state", "--by", "weekday")[1])
    heads = [
        "group",
        "group_state",
        "group_weekday",
        "reference",
        "reference_state",
        "reference_weekday",
        "n",
    ]
    assert list(table)[:7] == heads
    assert (table["reference_state"] + ", " + table["reference_weekday"] == table["reference"]).all()


@pytest.mark.parametrize("command", [*COMMANDS, "growth", "at-age 7D"])
def test_text_is_that_of_rounded(command: str, run: Run) -> None:
    """As text you see what Python shows, in 80 columns, with notes below."""
    name, *options = command.split()
    code, out, _ = run(name, *options, "samples", "--format", "text")
    assert code == 0
    assert max(map(words.columns, out.splitlines())) <= 80
    assert "Not shown" not in out
    if command in COMMANDS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            table = COMMANDS[command](SPACES)
        assert out.split("\n")[0].split() == str(sk.rounded(table)).split("\n")[0].split()


def test_options_and_arguments_in_any_order(run: Run, lines: Path) -> None:
    """Options may stand before, between and behind arguments."""
    one = run("compare", lines, "samples.none", "--by", "host")[0]
    first = run("compare", "--by", "host", lines, lines)[1]
    assert one == 1
    assert run("compare", lines, "--by", "host", lines)[1] == first
    assert run("compare", lines, lines, "--by", "host")[1] == first


def test_what_is_left_out_is_said(run: Run) -> None:
    """Below a comparison stands why Spaces were left out."""
    found = sk.stats.exclusions(SPACES)
    out = " ".join(run("compare", "samples", "--format", "text")[1].split())
    assert all(f"{n} {reason}" in out for reason, n in zip(found["reason"], found["n"], strict=True) if n)


def test_an_observed_archive(run: Run, archive: Path) -> None:
    """An archive is read as Python reads it, beside other inputs."""
    with sk.Archive(archive, mode="r") as opened:
        assert run("measures", archive)[1] == as_csv(sk.measures(opened))
        assert SAMPLE in run("growth", archive)[1]


@pytest.mark.parametrize(
    "command", ["compare", "growth", "hosts", "measures --at-age 7D", "quality --since 2026"]
)
def test_a_table_without_columns(command: str, run: Run, tmp_path: Path) -> None:
    """A table of the user's that lacks what is read is an error that names it, in one line."""
    path = tmp_path / "thin.csv"
    path.write_text("space_id,title\n1SAMPLE1snXke,x\n", encoding="utf-8")
    name, *options = command.split()
    code, out, err = run(name, path, *options)
    assert (code, out) == (1, "")
    assert "fetched_at" in err.splitlines()[-1]
