"""What is asked for: ids to fetch, and hosts and words to search for."""

import pytest
from form_reading import IDS

from spacekit.forms.wanted import wanted


@pytest.mark.parametrize(
    "text", ["@XEng", "https://x.com/XEng", "twitter.com/XEng/", "＠XEng", "@XEng, @xeng", " @XEng \n\n@XENG"]
)
def test_handle_in_the_text(text: str) -> None:
    """A handle or profile link where an id could stand is searched for, once, and is not counted as rejected."""
    asked = wanted(text)
    assert [host.lower() for host in asked.hosts] == ["xeng"]
    assert asked.found.entries == ()
    assert asked.searches


@pytest.mark.parametrize("text", ["@XEng @nasa", "@XEng,@nasa", "@XEng\nx.com/nasa"])
def test_several_handles(text: str) -> None:
    """Handles on one line or several are all hosts."""
    assert wanted(text).hosts == ("XEng", "nasa")


def test_mixed_text() -> None:
    """Ids, a handle and a topic in one text are told apart; what is none of them stays rejected."""
    asked = wanted(f"{IDS[0]}\n@XEng\n#ai\nhttps://example.org/x")
    assert asked.found.ids == IDS[:1]
    assert [text for text, _ in asked.found.rejected] == ["https://example.org/x"]
    assert (asked.hosts, asked.words) == (("XEng",), "#ai")


def test_prose_is_not_searched_for() -> None:
    """A handle or topic in a sentence is not meant as a search."""
    assert not wanted("Hear @XEng talk about #ai today").searches


def test_two_topics_are_either() -> None:
    """Of several topics in the text, a post may have any."""
    assert wanted("#ai\n#ml").words == "#ai OR #ml"


@pytest.mark.parametrize(
    "words", ['"open  source" OR & ☕ -spam', "from:XEng (a OR b)", "plain words, comma"]
)
def test_words_stay_as_typed(words: str) -> None:
    """Without a handle, words are passed on as they were typed."""
    assert wanted("", f" {words} ").words == words


def test_host_and_words_narrow() -> None:
    """In the field for it, handles are hosts and the rest are words; a phrase in quotes stays whole."""
    asked = wanted("", 'AI @XEng "talks with @nasa"')
    assert (asked.hosts, asked.words) == (("XEng",), 'AI "talks with @nasa"')


@pytest.mark.parametrize("find", ["@a_handle_that_is_too_long", f"https://x.com/i/spaces/{IDS[0]}"])
def test_what_cannot_be_searched_for(find: str) -> None:
    """What is no handle, and the link of a Space, are refused in the field for hosts and words."""
    with pytest.raises(ValueError, match=r"no handle|Paste it"):
        wanted("", find)
