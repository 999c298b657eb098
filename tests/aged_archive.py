"""An archive whose Spaces are due, for what refreshes it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import spacekit as sk


def spaces(n: int) -> list[dict[str, Any]]:
    """So many made-up Spaces that ended two days ago."""
    ended = datetime.now(UTC) - timedelta(days=2)
    times = {"started_at": ended - timedelta(hours=1), "ended_at": ended}
    stamps = {name: int(when.timestamp() * 1000) for name, when in times.items()}
    return [
        {
            "id": f"1SAMPLE{number:06}",
            "state": "Ended",
            "total_live_listeners": 40,
            "total_replay_watched": 5 + number,
            "is_space_available_for_replay": True,
            "creator": {"id": f"9{number}", "legacy": {"screen_name": f"sample_{number}"}},
            **stamps,
        }
        for number in range(n)
    ]


def archive_of(records: list[dict[str, Any]], path: Path) -> Path:
    """An archive with an answer for each that is two days old: all of them are due."""
    lines = path.with_suffix(".jsonl")
    lines.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with sk.Archive(path) as archive:
        archive.add_files(lines, fetched_at=datetime.now(UTC) - timedelta(days=1.9))
    return path
