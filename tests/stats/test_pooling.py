"""Partial pooling: what is computed agrees with integration by other means."""

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from spacekit.stats import pooling
from spacekit.stats.pooling import Groups, Posterior, pool


def some_groups(seed: int, sizes: list[int], between: float = 1.0) -> Groups:
    """Return the sums of made-up groups with variances of their own."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(len(sizes)), sizes)
    levels, spreads = between * rng.standard_normal(len(sizes)), 2.0 ** rng.uniform(-1, 1, len(sizes))
    return Groups.of(
        levels[codes] + spreads[codes] * rng.standard_normal(len(codes)), codes, np.zeros(len(codes))
    )


def alone(groups: Groups) -> Posterior:
    """Return what is known of the groups' levels, with no design but their common level."""
    posterior = pool(groups, np.ones((len(groups.n), 1)))
    assert posterior is not None
    return posterior


def test_sums_by_hand() -> None:
    """Size, mean and squares of each group are numpy's; equal values have squares of exactly 0."""
    values, codes = np.array([1.0, 0.1, 5.0, 0.1, 0.1]), np.array([0, 1, 0, 1, 1])
    groups = Groups.of(values, codes, np.zeros(5))
    assert groups.n.tolist() == [2, 3]
    assert groups.mean == pytest.approx([3, 0.1])
    assert groups.squares.tolist() == [8, 0]


def test_squares_are_no_less_than_noise_calls_for() -> None:
    """Equal values have the squares of their noise, unless no two values of any group differ."""
    values, codes, noise = (
        np.array([1.0, 1.0, 1.0, 5.0, 0.0]),
        np.array([0, 0, 0, 1, 1]),
        np.array([1.0, 2, 3, 1, 1]),
    )
    assert Groups.of(values, codes, noise).squares.tolist() == [4, 12.5]
    assert Groups.of(values[:3], codes[:3], noise[:3]).squares.tolist() == [0]


@pytest.mark.parametrize("probability", [0.005, 0.025, 0.5, 0.975])
def test_quantiles_against_brentq(probability: float) -> None:
    """A quantile of the mixture is the root of its distribution function, written out with scipy."""
    posterior = alone(some_groups(1, [1, 2, 3, 5, 30]))
    (found,) = posterior.quantiles((probability,))
    for group, value in enumerate(found):
        parts = [
            (chance * weight, stats.norm(mean, np.hypot(own, shared)).cdf)
            for node, chance in enumerate(posterior.chances)
            for weight, mean, own, shared in zip(
                *(part[node, :, group] for part in (posterior.weights, posterior.means, posterior.spreads)),
                np.broadcast_to(posterior.shared, posterior.means.shape)[node, :, group],
                strict=True,
            )
        ]

        def excess(x: float, parts: list[tuple[float, object]] = parts) -> float:
            return sum(weight * cdf(x) for weight, cdf in parts) - probability  # type: ignore[operator]

        assert value == pytest.approx(optimize.brentq(excess, value - 9, value + 9, xtol=1e-13), abs=1e-9)


def test_chances_of_variances_against_the_f_distribution() -> None:
    """The likelihood of a prior is that of scipy's F distribution for the mean squares, up to a constant."""
    groups = some_groups(2, [2, 3, 5, 9])
    freedom, log_scale = groups.n - 1, np.array([-1.0, 0.3])
    mine = pooling._log_chance(freedom, groups.squares, log_scale)
    means = groups.squares / freedom
    theirs = [
        [stats.f(freedom, degrees, scale=np.exp(at)).logpdf(means).sum() for at in log_scale]
        for degrees in pooling._DEGREES
    ]
    assert mine - mine[0, 0] == pytest.approx(np.array(theirs) - theirs[0][0], abs=1e-9)


