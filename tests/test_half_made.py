"""What could not be made can be shown: debuggers and tracebacks ask for the repr of every object."""

import gc
import inspect
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk
from spacekit.batch.batch import Records
from spacekit.batch.large.parquet import ParquetTables
from spacekit.server import Server
from spacekit.tables import Rounded

CLASSES = [
    value
    for value in (*(getattr(sk, name) for name in sk.__all__), Records, ParquetTables, Server, Rounded)
    if inspect.isclass(value) and not issubclass(value, BaseException | tuple)
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_half_made_object_has_a_repr(kind: type[Any]) -> None:
    """Its repr, text and card say what it is, and its end raises nothing."""
    thing = kind.__new__(kind)
    assert kind.__name__ in repr(thing)
    assert str(thing)
    if hasattr(thing, "_repr_html_"):
        assert "<" in thing._repr_html_() or "&lt;" in thing._repr_html_()
    del thing
    gc.collect()  # what its end raises fails the test as an unraisable exception


def test_what_was_refused_raises_nothing_at_its_end(tmp_path: Path) -> None:
    """An archive, a client or a form that could not be made goes without a word."""
    (tmp_path / "notes").write_text("x", encoding="utf-8")
    for make in (
        lambda: sk.Archive(tmp_path / "notes"),
        lambda: sk.Client(workers=0),
        lambda: sk.AudienceExplorer(5),
        lambda: Server([], keys="text"),
    ):
        with pytest.raises((ValueError, TypeError, sk.SpacekitError)):
            make()
    gc.collect()
