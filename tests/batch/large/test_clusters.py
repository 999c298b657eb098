"""`to_dask` gives the tables of `read`, computed by whichever scheduler there is."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from odd_sources import SOURCES, odd_lines, one_file

import spacekit as sk
from spacekit.batch.large import clusters, units

incomplete = pytest.mark.filterwarnings("ignore::spacekit.errors.IncompleteWarning")


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions of 20 kB, so that a small file has many."""
    monkeypatch.setattr(clusters, "units_in", lambda paths, _: units.units_in(paths, 20_000))


def same_as_read(source: Path, tables: clusters.DaskTables, **options: object) -> None:
    """Check that each table has the rows of `read`, in order, to the dtype; its meta too."""
    import dask  # by whoever runs these tests: it takes half a second

    batch = sk.read(source, progress=False)
    computed = dask.compute(*tables, **options)
    for name, lazy, frame in zip(tables._fields, tables, computed, strict=True):
        expected = getattr(batch, name)
        pd.testing.assert_frame_equal(frame.reset_index(drop=True), expected)
        pd.testing.assert_frame_equal(lazy._meta, expected.iloc[:0])


@incomplete
@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("kind", SOURCES)
def test_tables_are_those_of_read(tmp_path: Path, kind: str) -> None:
    """Any source, with wrong values, junk and accounts that come again, gives the same tables and problems."""
    source = SOURCES[kind](tmp_path, odd_lines(300))
    tables = sk.to_dask(source)
    assert tables.spaces.npartitions == len(units.units_in(source, 20_000))
    same_as_read(source, tables, scheduler="sync")


@incomplete
@pytest.mark.usefixtures("tiny")
def test_each_account_is_in_one_partition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With several partitions of creators, each account has one row, the same as in one table."""
    monkeypatch.setattr(clusters, "_UNITS_A_BUCKET", 2)
    source = one_file(tmp_path, odd_lines(300, seed=3))
    creators = sk.to_dask(source).creators
    assert creators.npartitions > 1
    found, expected = creators.compute(scheduler="threads"), sk.read(source, progress=False).creators
    order = list(found.columns)
    pd.testing.assert_frame_equal(
        found.sort_values(order, ignore_index=True), expected.sort_values(order, ignore_index=True)
    )


@incomplete
@pytest.mark.slow
@pytest.mark.usefixtures("tiny")
@pytest.mark.filterwarnings("ignore")  # those of distributed
def test_a_cluster_computes_them(tmp_path: Path) -> None:
    """Two processes of a local cluster give the same tables."""
    from dask.distributed import Client, LocalCluster

    source = one_file(tmp_path, odd_lines(300))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        same_as_read(source, sk.to_dask(source))


def test_nothing_is_read_before(tmp_path: Path) -> None:
    """The graph is made without decoding a line."""
    import dask.dataframe as dd

    source = one_file(tmp_path, [b"junk"])
    assert isinstance(sk.to_dask(source).spaces, dd.DataFrame)


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where dask is not installed, the error says how to get it."""
    monkeypatch.setitem(sys.modules, "dask.dataframe", None)
    with pytest.raises(ImportError, match=r'Install spacekit with its extra "dask"'):
        sk.to_dask(one_file(tmp_path, [b"{}"]))
