"""The other ways to bring a file into Postgres, each as its manual shows it; runs in an environment of its own.

python bench/peers.py NAME FILE [ADDRESS]
"""

import csv
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

CHUNK = 10_000


def pandas_insert(file: str, address: str, method: Any = None, chunk: int = CHUNK) -> None:
    """`read_csv` and `to_sql` with its ordinary inserts."""
    import pandas as pd
    import sqlalchemy as sa

    frame = pd.read_csv(file, dtype=str)
    frame.to_sql("ledger", sa.create_engine(address), index=False, method=method, chunksize=chunk)


def pandas_multi(file: str, address: str) -> None:
    """The same with `method="multi"`: many rows in one statement."""
    pandas_insert(file, address, "multi", 1_000)


def pandas_copy(file: str, address: str) -> None:
    """The same with the COPY callable of pandas' manual (insertion method)."""

    def copy(table: Any, link: Any, keys: list[str], rows: Iterable[tuple[object, ...]]) -> None:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        text.seek(0)
        columns = ", ".join(f'"{key}"' for key in keys)
        with link.connection.cursor() as run:
            run.copy_expert(sql=f"COPY {table.name} ({columns}) FROM STDIN WITH CSV", file=text)

    pandas_insert(file, address, copy)


def _dlt(data: Any, address: str) -> None:
    import dlt

    with tempfile.TemporaryDirectory() as folder:
        to = dlt.destinations.postgres(address.replace("+psycopg2", ""))
        pipeline = dlt.pipeline("bench", destination=to, dataset_name="bench", pipelines_dir=folder)
        pipeline.run(data, table_name="ledger").raise_on_failed_jobs()


def dlt_rows(file: str, address: str) -> None:
    """A resource that yields rows as dictionaries."""

    def rows() -> Iterator[dict[str, str]]:
        with open(file, encoding="utf-8", newline="") as text:  # noqa: PTH123
            yield from csv.DictReader(text)

    _dlt(rows(), address)


def dlt_arrow(file: str, address: str) -> None:
    """A resource that yields Arrow tables, all columns as text."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    with open(file, encoding="utf-8") as text:  # noqa: PTH123
        names = text.readline().strip().split(",")
    as_text = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))

    def tables() -> Iterator[Any]:
        yield from (pa.table([*batch.columns], names) for batch in arrow_csv.open_csv(file, convert_options=as_text))

    _dlt(tables(), address)


def calamine(file: str, _: str) -> None:
    """Read the sheet to Python rows, and nothing else."""
    from python_calamine import CalamineWorkbook

    if len(CalamineWorkbook.from_path(file).get_sheet_by_name("Export").to_python()) < 2:
        sys.exit("no rows")


PEERS: dict[str, Callable[[str, str], None]] = {
    "pandas": pandas_insert, "pandas-multi": pandas_multi, "pandas-copy": pandas_copy,
    "dlt": dlt_rows, "dlt-arrow": dlt_arrow, "calamine": calamine,
}  # fmt: skip

if __name__ == "__main__":
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"  # nothing is sent anywhere
    name, file, *address = sys.argv[1:]
    PEERS[name](file, address[0] if address else "")
