"""`show`: puts results before the reader's eyes, in a notebook, a script or the interpreter. It changes nothing."""

from __future__ import annotations

import io
import sys
import tempfile
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacekit.plot.axes import figure_of
from spacekit.plot.frame import text_of
from spacekit.tables import rounded
from spacekit.words import Prose, keyless


@keyless
def show(*things: Any) -> None:
    """
    Show results one below the other: in a notebook as it shows them, else as text and pictures.

    Parameters
    ----------
    *things
        Batches, plans and whatever else has a card; tables, which are shown `rounded`; charts; text. In a terminal, a
        chart opens a window where matplotlib can show one, and is written to a temporary PNG otherwise, whose path is
        printed after its title.

    Raises
    ------
    OSError
        The picture cannot be written.

    Examples
    --------
    >>> import spacekit as sk
    >>> week = sk.at_age(sk.read(sk.sample_observations_path()), "7D")
    >>> sk.show("A week after the end:", sk.compare(week))
    A week after the end:
    <BLANKLINE>
    group   n   live  replay  share      interval  remark
    all    21  2,789     671   26 %   5.8 to 55 %  2 left out
    Medians of the two counts and of the share; the interval is that of the share.
    """
    if _in_notebook():
        for thing in things:
            _display(thing)
        return
    print(*(_as_text(thing) for thing in things), sep="\n\n")
    if any(isinstance(thing, Axes | Figure) and _has_window(thing) for thing in things):
        from matplotlib import pyplot as plt

        plt.show(block=not hasattr(sys, "ps1"))  # in the interpreter, the prompt comes back


def _in_notebook() -> bool:
    """Whether there is a kernel that shows what it is handed: Jupyter, VS Code, Colab, but not IPython's terminal."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _display(thing: Any) -> None:
    from IPython.display import Image, display

    if isinstance(thing, str) and not isinstance(thing, Prose):
        print(thing)
    elif isinstance(thing, Axes | Figure):
        figure = _figure(thing)
        width = round(figure.get_figwidth() * 100)  # as wide as the notebook shows it by itself
        words = {"alt": _words(thing)}  # not an argument of its own: IPython 7, Colab's, has none
        display(Image(data=_png(figure), width=width, metadata=words))  # type: ignore[no-untyped-call]
        _close(figure)
    else:
        display(rounded(thing) if isinstance(thing, pd.DataFrame) else thing)  # type: ignore[no-untyped-call]


def _as_text(thing: Any) -> str:
    if isinstance(thing, pd.DataFrame):
        return str(rounded(thing))
    if not isinstance(thing, Axes | Figure):
        return str(thing)
    title = " ".join(ax.get_title(loc="left") for ax in _axes(thing)).strip() or "A chart"
    return title if _has_window(thing) else f"{title}\nPicture: {_written(_figure(thing))}"


def _figure(chart: Axes | Figure) -> Figure:
    return chart if isinstance(chart, Figure) else figure_of(chart)


def _words(chart: Axes | Figure) -> str:
    """Return what a chart says, in words."""
    return " ".join(text_of(ax) or ax.get_title() for ax in _axes(chart)).strip()


def _axes(chart: Axes | Figure) -> list[Axes]:
    return chart.axes if isinstance(chart, Figure) else [chart]


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def _written(figure: Figure) -> str:
    with tempfile.NamedTemporaryFile(prefix="spacekit-", suffix=".png", delete=False) as file:
        file.write(_png(figure))
    return file.name


def _has_window(chart: Axes | Figure) -> bool:
    """Whether pyplot has a window for the figure."""
    manager = _figure(chart).canvas.manager
    return manager is not None and hasattr(manager, "window")


def _close(figure: Figure) -> None:
    """Close a figure that pyplot would show once more, at the end of the cell."""
    if figure.canvas.manager is not None:
        from matplotlib import pyplot as plt

        plt.close(figure)
