"""Made-up sources of every oddness, for tests that two ways of reading give the same tables."""

import gzip
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import spacekit as sk

NOON = 1_780_315_200_000


def odd_lines(number: int, seed: int = 1) -> list[bytes]:
    """Lines in which accounts come again, older and newer, among wrong values, other shapes, errors and junk."""
    chance = random.Random(seed)
    records = [*sk.sample_records(), sk.documented_record()]
    return [_odd(chance, records[chance.randrange(len(records))], i) for i in range(number)]


def _odd(chance: random.Random, record: dict, number: int) -> bytes:
    plain = json.dumps({**record, "total_replay_watched": number}).encode()
    at = NOON + chance.randint(-9, 9) * 3_600_000
    makers: list[Callable[[], bytes]] = [
        lambda: plain,
        lambda: plain,
        lambda: b'{"fetched_at": %d, "space": %s}' % (at, plain),
        lambda: json.dumps({"space": record, "fetched_at": "no time"}).encode(),
        lambda: json.dumps({**record, "total_live_listeners": "many", "creator": {"id": None}}).encode(),
        lambda: json.dumps({**record, "creator": None, "state": 7, "started_at": -1}).encode(),
        lambda: json.dumps(_graphql(record)).encode(),
        lambda: json.dumps(_several(record, number)).encode(),
        lambda: chance.choice(
            [b'{"data":{"audioSpace":{}}}', b"{}", b"", b"  ", b"not JSON", b"[]", b'{"title": "torn', b"\xff\xfe {}",
             b'{"errors":[{"code":88,"message":"Rate limit exceeded"}]}', b'[{"id": "1SAMPLE000a"}, 5]']
        ),
    ]  # fmt: skip
    return chance.choice(makers)()


def _graphql(record: dict) -> dict:
    """The record as X's own GraphQL sends it, with two people in it."""
    metadata = {key: value for key, value in record.items() if key not in ("id", "creator")}
    creator = record.get("creator") or {}
    result = {**{key: value for key, value in creator.items() if key != "id"}, "rest_id": creator.get("id")}
    people = [
        {"periscope_user_id": "p1", "twitter_screen_name": "sample_a", "display_name": "A", "start": NOON}
    ]
    space = {
        "metadata": {**metadata, "rest_id": record.get("id"), "creator_results": {"result": result}},
        "participants": {"total": 2, "admins": people, "speakers": people, "listeners": []},
    }
    return {"data": {"audioSpace": space}}


def _several(record: dict, number: int) -> dict:
    """Two Spaces in one answer of API v2, with an account that comes again."""
    account = str(9_000_000_000_000_000_000 + number % 3)
    spaces = [{"id": f"1SAMPLE{number:05d}{i}", "state": "ended", "creator_id": account} for i in "ab"]
    return {"data": spaces, "includes": {"users": [{"id": account, "username": f"sample_{number}"}]}}


def one_file(folder: Path, lines: list[bytes]) -> Path:
    """One file of lines."""
    path = folder / "one.jsonl"
    path.write_bytes(b"\n".join(lines))
    return path


def small_files(folder: Path, lines: list[bytes]) -> Path:
    """A folder with a file for each line."""
    inner = folder / "small"
    inner.mkdir()
    for number, line in enumerate(lines):
        (inner / f"{number:05d}.json").write_bytes(line)
    return inner


def mixed(folder: Path, lines: list[bytes]) -> Path:
    """A folder of everything: lines cut and packed, an array, a zip, a picture, an empty file, a folder in it."""
    inner = folder / "mixed"
    (inner / "deep").mkdir(parents=True)
    third = len(lines) // 3
    (inner / "a.jsonl").write_bytes(b"\n".join(lines[:third]) + b"\n")
    with gzip.open(inner / "b.jsonl.gz", "wb") as packed:
        packed.write(b"\n".join(lines[third : 2 * third]))
    with zipfile.ZipFile(inner / "c.zip", "w") as container:
        for number, line in enumerate(lines[2 * third :]):
            container.writestr(f"{number}.json", line)
    (inner / "d.json").write_text(json.dumps(sk.sample_records()[:20], indent=1))
    (inner / "e.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (inner / "deep" / "empty.json").touch()
    return inner


SOURCES: dict[str, Callable[[Path, list[bytes]], Path]] = {
    "one file": one_file,
    "small files": small_files,
    "mixed": mixed,
}
