"""Records to typed tables: `spacekit.normalize` beside `pandas.json_normalize` and the casts it takes."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

import spacekit as sk
from bench.harness import Row, Target, compare
from scripts.make_samples import make_spaces
from spacekit.fields import CREATORS, SOURCE, TABLES, Field
from spacekit.tables import assemble, decode

Frames = tuple[pd.DataFrame, pd.DataFrame]


def cast(field: Field, raw: pd.Series) -> pd.Series:
    """Turn one column of `json_normalize` into the column that spacekit gives."""
    if field.kind == "instant":
        if field.path.endswith("legacy.created_at"):
            dates = pd.to_datetime(raw, format="%a %b %d %H:%M:%S %z %Y", utc=True)
            return dates.astype("datetime64[ms, UTC]")
        return pd.to_numeric(raw).astype("Int64").astype("datetime64[ms, UTC]")
    if field.kind == "span":
        return pd.to_numeric(raw).astype("Int64").astype("timedelta64[ms]")
    if field.name == "description_urls":
        raw = raw.map(lambda links: " ".join(x["expanded_url"] for x in links), na_action="ignore")
    elif field.kind == "texts":
        raw = raw.map(" ".join, na_action="ignore")
    return raw.astype(field.dtype)


def by_json_normalize(records: list[dict[str, Any]]) -> Frames:
    """Do it the way an analyst would: flatten, then cast column by column. It finds no problems."""
    flat = pd.json_normalize(records)
    none = pd.Series(None, index=flat.index, dtype=object)
    spaces = pd.DataFrame({f.name: cast(f, flat.get(f.path, none)) for f in TABLES["spaces"]})
    spaces["source"] = pd.Series("socialdata", index=flat.index, dtype=SOURCE.dtype)
    known = flat[flat["creator.id"].notna()] if "creator.id" in flat else flat[:0]
    newest = known.drop_duplicates("creator.id", keep="last").set_index("creator.id", drop=False)
    newest = newest.loc[known["creator.id"].drop_duplicates()].reset_index(drop=True)
    none = pd.Series(None, index=newest.index, dtype=object)
    return spaces, pd.DataFrame({f.name: cast(f, newest.get(f.path, none)) for f in CREATORS})


def same(ours: sk.Tables, theirs: Frames) -> None:
    """Check that both gave the same tables, and that spacekit found nothing wrong."""
    pd.testing.assert_frame_equal(ours.spaces, theirs[0])
    pd.testing.assert_frame_equal(ours.creators, theirs[1])
    assert ours.problems.empty, "the records have problems"


def rows() -> Iterator[Row]:
    """One record, 10,000 in memory, and 10,000 from their text."""
    one = [sk.documented_record()]
    many = make_spaces(10_000, seed=1)
    texts = [json.dumps(record).encode() for record in many]
    yield compare(
        "1 record",
        lambda: sk.normalize(one),
        lambda: by_json_normalize(one),
        check=same,
        target=Target(times_as_fast=8, under_s=0.0012),
    )
    yield compare(
        "10,000 records in memory",
        lambda: sk.normalize(many),
        lambda: by_json_normalize(many),
        check=same,
        target=Target(times_as_fast=4),
    )
    yield compare(
        "10,000 records, from text",
        lambda: assemble([decode(texts, [None] * len(texts)).part]),
        lambda: by_json_normalize([json.loads(text) for text in texts]),
        check=same,
        target=Target(times_as_fast=3),
    )
