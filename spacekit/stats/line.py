"""A line of least squares whose error allows for clusters. Arrays in, numbers out; it knows no tables."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from spacekit.stats.ranks import Floats, Ints


class _Line(NamedTuple):
    """
    A line through the means of x and y.

    Attributes
    ----------
    slope
        NaN for fewer than three points, or where all x are equal.
    error
        Standard error of the slope.
    df
        Degrees of freedom of that error: as many as if so many clusters more than one were alike.
    """

    slope: float
    error: float
    df: float


def line(x: Floats, y: Floats, clusters: Ints) -> _Line:
    """
    Return the line of least squares and the error of its slope, whatever is alike within clusters.

    Parameters
    ----------
    x, y
        One number a point, without NaN.
    clusters
        The cluster of each, any whole number.

    Notes
    -----
    Source: Bell and McCaffrey (2002), "Bias Reduction in Standard Errors for Linear Regression with Multi-Stage
    Samples", and Pustejovsky and Tipton (2018), "Small-Sample Methods for Cluster-Robust Variance Estimation": the
    estimate CR2, and Satterthwaite's degrees of freedom for it, with errors alike and independent as working model.
    """
    clusters = np.unique(clusters, return_inverse=True)[1]
    if len(x) < 3 or x.min() == x.max():  # their mean may be another number, by rounding
        return _Line(math.nan, math.nan, math.nan)
    spread = math.sqrt(((x - x.mean()) ** 2).sum())
    basis = np.column_stack([np.full(len(x), 1 / math.sqrt(len(x))), (x - x.mean()) / spread])
    effects = basis.T @ y
    scores = _sums(basis * (y - basis @ effects)[:, None], clusters)
    leverage = _sums(basis[:, :, None] * basis[:, None, :], clusters)
    adjusted = _adjustment(leverage)[:, :, 1]  # what the slope takes from each cluster
    error = math.sqrt(((adjusted * scores).sum(axis=1) ** 2).sum())
    return _Line(float(effects[1] / spread), error / spread, _degrees(adjusted, leverage))


def _sums(values: Floats, clusters: Ints) -> Floats:
    """Return the sums over the points of each cluster."""
    sums = np.zeros((clusters.max() + 1, *values.shape[1:]))
    np.add.at(sums, clusters, values)
    return sums


def _adjustment(leverage: Floats) -> Floats:
    """Return (1 - leverage)^(-1/2) of each cluster; 0 in a direction that a cluster settles alone."""
    values, vectors = np.linalg.eigh(leverage)
    rest = 1 - values
    scale = np.where(rest > 1e-9, 1 / np.sqrt(np.maximum(rest, 1e-9)), 0.0)
    matrices: Floats = (vectors * scale[:, None, :]) @ vectors.transpose(0, 2, 1)
    return matrices


def _degrees(adjusted: Floats, leverage: Floats) -> float:
    """Return Satterthwaite's degrees of freedom: 2 mean² / variance of the estimated variance."""
    reach = (leverage @ adjusted[:, :, None])[:, :, 0]
    own, shared = (adjusted * reach).sum(axis=1), (reach**2).sum(axis=1)
    mean = float((own - shared).sum())
    squares = float((own**2 - 2 * own * shared).sum() + ((reach.T @ reach) ** 2).sum())
    return mean**2 / squares if squares > 0 else math.nan
