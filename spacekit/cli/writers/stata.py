"""Tables as files of Stata, format 118: names of 32 characters, instants as %tc, labels from the data dictionary."""

from __future__ import annotations

import io
import math
import re
from typing import Any, Final

import pandas as pd

from spacekit.arguments.frames import STATA_MARK, STATA_UNITS
from spacekit.cli.writers.columns import Note, distinct, exact, kind, settled
from spacekit.fields import TABLES
from spacekit.stats.results import RESULTS
from spacekit.tables.plain import plain
from spacekit.words import shortened

_NAME: Final = 32
_LABEL: Final = 80
_SHORT: Final = 2045  # bytes
_GREATEST: Final = float.fromhex("0x1.fffffffffffffp+1022")  # of a double; what is above stands for missing
_UNITS_OF_TIME: Final = {"span": "hours", "instant": "UTC"}
_UNITS: Final = {**_UNITS_OF_TIME, "flag": STATA_UNITS["boolean"], "count": STATA_UNITS["Int64"]}
_FORBIDDEN: Final = re.compile(r"\W")
_RESERVED: Final = frozenset(
    """
    _N _all _b _coef _cons _n _pi _pred _rc _skip aggregate array boolean break byte case catch class colvector complex
    const continue default delegate delete do double else eltypedef end enum explicit export external float for friend
    function global goto if in inline int local long mata matrix namespace new numeric NULL operator orgtypedef pointer
    polymorphic pragma private protected quad real return rowvector scalar short signed static strL string struct super
    switch template this throw transmorphic try typedef typename union unsigned using vector version virtual void
    volatile while with
    """.split()  # noqa: SIM905  # a list of words to read
)
_NUL: Final = "\x00"


def stata(frame: pd.DataFrame, table: str, note: Note) -> bytes:
    """Return a table as a Stata file; `table` says whose columns they are."""
    frame = exact(settled(frame), note, "Stata")
    labels = [_label(str(name), frame[name], table) for name in frame]
    frame = _without_nul(_in_range(plain(frame, stata=True), note), note)
    names = distinct([_name(str(name)) for name in frame], _NAME)
    if renamed := [f"{old} is {new}" for old, new in zip(frame, names, strict=True) if old != new]:
        note(f"Stata has names of up to {_NAME} letters, digits and underscores: {', '.join(renamed)}.")
    frame.columns = pd.Index(names)
    out = io.BytesIO()
    frame.to_stata(
        out,
        write_index=False,
        version=118,
        data_label=f"{STATA_MARK}{table}",
        variable_labels=dict(zip(names, labels, strict=True)),
        convert_strl=[name for name in names if _is_long(frame[name])],
        convert_dates={name: "tc" for name in names if kind(frame[name]) == "instant"},
    )
    return out.getvalue()


def _is_long(column: pd.Series[Any]) -> bool:
    """Whether a text needs Stata's strL, of any length."""
    return column.dtype == object and any(len(text.encode()) > _SHORT for text in column)


def _name(name: str) -> str:
    """Return a name that Stata takes."""
    name = _FORBIDDEN.sub("_", name) or "_"
    return f"_{name}" if name[0].isdigit() or name in _RESERVED else name


def _label(name: str, column: pd.Series[Any], table: str) -> str:
    """Return what a variable is, from the data dictionary; its whole name, where it is in none."""
    meaning = _meanings(table).get(name, name)
    unit = (_UNITS if meaning == name else _UNITS_OF_TIME).get(kind(column), "")
    return shortened(f"{unit}: {meaning}" if unit else meaning, _LABEL)


def _meanings(table: str) -> dict[str, str]:
    """Return what the columns of a table are; of a table that is not known, those of Spaces."""
    _, results = RESULTS.get(table, ("", {}))
    fields = [*TABLES["spaces"], *TABLES.get(table, ())]
    return {field.name: field.meaning for field in fields} | {
        name: meaning for name, (_, meaning) in results.items() if not meaning.startswith("As in")
    }


def _in_range(frame: pd.DataFrame, note: Note) -> pd.DataFrame:
    """Return a table in which numbers that Stata keeps for what is missing, infinity first of all, are missing."""
    for name in frame:
        if kind(frame[name]) != "number":
            continue
        beyond = abs(frame[name].to_numpy("float64", na_value=math.nan)) > _GREATEST
        if n := int(beyond.sum()):
            note(f"Stata has no infinity, and no number above 9e307: {n:,} of {name!r} written as missing.")
            frame = frame.assign(**{str(name): frame[name].mask(beyond)})
    return frame


def _without_nul(frame: pd.DataFrame, note: Note) -> pd.DataFrame:
    """Return a table without the character at which Stata ends a text."""
    for name in frame:
        if frame[name].dtype == object and frame[name].str.contains(_NUL, regex=False).any():
            note(f"Stata cannot hold the character NUL: it is written as ␀ in {name!r}.")
            frame = frame.assign(**{str(name): frame[name].str.replace(_NUL, "␀", regex=False)})
    return frame
