"""Text of any script on a chart: cleaned, shortened, and drawn in fonts that have it. It draws no chart."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import matplotlib as mpl
import pandas as pd
from matplotlib import font_manager
from matplotlib.ft2font import FaceFlags, FT2Font
from matplotlib.text import Text

from spacekit.fields import field
from spacekit.plot.scripts import can_draw
from spacekit.words import JOINERS, NO_TITLE, beginning, clusters, columns, is_ignorable, shortened

HARD_BLANK: Final = "\u00a0"
"""Keeps words on one line."""

LIVE: Final = field("total_live_listeners").axis_label
REPLAY: Final = field("total_replay_watched").axis_label
COUNTS: Final = {"live": LIVE, "replay": REPLAY}
SHORT: Final = {name: label.removesuffix(" (as X reports)") for name, label in COUNTS.items()}
"""The same for legends and second axes: a chart says once that counts are as X reports."""

SHARE: Final = "replay share: plays / (live + plays)"

# "Fonts" that have a box or nothing for every character.
_NO_FONTS = ("last resort", "lastresort", "adobe blank")
_NOT_DRAWN = ("Co", "Cn", "Cs")
_HOST_COLUMNS: Final = 16
_MOST_BESIDES: Final = 0.66  # of a label's width for what stands after a title
_BEFORE_CUT: Final = " ,;:.-–—("
_OTHER_KINDS = ("serif", "monospace", "cursive", "fantasy")


@dataclass(frozen=True, slots=True)
class Label:
    """Text that can be drawn, and the font families that have its characters, in order."""

    text: str
    families: tuple[str, ...]

    def put_on(self, artist: Text) -> None:
        """Show this text, none of it as mathematics."""
        artist.set_parse_math(False)
        artist.set_fontfamily(list(self.families))
        artist.set_text(self.text)


def of_titles(
    titles: Iterable[object], stand_ins: Sequence[str], hints: Sequence[str], width: int, missing: str = ""
) -> list[Label]:
    """
    Return one label for each title, each different from the others.

    Parameters
    ----------
    titles
        Text of any script and length; anything that is not text, or is blank, is missing.
    stand_ins
        Drawn where a title is missing, unless that is `missing`, or has a character that no installed font has: the id.
    hints
        Added to titles that occur more than once: the day. If that leaves some alike, the stand-in is added.
    width
        Columns that a label may take; East Asian characters take two. Longer ones are cut, with an ellipsis.

    Returns
    -------
    labels
        In the order given. The text holds no line break and no control character.
    """
    texts = [_clean(title) or missing or stand_in for title, stand_in in zip(titles, stand_ins, strict=True)]
    among = frozenset().union(*texts, *stand_ins, *hints, " ·…")
    drawable = [
        text if families_for(text, among) else stand_in
        for text, stand_in in zip(texts, stand_ins, strict=True)
    ]
    return [
        Label(text, families_for(text, among) or tuple(usual_families()))
        for text in _distinct(drawable, hints, stand_ins, width)
    ]


def of_spaces(
    titles: Iterable[object], hosts: Sequence[object], days: Sequence[str], ids: Sequence[str], width: int
) -> tuple[list[Label], int]:
    """
    Return a label of title, host and day for each Space, and how many have their id in place of the title.

    Parameters
    ----------
    titles, hosts
        Text of any script; what is not text, or is blank, is missing. A host that cannot be drawn is left away.
    days, ids
        Plain text, "" for an unknown day. The id stands for a title with a character that no installed font has, and is
        added where labels would be alike.
    width
        Columns that a label may take. In narrow ones the host is left away first, then the day.
    """
    texts, owners = [_clean(title) for title in titles], [_clean(host) for host in hosts]
    among = frozenset().union(*texts, *owners, *days, *ids, f" ·…{NO_TITLE}")
    by_id = [bool(text) and not families_for(text, among) for text in texts]
    owners = [owner if families_for(owner, among) else "" for owner in owners]
    names = [i if undrawn else text or NO_TITLE for text, undrawn, i in zip(texts, by_id, ids, strict=True)]
    more = [
        _joined(parts) for parts in _that_fit([[cut(owner, _HOST_COLUMNS) for owner in owners], days], width)
    ]
    short = [_with(name, part, width) for name, part in zip(names, more or [""] * len(names), strict=True)]
    seen = Counter(short)
    short = [
        text if seen[text] == 1 or name == i else _with(name, i, width)
        for text, name, i in zip(short, names, ids, strict=True)
    ]
    usual = tuple(usual_families())
    return [Label(text, families_for(text, among) or usual) for text in short], sum(by_id)


def days(instants: pd.Series[Any]) -> list[str]:
    """Return days as people write them: "14 Apr", with the year where years differ; "" where one is missing."""
    years = instants.dropna().dt.year.nunique()
    return [
        "" if pd.isna(at) else f"{at.day} {at:%b %Y}" if years > 1 else f"{at.day} {at:%b}" for at in instants
    ]


def _that_fit(parts: Sequence[Sequence[str]], width: int) -> Iterator[tuple[str, ...]]:
    """Yield the parts of each label, without the first ones where all of them would leave the name too little room."""
    kept = [*parts]
    while kept and sum(max(map(columns, part), default=0) + 3 for part in kept) > _MOST_BESIDES * width:
        kept.pop(0)
    yield from zip(*kept, strict=True)


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(filter(None, parts))


def _with(name: str, more: str, width: int) -> str:
    """Return a name, cut, with what stands after it."""
    return _joined([cut(name, width - columns(more) - 3 if more else width), more])


def cut(text: str, room: int) -> str:
    """Return a text cut to a number of columns, between words where that keeps most of it."""
    short = shortened(text, room)
    if short == text or text[len(short) - 1 :][:1].isspace():
        return short
    whole, _, rest = short.removesuffix("…").rpartition(" ")
    return f"{whole.rstrip(_BEFORE_CUT)}…" if whole and columns(rest) < 0.4 * room else short


def named(names: Sequence[object], width: int, notes: Sequence[str] = ()) -> list[Label]:
    """Return labels of groups or hosts with notes after them; a name that cannot be drawn becomes its place."""
    places = [f"#{place}" for place in range(1, len(names) + 1)]
    made = of_titles(names, places, places, width)
    return [
        Label(label.text + note, label.families)
        for label, note in zip(made, notes or [""] * len(made), strict=True)
    ]


def of_words(words: str) -> Label:
    """Return words with names of any script among them: on one line, without what no installed font has."""
    text = "".join(
        c if c == HARD_BLANK else " " if c.isspace() else c
        for c in beginning(words)
        if c.isspace() or _is_kept(c)
    )
    if not families_for(text):
        among = frozenset(text)
        text = "".join(cluster if families_for(cluster, among) else "\0" for cluster in clusters(text))
        text = re.sub("\0+", "…", text)
    return Label(text, families_for(text) or tuple(usual_families()))


def plain(text: str) -> Label:
    """Return the label of words of our own, or of text known to be plain."""
    return Label(text, tuple(usual_families()))


def _clean(title: object) -> str:
    """Return a title as one line without control characters; "" for what is not text."""
    if not isinstance(title, str):
        return ""
    start = beginning(title.lstrip())
    visible = "".join(c if _is_kept(c) else " " if unicodedata.category(c) == "Cc" else "" for c in start)
    return " ".join(visible.strip(JOINERS).split())


def families_for(text: str, among: frozenset[str] | None = None) -> tuple[str, ...]:
    """
    Return font families that have every character of a text, the user's own first; empty if there are none.

    `among` names all characters of a chart, so that the fonts are searched once for all of its labels. Empty as well
    where this matplotlib cannot draw the script.
    """
    if not can_draw(text):
        return ()
    usual, characters = usual_families(), among or frozenset(text)
    own = _usual_font(usual)
    if _all_drawn(text, own):
        return tuple(usual)
    fonts = _fonts()
    having = _coverage(characters, fonts, own)
    if any(not having[character] and not is_ignorable(character) for character in text):
        _list_new_fonts()
        fonts = _fonts()
        having = _coverage(characters, fonts, own)
    chosen: list[int] = []
    for cluster in clusters(text):
        seen = [having[character] for character in cluster if not is_ignorable(character)]
        places = frozenset.intersection(*seen) if seen else frozenset({-1})
        if not places:
            return ()
        if -1 not in places and not places & set(chosen):
            chosen.append(_best(places, fonts, text))
    return (*usual, *(fonts[place][0] for place in chosen))


def _is_kept(character: str) -> bool:
    """Whether to keep a character: no control, and of those that only shape the text (directions, ...) the joiners."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp") or character in JOINERS


