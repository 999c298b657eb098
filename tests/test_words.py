"""Numbers, instants, spans and long texts in words."""

import pandas as pd
import pytest

import spacekit as sk
from spacekit import words
from spacekit.plot import labels
from spacekit.words import widths


@pytest.mark.parametrize(("number", "told"), [(0, "0 ids"), (1, "1 id"), (2, "2 ids"), (1_000, "1,000 ids")])
def test_a_number_with_its_noun(number: int, told: str) -> None:
    """Only one is one; thousands have commas."""
    assert words.plural(number, "id") == told


@pytest.mark.parametrize(("text", "told"), [("", ""), ("abcd", "abcd"), ("abcde", "abc…")])
def test_a_long_text_is_cut(text: str, told: str) -> None:
    """A text that is cut has the length asked for, its mark included; one that fits stays as it is."""
    assert words.shortened(text, 4) == told


@pytest.mark.parametrize(
    ("milliseconds", "iso", "minute"),
    [
        (1_680_293_477_270, "2023-03-31T20:11:17.270Z", "2023-03-31 20:11"),
        (-1, "1969-12-31T23:59:59.999Z", "1969-12-31 23:59"),
    ],
)
def test_instants(milliseconds: int, iso: str, minute: str) -> None:
    """Instants are worded in UTC, to the millisecond or to the minute, and not rounded up."""
    assert (words.iso(milliseconds), words.minute(milliseconds)) == (iso, minute)


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ("0s", "0 s"), ("20s", "20 s"), ("90s", "90 s"), ("60s", "1 min"), ("150s", "2.5 min"), ("90min", "90 min"),
        ("1h", "1 h"), ("71min 10s", "71 min"), ("36h", "36 h"), ("47h", "47 h"), ("1D", "1 d"), ("3D", "3 d"),
        ("-3D", "-3 d"), ("-0.2s", "0 s"), ("145D 14h", "146 d"), ("365D", "365 d"), ("800D", "2.2 y"),
    ],
)  # fmt: skip
def test_spans_are_said_in_their_largest_unit(span: str, told: str) -> None:
    """The largest unit that fits twice or more, or exactly once: 90 minutes are not 2 hours."""
    assert words.span(pd.Timedelta(span)) == told
    assert words.span(pd.Timedelta(span).total_seconds()) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (0.2, "1 s"), (61, "61 s"), (121, "2.1 min"), (126, "2.1 min"), (3_599, "60 min"), (50_000, "14 h")],
)  # fmt: skip
def test_a_wait_is_rounded_up(seconds: float, told: str) -> None:
    """A wait is never over sooner than it says."""
    assert words.span(seconds, up=True) == told


def test_counts_by_name_are_listed() -> None:
    """Numbers come before their names, with commas; of nothing there is nothing to say."""
    assert words.listed({"ok": 2, "not_found": 1_000}) == "2 ok, 1,000 not_found"
    assert words.listed({}) == ""


@pytest.mark.parametrize(
    ("share", "told"), [(0.314, "31 %"), (0.0364, "3.6 %"), (0.0002, "0.020 %"), (0, "0 %"), (1, "100 %")]
)
def test_shares(share: float, told: str) -> None:
    """A share has two figures where it is small."""
    assert words.percent(share) == told


@pytest.mark.parametrize(
    ("number", "told"), [(1, "1 byte"), (999, "999 bytes"), (12_345, "12 kB"), (3_400_000, "3.4 MB")]
)
def test_sizes(number: int, told: str) -> None:
    """Sizes of files are in the largest unit that is not above them."""
    assert words.size(number) == told


def test_a_period_is_worded_once_where_its_ends_are_alike() -> None:
    """Two instants in the same minute are one."""
    assert words.period(0, 59_999) == "1970-01-01 00:00 UTC"
    assert words.period(0, 60_000) == "1970-01-01 00:00 to 1970-01-01 00:01 UTC"


def test_midnights_are_days() -> None:
    """Only where all instants of a column are; what is missing stands for itself."""
    starts = pd.Series(pd.to_datetime(["2026-01-01", None, "2026-02-01"], utc=True))
    assert words.column_of("period", starts).cells == ["2026-01-01", "–", "2026-02-01"]
    starts += pd.to_timedelta([0, 0, 1], unit="min")
    assert words.column_of("period", starts).cells == ["2026-01-01 00:00", "–", "2026-02-01 00:01"]


def test_prose_is_text_that_a_notebook_breaks_between_words() -> None:
    """It is equal to the text, and escaped in a page."""
    prose = words.Prose("Live < replay. A & B.")
    assert prose == "Live < replay. A & B."
    assert "Live &lt; replay. A &amp; B.</div>" in prose._repr_html_()


def test_fine_print_and_reports_are_prose() -> None:
    """Where they end a cell, their lines break between words."""
    batch = sk.sample_batch()
    with sk.sandbox() as client:
        found = client.search(hosts="sample_radio", progress=False)
    for text in (batch.report(), found.report(), sk.plot.notes(sk.plot.duration(batch))):
        assert isinstance(text, words.Prose)


@pytest.mark.parametrize(
    ("value", "text"), [(8.0, "8"), (93.0, "93"), (28.5, "28.5"), (0.0, "0"), (2.29, "2.29")]
)
def test_a_whole_number_has_no_decimals(value: float, text: str) -> None:
    """The median of counts looks like a count where it is whole."""
    assert words.cell(value) == text


@pytest.mark.parametrize(
    "text", ["x" * 10**6, "你" * 10**6, "a\u0301" * 10**6, "\U0001f468\u200d" * 10**6, " x" * 10**6]
)
def test_only_the_beginning_of_a_long_text_is_measured(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What a text of a million characters costs does not depend on its length."""
    measured: list[int] = []
    for name in ("columns", "clusters"):
        real = getattr(widths, name)
        monkeypatch.setattr(widths, name, lambda part, real=real: measured.append(len(part)) or real(part))
    assert widths.shortened(text, 20).endswith("…")
    assert len(widths.shortened(text, 20)) <= widths.LONGEST + 1
    assert 0 < max(measured) <= widths.LONGEST + 1
    grid = words.column_of("title", pd.Series([text, "short"]))
    assert len(grid.cells[0]) <= widths.LONGEST + 1
    assert len(labels.of_words(text).text) <= widths.LONGEST + 1
    (label,) = labels.of_titles([text], ["id"], ["day"], 30)
    assert widths.columns(label.text) <= 30


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (12_345, "12,345"),
        (1.234, "1.23"),
        (0.0123, "0.0123"),
        (0.000373, "0.000373"),
        (3.7e-5, "3.7e-05"),
        (0, "0"),
    ],
)
def test_small_numbers_are_spelt_out(value: float, told: str) -> None:
    """Three figures are written as decimals down to a ten-thousandth; only what is smaller has an exponent."""
    assert words.figure(value) == told
