"""Make JSON lines of any number of made-up Spaces of the documented size, the same on every machine.

`python -m scripts.make_lines 100000 > spaces.jsonl` writes them. Only what varies between Spaces is set.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from spacekit.fields import MADE_UP_PREFIX
from spacekit.samples import documented_record

HOUR = 3_600_000
FIRST = 1_767_225_600_000  # 2026
SPACES_AN_ACCOUNT = 20
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _pattern() -> str:
    """Return the text of the documented record with a place for each value that varies."""
    record = documented_record()
    creator = record["creator"]
    times = ("created_at", "scheduled_start", "started_at", "updated_at")
    record |= {name: f"%({name})d" for name in (*times, "total_live_listeners", "total_replay_watched")}
    record |= {
        "id": "%(id)s",
        "title": "%(title)s",
        "ended_at": "%(ended_at)s",
        "media_key": "28_%(created_at)d",
    }
    creator["id"] = "%(creator_id)d"
    creator["legacy"] |= {
        "followers_count": "%(followers)d", "normal_followers_count": "%(followers)d", "name": "%(name)s",
        "screen_name": "%(screen_name)s", "statuses_count": "%(statuses)d",
    }  # fmt: skip
    text = json.dumps(record, separators=(",", ":"))
    numbers = (*times, "total_live_listeners", "total_replay_watched", "followers", "statuses")
    for name in numbers:  # a number stands without quotes
        text = text.replace(f'"%({name})d"', f"%({name})d")
    return text


def _id(number: int) -> str:
    """Return a made-up id: the prefix and six characters."""
    tail = ""
    for _ in range(13 - len(MADE_UP_PREFIX)):
        number, place = divmod(number, len(CHARACTERS))
        tail = CHARACTERS[place] + tail
    return MADE_UP_PREFIX + tail


def lines(number: int) -> Iterator[bytes]:
    """Yield the JSON text of each of a number of Spaces, without the line end."""
    pattern = _pattern()
    for i in range(number):
        account = i * 7 % max(number // SPACES_AN_ACCOUNT, 1)
        start = FIRST + i * 61_007
        live = 40 + i * 7_919 % 435_271
        values = {
            "id": _id(i), "title": f"Made-up Space {i}: what we heard this week", "created_at": start - 86_400_000,
            "scheduled_start": start - 7_000, "started_at": start, "ended_at": start + HOUR + i % 997 * 1_000,
            "updated_at": start + 2 * HOUR, "total_live_listeners": live, "total_replay_watched": live * (i % 29) // 7,
            "creator_id": 9_000_000_000_000_000_000 + account, "followers": 1_000 + account * 31 % 1_324_928 + i % 50,
            "name": f"Made-up host {account}", "screen_name": f"sample_{account}", "statuses": 900 + i,
        }  # fmt: skip
        yield (pattern % values).encode()


def main() -> int:
    """Write the lines to standard output."""
    for line in lines(int(sys.argv[1])):
        sys.stdout.buffer.write(line + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
