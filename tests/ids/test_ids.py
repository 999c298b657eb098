"""Ids: what is found, what is rejected and why, in every kind of source."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import string
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spacekit as sk
from spacekit.errors import DataError, InvalidIdError
from spacekit.ids import Entry, Found, check_id, find_ids

ID = "1jMJgLdenVjxL"
OTHER = "1YqKDoLpRxyzV"
THIRD = "0aB3cD5eF7gH9"

ids = st.from_regex(r"[A-Za-z0-9]{13}", fullmatch=True)
ids_in_text = ids.filter(lambda text: not text.isdigit() and not text.isalpha())
words = st.text(string.ascii_letters, min_size=1, max_size=12)


def link(space_id: str) -> str:
    """The address of a Space."""
    return f"https://x.com/i/spaces/{space_id}"


LINKS = [
    "https://x.com/i/spaces/{}",
    "http://x.com/i/spaces/{}",
    "x.com/i/spaces/{}",
    "https://www.x.com/i/spaces/{}",
    "https://twitter.com/i/spaces/{}",
    "https://mobile.twitter.com/i/spaces/{}",
    "www.twitter.com/i/spaces/{}",
    "HTTPS://X.COM/i/spaces/{}",
    "https://x.com:443/i/spaces/{}",
    "https://x.com/i/spaces/{}/",
    "https://x.com/i/spaces/{}/peek",
    "https://x.com/i/spaces/{}?s=20",
    "https://twitter.com/i/spaces/{}/peek?s=20&t=a-B_c",
    "https://x.com/i/spaces/{}#top",
]
QUOTES = "\"'`“”„‘’‚«»‹›"
AROUND_LINKS = [
    "{}",
    "see {} now",
    "see {}.",
    "({})",
    "<{}>",
    '"{}"',
    "“{}”",
    "[the Space]({})",
    "**{}**",
    "at {}!",
    "Link:{}",
    "here: {}?",
    '<a href="{}">there</a>',
    "こちら{}をどうぞ",
    "\u200b{}\ufeff",
]
OTHER_LINKS = {
    f"https://notx.com/i/spaces/{ID}": "not to a Space",
    f"https://x.com.evil.org/i/spaces/{ID}": "not to a Space",
    f"https://evil.org/x.com/i/spaces/{ID}": "not to a Space",
    f"https://evil.org/?to=https://x.com/i/spaces/{ID}": "not to a Space",
    f"https://x.com@evil.org/i/spaces/{ID}": "not to a Space",
    f"https://\u0445.com/i/spaces/{ID}": "not to a Space",
    f"notx.com/i/spaces/{ID}": "not to a Space",
    f"https://example.com/{ID}": "not to a Space",
    f"https://x.com/{ID}": "not to a Space",
    "https://t.co/1jMJgLdenV": "open it",
    "https://x.com/XEng/status/1641872499875930112": "open the Space in it",
    "https://x.com/i/spaces/": "its id is missing",
    "https://x.com/i/spaces": "its id is missing",
    f"https://x.com/i/spaces/{ID}z": "14 characters",
    "https://x.com/i/spaces/1jMJ_LdenVjxL": "contains '_'",
    "https://x.com/i/spaces/1jMJgLd\u0435nVjxL": "CYRILLIC SMALL LETTER IE",
    "https://x.com/i/spaces/1jMJgL…": "cut short",
    "https://x.com/i/spaces/1jMJgL...": "cut short",
}
NO_IDS = {
    "1jMJgLdenVjx": "12 characters: a Space id has 13",
    f"{ID}z": "14 characters: a Space id has 13",
    "x": "1 character: a Space id has 13",
    "1jMJ_LdenVjxL": "contains '_'",
    "1jMJgLdеnVjxL": "U+0435, CYRILLIC SMALL LETTER IE",
    "１２３４５６７８９０１２３": "FULLWIDTH DIGIT ONE",
    f"1jMJgL\u200b{'denVjxL'}": "ZERO WIDTH SPACE",
    "@XEng": "an account's handle",
    "ids.txt": "pathlib.Path",
    f"{ID} {OTHER}": "several words",
    f"{ID},{OTHER}": "contains ','",
}
PIECES = [ID, ",", "\n", "…", " ", "x.com/i/spaces/", "https://", "é", "あ", "(", "."]
NOTHING = [
    None,
    float("nan"),
    np.nan,
    np.float32("nan"),
    decimal.Decimal("NaN"),
    pd.NA,
    pd.NaT,
    "",
    "  ",
    "\ufeff",
]


def only_rejected(found: Found) -> tuple[str, str]:
    """Take the one entry of a source that holds no id."""
    assert found.ids == []
    (rejected,) = found.rejected
    return rejected


# One id or link


@pytest.mark.parametrize("form", [*LINKS, "//x.com/i/spaces/{}"])
def test_every_form_of_link_gives_its_id(form: str) -> None:
    """A link of x.com or twitter.com is read in a list, in text and alone, with 1 to 13 characters."""
    for space_id in (ID, "1", "1abc"):
        address = form.format(space_id)
        assert find_ids([address]).ids == [space_id]
        assert find_ids(address).ids == [space_id]
        assert check_id(address) == space_id


@pytest.mark.parametrize("around", AROUND_LINKS)
def test_links_are_found_in_text_whatever_stands_around(around: str) -> None:
    """Punctuation, quotes, Markdown, HTML and scripts without blanks end a link of any form in running text."""
    for form in LINKS:
        found = find_ids(around.format(form.format("1abc")))
        assert (found.ids, found.rejected) == (["1abc"], [])


@pytest.mark.parametrize(("address", "reason"), OTHER_LINKS.items())
def test_links_that_are_no_spaces_are_rejected(address: str, reason: str) -> None:
    """Look-alike hosts, other pages and broken ids are rejected in a list and in text, never cut to fit."""
    assert reason in only_rejected(find_ids([address]))[1]
    assert reason in only_rejected(find_ids(address))[1]
    assert reason in only_rejected(find_ids(f"look at {address} please"))[1]


@pytest.mark.parametrize(("text", "reason"), NO_IDS.items())
def test_an_entry_that_is_no_id_is_rejected_with_its_reason(text: str, reason: str) -> None:
    """What is no id in a list is kept as given, with the reason."""
    given_text, why = only_rejected(find_ids([text]))
    assert given_text == text
    assert reason in why


@pytest.mark.parametrize(
    "around", ["{}", " {} ", "\t{}\n", "'{}'", '"{}"', "“{}”", "\ufeff{}", "\u200b{}\u200b", "\xa0{}", "{},"]
)
def test_blanks_quotes_and_invisible_characters_around_an_entry_do_not_matter(around: str) -> None:
    """They are left by copying; the id within is meant."""
    assert find_ids([around.format(ID)]).ids == [ID]


@pytest.mark.parametrize("text", ["AbcdefghijkLm", "9680289206898"])
def test_in_a_list_13_letters_or_13_digits_are_an_id(text: str) -> None:
    """An entry of a list stands alone: X's pattern admits it."""
    assert find_ids([text]).ids == [text]


