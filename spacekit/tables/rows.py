"""One object for each Space, with its values as they came; a compiled decoder makes it where every object is in place.

What the decoder refuses is not wrong: it is read with care, one by one, and means the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec.structs import astuple

from spacekit.arguments.nesting import check_depth
from spacekit.fields import CREATORS, SPACES, Kind
from spacekit.tables.shapes import CREATOR_MARKS, GRAPHQL_MARKS, RESELLER_MARKS
from spacekit.tables.values import is_missing

_Report = Callable[[str, Any, str], None]
"""Takes the path of an object, what stands there instead, and why it is wrong."""

NOT_PLAIN = (msgspec.MsgspecError, ValueError, RecursionError)
"""What the compiled decoder raises where a text or record must be read with care."""

_number = int | str | None
_PLAIN: dict[Kind, Any] = {
    "id": _number, "text": str | None, "texts": list[Any] | None, "count": _number, "code": _number,
    "flag": bool | None, "instant": _number, "span": _number,
}  # fmt: skip
"""What the decoder takes as the value of a kind; a record with any other is read with care."""
_PATHS = {path: _PLAIN[f.kind] for f in (*SPACES, *CREATORS) for path in (f.path, f.also) if path}
_PATHS |= {"creator.__typename": Any, "creator.reason": Any}
_SENT_FIRST = (
    "state", "title", "media_key", "created_at", "scheduled_start", "started_at", "ended_at", "updated_at",
    "disallow_join", "narrow_cast_space_type", "is_employee_only", "is_locked", "is_space_available_for_replay",
    "is_space_available_for_clipping", "conversation_controls", "total_replay_watched", "total_live_listeners", "id",
    "creator.id", "creator.has_graduated_access", "creator.is_blue_verified", "creator.profile_image_shape",
    "creator.affiliates_highlighted_label", "creator.legacy",
)  # fmt: skip
"""Paths in the order in which the API sends them: the decoder is faster where they come in the order of the row."""
_MARKS: dict[str, tuple[str, ...]] = {
    "": (*GRAPHQL_MARKS, *RESELLER_MARKS, "participants"),
    "creator": CREATOR_MARKS,
}
"""Keys that need care where they hold anything: they make the record one of another form."""
_Text = Annotated[str, msgspec.Meta(min_length=1)]


def _attribute(key: str) -> str:
    return key.lstrip("_")


def _place(path: str) -> tuple[int, str]:
    """Return what sorts paths in the order in which the API sends them; those of an account come by the alphabet."""
    known = [place for place, start in enumerate(_SENT_FIRST) if path.startswith(start)]
    return known[0] if known else len(_SENT_FIRST), path


def _keys_of(path: str) -> dict[str, str]:
    """Return the keys of an object with the path of each, in the order in which they come."""
    below = sorted((p for p in _PATHS if p.startswith(f"{path}.") or not path), key=_place)
    depth = path.count(".") + 2 if path else 1
    return {parts[depth - 1]: ".".join(parts[:depth]) for parts in (p.split(".") for p in below)}


def _make(path: str) -> type[msgspec.Struct]:
    """Make the class of the object at a path, after those of the objects in it."""
    keys = _keys_of(path)
    kinds: dict[str, Any] = {
        key: _PATHS[inner] if inner in _PATHS else _make(inner) | None for key, inner in keys.items()
    }
    kinds |= dict.fromkeys(_MARKS.get(path, ()), None)
    fields = [(_attribute(key), kind, None) for key, kind in kinds.items()]
    if not path:  # what has none of these needs a closer look
        needed = {"id": _Text, "state": _Text, "creator": OBJECTS["creator"]}
        fields = [(name, needed[name]) if name in needed else (name, kind, None) for name, kind, _ in fields]  # type: ignore[misc]
    made = msgspec.defstruct(
        path or "Row", fields, kw_only=True, gc=False, rename={_attribute(k): k for k in kinds}
    )
    OBJECTS[path] = made
    return made


OBJECTS: dict[str, type[msgspec.Struct]] = {}
"""The class of every object on the way to a value."""
Row = _make("")
_KEYS = {path: _keys_of(path) for path in OBJECTS}
_NOTHING = {path: (None,) * len(kind.__struct_fields__) for path, kind in OBJECTS.items()}
_Rows: Any = list[Row]  # type: ignore[valid-type]
_decode = msgspec.json.Decoder(Row).decode


def row_of_text(text: bytes) -> Any:
    """Return the row of a text; raise one of NOT_PLAIN where it must be read with care."""
    check_depth(text)
    if not text.isascii():
        text.decode()  # the decoder does not look at the encoding of what it skips
    return _decode(text)


def row_of_record(record: Any) -> Any:
    """Return the row of a parsed record; raise one of NOT_PLAIN where it must be read with care."""
    return msgspec.convert(record, Row)


def rows_of_records(records: Sequence[Any]) -> list[Any]:
    """Return the rows of several records; raise one of NOT_PLAIN where one of them must be read with care."""
    rows: list[Any] = msgspec.convert(records, _Rows)
    return rows


def row_with_care(record: Mapping[str, Any], report: _Report) -> Any:
    """Return the row of a record in our form, whatever stands in it."""
    try:
        return row_of_record(record)
    except NOT_PLAIN:
        return _with_care("", record, report)


def _with_care(path: str, record: Mapping[str, Any], report: _Report) -> Any:
    """Return one object; what should be an object but is not is reported and left out."""
    values = {key: record.get(key) for key in _KEYS[path]}
    for key, inner in _KEYS[path].items():
        if inner in OBJECTS:
            values[key] = _object(inner, values[key], report)
    return OBJECTS[path](**{_attribute(key): value for key, value in values.items()})


def _object(path: str, value: Any, report: _Report) -> Any:
    """Return the object inside another one; None where there is none."""
    if isinstance(value, Mapping):
        return _with_care(path, value, report)
    if not (value == "" if isinstance(value, str) else is_missing(value)):
        report(path, value, f"not an object: {type(value).__name__}")
    return None


def values_in(rows: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Return, for every path of a row, the value there of each row; None where there is none."""
    values: dict[str, Sequence[Any]] = {"": rows}
    for path in sorted(OBJECTS):  # outer ones first
        objects = values.pop(path)
        if any(objects):
            values |= zip(_PATHS_IN[path], zip(*_tuples(path, objects), strict=False), strict=False)
        else:
            values |= dict.fromkeys(_PATHS_IN[path], [None] * len(objects))
    return values


def _tuples(path: str, objects: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the values of each object at a path."""
    try:
        return [*map(astuple, objects)]
    except TypeError:  # not every row has one
        return [_NOTHING[path] if one is None else astuple(one) for one in objects]


_PATHS_IN = {path: list(keys.values()) for path, keys in _KEYS.items()}
"""The path of every field of an object, in their order; the marks come after them, and are always empty."""
