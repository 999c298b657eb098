"""`plain`: dtypes that other tools read, of every table, without a value lost."""

import math
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import spacekit as sk
from spacekit.fields import DTYPES
from spacekit.tables import Tables

BATCH = sk.sample_batch()
PLAIN = {"float64", "bool", "object", "datetime64[ns]"}


def tables() -> dict[str, pd.DataFrame]:
    """Tables of Spaces, of what is around them, and of what `stats` makes of them."""
    spaces = BATCH.spaces
    with TemporaryDirectory() as folder, sk.Archive(Path(folder) / "made-up.db") as archive:
        archive.add_files(sk.sample_observations_path())
        observed = archive.observations()
    named = {name: getattr(BATCH, name) for name in (*Tables._fields, "outcomes", "audience")}
    computed = {
        "measures": sk.measures(spaces),
        "compare": sk.stats.summarise(spaces, by="host"),
        "contrast": sk.contrast(spaces, by="host"),
        "hosts": sk.hosts(spaces),
        "followers": sk.stats.followers(spaces),
        "quality": sk.quality(spaces),
        "growth": sk.growth(observed),
        "at_age": sk.at_age(observed, "7D"),
        "group_labels": sk.stats.group_labels(spaces, ["host", "month"]).to_frame("group"),
        "trend_periods": sk.stats.trend_periods(spaces, tz="America/New_York"),
        "calendar": sk.stats.calendar(spaces),
        "observations": observed,
        "describe_columns": sk.describe_columns(),
    }
    return named | computed


with warnings.catch_warnings(action="ignore", category=sk.AgeWarning):  # the samples have all ages
    TABLE = tables()
every_table = pytest.mark.parametrize("name", TABLE)


@every_table
@pytest.mark.parametrize("rows", [None, 0], ids=["", "empty"])
def test_every_table_becomes_plain(name: str, rows: int | None) -> None:
    """Columns, rows and index stay; the dtypes are the four plain ones; the table itself does not change."""
    table = TABLE[name].iloc[:rows]
    table.index = pd.Index([f"row {i}" for i in range(len(table))])
    before = table.copy(deep=True)
    made = sk.plain(table)
    pd.testing.assert_frame_equal(table, before)
    assert {str(dtype) for dtype in made.dtypes} <= PLAIN
    assert list(made.columns) == list(table.columns)
    assert made.index.equals(table.index)
    assert (made.isna().to_numpy() == table.isna().to_numpy()).all()


@every_table
def test_values_are_those_of_the_table(name: str) -> None:
    """Number for number, text for text; instants are the same instants, spans the same hours."""
    made = sk.plain(TABLE[name])
    for column in TABLE[name]:
        for was, now in zip(TABLE[name][column], made[column], strict=True):
            if pd.isna(was):
                assert now is None or now is pd.NaT or math.isnan(now)
            elif isinstance(was, pd.Timedelta):
                assert now == pytest.approx(was.total_seconds() / 3600, rel=1e-12)
            elif isinstance(was, pd.Timestamp):
                assert now == was.tz_convert("UTC").tz_localize(None)
            else:
                assert now == was


@pytest.mark.parametrize("kind", DTYPES)
def test_the_dtype_of_a_kind_does_not_depend_on_the_data(kind: str) -> None:
    """Empty, all missing or in part: one dtype; only a flag is bool where none is missing, and object elsewhere."""
    empty = pd.Series([], dtype=DTYPES[kind])
    missing = pd.Series([None, None], dtype=DTYPES[kind])
    found = {str(sk.plain(pd.DataFrame({"x": column})).x.dtype) for column in (empty, missing)}
    assert found == ({"bool", "object"} if kind == "flag" else found & PLAIN)
    assert len(found) == (2 if kind == "flag" else 1)


def column(values: Any, dtype: Any = object) -> pd.DataFrame:
    """A frame with one column of one's own."""
    return pd.DataFrame({"own": pd.Series(values, dtype=dtype)})


