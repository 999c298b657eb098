"""Made-up Spaces of made-up hosts, to try things on, and the one documented answer. Nothing is fetched.

`scripts/make_samples.py` writes the made-up Spaces and `scripts/make_posts.py` the posts that announce them;
`scripts/sample_cases.py` names the odd cases and their ids.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from spacekit.batch import Batch, Records, read

_DATA: Final = Path(__file__).parent

SAMPLE_TIME: Final = 1_780_315_200_000
"""When the made-up Spaces were "fetched": 2026-06-01 12:00 UTC, in milliseconds since 1970."""

MADE_UP: Final = "Made-up data: spacekit invented these Spaces, hosts and counts. They say nothing about X."
"""Shown wherever made-up Spaces are shown."""


def sample_records() -> list[dict[str, Any]]:
    """
    Return about 80 made-up Spaces of 12 made-up hosts, as the API would send them.

    Returns
    -------
    records
        A new list of new dicts at each call, by scheduled start; all but one as on `SAMPLE_TIME`. Every odd case
        known of the API is among them: Spaces not ended, without a recording, title or creator, and so on.

    Notes
    -----
    Made up: no number, name or title in them is a finding. Every id begins with `1SAMPLE`.

    Examples
    --------
    >>> import spacekit as sk
    >>> len(sk.sample_records())
    87
    """
    return list(_records())


@cache
def _records() -> Records:
    return sample_batch().records


def sample_batch() -> Batch:
    """
    Return the made-up Spaces of `sample_records` as a `Batch`, each with the time at which it was "fetched".

    Returns
    -------
    batch
        Like the result of `Client.fetch`. One Space was "fetched" weeks before the others, under its host's old name.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.sample_batch()
    Batch(87 Spaces, made up; 87 inputs: 87 ok)
    """
    return read(_DATA / "samples.jsonl", progress=False)


def sample_observations_path() -> Path:
    """
    Return the path of made-up observations: some sample Spaces, seen at ages from 1 hour to 30 days and more.

    Returns
    -------
    path
        A file of JSON lines, by the time of fetching, to put into an archive. Made up, like the samples.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.read_jsonl(sk.sample_observations_path())
    Batch(178 Spaces, made up; 178 inputs: 178 ok)
    """
    return _DATA / "observations.jsonl"


def sample_posts() -> list[dict[str, Any]]:
    """
    Return about 150 made-up posts that announce the made-up Spaces, as a search of the API would send them.

    Returns
    -------
    posts
        A new list of new dicts at each call, by time. Links to Spaces are in `entities.urls`, of the post itself or of
        the post that it quotes or reposts. Some Spaces are announced several times, some never, and some only in posts
        that are deleted by now; some posts link no Space.

    Notes
    -----
    Made up, like `sample_records`. The shape is that of SocialData's documentation; no answer of it was seen.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.sample_posts()[0]["user"]["screen_name"]
    'sample_radio'
    """
    return [json.loads(line) for line in (_DATA / "posts.jsonl").read_text(encoding="utf-8").splitlines()]


def documented_record() -> dict[str, Any]:
    """
    Return the example answer of the API's reference, Space 1jMJgLdenVjxL: the only data here that is not made up.

    Returns
    -------
    record
        A new dict at each call.

    Notes
    -----
    Source: SocialData's reference of `GET /twitter/spaces/show`. When it was fetched is not documented.

    Examples
    --------
    >>> import spacekit as sk
    >>> record = sk.documented_record()
    >>> record["total_live_listeners"], record["total_replay_watched"]
    (435271, 1291373)
    """
    record: dict[str, Any] = json.loads((_DATA / "documented.json").read_bytes())
    return record
