"""Make the made-up Spaces of `spacekit/data`, the same on every machine. It fetches nothing.

`python scripts/make_samples.py` writes the files; with `--check` it exits 1 where they differ.
`make_spaces(n, seed)` gives any number of plausible made-up records, for benchmarks.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import string
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from spacekit.fields import MADE_UP_PREFIX
from spacekit.samples import SAMPLE_TIME

DATA = Path(__file__).resolve().parent.parent / "spacekit" / "data"
SEED = 2026
FIRST_DAY, LAST_DAY = date(2026, 1, 3), date(2026, 5, 30)
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
OBSERVED_AGES_H = (1, 6, 24, 48, 72, 168, 336, 720)
ABSENT = "<absent>"  # as a change: the field is left out
BIO = "Made-up account of the spacekit samples."
Record = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Host:
    """A made-up account and its habits; over the five months its audience is multiplied by `trend`."""

    screen_name: str
    name: str
    number: int
    zone: str
    weekdays: tuple[int, ...]  # Monday is 0
    at: str  # local wall-clock time of the scheduled start
    n: int  # Spaces in the samples
    followers: int
    live: float  # median
    ratio: float  # replay over live, median, once plays no longer grow
    minutes: float  # duration, median
    titles: tuple[str, ...]
    trend: float = 1.0
    recorded: bool = True
    weekday_factor: Mapping[int, float] = field(default_factory=dict)
    former_name: str = ""  # name before RENAMED
    core: bool = False  # newer user object: name, screen_name and created_at under `core`
    account: Mapping[str, Any] = field(default_factory=dict)
    legacy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Odd:
    """An odd case: a Space of its host, with `draw` in place of what is drawn, then `changes` to the record.

    It takes one of the host's usual slots, unless it says when it starts.
    """

    case: str
    tail: str  # the id is 1SAMPLE + tail
    host: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    draw: Mapping[str, Any] = field(default_factory=dict)
    start: str = ""  # UTC


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


def instant(text: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 time, read as UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


RENAMED = instant("2026-04-15T00:00")


def _label(description: str) -> Record:
    badge = {"url": "https://example.com/badges/sample_bigger.jpg"}
    link = {"url": "https://example.com/sample_network", "urlType": "DeepLink"}
    kind = {"userLabelType": "BusinessLabel", "userLabelDisplayType": "Badge"}
    label = {"url": link, "badge": badge, "description": description, **kind}
    return {"affiliates_highlighted_label": {"label": label}}


def _bio_urls(*urls: str) -> Record:
    links = [{"url": f"https://example.com/s/{i}", "expanded_url": url} for i, url in enumerate(urls)]
    return {"entities": {"description": {"urls": links}}}


def _pinned(*numbers: int) -> Record:
    return {"pinned_tweet_ids_str": [str(9_000_000_000_000_700_000 + number) for number in numbers]}


_BLUE = {"is_blue_verified": True, "has_graduated_access": True}
_UNGRADUATED = {"has_graduated_access": False}
HOSTS = (
    Host("sample_radio", "Sample Radio", 101, "Europe/London", (1,), "20:00", 11,
         followers=1_240_000, live=52_000, ratio=0.03, minutes=75, trend=1.7,
         titles=("The Tuesday show", "The Tuesday show: your calls", "The Tuesday show: science special"),
         account={**_BLUE, **_label("Sample Network"), "profile_image_shape": "Square"},
         legacy={"verified_type": "Business", **_pinned(1, 2),
                 **_bio_urls("https://example.com/radio", "https://example.com/radio/archive")}),
    Host("sample_archive", "Sample Archive Talks", 102, "Etc/UTC", (6,), "20:30", 8,
         followers=9_400, live=130, ratio=4.5, minutes=110,
         titles=("Reading the old maps", "Letters from the archive", "How we date a photograph"),
         legacy={**_pinned(3), **_bio_urls("https://example.com/archive-talks")}),
    Host("sample_markets", "Sample Markets Daily", 103, "America/New_York", (0, 1, 2, 3, 4), "08:30", 13,
         followers=265_000, live=4_100, ratio=0.35, minutes=32,
         weekday_factor={0: 1.9, 1: 1.2, 3: 0.8, 4: 0.5},
         titles=("Before the bell", "Before the bell: earnings", "Before the bell: rates"),
         account=_BLUE, legacy={"verified_type": "Business"}),
    Host("sample_tech_jp", "サンプル技術", 104, "Asia/Tokyo", (3,), "21:00", 6,
         followers=48_000, live=900, ratio=0.8, minutes=60,
         titles=("サンプル技術ラジオ", "週刊サンプル:開発の話"), account=_BLUE),
    Host("sample_beats", "Sample Beats", 105, "Asia/Seoul", (5,), "22:00", 5,
         followers=610_000, live=17_000, ratio=0.25, minutes=45, trend=0.6,
         titles=("Saturday listening room", "New songs, first reactions"),
         account=_BLUE, legacy={"withheld_in_countries": ["XX", "ZZ"]}),
    Host("sample_startups", "Sample Startups", 106, "Asia/Jerusalem", (2,), "19:00", 5,
         followers=31_000, live=420, ratio=1.2, minutes=55,
         titles=("Founders' hour", "Ask an investor"), account={**_BLUE, **_label("Sample Ventures")}),
    Host("sample_books", "Sample Book Club", 107, "Asia/Dubai", (3,), "21:30", 5,
         followers=18_500, live=260, ratio=0.9, minutes=95,
         titles=("Book of the month", "Poetry night"), account=_BLUE),
    Host("sample_weather", "Sample Weather Office", 108, "Europe/Berlin", (0, 2), "17:00", 4,
         followers=820_000, live=2_600, ratio=0.1, minutes=20, recorded=False,
         titles=("Storm briefing", "Flood briefing"),
         account={**_BLUE, "profile_image_shape": "Square"}, legacy={"verified_type": "Government"}),
    Host("sample_futebol", "Sample Futebol", 109, "America/Sao_Paulo", (6,), "18:00", 5,
         followers=175_000, live=6_800, ratio=0.12, minutes=130,
         titles=("Depois do jogo", "Mesa redonda"), account={"affiliates_highlighted_label": {}}),
    Host("sample_science", "Sample Nairobi Science", 110, "Africa/Nairobi", (4,), "17:00", 5,
         followers=22_000, live=310, ratio=1.6, minutes=70,
         titles=("Ask a scientist", "The soil under us"), former_name="Sample Science Hour"),
    Host("sample_owls", "Sample Night Owls", 111, "America/Los_Angeles", (5,), "23:00", 6,
         followers=5_200, live=85, ratio=0.5, minutes=210,
         titles=("Nobody sleeps", "Night talk"), account=_UNGRADUATED, legacy={"default_profile": True}),
    Host("sample_newcomer", "Sample Newcomer", 112, "Europe/Paris", (2, 5), "19:00", 3,
         followers=640, live=14, ratio=0.7, minutes=25, core=True,
         titles=("Hello, first Space", "Second try"), account=_UNGRADUATED),
)  # fmt: skip

_UNSTARTED = {"started_at": ABSENT, "ended_at": ABSENT, "total_live_listeners": 0, "total_replay_watched": 0}
_SCHEDULED = {"state": "NotStarted", **_UNSTARTED}
_RUNNING = {"state": "Running", "ended_at": ABSENT, "total_replay_watched": 0}
_PROGRAMME = "A very long title that goes on, as titles do when a host puts the whole programme into it: "
_LONG = (_PROGRAMME * 4)[:300]

ODD_CASES = (
    Odd("state NotStarted", "nStart", "sample_radio", _SCHEDULED, {"notice_ms": 3 * DAY},
        start="2026-06-02T19:00"),
    Odd("state NotStarted, starts within the hour", "soon01", "sample_markets", _SCHEDULED,
        start="2026-06-01T12:30"),
    Odd("state NotStarted, days ahead", "nSunda", "sample_archive", _SCHEDULED, {"notice_ms": 7 * DAY},
        start="2026-06-07T20:30"),
    Odd("state PrePublished", "prePub", "sample_books", {"state": "PrePublished", **_UNSTARTED},
        {"notice_ms": 5 * DAY}, start="2026-06-04T17:30"),
    Odd("state Running", "runN01", "sample_beats", _RUNNING, start="2026-06-01T11:10"),
    Odd("state Running, just begun", "runN02", "sample_newcomer", _RUNNING, {"live": 3},
        start="2026-06-01T11:56"),
    Odd("state RUNNING in capitals", "runCAP", "sample_tech_jp", {**_RUNNING, "state": "RUNNING"},
        start="2026-06-01T10:30"),
    Odd("fetched one hour after the end", "oneHrs", "sample_science", {},
        {"delay_ms": 20_000, "minutes": 62, "ended_at": instant("2026-06-01T11:00")},
        start="2026-06-01T09:58"),
    Odd("state Canceled", "cancel", "sample_startups", {"state": "Canceled", **_UNSTARTED}),
    Odd("state Canceled, no recording wanted", "cancl2", "sample_futebol",
        {"state": "Canceled", "is_space_available_for_replay": False, **_UNSTARTED}),
    Odd("state TimedOut, replayable", "tOutRp", "sample_owls", {"state": "TimedOut"}),
    Odd("state TimedOut, no recording", "tOutNo", "sample_owls",
        {"state": "TimedOut", "is_space_available_for_replay": False}, {"replay": 0}),
    Odd("state not known", "newSta", "sample_beats", {"state": "Paused"}),
    Odd("title absent", "noTitl", "sample_markets", {"title": ABSENT}),
    Odd("title null", "nulTit", "sample_markets", {"title": None}),
    Odd("title empty", "mtTitl", "sample_archive", {"title": ""}),
    Odd("title in Arabic", "arabic", "sample_books", {"title": "كتاب الشهر: نقاش مفتوح مع القراء"}),
    Odd("title in Hebrew", "hebrew", "sample_startups", {"title": "שעת היזמים: שאלות ותשובות"}),
    Odd("title in Chinese", "chines", "sample_tech_jp", {"title": "样本技术夜谈:开源与社区"}),
    Odd("title in Japanese", "japans", "sample_tech_jp", {"title": "サンプル技術ラジオ:質問と回答"}),
    Odd("title in Korean", "korean", "sample_beats", {"title": "샘플 라이브: 이번 주의 새 노래"}),
    Odd("title with emoji", "emoji1", "sample_futebol", {"title": "🎙️🔥 Depois do jogo 👩‍👩‍👧 🇧🇷"}),
    Odd("title with signs", "signs1", "sample_markets",
        {"title": "Is $100 < $200 & <b>bold</b>? 50 % off_all\\n"}),
    Odd("title of 300 characters", "long30", "sample_radio", {"title": _LONG}),
    Odd("scheduled_start absent (instant Space)", "instnt", "sample_newcomer", {"scheduled_start": ABSENT},
        {"notice_ms": 4_000}),
    Odd("started 29 min before scheduled_start", "erly29", "sample_science", {}, {"delay_ms": -29 * MINUTE}),
    Odd("started 3 s before scheduled_start", "erly03", "sample_archive", {}, {"delay_ms": -3 * SECOND}),
    Odd("started 22 min after scheduled_start", "late22", "sample_books", {}, {"delay_ms": 22 * MINUTE}),
    Odd("created days before the start", "dayBef", "sample_radio", {}, {"notice_ms": 9 * DAY}),
    Odd("flags absent", "noFlag", "sample_archive", {"is_space_available_for_replay": ABSENT,
            "is_space_available_for_clipping": ABSENT, "disallow_join": ABSENT}),
    Odd("flags true that are mostly false", "flagTr", "sample_markets",
        {"disallow_join": True, "is_locked": True}),
    Odd("early 2022: total_participated, no total_live_listeners", "old022", "sample_owls",
        {"total_live_listeners": ABSENT, "is_space_available_for_clipping": ABSENT,
            "total_participated": 61}),
    Odd("ended_at as integer", "endInt", "sample_radio"),
    Odd("replay_start_time 0", "offs00", "sample_markets", {"replay_start_time": 0}),
    Odd("replay_start_time 166", "offs16", "sample_science", {"replay_start_time": 166}),
    Odd("replay_start_time 1849", "offs18", "sample_radio", {"replay_start_time": 1849}),
    Odd("no recording: replay flag false, count 0", "noRec1", "sample_weather"),
    Odd("recording removed later: replay flag false, count above 0", "remove", "sample_archive", {},
        {"removed_after_ms": 5 * DAY}),
    Odd("recorded, replay count really 0", "zeroRe", "sample_owls", {}, {"replay": 0, "live": 9}),
    Odd("both counts 0", "zeroBo", "sample_newcomer", {}, {"replay": 0, "live": 0}),
    Odd("live 0, replay above 0", "zeroLi", "sample_owls", {}, {"replay": 5, "live": 0}),
    Odd("creator null", "crNull", "sample_books", {"creator": None}),
    Odd("creator absent", "crAbse", "sample_futebol", {"creator": ABSENT}),
    Odd("creator protected", "crProt", "sample_owls",
        {"creator": {"__typename": "UserUnavailable", "reason": "Protected"}}),
    Odd("creator with core", "crCore", "sample_newcomer", {}, start="2026-05-20T17:00"),
    Odd("creator's name changed: fetched before", "before", "sample_science", {},
        {"fetched_at": instant("2026-04-10T09:00")}, start="2026-04-03T14:00"),
    Odd("unknown field", "newFld", "sample_weather", {"sample_new_field": {"made_up": True}}),
    Odd("id that differs from another only in case (1)", "twinaa", "sample_startups"),
    Odd("id that differs from another only in case (2)", "twinAA", "sample_tech_jp"),
    Odd("lowest replay/live, 0.0002", "ratLow", "sample_radio", {}, {"live": 210_000, "replay": 42}),
    Odd("highest replay/live, 8.5", "ratHig", "sample_archive", {}, {"live": 64, "replay": 544}),
    Odd("shortest, 10 min", "shortD", "sample_weather", {}, {"minutes": 10}),
    Odd("longest, 6 h", "longDu", "sample_owls", {}, {"minutes": 360}),
    Odd("observed: replays do not grow", "flatGr", "sample_science", {}, {"replay": 310}),
    Odd("observed: replays grow late", "lateGr", "sample_startups", {}, {"tau_h": 2_500.0}),
)  # fmt: skip
PROBLEMS = ("creator protected",)  # the only case that holds a value which `normalize` cannot read


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
    """Each odd case, and the id of the Space that holds it."""
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


_ANY_CHANGES: tuple[Mapping[str, Any], ...] = (
    {"state": "Canceled", **_UNSTARTED},
    {"state": "TimedOut"},
    {"is_space_available_for_replay": False, "total_replay_watched": 0},
    {"scheduled_start": ABSENT},
    {"title": ABSENT},
    {"total_replay_watched": 0},
)


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
        changes = _ANY_CHANGES[int(rng.random() * 6)] if rng.random() < 1 / 6 else {}
        records.append(seen(make(host, f"{MADE_UP_PREFIX}{i:06x}", scheduled, rng, {}, changes), SAMPLE_TIME))
    return records


def files() -> dict[Path, bytes]:
    """What each file has to hold."""
    lines = {"samples.jsonl": sample_lines(), "observations.jsonl": observation_lines()}
    return {DATA / name: ("\n".join(text) + "\n").encode() for name, text in lines.items()}


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or with --check tell which differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file differs")
    check = parser.parse_args(arguments).check
    differing = [path for path, held in files().items() if not path.is_file() or path.read_bytes() != held]
    for path in differing:
        print(f"{path}: {'differs; run python scripts/make_samples.py' if check else 'written'}")
        if not check:
            path.write_bytes(files()[path])
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
