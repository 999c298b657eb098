"""What people paste: chats, pages, spreadsheets, posts, other scripts; with the ids and the rejected words of each."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spacekit.errors import DataError
from spacekit.ids import find_ids

A, B = "1jMJgLdenVjxL", "1YqKDoLpRxyzV"
LA, LB = f"https://x.com/i/spaces/{A}", f"https://twitter.com/i/spaces/{B}?s=20"
OTHER = "https://example.com/a"
POST = "https://x.com/XEng/status/1641872499875930112"
T_CO = "https://t.co/1abcDEFghi"
TIME = "1680289206898"

# name: (text, ids, what is rejected)
TEXTS: dict[str, tuple[str, list[str], list[str]]] = {
    # nearly ids
    "two typos": ("1SAMPLEIFQBS 1SAMPLExARSi", [], ["1SAMPLEIFQBS", "1SAMPLExARSi"]),
    "8 characters": ("see 1abcdefg now", [], ["1abcdefg"]),
    "18 characters": ("see 1abcdefghijklmnopq now", [], ["1abcdefghijklmnopq"]),
    "7 characters": ("see 1abcdef now", [], []),
    "19 characters": ("see 1abcdefghijklmnopqr now", [], []),
    "no digit": ("see abcdefghijkl now", [], []),
    "8 digits": ("see 12345678 now", [], ["12345678"]),
    "a typo in brackets": ("the Space (1jMJgLdenVjx) was", [], ["1jMJgLdenVjx"]),
    "a typo with a full stop": ("It was 1jMJgLdenVjx.", [], ["1jMJgLdenVjx"]),
    "a typo beside an id": (f"{A} 1jMJgLdenVjx", [A], ["1jMJgLdenVjx"]),
    "a typo after a label": ("id: 1jMJgLdenVjx or space=1jMJgLdenVjxLL", [], ["1jMJgLdenVjx", "1jMJgLdenVjxLL"]),
    "an id in a path": (f"i/spaces/{A} was", [], [f"i/spaces/{A}"]),
    "an id with a hash": (f"we saw #{A} there", [], [f"#{A}"]),
    "an id with an at": (f"we saw @{A} there", [], [f"@{A}"]),
    "an id with a hyphen": (f"we saw {A}-b there", [], [f"{A}-b"]),
    "an id in a file name": (f"we saw {A}.mp3 there", [], [f"{A}.mp3"]),
    "two ids glued": (f"see {A}-{B} there", [], [f"{A}-{B}"]),
    "a soft hyphen within": (f"see {A[:6]}\u00ad{A[6:]} there", [], [f"{A[:6]}\u00ad{A[6:]}"]),
    "a zero width space within": (f"see {A[:6]}\u200b{A[6:]} there", [], [f"{A[:6]}\u200b{A[6:]}"]),
    "a Cyrillic letter within": ("see 1jMJgLd\u0435nVjxL there", [], ["1jMJgLd\u0435nVjxL"]),
    "full width": ("see １ｊＭＪｇＬｄｅｎＶｊｘＬ there", [], ["１ｊＭＪｇＬｄｅｎＶｊｘＬ"]),
    "a commit": ("fixed in 59fff2e0a1b2 today", [], ["59fff2e0a1b2"]),
    # numbers and times
    "a time": (f"it began at {TIME} sharp", [], [TIME]),
    "a row of times": (f"{TIME}, {TIME}, 1680289206899", [], [TIME, TIME, "1680289206899"]),
    "times by tab": (f"{TIME}\t{TIME}", [], [TIME, TIME]),
    "13 other digits": ("see 9780306406157 now", ["9780306406157"], []),
    "the first time": ("1136073600000", [], ["1136073600000"]),
    "before the first time": ("1136073599999", ["1136073599999"], []),
    "counts": ("1,291,373 and 12,291,373 replays", [], []),
    "prices": ("it cost $1234567.89 or 12345678.9 in all", [], []),
    "a percentage": ("up by 12.345678901%", [], []),
    "ISO times": ("on 2026-11-27T15:11:53 and 2026-11-27", [], []),
    "a phone number": ("call +49 151 2345678", [], []),
    "a post's id": ("see 1641872499875930112 now", [], []),
    "seconds": ("at 1680289206 it began", [], ["1680289206"]),
    # words
    "a sentence": ("We heard a Space, and it was good, really.", [], []),
    "a word alone": ("typo", [], ["typo"]),
    "a word on its line": (f"{A}\ntypo\n{B}", [A, B], ["typo"]),
    "a word between commas": (f"{A}, typo, {B}", [A, B], ["typo"]),
    "13 letters in text": ("Communication is a Understanding", [], []),
    "13 letters alone": ("Understanding", [], ["Understanding"]),
    "marks only": ("-- … ***", [], []),
    "nothing": ("  \n\t\u200b", [], []),
    # handles and topics
    "a handle": ("@XEng", [], ["@XEng"]),
    "handles": ("@XEng @NASA", [], ["@XEng", "@NASA"]),
    "handles by comma": ("@XEng, @NASA", [], ["@XEng", "@NASA"]),
    "a full-width handle": ("＠XEng", [], ["＠XEng"]),
    "a topic": ("#SpaceX", [], ["#SpaceX"]),
    "topics": ("#ai #日本", [], ["#ai", "#日本"]),
    "a mention": ("as @XEng said in #SpaceX yesterday", [], []),
    "a profile": ("https://x.com/XEng", [], ["https://x.com/XEng"]),
    # links
    "a link": (LA, [A], []),
    "two links": (f"{LA} {LB}", [A, B], []),
    "links by comma": (f"{LA},{LB}", [A, B], []),
    "a link to a post": (f"see {POST} now", [], [POST]),
    "another link": (f"see {OTHER} now", [], [OTHER]),
    "t.co": (f"see {T_CO} now", [], [T_CO]),
    "a link with a long id": (f"{LA}zz", [], [f"{LA}zz"]),
    "a link cut short": ("https://x.com/i/spaces/1jMJgL…", [], ["https://x.com/i/spaces/1jMJgL"]),
    "a link and its id": (f"{LA} ({A})", [A], []),
    "JSON's slashes": (LA.replace("/", "\\/"), [A], []),
    "a link without scheme": (f"go to x.com/i/spaces/{A}.", [A], []),
    "a link in angle brackets": (f"<{LA}>", [A], []),
    "a link in a redirect": (f"https://example.com/?u={LA}", [], [f"https://example.com/?u={LA}"]),
    "a link with another case": (LA.replace("https://x.com", "HTTPS://X.COM"), [A], []),
    "a link with a tracking part": (f"{LA}?s=20&amp;t=a-B_c", [A], []),
    "peek": (f"{LA}/peek", [A], []),
    "a short id in a link": ("https://x.com/i/spaces/1abc", ["1abc"], []),
    "a time in a link": (f"https://x.com/i/spaces/{TIME}", [TIME], []),
    "a link with a newline behind": (f"{LA}\r\n\r\nsee you", [A], []),
    # chats
    "WhatsApp": (f"27/11/2026, 15:11 - Ann: {LA}\n27/11/2026, 15:12 - Bob: thanks!", [A], []),
    "WhatsApp on iOS": (f"[27.11.26, 15:11:53] Ann: {LA}", [A], []),
    "Telegram": (f"Ann, [27 Nov 2026 at 15:11:53]:\nhear {A} tonight", [A], []),
    "Slack": (f"<{LA}|the Space> by <@U0123>", [A], []),
    "Discord": (f"Ann — Today at 15:11\n{LA} ||{B}||", [A, B], []),
    "an email": (f"> On Fri, Ann wrote:\n>> hear {LA}\n> it was good", [A], []),
    "emoji around": (f"🎙️{A}🎙️", [A], []),
    "emoji behind a link": (f"🔴 LIVE {LA}🔥🔥", [A], []),
    "a keycap": (f"1️⃣{A} 2️⃣{B}", [A, B], []),
    "an arrow": (f"listen →{LA}← now", [A], []),
    "bullets": (f"• {A}\n• {B}", [A, B], []),
    "numbered": (f"1. {A}\n2) {B}", [A, B], []),
    "dashes": (f"Ann – {A} — Bob", [A], []),
    "tree": (f"└─{A}", [A], []),
    # pages
    "HTML": (f'<p>See <a href="{LA}">the Space</a>&nbsp;{B}</p>', [A, B], []),
    "HTML quotes": (f"&quot;{A}&quot; and &lt;{B}&gt;", [A, B], []),
    "Markdown": (f"[the Space]({LA}) and **{B}**", [A, B], []),
    "Markdown code": (f"`{A}` and _{B}_", [A, B], []),
    "a Markdown table": (f"| id | title |\n|---|---|\n| {A} | Hi 2026 |", [A], []),
    "a Python list": (f"ids = ['{A}', \"{B}\"]", [A, B], []),
    "an SQL list": (f"WHERE id IN ('{A}', '{B}')", [A, B], []),
    "YAML": (f"spaces:\n  - {A}\n  - id: {B}", [A, B], ["spaces"]),
    "a footnote": (f"[1] see {LA}", [A], []),
    "LaTeX": (f"\\url{{{LA}}}", [A], []),
    "curl": (f"curl 'https://api.example.com/twitter/space/{A}'", [], [f"https://api.example.com/twitter/space/{A}"]),
    # scripts
    "Japanese": (f"こちら{LA}をどうぞ", [A], []),
    "Japanese with an id": (f"スペース「{A}」です。", [A], []),
    "Chinese": (f"空间：{A}，{B}。", [A, B], []),
    "Korean": (f"스페이스{A}입니다", [A], []),
    "Thai": (f"ฟัง{A}ที่นี่", [A], []),
    "Arabic": (f"استمع {A}، ثم {LB}؟", [A, B], []),
    "Hebrew": (f"\u200fהאזינו: {A}\u200f", [A], []),
    "Hindi": (f"सुनिए {A}।", [A], []),
    "a letter with an accent before": (f"é{A}", [], [f"é{A}"]),
    "no-break blanks": (f"see\u00a0{A}\u202fnow\u3000{B}", [A, B], []),
    "line separators": (f"{A}\u2028{B}\u0085typo", [A, B], ["typo"]),
    "direction marks": (f"\u202a{A}\u202c \u2066{LB}\u2069", [A, B], []),
    # spreadsheets
    "HYPERLINK": (f'=HYPERLINK("{LA}";"The Space")', [A], []),
    "HYPERLINK, comma": (f'=hyperlink("{LA}","The Space")', [A], []),
    "HYPERLINK alone": (f'=HYPERLINK("{LA}")', [A], []),
    "HYPERLINK, quoted": (f'"=HYPERLINK(""{LA}"";""The Space"")"', [A], []),
    "cells by tab": (f"{A}\t{LB}", [A, B], []),
    "a pasted table": (f"space_id\ttitle\n{A}\tHi, you\n{B}\tHo", [A, B], []),
    "a pasted CSV": (f"title,Space URL\nHi 20261127,{LA}\nHo,{LB}", [A, B], []),
    "a pasted table of posts": (f"id,text\n1641872499875930112,hear {LA}\n1641872499875930113,no", [A], []),
    "a pasted table of posts with t.co": (f"id,text\n1641872499875930112,hear {T_CO}", [], [T_CO]),
    "a column of ids": (f"space_id\n{A}\n{B}", [A, B], ["space_id"]),
    # JSON
    "an array": (json.dumps([A, LB]), [A, B], []),
    "an array with a typo": (json.dumps([A, "typo"]), [A], ["typo"]),
    "a search answer": (json.dumps({"tweets": [{"id_str": "1", "full_text": T_CO, "entities": {"urls": [
        {"url": T_CO, "expanded_url": LA}]}}], "next_cursor": ""}), [A], []),
    "an empty search answer": ('{"tweets": [], "next_cursor": null}', [], []),
    "escaped slashes": (json.dumps({"url": LA}).replace("/", "\\/"), [A], []),
    "escaped letters": ('{"url": "https:\\u002f\\u002fx.com\\u002fi\\u002fspaces\\u002f1abc"}', ["1abc"], []),
    "a record": (json.dumps({"id": A, "state": "Ended", "title": f"not {LB}"}), [A], []),
    "GraphQL": (json.dumps({"data": {"audioSpace": {"metadata": {"rest_id": A, "state": "Ended"}}}}), [A], []),
    "GraphQL with shared posts": (json.dumps({"audioSpace": {"metadata": {"rest_id": A, "state": "Ended"}, "sharings": {
        "items": [{"id": "1", "text": f"hear {LB}"}]}}}), [A], []),
    "a table with numbered names": (f"id,col_1,text\n1641872499875930112,20261127,hear {LA}", [A], []),
    "lines of records": (f'{{"id": "{A}", "state": "Ended"}}\n{{"id": "{B}", "state": "Ended"}}\n', [A, B], []),
    "kept answers": (f'{{"fetched_at": "2026-01-01T00:00:00Z", "space_id": "{A}", "status": 404, "body": "{{}}"}}',
                     [A], []),
    "a list of ids in an object": (json.dumps({"ids": [A, B]}), [A, B], []),
    "a broken line": (f'{{"url": "{LA}"}}\n{{"url": "https\n{{"url": "{LB}"}}', [A, B], ["'{\"url\": \"https'"]),
    "JSON without a Space": ('{"a": 1}', [], ["{'a': 1}"]),
    "no JSON": (f"[{A}] {{see}}", [A], []),
    "a cursor": (f"{{{A}}}", [A], []),
}  # fmt: skip

# name: (entry of a list, ids, what is rejected)
ENTRIES: dict[str, tuple[Any, list[str], list[str]]] = {
    "an id": (A, [A], []),
    "13 letters": ("Understanding", ["Understanding"], []),
    "a time": (TIME, [], [TIME]),
    "13 other digits": ("9780306406157", ["9780306406157"], []),
    "a typo": (A[1:], [], [A[1:]]),
    "words": ("hear the Space", [], ["hear the Space"]),
    "an id among words": (f"hear {A} now", [], [f"hear {A} now"]),
    "two ids": (f"{A} {B}", [], [f"{A} {B}"]),
    "a link": (LA, [A], []),
    "a link in brackets": (f"({LA})", [A], []),
    "a longer text": (f"hear {LA} and {LB}!", [A, B], []),
    "links by comma": (f"{LA},{LB}", [A, B], []),
    "links by semicolon": (f"{LA}; {LB}", [A, B], []),
    "links on lines": (f"{LA}\n{LB}", [A, B], []),
    "a link and another": (f"hear {LA}, then {OTHER}", [A], [OTHER]),
    "a link and its id": (f"hear {LA} ({A})", [A], []),
    "a link and an id": (f"hear {LA} and {B}", [A], [B]),
    "a link and a typo": (f"hear {LA} and {B[:-1]}", [A], [B[:-1]]),
    "only another link": (f"read {OTHER}", [], [OTHER]),
    "only t.co": (f"hear {T_CO}", [], [T_CO]),
    "Markdown": (f"[the Space]({LA})", [A], []),
    "HTML": (f'<a href="{LA}">it</a>', [A], []),
    "Japanese": (f"こちら{LA}をどうぞ", [A], []),
    "HYPERLINK": (f'=HYPERLINK("{LA}";"The Space")', [A], []),
    "HYPERLINK, comma": (f'=Hyperlink("{LA}", "The Space")', [A], []),
    "HYPERLINK in French": (f'=LIEN_HYPERTEXTE("{LA}";"The Space")', [A], []),
    "HYPERLINK elsewhere": (f'=HYPERLINK("{OTHER}";"{A}")', [], [OTHER]),
    "JSON": (json.dumps([{"url": T_CO, "expanded_url": LA}]), [A], []),
    "JSON with slashes": (json.dumps({"urls": [LA]}).replace("/", "\\/"), [A], []),
    "JSON without a link": ('{"a": "b"}', [], ['{"a": "b"}']),
    "a Python dict": (f"{{'expanded_url': '{LA}'}}", [A], []),
    "a handle": ("@XEng", [], ["@XEng"]),
    "a topic": ("#SpaceX", [], ["#SpaceX"]),
    "a profile": ("twitter.com/XEng", [], ["twitter.com/XEng"]),
    "a post": ({"id_str": "1", "full_text": f"hear {LA}"}, [A], []),
    "a post without a Space": ({"id_str": "1", "full_text": "hear"}, [], []),
    "a post with t.co": ({"id_str": "1", "full_text": f"hear {T_CO}"}, [], [T_CO]),
    "a post without a Space as JSON": ('{"id_str": "1", "full_text": "hear"}', [], []),
    "a record": ({"id": A, "state": "Ended"}, [A], []),
    "a row of found posts": ({"post_id": "1", "space_id": A, "text": f"hear {LB}"}, [A], []),
    "another dict": ({"id": A}, [], [repr({"id": A})]),
    "a nested list": ([A], [], [repr([A])]),
    "a number": (1680289206898, [], ["1680289206898"]),
    "nothing": (None, [], []),
    "NaN": (float("nan"), [], []),
    "blanks": (" \u200b", [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str) -> None:
    """Ids and links are picked out, what could have been meant as one is rejected, and plain words are ignored."""
    text, ids, rejected = TEXTS[name]
    found = find_ids(text)
    assert (found.ids, [text for text, _ in found.rejected]) == (ids, rejected)


@pytest.mark.parametrize("name", ENTRIES)
def test_entries(name: str) -> None:
    """An entry is an id, a link, a longer text with links, a post or a record; else it is rejected."""
    entry, ids, rejected = ENTRIES[name]
    found = find_ids([entry])
    assert (found.ids, [text for text, _ in found.rejected]) == (ids, rejected)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("@XEng", 'client.search(hosts="XEng")'),
        ("https://x.com/XEng", 'client.search(hosts="XEng")'),
        ("#SpaceX", 'client.search(query="#SpaceX")'),
        ("＃日本", 'client.search(query="#日本")'),
        ("https://x.com/hashtag/%E6%97%A5%E6%9C%AC?f=live", 'client.search(query="#日本")'),
    ],
)
def test_a_handle_or_topic_is_rejected_with_the_call_that_finds_its_spaces(text: str, call: str) -> None:
    """The same in a list, in text, and as the link of a profile or topic."""
    for source in ([text], text):
        (rejected,) = find_ids(source).rejected
        assert call in rejected[1]


@pytest.mark.parametrize(
    ("text", "ids", "rejected"),
    [
        ('{"tweets": []}\n1jMJgLdenVjxL', ["1jMJgLdenVjxL"], []),
        ('{"tweets": []}1jMJgLdenVjx[', [], ["1jMJgLdenVjx"]),
        ('{"id": "1jMJgLdenVjxL", "state": "Ended"}\nnull\n7', ["1jMJgLdenVjxL"], ["null", "7"]),
        ('{"id": "1jMJgLdenVjxL", "state": "Ended"}1YqKDoLpRxyzV', ["1jMJgLdenVjxL", "1YqKDoLpRxyzV"], []),
    ],
)  # fmt: skip
def test_json_and_lines_of_text(text: str, ids: list[str], rejected: list[str]) -> None:
    """Lines of text after JSON are read as text: their ids are found, the rest says why not."""
    found = find_ids(text)
    assert found.ids == ids
    assert [word for word, _ in found.rejected if word not in ("", "'['")] == rejected


@pytest.mark.parametrize("ending", ["dta", "parquet", "feather"])
def test_a_damaged_table_says_so(ending: str, tmp_path: Path) -> None:
    """Wherever a byte of it is wrong, and whatever the library that reads it raises: an error of ours, or its ids."""
    path = tmp_path / f"t.{ending}"
    table = pd.DataFrame({"space_id": ["1jMJgLdenVjxL", "1YqKDoLpRxyzV"], "plays": [1, 2]})
    {"dta": table.to_stata, "parquet": table.to_parquet, "feather": table.to_feather}[ending](path)
    content = path.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 300)):
        path.write_bytes(content[:place] + b"\xf7" + content[place + 1 :])
        with contextlib.suppress(DataError):
            assert find_ids(path).entries
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=r"t\.\w+': "):
        find_ids(path)
