"""Bytes become text in one way everywhere; what is guessed is said, and nothing vanishes."""

import io
import os
import subprocess
import sys

import pytest
from openpyxl import Workbook

from spacekit.arguments.encodings import encoding_of, text_of
from spacekit.arguments.sheets import sheets_of
from spacekit.errors import DataError, ReadWarning
from spacekit.ids import found_in

A, B = "1SAMPLEwrit01", "1SAMPLEwrit02"
LINES = f"{A}\r\n{B}\r\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("text", [LINES, f"title;{A};漢字 🎙\n{B}\n", f"Größe {A}\u2028{B}"])
def test_unicode_is_read_with_and_without_a_mark(text: str, encoding: str) -> None:
    """As Excel, PowerShell and others write it."""
    assert text_of(text.encode(encoding), "a") == text


def test_what_is_not_unicode_is_read_as_windows_1252_and_said() -> None:
    """Every byte is a character there, as in browsers."""
    with pytest.warns(ReadWarning, match=r"^links\.txt: not UTF-8, got byte 0xfc at 1; read as Windows-1252"):
        assert text_of("Müller €".encode("cp1252") + b"\x81", "links.txt") == "Müller €\x81"


def test_what_a_mark_does_not_keep_is_said() -> None:
    """A file that is cut within a character is read up to there."""
    with pytest.warns(ReadWarning, match="not whole UTF-16: byte 0x78"):
        assert text_of(LINES.encode("utf-16") + b"x", "a") == LINES + "\ufffd"


def test_bytes_that_are_no_text_are_refused() -> None:
    """Zeros, and bytes of no encoding."""
    with pytest.raises(DataError, match="neither UTF-8 nor UTF-16, got byte 0xff"):
        text_of(b"abc\xff\0\0\xfe\0", "a")


@pytest.mark.parametrize("content", [b"", b"a\0b", b"1\0", b"abc\0\0\0\0"])
def test_a_few_zeros_are_no_utf_16(content: bytes) -> None:
    """Text padded with zeros is what it is."""
    assert encoding_of(content) == "utf-8"


@pytest.mark.parametrize(
    "content",
    [
        f"{A}\0\0\0\n{B}\0\n".encode(),
        f"\ufeff{A}\n\ufeff{B}\n\x1a".encode(),
        f"space_id,host\r{A},a\r{B},b\r".encode(),
        f"sep=;\r\nspace_id;title\r\n{A};a,b\r\n{B};c\r\n".encode("utf-16"),
        f'id;note\n{A};"a\nb;c"\n{B};"x"\n'.encode(),
        f'#TYPE X\r\n"space_id","n"\r\n"{A}","1"\r\n"{B}","2"\r\n'.encode(),
    ],
    ids=["zeros", "marks", "cr", "sep", "lines in cells", "powershell"],
)
def test_nothing_around_ids_hides_them(content: bytes) -> None:
    """Zeros, marks within the text, other line ends and first lines of other programs."""
    found = found_in(content, "standard input")
    assert (found.ids, found.rejected) == ([A, B], [])


def test_two_encodings_in_one_file_hide_no_id() -> None:
    """As `>>` of PowerShell 5 leaves it: what cannot be read is rejected, not passed over."""
    found = found_in(f"{A}\r\n".encode() + f"{B}\r\n".encode("utf-16-le"), "a")
    assert found.ids == [A]
    assert "NUL" in found.rejected[0][1]


@pytest.mark.parametrize("text", ["{}", "key={}", "'{}'", "space_id,note\n{},x\n", "my key {} is secret"])
def test_a_key_is_never_shown(text: str) -> None:
    """Whatever stands around it, in text and in tables."""
    key = "12345|abcdEFGH1234567890abcdEFGH1234567890abcdEF"
    found = found_in(f"{text.format(key)}\n{A}\n".encode(), "a")
    assert found.rejected
    assert not any(part in repr(found.entries) for part in key.split("|")[1:])


def test_sheets_formulas_and_links_are_read() -> None:
    """Numbers as ids, a link behind a cell, a formula that was never worked out, and each sheet."""
    book = Workbook()
    sheet = book.active
    for row in (
        ["space_id", "n"],
        ["Listen", 1],
        [f'=HYPERLINK("https://x.com/i/spaces/{B}")', 2],
        [9876543210123, 3],
    ):
        sheet.append(row)
    sheet["A2"].hyperlink = f"https://x.com/i/spaces/{A}"
    sheet["A6"] = "=A2&B2"
    out = io.BytesIO()
    book.save(out)
    with pytest.warns(ReadWarning, match=r"no saved value for the formula in Sheet!A6\."):
        found = found_in(out.getvalue(), "a.xlsx")
    assert found.ids == [A, B, "9876543210123"]
    assert [text for text, _ in found.rejected] == ["=A2&B2"]


def test_a_formula_that_is_a_mere_text_is_that_text() -> None:
    """`="..."` keeps an id as it is typed: it needs no saved value, and nothing is said about it."""
    book = Workbook()
    for row in (["space_id", "sector"], [f'="{A}"', '="say ""hi"""'], [B, "=1+1"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with pytest.warns(ReadWarning, match=r"for the formula in Sheet!B3\."):
        (sheet,) = sheets_of(out.getvalue(), "a.xlsx")
    assert sheet.rows[1:] == [[A, 'say "hi"'], [B, "=1+1"]]


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "cp1252"}, {"PYTHONUTF8": "0", "LC_ALL": "C"}]
)
def test_standard_input_is_read_whatever_the_locale(locale: dict[str, str]) -> None:
    """As bytes, whose marks are followed."""
    for content in (f"Größe 漢字 {A}".encode(), f"Größe {A}".encode("utf-16")):
        done = subprocess.run(
            [sys.executable, "-m", "spacekit", "ids", "-"],
            input=content, capture_output=True, check=False, env={**os.environ, **locale},
        )  # fmt: skip
        assert (done.returncode, done.stdout.decode().split(), done.stderr) == (0, [A], b"")