def test_case_is_kept_and_tells_ids_apart() -> None:
    """Ids that differ in case are two."""
    assert find_ids([ID, ID.lower()]).ids == [ID, ID.lower()]


# Lists


@pytest.mark.parametrize("nothing", NOTHING, ids=repr)
def test_missing_entries_are_skipped(nothing: object) -> None:
    """None, NaN, NA, NaT and blank text are no entries."""
    assert find_ids([nothing, ID]) == Found((Entry(ID, ID, None, duplicate=False),))
    assert find_ids(nothing).entries == ()


@pytest.mark.parametrize(
    "value", [5, 1.5, b"1jMJgLdenVjxL", True, [ID], {"id": ID}, dt.date(2023, 3, 31), object]
)
def test_what_is_not_text_is_rejected_by_its_kind(value: object) -> None:
    """Numbers, bytes and nested things become one rejected entry each, never an exception."""
    text, reason = only_rejected(find_ids([value]))
    assert text == repr(value)
    assert reason == f"not text: {type(value).__name__}"


@pytest.mark.parametrize(
    "source", [5, b"1jMJgLdenVjxL", object, np.array(5), pd.DataFrame({"n": [5], "title": ["x"]})]
)
def test_a_source_of_another_kind_is_one_rejected_entry(source: object) -> None:
    """Nothing raises: a number, bytes or a table without ids is rejected as a whole."""
    assert len(find_ids(source).rejected) == 1


