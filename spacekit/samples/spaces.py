"""Made-up Spaces of made-up hosts, to try things on, and the one documented answer. It fetches nothing.

`scripts/make_samples.py` writes the made-up ones; `scripts/sample_cases.py` names the odd cases, with their ids.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from spacekit.batch import Batch, read_jsonl

_DATA = Path(__file__).parent

SAMPLE_TIME: Final = 1_780_315_200_000
"""When the made-up Spaces were "fetched": 2026-06-01 12:00 UTC, in milliseconds since 1970."""

MADE_UP: Final = "Made-up data: Spaces, hosts and counts are invented by spacekit, and no finding about X."
"""Stands wherever made-up Spaces are shown."""


def _text(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")


def sample_records() -> list[dict[str, Any]]:
    """
    About 80 made-up Spaces of 12 made-up hosts, as the API would answer them.

    Returns
    -------
    records
        A new list of new dicts at each call, by scheduled start; all but one as on `SAMPLE_TIME`. Every odd
        case known of the API is among them: Spaces not ended, without recording, title or creator, and so on.

    Notes
    -----
    Made up: no number, name or title in it is a finding. Every id begins with `1SAMPLE`.
    """
    return [json.loads(line)["space"] for line in _text("samples.jsonl").splitlines()]


def sample_batch() -> Batch:
    """
    Give the made-up Spaces of `sample_records` as a `Batch`, each with the time at which it was "fetched".

    Returns
    -------
    batch
        As `Client.fetch` gives it. One was "fetched" weeks before the others, under its host's former name.
    """
    return read_jsonl(_DATA / "samples.jsonl")


def sample_observations_path() -> Path:
    """
    Path of a made-up archive's content: some sample Spaces, observed at ages from 1 hour to 30 days and more.

    Returns
    -------
    path
        A JSONL file for `Archive.add_jsonl`, ordered by the time of fetching. Made up, as the samples are.
    """
    return _DATA / "observations.jsonl"


def documented_record() -> dict[str, Any]:
    """
    Give the example answer of the API's reference, Space 1jMJgLdenVjxL: the only data here not made up.

    Returns
    -------
    record
        A new dict at each call.

    Notes
    -----
    Source: SocialData's reference of `GET /twitter/spaces/show`. When it was fetched is not documented.
    """
    record: dict[str, Any] = json.loads(_text("documented.json"))
    return record
