"""Recognises whose JSON a record is, and turns it into the form of the SocialData API. Pure; reads no values.

Sources: public clients of X's GraphQL `AudioSpaceById` and the files that they keep, X's API v2, and what resellers
document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from spacekit.fields import CREATORS
from spacekit.tables.shapes import (
    AROUND,
    CREATOR_MARKS,
    GRAPHQL_MARKS,
    LISTS,
    NAMES,
    RESELLER_MARKS,
    TOP,
    V2_MARKS,
    WRAPPERS,
)
from spacekit.tables.values import is_missing
from spacekit.words import show

Record = Mapping[str, Any]
NOTHING: Record = {}

_SPACE_ID = re.compile(r"(?![0-9]+$)[A-Za-z0-9]{1,13}")
_VAGUE = frozenset({"id", "title", "created_at", "updated_at", "creator"})
"""Keys that a post or an account also has: they do not make a record one of a Space."""
_RUNNING = ("running", "live")
_KEYS = TOP | {"creator"}
_CREATOR_KEYS = {f.path.split(".")[1] for f in CREATORS} | {"core", "__typename", "reason"}


class Space(NamedTuple):
    """One Space in our form, and what else its own form has."""

    record: Record
    body: Record
    """The Space as it came, out of its wrapping."""
    source: str | None = "socialdata"
    unknown: str | None = None
    """What the record looks like, where its form is not known."""
    in_room: Any = None
    people: Any = None
    """Lists of people by role."""
    beside: Record = NOTHING
    """What stood around the Space."""
    answer: Record | None = None
    """An answer with this Space alone, where the record says more."""


class Missing(NamedTuple):
    """A record, or a part of one, that holds no Space."""

    kind: Literal["not_found", "failed"]
    reason: str
    space_id: str | None = None
    value: Any = None


def spaces_in(record: Any) -> tuple[list[Space], list[Missing]]:
    """
    Return the Spaces of a record in our form, and what it says of Spaces that it does not hold.

    Parameters
    ----------
    record
        A parsed answer of the SocialData API, of GraphQL's `AudioSpaceById` (also stored from `audioSpace` or
        `metadata` downwards), of API v2 (which may hold several Spaces), or of a reseller; also flattened to dotted
        keys, or several of these in a list or by id. It is not changed.
    """
    spaces, missing = _in_answer(record)
    if not any(space.unknown for space in spaces):
        return spaces, missing
    found = [_inside(space) or ([space], []) for space in spaces]
    return [space for inner, _ in found for space in inner], [
        *missing,
        *(no for _, inner in found for no in inner),
    ]


def _in_answer(record: Any) -> tuple[list[Space], list[Missing]]:
    """Return what one answer holds."""
    if not isinstance(record, Mapping):
        return [], [_no_object(record)]
    body, beside, inside = _unwrapped(_nested(record))
    if isinstance(body, list) and body:
        return _several(body, beside)
    if isinstance(body, Mapping) and _says_any(body, ("id", "rest_id", "state")):
        absent = list(_absent(beside))
        return [_one(body, beside, inside, split=bool(absent))], absent
    around = {**beside, **body} if isinstance(body, Mapping) else beside
    missing = list(_absent(around)) or list(_error(around))
    nothing = inside and _is_empty(body) and beside.keys() <= AROUND
    if not missing and (inside == "audioSpace" or nothing):
        missing = [Missing("not_found", f"no Space: {inside} holds none", value=record)]
    body = body if isinstance(body, Mapping) and body else record
    return ([] if missing else [_one(body, beside, inside)]), missing


def _no_object(value: Any) -> Missing:
    return Missing("failed", f"not an object: {type(value).__name__}", value=value)


def says(record: Record, key: str) -> bool:
    """Whether there is a value at a key."""
    value = record.get(key)
    return not (is_missing(value) or (isinstance(value, str) and not value))


def _says_any(record: Record, keys: tuple[str, ...]) -> bool:
    return any(says(record, key) for key in keys)


def _word(value: Any) -> str:
    """Return a word in lower case; of what is no text, none."""
    return value.lower() if isinstance(value, str) else ""


def _is_empty(value: Any) -> bool:
    """Whether a value holds nothing."""
    return is_missing(value) or (isinstance(value, Mapping | list | str) and len(value) == 0)


# --- what is around a Space ---


def _inside(space: Space) -> tuple[list[Space], list[Missing]] | None:
    """Return what the answers hold that an object of no known form keeps; None where there are none."""
    key, kept = _kept_in(space.body)
    beside = {
        **space.beside,
        **{name: value for name, value in space.body.items() if key not in (None, name)},
    }
    spaces: list[Space] = []
    missing: list[Missing] = []
    for space_id, answer in kept:
        found, lost = _in_answer(answer)
        spaces += [
            one._replace(answer=one.answer or answer, beside={**beside, **one.beside}) for one in found
        ]
        missing += [no._replace(space_id=no.space_id or space_id) for no in lost]
    is_one = any(not one.unknown for one in spaces) or any(no.kind == "not_found" for no in missing)
    return (spaces, missing) if is_one else None


def _kept_in(body: Record) -> tuple[str | None, Iterable[tuple[str | None, Any]]]:
    """Return the answers that an object keeps, each with its id if that is its key; and under which key they are."""
    if "fetched_at" in body:  # it would be lost
        return None, ()
    if any(key in body for key in WRAPPERS):
        return None, [(None, body)]
    if all(isinstance(key, str) and len(key) == 13 and _SPACE_ID.fullmatch(key) for key in body):
        return None, body.items()
    key = next((key for key in LISTS if isinstance(body.get(key), list | Mapping)), None)
    kept = body[key] if key else []
    return key, [(None, answer) for answer in ([kept] if isinstance(kept, Mapping) else kept)]


class _Made(dict[str, Any]):
    """An object made here, which may be written to; those of the caller may not."""


def _nested(record: Record) -> Record:
    """Return a flattened record with its dotted keys, as `pandas.json_normalize` makes them, taken for paths."""
    dotted = [key for key in record if isinstance(key, str) and "." in key]
    if not dotted or isinstance(
        record.get("creator"), Mapping
    ):  # a creator that is an object was not flattened
        return record
    nested = _Made((key, value) for key, value in record.items() if key not in set(dotted))
    for key in dotted:
        _put(nested, key, record[key])
    return nested


def _put(record: _Made, path: str, value: Any) -> None:
    """Write a value at a path where nothing is; what stands in the way stays, and is reported when it is read."""
    *outer, leaf = path.split(".")
    for key in outer:
        inner = record.get(key)
        if type(inner) is not _Made:
            if not isinstance(inner, Mapping) and says(record, key):
                return
            inner = record[key] = _Made(inner if isinstance(inner, Mapping) else {})
        record = inner
    if not says(record, leaf):
        record[leaf] = value


def _unwrapped(record: Record) -> tuple[Any, dict[str, Any], str | None]:
    """Return what lies inside the wrapping of a record, what stands around it, and the innermost wrapper."""
    body: Any = record
    beside: dict[str, Any] = {}
    inside = None
    while isinstance(body, Mapping) and not says(body, "state"):
        wrapper = next((key for key in WRAPPERS if key in body), None)
        if wrapper is None or (says(body, "id") and not _holds_space(body[wrapper])):
            break
        beside |= {key: value for key, value in body.items() if key != wrapper}
        inside, body = wrapper, body[wrapper]
    return body, beside, inside


def _holds_space(value: Any) -> bool:
    return isinstance(value, Mapping) and _says_any(value, ("rest_id", "state", *WRAPPERS))


def _several(entries: list[Any], beside: Record) -> tuple[list[Space], list[Missing]]:
    """Return the Spaces of a list of API v2, and those that it calls missing."""
    absent = list(_absent(beside))
    split = len(entries) > 1 or bool(absent)
    spaces = [_one(entry, beside, "data", split) for entry in entries if isinstance(entry, Mapping)]
    return spaces, [*(_no_object(entry) for entry in entries if not isinstance(entry, Mapping)), *absent]


def _absent(around: Record) -> Iterator[Missing]:
    """Yield the Spaces that API v2 lists under `errors`."""
    errors = around.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, Mapping) and _word(error.get("resource_type", "space")) == "space":
            space_id = error["resource_id"] if says(error, "resource_id") else error.get("value")
            named = isinstance(space_id, str) and _SPACE_ID.fullmatch(space_id)
            if named or says(error, "resource_type"):
                lost = "not-found" in _word(error.get("type")) or "not found" in _word(error.get("title"))
                yield Missing(
                    "not_found" if lost else "failed", _words_of(error), space_id if named else None, error
                )


def _error(around: Record) -> Iterator[Missing]:
    """Yield the error that a body reports instead of a Space, if it does."""
    errors, status = around.get("errors"), _word(around.get("status"))
    in_words = status != "success" and _says_any(around, ("error", "message", "detail"))
    if in_words or status == "error" or not _is_empty(errors):
        first = errors[0] if isinstance(errors, list) and errors else around
        yield Missing("failed", _words_of(first if isinstance(first, Mapping) else around), value=around)


def _words_of(error: Record) -> str:
    """Return the words of an error."""
    words = [error[key] for key in ("detail", "message", "msg", "error", "title") if says(error, key)]
    code = f" (code {show(error['code'])})" if says(error, "code") else ""
    return f"an error and no Space: {show(words[0] if words else error)}{code}"


# --- one Space ---


def _one(body: Record, beside: Record, inside: str | None, split: bool = False) -> Space:
    """Return one Space in our form; `split` asks for an answer with it alone."""
    source = _source(body, beside, inside)
    people = body.get("participants", beside.get("participants"))
    if source == "socialdata" and people is None:
        unknown = _unknown(body, body)
        origin = source if _says_any(body, ("id", "state")) and not unknown else None
        return Space(body, body, origin, unknown)
    user, around = _creator_of(body, beside)
    ours = _ours({**body, **user})
    count = people.get("total") if isinstance(people, Mapping) else body.get("participant_count")
    in_room = count if _word(ours.get("state")) in _RUNNING else None
    alone = {key: value for key, value in beside.items() if key not in ("errors", "includes")} | {
        "data": body
    }
    answer = {**alone, "includes": {"users": list(user.values())}} if split else None
    unknown = _unknown(ours, body)
    return Space(ours, body, None if unknown else source, unknown, in_room, people, around, answer)


def _source(body: Record, beside: Record, inside: str | None) -> str:
    """Return the name of the API whose Space this is."""
    creator = body.get("creator")
    resold = _says_any(body, RESELLER_MARKS) or "status" in beside
    if inside in ("audioSpace", "metadata") or _says_any(body, GRAPHQL_MARKS):
        return "graphql"
    if isinstance(creator, Mapping):
        return "reseller" if inside or resold or _says_any(creator, CREATOR_MARKS) else "socialdata"
    if _says_any(body, V2_MARKS) or (inside and not resold):
        return "v2"
    return "reseller" if resold else "socialdata"


def _creator_of(body: Record, beside: Record) -> tuple[Record, Record]:
    """Return the creator of a Space of API v2, from its list of accounts, and what else is around the Space."""
    includes = beside.get("includes")
    users = includes.get("users") if isinstance(includes, Mapping) else None
    account = body.get("creator_id")
    if not isinstance(users, list) or not isinstance(includes, Mapping) or not isinstance(account, str):
        return NOTHING, beside
    made = [user for user in users if isinstance(user, Mapping) and _is(user.get("id"), account)][:1]
    others = [user for user in users if not (made and user is made[0])]
    rest = {key: value for key, value in {**includes, "users": others}.items() if not _is_empty(value)}
    return ({"creator": made[0]} if made else NOTHING), {**beside, "includes": rest}


def _is(value: Any, text: str) -> bool:
    return isinstance(value, str) and value == text


def _ours(body: Record) -> Record:
    """Return a Space in our form: its own names first, then those of other forms where nothing is."""
    ours = _Made((key, value) for key, value in body.items() if key in TOP)
    creator = body.get("creator")
    if says(body, "creator_results"):
        results = body["creator_results"]
        creator = results.get("result") if isinstance(results, Mapping) else results
    if isinstance(creator, Mapping):
        base64 = says(body, "creator_results") or says(creator, "rest_id")  # there, `id` is not the account
        ours["creator"] = _Made(
            (k, v) for k, v in creator.items() if k in _CREATOR_KEYS and not (base64 and k == "id")
        )
    else:
        ours["creator"] = creator
    theirs: Record = {**body, "creator": creator}
    for place, names in NAMES.items():
        found = value_at(place, theirs) if place else theirs
        for name in (name for name in names if name in found) if isinstance(found, Mapping) else ():
            _put(ours, names[name], found[name])
    return ours


def value_at(path: str, record: Record) -> Any:
    """Return the value at a path; None where there is none."""
    value: Any = record
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _unknown(ours: Record, body: Record) -> str | None:
    """Return what a record looks like, where nothing shows it to be one of a Space."""
    space_id = ours.get("id")
    named = isinstance(space_id, str) and _SPACE_ID.fullmatch(space_id)
    if named or says(ours, "state") or body.keys() <= _KEYS or not (ours.keys() & _KEYS) <= _VAGUE:
        return None
    return f"a form that is not known, with the keys {show(list(body))}"
