"""What made-up Spaces become after the samples' time: replays go on growing, and what runs comes to its end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from spacekit.samples.spaces import SAMPLE_TIME

_DAY_MS: Final = 86_400_000
_LONGEST_MS: Final = 3 * 3_600_000
"""So long after the samples' time, the last one that runs has ended."""


def aged(record: Mapping[str, Any], at: int) -> dict[str, Any]:
    """
    Return a made-up Space as it is at a time.

    Parameters
    ----------
    record
        One of `sample_records`.
    at
        Epoch milliseconds; before the samples' time, the record is returned as it is.

    Returns
    -------
    record
        A copy with more replay plays, the more the younger the Space is; one that ran has ended.

    Notes
    -----
    Made up, as the samples are: a Space gets up to half as many plays again, two thirds of them within three days.

    Examples
    --------
    >>> import spacekit as sk
    >>> record = next(r for r in sk.sample_records() if r["state"] == "Running")
    >>> aged(record, SAMPLE_TIME + 86_400_000)["state"]
    'Ended'
    """
    past = at - SAMPLE_TIME
    if past <= 0:
        return dict(record)
    ended = {}
    if str(record.get("state")).lower() == "running" and past >= _LONGEST_MS:
        ended = {"state": "Ended", "ended_at": str(SAMPLE_TIME + _LONGEST_MS)}
    changed = {**record, **ended}
    plays, end = changed.get("total_replay_watched"), changed.get("ended_at")
    if isinstance(plays, int) and str(end).isdigit():
        age_days = max(SAMPLE_TIME - int(str(end)), 0) / _DAY_MS
        more = 0.5 * math.exp(-age_days / 7) * (1 - math.exp(-past / _DAY_MS / 3))
        changed["total_replay_watched"] = round(plays * (1 + more))
    return changed
