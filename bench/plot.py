"""Each chart of 100,000 made-up Spaces or observations, with layout and drawing as PNG. Compares with nothing."""

import io
from collections.abc import Iterator

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.harness import Row, Target, measure
from scripts.make_samples import make_spaces
from spacekit import normalize, plot
from spacekit.plot.frame import text_of
from spacekit.samples import SAMPLE_TIME

SPACES = 100_000
TARGET = Target(under_s=5.0)


def observations_of(spaces: pd.DataFrame) -> pd.DataFrame:
    """Observations of half of the Spaces at two ages, as `Archive.observations` has them."""
    now = spaces.head(SPACES // 2).assign(age=spaces["fetched_at"] - spaces["ended_at"])
    before = now.assign(age=now["age"] / 2, total_replay_watched=now["total_replay_watched"] // 2)
    return pd.concat([before, now], ignore_index=True)


def draw(chart: plot.Chart, table: pd.DataFrame) -> Axes:
    """Draw a chart to a PNG in memory."""
    figure = Figure(layout="constrained")
    ax = chart.function(table, ax=figure.subplots())
    figure.savefig(io.BytesIO(), format="png")
    return ax


def tells_how_many(ax: Axes) -> None:
    """Check that the caption counts all Spaces of the table."""
    words = text_of(ax)
    assert f"{SPACES:,}" in words, words


def row(name: str, table: pd.DataFrame) -> Row:
    """Measure one chart."""
    chart = plot.CHARTS[name]
    case = f"{name}, {SPACES:,} {chart.takes.replace('spaces', 'Spaces')}"
    return measure(case, lambda: draw(chart, table), check=tells_how_many, target=TARGET)


def rows() -> Iterator[Row]:
    """One row for each chart."""
    spaces = normalize(make_spaces(SPACES), fetched_at=SAMPLE_TIME).spaces
    tables = {"spaces": spaces, "observations": observations_of(spaces)}
    for name, chart in plot.CHARTS.items():
        yield row(name, tables[chart.takes])