@pytest.mark.parametrize(
    "kind",
    [
        list,
        tuple,
        iter,
        dict.fromkeys,
        pd.Series,
        pd.Index,
        np.array,
        lambda x: pd.Series(x, dtype="category"),
    ],
)
def test_every_iterable_is_read(kind: object) -> None:
    """Lists, Series, arrays, generators and keys give the same."""
    assert find_ids(kind([ID, OTHER])).ids == [ID, OTHER]  # type: ignore[operator] - each is a callable


def test_order_repeats_and_rejected_entries_are_told() -> None:
    """One entry for each input, in order; a repeat is one whatever its form."""
    found = find_ids([OTHER, "typo", ID, link(OTHER), None, OTHER])
    assert [entry.text for entry in found.entries] == [OTHER, "typo", ID, link(OTHER), OTHER]
    assert [entry.duplicate for entry in found.entries] == [False, False, False, True, True]
    assert found.ids == [OTHER, ID]
    assert found.duplicates == [OTHER, OTHER]
    assert found.rejected == [("typo", "4 characters: a Space id has 13")]


def test_found_behaves_as_a_collection_of_its_unique_ids() -> None:
    """Iterating, len, in, truth and repr speak of the unique ids."""
    found = find_ids([OTHER, "typo", ID, ID])
    assert list(found) == found.ids == [OTHER, ID]
    assert len(found) == 2
    assert ID in found
    assert "typo" not in found
    assert None not in found
    assert repr(found) == "Found(2 ids, 1 duplicate, 1 rejected)"
    assert repr(find_ids("")) == "Found(0 ids)"
    assert not find_ids("")


def test_what_has_a_table_of_spaces_stands_for_their_ids() -> None:
    """A batch can be asked for again."""
    batch = sk.sample_batch()
    assert (
        find_ids(batch).ids == find_ids(batch.spaces).ids == list(batch.spaces["space_id"].drop_duplicates())
    )


def test_found_is_returned_as_it_is() -> None:
    """Giving a Found again changes nothing."""
    found = find_ids([ID, ID, "typo"])
    assert find_ids(found) is found


# Running text


def test_ids_are_picked_out_of_a_paragraph() -> None:
    """Ids and links are found; 13-letter words, numbers and times are left alone."""
    found = find_ids(
        f"Understanding communications: the Space {ID} (created 1680289206898) had 1,291,373 replays;\n"
        f"see also '{OTHER}', or id={THIRD}. Unforgettable!"
    )
    assert found.ids == [ID, OTHER, THIRD]
    assert "Unforgettable" not in found


@pytest.mark.parametrize(
    "glued",
    [
        "x{}",
        "{}0",
        "a_{}",
        "{}-b",
        "me@{}",
        "{}@x.com",
        "dir/{}",
        "{}.mp3",
        "#{}",
        "@{}",
        "é{}",
        "https://e.org/{}?a={}",
    ],
)
def test_an_id_inside_a_larger_word_is_none(glued: str) -> None:
    """Thirteen characters within a word, handle, email, file name or other link are not an id."""
    assert find_ids(f"we saw {glued.format(ID, ID)} there").ids == []


