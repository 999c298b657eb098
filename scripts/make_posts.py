"""Make the made-up posts of `spacekit/samples`, the same on every machine. Nothing is fetched.

`python -m scripts.make_posts` writes the file; with `--check` it exits 1 where it differs. The posts announce the
made-up Spaces: most of them, some several times, some never, and some only in posts that are deleted by now.
"""

from __future__ import annotations

import json
import random
import string
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten
from typing import Final

from scripts import make_samples
from scripts.make_samples import DATA, SEED, Made, creator, sample_made
from scripts.sample_cases import DAY, HOSTS, HOUR, MINUTE, SECOND, Record, instant
from spacekit.samples import SAMPLE_TIME

_FIRST_ID: Final = 9_000_000_000_000_000_000  # beyond all real ids for decades, and still 19 digits


@dataclass(frozen=True)
class Habit:
    """How a host announces: when ("notice", "live", "replay"), in which language, on what, and how surely."""

    when: tuple[str, ...]
    topics: str = ""
    lang: str = "en"
    announced: float = 1.0


HABITS: Final[Mapping[str, Habit]] = {
    "sample_radio": Habit(("notice", "live"), "#science"),
    "sample_archive": Habit(("notice", "live", "replay"), "#history"),
    "sample_markets": Habit(("live", "replay"), "#economy", announced=0.75),
    "sample_tech_jp": Habit(("notice",), "#opensource", "ja"),
    "sample_beats": Habit(("notice", "live"), "#music"),
    "sample_startups": Habit(("notice",), "#economy #opensource"),
    "sample_books": Habit(("notice", "replay"), "#history"),
    "sample_weather": Habit(("live",), "#climate"),
    "sample_futebol": Habit(("live",), "#futebol", "pt", announced=0.8),
    "sample_science": Habit(("notice", "live"), "#science #climate", announced=0.85),
    "sample_owls": Habit(("live",), announced=0.4),
    "sample_newcomer": Habit(("live",), announced=0.5),
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "notice": "{title}. Set a reminder: {link} {topics}",
        "live": "We are live now: {title} {link} {topics}",
        "replay": 'Missed it? The recording of "{title}" is up: {link} {topics}',
    },
    "ja": {"notice": "次回のスペース「{title}」 {link} {topics}"},
    "pt": {"live": "Estamos ao vivo: {title} {link} {topics}"},
}
_DELETED: Final = 0.11  # share of the Spaces whose announcements are deleted by now
_AGAIN: Final = 0.8  # how surely the second and third announcement follow
_FORMS: Final = (
    "https://x.com/i/spaces/{id}", "https://x.com/i/spaces/{id}", "https://x.com/i/spaces/{id}",
    "https://twitter.com/i/spaces/{id}", "https://x.com/i/spaces/{id}?s=20",
    "https://mobile.twitter.com/i/spaces/{id}/peek",
)  # fmt: skip
LISTENERS: Final = (
    ("sample_clips", "Sample Clips", 201, 41_000), ("sample_ear", "Sample Ear", 202, 730),
    ("sample_reader", "Sample Reader", 203, 2_150), ("sample_lurker", "Sample Lurker", 204, 58),
)  # fmt: skip
_QUOTES: Final = (
    "Worth every minute.", "Two hours that I do not regret.", "Who else is listening?",
    "The part about the sources is the best.", "Come and join us.",
)  # fmt: skip
_PLAIN: Final = (
    ("sample_archive", "2026-02-10T09:00", "New in the reading room: forty maps of the coast {link} #history",
     "https://example.com/archive/maps"),
    ("sample_science", "2026-03-02T08:30", "Our notes on soil and #climate are out {link}",
     "https://example.com/science/soil"),
    ("sample_radio", "2026-03-17T10:00", "How to call the Tuesday show {link}", "https://example.com/radio/call"),
    ("sample_weather", "2026-04-08T06:10", "Flood warnings for the coast {link} #climate",
     "https://example.com/weather/floods"),
    ("sample_startups", "2026-04-22T15:00", "We have no Space this week.", ""),
    ("sample_clips", "2026-05-05T12:00", "All Spaces on #history that I know of, in one list {link}",
     "https://example.com/clips/history"),
    ("sample_lurker", "2026-05-20T21:40", "Is a \"Space\" the same as a podcast?", ""),
)  # fmt: skip


