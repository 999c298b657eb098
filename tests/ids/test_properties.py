"""Properties that hold for all inputs: no id vanishes, and every kind of source agrees."""

from __future__ import annotations

import gzip
import io
import json
import string
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from spacekit.cli.main import main
from spacekit.ids import Found, find_ids

ALNUM = string.ascii_letters + string.digits
near_ids = st.text(ALNUM, min_size=8, max_size=18).filter(
    lambda text: not text.isalpha() and not text.isdigit()
)
digits = st.text(string.digits, min_size=8, max_size=18)
ids = st.text(ALNUM, min_size=13, max_size=13).filter(lambda text: not text.isalpha() and not text.isdigit())
words = st.text(string.ascii_letters, min_size=1, max_size=12)
SEPARATORS = [
    *(
        " ",
        "  ",
        "\n",
        "\r\n",
        "\t",
        ", ",
        ",",
        ";",
        "; ",
        ". ",
        ": ",
        " - ",
        " – ",
        " — ",
        " / ",
        " | ",
        "|",
        "\u00a0",
    ),
    *(
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        '"',
        "'",
        "“",
        "”",
        "「",
        "」",
        "、",
        "。",
        "，",
        "•",
        "→",
        "🎙",
        "\u3000",
        "\u2028",
    ),
    *("\u00a0", "\u2028", "\u200b ", " \u200f", "…", "!", "?", "* ", "_", "=", "/", "-", "@", "#", "."),
]
separators = st.sampled_from(SEPARATORS)
columns = st.lists(
    st.none() | st.just("") | near_ids | ids | ids.map("https://x.com/i/spaces/{}".format) | st.just("@XEng")
    | st.just("1680289206898") | st.just("https://t.co/1abcDEFghi") | st.just("#topic") | st.just("https://example.com/a")
    | ids.map("https://x.com/i/spaces/{}?s=20".format),
    min_size=1,
)  # fmt: skip


def outcome(found: Found) -> tuple[list[str], list[str], list[str]]:
    """What was found, repeated and rejected."""
    return found.ids, found.duplicates, [text for text, _ in found.rejected]


@given(st.lists(st.tuples(words | near_ids, separators), max_size=4), separators, near_ids, separators, words)
@settings(max_examples=600)
def test_no_id_and_no_near_id_vanishes(
    before: list[tuple[str, str]], left: str, meant: str, right: str, after: str
) -> None:
    """Between any separators, what has the form of an id or nearly so is found, or is in what was rejected."""
    text = "".join(word + separator for word, separator in before) + left + meant + right + after
    found = find_ids(text)
    assert meant in found or any(meant in rejected for rejected, _ in found.rejected), text


@given(words, st.sampled_from([" ", "\n", ", ", "; ", "\t", "=", " (", "「"]), digits, words)
def test_no_number_of_such_a_length_vanishes(before: str, left: str, meant: str, after: str) -> None:
    """8 to 18 digits that stand for themselves are an id, a time or a typo; "12345678.5" or "+12345678" are numbers."""
    found = find_ids(f"{before}{left}{meant} {after}")
    assert meant in [*found, *(text for text, _ in found.rejected)]


@given(
    st.lists(ids, min_size=1),
    st.sampled_from([" ", "\n", ", ", "; ", "\t", " - ", "|", "、", "🎙", "“", "\u3000"]),
)
def test_ids_between_separators_are_found(several: list[str], separator: str) -> None:
    """Each id is found, in order, and nothing is rejected."""
    found = find_ids(separator.join(several))
    assert (found.ids, found.rejected) == (list(dict.fromkeys(several)), [])


@given(columns)
@settings(max_examples=60, deadline=None)
def test_every_kind_of_source_agrees(column: list[str | None]) -> None:
    """A list, a Series, a column of a table, CSV, Parquet, JSON and packed files give the same."""
    expected = outcome(find_ids(column))
    frame = pd.DataFrame({"space_id": pd.Series(column, dtype=object), "n": range(len(column))})
    assert outcome(find_ids(frame["space_id"])) == expected
    assert outcome(find_ids(frame)) == expected
    assert outcome(find_ids(json.dumps(column))) == expected
    with TemporaryDirectory() as folder:
        for name in ("a.csv", "a.tsv", "a.csv.gz", "a.parquet", "a.json", "a.json.gz", "json as.txt"):
            path = Path(folder) / name
            if "parquet" in name:
                frame.to_parquet(path)
            elif "json" in name:
                text = json.dumps(column).encode()
                path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
            else:
                frame.to_csv(path, index=False, sep="\t" if "tsv" in name else ",")
            assert outcome(find_ids(path)) == expected, name


@given(st.lists(st.sampled_from(SEPARATORS) | words | near_ids | ids, max_size=12).map("".join))
@settings(max_examples=60, deadline=None)
def test_every_face_agrees_on_a_text(text: str) -> None:
    """A text, a file of it, standard input and the form give the same."""
    expected = outcome(find_ids(text))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes(text.encode())
        assert outcome(find_ids(path)) == expected
    out = io.StringIO()
    with patch.object(sys, "stdin", io.StringIO(text)), redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = main(["ids", "-"])
    assert (out.getvalue().split(), code) == (expected[0], 3 if expected[2] else 0)


@given(columns.filter(lambda column: not any(each == "" for each in column)))
def test_a_pasted_column_is_read_as_the_list(column: list[str | None]) -> None:
    """Lines of ids and links give the same as their list."""
    lines = [each for each in column if each is not None]
    assert outcome(find_ids("\n".join(lines))) == outcome(find_ids(lines))


names = st.sampled_from(
    ["id", "id_str", "text", "full_text", "entities", "urls", "url", "expanded_url", "legacy", "quoted_status",
     "tweets", "space_id", "state", "metadata", "rest_id", "ids", "data", "user", "n"]
)  # fmt: skip
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | ids | st.just("https://t.co/1abc")
    | ids.map("https://x.com/i/spaces/{}".format) | st.just("1641872499875930112")
)  # fmt: skip
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5)
)


@given(values)
@settings(max_examples=300)
def test_no_json_raises(value: object) -> None:
    """Whatever the shape, as Python values, as JSON, or in a cell; and all that is found fits the pattern."""
    text = json.dumps(value)
    for source in ([value], text, [text], f"{text}\n{text}"):
        for entry in find_ids(source).entries:
            assert (entry.space_id is None) != (entry.reason is None)
            assert entry.space_id is None or 1 <= len(entry.space_id) <= 13


@given(st.lists(st.dictionaries(names, leaves, min_size=1, max_size=5), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_no_table_raises(rows: list[dict[str, object]]) -> None:
    """Whatever the columns and cells."""
    for entry in find_ids(pd.DataFrame(rows)).entries:
        assert (entry.space_id is None) != (entry.reason is None)