@pytest.mark.parametrize(
    "text",
    [
        "{}\n{}",
        "{}\r\n{}",
        "{}, {}",
        "{},{}",
        "{};{}",
        "{}\t{}",
        "- {}\n- {}",
        "1. {}\n2. {}",
        "['{}', '{}']",
        "{} {}",
        "{}, {},",
    ],
)
def test_pasted_lists_are_read(text: str) -> None:
    """Ids by line, comma, semicolon, tab, blank, bullet or as a Python list."""
    found = find_ids(text.format(ID, OTHER))
    assert (found.ids, found.rejected) == ([ID, OTHER], [])


@pytest.mark.parametrize(
    "text",
    [
        "typo",
        f"{ID}\ntypo\n{OTHER}",
        f"{ID}, typo, {OTHER}",
        f"{ID},typo",
        f"typo,{ID}",
        f"{ID};typo",
        f"- {ID}\n- typo",
        f"Hear {ID}, typo, and more",
    ],
)
def test_a_word_that_stands_alone_is_rejected(text: str) -> None:
    """On its own line or between commas a word is meant for an id."""
    assert find_ids(text).rejected == [("typo", "4 characters: a Space id has 13")]


def test_other_words_are_ignored() -> None:
    """Words of a sentence are no entries, also before its first and after its last comma."""
    assert find_ids("Hello, we heard a Space, and it was good, really\n----\n\nthat is all").entries == ()


def test_a_sentence_in_a_script_without_blanks_is_no_word() -> None:
    """A line of Japanese is text, and the id in it is found."""
    assert find_ids("昨日のXスペースはよかった。").entries == ()
    assert find_ids(f"スペース{ID}です").ids == [ID]


@pytest.mark.parametrize("text", [",", ";", "<>", "-", "…"])
def test_marks_alone_are_rejected_in_a_list(text: str) -> None:
    """Only blanks, invisible characters and quotes are nothing."""
    assert only_rejected(find_ids([text]))[0] == text


def test_a_near_id_with_a_note_behind_is_told() -> None:
    """Letters and digits of about the right length before a comma are a typo, not a word."""
    assert find_ids("1jMJgLdenVjx, the launch party").rejected == [
        ("1jMJgLdenVjx", "12 characters: a Space id has 13")
    ]


def test_13_letters_alone_in_text_are_rejected_with_the_way_out() -> None:
    """They may be a word: the reason says how to pass them as ids."""
    assert "Pass it in a list" in only_rejected(find_ids("AbcdefghijkLm"))[1]


@pytest.mark.parametrize("text", ["{}", "{}, {}", "it began at {} sharp", "created={}", "{}\n" + ID])
def test_a_time_in_milliseconds_is_rejected_as_one(tmp_path: Path, text: str) -> None:
    """A pasted row of times asks and pays for no Space, wherever it stands; 13 other digits are an id."""
    for time in ("1680289206898", "1136073600000", "4102444800000"):
        for source in (text.format(time, time), written(tmp_path / "a.txt", text.format(time, time))):
            assert set(find_ids(source).rejected) == {(time, "a time in milliseconds, not a Space id")}
        assert find_ids([time, ID]).ids == [ID]
    assert find_ids(text.format("9680289206898", "")).ids[:1] == ["9680289206898"]


