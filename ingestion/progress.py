"""How far a long file has come: told to the terminal, and kept where `iscm status` looks while it is being landed."""

from types import TracebackType
from typing import Self

import psycopg2

from ingestion.reading import Progress
from warehouse.database import dsn


class ProgressLog:
    """Writes progress through a connection of its own, since that of the landing shows nothing before its end.

    It is a comfort: where it cannot be written, the landing goes on without.
    """

    def __init__(self, feed: str, file: str, also: Progress | None = None) -> None:
        self._feed, self._file, self._also = feed, file, also
        self._link: psycopg2.extensions.connection | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, rows: int, share: float) -> None:
        """Tell that so many rows, and this share of the file, have been read."""
        if self._also:
            self._also(rows, share)
        self._run(
            """
            insert into ops.landing_progress (feed, file_name, row_count, share) values (%s, %s, %s, %s)
            on conflict (feed, file_name) do update
            set row_count = excluded.row_count, share = excluded.share, updated_at = clock_timestamp()
            """,
            (self._feed, self._file, rows, round(share, 4)),
        )

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._link:
            self._run("delete from ops.landing_progress where feed = %s and file_name = %s", (self._feed, self._file))
            self._link.close()

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            if self._link is None:
                self._link = psycopg2.connect(dsn("loader"))
                self._link.autocommit = True
            with self._link.cursor() as run:
                run.execute(statement, values)
        except psycopg2.Error:
            return