def _distinct(texts: Sequence[str], hints: Sequence[str], stand_ins: Sequence[str], width: int) -> list[str]:
    short = [cut(text, width) for text in texts]
    for more in (hints, stand_ins):
        seen = Counter(short)
        short = [
            f"{cut(text, width - len(extra) - 3)} · {extra}"
            if seen[now] > 1 and extra and text != extra
            else now
            for text, now, extra in zip(texts, short, more, strict=True)
        ]
    return short


def usual_families() -> list[str]:
    """Return the user's own font families, those of a kind with serifs or of fixed width aside."""
    family = mpl.rcParams["font.family"]
    own = [family] if isinstance(family, str) else list(family)
    return [name for name in own if name not in _OTHER_KINDS] or ["sans-serif"]


def _usual_font(families: list[str]) -> tuple[str, int]:
    path = font_manager.findfont(font_manager.FontProperties(family=families))
    return str(path), getattr(path, "face_index", 0)


@lru_cache(maxsize=1)
def _list_new_fonts() -> None:
    """Add the fonts that were installed since matplotlib listed them to its list, once a process."""
    listed = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in listed and _codes(path, 0):
            font_manager.fontManager.addfont(path)


def _fonts() -> tuple[tuple[str, str, int], ...]:
    """Return family, file and face of each installed font: for a family, the upright one of usual weight."""
    return _regular(tuple([entry.fname for entry in font_manager.fontManager.ttflist]))