def _account(user: Record) -> Record:
    """Return an author as a search shows them: flat, as of the search."""
    who = {**user["legacy"], **user.get("core", {})}
    return {
        "id_str": user["id"], "screen_name": who["screen_name"], "name": who["name"],
        "followers_count": who["followers_count"],
    }  # fmt: skip


ACCOUNTS: Final[Mapping[str, Record]] = {
    **{host.screen_name: _account(creator(host, SAMPLE_TIME // DAY)) for host in HOSTS},
    **{
        handle: {"id_str": str(_FIRST_ID + number), "screen_name": handle, "name": name, "followers_count": n}
        for handle, name, number, n in LISTENERS
    },
}


# -- one post --------------------------------------------------------------------------------------


def _post(handle: str, at: int, text: str, expanded: tuple[str, ...], views: int | None, lang: str) -> Record:
    """Return a post; each `{link}` of its text stands for one of the links, in order."""
    rng = random.Random(f"{SEED} post {handle} {at}")
    urls = [{"url": _short(rng), "expanded_url": url} for url in expanded]
    for url in urls:
        text = text.replace("{link}", url["url"], 1)
    seen = views if views is not None else int(300 * rng.random())
    return {
        "id_str": str(_FIRST_ID + at * 1_000 + int(rng.random() * 1_000)),
        "tweet_created_at": datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        "full_text": " ".join(text.split()),
        "lang": lang,
        "user": ACCOUNTS[handle],
        "entities": {"urls": urls},
        "favorite_count": int(seen * (0.006 + 0.012 * rng.random())),
        "reply_count": int(seen * 0.0016 * rng.random()),
        "retweet_count": int(seen * 0.005 * rng.random()),
        "quote_count": int(seen * 0.0008 * rng.random()),
        "views_count": views,
        "quoted_status": None,
        "retweeted_status": None,
    }


def _short(rng: random.Random) -> str:
    letters = string.ascii_letters + string.digits
    return "https://t.co/SAMPLE" + "".join(letters[int(rng.random() * len(letters))] for _ in range(4))


def _link(space_id: str, rng: random.Random) -> str:
    return _FORMS[int(rng.random() * len(_FORMS))].format(id=space_id)


def _views(made: Made, rng: random.Random, share: float = 1.0) -> int | None:
    """How often a post about a Space was shown: most announcements reach more than come. Some counts are missing."""
    size = max(made.space.get("total_live_listeners", 60), made.host.live / 4, 8)
    views = 25 * size**0.8 * 2.0 ** (0.9 * rng.gauss(0.0, 1.0)) * share
    return None if rng.random() < 1 / 14 else int(views)


# -- all posts -------------------------------------------------------------------------------------


def _times(made: Made) -> dict[str, int]:
    """When each kind of announcement is due, those that can be."""
    space = made.space
    due = {"notice": space["created_at"] + 4 * MINUTE}
    if "started_at" in space:
        due["live"] = space["started_at"] + 90 * SECOND
    if "ended_at" in space and space.get("is_space_available_for_replay", True):
        due["replay"] = made.ended_at + 15 * HOUR
    return due


def _announcements(made: Made) -> Iterator[Record]:
    """Yield a host's posts about one Space that are still visible."""
    habit = HABITS[made.host.screen_name]
    rng = random.Random(f"{SEED} announced {made.space['id']}")
    protected = (made.space.get("creator") or {}).get("__typename") == "UserUnavailable"
    if protected or rng.random() > habit.announced or rng.random() < _DELETED:
        return
    due = _times(made)
    for place, when in enumerate(habit.when):
        if when in due and (place == 0 or rng.random() < _AGAIN):
            yield _announcement(made, when, due[when] + int(rng.random() * 20) * MINUTE, rng)


def _announcement(made: Made, when: str, at: int, rng: random.Random) -> Record:
    habit = HABITS[made.host.screen_name]
    title = made.space.get("title") or "Open microphone"
    title = shorten(title, 100, placeholder=" …")
    words = _WORDS[habit.lang][when].format(title=title, topics=habit.topics, link="{link}")
    share = {"notice": 1.0, "live": 0.8, "replay": 0.4}[when]
    links = (_link(made.space["id"], rng),)
    return _post(made.host.screen_name, at, words, links, _views(made, rng, share), habit.lang)


def _reactions(announced: Record, made: Made) -> Iterator[Record]:
    """Yield what others do with an announcement: few repost it, fewer quote it."""
    rng = random.Random(f"{SEED} reactions {announced['id_str']}")
    at = instant(announced["tweet_created_at"][:19]) + int(3 + rng.random() * 200) * MINUTE
    handle = LISTENERS[int(rng.random() * len(LISTENERS))][0]
    kind = rng.random()
    if kind < 0.15:
        text = f"RT @{announced['user']['screen_name']}: {announced['full_text']}"
        post = _post(handle, at, text, (), None, announced["lang"])
        yield {**post, "favorite_count": 0, "reply_count": 0, "retweeted_status": announced}
    elif kind < 0.28:
        link = f"https://x.com/{announced['user']['screen_name']}/status/{announced['id_str']}"
        words = _QUOTES[int(rng.random() * len(_QUOTES))] + " {link}"
        post = _post(handle, at, words, (link,), _views(made, rng, 0.05), "en")
        yield {**post, "quoted_status": announced}


def _by_others(all_made: list[Made]) -> Iterator[Record]:
    """Yield posts of listeners that link a Space themselves, also of hosts who do not announce it."""
    for made in all_made:
        rng = random.Random(f"{SEED} others {made.space['id']}")
        rate = 0.5 if made.host.screen_name in ("sample_owls", "sample_newcomer") else 0.1
        if "started_at" in made.space and rng.random() < rate:
            at = made.space["started_at"] + int(5 + rng.random() * 30) * MINUTE
            words = f"Listening to @{made.host.screen_name} {{link}} {HABITS[made.host.screen_name].topics}"
            handle = LISTENERS[int(rng.random() * len(LISTENERS))][0]
            link = _link(made.space["id"], rng)
            yield _post(handle, at, words, (link,), _views(made, rng, 0.03), "en")


def _others(all_made: list[Made]) -> Iterator[Record]:
    """Yield posts without a Space's link, one with two of them, and one whose quoted post is deleted."""
    for handle, at, text, link in _PLAIN:
        yield _post(handle, instant(at), text, (link,) if link else (), 900, "en")
    two = [made.space["id"] for made in all_made if made.host.screen_name == "sample_books"][1:3]
    links = tuple(f"https://x.com/i/spaces/{space_id}" for space_id in two)
    words = "Our next two evenings: {link} and {link} #history"
    yield _post("sample_books", instant("2026-02-01T10:00"), words, links, 2_400, "en")
    gone = f"https://x.com/sample_owls/status/{_FIRST_ID + instant('2026-04-04T07:00') * 1_000}"
    yield _post("sample_ear", instant("2026-04-04T09:00"), "I was there. {link}", (gone,), 40, "en")


def sample_posts() -> list[Record]:
    """Return all made-up posts up to the samples' time, by their ids, so by time."""
    all_made = sample_made()
    announced = [(post, made) for made in all_made for post in _announcements(made)]
    posts = [post for post, _ in announced]
    posts += [reaction for post, made in announced for reaction in _reactions(post, made)]
    posts += [*_by_others(all_made), *_others(all_made)]
    last = str(_FIRST_ID + SAMPLE_TIME * 1_000)
    return sorted((post for post in posts if post["id_str"] < last), key=lambda post: post["id_str"])


def files() -> dict[Path, bytes]:
    """Return what the file has to hold."""
    lines = [json.dumps(post, ensure_ascii=False, separators=(",", ":")) for post in sample_posts()]
    return {DATA / "posts.jsonl": ("\n".join(lines) + "\n").encode()}


if __name__ == "__main__":
    sys.exit(make_samples.main(files=files))
