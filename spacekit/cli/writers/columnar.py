"""Tables as Parquet and Feather, which keep the dtypes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from spacekit.cli.writers.columns import settled

if TYPE_CHECKING:
    import pandas as pd


def parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet."""
    out = io.BytesIO()
    settled(frame).to_parquet(out, index=False)
    return out.getvalue()


def feather(frame: pd.DataFrame) -> bytes:
    """Return a table as Feather, version 2: an Arrow file."""
    out = io.BytesIO()
    settled(frame).to_feather(out)
    return out.getvalue()