def test_text_is_never_taken_as_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A str that names a file is rejected, and the reason says how to read the file."""
    (tmp_path / "ids.txt").write_text(ID, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "pathlib.Path" in only_rejected(find_ids("ids.txt"))[1]


# Files


def written(path: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_text_file_is_running_text(tmp_path: Path) -> None:
    """With or without a byte order mark, lines and sentences are read as in pasted text."""
    path = written(tmp_path / "ids.txt", f"\ufeff{ID}\r\nfrom {link(OTHER)} and\ntypo\n")
    assert find_ids(path).ids == [ID, OTHER]
    assert [text for text, _ in find_ids(path).rejected] == ["typo"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f"space_id\n{ID}\n{OTHER}\n"),
        ("a.csv", f"{ID}\n{OTHER}\n"),
        ("a.csv", f"{ID}\n\n{OTHER}"),
        ("a.csv", f'\ufeff"Title","Space ID","plays"\n"Hi, you",{ID},1\n"a\nb",{OTHER},2\n'),
        ("a.csv", f"id,space_id\n{THIRD},{ID}\n{THIRD},{OTHER}\n"),
        ("a.csv", f"id,where\n1,{link(ID)}\n2,{link(OTHER)}\n"),
        ("a.csv", f"Understanding,1680289206898,{ID}\nCommunication,1680289206899,{OTHER}\n"),
        ("a.csv", f"title,created_at,found in\nUnderstanding,1680289206898,{ID}\nx,1680289206899,{OTHER}\n"),
        ("a.csv", f"title;URL\nHi, you;{link(ID)}\nHo;{link(OTHER)}\n"),
        ("a.CSV", f"title\tURL\nHi, you\t{link(ID)}\nHo\t{link(OTHER)}\nragged\n"),
        ("a.tsv", f"title\tURL\nHi, you, all\t{link(ID)}\nHo\t{link(OTHER)}\n"),
    ],
)
def test_the_column_of_ids_is_found(tmp_path: Path, name: str, content: str) -> None:
    """By its name where that holds ids, else by what it holds; other columns are ignored."""
    found = find_ids(written(tmp_path / name, content))
    assert (found.ids, found.rejected) == ([ID, OTHER], [])


def test_each_cell_of_the_column_is_an_entry(tmp_path: Path) -> None:
    """A typo is rejected, also in the first row of a file without a header; an empty cell is skipped."""
    found = find_ids(written(tmp_path / "a.csv", f"1typo\n{ID}\n{ID}\n\nAbcdefghijkLm\nme too\n"))
    assert found.ids == [ID, "AbcdefghijkLm"]
    assert found.duplicates == [ID]
    assert [text for text, _ in found.rejected] == ["1typo", "me too"]


def test_a_named_column_without_any_id_is_rejected_cell_by_cell(tmp_path: Path) -> None:
    """Nothing is lost where every cell is wrong."""
    assert [text for text, _ in find_ids(written(tmp_path / "a.csv", "n,space_id\n1,a\n2,b\n")).rejected] == [
        "a",
        "b",
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_an_empty_file_holds_no_ids(tmp_path: Path, name: str) -> None:
    """It is no error."""
    assert find_ids(written(tmp_path / name, "")).entries == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.txt",
            b"caf\xe9\0\xff",
            r"a\.txt': neither UTF-8 nor UTF-16, got byte 0xe9 at 3\. Save it as text",
        ),
        ("a.json", b'[{"id": "1"', r"a\.json': not JSON\. Save it again"),
        ("a.csv.gz", b"\x1f\x8bnothing", r"a\.csv\.gz': cannot be unpacked"),
        ("a.parquet", b"PAR1nothing", r"cannot be read as Parquet"),
        ("a.xlsx", b"PK\x03\x04nothing", r"Excel file that is damaged: .*Save it again"),
        ("a.csv", b"title,plays\nx,1\n", r"no column has Space ids, got \['title', 'plays'\]\. Name"),
        ("a.csv", b'"' + b"x" * 200_000, r"cannot be read as CSV: a quote is never closed"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """Other encodings, broken files and tables without ids raise DataError."""
    with pytest.raises(DataError, match=message):
        find_ids(written(tmp_path / name, content))


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    """It names the path and what to do, not in the system's own words; a folder is no file."""
    with pytest.raises(
        FileNotFoundError, match=r"^File '.*none\.txt': there is no such file\. Check the path\.$"
    ):
        find_ids(tmp_path / "none.txt")
    with pytest.raises(IsADirectoryError, match=r"a folder\. Pass a file in it\.$"):
        find_ids(tmp_path)


