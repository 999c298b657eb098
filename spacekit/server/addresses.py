"""The documented addresses: what one request asks for, and what is wrong with it. Nothing is answered here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from spacekit.server.faults import Answer, documented

Kind = Literal["space", "search", "user", "balance"]

_SEARCH: Final = "/twitter/search"
_USER: Final = "/twitter/user/"
_BALANCE: Final = "/user/balance"
_SPACE: Final = "/twitter/space/"
_SHOW: Final = "/twitter/spaces/show"
_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    _SEARCH: ("query", "type", "cursor"),
    _SHOW: ("id",),
}
_MAX_PARENTHESES: Final = 100

SPACE_ID: Final = re.compile(r"[0-9A-Za-z]{1,13}")
_HANDLE: Final = re.compile(r"[0-9A-Za-z_]{1,15}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request at a documented address."""

    kind: Kind
    path: str
    value: str = ""
    """The Space id or the handle."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The documented parameters, decoded."""
    wrong: Answer | None = None
    """The 422 where the request is malformed."""

    @property
    def subject(self) -> str:
        """What faults are set for: the Space's id, else the path."""
        return self.value if self.kind == "space" else self.path


def asked_by(target: str) -> Asked | None:
    """Return what a request asks for, or None if the path is not a documented one."""
    try:
        parts = urlsplit(target)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return None
    path = parts.path
    known = [(name, value) for name, value in pairs if name in _PARAMETERS.get(path, ())]
    query = dict(known)
    repeated = {name for name in query if sum(other == name for other, _ in known) > 1}
    folder, last = path[: path.rfind("/") + 1], unquote(path[path.rfind("/") + 1 :])
    if path == _SHOW:
        return _space(path, "" if repeated else query.get("id", ""), query)
    if folder == _SPACE:
        return _space(path, last, query)
    if path == _SEARCH:
        return Asked("search", path, "", query, _wrong_search(query, repeated))
    if folder == _USER:
        wrong = None if _HANDLE.fullmatch(last) else documented(422, "username", "is not a handle")
        return Asked("user", path, last, query, wrong)
    return Asked("balance", path) if path == _BALANCE else None


def _space(path: str, space_id: str, query: Mapping[str, str]) -> Asked:
    right = SPACE_ID.fullmatch(space_id)
    wrong = None if right else documented(422, "id", "must be 1 to 13 letters and digits")
    return Asked("space", path, space_id, query, wrong)


def _wrong_search(query: Mapping[str, str], repeated: set[str]) -> Answer | None:
    for name in sorted(repeated):
        return documented(422, name, "is there twice")
    if not query.get("query", "").strip():
        return documented(422, "query", "is required")
    if query["query"].count("(") > _MAX_PARENTHESES:
        return documented(422, "query", "has too many parentheses")
    if query.get("type", "Latest") not in ("Latest", "Top"):
        return documented(422, "type", "must be Latest or Top")
    return None
