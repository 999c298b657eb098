"""What the tests of charts share."""

import pandas as pd
import pytest
from plotted import table


@pytest.fixture(scope="session")
def samples() -> pd.DataFrame:
    """The table of the sample Spaces."""
    return table("audience", "samples")
