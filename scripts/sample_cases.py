"""The made-up hosts and odd cases of the samples: words and numbers alone. What becomes of them is `make_samples`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
ABSENT = "<absent>"  # as a change: the field is left out
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


def instant(text: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 time, read as UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


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

USUAL_CHANGES: tuple[Mapping[str, Any], ...] = (
    {"state": "Canceled", **_UNSTARTED},
    {"state": "TimedOut"},
    {"is_space_available_for_replay": False, "total_replay_watched": 0},
    {"scheduled_start": ABSENT},
    {"title": ABSENT},
    {"total_replay_watched": 0},
)
"""Odd kinds of Spaces that are common, for any number of records."""
