"""Links that save data from the page, whatever serves it. Large data is made only when asked for."""

from __future__ import annotations

import base64
import gzip
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Final

import ipywidgets as w
import pandas as pd

from spacekit.batch import Batch
from spacekit.forms import parts

MANY: Final = 500
"""Spaces from which on data is made only when asked for: it travels to the page."""


class Download(w.HBox):  # type: ignore[misc]  # ipywidgets has no types
    """A file to save: a link, or first a button that makes it. `offer` says of what."""

    def __init__(self, name: str) -> None:
        super().__init__([], layout=w.Layout(margin="0 12px 0 0"))
        self.make = parts.button(f"Make {name}", "download")
        self.link = w.HTML()
        self._name = name
        self._data: Callable[[], bytes] = bytes
        self.make.on_click(lambda _: self._give())

    def offer(self, name: str, data: Callable[[], bytes], *, now: bool) -> None:
        """Offer a file: its link at once, or after a click."""
        self._name, self._data = name, data
        self.make.description = f"Make {name}"
        if now:
            self._give()
        else:
            self._put(self.make)

    def _give(self) -> None:
        # A new widget each time: servers that limit the rate of output let the first message of a widget through.
        self._put(w.HTML(link(self._name, self._data())))

    def _put(self, child: w.Widget) -> None:
        old = tuple(self.children)
        self.children: tuple[w.Widget, ...] = (child,)
        self.link = child if isinstance(child, w.HTML) else w.HTML()
        for widget in old:
            if widget is not self.make:
                widget.close()

    def close(self) -> None:
        """Close the button too, where it is not to be seen."""
        self.make.close()
        super().close()


def link(name: str, data: bytes) -> str:
    """Give a link that holds the data itself."""
    kinds = {"csv": "text/csv", "png": "image/png", "svg": "image/svg+xml"}
    kind = kinds.get(name.rsplit(".", 1)[-1], "application/octet-stream")
    text = base64.b64encode(data).decode()
    return (
        f'<a download="{escape(name)}" href="data:{kind};base64,{text}" '
        f'style="text-decoration:underline">Save {escape(name)} ({_size(len(data))})</a>'
    )


def csv(table: pd.DataFrame) -> bytes:
    """Give a table as CSV, all columns."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def jsonl(batch: Batch) -> bytes:
    """Give the records of a batch as `Batch.to_jsonl` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        return batch.to_jsonl(Path(folder) / "spaces.jsonl").read_bytes()


def packed(batch: Batch) -> bytes:
    """Likewise, compressed."""
    return gzip.compress(jsonl(batch), mtime=0)


def _size(n: int) -> str:
    return f"{n:,} bytes" if n < 1000 else f"{n / 1000:,.0f} kB" if n < 1_000_000 else f"{n / 1e6:,.1f} MB"
