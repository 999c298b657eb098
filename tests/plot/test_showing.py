"""`show`: results before the reader's eyes, in a terminal and in a notebook."""

import re
from pathlib import Path
from typing import Any

import matplotlib.figure
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import spacekit as sk
from spacekit.plot import showing

BATCH = sk.sample_batch()


class Kernel:
    """A shell that has a kernel, as in a notebook."""

    kernel = True


@pytest.fixture
def of_pyplot() -> Any:
    """A figure that pyplot knows, made before a kernel is pretended."""
    return plt.figure()


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a notebook is handed to display."""
    import IPython
    import IPython.display

    seen: list[Any] = []
    monkeypatch.setattr(IPython, "get_ipython", Kernel)
    monkeypatch.setattr(IPython.display, "display", seen.append)
    return seen


def test_a_terminal_gets_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Cards and tables as text with a blank line between, text as it is."""
    sk.show("Hello", BATCH, BATCH.outcomes.head(2), 7)
    out = capsys.readouterr().out
    assert out == f"Hello\n\n{BATCH}\n\n{sk.rounded(BATCH.outcomes.head(2))}\n\n7\n"


@pytest.mark.parametrize("whole", [False, True])
def test_a_terminal_gets_the_path_of_a_picture(capsys: pytest.CaptureFixture[str], whole: bool) -> None:
    """Below the title of the chart; of axes, or of their whole figure."""
    ax = sk.plot.quality(BATCH)
    sk.show(ax.figure if whole else ax)
    title, path = capsys.readouterr().out.strip().split("\n")
    assert title == (ax.get_title(loc="left") or "A chart")
    picture = Path(path.removeprefix("Picture: "))
    assert picture.read_bytes().startswith(b"\x89PNG")
    picture.unlink()


def test_a_notebook_gets_objects(displayed: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Text is printed, a table is rounded, all else is shown as it is."""
    sk.show("Hello", BATCH, BATCH.outcomes, 7)
    assert capsys.readouterr().out == "Hello\n"
    assert [type(thing).__name__ for thing in displayed] == ["Batch", "Rounded", "int"]


def test_a_notebook_gets_a_picture_with_words(displayed: list[Any]) -> None:
    """A chart is a PNG of the figure's size, and its words are the alternative text."""
    ax = sk.plot.quality(BATCH)
    sk.show(ax)
    (picture,) = displayed
    assert picture.data.startswith(b"\x89PNG")
    _, metadata = picture._repr_mimebundle_()
    assert "made-up" in metadata["image/png"]["alt"]
    assert metadata["image/png"]["width"] == round(ax.figure.get_figwidth() * 100)


def test_a_figure_of_pyplot_is_not_shown_twice(of_pyplot: Any, displayed: list[Any]) -> None:
    """The notebook would show it once more at the end of the cell."""
    sk.show(of_pyplot.subplots())
    assert not plt.fignum_exists(of_pyplot.number)
    assert len(displayed) == 1


def test_a_window_is_opened_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, after all else is printed; no picture is written."""
    calls: list[Any] = []
    monkeypatch.setattr(showing, "_has_window", lambda _: True)
    monkeypatch.setattr(plt, "show", lambda **options: calls.append(options))
    ax = matplotlib.figure.Figure().subplots()
    ax.set_title("Mine", loc="left")
    sk.show(ax, pd.DataFrame({"a": [1]}))
    assert re.fullmatch(r"Mine\n\na\n1\n", capsys.readouterr().out)
    assert len(calls) == 1
