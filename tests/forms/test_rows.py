"""What the widgets show of each Space."""

import json

import pandas as pd
from form_reading import EVIL

import spacekit as sk
from spacekit.forms.rows import packed, row_numbers


def test_values_keep_their_kinds() -> None:
    """Counts are numbers, so that they sort as such; instants are text to the minute; what is missing is null."""
    record = {
        "id": "1", "title": EVIL, "state": "Ended", "creator": {"id": "7", "screen_name": "ann"},
        "started_at": 1_767_225_659_000, "ended_at": 1_767_229_200_000,
        "total_live_listeners": 30, "total_replay_watched": 10, "is_space_available_for_replay": True,
    }  # fmt: skip
    names = json.loads(packed(sk.normalize([record, {"id": "2"}]).spaces))
    assert {name: values[0] for name, values in names.items()} == {
        "space_id": "1", "title": EVIL, "host": "ann", "started": "2026-01-01 00:00",
        "live": 30, "replay": 10, "share": 0.25, "state": "Ended",
    }  # fmt: skip
    assert [values[1] for values in names.values()] == ["2", *[None] * 7]


def test_a_table_may_lack_columns() -> None:
    """A table without titles, as of one's own, has rows without titles."""
    spaces = sk.sample_batch().spaces
    names = json.loads(packed(spaces.drop(columns="title")))
    assert set(names["title"]) == {None}
    assert len(names["title"]) == len(spaces)


def test_a_repeated_id_is_its_last_row() -> None:
    """Of an id with several rows a dot stands for the last."""
    spaces = sk.sample_batch().spaces.head(2)
    assert set(row_numbers(pd.concat([spaces, spaces])).values()) == {2, 3}
