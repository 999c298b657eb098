"""The numbers of docs/statistics.md, computed again from the samples."""

import re
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

import spacekit as sk

TEXT = (Path(__file__).parent.parent / "docs" / "statistics.md").read_text(encoding="utf-8")
PAGE = " ".join(TEXT.split())
MEASURED = sk.measures(sk.sample_batch().spaces)
COMPARED = MEASURED[MEASURED.excluded.isna()]
LIVE, REPLAY = (COMPARED[name].to_numpy(dtype=float) for name in ("live", "replay"))


def logs(plays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of live and of plays, where neither is 0."""
    both = (LIVE > 0) & (plays > 0)
    return np.log2(LIVE[both]), np.log2(plays[both])


def row(share: str) -> float:
    """The number of a share in the page's table."""
    found = re.search(rf"\| {share} \|[^|]*\| ([\d.]+) \|", PAGE)
    assert found
    return float(found[1])


def test_the_three_shares_are_those_of_the_samples() -> None:
    """And they lie far apart."""
    assert f"the {len(COMPARED)} made-up sample Spaces" in PAGE
    live, replay = np.median(LIVE), np.median(REPLAY)
    assert row("median share") == round(float(np.median(REPLAY / (LIVE + REPLAY))), 2)
    assert row("share of medians") == round(float(replay / (live + replay)), 2)
    assert row("share of sums") == round(float(REPLAY.sum() / (LIVE + REPLAY).sum()), 2)
    assert sk.stats.summarise(sk.sample_batch().spaces).share_median[0] == pytest.approx(
        row("median share"), abs=0.005
    )


def test_the_largest_spaces_are_those_of_the_samples() -> None:
    """What part of all live listeners they hold."""
    largest = np.sort(LIVE)[::-1] / LIVE.sum()
    assert f"eight of the {len(LIVE)} hold {100 * largest[:8].sum():.0f} % of all live listeners" in PAGE
    words = f"the largest alone {100 * largest[0]:.0f} %, with {REPLAY[LIVE.argmax()]:.0f} plays"
    assert words in PAGE


def test_shuffled_plays_correlate_with_live() -> None:
    """The correlation of a ratio with its own denominator is built in: shuffled plays show it too."""
    rng = np.random.default_rng(0)
    ratio, ranks, counts = [], [], []
    for _ in range(2_000):
        plays = rng.permutation(REPLAY)
        x, y = logs(plays)
        ratio.append(np.corrcoef(x, y - x)[0, 1])
        known = LIVE + plays > 0
        ranks.append(spearmanr(plays[known] / (LIVE + plays)[known], LIVE[known])[0])
        counts.append(spearmanr(plays, LIVE)[0])
    assert f"it is r = {np.mean(ratio):.2f} (mean of 2,000 shuffles)" in PAGE
    assert f"Spearman's rho of replay share and live is {np.mean(ranks):.2f} with shuffled plays" in PAGE
    assert abs(np.mean(counts)) < 0.02


def test_the_samples_correlate_less_than_shuffled_plays() -> None:
    """And the page has their spread, from which the correlation follows."""
    x, y = logs(REPLAY)
    assert f"a correlation of r = {np.corrcoef(x, y - x)[0, 1]:.2f}" in PAGE
    assert f"{x.std(ddof=1):.2f} and {y.std(ddof=1):.2f} doublings in the samples" in PAGE
    assert -x.std() / np.hypot(x.std(), y.std()) == pytest.approx(-0.84, abs=0.005)


def sandwich(design: np.ndarray, residuals: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Standard errors clustered by group, by the formula of textbooks, corrected for few groups."""
    n, k = design.shape
    names = np.unique(groups)
    sums = np.stack([design[groups == name].T @ residuals[groups == name] for name in names])
    bread = np.linalg.inv(design.T @ design)
    few = len(names) / (len(names) - 1) * (n - 1) / (n - k)
    errors: np.ndarray = np.sqrt(np.diag(few * bread @ sums.T @ sums @ bread))
    return errors


(RECIPE,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
SAMPLES = sk.sample_batch().spaces


def regression(code: str, spaces: pd.DataFrame | None = None) -> dict[str, Any]:
    """What the recipe makes of the samples, or of other Spaces; no warning is let through."""
    names: dict[str, Any] = {"given": spaces}
    line = "spaces = sk.sample_batch().spaces\n"
    assert line in code
    with warnings.catch_warnings(action="error"):
        exec(code if spaces is None else code.replace(line, "spaces = given\n"), names)  # noqa: S102
    return names


def test_the_recipe_runs_and_its_errors_are_clustered() -> None:
    """As it stands on the page; its errors are those computed by hand, and its numbers are on the page."""
    pytest.importorskip("statsmodels")
    names = regression(RECIPE)
    fit, model, table = names["fit"], names["model"], names["table"]
    wanted = sandwich(model.exog, np.asarray(fit.resid), table.creator_id.to_numpy())
    np.testing.assert_allclose(fit.bse, wanted, rtol=1e-9)
    assert fit.df_resid_inference == table.creator_id.nunique() - 1
    effect, error = fit.params["log2_followers"], fit.bse["log2_followers"]
    assert f"has {-effect:.2f} doublings less of plays" in PAGE
    assert f"of this is {error:.2f}, and {model.fit().bse['log2_followers']:.2f} as if" in PAGE


def test_the_recipe_says_how_many_spaces_it_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    """And the page has the same numbers."""
    pytest.importorskip("statsmodels")
    names = regression(RECIPE)
    n = len(names["table"])
    assert capsys.readouterr().out == f"{n} of the {len(COMPARED)} Spaces that can be compared\n"
    assert f"In the samples {n} of the {len(COMPARED)} that can be compared remain." in PAGE
    assert names["fit"].nobs == n


def observations() -> pd.DataFrame:
    """Made-up Spaces, each observed several times, with the column `age`."""
    with TemporaryDirectory() as folder, sk.Archive(Path(folder) / "made-up.db") as archive:
        archive.add_files(sk.sample_observations_path())
        return archive.observations()


def changed(column: str, value: Any) -> pd.DataFrame:
    """The samples with another value for the first Space, which is in the regression."""
    spaces = SAMPLES.copy()
    spaces.loc[0, column] = value
    return spaces


ORDINARY = {
    "no start": changed("started_at", pd.NaT),
    "no followers": changed("creator_followers_count", 0),
    "followers unknown": changed("creator_followers_count", pd.NA),
    "age 0": changed("fetched_at", SAMPLES.ended_at[0]),
    "fetched before the end": changed("fetched_at", SAMPLES.started_at[0]),
    "no creator": changed("creator_id", pd.NA),
    "no plays": changed("total_replay_watched", 0),
}


@pytest.mark.parametrize("spaces", ORDINARY.values(), ids=ORDINARY.keys())
def test_the_recipe_leaves_out_what_it_cannot_use(spaces: pd.DataFrame) -> None:
    """The Space, and nothing else: the same as without it."""
    pytest.importorskip("statsmodels")
    fit, wanted = regression(RECIPE, spaces)["fit"], regression(RECIPE, SAMPLES[1:])["fit"]
    assert fit.nobs == regression(RECIPE)["fit"].nobs - 1
    np.testing.assert_allclose(fit.params, wanted.params, rtol=1e-9)
    np.testing.assert_allclose(fit.bse, wanted.bse, rtol=1e-9)


def test_the_recipe_takes_rows_that_repeat() -> None:
    """Each Space counts once, also where the index repeats."""
    pytest.importorskip("statsmodels")
    fit, wanted = regression(RECIPE, pd.concat([SAMPLES, SAMPLES[:9]]))["fit"], regression(RECIPE)["fit"]
    assert fit.nobs == wanted.nobs
    np.testing.assert_allclose(fit.params, wanted.params, rtol=1e-9)


def test_the_recipe_takes_observations() -> None:
    """Which have an age of their own: the newest of each Space."""
    pytest.importorskip("statsmodels")
    names = regression(RECIPE, observations())
    table = names["table"]
    assert table.space_id.is_unique
    assert 0 < len(table) <= names["measured"].excluded.isna().sum()
    hours = (table.fetched_at - table.ended_at) / pd.Timedelta(1, "h")
    np.testing.assert_allclose(table.age, hours, rtol=1e-9)
    assert np.isfinite(names["fit"].bse).all()


def test_the_recipe_takes_equal_ages() -> None:
    """Without log2_age, as the page says."""
    pytest.importorskip("statsmodels")
    assert "take `log2_age` out of the formula" in PAGE
    assert RECIPE.count(" + log2_age") == 1
    week = sk.at_age(observations(), "7D")
    names = regression(RECIPE.replace(" + log2_age", ""), week)
    assert np.ptp(names["table"].log2_age) < 1e-9
    assert np.isfinite(names["fit"].bse).all()
