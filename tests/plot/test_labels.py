"""Titles of any script: cleaned, shortened, told apart, and drawn in fonts that have them."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from spacekit import words
from spacekit.plot import labels

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def one(title: object, width: int = 30) -> labels.Label:
    """Label of one title, with an id to stand in."""
    (label,) = labels.of_titles([title], ["1SAMPLEidOne1"], ["2026-01-01"], width)
    return label


@settings(max_examples=50)
@given(ANY_TEXT)
def test_any_text_draws_without_a_warning(title: str) -> None:
    """Whatever a title holds, drawing its label warns of no missing glyph."""
    figure = Figure(figsize=(3, 1))
    one(title).put_on(figure.text(0.1, 0.5, ""))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(figure).draw()


@given(ANY_TEXT, st.integers(5, 40))
def test_a_label_is_one_line_within_its_width(title: str, width: int) -> None:
    """A label has no line break or control character and no more columns than asked for, the id aside."""
    text = one(title, width).text
    assert text.isprintable() or "\u200c" in text or "\u200d" in text
    assert words.columns(text) <= max(width, 13)


@pytest.mark.parametrize("missing", [None, float("nan"), "", "  \n ", "\u200b\ufeff"])
def test_the_id_stands_for_a_missing_title(missing: object) -> None:
    """Where there is no title, or nothing of it can be seen, the id stands."""
    assert one(missing).text == "1SAMPLEidOne1"


def test_the_id_stands_where_no_font_has_a_character() -> None:
    """A character of private use, which no font defines, makes the id stand for the title."""
    assert one("launch \ue123").text == "1SAMPLEidOne1"


def test_a_machine_with_dejavu_only_shows_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a font that has them, Chinese titles become ids, and what DejaVu has stays."""
    shipped = [entry for entry in font_manager.fontManager.ttflist if entry.name.startswith("DejaVu")]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", shipped)
    monkeypatch.setattr(labels, "_list_new_fonts", lambda: None)
    assert one("开源与社区").text == "1SAMPLEidOne1"
    assert one("Привет, мир").text == "Привет, мир"


def test_fonts_installed_since_matplotlib_listed_them_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A title is drawn in a font that is installed and not yet in matplotlib's list; what is no font is passed over."""
    sans = [entry for entry in font_manager.fontManager.ttflist if entry.name == "DejaVu Sans"]
    serif = font_manager.findfont("DejaVu Serif")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(sans))
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [serif, __file__])
    labels._list_new_fonts.cache_clear()
    assert one("launch \ue123").text == "1SAMPLEidOne1"
    assert {entry.name for entry in font_manager.fontManager.ttflist} == {"DejaVu Sans", "DejaVu Serif"}
    labels._list_new_fonts.cache_clear()


def test_a_font_file_that_cannot_be_read_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged or missing font file costs nothing but itself."""
    broken = font_manager.FontEntry(fname="/no/such/font.ttf", name="Aaa Broken")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [broken, *font_manager.fontManager.ttflist])
    assert "Aaa Broken" not in one("开源与社区").families


def test_boxes_of_the_last_resort_are_no_font() -> None:
    """The font that has a box for everything is never chosen."""
    assert not [name for name in one("开源与社区").families if "Last Resort" in name]


def test_the_users_own_font_comes_first() -> None:
    """A label asks for the families of rcParams before any other."""
    assert one("plain").families == ("sans-serif",)


@pytest.mark.parametrize("title", ["$x_1$", "\\alpha", "<b>a</b>", "a_b^c", "50 % & more"])
def test_signs_are_plain_text(title: str) -> None:
    """Dollars, backslashes and brackets are kept as they are, and not read as mathematics."""
    text = Figure().text(0, 0, "")
    one(title).put_on(text)
    assert text.get_text() == title
    assert not text.get_parse_math()


def test_changes_of_direction_are_taken_out() -> None:
    """A hidden change of direction in a title cannot reverse what stands beside it."""
    assert one("a\u202eb\u2066c").text == "abc"


def test_accents_stay_with_their_letters() -> None:
    """A long title is cut between letters, never before an accent."""
    text = words.shortened("e\u0301" * 50, 11)
    assert text == "e\u0301" * 10 + "…"


def test_wide_characters_count_twice() -> None:
    """East Asian characters take two columns, so that such labels are not twice as long."""
    assert words.shortened("开" * 50, 11) == "开" * 5 + "…"


def test_equal_titles_get_the_day_then_the_id() -> None:
    """Titles that are there twice get the day; on one day, the id."""
    made = labels.of_titles(
        ["talk"] * 3 + ["other"], ["1a", "1b", "1c", "1d"], ["2026-01-01", "2026-01-02", "2026-01-02", ""], 30
    )
    assert [label.text for label in made] == ["talk · 2026-01-01", "talk · 1b", "talk · 1c", "other"]


def test_a_flag_or_toned_emoji_needs_one_font() -> None:
    """Signs drawn as one are looked up together: parts from two fonts would be drawn as boxes."""
    for title in ("👍🏽", "🇫🇷", "👩‍💻"):
        figure = Figure()
        one(title).put_on(figure.text(0.1, 0.5, ""))
        FigureCanvasAgg(figure).draw()
