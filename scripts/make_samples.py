"""Make the made-up Spaces of `spacekit/samples`, the same on every machine. Nothing is fetched.

`python -m scripts.make_samples` writes the files; with `--check` it exits 1 where they differ.
`make_spaces(n, seed)` returns any number of plausible made-up records, for benchmarks.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import string
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from scripts.sample_cases import (
    ABSENT,
    DAY,
    HOSTS,
    HOUR,
    MINUTE,
    ODD_CASES,
    SECOND,
    USUAL_CHANGES,
    Host,
    Odd,
    Record,
    instant,
)
from spacekit.fields import MADE_UP_PREFIX
from spacekit.samples import SAMPLE_TIME

DATA = Path(__file__).resolve().parent.parent / "spacekit" / "samples"
SEED = 2026
FIRST_DAY, LAST_DAY = date(2026, 1, 3), date(2026, 5, 30)
OBSERVED_AGES_H = (1, 6, 24, 48, 72, 168, 336, 720)
BIO = "Made-up account of the spacekit samples."


@dataclass(frozen=True)
class Made:
    """A Space whose replay count and creator depend on when it is looked at."""

    space: Record
    host: Host
    ended_at: int
    plays: float  # what the replay count tends to
    tau_h: float  # the larger, the slower it gets there; 0: it is there at once
    removed_at: int | None = None  # when the recording was taken away
    fetched_at: int = SAMPLE_TIME
    changed: frozenset[str] = frozenset()


RENAMED = instant("2026-04-15T00:00")


# -- one Space -------------------------------------------------------------------------------------


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _lognormal(rng: random.Random, median: float, sigma: float) -> float:
    return median * math.pow(2.0, sigma * rng.gauss(0.0, 1.0))


def _delay_ms(rng: random.Random) -> int:
    """Mostly a little late; one in six early."""
    sign, size = (-1, 25) if rng.random() < 1 / 6 else (1, 70)
    return sign * int(min(_lognormal(rng, size, 1.7), 1_500) * SECOND)


def replays(made: Made, at: int) -> int:
    """Plays of the recording up to an instant: fast at first, then slower; none once it is removed."""
    until = min(at, made.removed_at or at)
    age_h = max(until - made.ended_at, 0) / HOUR
    done = 1.0 if made.tau_h == 0 else 1.0 - math.pow(1.0 + age_h / made.tau_h, -0.8)
    return int(made.plays * done)


@cache
def creator(host: Host, at_day: int) -> Record:
    """A host's account as it is on a day (counted from 1970): followers and posts grow."""
    rng = random.Random(f"account {host.number}")
    days = at_day - FIRST_DAY.toordinal() + date(1970, 1, 1).toordinal()
    growth = 1 + 0.0012 * days * (2 * rng.random() + max(host.trend - 1, -0.5))
    joined = datetime(2007, 1, 1, tzinfo=UTC) + timedelta(seconds=int(rng.random() * 17 * 365 * 86_400))
    followers = int(host.followers * growth)
    former = bool(host.former_name) and at_day * DAY < RENAMED
    who = {
        "created_at": joined.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "name": host.former_name if former else host.name,
        "screen_name": host.screen_name,
    }
    legacy = _legacy(host, rng, followers, int(followers**0.6 * growth))
    usual = {"has_graduated_access": True, "is_blue_verified": False, "profile_image_shape": "Circle"}
    head = {"id": str(9_000_000_000_000_000_000 + host.number), **usual, **host.account}
    if host.core:
        return {**head, "core": who, "legacy": legacy}
    return {**head, "legacy": dict(sorted({**legacy, **who}.items()))}


def _legacy(host: Host, rng: random.Random, followers: int, posts: int) -> Record:
    folder = f"https://example.com/{host.screen_name}"
    legacy = {
        "can_dm": rng.random() < 0.3, "can_media_tag": True, "default_profile": False,
        "default_profile_image": False,
        "description": BIO, "entities": {"description": {"urls": []}}, "fast_followers_count": 0,
        "favourites_count": int(_lognormal(rng, 900, 2)), "followers_count": followers,
        "friends_count": int(_lognormal(rng, 300, 1.5)), "has_custom_timelines": rng.random() < 0.5,
        "is_translator": False, "listed_count": int(followers**0.55),
        "location": host.zone.rpartition("/")[2].replace("_", " "),
        "media_count": posts // 9, "normal_followers_count": followers, "pinned_tweet_ids_str": [],
        "possibly_sensitive": False, "profile_banner_url": f"{folder}/banner",
        "profile_image_url_https": f"{folder}/image_normal.jpg", "profile_interstitial_type": "",
        "statuses_count": posts,
        "translator_type": "none", "verified": False, "want_retweets": False, "withheld_in_countries": [],
    }  # fmt: skip
    return {**legacy, **host.legacy}