# One Space


@pytest.mark.parametrize("value", ["1jMJgLdenVjx", "https://t.co/1jMJgLdenV", "", None, 5, float("nan")])
def test_check_id_refuses_what_is_no_id(value: object) -> None:
    """The message holds the value, the reason and what to do; it is a ValueError, too."""
    with pytest.raises(InvalidIdError, match=re.escape(f"Space id {value!r}: ") + r".+\. Use an id "):
        check_id(value)


def test_check_id_takes_an_id_or_its_link() -> None:
    """An id and the link of its Space are the same, also with blanks around them."""
    assert check_id(link(ID)) == check_id(ID) == check_id(f" {ID}\n") == ID


# Properties


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_text_raises_and_every_id_fits_the_pattern(text: str) -> None:
    """Whatever is pasted, ids match X's own pattern and entries are either ids or have a reason."""
    for entry in (*find_ids(text).entries, *find_ids([text]).entries):
        assert (entry.space_id is None) != (entry.reason is None)
        assert entry.space_id is None or re.fullmatch("[a-zA-Z0-9]{1,13}", entry.space_id)


@given(st.lists(st.tuples(words, ids_in_text)), words)
def test_ids_among_words_are_found(pairs: list[tuple[str, str]], last: str) -> None:
    """Ids between ordinary words are found, in order, and nothing else."""
    text = " ".join(part for pair in pairs for part in pair) + f" {last} {last}"
    found = find_ids(text)
    assert found.ids == list(dict.fromkeys(space_id for _, space_id in pairs))
    assert found.rejected == []


@given(
    st.lists(ids_in_text | st.just("1680289206898")), st.sampled_from(["\n", ", ", ",", ";", "\t", "\r\n"])
)
def test_joined_ids_give_the_same_as_their_list(several: list[str], separator: str) -> None:
    """A pasted list is read as the list itself."""
    assert find_ids(separator.join(several)).ids == find_ids(several).ids


def is_blank(value: object) -> bool:
    """Whether a text has only blanks, invisible characters and quotes."""
    return isinstance(value, str) and all(c in QUOTES or unicodedata.category(c)[0] in "ZC" for c in value)


@given(st.lists(st.none() | st.text() | ids | ids.map(link) | st.integers() | st.floats() | st.binary()))
def test_a_list_gives_one_entry_for_each_input(values: list[object]) -> None:
    """Nothing is lost: each entry that is not missing or blank is there once, in order."""
    entries = find_ids(values).entries
    blank = [value for value in values if not find_ids([value]).entries]
    assert len(entries) == len(values) - len(blank)
    assert all(value is None or value != value or is_blank(value) for value in blank)


@pytest.mark.parametrize(
    "text",
    ["1SAMPLEIFQBSG,1SAMPLExARSif\n", "1SAMPLEIFQBSG,\n,1SAMPLExARSif\n", "1SAMPLEIFQBSG\t1SAMPLExARSif\n"],
)
def test_no_column_of_a_file_without_header_is_lost(tmp_path: Path, text: str) -> None:
    """Ids in several columns are all taken, row by row."""
    path = tmp_path / "ids.csv"
    path.write_text(text)
    assert find_ids(path).ids == ["1SAMPLEIFQBSG", "1SAMPLExARSif"]


def test_two_columns_of_ids_under_a_header_are_not_chosen_from(tmp_path: Path) -> None:
    """The file must say which is meant: each id is a request that is paid for."""
    path = tmp_path / "ids.csv"
    path.write_text("a,b\n1SAMPLEIFQBSG,\n,1SAMPLExARSif\n")
    with pytest.raises(DataError, match="space_id"):
        find_ids(path)
