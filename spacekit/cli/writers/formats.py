"""THE table of formats: name, endings, writer, what each cannot hold. Help and messages are made from it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from spacekit.cli.writers.columns import Note

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]


@dataclass(frozen=True, slots=True)
class Form:
    """What was asked of a file: its format by name, a byte order mark, safe cells."""

    name: str
    bom: bool = False
    safe: bool = False


@dataclass(frozen=True, slots=True)
class _Format:
    """
    One format.

    Attributes
    ----------
    name
        As `--format` takes it; the first of `endings` without its dot is the same, but for text.
    endings
        Of files, in lower case.
    holds
        What it is and what it cannot hold, in a few words.
    write
        Return one or several tables as bytes; say what could not be held.
    also
        Other names that people type.
    binary
        Whether a terminal cannot show it.
    many
        Whether one file holds several tables.
    needs
        A package that is an extra.
    """

    name: str
    endings: tuple[str, ...]
    holds: str
    write: Callable[[Tables, Form, Note], bytes]
    also: tuple[str, ...] = ()
    binary: bool = True
    many: bool = False
    needs: str = ""


def _csv(tables: Tables, form: Form, _note: Note) -> bytes:
    from spacekit.cli.writers import texts

    return texts.csv(_only(tables), "\t" if form.name == "tsv" else ",", bom=form.bom, safe=form.safe)


def _jsonl(tables: Tables, _form: Form, _note: Note) -> bytes:
    from spacekit.cli.writers import texts

    return texts.json_lines(_only(tables))


def _parquet(tables: Tables, _form: Form, _note: Note) -> bytes:
    from spacekit.cli.writers import columnar

    return columnar.parquet(_only(tables))


def _feather(tables: Tables, _form: Form, _note: Note) -> bytes:
    from spacekit.cli.writers import columnar

    return columnar.feather(_only(tables))


def _xlsx(tables: Tables, _form: Form, note: Note) -> bytes:
    from spacekit.cli.writers import excel

    return excel.xlsx(tables, note)


def _sqlite(tables: Tables, _form: Form, _note: Note) -> bytes:
    from spacekit.cli.writers import sqlite

    return sqlite.sqlite(tables)


def _dta(tables: Tables, _form: Form, note: Note) -> bytes:
    from spacekit.cli.writers import stata

    ((name, frame),) = tables.items()
    return stata.stata(frame, name, note)


def _only(tables: Tables) -> pd.DataFrame:
    (frame,) = tables.values()
    return frame


def _no_table(_tables: Tables, _form: Form, _note: Note) -> bytes:
    raise NotImplementedError  # each table has its own form for reading


# fmt: off
FORMATS: Final = {one.name: one for one in (
    _Format("csv", (".csv",), "commas, UTF-8", _csv, binary=False),
    _Format("tsv", (".tsv", ".tab"), "tabs, UTF-8", _csv, ("tab",), binary=False),
    _Format("jsonl", (".jsonl", ".ndjson"), "one JSON object a row", _jsonl, ("json", "ndjson"), binary=False),
    _Format("parquet", (".parquet", ".pq"), "keeps types and missing values", _parquet, ("pq",)),
    _Format("feather", (".feather", ".arrow"), "the same; for R and Arrow", _feather, ("arrow",)),
    _Format("xlsx", (".xlsx",), "Excel: up to 1,048,575 rows, 32,767 letters a cell", _xlsx, ("excel",),
           many=True, needs="openpyxl"),
    _Format("sqlite", (".sqlite", ".sqlite3"), "a table named after what it is; flags are 0 and 1", _sqlite,
           ("sqlite3", "sql", "db"), many=True),
    _Format("dta", (".dta",), 'Stata 14 and later; missing text is ""', _dta, ("stata",)),
    _Format("text", (".txt",), "a short table to read", _no_table, ("txt",), binary=False),
)}
# fmt: on
ENDINGS: Final = {ending: one.name for one in FORMATS.values() for ending in one.endings}
_ALSO: Final = {word: one.name for one in FORMATS.values() for word in one.also}


def listed() -> str:
    """Return the formats for a help text: each with its endings and what it cannot hold."""
    return "\n".join(f"  {one.name:<8}{' '.join(one.endings):<18}{one.holds}" for one in FORMATS.values())


def named(word: str) -> str:
    """Return the name of a format as people type it, such as `excel`; an unknown word as it is."""
    word = word.lower().removeprefix(".")
    return _ALSO.get(word, word)


def nearest(word: str) -> str:
    """Return a question after the name or the ending that was meant, or ""."""
    word = word.lower()
    known = [*ENDINGS, *(f".{also}" for also in _ALSO)] if word.startswith(".") else [*FORMATS, *_ALSO]
    found = difflib.get_close_matches(word, known, 1, 0.6) if word else []
    if not found:
        return ""
    one = FORMATS[ENDINGS.get(found[0], named(found[0]))]
    return f"; did you mean {one.endings[0] if word.startswith('.') else one.name}?"


def missing_package(name: str) -> str:
    """Return the package that a format needs and that is not installed, or ""."""
    needed = FORMATS[name].needs
    return needed if needed and find_spec(needed) is None else ""
