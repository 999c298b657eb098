"""Made-up Spaces whose texts attack what shows them: terminals, pages, pictures, spreadsheets, logs."""

import copy
import re
from typing import Any
from xml.etree import ElementTree

import spacekit as sk

TITLES = [
    "\x1b[2J\x1b[31mred\x07\x9b5m",
    "\x1b]0;window\x07\x08\x08back",
    "one\r\ntwo\u2028three\u2029four\x85five\x0bsix",
    "\u202egnp.exe\u202c \u2066left\u2069 \u200f",
    "unclosed \u202e\u2067\u202d",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "</title></style>--><b> & \"quoted' ]]> <!-- -->",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "https://evil.example/click",
    "javascript:alert(1)",
    "nul\x00 and \ufffe\uffff \ud800",
    "$\\frac{1}{0}$ _under_ ^ % # ~ \\",
    "{0} {x!r} %s %(a)d",
    "x" * 3000,
]  # fmt: skip
"""Titles, and names of hosts."""

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""What controls a terminal or turns the text after it; line feeds and tabs are ours."""


def records() -> list[dict[str, Any]]:
    """Samples with these texts wherever people may write: title, names, description, places, label."""
    made = []
    samples = sk.sample_records()
    for place, title in enumerate(TITLES * 2):
        record = copy.deepcopy(samples[place % len(samples)])
        record |= {"id": f"1HOSTILE{place:05d}", "title": title, "state": "Ended", "language": title}
        creator = record["creator"] = copy.deepcopy(samples[0]["creator"])
        creator["id"] = str(9_000_000_000_000_000_000 + place % len(TITLES))
        creator["legacy"] |= {"name": title, "screen_name": title, "description": title, "location": title}
        made.append(record)
    return made


def assert_harmless(*texts: str) -> None:
    """Fail if a text holds what controls a terminal, or turns what follows."""
    for text in texts:
        found = CONTROLS.search(text)
        assert found is None, text[max(0, found.start() - 60) : found.end() + 60].encode("unicode_escape")


def assert_harmless_page(*pages: str) -> None:
    """Fail if HTML has an element, an attribute or a link that is not ours."""
    for page in pages:
        assert_harmless(page)
        low = page.lower()
        for bad in ("<script>", "<img src=x", "onerror=alert(2)>", "<b> &", "<!--", 'href="javascript'):
            assert bad not in low, bad
        for address in re.findall(r"""href=["']([^"']*)""", page):
            assert re.match(r"https://(?:[a-z]+\.)?x\.com/|data:|#", address), address[:100]


def assert_harmless_picture(svg: bytes) -> None:
    """Fail if an SVG is no XML, or has more than shapes and text."""
    text = svg.decode()
    assert_harmless(text.replace("\r\n", "\n"))
    tags = {str(element.tag).rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}  # noqa: S314  # ours
    assert not tags & {"script", "a", "foreignObject", "image"} - {"image"}