def _counts(
    host: Host, started: int, rng: random.Random, draw: Mapping[str, Any]
) -> tuple[int, float, float]:
    """Live listeners, the plays that the recording tends to, and how slowly it gets there."""
    passed = (started - instant(FIRST_DAY.isoformat())) / (148 * DAY)
    local = datetime.fromtimestamp(started // SECOND, ZoneInfo(host.zone))
    usual = host.live * host.trend ** (passed - 0.5) * host.weekday_factor.get(local.weekday(), 1.0)
    live = int(_lognormal(rng, usual, 0.55))
    plays = min(_lognormal(rng, host.ratio * live, 0.9), 8.4 * live) if host.recorded else 0.0
    tau_h = _lognormal(rng, 22, 1.3)
    if "replay" in draw:
        plays, tau_h = draw["replay"], 0.0
    return draw.get("live", live), plays, draw.get("tau_h", tau_h)


def make(
    host: Host,
    space_id: str,
    scheduled: int,
    rng: random.Random,
    draw: Mapping[str, Any],
    changes: Mapping[str, Any],
) -> Made:
    """One ended Space of a host, with `draw` in place of what is drawn, then `changes` to its record."""
    started = scheduled + draw.get("delay_ms", _delay_ms(rng))
    minutes = draw.get("minutes", min(max(_lognormal(rng, host.minutes, 0.5), 11.0), 355.0))
    ended = draw.get("ended_at", started + int(minutes * MINUTE))
    notice = draw.get("notice_ms", int(min(_lognormal(rng, 14, 1.5), 190) * HOUR))
    live, plays, tau_h = _counts(host, started, rng, draw)
    created = min(scheduled - notice, started - 5 * SECOND)
    space = {
        "state": "Ended",
        "title": host.titles[int(rng.random() * len(host.titles))],
        "media_key": f"28_{9_000_000_000_000_000_000 + int(rng.random() * 10**15)}",
        "created_at": created + int(rng.random() * SECOND),
        "scheduled_start": scheduled,
        "started_at": started,
        "ended_at": str(ended),
        "updated_at": ended + int(_lognormal(rng, 6_000, 1.0)),
        "disallow_join": False,
        "narrow_cast_space_type": 0,
        "is_employee_only": False,
        "is_locked": False,
        "is_space_available_for_replay": host.recorded,
        "is_space_available_for_clipping": host.recorded and rng.random() < 0.4,
        "conversation_controls": 0,
        "total_replay_watched": 0,
        "total_live_listeners": live,
        "id": space_id,
        "creator": None,
    }
    space = {key: value for key, value in {**space, **changes}.items() if value != ABSENT}
    if "ended_at" in space:
        removed_at = ended + draw["removed_after_ms"] if "removed_after_ms" in draw else None
    else:
        space["updated_at"] = space.get("started_at", space["created_at"]) + 2_000
        plays, removed_at = 0.0, None
    fetched_at = draw.get("fetched_at", SAMPLE_TIME)
    return Made(space, host, ended, plays, tau_h, removed_at, fetched_at, frozenset(changes))


def seen(made: Made, at: int) -> Record:
    """The Space as fetched at an instant; records share their creator, so do not change it."""
    space = dict(made.space)
    if "total_replay_watched" not in made.changed:
        space["total_replay_watched"] = replays(made, at)
    if made.removed_at is not None:
        space["is_space_available_for_replay"] = at < made.removed_at
    if "creator" not in made.changed:
        space["creator"] = creator(made.host, at // DAY)
    return space


# -- the samples -----------------------------------------------------------------------------------


def _slots(host: Host, n: int) -> list[int]:
    """Pick `n` of the host's usual times from the first to the last day, at one wall-clock time in its zone.

    Hosts prefer the same days, so that Spaces overlap, and share out their Spaces over their weekdays.
    """
    days = [FIRST_DAY + timedelta(days=i) for i in range((LAST_DAY - FIRST_DAY).days + 1)]
    liking = {day: random.Random(f"{SEED} {day}").random() for day in days}
    liked = sorted(days, key=liking.__getitem__)
    by_weekday = [[day for day in liked if day.weekday() == weekday] for weekday in host.weekdays]
    chosen = sorted([day for rank in zip(*by_weekday, strict=False) for day in rank][:n])
    local = (datetime.fromisoformat(f"{day}T{host.at}").replace(tzinfo=ZoneInfo(host.zone)) for day in chosen)
    return [round(at.timestamp()) * SECOND for at in local]


def _id(rng: random.Random) -> str:
    letters = string.ascii_letters + string.digits
    return MADE_UP_PREFIX + "".join(letters[int(rng.random() * len(letters))] for _ in range(6))


def _made_by(host: Host) -> list[Made]:
    odd = [case for case in ODD_CASES if case.host == host.screen_name]
    in_slot = [case for case in odd if not case.start]
    n = max(host.n, len(in_slot))
    places = {i * n // len(in_slot): case for i, case in enumerate(in_slot)}
    plan = [(at, places.get(i)) for i, at in enumerate(_slots(host, n))]
    plan += [(instant(case.start), case) for case in odd if case.start]
    return [_one(host, at, case) for at, case in plan]


def _one(host: Host, at: int, odd: Odd | None) -> Made:
    rng = random.Random(f"{SEED} {host.number} {at}")
    if odd is None:
        return make(host, _id(rng), at, rng, {}, {})
    made = make(host, MADE_UP_PREFIX + odd.tail, at, rng, odd.draw, odd.changes)
    if odd.case == "ended_at as integer":
        return replace(made, space={**made.space, "ended_at": made.ended_at})
    return made


def sample_made() -> list[Made]:
    """All sample Spaces, by the time at which they were to start, then by id."""
    made = [one for host in HOSTS for one in _made_by(host)]
    return sorted(
        made, key=lambda one: (one.space.get("scheduled_start", one.space["created_at"]), one.space["id"])
    )


def odd_ids() -> dict[str, str]:
    """Each odd case, and the id of its Space."""
    return {odd.case: MADE_UP_PREFIX + odd.tail for odd in ODD_CASES}


def _line(made: Made, at: int) -> str:
    return json.dumps(
        {"fetched_at": _iso(at), "space": seen(made, at)}, ensure_ascii=False, separators=(",", ":")
    )


def sample_lines() -> list[str]:
    """The lines of samples.jsonl."""
    return [_line(made, made.fetched_at) for made in sample_made()]


# -- the made-up archive: the same Spaces, looked at at many ages ----------------------------------


def _observed(all_made: Iterable[Made]) -> list[Made]:
    """About 25 ended Spaces: some that are usual, and the odd ones made for it."""
    odd = {MADE_UP_PREFIX + tail for tail in ("remove", "flatGr", "lateGr", "oneHrs")}
    ended = [made for made in all_made if made.space["state"] == "Ended" and made.fetched_at == SAMPLE_TIME]
    grows = [made for made in ended if made.plays >= 40 and made.tau_h and "creator" not in made.changed]
    return [made for made in ended if made.space["id"] in odd or made in grows[::3]]


def _looks(made: Made) -> list[int]:
    """When it was looked at: near the usual ages, one in nine left out, none after the samples' time."""
    rng = random.Random(f"{SEED} looks {made.space['id']}")
    looks = []
    for age_h in OBSERVED_AGES_H:
        late = 1 + 0.06 * rng.random()
        if rng.random() > 1 / 9 or age_h == 1:
            looks.append(made.ended_at + int(age_h * late * 3_600) * SECOND)
    return [at // SECOND * SECOND for at in looks if at <= SAMPLE_TIME]


def observation_lines() -> list[str]:
    """The lines of observations.jsonl, by the time of fetching."""
    pairs = [(at, made) for made in _observed(sample_made()) for at in (*_looks(made), SAMPLE_TIME)]
    return [_line(made, at) for at, made in sorted(pairs, key=lambda pair: (pair[0], pair[1].space["id"]))]


# -- any number, for benchmarks --------------------------------------------------------------------


def _any_host(number: int, rng: random.Random) -> Host:
    like = HOSTS[int(rng.random() * len(HOSTS))]
    followers = min(max(int(_lognormal(rng, 20_000, 3)), 5), 8_000_000)
    live = min(max(followers * _lognormal(rng, 0.02, 1.5), 1.0), 250_000.0)
    ratio = min(max(_lognormal(rng, 0.5, 2.5), 0.0002), 8.5)
    return replace(
        like, screen_name=f"sample_{number}", name=f"Sample host {number}", number=1_000 + number, core=False,
        former_name="", followers=followers, live=live, ratio=ratio, minutes=_lognormal(rng, 60, 0.8),
    )  # fmt: skip


def make_spaces(n: int, seed: int = 0) -> list[Record]:
    """
    Plausible made-up records, for benchmarks: about n**0.8 hosts, one Space in six of an odd kind.

    Parameters
    ----------
    n
        How many records, up to 16 million.
    seed
        The same seed and n give the same records.

    Returns
    -------
    records
        In the documented answer's form, each with its own id. Spaces of one host share one creator dict.
    """
    rng = random.Random(f"spaces {seed}")
    hosts = [_any_host(i, rng) for i in range(max(round(n**0.8), 1))]
    first = instant(FIRST_DAY.isoformat())
    records = []
    for i in range(n):
        host = hosts[int(rng.random() ** 2 * len(hosts))]
        scheduled = first + int(rng.random() * 140 * 96) * 15 * MINUTE
        changes = USUAL_CHANGES[int(rng.random() * 6)] if rng.random() < 1 / 6 else {}
        records.append(seen(make(host, f"{MADE_UP_PREFIX}{i:06x}", scheduled, rng, {}, changes), SAMPLE_TIME))
    return records


def files() -> dict[Path, bytes]:
    """What each file has to hold."""
    lines = {"samples.jsonl": sample_lines(), "observations.jsonl": observation_lines()}
    return {DATA / name: ("\n".join(text) + "\n").encode() for name, text in lines.items()}


def main(arguments: list[str] | None = None, files: Callable[[], dict[Path, bytes]] = files) -> int:
    """Write the files, or with --check report which differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file differs")
    check = parser.parse_args(arguments).check
    wanted = files()
    differing = [path for path, held in wanted.items() if not path.is_file() or path.read_bytes() != held]
    for path in differing:
        print(f"{path}: {'differs; run this without --check' if check else 'written'}")
        if not check:
            path.write_bytes(wanted[path])
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
