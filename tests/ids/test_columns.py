"""Tables: which column is taken, and where all cells are searched for links; the same as CSV and as a DataFrame."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spacekit.errors import DataError
from spacekit.ids import find_ids

A, B, C = "1jMJgLdenVjxL", "1YqKDoLpRxyzV", "0aB3cD5eF7gH9"
LA, LB = f"https://x.com/i/spaces/{A}", f"https://twitter.com/i/spaces/{B}?s=20"
P, Q, R = "1641872499875930112", "1641872499875930113", "1641872499875930114"
PERMALINK = f"https://x.com/XEng/status/{P}"
T_CO = "https://t.co/1abcDEFghi"
URLS = json.dumps([{"url": T_CO, "expanded_url": LA}])

# name: (header, rows, ids, what is rejected)
TABLES: dict[str, tuple[list[str], list[list[Any]], list[str], list[str]]] = {
    "ids": (["space_id", "n"], [[A, "1"], [B, "2"], ["", "3"]], [A, B], []),
    "a typo in it": (["space_id", "n"], [[A, "1"], [A[1:], "2"]], [A], [A[1:]]),
    "times in it": (["space_id", "n"], [[A, "1"], ["1680289206898", "2"]], [A], ["1680289206898"]),
    "longer texts in it": (["Space URL", "n"], [[f"hear {LA}, {LB}", "1"], ["nothing", "2"]], [A, B], ["nothing"]),
    "HYPERLINK": (["space", "n"], [[f'=HYPERLINK("{LA}";"Hi")', "1"], [f'=hyperlink("{LB}","Ho, you")', "2"]],
                  [A, B], []),
    "text by a formula": (["space_id", "n"], [[f'="{A}"', "1"], [f'="{LB}"', "2"]], [A, B], []),
    "JSON": (["links", "n"], [[URLS, "1"], [json.dumps({"u": LB}), "2"]], [A, B], []),
    "another name": (["n", "Spaces"], [["1", A], ["2", B]], [A, B], []),
    "as an attribute": (["n", "spaces"], [["1", A], ["2", B]], [A, B], []),
    "the name says nothing": (["found in", "n"], [[A, "1"], [B, "2"]], [A, B], []),
    "row numbers as id": (["id", "text"], [["1", f"hear {LA}"], ["2", "no"]], [A], []),
    "account names like ids": (["user", "text"], [["user123456789", f"hear {LA}"], ["ann", "no"], ["bob", LB]],
                               [A, B], []),
    "posts": (["id", "text"], [[P, f"hear {LA}"], [Q, "no"], [R, f"again {LA} and {LB}"]], [A, B], []),
    "posts with a link column": (
        ["tweet_id", "text", "urls"], [[P, f"hear {T_CO}", LA], [Q, f"at {LB}", PERMALINK], [R, T_CO, ""]],
        [A, B], [T_CO],
    ),
    "posts with permalinks": (["url", "id", "text"], [[PERMALINK, P, f"hear {LA}"], [PERMALINK, Q, "no"]], [A], []),
    "posts with JSON": (["id", "text", "entities"], [[P, f"hear {T_CO}", json.dumps({"urls": json.loads(URLS)})]],
                        [A], []),
    "posts with a list of words": (["id", "text", "tags"], [[P, f"hear {LA}", '["SpaceX", "ai"]']], [A], []),
    "posts with a Python list": (["id", "text", "urls"], [[P, T_CO, f"['{LA}', '{LB}']"]], [A, B], []),
    "posts with their Spaces": (["post_id", "space_id", "text"], [[P, A, f"hear {LA}"], [Q, B, T_CO]], [A, B], []),
    "posts with bare ids": (["id", "audio"], [[P, A], [Q, B]], [A, B], []),
    "posts with broken links": (["id", "text"], [[P, f"{LA}zz"]], [], [f"{LA}zz"]),
    "posts with t.co only": (["id", "text"], [[P, T_CO], [Q, f"{T_CO} again"]], [], [T_CO, T_CO]),
    "posts spoilt by a spreadsheet": (["id", "text"], [["1.64187E+18", f"hear {LA}"]], [A], []),
    "the same link in two cells": (["id", "text", "link"], [[P, f"hear {LA}", LA]], [A], []),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables(tmp_path: Path, name: str) -> None:
    """CSV, a DataFrame, a pasted table and Parquet give the same ids and the same rejected texts."""
    header, rows, ids, rejected = TABLES[name]
    frame = pd.DataFrame(rows, columns=header)
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "b.csv", index=False, sep=";")
    frame.to_parquet(tmp_path / "a.parquet")
    for source in (
        tmp_path / "a.csv",
        tmp_path / "b.csv",
        tmp_path / "a.parquet",
        frame,
        frame.replace("", None),
    ):
        found = find_ids(source)
        assert (found.ids, [text for text, _ in found.rejected]) == (ids, rejected)


def test_ids_of_posts_may_be_numbers() -> None:
    """As pandas reads them, whole or as floats."""
    text = f"id,text\n{P},hear {LA}\n,no\n"
    assert find_ids(pd.read_csv(io.StringIO(text))).ids == [A]
    assert find_ids(pd.read_csv(io.StringIO(text)).dropna()).ids == [A]


def test_cells_of_a_table_may_hold_posts_and_links() -> None:
    """Lists and dicts, as `read_json` leaves them, are read like JSON; other things are passed over."""
    frame = pd.DataFrame(
        {"id": [P, Q], "entities": [{"urls": json.loads(URLS)}, None], "n": [1, None], "tags": [["ai"], []]}
    )
    assert (find_ids(frame).ids, find_ids(frame).rejected) == ([A], [])


def test_a_typo_in_a_column_of_spaces_is_rejected_beside_links_elsewhere() -> None:
    """It was meant as an id; what a column of another name has may be any table's ids."""
    typo, link = "1SAMPLEIFQBS", "https://x.com/i/spaces/1SAMPLExARSif"
    found = find_ids(pd.DataFrame({"space_id": [typo, None], "text": ["x", link]}))
    assert (found.ids, found.rejected) == (["1SAMPLExARSif"], [(typo, "12 characters: a Space id has 13")])
    assert not find_ids(pd.DataFrame({"id": [typo, None], "text": ["x", link]})).rejected


def test_a_table_of_any_index_and_names_is_not_changed() -> None:
    """The index plays no part, nor names that are no text; the table stays as it was."""
    frame = pd.DataFrame([[A, 1], [B, 2]], index=[5, 5])
    before = frame.copy()
    assert find_ids(frame).ids == [A, B]
    pd.testing.assert_frame_equal(frame, before)
    assert find_ids(frame[[]]).entries == find_ids(frame.head(0)).entries == ()


def test_a_table_without_ids_is_one_rejected_entry_and_a_file_an_error(tmp_path: Path) -> None:
    """Nothing raises but a file; the message is the same."""
    frame = pd.DataFrame({"title": ["x"], "plays": [1]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    ((_, reason),) = find_ids(frame).rejected
    assert "no column has Space ids, got ['title', 'plays']" in reason
    with pytest.raises(DataError, match="no column has Space ids"):
        find_ids(tmp_path / "a.csv")


def test_posts_without_any_space_are_said_to_be(tmp_path: Path) -> None:
    """Their ids are not rejected one by one."""
    (tmp_path / "a.csv").write_text(f"id,text\n{P},no\n{Q},none\n")
    with pytest.raises(DataError, match="no column has Space ids"):
        find_ids(tmp_path / "a.csv")
