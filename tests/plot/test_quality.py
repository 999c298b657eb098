"""What the checks of `stats.quality` found, in words."""

import pandas as pd
import pytest
from plotted import labels_in, texts_of

from spacekit import plot, stats
from spacekit.plot.quality import WORDS, title


def test_every_check_has_words(samples: pd.DataFrame) -> None:
    """Each check of stats has words of its own, short enough for a row."""
    assert list(WORDS) == stats.quality(samples)["check"].tolist()
    assert len(set(WORDS.values())) == len(WORDS)
    assert max(map(len, WORDS.values())) <= 33


def test_only_what_was_found_is_drawn(samples: pd.DataFrame) -> None:
    """Bars are the shares of the checks that found something, most frequent first, with n beside them."""
    ax = plot.quality(samples)
    found = stats.quality(samples).query("n > 0").sort_values("share", ascending=False, kind="stable")
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(found["share"].astype(float).tolist())
    assert [text.get_text() for text in labels_in(ax)] == [f"{n:,}" for n in found["n"]]
    assert [label.get_text() for label in ax.get_yticklabels()] == [WORDS[check] for check in found["check"]]


def test_the_title_counts_what_is_fine(samples: pd.DataFrame) -> None:
    """It says how many checks are fine, and what was found most; ties are counted."""
    checks = stats.quality(samples)
    fine = int((checks["n"] == 0).sum())
    assert title(checks).startswith(
        f"{fine} of 28 checks are fine; most found: much younger than the oldest (13 Spaces)"
    )
    tied = checks.assign(n=checks["n"].clip(upper=1), share=checks["share"].clip(upper=0.01))
    assert title(tied).endswith(f"most found: {28 - fine} checks with 1 Space each")
    assert title(checks.assign(n=0, share=0.0)) == "All 28 checks of the data are fine"


def test_older_rows_are_found_as_repeated(samples: pd.DataFrame) -> None:
    """With older rows of the same Spaces, all other bars are the same, and one has the number of older rows."""
    older = samples.assign(fetched_at=samples["fetched_at"] - pd.Timedelta("1D"))
    once, twice = plot.quality(samples), plot.quality(pd.concat([older, samples]))
    widths = [[bar.get_width() for bar in ax.patches] for ax in (once, twice)]
    assert sorted(widths[1]) == sorted([*widths[0], 0.5])
    assert WORDS["repeated"] in [label.get_text() for label in twice.get_yticklabels()]


def test_the_notes_name_what_is_fine(samples: pd.DataFrame) -> None:
    """Nothing is lost: checks that found nothing are in the notes."""
    checks = stats.quality(samples)
    fine = ", ".join(checks["check"][checks["n"] == 0])
    assert f"Fine: {fine}." in plot.notes(plot.quality(samples))


def test_nothing_found_says_so(samples: pd.DataFrame) -> None:
    """A table without anything to find has an empty chart that says that all is fine."""
    ax = plot.quality(samples[samples["state"] == "Ended"].iloc[[3]])
    assert "All 28 checks are fine" in " ".join(texts_of(ax)).replace("\n", " ")
