"""What tests read back as it was written: pandas 2 reads text of Parquet as Python's, pandas 3 as pyarrow's."""

from typing import Any

import pandas as pd


def read_parquet(source: Any) -> pd.DataFrame:
    """Read a Parquet file, its text in pyarrow's strings, as users of pandas 2 have it with this option."""
    with pd.option_context("mode.string_storage", "pyarrow"):
        return pd.read_parquet(source)
