"""Both tables of a file of lines in DuckDB's SQL, the quickest way that we know. No topic of its own."""

from pathlib import Path

import duckdb
import pyarrow as pa

import spacekit as sk
from spacekit.fields import CREATORS, SPACES, Field

SQL_TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "count": "BIGINT", "code": "BIGINT", "flag": "BOOLEAN", "instant": "BIGINT",
    "span": "BIGINT", "texts": "VARCHAR[]",
}  # fmt: skip
ODD_TYPES = {"creator.legacy.created_at": "VARCHAR", "creator.legacy.entities.description.urls": "JSON[]"}
DATE = "strptime({}, '%a %b %d %H:%M:%S %z %Y')"


def known_paths() -> dict[str, str]:
    """The documented paths that a table shows, each with its type in SQL."""
    record = sk.documented_record()
    columns = {field.path: ODD_TYPES.get(field.path, SQL_TYPES[field.kind]) for field in (*SPACES, *CREATORS)}
    return {path: kind for path, kind in columns.items() if path and _holds(record, path)}


def _holds(record: object, path: str) -> bool:
    for key in path.split("."):
        if not isinstance(record, dict) or key not in record:
            return False
        record = record[key]
    return True


def sql_columns() -> str:
    """The columns of the file, nested as the record is, as `read_json` wants them."""
    tree: dict[str, object] = {}
    for path, kind in known_paths().items():
        *parents, key = path.split(".")
        place = tree
        for parent in parents:
            place = place.setdefault(parent, {})  # type: ignore[assignment]  # made here
        place[key] = kind
    top = ", ".join(f"{key}: '{_struct(kind)}'" for key, kind in tree.items())
    return "{" + top + "}"


def _struct(kind: object) -> str:
    if not isinstance(kind, dict):
        return str(kind)
    inner = ", ".join(f'"{key}" {_struct(value)}' for key, value in kind.items())
    return f"STRUCT({inner})"


def sql_value(field: Field) -> str:
    """The expression of one column."""
    place = ".".join(f'"{key}"' for key in field.path.split("."))
    if field.path not in known_paths():
        return f'NULL AS "{field.name}"'
    if field.path == "creator.legacy.created_at":
        place = DATE.format(place)
    elif field.kind == "instant":
        place = f"epoch_ms({place})"
    elif field.kind == "texts" and ODD_TYPES.get(field.path) is None:
        place = f"array_to_string({place}, ' ')"
    elif field.kind == "texts":
        place = f"array_to_string(list_transform({place}, lambda link: link->>'expanded_url'), ' ')"
    return f'{place} AS "{field.name}"'


def by_duckdb(path: Path) -> tuple[pa.Table, pa.Table]:
    """Loose SQL with explicit columns, both tables, as Arrow: DuckDB's quickest; it checks no value."""
    source = f"read_json('{path}', format = 'newline_delimited', columns = {sql_columns()})"
    spaces, creators = (", ".join(map(sql_value, fields)) for fields in (SPACES, CREATORS))
    newest = "SELECT max(place) AS place, min(place) AS first FROM records GROUP BY creator.id"
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TEMP TABLE records AS SELECT *, row_number() OVER () AS place FROM {source}"
        )
        return (
            connection.sql(f"SELECT {spaces} FROM records ORDER BY place").to_arrow_table(),
            connection.sql(
                f"SELECT {creators} FROM records JOIN ({newest}) USING (place) ORDER BY first"
            ).to_arrow_table(),
        )
