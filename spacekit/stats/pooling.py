"""Partial pooling: the level of each group, drawn towards all as far as its own values leave it open. No tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FEWEST: Final = 3
"""Values beyond the first of each group, in all groups together, from which a variance within groups is estimated."""

# Degrees of freedom of the prior of variances: with 1 they differ widely between groups, with 128 hardly.
_DEGREES: Final = 2.0 ** np.arange(0, 7.5, 0.5)
_PRECISIONS: Final = np.linspace(-6, 3, 11)  # nodes, in standard deviations of the logarithm, which is skewed
_POINTS: Final = 16  # of a grid over the bulk of a density
_NEGLIGIBLE: Final = 8.0  # below the highest log density
_STEPS: Final = 60  # of an iteration, at most
_DRAWS: Final = (400, 2_000, 4_000_000)  # of ranks: at least, at most, of all groups together
_GROUPS: Final = 128  # handled at once: their numbers stay in the processor's cache
_PRIOR: Final = (
    1.5  # power of tau in its prior, on its logarithm: between flat in tau (1) and in its square (2)
)


@dataclass(frozen=True, slots=True)
class Groups:
    """
    What is needed of the values of each group.

    Attributes
    ----------
    n
        How many values.
    mean
        Their mean.
    squares
        The sum of their squared distances from it.
    """

    n: Floats
    mean: Floats
    squares: Floats

    @classmethod
    def of(cls, values: Floats, codes: Ints, noise: Floats) -> Groups:
        """
        Sum up values by group; `codes` are 0, 1, ... without gaps.

        `noise` is the variance that a value has at least. Groups whose squares are less by chance, or 0 because small
        counts are often equal, have the squares that it calls for; unless no two values of any group differ.
        """
        first = np.zeros(codes.max(initial=-1) + 1)
        first[codes[::-1]] = values[::-1]
        n = np.bincount(codes).astype(np.float64)
        apart = values - first[codes]  # so that equal values have a variance of exactly 0
        mean = np.bincount(codes, apart) / n
        squares = np.bincount(codes, (apart - mean[codes]) ** 2).astype(np.float64)
        least = np.bincount(codes, noise) / n * (n - 1)
        return cls(n, first + mean, np.maximum(squares, least) if squares.any() else squares)


@dataclass(frozen=True, slots=True)
class Posterior:
    """
    What is known of the level of each group: a mixture of normal distributions.

    Attributes
    ----------
    chances
        Of the nodes of tau, the spread between groups.
    weights, means, spreads
        By node of tau, node of the group's precision and group; the weights of a group sum to 1 at each tau.
    shared
        The part of the spread that is the doubt about the common level, and therefore the same for all groups.
    """

    chances: Floats
    weights: Floats
    means: Floats
    spreads: Floats
    shared: Floats

    def chances_below(self, value: float) -> Floats:
        """Return the probability with which each group's level lies below a value."""
        from scipy.special import ndtr

        below = ndtr((value - self.means) / np.hypot(self.spreads, self.shared))
        found: Floats = np.einsum("t,tjg,tjg->g", self.chances, self.weights, below)
        return found

    def outermost(self, above: Ints, below: Ints, most: int) -> Ints:
        """
        Return which groups `above` may have one of the `most` highest medians, and which `below` one of the lowest.

        Those that have are among them. This is far quicker than all medians.
        """
        low, high = self._median_bounds()
        return np.concatenate([_greatest(low, high, above, most), _greatest(-high, -low, below, most)])

    def _median_bounds(self) -> tuple[Floats, Floats]:
        """Return between what the median of each level lies: it is within a standard deviation of the mean."""
        weights = self.chances[:, None, None] * self.weights
        mean = np.einsum("tjg,tjg->g", weights, self.means)
        squares = self.spreads**2 + self.shared**2 + (self.means - mean) ** 2
        spread = np.sqrt(np.einsum("tjg,tjg->g", weights, squares))
        return mean - spread, mean + spread

    @property
    def groups(self) -> int:
        """How many groups."""
        return int(self.means.shape[2])

    def quantiles(self, probabilities: tuple[float, ...], of: Ints | slice = slice(None)) -> list[Floats]:
        """Return the values under which the level of each group, or of some, lies with these probabilities."""
        weights, means, spreads = (part[:, :, of] for part in (self.weights, self.means, self.spreads))
        parts = self.chances[:, None, None] * weights, means, np.hypot(spreads, self.shared[:, :, of])
        mixture = [np.moveaxis(part, 2, 0).reshape(-1, self.weights[:, :, 0].size) for part in parts]
        starts = range(0, max(len(mixture[0]), 1), _GROUPS)
        found = [_quantiles([part[at : at + _GROUPS] for part in mixture], probabilities) for at in starts]
        return [*np.concatenate(found, axis=1)]

    def ranks(self, confidence: float) -> tuple[Ints, Ints]:
        """Return the range of each group's rank, 1 for the highest level, from draws of all levels together."""
        drawn = np.concatenate([*self._draws()])
        ranks = np.empty(drawn.T.shape, dtype=np.int32)
        places = np.arange(1, len(ranks) + 1, dtype=np.int32)
        for draw, order in enumerate(np.argsort(-drawn, axis=1)):
            ranks[order, draw] = places
        ranks.sort(axis=1)
        low, high = (_place(len(drawn), part) for part in ((1 - confidence) / 2, (1 + confidence) / 2))
        return ranks[:, low].astype(np.int64), ranks[:, high].astype(np.int64)

    def is_first(self, group: int, confidence: float) -> bool:
        """Return whether the range of a group's rank is 1 alone; it draws no more levels than it takes to see."""
        draws = self._number_of_draws()
        allowed = draws - 1 - _place(draws, (1 + confidence) / 2)
        for drawn in self._draws():
            allowed -= int(np.count_nonzero(drawn.max(axis=1) > drawn[:, group]))
            if allowed < 0:
                return False
        return True

    def _number_of_draws(self) -> int:
        least, most, cells = _DRAWS
        return int(np.clip(cells // self.groups, least, most))

    def _draws(self) -> Iterator[Floats]:
        """Draw all levels together with a fixed seed, one row a draw, at one node of tau after another."""
        rng = np.random.default_rng(0)
        for node, n in enumerate(rng.multinomial(self._number_of_draws(), self.chances)):
            yield self._draw(node, n, rng)

    def _draw(self, node: int, n: int, rng: np.random.Generator) -> Floats:
        """Return `n` draws of all levels at a node of tau."""
        groups = self.weights.shape[2]
        chance, ends = rng.random((n, groups)), self.weights[node].cumsum(axis=0)[:-1]
        part = sum((chance > end).view(np.int8) for end in ends)
        at = np.multiply(part, groups, dtype=np.int64) + np.arange(groups)
        means, spreads, shared = (part[node].take(at) for part in (self.means, self.spreads, self.shared))
        own, common = rng.standard_normal(means.shape), rng.standard_normal((n, 1))
        drawn: Floats = means + spreads * own + shared * common
        return drawn


def pool(groups: Groups, design: Floats, *, residual: bool = False) -> Posterior | None:
    """
    Estimate the level of each group by partial pooling.

    Parameters
    ----------
    groups
        Their sums.
    design
        One row a group: what its expected level is linear in, a column of ones for a common level.
    residual
        Estimate how far the level is from the expected one, instead of the level.

    Returns
    -------
    posterior
        None where the variances cannot be estimated: fewer than two groups beyond the columns of `design`, fewer than
        `_FEWEST` values beyond the first of each group, or no two values of a group that differ.

    Notes
    -----
    Values of group i are normal around its level with a variance of its own; levels are normal around the expected one
    with variance tau². The variances of the groups have a scaled inverse chi-square prior whose scale and degrees of
    freedom are themselves integrated over a grid (flat in their logarithms), given the sums of squares; so is tau, with
    a prior proportional to the root of tau. Coefficients of the design have a flat prior, and a normal posterior at
    each tau.
    """
    freedom, coefficients = groups.n.sum() - len(groups.n), design.shape[1]
    if len(groups.n) < coefficients + 2 or freedom < _FEWEST or not groups.squares.any():
        return None
    weights, variances = _variances(groups)
    log_tau, chances, fit = _between(groups.mean, weights, variances, design)
    square = np.exp(2 * log_tau)[:, None, None]
    kept = square / (square + variances)
    line = (fit.level @ design.T)[:, None]
    doubt = np.sqrt(np.einsum("gj,tjk,gk->tg", design, fit.covariance, design))[:, None]
    apart = kept * (groups.mean - line)
    means, shared = (apart, -kept * doubt) if residual else (line + apart, (1 - kept) * doubt)
    return Posterior(chances, fit.weights, means, np.sqrt(kept * variances), shared)


# -- variances within groups -------------------------------------------------------------------------------------------


def _variances(groups: Groups) -> tuple[Floats, Floats]:
    """Return nodes of the variance of each group's mean: their weights and values, one column a group."""
    from scipy.special import digamma, gammaln, polygamma

    chances, degrees, scales = _prior_of_variances(groups)
    sizes, size = np.unique(groups.n, return_inverse=True)  # few: what depends on them alone takes long
    shapes = (degrees[:, None] + sizes - 1) / 2
    shape, log_rate = shapes[:, size], np.log(rate := (degrees * scales)[:, None] / 2 + groups.squares / 2)
    logs = digamma(shapes)[:, size] - log_rate
    centre = chances @ logs
    spread = np.sqrt(chances @ (polygamma(1, shapes)[:, size] + (logs - centre) ** 2))
    nodes = centre + spread * _PRECISIONS[:, None]
    lead = np.log(chances)[:, None] + shape * log_rate - gammaln(shapes)[:, size]
    powers = np.exp(nodes)
    density = sum(np.exp(a + b * nodes - c * powers) for a, b, c in zip(lead, shape, rate, strict=True))
    weights = np.maximum(density, np.finfo(np.float64).tiny)
    return weights / weights.sum(axis=0), np.exp(-nodes) / groups.n


def _prior_of_variances(groups: Groups) -> tuple[Floats, Floats, Floats]:
    """Return the priors that the sums of squares leave likely: their chances, degrees of freedom and scales."""
    own = groups.n > 1
    freedom, squares = groups.n[own] - 1, groups.squares[own]
    start = np.log(squares.sum() / freedom.sum())
    at, logs = _bulk(lambda x: _log_chance(freedom, squares, x), start - 12, start + 12)
    chances = np.exp(logs - logs.max())
    likely = chances > np.exp(-_NEGLIGIBLE)
    degrees, scales = np.meshgrid(_DEGREES, np.exp(at), indexing="ij")
    return chances[likely] / chances[likely].sum(), degrees[likely], scales[likely]


def _log_chance(freedom: Floats, squares: Floats, log_scale: Floats) -> Floats:
    """Return the log likelihood of priors, by degrees of freedom and log scale: each mean square is F distributed."""
    from scipy.special import gammaln

    half = _DEGREES[:, None] / 2
    total = 2 * half * np.exp(log_scale)
    sizes, groups = np.unique(freedom, return_counts=True)
    ends = ((gammaln(half + sizes / 2) - gammaln(half)) * groups).sum(axis=1, keepdims=True)
    logs = np.log(total[:, :, None] + squares)
    seen: Floats = ends + len(freedom) * half * np.log(total) - logs @ (freedom / 2) - half * logs.sum(axis=2)
    return seen


# -- variance between groups -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fit:
    """The design's coefficients at each tau, and the weights of the nodes of each group's precision."""

    log_density: Floats
    level: Floats
    covariance: Floats
    weights: Floats


def _between(
    values: Floats, weights: Floats, variances: Floats, design: Floats
) -> tuple[Floats, Floats, _Fit]:
    """Return nodes of log(tau), their chances, and the fit at each."""
    rough = 1 / (weights / variances).sum(axis=0, keepdims=True)
    start = np.log(np.std(values) + np.sqrt(np.median(rough)))

    def simple(log_tau: Floats) -> Floats:
        return _fit(values, np.ones_like(rough), rough, design, log_tau).log_density

    near, _ = _bulk(simple, start - 8, start + 6)  # where to look: a single variance for each group is fast
    fits: list[_Fit] = []

    def exact(log_tau: Floats) -> Floats:
        fits.append(_fit(values, weights, variances, design, log_tau))
        return fits[-1].log_density

    log_tau, logs = _bulk(exact, near[0], near[-1])
    chances = np.exp(logs - logs.max())
    return log_tau, chances / chances.sum(), fits[-1]


def _fit(values: Floats, weights: Floats, variances: Floats, design: Floats, log_tau: Floats) -> _Fit:
    """Fit the coefficients at each tau, by reweighted least squares: the EM algorithm of a mixture of normals."""
    precision = 1 / (np.exp(2 * log_tau)[:, None, None] + variances)
    logs, halves = np.log(weights * np.sqrt(precision)), precision / 2
    pull = (weights * precision).sum(axis=1)
    level = np.full((len(log_tau), design.shape[1]), np.inf)
    for _ in range(_STEPS):
        before, level = level, _least_squares(values, pull, design)
        squares = (values - level @ design.T) ** 2
        each = logs - squares[:, None] * halves
        highest = each.max(axis=1, keepdims=True)
        odds = np.exp(each - highest)
        sums = odds.sum(axis=1, keepdims=True)
        pull = np.einsum("tjg,tjg->tg", odds, precision) / sums[:, 0]
        if np.abs(level - before).max() < 1e-7 * np.exp(log_tau).max():
            break
    odds /= sums
    # Louis (1982): a mixture has less information than its parts; kept above 0 for values far out.
    information = pull - (np.einsum("tjg,tjg->tg", odds, precision**2) - pull**2) * squares
    information = np.maximum(information, pull / 10)
    seen = np.einsum("gj,tg,gk->tjk", design, information, design)
    log_density = (np.log(sums) + highest).sum(axis=(1, 2)) - np.linalg.slogdet(seen)[1] / 2
    return _Fit(log_density + _PRIOR * log_tau, level, np.linalg.inv(seen), odds)


def _least_squares(values: Floats, pull: Floats, design: Floats) -> Floats:
    left = np.einsum("gj,tg,gk->tjk", design, pull, design)
    right = np.einsum("gj,tg,g->tj", design, pull, values)
    return np.linalg.solve(left, right[:, :, None])[:, :, 0]


# -- numbers -----------------------------------------------------------------------------------------------------------


def _bulk(log_density: Callable[[Floats], Floats], low: float, high: float) -> tuple[Floats, Floats]:
    """
    Return an even grid over where a density is not negligible, and its logarithm there.

    Along its last axis `log_density` follows the grid. The range shrinks or grows until the bulk fills most of it.
    """
    for _ in range(_STEPS):
        at = np.linspace(low, high, _POINTS)
        logs = log_density(at)
        best = logs.reshape(-1, _POINTS).max(axis=0)
        near = np.flatnonzero(best > best.max() - _NEGLIGIBLE)
        step, width = at[1] - at[0], high - low
        low, high = float(at[near[0]] - step), float(at[near[-1]] + step)
        if 0.6 * width < high - low < 1.01 * width:
            break
    return at, logs


def _greatest(low: Floats, high: Floats, places: Ints, most: int) -> Ints:
    """Return at which of these places one of the `most` greatest numbers may be, from bounds of the numbers."""
    if len(places) <= most:
        return places
    found: Ints = places[high[places] >= np.partition(low[places], -most)[-most]]
    return found


def _place(n: int, part: float) -> int:
    """Return the place, from 0 on, of what is not below this part of n sorted numbers."""
    return math.ceil(n * part - 1)


def _quantiles(mixture: Sequence[Floats], probabilities: tuple[float, ...]) -> Floats:
    """
    Solve for quantiles of mixtures of normals (weights, means, spreads), one mixture a row.

    By Halley's method, or by halving where a step leaves the range. It begins at the quantile of one normal
    distribution with the mean and spread of the mixture.
    """
    weights, means, spreads = mixture
    from scipy.special import ndtr, ndtri

    heights, centre = weights / spreads / np.sqrt(2 * np.pi), np.einsum("ij,ij->i", weights, means)
    fine = 1e-5 / heights.sum(axis=1)  # what is left after such a step is its cube
    reach = 40 * (spreads.max(axis=1) + np.ptp(means, axis=1))
    wide = np.sqrt(np.einsum("ij,ij->i", weights, spreads**2 + (means - centre[:, None]) ** 2))

    def solve(probability: float) -> Any:
        at, low, high = centre + ndtri(probability) * wide, centre - reach, centre + reach
        for _ in range(_STEPS):
            z = (at[:, None] - means) / spreads
            parts = heights * np.exp(-z * z / 2)
            excess = np.einsum("ij,ij->i", weights, ndtr(z)) - probability
            slope = np.maximum(parts.sum(axis=1), np.finfo(float).tiny)
            bend = -np.einsum("ij,ij->i", parts, z / spreads) / slope / 2
            low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
            step = excess / slope
            step = step / np.clip(1 - step * bend, 0.5, 2)
            small = np.abs(step) <= fine
            inside = (at - step >= low) & (at - step <= high)
            at = np.where(small | inside, at - step, (low + high) / 2)
            if small.all():
                break
        return at

    return np.stack([solve(probability) for probability in probabilities])
