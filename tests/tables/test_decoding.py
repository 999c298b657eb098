"""From texts to the same tables as from parsed records, and what holds no Space."""

import json
from typing import Any

import pandas as pd

from spacekit.samples import documented_record, sample_records
from spacekit.tables import assemble, decode, normalize


def as_texts(records: list[Any]) -> list[bytes]:
    """Records as the JSON texts of answers."""
    return [json.dumps(record).encode() for record in records]


def test_texts_give_the_tables_of_their_records() -> None:
    """The meaning of a text is that of its record."""
    records = sample_records()
    decoded = decode(as_texts(records), [None] * len(records))
    assert not decoded.refused
    for frame, other in zip(assemble([decoded.part]), normalize(records), strict=True):
        pd.testing.assert_frame_equal(frame, other)


def test_what_holds_no_space_is_refused_and_no_row() -> None:
    """Each with its place and kind; the others keep their order."""
    texts = [b"{}", *as_texts([documented_record(), {"data": {"audioSpace": {}}}]), b"junk", b"5"]
    decoded = decode(texts, [None] * 5)
    assert decoded.texts == [texts[1]]
    assert decoded.origin == [1]
    kinds = [(0, "not_found"), (2, "not_found"), (3, "failed"), (4, "failed")]
    assert [(refused.place, refused.kind) for refused in decoded.refused] == kinds