JANUARY = pd.Timestamp("2026-01-01 01:00", tz="Europe/Berlin")
UTC_JANUARY = pd.Timestamp("2026-01-01 00:00")
OWN: dict[str, tuple[pd.DataFrame, str, list[Any]]] = {
    "numpy integers": (column([1, 2], "int32"), "int32", [1, 2]),
    "nullable float": (column([1.5, None], "Float32"), "float64", [1.5, None]),
    "sparse": (column([1.0, np.nan], "Sparse[float64]"), "float64", [1.0, None]),
    "arrow integers": (column([1, None], pd.ArrowDtype(pa.int64())), "float64", [1.0, None]),
    "arrow decimals": (column([1, None], pd.ArrowDtype(pa.decimal128(9, 2))), "float64", [1.0, None]),
    "arrow flags": (column([True, None], pd.ArrowDtype(pa.bool_())), "object", [True, None]),
    "arrow text": (column(["a", None], pd.ArrowDtype(pa.string())), "object", ["a", None]),
    "arrow nothing": (column([None, None], pd.ArrowDtype(pa.null())), "object", [None, None]),
    "arrow span": (column([pd.Timedelta("90min"), None], pd.ArrowDtype(pa.duration("s"))), "float64", [1.5, None]),
    "text of pandas": (column(["a", None], "str"), "object", ["a", None]),
    "instants elsewhere": (column([JANUARY, None], "datetime64[us, Europe/Berlin]"), "datetime64[ns]",
                           [UTC_JANUARY, None]),
    "instants without a zone": (column([UTC_JANUARY, None], "datetime64[s]"), "datetime64[ns]", [UTC_JANUARY, None]),
    "bands": (pd.DataFrame({"own": pd.cut([1, np.nan], [0, 2])}), "object", ["(0, 2]", None]),
    "categories of numbers": (column([2, None], "category"), "object", ["2", None]),
    "periods": (column(["2026-01", None], "period[M]"), "object", ["2026-01", None]),
    "integers as objects": (column([1, pd.NA]), "float64", [1.0, None]),
    "flags as objects": (column([True, pd.NA]), "object", [True, None]),
    "instants as objects": (column([JANUARY, UTC_JANUARY]), "datetime64[ns]", [UTC_JANUARY] * 2),
    "spans as objects": (column([pd.Timedelta("90min"), None]), "float64", [1.5, None]),
    "nothing": (column([None, np.nan]), "object", [None, None]),
    "anything": (column([1, "a", pd.NaT, [2]]), "object", [1, "a", None, [2]]),
}  # fmt: skip


@pytest.mark.parametrize(("table", "dtype", "values"), OWN.values(), ids=OWN.keys())
def test_own_columns_become_plain(table: pd.DataFrame, dtype: str, values: list[Any]) -> None:
    """Of whatever dtype; what is missing is None, NaN or NaT."""
    made = sk.plain(table).own
    assert made.dtype == dtype
    assert [None if pd.api.types.is_scalar(x) and pd.isna(x) else x for x in made] == values


def test_any_index_and_any_names_stay() -> None:
    """Names that repeat, numbers as names, levels, an index that repeats, the attributes of the frame."""
    names = pd.MultiIndex.from_tuples([("a", 1), ("a", 1), ("b", 2)])
    table = pd.DataFrame([[1, 2, 3], [4, 5, 6]], index=[7, 7], columns=names).astype("Int64")
    table.attrs["left_out"] = 3
    made = sk.plain(table)
    pd.testing.assert_frame_equal(made, table.astype("float64"))
    assert made.attrs == {"left_out": 3}
    assert sk.plain(table[[]]).shape == (2, 0)


def test_flags_are_true_false_and_nan() -> None:
    """Python's own True and False; NaN and not None, which seaborn cannot sort."""
    flag = sk.plain(BATCH.spaces).is_space_available_for_replay
    assert set(map(type, flag)) == {bool, float}
    assert np.sort(flag.unique())[0] is False
    assert sk.plain(BATCH.spaces).is_locked.dtype == bool