def by_brute_force(groups: Groups, probabilities: tuple[float, ...]) -> np.ndarray:
    """Return quantiles of all levels, every parameter on one fine grid of its own."""
    tau, mu, log_v = (
        np.exp(np.linspace(-7, 5, 60)),
        np.linspace(-6, 6, 81)[:, None, None],
        np.linspace(-7, 9, 40),
    )
    degrees, scale = np.meshgrid(2.0 ** np.arange(0, 7.5, 0.5), np.exp(np.linspace(-9, 9, 40)), indexing="ij")
    gamma = stats.gamma(degrees[..., None] / 2, scale=2 / (degrees * scale)[..., None])
    prior = gamma.pdf(np.exp(-log_v)) * np.exp(-log_v)
    own = np.exp(-(groups.n[:, None] - 1) * log_v / 2 - groups.squares[:, None] * np.exp(-log_v) / 2)
    chance = np.einsum("dsv,gv->gds", prior, own)
    weights = own * np.einsum("dsv,gds->gv", prior, chance.prod(axis=0) / chance)
    variance = np.exp(log_v) / groups.n[:, None]
    density = [
        weight * stats.norm.pdf(mean, mu, np.sqrt(tau[:, None] ** 2 + v))
        for weight, mean, v in zip(weights, groups.mean, variance, strict=True)
    ]
    each = np.stack([one.sum(axis=2) for one in density])
    joint = each.prod(axis=0) * tau**1.5
    found = []
    for mean, v, one, alone_ in zip(groups.mean, variance, density, each, strict=True):
        weight = one * (joint / alone_)[:, :, None] / joint.sum()
        kept = tau[:, None] ** 2 / (tau[:, None] ** 2 + v)
        centre, spread = mu + kept * (mean - mu), np.sqrt(kept * v)

        def below(x: float, parts: tuple[np.ndarray, ...] = (weight, centre, spread)) -> float:
            return float((parts[0] * special.ndtr((x - parts[1]) / parts[2])).sum())

        found.append(
            [optimize.brentq(lambda x, p=p, f=below: f(x) - p, -30, 30, xtol=1e-4) for p in probabilities]
        )
    return np.array(found).T


def test_levels_against_brute_force() -> None:
    """Estimates are within 1 % of the interval's width, and its ends within 3 %, of what plain integration finds."""
    groups = some_groups(5, [10, 6, 8, 3, 1, 4])
    low, middle, high = alone(groups).quantiles((0.025, 0.5, 0.975))
    expected = by_brute_force(groups, (0.025, 0.5, 0.975))
    width = high - low
    assert np.abs(middle - expected[1]).max() < 0.01 * width.min()
    assert (np.abs(low - expected[0]) < 0.03 * width).all()
    assert (np.abs(high - expected[2]) < 0.03 * width).all()


def test_known_variances_against_integration_over_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    """With variances all but known, the level is a mixture over tau alone, as in textbooks; here by quadrature."""
    monkeypatch.setattr(pooling, "_POINTS", 400)
    monkeypatch.setattr(pooling, "_NEGLIGIBLE", 40.0)
    n = 1e9
    groups = Groups(np.full(6, n), np.array([0.0, 0.1, 0.3, 0.35, 0.6, 1.2]), np.full(6, (n - 1) * n / 16))
    v = 1 / 16

    def moments(tau: float) -> tuple[float, float]:
        """Density of tau, and mean of the first level at it."""
        total, mean = tau**2 + v, groups.mean.mean()
        density = tau**0.5 * total ** (-5 / 2) * np.exp(-((groups.mean - mean) ** 2).sum() / total / 2)
        return density, mean + tau**2 / total * (groups.mean[0] - mean)

    whole = integrate.quad(lambda tau: moments(tau)[0], 0, 50, limit=500)[0]
    mean = integrate.quad(lambda tau: np.prod(moments(tau)), 0, 50, limit=500)[0] / whole
    posterior = alone(groups)
    weights = posterior.chances[:, None, None] * posterior.weights
    assert (weights * posterior.means).sum(axis=(0, 1))[0] == pytest.approx(mean, abs=1e-6)


