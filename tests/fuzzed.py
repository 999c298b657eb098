"""What the fuzz tests feed in: pieces of what people paste, files of all kinds, arguments; and their damage."""

import argparse
import gzip
import io
import json
import random
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from key_forms import ESCAPES, KEY

import spacekit as sk
from spacekit.cli.main import COMMANDS, parser

PIECES = [
    "1jMJgLdenVjxL", "1YqKDoLpRxyzV", "1jMJgLdenVjx", "1jMJgLdenVjxLx", "1780315200000",
    "https://x.com/i/spaces/1jMJgLdenVjxL",
    "https:\\/\\/twitter.com\\/i\\/spaces\\/1YqKDoLpRxyzV?s=20", "x.com/i/spaces/",
    "https://x.com/i/spaces/1jMJgLdenV…", "https://x.com/XEng/status/1640812000000000000",
    "https://t.co/abc", "@XEng", "#topic", "＃話題", "twitter.com", "=HYPERLINK(\"", "{", "}", "[",
    "]", '{"id": "1jMJgLdenVjxL", "state": "Ended"}', '{"tweets": []}', '"', "'", "“", "|", ",",
    ";", "\t", " ", "\n", "\r\n", "\r", "\x00", "\x1a", "\x1b[2J", "\x85", "\u2028", "\u202e",
    "\u200b", "\ufeff", "\ud800", "�", "😀", "１ｊＭＪ", "ש", "a" * 400, "space_id", "url,host",
    "id;title", "&amp;", "&#124;", "%7C", "\\u007c", "\\", "-", "0", "1e400", "9" * 5000, "NaN",
    "null", KEY, *(escape(KEY) for escape in ESCAPES.values()),
]  # fmt: skip
"""Parts of what is pasted: ids, links, almost ids, JSON, tables, escapes, controls, and a key."""

FORMATS = (
    "jsonl",
    "json",
    "csv",
    "tsv",
    "db",
    "parquet",
    "feather",
    "xlsx",
    "dta",
    "zip",
    "txt",
    "jsonl.gz",
    "csv.gz",
)


def pasted(chance: random.Random) -> str:
    """Return a text of such parts."""
    parts = chance.choices(PIECES, k=chance.randrange(1, 12))
    return chance.choice(["", "", " ", "\n", ", "]).join(parts)


def good_files() -> dict[str, bytes]:
    """Return a file of every kind that spacekit reads, by its ending."""
    batch = sk.sample_batch()
    table = sk.plain(batch.spaces.head(8))
    lines = "\n".join(json.dumps(record) for record in list(batch.records)[:8]).encode()
    made = {
        "jsonl": lines,
        "json": json.dumps(list(batch.records)[:3]).encode(),
        "jsonl.gz": gzip.compress(lines),
    }
    made |= {"csv": table.to_csv(index=False).encode(), "tsv": table.to_csv(index=False, sep="\t").encode()}
    made |= {"csv.gz": gzip.compress(made["csv"]), "txt": "\n".join(batch.spaces["space_id"]).encode()}
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, write in {
            "parquet": table.to_parquet,
            "feather": table.to_feather,
            "dta": _stata(table),
        }.items():
            write(Path(folder, name))
            made[name] = Path(folder, name).read_bytes()
        with sk.Archive(Path(folder, "a.db")) as archive:
            archive.add_files(sk.sample_observations_path())
        made["db"] = Path(folder, "a.db").read_bytes()
    return made | {"zip": _zipped(made), "xlsx": _workbook(table)}


def _stata(table: pd.DataFrame):  # type: ignore[no-untyped-def]
    few = table[["space_id", "total_live_listeners"]]
    return lambda path: few.to_stata(path, write_index=False)


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for ending in ("jsonl", "json", "jsonl.gz"):
            file.writestr(f"a.{ending}", files[ending])
    return packed.getvalue()


def _workbook(table: pd.DataFrame) -> bytes:
    book = io.BytesIO()
    table.iloc[:, :6].to_excel(book, index=False)
    return book.getvalue()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return bytes with some of them changed, lost, doubled or put in."""
    made = bytearray(content)
    for _ in range(chance.choice([0, 1, 1, 2, 5, 40])):
        place, size = chance.randrange(len(made) + 1), chance.choice([1, 1, 2, 8, 100, 5000])
        how = chance.randrange(5)
        if how == 0:
            made[place : place + size] = chance.randbytes(min(size, len(made) - place))
        elif how == 1:
            del made[place : place + size]
        elif how == 2:
            made[place:place] = made[place : place + size]
        elif how == 3:
            made[place:place] = chance.choice(PIECES).encode("utf-8", "surrogatepass")
        else:
            made[place : place + 1] = (
                bytes([made[place] ^ 1 << chance.randrange(8)]) if place < len(made) else b"\n"
            )
    return bytes(made)


# The shell

_LEFT_OUT = ("serve", "app", "watch")  # they run until they are told to end; a watch is given one round
_VALUES = [
    "0", "1", "-1", "2.5", "nan", "1h", "7D", "90min", "2026-06-01", "2026-06-01T12:00Z", "samples",
    "-", "csv", "parquet", "text", "host", "weekday", "total_live_listeners", "no such", "", " ",
    "a.jsonl", "a.csv", "a.db", "a.zip", "a.xlsx", "none.jsonl", ".", "out.csv", "out.xlsx",
    "out.svg", "out.png", "new/out.csv", "live_vs_replay", "growth", "hosts", "spaces", "outcomes",
    "info", "forget", "export", "ok", "Europe/Berlin", "http://127.0.0.1:9",
    "https://example.org/?a=b", "\x1b[31mred", "a\nb", "\u202egnp", "\udcff", "1jMJgLdenVjxL",
    "https://x.com/i/spaces/1jMJgLdenVjxL", "@XEng", KEY,
]  # fmt: skip


def options() -> dict[str, list[str]]:
    """Return the options of each command that ends by itself."""
    commands = parser()._get_positional_actions()[0].choices  # type: ignore[attr-defined]
    return {name: _options_of(commands[name]) for name in COMMANDS if name not in _LEFT_OUT}


def _options_of(command: argparse.ArgumentParser) -> list[str]:
    return [option for action in command._actions for option in action.option_strings]


def command(chance: random.Random, known: dict[str, list[str]]) -> list[str]:
    """Return arguments: those of one command, its options with values, right and wrong, in any order."""
    name = chance.choice([*known, "ids", "tables", "chart", "fetch"])
    words = [name, *chance.choices(_VALUES, k=chance.randrange(3))]
    for option in chance.choices(known[name], k=chance.randrange(5)):
        words += [option, *chance.choices(_VALUES, k=chance.choice([0, 1, 1, 1]))]
    asks = {"--sandbox"} & set(known[name])
    return [*words, *asks] if chance.random() < 0.8 else words
