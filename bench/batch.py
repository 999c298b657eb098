"""Memory of a Batch of 100,000 Spaces, beside the parsed records that a user would keep in a list."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from bench.harness import Row
from scripts.make_samples import make_spaces
from spacekit.batch import Batch, Outcome
from spacekit.tables import as_text

SPACES = 100_000
LIMIT = 2.0  # times the answers' text


def held(make: Callable[[], Any]) -> tuple[Any, int]:
    """Make something, and return it with the bytes that it holds, as Python's allocator counts them."""
    tracemalloc.start()
    made = make()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return made, size


def as_batch(texts: list[bytes], ids: list[str]) -> Batch:
    """A batch as a fetch makes it: copies of the answers' text, their times, an outcome for each input."""
    copies = [bytes(bytearray(text)) for text in texts]
    outcomes = [
        Outcome(str(space_id), str(space_id), "ok", 200, None, 1, 1_780_315_200_000 + i, False, i)
        for i, space_id in enumerate(ids)
    ]
    return Batch(copies, [entry.fetched_at for entry in outcomes], outcomes)


def rows() -> Iterator[Row]:
    """One row: bytes held, as multiples of the text."""
    texts = [as_text(record) for record in make_spaces(SPACES, seed=2)]
    ids = [json.loads(text)["id"] for text in texts]
    total = sum(map(len, texts))
    batch, ours = held(lambda: as_batch(texts, ids))
    records, theirs = held(lambda: [json.loads(text) for text in texts])
    same = all(a == b for a, b in zip(batch.records[:1000], records[:1000], strict=True))
    unit = 2**20
    yield Row(
        f"memory of {SPACES:,} Spaces, {total / unit:.0f} MiB of text",
        f"{ours / unit:.0f} MiB ({ours / total:.2f} x the text)",
        f"{theirs / unit:.0f} MiB (list of dicts)",
        f"{ours / theirs:.2f} x the memory",
        f"<= {LIMIT:g} x the text",
        ours <= LIMIT * total,
        "equal" if same and len(batch.records) == len(records) else "DIFFER",
    )
    del records
    spaces, peak = peak_of(lambda: batch.spaces)
    yield Row(
        "the same, while its tables are made",
        f"{(ours + peak) / unit:.0f} MiB at most",
        "",
        f"{(ours + peak) / total:.2f} x the text",
        "none",
        True,
        "equal" if spaces["space_id"].tolist() == ids else "DIFFER",
    )


def peak_of(make: Callable[[], pd.DataFrame]) -> tuple[pd.DataFrame, int]:
    """Make something, and return it with the most bytes held meanwhile."""
    tracemalloc.start()
    made = make()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return made, peak