def test_ranks_against_draws_of_scipy() -> None:
    """Ranges of ranks are those of independent draws from the same mixture, give or take one."""
    posterior = alone(some_groups(6, [4] * 12))
    low, high = posterior.ranks(0.9)
    rng = np.random.default_rng(5)
    node = rng.choice(len(posterior.chances), size=20_000, p=posterior.chances)
    common = rng.standard_normal(len(node))
    levels = []
    for group in range(12):
        ends = posterior.weights[node, :, group].cumsum(axis=1)
        part = np.minimum((rng.random((len(node), 1)) > ends).sum(axis=1), ends.shape[1] - 1)
        at = (node, part, group)
        shared = np.broadcast_to(posterior.shared, posterior.means.shape)[at]
        levels.append(
            posterior.means[at] + posterior.spreads[at] * rng.standard_normal(len(node)) + shared * common
        )
    ranks = stats.rankdata(-np.stack(levels), axis=0)
    expected = np.quantile(ranks, [0.05, 0.95], axis=1)
    assert np.abs(np.stack([low, high]) - expected).max() <= 1


@pytest.mark.parametrize("confidence", [0.2, 0.8, 0.95])
@pytest.mark.parametrize("lead", [0.0, 1.0, 4.0])
def test_the_first_is_that_whose_range_of_ranks_is_1(confidence: float, lead: float) -> None:
    """`is_first` is what the range of ranks says, for every group."""
    groups = some_groups(8, [4] * 12)
    ahead = np.where(groups.mean == groups.mean.max(), lead, 0)
    posterior = alone(Groups(groups.n, groups.mean + ahead, groups.squares))
    _, high = posterior.ranks(confidence)
    assert [posterior.is_first(group, confidence) for group in range(12)] == (high == 1).tolist()


@pytest.mark.parametrize(
    "groups",
    [
        Groups(np.array([5.0, 5.0]), np.array([0.0, 1.0]), np.array([1.0, 2.0])),
        Groups(np.array([2.0, 2.0, 1.0]), np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 0.0])),
        Groups(np.ones(9), np.arange(9.0), np.zeros(9)),
        Groups(np.full(4, 3.0), np.arange(4.0), np.zeros(4)),
    ],
    ids=["two groups", "two degrees of freedom", "one value each", "no spread"],
)
def test_nothing_where_variances_cannot_be_estimated(groups: Groups) -> None:
    """Two groups, too few values beyond the first of each, or values that are all alike show no variance."""
    assert pool(groups, np.ones((len(groups.n), 1))) is None


def test_residual_and_level_differ_by_the_line() -> None:
    """Estimates of the residual from a line are, in the middle, the levels less that line."""
    groups = some_groups(7, [6] * 30)
    x = np.linspace(-2, 2, 30)
    sloped = Groups(groups.n, groups.mean + 3 * x, groups.squares)
    design = np.column_stack([np.ones(30), x])
    level, residual = pool(sloped, design), pool(sloped, design, residual=True)
    assert level is not None
    assert residual is not None
    line = level.quantiles((0.5,))[0] - residual.quantiles((0.5,))[0]
    slope, _ = np.polyfit(x, line, 1)
    assert slope == pytest.approx(np.polyfit(x, sloped.mean, 1)[0], abs=0.2)
    assert np.abs(residual.quantiles((0.5,))[0].mean()) < 0.05


@pytest.mark.parametrize("most", [1, 3, 40])
def test_the_outermost_medians_are_among_those_that_may_be(most: int) -> None:
    """`outermost` leaves out no group whose median is one of the highest above, or of the lowest below."""
    posterior = alone(some_groups(9, [6] * 30, between=4.0))
    (medians,) = posterior.quantiles((0.5,))
    above, below = np.flatnonzero(medians > 0), np.flatnonzero(medians < 0)
    found = posterior.outermost(above, below, most)
    order = np.argsort(medians)
    assert {*order[:most][medians[order[:most]] < 0], *order[-most:][medians[order[-most:]] > 0]} <= {*found}
    assert most > 3 or len(found) < 25


def test_chances_below_are_the_other_way_round() -> None:
    """Below a quantile lies a level with the quantile's probability."""
    posterior = alone(some_groups(1, [1, 2, 3, 5, 30]))
    for group, value in enumerate(posterior.quantiles((0.1,))[0]):
        assert posterior.chances_below(value)[group] == pytest.approx(0.1, abs=1e-9)