@pytest.mark.parametrize("wrong", [BATCH.spaces.title, [1], None, {"a": [1]}], ids=lambda x: type(x).__name__)
def test_what_is_no_table_is_refused(wrong: Any) -> None:
    """With the name of its type."""
    with pytest.raises(TypeError, match=f"plain: expected a DataFrame, got '{type(wrong).__name__}'"):
        sk.plain(wrong)


@pytest.mark.parametrize("values", [[2**53 + 1, 2], [10**19 + 1]], ids=["nullable", "object"])
def test_no_number_is_rounded(values: list[int]) -> None:
    """A count that no float64 holds is refused, not changed."""
    table = column(values, object if len(values) == 1 else "Int64")
    with pytest.raises(ValueError, match=f"cannot hold {values[0]} of column 'own' exactly"):
        sk.plain(table)
    assert sk.plain(column([2**60], "Int64")).own.tolist() == [2.0**60]


def test_instants_beyond_nanoseconds_are_refused() -> None:
    """With the column, and what to do."""
    with pytest.raises(
        ValueError, match="plain: an instant of column 'own' is outside the years 1678 to 2261"
    ):
        sk.plain(column(["1066-10-14"], "datetime64[s]"))


# --- what other tools make of it ---


@every_table
def test_stata_reads_every_table(name: str, tmp_path: Path) -> None:
    """With `stata`: numbers come back as they were, missing text as the empty text."""
    made = sk.plain(TABLE[name], stata=True)
    made.to_stata(tmp_path / "table.dta", version=118, write_index=False)
    back = pd.read_stata(tmp_path / "table.dta")
    for column_name in made:
        if made[column_name].dtype == object:
            assert back[column_name].tolist() == made[column_name].tolist()
        elif made[column_name].dtype.kind == "M":
            assert (
                back[column_name].astype("datetime64[ns]").tolist()
                == made[column_name].dt.floor("ms").tolist()
            )
        else:
            np.testing.assert_array_equal(back[column_name].to_numpy(), made[column_name].to_numpy())


def test_numpy_takes_counts_and_flags() -> None:
    """As scikit-learn does: a matrix of floats, NaN where missing."""
    names = ["total_live_listeners", "total_replay_watched", "is_space_available_for_replay"]
    matrix = sk.plain(BATCH.spaces)[names].to_numpy(dtype=float)
    wanted = np.column_stack(
        [BATCH.spaces[n].astype("Float64").to_numpy(float, na_value=np.nan) for n in names]
    )
    np.testing.assert_array_equal(matrix, wanted)


def test_excel_reads_spaces(tmp_path: Path) -> None:
    """Instants without a zone, which Excel has no cell for."""
    pytest.importorskip("openpyxl")
    sk.plain(BATCH.spaces).to_excel(tmp_path / "spaces.xlsx", index=False)
    back = pd.read_excel(tmp_path / "spaces.xlsx")
    assert back.total_live_listeners.sum() == BATCH.spaces.total_live_listeners.sum()


def test_formulas_read_measures() -> None:
    """Least squares by formula agree with numpy's; rows with a missing value are left out."""
    smf = pytest.importorskip("statsmodels.formula.api")
    table = sk.plain(sk.measures(BATCH.spaces))
    table["flag"] = sk.plain(BATCH.spaces).is_space_available_for_replay
    fitted = smf.ols("log2_ratio ~ duration + C(flag)", table).fit()
    used = table.dropna(subset=["log2_ratio", "duration", "flag"])
    design = np.column_stack([np.ones(len(used)), used.flag.astype(float), used.duration])
    wanted = np.linalg.lstsq(design, used.log2_ratio.to_numpy(), rcond=None)[0]
    assert fitted.nobs == len(used)
    np.testing.assert_allclose(fitted.params, wanted, rtol=1e-9)
