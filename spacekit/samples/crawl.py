"""The made-up Spaces as files that a crawler of X's GraphQL leaves, with made-up guests, to try `read` on."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from spacekit.samples.spaces import sample_records

_Record = Mapping[str, Any]

_MINUTE: Final = 60_000  # milliseconds
_JUNK: Final = {
    "1SAMPLEnotHer.json": b'{"data": {"audioSpace": {}}}',
    "1SAMPLElimit0.json": b'{"errors": [{"code": 88, "message": "Rate limit exceeded"}]}',
    "1SAMPLEtorn00.json": b'{"data": {"audioSpace": {"metadata": {"rest_id"',
    "cover.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
}
"""What else lies in such folders: an answer without a Space, an error, a file cut off, a picture."""


def sample_crawl(folder: str | os.PathLike[str]) -> Path:
    """
    Write the made-up Spaces into a folder as a crawler of X's GraphQL leaves them, and return its path.

    Parameters
    ----------
    folder
        Where to write; it is made if missing. Files of the same names are written anew.

    Returns
    -------
    folder
        A JSON file for each of the 87 Spaces of `sample_records`, in folders by month, and four files without a Space:
        an answer that holds none, an error, a file cut off and a picture. Each Space that started lists its host as
        admin and one to four of the other hosts as speakers. No answer says when it was fetched.

    Raises
    ------
    OSError
        The folder cannot be written.

    Notes
    -----
    Made up, like `sample_records`; so is who speaks where.

    Examples
    --------
    >>> import spacekit as sk
    >>> folder = sk.sample_crawl("crawl")
    >>> batch = sk.read(folder / "2026-05", progress=False)
    >>> batch
    Batch(25 Spaces, made up; 25 inputs: 25 ok)
    >>> batch.participants["role"].value_counts().to_dict()
    {'speaker': 49, 'admin': 16}
    """
    path = Path(folder)
    records = sample_records()
    accounts = _accounts(records)
    for number, record in enumerate(records):
        created = dt.datetime.fromtimestamp(record["created_at"] / 1000, dt.UTC)
        answer = json.dumps(_graphql(number, record, accounts)).encode()
        _write(path / f"{created:%Y-%m}" / f"{record['id']}.json", answer)
    for name, content in _JUNK.items():
        _write(path / name, content)
    return path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _accounts(records: list[dict[str, Any]]) -> dict[str, _Record]:
    """Return the hosts that are known by name, under their ids."""
    creators = [record.get("creator") or {} for record in records]
    return {c["id"]: c["legacy"] for c in creators if "screen_name" in (c.get("legacy") or {})}


def _graphql(number: int, record: _Record, accounts: Mapping[str, _Record]) -> dict[str, Any]:
    """Return a record in the shape of X's GraphQL."""
    creator = record.get("creator") or {}
    metadata = {name: value for name, value in record.items() if name not in ("id", "creator")}
    metadata["rest_id"] = record["id"]
    metadata["creator_results"] = {"result": {"rest_id": creator.get("id"), **creator}}
    space = {"metadata": metadata}
    if record.get("started_at"):
        space["participants"] = _people(number, creator.get("id"), record["started_at"], accounts)
    return {"data": {"audioSpace": space}}


def _people(number: int, host: str | None, start: int, accounts: Mapping[str, _Record]) -> dict[str, Any]:
    """Return the host, and one to four guests who come in within half an hour."""
    others = sorted(accounts.keys() - {host})
    guests = [others[(number**2 + 3 * i) % len(others)] for i in range(1 + number % 4)]
    speakers = [
        _person(guest, start + _MINUTE * ((7 * number + 11 * i) % 31), accounts)
        for i, guest in enumerate(guests)
    ]
    admins = [_person(host, start, accounts)] if host and host in accounts else []
    return {"total": 0, "admins": admins, "speakers": speakers, "listeners": []}


def _person(account_id: str, joined_at: int, accounts: Mapping[str, _Record]) -> dict[str, Any]:
    return {
        "user_results": {"rest_id": account_id},
        "twitter_screen_name": accounts[account_id]["screen_name"],
        "display_name": accounts[account_id]["name"],
        "start": joined_at,
        "is_verified": False,
        "is_muted_by_admin": False,
        "is_muted_by_guest": False,
    }