@lru_cache(maxsize=4)
def _regular(_files: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """Return the fonts of matplotlib's list; its files, quick to compare, say whether it is still the same."""
    best: dict[str, font_manager.FontEntry] = {}
    for entry in sorted(
        font_manager.fontManager.ttflist,
        key=lambda entry: (entry.style != "normal", _off_weight(entry), entry.fname),
    ):
        if not entry.name.lower().lstrip(".").startswith(_NO_FONTS):
            best.setdefault(entry.name, entry)
    return tuple((name, best[name].fname, getattr(best[name], "index", 0)) for name in sorted(best))


def _off_weight(entry: font_manager.FontEntry) -> int:
    weight = (
        font_manager.weight_dict.get(entry.weight, 400) if isinstance(entry.weight, str) else entry.weight
    )
    return abs(int(weight) - 400)


@lru_cache(maxsize=64)
def _coverage(
    characters: frozenset[str], fonts: tuple[tuple[str, str, int], ...], usual: tuple[str, int]
) -> dict[str, frozenset[int]]:
    """Return the places of the fonts that have each character: -1 is the usual font, others are asked for the rest."""
    having: dict[str, set[int]] = {character: set() for character in characters}
    drawn = {c for c in characters if unicodedata.category(c) not in _NOT_DRAWN}
    for character in _drawable(drawn, *usual):
        having[character].add(-1)
    # A cluster has to come from one font, so marks and their letters are looked up together.
    if any(not having[c] and not is_ignorable(c) for c in characters):
        for place, (_, path, face) in enumerate(fonts):
            for character in _drawable(drawn, path, face):
                having[character].add(place)
    return {character: frozenset(places) for character, places in having.items()}


@lru_cache(maxsize=4096)
def _all_drawn(text: str, usual: tuple[str, int]) -> bool:
    """Whether the usual font has all characters of a text, and each is one to draw."""
    seen = {c for c in text if not is_ignorable(c)}
    return seen <= set(_drawable(seen, *usual)) and not any(
        unicodedata.category(c) in _NOT_DRAWN for c in seen
    )


def _drawable(characters: Iterable[str], path: str, face: int) -> list[str]:
    codes = _codes(path, face)
    return [character for character in characters if ord(character) in codes]


@lru_cache(maxsize=4096)
def _codes(path: str, face: int) -> frozenset[int]:
    """Return the characters of a font, as numbers."""
    # Before matplotlib 3.11 a collection of fonts has one face for us, its first.
    of_face: dict[str, Any] = {"face_index": face} if face else {}
    try:
        font = FT2Font(path, **of_face)
    except (OSError, RuntimeError):  # a font file that cannot be read has no characters for us
        return frozenset()
    if FaceFlags.SCALABLE not in font.face_flags or FaceFlags.COLOR in font.face_flags:
        return frozenset()  # colour bitmaps cannot be drawn as text
    return frozenset(font.get_charmap())


def _best(places: Iterable[int], fonts: Sequence[tuple[str, str, int]], text: str) -> int:
    """Return the font that fits best: without serifs, with the letter forms of the text's own language."""
    region = "JP" if _has(text, "\u3040", "\u30ff") else "KR" if _has(text, "\uac00", "\ud7a3") else "SC"
    names = {place: fonts[place][0] for place in places}

    def rank(place: int) -> tuple[bool, bool, bool, bool, int]:
        name = names[place]
        return ("Serif" in name, "Mono" in name, "Sans" not in name, region not in name, place)

    return min(names, key=rank)


def _has(text: str, first: str, last: str) -> bool:
    return any(first <= character <= last for character in text)
