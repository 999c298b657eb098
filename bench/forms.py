"""The forms with 10,000 made-up Spaces: until the first picture, and from a change of a filter to the new picture."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator

from bench.harness import Row, Target, check_text, measure, measure_seconds
from scripts.make_samples import make_spaces
from spacekit import AudienceExplorer, Batch, FetchForm, find_ids, sandbox
from spacekit.forms.picture import Picture
from spacekit.plot import CHARTS
from spacekit.samples import SAMPLE_TIME

SPACES = 10_000


def picture_of(explorer: AudienceExplorer, change: Callable[[], None]) -> Picture:
    """Change something, and return the picture that follows."""
    drawn = threading.Event()
    explorer.state.observe(lambda _: drawn.set(), "picture")
    change()
    assert drawn.wait(60)
    explorer.state.unobserve_all("picture")
    return explorer.state.picture


def first_picture(batch: Batch) -> Picture:
    """Make the form and wait for its first picture."""
    explorer = AudienceExplorer(batch)
    while explorer.state.picture is None:
        time.sleep(0.001)
    picture = explorer.state.picture
    explorer.close()
    return picture


def is_of(picture: Picture, least: int) -> None:
    """Check that a picture is of this many Spaces at least."""
    counts = [
        int(number.replace(",", ""))
        for number in re.findall(r"([\d,]+) (?:Spaces|observations)", picture.alt)
    ]
    assert any(least <= count <= SPACES for count in counts), picture.alt


def has_alt(chart: str) -> None:
    """Check that a chart in a page is of all Spaces."""
    assert f"{SPACES:,} Spaces" in chart


def filtered(batch: Batch, chart: str) -> Row:
    """Measure one change of a filter, with the form idle before, as a person leaves it who looks at the picture."""
    explorer = AudienceExplorer(batch)
    explorer.chart_name.value = chart
    explorer.wait()
    numbers = itertools.count(1)

    def change() -> Picture:
        return picture_of(explorer, lambda: setattr(explorer.least_live, "value", next(numbers)))

    def seconds() -> float:
        explorer.wait()
        started = time.perf_counter()
        change()
        return time.perf_counter() - started

    checked = check_text(lambda: is_of(change(), 5_000))
    seconds()  # as of every other measurement, the first round does not count
    row = measure_seconds(f"filter changed, {chart}", seconds, checked=checked, target=Target(under_s=0.15))
    explorer.close()
    return row


def shown(batch: Batch) -> str:
    """Show a batch as the form does at the end of a fetch: table, downloads, chart."""
    with sandbox([]) as client:
        form = FetchForm(client)
        form.present(batch)
        chart = form.chart.value
        form.close()
    return chart


def typed(text: str) -> str:
    """Paste a text into the form that fetches."""
    with sandbox([]) as client:
        form = FetchForm(client)
        form.text.value = text
        plan = form.plan.value
        form.close()
    return plan


def rows() -> Iterator[Row]:
    """One row for each thing that a person waits for."""
    batch = Batch.of(make_spaces(SPACES), fetched_at=SAMPLE_TIME)
    batch.spaces  # noqa: B018  # as after a fetch: the table is there
    yield measure(
        "first picture of the explorer", lambda: first_picture(batch), check=lambda drawn: is_of(drawn, SPACES),
        target=Target(under_s=0.3),
    )  # fmt: skip
    yield measure(
        "result of a fetch shown",
        lambda: shown(batch),
        check=has_alt,
        target=Target(under_s=2.0),
    )
    for name, chart in CHARTS.items():
        if not chart.posts:
            yield filtered(batch, name)
    text = "\n".join(batch.spaces["space_id"])

    def planned(plan: str) -> None:
        assert f"{len(find_ids(text)):,} to fetch" in plan

    yield measure(
        "10,000 ids pasted: recognised and planned",
        lambda: typed(text),
        check=planned,
        target=Target(under_s=0.5),
    )
